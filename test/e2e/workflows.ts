import { randomUUID } from 'node:crypto';
import type { Workflow, WorkflowNode } from '../run/n8n-api.mjs';

export type Fields = Record<string, unknown>;

type Link = readonly [from: string, output: number, to: string, input?: number];

const base = (type: string) => `n8n-nodes-base.${type}`;

/** A workflow with these nodes. By default, they run one after the other. */
export function workflow(
	name: string,
	nodes: WorkflowNode[],
	links: Link[] = nodes.slice(1).map((node, index) => [nodes[index].name, 0, node.name]),
): Workflow {
	const connections: Workflow['connections'] = {};
	for (const [from, output, to, input = 0] of links) {
		const { main } = (connections[from] ??= { main: [] }) as { main: object[][] };
		while (main.length <= output) main.push([]);
		main[output].push({ node: to, type: 'main', index: input });
	}
	return {
		name,
		nodes: nodes.map((node, index) => ({ id: randomUUID(), position: [index * 200, 0], ...node })),
		connections,
		settings: { executionOrder: 'v1' },
	};
}

/** One of n8n's own nodes. */
export const node = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: Fields = {},
	more: Fields = {},
): WorkflowNode => ({ name, type: base(type), typeVersion, parameters, ...more });

/** One of this package's nodes. */
export const own = (
	name: string,
	type: 'netigate' | 'netigateQuarantine' | 'netigateTrigger',
	parameters: Fields = {},
	more: Fields = {},
): WorkflowNode => ({
	...{ name, type: `n8n-nodes-netigate.${type}`, typeVersion: 1, parameters },
	...more,
});

export const manualTrigger = (name: string) => node(name, 'manualTrigger', 1);

export const noOp = (name: string) => node(name, 'noOp', 1);

export const webhook = (path: string, more: Fields = {}): WorkflowNode =>
	node(
		...(['Webhook', 'webhook', 2] as const),
		{
			httpMethod: 'POST',
			path,
			responseMode: 'lastNode',
			responseData: 'allEntries',
			...more,
		},
		{ webhookId: path },
	);

/** Splits a posted list into items. */
export const postedItems = (field = 'items'): WorkflowNode =>
	node('Items', 'splitOut', 1, { fieldToSplitOut: `body.${field}`, options: {} });

/** Posts JSON to a URL. */
export const post = (name: string, url: string, jsonBody: string, more: Fields = {}) =>
	node(
		...([name, 'httpRequest', 4.2] as const),
		{ method: 'POST', url, sendBody: true, specifyBody: 'json', jsonBody, options: {} },
		more,
	);

/** Sets its items' fields from an expression or JSON text. */
export const set = (name: string, jsonOutput: string, more: Fields = {}) =>
	node(name, 'set', 3.4, { mode: 'raw', jsonOutput, options: {} }, more);

/** The first node in a workflow that other workflows run. */
export const subWorkflowTrigger = () =>
	node('Start', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' });

/** n8n rejects one cron expression for every two seconds, but accepts any number of poll times. */
export const everyTwoSeconds = {
	item: Array.from({ length: 30 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 2} * * * * *`,
	})),
};
