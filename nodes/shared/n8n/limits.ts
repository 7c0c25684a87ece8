import type { INodeProperties } from 'n8n-workflow';
import type { Parameters } from './parameters';

/** Return All, or the number of entries. Netigate's lists are not paged: the rest is cut off. */
export const returnAllAndLimit: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

/** The number of entries the user wants: all of them with Return All, or if there is no such field. */
export function limitOf(parameters: Parameters): number {
	return !parameters.has('returnAll') || parameters.flag('returnAll')
		? Infinity
		: parameters.whole('limit');
}
