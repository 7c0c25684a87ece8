import type { INodeProperties } from 'n8n-workflow';
import type { Action } from '../../action';
import { dispatchFields, message, sendoutLogic, subject } from '../../fields/dispatch';
import { surveyId } from '../../../shared/n8n/locators';
import {
	batchSize,
	contact,
	duplicatesInInput,
	preview,
	sendInvitation,
	skipBlocked,
} from '../../fields/respondents';
import { launchTogether } from '../../../shared/invite/launch/together';

const mode: INodeProperties = {
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	default: 'onePerItem',
	description: 'How many sendouts are made',
	options: [
		{
			name: 'One Sendout for All',
			value: 'oneForAll',
			description:
				'All items of a run share one sendout; its name and dates are those of the first',
		},
		{
			name: 'One Sendout per Item',
			value: 'onePerItem',
			description: 'Everybody gets a sendout of their own, with dates and texts of their own',
		},
	],
};

const name: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. Sales talk {{ $json.dealId }}',
	description:
		'Name of the sendout in Netigate. Give each case its own name, for instance with the number of the deal, so that "Existing Sendouts: Skip" works.',
};

const labels: INodeProperties = {
	displayName: 'Background Data',
	name: 'labels',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add background data',
	default: {},
	description:
		'What is known about the person, e.g. for a personal salutation or for reports. The fields are created with the sendout.',
	options: [
		{
			displayName: 'Background Data',
			name: 'label',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					required: true,
					placeholder: 'e.g. First name',
				},
				{
					displayName: 'Type',
					name: 'labelType',
					type: 'options',
					default: 'TEXT',
					options: [
						{ name: 'Choice', value: 'ORDINAL', description: 'Can be filtered on in reports' },
						{ name: 'Text', value: 'TEXT', description: 'Free text, unique to the person' },
					],
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					placeholder: 'e.g. {{ $json.firstName }}',
				},
			],
		},
	],
};

const reminders: INodeProperties = {
	displayName: 'Reminders',
	name: 'reminders',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add reminder',
	default: {},
	description:
		'Messages that follow the invitation, to those who have not answered unless you choose others',
	options: [
		{
			displayName: 'Reminder',
			name: 'reminder',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. After a week',
				},
				{
					displayName: 'When',
					name: 'when',
					type: 'options',
					default: 'afterDays',
					options: [
						{ name: 'Days After the Send Date', value: 'afterDays' },
						{ name: 'On a Date', value: 'date' },
					],
				},
				{
					displayName: 'After (Days)',
					name: 'afterDays',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 7,
					displayOptions: { show: { when: ['afterDays'] } },
				},
				{
					displayName: 'Date',
					name: 'date',
					type: 'dateTime',
					default: '',
					displayOptions: { show: { when: ['date'] } },
				},
				sendoutLogic,
				{ ...subject, hint: "Empty: the sendout's subject" },
				{ ...message, hint: "Empty: the sendout's message" },
			],
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
			displayName: 'Allow Without Link',
			name: 'allowWithoutLink',
			type: 'boolean',
			default: false,
			description:
				'Whether to send a message in which nothing looks like the survey link or its placeholder. Without the link nobody can answer.',
		},
		batchSize,
		duplicatesInInput,
		{
			displayName: 'Existing Sendouts',
			name: 'existing',
			type: 'options',
			default: 'add',
			description: 'What to do with a contact that is in an active sendout of this name already',
			options: [
				{ name: 'Launch Another', value: 'add', description: 'The person is invited once more' },
				{
					name: 'Skip',
					value: 'skip',
					description:
						'Nobody is invited twice, also when a run is repeated: only who is missing gets a new sendout',
				},
			],
		},
		skipBlocked,
	],
};

export const launch: Action = {
	operation: 'launch',
	name: 'Launch',
	action: 'Launch a new sendout with reminders',
	description:
		'Creates a sendout with background data, respondents and reminders, and activates it last, so that nothing goes out half made',
	fields: [
		surveyId,
		mode,
		name,
		...dispatchFields,
		contact,
		sendInvitation,
		labels,
		reminders,
		preview,
		options,
	],
	calls: [10, 12, 13, 15, 16, 17, 19, 21, 34],
	nothingDone: 'Nobody was invited.',
	together: launchTogether,
	asTool: 'whole',
};
