import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { WorkflowExecute } from 'n8n-core';
import {
	NodeConnectionTypes,
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type IVersionedNodeType,
} from 'n8n-workflow';
import { Questions } from '../../nodes/shared/results/questions';
import { simplify } from '../../nodes/shared/results/simplify';
import { additionalDataOf, emitting, nodeTypesOf } from '../engine/harness';
import type { Contender } from './contender';
import { floors } from './floors';

/** The nodes of a contender in a row; the first gets one empty item. */
interface Row {
	url: string;
	apiKey: string;
	nodes: Array<Pick<INode, 'name' | 'type' | 'typeVersion' | 'parameters'>>;
}

const BASE: Record<string, { file: string; className: string }> = {
	'n8n-nodes-base.httpRequest': {
		file: 'HttpRequest/HttpRequest.node.js',
		className: 'HttpRequest',
	},
	'n8n-nodes-base.code': { file: 'Code/Code.node.js', className: 'Code' },
};

/** n8n's own nodes, from the installed server. */
function baseNodes(nodes: Row['nodes']): Record<string, INodeType> {
	const fromServer = createRequire(join(process.env.NETIGATE_BENCH_SERVER!, 'package.json'));
	const found: Record<string, INodeType> = {};
	for (const { type, typeVersion } of nodes) {
		const base = BASE[type];
		if (!base) continue;
		const exported = fromServer(`n8n-nodes-base/dist/nodes/${base.file}`) as Record<
			string,
			new () => INodeType | IVersionedNodeType
		>;
		const node = new exported[base.className]();
		found[type] = 'nodeVersions' in node ? node.getNodeType(typeVersion) : node;
	}
	return found;
}

type Code = (
	input: { all: () => INodeExecutionData[] },
	simplifyOne: typeof simplify,
	questions: typeof Questions,
) => INodeExecutionData[];

/**
 * In place of the process in which n8n runs code: the code runs here, and gets the functions of this package
 * that simplify. That saves it copying all items there and back, and writing them itself.
 */
async function runCode(...task: unknown[]): Promise<unknown> {
	const { code } = task[2] as { code: string };
	const connectionInputData = task[11] as INodeExecutionData[];
	const run = new Function('$input', 'simplify', 'Questions', code) as Code;
	return { ok: true, result: run({ all: () => connectionInputData }, simplify, Questions) };
}

/** The nodes in n8n's engine, once; prints what that took as one line of JSON. */
async function main() {
	let text = '';
	for await (const chunk of process.stdin) text += String(chunk);
	const { url, apiKey, parameters } = JSON.parse(text) as Contender;
	const { nodes } = parameters as unknown as Row;
	const nodeTypes = nodeTypesOf({ ...floors, ...baseNodes(nodes) });
	const start = { name: 'Items', type: 'test.items', typeVersion: 1, parameters: emitting([{}]) };
	const all = [start, ...nodes];
	const workflow = new Workflow({
		id: 'w1',
		name: 'bench',
		nodes: all.map((node, index) => ({
			...node,
			parameters: node.parameters as unknown as INode['parameters'],
			id: String(index),
			position: [0, 0],
			credentials: { netigateApi: { id: 'k', name: 'Netigate' } },
		})),
		connections: Object.fromEntries(
			nodes.map(({ name }, index) => [
				all[index].name,
				{ main: [[{ node: name, type: NodeConnectionTypes.Main, index: 0 }]] },
			]),
		),
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});
	const additionalData = additionalDataOf(
		{ apiKey, server: 'custom', baseUrl: url },
		nodeTypes,
		'trigger',
		{ startRunnerTask: runCode as never },
	);
	const started = performance.now();
	const run = await new WorkflowExecute(additionalData, 'trigger').run({
		workflow,
		startNode: workflow.getNode('Items')!,
	});
	const ms = performance.now() - started;
	const peakMb = process.resourceUsage().maxRSS / 1024;
	const last = run.data.resultData.runData[nodes.at(-1)!.name]?.at(-1);
	const output = last?.data?.main?.[0] ?? [];
	const hash = createHash('sha256');
	for (const one of output.map(({ json }) => JSON.stringify(json)).sort()) hash.update(one);
	const figures: IDataObject = {
		ms,
		nodeMs: last?.executionTime ?? 0,
		peakMb,
		output: output.length,
		print: hash.digest('hex').slice(0, 12),
		error: run.data.resultData.error?.message,
	};
	console.log(JSON.stringify(figures));
	process.exit(0);
}

void main();
