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

/** When a contact may be asked; see rules/rules.ts. */
export const rules: INodeProperties = {
	displayName: 'Rules',
	name: 'rules',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Rule',
	description: 'All rules must allow it. Changing a rule works at once, also on the past.',
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
					description: 'How many contacts within the days below are allowed',
				},
				{
					displayName: 'Days',
					name: 'days',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 30,
					description:
						'Within so many days. When the workflow runs as often as that (every 7 days, say), some runs refuse people because they come minutes too early, or an hour when clocks change: count in days of the calendar, or enter a little less, such as 6.5.',
				},
				{
					displayName: 'Kind',
					name: 'after',
					type: 'options',
					default: 'invited',
					options: [
						{ name: 'Invitations', value: 'invited' },
						{
							name: 'Responses',
							value: 'responded',
							description: 'As far as they were recorded here',
						},
					],
				},
				{
					displayName: 'Of',
					name: 'scope',
					type: 'options',
					default: 'survey',
					options: [
						{ name: 'A Group of Surveys', value: 'group' },
						{ name: 'All Surveys', value: 'all' },
						{ name: 'This Survey', value: 'survey' },
					],
				},
				{
					...groupField('Group Name or ID', 'Leave empty for the group this survey belongs to'),
					displayName: 'Of Group',
					displayOptions: { show: { scope: ['group'] } },
				},
				{
					displayName: 'Unit',
					name: 'unit',
					type: 'options',
					default: 'hours24',
					options: [
						{
							name: 'Calendar Days',
							value: 'calendarDays',
							description:
								"From midnight to midnight in the workflow's time zone; the day of the contact is the first",
						},
						{
							name: 'Days of 24 Hours',
							value: 'hours24',
							description: 'To the second; fractions such as 6.5 are fine',
						},
					],
					description: 'How the days are counted',
				},
			],
		},
	],
};
