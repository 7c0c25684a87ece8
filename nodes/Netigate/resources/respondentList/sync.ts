import type { INodeProperties } from 'n8n-workflow';
import type { Action } from '../../action';
import { listId } from '../../../shared/n8n/locators';
import { contact } from '../../fields/respondents';
import { cells } from './rowFields';
import { syncLists } from '../../../shared/listSync/sync';

const memoryNotice: INodeProperties = {
	displayName:
		'Netigate cannot list the rows of a list, so this node knows only those that it wrote itself. While its memory is new, people who are already in the list are added again: the first run stops and asks. Best begin with an empty list.',
	name: 'memoryNotice',
	type: 'notice',
	default: '',
};

const missing: INodeProperties = {
	displayName: 'People No Longer in the Directory',
	name: 'missing',
	type: 'options',
	default: 'report',
	description: 'What to do with people whom this node added and who are not in the input any more',
	options: [
		{
			name: 'Clear',
			value: 'clear',
			description: 'Empty all cells of their rows. The rows stay: Netigate cannot delete rows.',
		},
		{
			name: 'Report',
			value: 'report',
			description: 'Put them out as missing; their rows stay as they are',
		},
	],
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'First Run',
			name: 'firstRun',
			type: 'options',
			default: 'stop',
			description:
				'What a run does that would add nearly everybody, because nothing is remembered of the list or hardly anybody is recognised',
			options: [
				{
					name: 'Add',
					value: 'add',
					description:
						'Add them. For one run, after you looked in Netigate: who is in the list already is in it twice.',
				},
				{
					name: 'Stop and Ask',
					value: 'stop',
					description: 'Send nothing, and tell how many would be added',
				},
			],
		},
		{
			displayName: 'Hash Secret',
			name: 'hashSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'The key with which contacts and cells are hashed in the memory. When empty, the ID of this n8n instance. Needed only where the memory is moved to another n8n.',
		},
		{
			displayName: 'Max Missing Share (Percent)',
			name: 'maxMissingShare',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 20,
			description:
				'A run that would empty cells in more than so many percent of the rows stops before it sends anything, since a directory that answers with nothing must not empty the list',
		},
		{
			displayName: 'Store Contact',
			name: 'storeContact',
			type: 'boolean',
			default: false,
			description:
				'Whether the contact itself is kept beside its hash in the memory, so that those who are missing can be named',
		},
		{
			displayName: 'When Unknown',
			name: 'whenUnknown',
			type: 'options',
			default: 'report',
			description:
				'What to do with a contact of whom it cannot be told whether an earlier run added it, because its answer was lost',
			options: [
				{
					name: 'Add Again',
					value: 'addAgain',
					description:
						'Only after you looked in Netigate: who is in the list already is in it twice',
				},
				{
					name: 'Report',
					value: 'report',
					description: 'Put it out as unknown and leave it alone',
				},
			],
		},
	],
};

export const sync: Action = {
	operation: 'sync',
	name: 'Sync',
	action: 'Sync a respondent list with a directory',
	description:
		'Makes a respondent list what the input says: new people are added, changed rows updated, people who left reported or cleared. The input is the whole directory.',
	fields: [
		listId,
		memoryNotice,
		{ ...contact, description: 'E-mail address, mobile number with country code, or log-in name' },
		{
			...cells,
			description:
				'The values of the row. A mapped value that is empty empties the cell, if this node wrote it.',
		},
		missing,
		options,
	],
	calls: [29, 31, 32, 33],
	together: syncLists,
	// n8n gives tools no data tables, and one person isn't a directory.
	asTool: 'hidden',
};
