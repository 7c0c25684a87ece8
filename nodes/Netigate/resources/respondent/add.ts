import type { INodeProperties } from 'n8n-workflow';
import type { Action } from '../../action';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import {
	batchSize,
	contact,
	duplicatesInInput,
	preview,
	sendInvitation,
	skipBlocked,
} from '../../fields/respondents';
import { quarantine } from './quarantineField';
import { addTogether } from '../../../shared/invite/add';

const backgroundData: INodeProperties = {
	displayName: 'Background Data',
	name: 'backgroundData',
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null },
	description: 'What is known about the person, e.g. for a personal salutation or for reports',
	typeOptions: {
		loadOptionsDependsOn: ['surveyId.value', 'sendoutId.value'],
		resourceMapper: {
			resourceMapperMethod: 'getSendoutLabels',
			mode: 'map',
			addAllFields: true,
			supportAutoMap: true,
			fieldWords: { singular: 'label', plural: 'labels' },
			valuesLabel: 'Background Data',
			// In red, also before anything is chosen. A notice says what to do instead.
			hideNoDataError: true,
		},
	},
};

const existing: INodeProperties = {
	displayName: 'If Already in This Sendout',
	name: 'existing',
	type: 'options',
	default: 'skip',
	description:
		'What to do with a contact that is in the sendout already. With settings under Quarantine, these decide instead of "Skip".',
	options: [
		{
			name: 'Add Again',
			value: 'add',
			description: 'The person is invited once more, with a new link',
		},
		{
			name: 'Skip',
			value: 'skip',
			description: 'Nobody is added twice, unless a quarantine lets them through again',
		},
		{
			name: 'Skip Always',
			value: 'skipAlways',
			description: 'Nobody is added twice, whatever a quarantine says',
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
			displayName: 'Activate Sendout',
			name: 'activate',
			type: 'boolean',
			default: true,
			description:
				'Whether to activate the sendout once after all contacts were added. Without it Netigate invites nobody until somebody activates the sendout.',
		},
		batchSize,
		duplicatesInInput,
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			default: 'netigate',
			description: 'Which fields the output has',
			options: [
				{
					name: 'Netigate Only',
					value: 'netigate',
					description: 'What Netigate answered, and what became of the contact',
				},
				{
					name: "The Item's Own Fields Too",
					value: 'both',
					description:
						"The item's fields stay, for instance the first name for an e-mail of your own. Where both have a field of the same name, Netigate's counts.",
				},
			],
		},
		skipBlocked,
	],
};

export const add: Action = {
	operation: 'add',
	name: 'Add',
	action: 'Add a respondent to a sendout',
	description:
		'Adds people to an existing sendout with their background data and invites them. All items of a run are sent together, and the sendout is activated once.',
	fields: [
		surveyId,
		sendoutId,
		contact,
		quarantine,
		existing,
		sendInvitation,
		backgroundData,
		preview,
		options,
	],
	calls: [11, 13, 15, 16, 17, 20, 34],
	nothingDone: 'Nobody was invited.',
	together: addTogether,
	asTool: 'whole',
};
