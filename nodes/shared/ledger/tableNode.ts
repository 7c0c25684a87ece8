import type { IDataObject } from 'n8n-workflow';
import type { RunNodes } from './innerWorkflow';

export type DataTableNode = Parameters<RunNodes>[0][number];

/** A step of n8n's Data Table node. */
export function tableNode(
	resource: string,
	operation: string,
	parameters: IDataObject,
): DataTableNode {
	return {
		type: 'n8n-nodes-base.dataTable',
		// Pinned: this version's parameters and answers are what the tests have seen.
		typeVersion: 1.1,
		parameters: { resource, operation, ...parameters } as DataTableNode['parameters'],
	};
}
