import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';

/** A step of an inner workflow. */
export type InnerNode = Pick<INode, 'type' | 'typeVersion' | 'parameters'>;

/** A step of n8n's Data Table node. */
export function tableNode(resource: string, operation: string, parameters: IDataObject): InnerNode {
	return {
		type: 'n8n-nodes-base.dataTable',
		// Pinned: the parameters and output of this version are the ones that were tested.
		typeVersion: 1.1,
		parameters: { resource, operation, ...parameters } as InnerNode['parameters'],
	};
}

const IF = 'n8n-nodes-base.if';

/** Continues if the step before returned nothing; otherwise the workflow ends with what that returned. */
export const IF_NONE: InnerNode = {
	type: IF,
	typeVersion: 2.2,
	parameters: {
		conditions: {
			options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
			conditions: [
				{
					id: 'none',
					leftValue: '={{ $json.id === undefined }}',
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
	// Only this node can call it, whatever the default for workflows that don't set this.
	callerPolicy: 'any',
	saveDataSuccessExecution: 'none',
	saveDataErrorExecution: 'none',
	saveManualExecutions: false,
	saveExecutionProgress: false,
} as const;

/** Runs n8n nodes one after the other on some items, and returns the items of the last one. */
export interface RunNodes {
	(nodes: InnerNode[], items: IDataObject[]): Promise<IDataObject[]>;
	/** The workflow for which it runs them; it determines the project. */
	workflowId: string;
	executionId: string;
}

/**
 * When the time of an execution is up, n8n also ends the workflows that it calls. But people who were invited
 * by then still have to be remembered, and reservations of others released.
 *
 * @returns the same context, but workflows that it calls have the time of their own settings
 */
export function withoutDeadline(context: IExecuteFunctions): IExecuteFunctions {
	const { additionalData } = context as { additionalData?: object };
	if (!additionalData) return context;
	const get = (data: object, name: string) =>
		name === 'executionTimeoutTimestamp' ? undefined : (Reflect.get(data, name) as unknown);
	const value = new Proxy(additionalData, { get });
	return Object.create(context, { additionalData: { value } }) as IExecuteFunctions;
}

/**
 * Runs nodes as a sub-workflow that exists only for this call. It belongs to the workflow of the node, so it
 * works in the same project. It needs no credential, and n8n saves no execution of it.
 */
export function innerWorkflow(context: IExecuteFunctions): RunNodes {
	const workflowId = String(context.getWorkflow().id);
	const run = async (...[steps, items]: Parameters<RunNodes>) => {
		const nodes = [START, ...steps].map(asNode);
		const connections = Object.fromEntries(
			nodes
				.slice(1)
				.map(({ name }, index) => [
					nodes[index].name,
					{ main: [[{ node: name, type: 'main' as const, index: 0 }]] },
				]),
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
			settings: SETTINGS,
		};
		const given = items.map((json): INodeExecutionData => ({ json }));
		const { data } = await withoutDeadline(context).executeWorkflow({ code }, given);
		// An If that ends the workflow has the items at its second output.
		return data.flatMap((output) => output ?? []).map(({ json }) => json);
	};
	return Object.assign(run, { workflowId, executionId: context.getExecutionId() });
}

function asNode(step: InnerNode, index: number): INode {
	return {
		...step,
		id: `netigate-ledger-${index}`,
		name: index === 0 ? 'Start' : `${index} ${String(step.parameters.operation ?? 'none?')}`,
		position: [index * 200, 0],
		// Only the first step takes the items; the others run once, however many items come before them.
		executeOnce: index > 1 && step.type !== IF,
		alwaysOutputData: step.type !== IF,
	};
}
