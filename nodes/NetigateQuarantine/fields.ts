import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { returnAllAndLimit } from '../shared/n8n/limits';
import { surveyId } from '../shared/n8n/locators';
import {
	exempt,
	foldPlusAddress,
	hashSecret,
	holdMinutes,
	keepDays,
	ledger,
	ledgerWorkflow,
	recordInTestRuns,
	releaseOnFailure,
	skipBlocked,
	storeContact,
	whenUnavailable,
} from '../shared/quarantine/fields/options';
import { groupField, rules } from '../shared/quarantine/fields/rules';

/** The operations that say who may be asked. */
export const DECIDING = ['reserve', 'check'];

const operations: INodePropertyOptions[] = [
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
		description: 'After sending: make a reservation that is held final',
	},
	{
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many people in quarantine',
		description: 'Tell who may not be asked now, by which rule, and until when',
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
		description: 'When sending failed: give the reservation back, so that the person may be asked',
	},
	{
		name: 'Reserve',
		value: 'reserve',
		action: 'Let through who may be asked',
		description:
			'Decide who may be asked, let them through, and remember them as invited. Everybody else leaves at the second output.',
	},
];

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: 'reserve',
	options: operations,
};

function shownFor(operations: string[], field: INodeProperties): INodeProperties {
	return {
		...field,
		displayOptions: { show: { operation: operations, ...field.displayOptions?.show } },
	};
}

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

/** An option that only some operations have. */
function of(operations: string[], field: INodeProperties): INodeProperties {
	return { ...field, displayOptions: { show: { '/operation': operations } } };
}

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		of(DECIDING, exempt),
		foldPlusAddress,
		hashSecret,
		of(['reserve'], holdMinutes),
		of(['reserve', 'record'], keepDays),
		ledger,
		ledgerWorkflow,
		recordInTestRuns,
		of(['reserve'], releaseOnFailure),
		of(DECIDING, skipBlocked),
		of(['reserve', 'confirm', 'record'], storeContact),
		whenUnavailable,
	],
};

const SURVEY_DESCRIPTION =
	'The survey people are asked to answer. Choosing from the list needs a credential, entering the ID does not.';

export const properties: INodeProperties[] = [
	operation,
	shownFor([...DECIDING, 'confirm', 'release', 'record', 'lift'], contact),
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
	shownFor(
		[...DECIDING, 'confirm', 'record'],
		groupField(
			'Group',
			'The name under which this survey is remembered, for rules that count a group of surveys',
		),
	),
	shownFor(['lift'], {
		...groupField('Group', 'The group for which the quarantine ends'),
		displayOptions: { show: { liftScope: ['group'] } },
	}),
	shownFor([...DECIDING, 'getMany'], rules),
	...returnAllAndLimit.map((field) => shownFor(['getMany'], field)),
	shownFor(['record'], event),
	shownFor(['record'], at),
	options,
];
