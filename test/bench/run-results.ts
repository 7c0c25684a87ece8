import { createHash } from 'node:crypto';
import { WorkflowExecute } from 'n8n-core';
import { NodeConnectionTypes, Workflow, type INode, type INodeExecutionData } from 'n8n-workflow';
import { Questions } from '../../nodes/shared/results/questions';
import { simplify } from '../../nodes/shared/results/simplify';
import { additionalDataOf, emitting, nodeTypesOf } from '../engine/harness';
import { floors } from './floors';
import { peakMemory, runContender } from './items';
import { serverNodes } from './serverNode';

/** A contender's nodes, which run one after the other. The first gets one empty item. */
interface Row {
	nodes: Array<Pick<INode, 'name' | 'type' | 'typeVersion' | 'parameters'>>;
}

type Code = (
	input: { all: () => INodeExecutionData[] },
	simplifyOne: typeof simplify,
	questions: typeof Questions,
) => INodeExecutionData[];

/**
 * Runs a Code node's code in this process, with this package's functions that simplify results. n8n would copy all
 * items to a separate process and back.
 */
async function runCode(...task: unknown[]): Promise<unknown> {
	const { code } = task[2] as { code: string };
	const connectionInputData = task[11] as INodeExecutionData[];
	const run = new Function('$input', 'simplify', 'Questions', code) as Code;
	return { ok: true, result: run({ all: () => connectionInputData }, simplify, Questions) };
}

/* Runs the nodes once in n8n's engine. */
void runContender(async ({ url, apiKey, parameters }) => {
	const { nodes } = parameters as unknown as Row;
	const nodeTypes = nodeTypesOf({ ...floors, ...serverNodes(nodes) });
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
	const peakMb = peakMemory();
	const last = run.data.resultData.runData[nodes.at(-1)!.name]?.at(-1);
	const output = last?.data?.main?.[0] ?? [];
	const hash = createHash('sha256');
	for (const one of output.map(({ json }) => JSON.stringify(json)).sort()) hash.update(one);
	return {
		ms,
		nodeMs: last?.executionTime ?? 0,
		peakMb,
		output: output.length,
		print: hash.digest('hex').slice(0, 12),
		error: run.data.resultData.error?.message,
	};
});
