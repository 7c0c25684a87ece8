import type { INodeProperties } from 'n8n-workflow';
import type { Action } from '../../action';
import {
	allowPastDates,
	dispatchFields,
	message,
	sendoutLogic,
	subject,
} from '../../fields/dispatch';
import { nameOf } from '../../fields/name';
import { flag, optionsWith } from '../../../shared/n8n/fields';
import { surveyId } from '../../../shared/n8n/locators';
import {
	batchSize,
	contact,
	duplicatesInInput,
	output,
	preview,
	sendInvitation,
	sendsNotice,
	skipBlocked,
} from '../../fields/respondents';
import { launchTogether } from '../../../shared/invite/launch/together';

const mode: INodeProperties = {
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	default: 'onePerItem',
	description: 'How many sendouts to create',
	options: [
		{
			name: 'One Sendout for All',
			value: 'oneForAll',
			description:
				'All items in a run share one sendout, which has the name and dates of the first item',
		},
		{
			name: 'One Sendout per Item',
			value: 'onePerItem',
			description: 'Each person gets their own sendout, with its own dates and messages',
		},
	],
};

const name: INodeProperties = {
	...nameOf('sendout', 'Sales call {{ $json.dealId }}'),
	description:
		"Name of the sendout in Netigate. Use a separate name for each occasion, e.g. by including the deal number, so that 'Existing Sendouts' works.",
};

const labels: INodeProperties = {
	displayName: 'Background Data',
	name: 'labels',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Background Data',
	default: {},
	description:
		'What you know about the person, e.g. to personalize the greeting or for use in reports. The labels are created with the sendout.',
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
						{
							name: 'Choice',
							value: 'ORDINAL',
							description: 'One of several options, for filters in reports',
						},
						{ name: 'Text', value: 'TEXT', description: 'Free text, different for each person' },
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
	placeholder: 'Add Reminder',
	default: {},
	description:
		"Messages sent after the invitation, by default to people who haven't completed the survey",
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
					typeOptions: { minValue: 0, maxValue: 3650 },
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
				{ ...subject, hint: "Leave empty to use the sendout's subject" },
				{ ...message, hint: "Leave empty to use the sendout's message" },
			],
		},
	],
};

const options = optionsWith([
	allowPastDates,
	flag(
		'Allow Without Link',
		'allowWithoutLink',
		"Whether to accept a message that doesn't seem to contain the survey link or its placeholder. Without the link, no one can answer.",
	),
	batchSize,
	duplicatesInInput,
	{
		displayName: 'Existing Sendouts',
		name: 'existing',
		type: 'options',
		default: 'add',
		description: 'What to do with a contact that is already in an active sendout with this name',
		options: [
			{
				name: 'Always Invite Again',
				value: 'add',
				description: 'Launch another sendout, with a new link',
			},
			{
				name: 'Never Invite Again',
				value: 'skip',
				description:
					"Don't invite anyone twice, even if a run is repeated. Only people who aren't in such a sendout yet get a new one.",
			},
		],
	},
	output,
	skipBlocked,
]);

export const launch: Action = {
	operation: 'launch',
	name: 'Launch',
	action: 'Launch new sendout with reminders',
	description:
		'Creates a sendout with background data, respondents and reminders. Activates the sendout last, so that nothing is sent before everything is ready.',
	builderHint:
		"Set 'mode' to 'oneForAll' to create one sendout for all items, otherwise every item gets its own sendout.",
	fields: [
		sendsNotice,
		surveyId,
		mode,
		name,
		...dispatchFields,
		contact,
		preview,
		sendInvitation,
		labels,
		reminders,
		options,
	],
	calls: [2, 10, 12, 13, 15, 16, 17, 19, 21, 34],
	nothingDone: 'No one was invited.',
	together: launchTogether,
};
