import {
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type IExecuteWorkflowInfo,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { LedgerError } from './errors';

export type InnerNode = Pick<INode, 'type' | 'typeVersion' | 'parameters'>;

export function tableNode(resource: string, operation: string, parameters: IDataObject): InnerNode {
	return {
		type: 'n8n-nodes-base.dataTable',
		// Pinned, because only this version was tested.
		typeVersion: 1.1,
		parameters: { resource, operation, ...parameters } as InnerNode['parameters'],
	};
}

/** The fields of an item, as expressions. */
export const FROM = '={{ $json.from }}';
export const TO = '={{ $json.to }}';
const FOUND_NONE = '={{ $json.id === undefined }}';
const OWN_EXPRESSIONS = new Set([FROM, TO, FOUND_NONE]);

/**
 * n8n evaluates every parameter that starts with "=", so no text from a table may start with it.
 * @throws LedgerError if one does
 */
function refuseExpressions(value: unknown): void {
	if (typeof value === 'string') {
		if (!value.startsWith('=') || OWN_EXPRESSIONS.has(value)) return;
		throw new LedgerError(
			'shape',
			'A data table contains text that starts with "=", which n8n would run as code',
			'Someone edited the table. Find the text and restore or delete its row.',
		);
	}
	if (typeof value === 'object' && value !== null) Object.values(value).forEach(refuseExpressions);
}

const IF = 'n8n-nodes-base.if';

/** Continues if the previous step found no rows. Otherwise, the workflow ends with those rows. */
export const IF_NONE: InnerNode = {
	type: IF,
	typeVersion: 2.2,
	parameters: {
		conditions: {
			options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
			conditions: [
				{
					id: 'none',
					leftValue: FOUND_NONE,
					rightValue: true,
					operator: { type: 'boolean', operation: 'true', singleValue: true },
				},
			],
			combinator: 'and',
		},
	},
};

const START: InnerNode = {
	type: 'n8n-nodes-base.executeWorkflowTrigger',
	typeVersion: 1.1,
	parameters: { inputSource: 'passthrough' },
};

const SETTINGS = {
	executionOrder: 'v1',
	saveDataSuccessExecution: 'none',
	saveDataErrorExecution: 'none',
	saveManualExecutions: false,
	saveExecutionProgress: false,
} as const;

/** Runs n8n nodes in order, starting with these items, and returns the last node's items. */
export interface RunNodes {
	(nodes: InnerNode[], items: IDataObject[]): Promise<IDataObject[]>;
	/** The calling workflow, which determines the project. */
	workflowId: string;
	executionId: string;
}

/**
 * Calls a workflow that keeps running if this execution times out, because invited people must be recorded.
 * @returns the items in each output of the workflow's last node
 */
export async function callWorkflow(
	context: IExecuteFunctions,
	workflow: IExecuteWorkflowInfo,
	items: readonly IDataObject[],
): Promise<IDataObject[][]> {
	const { additionalData } = context as { additionalData?: object };
	let caller = context;
	if (additionalData) {
		const get = (data: object, name: string) =>
			name === 'executionTimeoutTimestamp' ? undefined : (Reflect.get(data, name) as unknown);
		const value = new Proxy(additionalData, { get });
		caller = Object.create(context, { additionalData: { value } }) as IExecuteFunctions;
	}
	const given = items.map((json): INodeExecutionData => ({ json }));
	const { data } = await caller.executeWorkflow(workflow, given);
	return data.map((output) => (output ?? []).map(({ json }) => json));
}

/** Runs nodes as a sub-workflow in the caller's project, without a credential or saved executions. */
export function innerWorkflow(context: IExecuteFunctions): RunNodes {
	const workflowId = String(context.getWorkflow().id);
	const run = async (...[steps, items]: Parameters<RunNodes>) => {
		for (const { parameters } of steps) refuseExpressions(parameters);
		const nodes = [START, ...steps].map(asNode);
		const connectionTo = ({ name: node }: INode) => ({
			main: [[{ node, type: 'main' as const, index: 0 }]],
		});
		const connections = Object.fromEntries(
			nodes.slice(1).map((node, index) => [nodes[index].name, connectionTo(node)]),
		);
		const code = {
			id: workflowId,
			name: 'Netigate ledger',
			nodes,
			connections,
			active: false,
			isArchived: false,
			createdAt: new Date(0),
			updatedAt: new Date(0),
			activeVersionId: null,
			versionCounter: 1,
			// Without a policy, the administrator's default applies, which may be stricter. n8n 3.0 refuses calls
			// under the policy "any".
			settings: { ...SETTINGS, callerPolicy: 'workflowsFromAList' as const, callerIds: workflowId },
		};
		const data = await onceReady(async () => await callWorkflow(context, { code }, items));
		// If an If node ends the workflow, the items are in its second output.
		return data.flat();
	};
	return Object.assign(run, { workflowId, executionId: context.getExecutionId() });
}

const NOT_READY = 'Attempted to use Data table node but the module is disabled';

/** The pauses between attempts, in milliseconds. */
const PAUSES = [250, 500, 1000, 2000, 4000];

/** When n8n starts, it resumes waiting executions before its data tables can be used. */
async function onceReady<T>(call: () => Promise<T>, pauses = PAUSES): Promise<T> {
	const [pause, ...rest] = pauses;
	return await call().catch(async (error: Error) => {
		if (pause === undefined || !error.message.includes(NOT_READY)) throw error;
		await sleep(pause);
		return await onceReady(call, rest);
	});
}

function asNode(step: InnerNode, index: number): INode {
	return {
		...step,
		id: `netigate-ledger-${index}`,
		name: index === 0 ? 'Start' : `${index} ${String(step.parameters.operation ?? 'none?')}`,
		position: [index * 200, 0],
		// Only the first step runs for all items. The others run once.
		executeOnce: index > 1 && step.type !== IF,
		alwaysOutputData: step.type !== IF,
	};
}
