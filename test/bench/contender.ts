import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { sampleIds, type Sandbox } from '../sandbox';

/** A workflow to measure: a node with its items, run in n8n's engine in its own process. */
export interface Contender {
	name: string;
	url: string;
	apiKey: string;
	/** The node type. Types in n8n-nodes-base are loaded from the installed server (serverNode.ts). */
	type: string;
	typeVersion?: number;
	parameters: IDataObject;
	/** The script in this folder that runs it. By default, run-contender.ts. */
	script?: string;
	/** The maximum heap, in MB. A process that needs more fails. */
	heapMb?: number;
	/** The number of items to run first in the same process, as in a server that has been running for a long time. */
	warmUp?: number;
	/** The process creates `count` items. Each field's value is a template in which `#` is the item's number. */
	items: { count: number; fields: Record<string, string> };
}

/** The time and memory that a contender used. */
export interface Measurement {
	name: string;
	/** The workflow's execution alone, in milliseconds. */
	ms: number;
	/** The node alone, in milliseconds, without n8n's work around it. */
	nodeMs: number;
	/** Peak memory of the whole process, in MB. */
	peakMb: number;
	/** Items at the node's first output. */
	output: number;
	error?: string;
}

/** Runs a contender in a new process and returns its measurements. */
export async function measure(contender: Contender): Promise<Measurement> {
	const script = join(__dirname, contender.script ?? 'run-contender.ts');
	const { heapMb } = contender;
	const heap = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
	const child = spawn(
		process.execPath,
		[...heap, '--require', join(__dirname, 'register.cjs'), script],
		{
			// With a small heap, a crash is a result, so Node's report of it isn't shown.
			stdio: ['pipe', 'pipe', heapMb === undefined ? 'inherit' : 'ignore'],
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
	if (figures.error) throw new Error(`${contender.name}: ${figures.error}`);
	return { name: contender.name, ...figures };
}

export const byId = (value: number | string) => ({ __rl: true, mode: 'id', value: String(value) });

/** Items with people to invite. */
export const people = (count: number): Contender['items'] => ({
	...{ count, fields: { email: 'person#@example.com', name: 'Name #' } },
});

/** Adds people to the sendout after an event, with their names. */
export const adding = {
	type: 'n8n-nodes-netigate.netigate',
	parameters: {
		...{ resource: 'respondent', operation: 'add', contact: '={{ $json.email }}' },
		surveyId: byId(sampleIds.surveys.postEvent),
		sendoutId: byId(sampleIds.sendouts.postEventEmail),
		sendInvitation: true,
		backgroundData: {
			mappingMode: 'defineBelow',
			value: { [sampleIds.labels.firstName]: '={{ $json.name }}' },
		},
		options: {},
	},
};

/** The measurements of a contender, and its results in the sandbox. */
interface Run extends Measurement {
	calls: number;
	atOnce: number;
	added: number;
}

/** Runs a contender with an empty sandbox. */
export async function runAt(sandbox: Sandbox, contender: Contender): Promise<Run> {
	sandbox.reset();
	const before = sandbox.state.respondents.size;
	const figures = await measure(contender);
	const { calls, maxInFlight: atOnce, state } = sandbox;
	return { ...figures, calls: calls.length, atOnce, added: state.respondents.size - before };
}

/** Returns the fastest run of each contender. */
export async function fastest(sandbox: Sandbox, all: Contender[], rounds: number): Promise<Run[]> {
	const runs = all.map(() => [] as Run[]);
	// Contenders alternate, so that other load affects all of them.
	for (let round = 0; round < rounds; round++) {
		for (const [index, one] of all.entries()) runs[index].push(await runAt(sandbox, one));
	}
	return runs.map((of) => of.reduce((best, one) => (one.nodeMs < best.nodeMs ? one : best)));
}

/** `12.3` for 12.34. */
export const oneDecimal = (value: number): string => value.toFixed(1);
