import type { INodeProperties } from 'n8n-workflow';

/** A name that the account's categories can fill in, or any other. */
export function groupField(displayName: string, description: string): INodeProperties {
	return {
		displayName,
		name: 'group',
		type: 'resourceLocator',
		// Not the list: any name will do, and the list needs a credential that the quarantine does without.
		default: { mode: 'name', value: '' },
		description,
		modes: [
			{
				displayName: 'Name',
				name: 'name',
				type: 'string',
				placeholder: 'e.g. Customer Service',
			},
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				hint: 'The categories of your Netigate account',
				typeOptions: { searchListMethod: 'searchCategoryNames', searchable: true },
			},
		],
	};
}
