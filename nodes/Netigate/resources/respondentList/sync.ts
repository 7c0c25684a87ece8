import type { INodeProperties } from 'n8n-workflow';
import type { Action } from '../../action';
import { flag, optionsWith } from '../../../shared/n8n/fields';
import { listId } from '../../../shared/n8n/locators';
import { contactAndType } from '../../fields/respondents';
import { cells } from './rowFields';
import { syncLists } from '../../../shared/listSync/sync';

const memoryNotice: INodeProperties = {
	displayName:
		"Netigate can't list the rows in a list, so this node can sync only rows it wrote itself. Start with an empty list, because people already in it would be added again. If the first run would add many people, it stops and reports how many.",
	name: 'memoryNotice',
	type: 'notice',
	default: '',
};

const missing: INodeProperties = {
	displayName: 'People No Longer in the Directory',
	name: 'missing',
	type: 'options',
	default: 'report',
	description: 'What to do with people who were added by this node but are no longer in the input',
	options: [
		{
			name: 'Clear',
			value: 'clear',
			description:
				"Empty all cells in their rows. The rows remain, because Netigate can't delete them.",
		},
		{
			name: 'Report',
			value: 'report',
			description: 'Output them as missing and leave their rows unchanged',
		},
	],
};

const options = optionsWith([
	{
		displayName: 'First Run',
		name: 'firstRun',
		type: 'options',
		default: 'stop',
		description:
			'What to do if nearly everyone would be added because the list memory is new or hardly anyone is recognized',
		options: [
			{
				name: 'Add',
				value: 'add',
				description:
					'Add them. Use this for one run only, after checking the list in Netigate. People already in the list would be added twice.',
			},
			{
				name: 'Stop and Ask',
				value: 'stop',
				description: 'Send nothing and report how many people would be added',
			},
		],
	},
	{
		displayName: 'Max Missing Share (Percent)',
		name: 'maxMissingShare',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 20,
		description:
			"The largest share of rows whose cells a run may empty. A run that would exceed this share sends nothing, so that an empty directory can't empty the whole list.",
	},
	flag(
		'Store Contact',
		'storeContact',
		'Whether to store the contact itself next to its hash in the list memory, so that missing people can be identified',
	),
	{
		displayName: 'When Unknown',
		name: 'whenUnknown',
		type: 'options',
		default: 'report',
		description:
			'What to do with a contact that an earlier run may have added before the response was lost',
		options: [
			{
				name: 'Add Again',
				value: 'addAgain',
				description:
					'Use this only after checking the list in Netigate. People already in the list would be added twice.',
			},
			{
				name: 'Report',
				value: 'report',
				description: 'Output the contact as unknown and send nothing',
			},
		],
	},
]);

export const sync: Action = {
	operation: 'sync',
	name: 'Sync',
	action: 'Sync respondent list with directory',
	description:
		'Makes a respondent list match the input: adds new people, updates changed rows, and reports or clears the rows of people who are no longer in the input. The input must contain the whole directory.',
	fields: [
		listId,
		memoryNotice,
		...contactAndType,
		{
			...cells,
			description:
				'The values for the row. If a mapped value is empty, a cell that this node wrote is emptied.',
		},
		missing,
		options,
	],
	calls: [29, 31, 32, 33],
	together: syncLists,
	// As a tool, the node can't use data tables. A tool call also passes a single person, not a directory.
	hiddenFromAgents: true,
};
