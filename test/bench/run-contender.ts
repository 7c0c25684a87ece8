import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeType, IVersionedNodeType } from 'n8n-workflow';
import { createEngine } from '../engine/harness';
import { bareNode } from './bareNode';
import type { Contender } from './contender';
import { itemsOf, resetSandbox } from './items';

/** Reads a contender from standard input, runs it once, and prints what it took as one line of JSON. */
async function main() {
	let text = '';
	for await (const chunk of process.stdin) text += String(chunk);
	const { url, apiKey, type, typeVersion, base, parameters, items, warmUp } = JSON.parse(
		text,
	) as Contender;
	const extra: Record<string, INodeType> = { 'test.bare': bareNode(parameters) };
	if (base) {
		const fromServer = createRequire(join(process.env.NETIGATE_BENCH_SERVER!, 'package.json'));
		const exported = fromServer(`n8n-nodes-base/dist/nodes/${base.file}`) as Record<
			string,
			new () => INodeType | IVersionedNodeType
		>;
		const node = new exported[base.className]();
		extra[type] = 'nodeVersions' in node ? node.getNodeType(typeVersion) : node;
	}
	const engine = createEngine({ url, apiKey }, extra);
	const given = itemsOf(items);
	if (warmUp) {
		await engine.run({ items: given.slice(0, warmUp), parameters, type, typeVersion });
		await resetSandbox(url);
	}
	const started = performance.now();
	const result = await engine.run({ items: given, parameters, type, typeVersion });
	const ms = performance.now() - started;
	const figures = {
		ms,
		nodeMs: result.run.data.resultData.runData.Node?.at(-1)?.executionTime,
		peakMb: process.resourceUsage().maxRSS / 1024,
		output: result.output.length,
		error: result.error?.message,
	};
	console.log(JSON.stringify(figures));
	process.exit(0);
}

void main();
