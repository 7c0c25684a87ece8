import type { IDataObject } from 'n8n-workflow';
import type { InnerNode } from './innerWorkflow';

/** A step of n8n's Data Table node. */
export function tableNode(resource: string, operation: string, parameters: IDataObject): InnerNode {
	return {
		type: 'n8n-nodes-base.dataTable',
		// Pinned: this version's parameters and answers are what the tests have seen.
		typeVersion: 1.1,
		parameters: { resource, operation, ...parameters } as InnerNode['parameters'],
	};
}
