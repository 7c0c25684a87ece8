import type { INodeProperties } from 'n8n-workflow';

export function nameOf(what: string, example: string): INodeProperties {
	return {
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: `e.g. ${example}`,
		description: `Name of the ${what} in Netigate`,
	};
}
