import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';

/** A step of an inner workflow. */
export type InnerNode = Pick<INode, 'type' | 'typeVersion' | 'parameters'>;

const IF = 'n8n-nodes-base.if';

/** Goes on where the step before put out nothing; else the workflow ends with what that put out. */
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

/** Runs n8n nodes one after the other on some items, and gives back the items of the last one. */
export interface RunNodes {
	(nodes: InnerNode[], items: IDataObject[]): Promise<IDataObject[]>;
	/** For whom it runs them; with the workflow goes the project. */
	workflowId: string;
	executionId: string;
}

/**
 * Once the time of an execution is up, n8n ends the workflows that it calls, too; but whoever was invited by then has
 * to be remembered, and whoever was not be given back.
 *
 * @returns the same context, which calls workflows that have the time of their own settings
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
 * Nodes run as a sub-workflow written here and now. It belongs to the workflow of the node, so it works in
 * the same project; it needs no credential, and n8n keeps no record of it.
 */
export function innerWorkflow(context: IExecuteFunctions): RunNodes {
	const run = async (...[nodes, items]: Parameters<RunNodes>) => {
		const chain: INode[] = [
			{
				type: 'n8n-nodes-base.executeWorkflowTrigger',
				typeVersion: 1.1,
				parameters: { inputSource: 'passthrough' },
			},
			...nodes,
		].map((node, index) => ({
			...node,
			id: `netigate-ledger-${index}`,
			name: index === 0 ? 'Start' : `${index} ${String(node.parameters.operation ?? 'none?')}`,
			position: [index * 200, 0],
			// Only the first step takes the items; the others run once, whatever comes out before them.
			executeOnce: index > 1 && node.type !== IF,
			alwaysOutputData: node.type !== IF,
		}));
		const connections = Object.fromEntries(
			chain
				.slice(1)
				.map(({ name }, index) => [
					chain[index].name,
					{ main: [[{ node: name, type: 'main' as const, index: 0 }]] },
				]),
		);
		const { id } = context.getWorkflow();
		const { data } = await withoutDeadline(context).executeWorkflow(
			{
				code: {
					id: String(id),
					name: 'Netigate ledger',
					nodes: chain,
					connections,
					active: false,
					isArchived: false,
					createdAt: new Date(0),
					updatedAt: new Date(0),
					activeVersionId: null,
					versionCounter: 1,
					settings: {
						executionOrder: 'v1',
						// Nobody but this node can call it, whatever n8n lets workflows be called by unless they say it.
						callerPolicy: 'any',
						saveDataSuccessExecution: 'none',
						saveDataErrorExecution: 'none',
						saveManualExecutions: false,
						saveExecutionProgress: false,
					},
				},
			},
			items.map((json): INodeExecutionData => ({ json })),
		);
		// An If that ends the workflow has them at its second output.
		return data.flatMap((items) => items ?? []).map(({ json }) => json);
	};
	return Object.assign(run, {
		workflowId: String(context.getWorkflow().id),
		executionId: context.getExecutionId(),
	});
}
