import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** A group name: one of the account's categories or any other name. */
export function groupField(displayName: string, description: string): INodeProperties {
	return {
		displayName,
		name: 'group',
		type: 'resourceLocator',
		// Entering a name is the default, because any name works. Choosing from the list requires a credential,
		// which the quarantine otherwise doesn't.
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

/** What a rule counts, a lift ends and an opt-out is for. */
export const SCOPES: INodePropertyOptions[] = [
	{ name: 'A Group of Surveys', value: 'group' },
	{ name: 'All Surveys', value: 'all' },
	{ name: 'This Survey', value: 'survey' },
];

export const rules: INodeProperties = {
	displayName: 'Rules',
	name: 'rules',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Rule',
	description:
		'All rules must allow a contact. Rule changes apply immediately, even to past events.',
	default: { rule: [{ scope: 'survey', after: 'invited', max: 1, days: 30 }] },
	options: [
		{
			displayName: 'Rule',
			name: 'rule',
			values: [
				{
					displayName: 'At Most',
					name: 'max',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 1,
					description: 'The number of invitations or responses allowed in that time',
				},
				{
					displayName: 'Counts',
					name: 'after',
					type: 'options',
					default: 'invited',
					options: [
						{ name: 'Invitations', value: 'invited' },
						{
							name: 'Responses',
							value: 'responded',
							description: 'Only responses recorded with this package',
						},
					],
				},
				{
					displayName: 'Counts Across',
					name: 'scope',
					type: 'options',
					default: 'survey',
					options: SCOPES,
				},
				{
					...groupField('Group Name or ID', 'Leave empty to use the group this survey belongs to'),
					displayName: 'Group',
					displayOptions: { show: { scope: ['group'] } },
				},
				{
					displayName: 'Unit',
					name: 'unit',
					type: 'options',
					default: 'hours24',
					options: [
						{
							name: '24-Hour Days',
							value: 'hours24',
							description: 'Exact to the second. Fractions such as 6.5 are allowed.',
						},
						{
							name: 'Calendar Days',
							value: 'calendarDays',
							description:
								"From midnight to midnight in the workflow's time zone, starting with the day of the contact",
						},
					],
					description: 'How the days are counted',
				},
				{
					displayName: 'Within (Days)',
					name: 'days',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 30,
					description:
						'The number of days the rule looks back. If the workflow runs at the same interval, use calendar days or a slightly smaller number, such as 6.5.',
				},
			],
		},
	],
};
