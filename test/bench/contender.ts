import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

/** A workflow to be measured: a node with its items, run in n8n's engine in a process of its own. */
export interface Contender {
	name: string;
	url: string;
	apiKey: string;
	/** Node type; what begins with `n8n-nodes-base.` is n8n's own, from the installed server. */
	type: string;
	typeVersion?: number;
	/** Where that node is in n8n-nodes-base, and the class that it exports. */
	base?: { file: string; className: string };
	parameters: IDataObject;
	/** The script of this folder that runs it, where that is not n8n's engine. */
	script?: string;
	/** The most that its heap may take, in MB; beyond that the process fails. */
	heapMb?: number;
	/** So many items are run beforehand in the same process, as in a server that has long been running. */
	warmUp?: number;
	/** Items are made in the process itself: `count` of them, by `field` and a template with `#`. */
	items: { count: number; fields: Record<string, string> };
}

/** What a contender took. */
export interface Measurement {
	name: string;
	/** The workflow's execution alone, in milliseconds. */
	ms: number;
	/** The node alone, in milliseconds, without what n8n does around it. */
	nodeMs: number;
	/** Peak memory of the whole process, in MB. */
	peakMb: number;
	/** Items at the node's first output. */
	output: number;
	error?: string;
}

/** Runs a contender in a fresh process and waits for its figures. */
export async function measure(contender: Contender): Promise<Measurement> {
	const script = join(__dirname, contender.script ?? 'run-contender.ts');
	const { heapMb } = contender;
	const heap = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
	const child = spawn(
		process.execPath,
		[...heap, '--require', join(__dirname, 'register.cjs'), script],
		{
			stdio: ['pipe', 'pipe', 'inherit'],
			env: process.env,
		},
	);
	child.stdin.end(JSON.stringify(contender));
	let text = '';
	child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
	const code = await new Promise<number>((resolve) =>
		child.on('close', (status) => resolve(status ?? 1)),
	);
	const line = text.split('\n').find((one) => one.startsWith('{'));
	if (code !== 0 || !line) throw new Error(`${contender.name} ended with ${code}: ${text}`);
	const figures = JSON.parse(line) as Omit<Measurement, 'name'>;
	// Its figures would be those of something else.
	if (figures.error) throw new Error(`${contender.name}: ${figures.error}`);
	return { name: contender.name, ...figures };
}

/** A table of rows under a heading, columns as wide as they need to be. */
export function table(heading: string[], rows: Array<Array<string | number>>): string {
	const cells = [heading, ...rows.map((row) => row.map(String))];
	const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
	return cells
		.map((row) =>
			row
				.map((cell, column) =>
					column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
				)
				.join('  '),
		)
		.join('\n');
}

/** `12.3` for 12.34. */
export const oneDecimal = (value: number): string => value.toFixed(1);
