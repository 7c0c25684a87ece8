import type { INodeProperties } from 'n8n-workflow';
import { surveyId } from '../Netigate/fields/locators';

const DECIDING = ['reserve', 'check'];

function shownFor(operations: string[], field: INodeProperties): INodeProperties {
	return {
		...field,
		displayOptions: { show: { operation: operations, ...field.displayOptions?.show } },
	};
}

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: 'reserve',
	options: [
		{
			name: 'Check',
			value: 'check',
			action: 'Check who may be asked',
			description: 'Decide who may be asked, and remember nothing',
		},
		{
			name: 'Confirm',
			value: 'confirm',
			action: 'Confirm that the invitation was sent',
			description: 'After sending: make a held reservation final',
		},
		{
			name: 'Lift',
			value: 'lift',
			action: 'Lift a quarantine',
			description: 'Let somebody be asked again now',
		},
		{
			name: 'Record',
			value: 'record',
			action: 'Record a contact made elsewhere',
			description: 'Remember an invitation or a response from elsewhere, or from the past',
		},
		{
			name: 'Release',
			value: 'release',
			action: 'Release a reservation',
			description: 'When sending failed: give the reservation back',
		},
		{
			name: 'Reserve',
			value: 'reserve',
			action: 'Reserve who may be asked',
			description: 'Decide who may be asked, and remember them as invited',
		},
	],
};

const contact: INodeProperties = {
	displayName: 'Contact',
	name: 'contact',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. anna@example.com',
	description:
		'The e-mail address, phone number or login name. Upper and lower case, spaces and the way a phone number is written make no difference.',
};

/** A name that the account's categories can fill in, or any other. */
function groupField(displayName: string, description: string): INodeProperties {
	return {
		displayName,
		name: 'group',
		type: 'resourceLocator',
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

const rules: INodeProperties = {
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
					description: 'Within so many days of 24 hours; fractions are fine',
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
			],
		},
	],
};

const event: INodeProperties = {
	displayName: 'What Happened',
	name: 'event',
	type: 'options',
	default: 'invited',
	options: [
		{ name: 'Invited', value: 'invited' },
		{ name: 'Responded', value: 'responded' },
	],
};

const at: INodeProperties = {
	displayName: 'When',
	name: 'at',
	type: 'dateTime',
	default: '',
	description: 'Now when empty. May be in the future, for an invitation that is planned.',
};

const liftScope: INodeProperties = {
	displayName: 'Lift For',
	name: 'liftScope',
	type: 'options',
	default: 'all',
	options: [
		{ name: 'A Group of Surveys', value: 'group' },
		{ name: 'All Surveys', value: 'all' },
		{ name: 'This Survey', value: 'survey' },
	],
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Exempt',
			name: 'exempt',
			type: 'boolean',
			default: false,
			description:
				'Whether this contact is always allowed, e.g. {{ $JSON.email.endsWith("@example.com") }}. It is remembered all the same.',
			displayOptions: { show: { '/operation': DECIDING } },
		},
		{
			displayName: 'Fold Plus Addresses',
			name: 'foldPlusAddress',
			type: 'boolean',
			default: false,
			description:
				'Whether anna+shop@example.com is the same person as anna@example.com. Set it alike in all nodes that share the ledger.',
		},
		{
			displayName: 'Hash Secret',
			name: 'hashSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'The key with which contacts are hashed. When empty, the ID of this n8n instance. Needed only where several n8n instances share a ledger, or where a ledger is moved to another one.',
		},
		{
			displayName: 'Hold Minutes',
			name: 'holdMinutes',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'After so many minutes a reservation lapses unless it was confirmed. 0: it is final at once.',
			displayOptions: { show: { '/operation': ['reserve'] } },
		},
		{
			displayName: 'Keep Days',
			name: 'keepDays',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 400,
			description:
				'After so many days events are forgotten, unless a rule or another workflow needs them longer',
			displayOptions: { show: { '/operation': ['reserve', 'record'] } },
		},
		{
			displayName: 'Ledger',
			name: 'ledger',
			type: 'options',
			default: 'dataTable',
			options: [
				{
					name: 'Data Table of N8n',
					value: 'dataTable',
					description: 'Made on first use in the project of this workflow',
				},
				{
					name: 'Workflow',
					value: 'workflow',
					description: 'A workflow that keeps it in a database of yours',
				},
			],
			description: 'Where is remembered who was contacted',
		},
		{
			displayName: 'Ledger Workflow',
			name: 'ledgerWorkflow',
			type: 'workflowSelector',
			default: '',
			description:
				'Needed with the ledger "Workflow". Import one of the examples for PostgreSQL and Redis that come with this package and publish it.',
		},
		{
			displayName: 'Record in Test Runs',
			name: 'recordInTestRuns',
			type: 'boolean',
			default: false,
			description:
				'Whether a run from the editor remembers too. Otherwise it only decides, so that trying out a workflow quarantines nobody.',
		},
		{
			displayName: 'Release on Failure',
			name: 'releaseOnFailure',
			type: 'boolean',
			default: false,
			description:
				'Whether held reservations are given back when the execution ends, well or badly, without confirming them. Needs Hold Minutes, which also covers a crash.',
			displayOptions: { show: { '/operation': ['reserve'] } },
		},
		{
			displayName: 'Skip Blocked',
			name: 'skipBlocked',
			type: 'boolean',
			default: true,
			description:
				"Whether contacts on Netigate's block list are quarantined. Works when a credential is chosen.",
			displayOptions: { show: { '/operation': DECIDING } },
		},
		{
			displayName: 'Store Contact',
			name: 'storeContact',
			type: 'boolean',
			default: false,
			description:
				'Whether the contact itself is kept beside its hash, for people to read in the ledger',
			displayOptions: { show: { '/operation': ['reserve', 'confirm', 'record'] } },
		},
		{
			displayName: 'When Unavailable',
			name: 'whenUnavailable',
			type: 'options',
			default: 'stop',
			options: [
				{
					name: 'Allow',
					value: 'allow',
					description: 'Let everybody pass, at the risk of asking somebody twice',
				},
				{ name: 'Stop', value: 'stop', description: 'Fail, so that nobody is asked' },
			],
			description: 'What happens when the ledger cannot be used',
		},
	],
};

const SURVEY_DESCRIPTION =
	'The survey people are asked to answer. Choosing from the list needs a credential, entering the ID does not.';

export const properties: INodeProperties[] = [
	operation,
	contact,
	shownFor(['lift'], liftScope),
	shownFor([...DECIDING, 'confirm', 'release', 'record'], {
		...surveyId,
		description: SURVEY_DESCRIPTION,
	}),
	shownFor(['lift'], {
		...surveyId,
		description: SURVEY_DESCRIPTION,
		displayOptions: { show: { liftScope: ['survey'] } },
	}),
	shownFor([...DECIDING, 'confirm', 'record'], {
		...groupField(
			'Group',
			'The name under which this survey is remembered, for rules that count a group of surveys',
		),
	}),
	shownFor(['lift'], {
		...groupField('Group', 'The group for which the quarantine ends'),
		displayOptions: { show: { liftScope: ['group'] } },
	}),
	shownFor(DECIDING, rules),
	shownFor(['record'], event),
	shownFor(['record'], at),
	options,
];
