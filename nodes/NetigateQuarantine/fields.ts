import type { INodeProperties } from 'n8n-workflow';
import { contactType, optionsWith, returnAllAndLimit } from '../shared/n8n/fields';
import { surveyId } from '../shared/n8n/locators';
import * as shared from '../shared/quarantine/fields/options';
import { groupField, rules } from '../shared/quarantine/fields/rules';

export const DECIDING = ['reserve', 'check'];

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
			description: 'Decide who may be asked, without recording anything',
		},
		{
			name: 'Confirm',
			value: 'confirm',
			action: 'Confirm sent invitation',
			description: 'After sending, make a held reservation final',
		},
		{
			name: 'Get Many',
			value: 'getMany',
			action: 'Get many quarantined contacts',
			description: 'List who is currently quarantined, with the rule and the end date',
		},
		{
			name: 'Lift',
			value: 'lift',
			action: 'Lift quarantine',
			description: 'Allow someone to be asked again immediately',
		},
		{
			name: 'Record',
			value: 'record',
			action: 'Record invitation or response from elsewhere',
			description: 'Record an invitation or response from another system or from the past',
		},
		{
			name: 'Release',
			value: 'release',
			action: 'Release reservation',
			description: 'If sending failed, release the reservation so that the person can be asked',
		},
		{
			name: 'Reserve',
			value: 'reserve',
			action: 'Reserve contacts who may be asked',
			description:
				'Decide who may be asked and record them as invited. Everyone else goes to the second output.',
		},
	],
};

function shownFor(
	operations: string[],
	field: INodeProperties,
	show = field.displayOptions?.show,
): INodeProperties {
	return { ...field, displayOptions: { show: { operation: operations, ...show } } };
}

const contact: INodeProperties = {
	displayName: 'Contact',
	name: 'contact',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. anna@example.com',
	description:
		"The email address, phone number or login name. Capitalization, spaces and phone number formatting don't matter.",
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
	description:
		'Leave empty to use the current time. For a planned invitation, choose a time in the future.',
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

function of(operations: string[], field: INodeProperties): INodeProperties {
	return { ...field, displayOptions: { show: { '/operation': operations } } };
}

const options = optionsWith([
	of(DECIDING, shared.exempt),
	shared.hashSecret,
	of(['reserve'], shared.holdMinutes),
	shared.foldPlusAddress,
	of(['reserve', 'record'], shared.keepDays),
	shared.ledger,
	shared.ledgerWorkflow,
	shared.recordInTestRuns,
	of(['reserve'], shared.releaseOnFailure),
	of(DECIDING, shared.skipBlocked),
	of(['reserve', 'confirm', 'record'], shared.storeContact),
	shared.whenUnavailable,
]);

const survey: INodeProperties = {
	...surveyId,
	description:
		"The survey that people should answer. Choosing from the list requires a credential, but entering an ID doesn't.",
};

export const properties: INodeProperties[] = [
	operation,
	shownFor([...DECIDING, 'confirm', 'release', 'record', 'lift'], contact),
	shownFor([...DECIDING, 'confirm', 'release', 'record', 'lift'], contactType),
	shownFor(['lift'], liftScope),
	shownFor([...DECIDING, 'confirm', 'release', 'record'], survey),
	shownFor(['lift'], survey, { liftScope: ['survey'] }),
	shownFor(
		[...DECIDING, 'confirm', 'record'],
		groupField(
			'Group',
			'The group this survey belongs to, for rules that apply to a group of surveys',
		),
	),
	shownFor(['lift'], groupField('Group', 'The group whose quarantine should end'), {
		liftScope: ['group'],
	}),
	shownFor([...DECIDING, 'getMany'], rules),
	...returnAllAndLimit.map((field) => shownFor(['getMany'], field)),
	shownFor(['record'], event),
	shownFor(['record'], at),
	options,
];
