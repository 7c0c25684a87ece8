import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';

/** Runs n8n nodes one after the other on some items, and gives back the items of the last one. */
export interface RunNodes {
	(
		nodes: Array<Pick<INode, 'type' | 'typeVersion' | 'parameters'>>,
		items: IDataObject[],
	): Promise<IDataObject[]>;
	/** For whom it runs them; with the workflow goes the project. */
	workflowId: string;
	executionId: string;
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
			name: index === 0 ? 'Start' : `${index} ${String(node.parameters.operation)}`,
			position: [index * 200, 0],
			// Only the first step takes the items; the others run once, whatever comes out before them.
			executeOnce: index > 1,
			alwaysOutputData: true,
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
		const { data } = await context.executeWorkflow(
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
						saveDataSuccessExecution: 'none',
						saveDataErrorExecution: 'none',
						saveManualExecutions: false,
						saveExecutionProgress: false,
					},
				},
			},
			items.map((json): INodeExecutionData => ({ json })),
		);
		return (data[0] ?? []).map(({ json }) => json);
	};
	return Object.assign(run, {
		workflowId: String(context.getWorkflow().id),
		executionId: context.getExecutionId(),
	});
}
