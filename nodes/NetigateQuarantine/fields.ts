import type { INodeProperties } from 'n8n-workflow';
import { contactType, dateField, optionsWith, returnAllAndLimit } from '../shared/n8n/fields';
import { surveyId } from '../shared/n8n/locators';
import * as shared from '../shared/quarantine/fields/options';
import { groupField, rules, SCOPES } from '../shared/quarantine/fields/rules';
import { sendingHours } from '../shared/quarantine/fields/sendingHours';

export const DECIDING = ['reserve', 'check'];

function choice(name: string, value: string, action: string, description: string) {
	return { name, value, action, description };
}

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: 'reserve',
	// In the order in which they are needed.
	options: [
		choice(
			'Reserve',
			'reserve',
			'Reserve contacts who may be asked',
			'Decide who may be asked and record them as invited. Everyone else goes to the second output.',
		),
		choice(
			'Check',
			'check',
			'Check who may be asked',
			'Decide who may be asked, without recording anything',
		),
		choice(
			'Confirm',
			'confirm',
			'Confirm sent invitation',
			'After sending, make a held reservation final',
		),
		choice(
			'Release',
			'release',
			'Release reservation',
			'If sending failed, release the reservation so that the person can be asked',
		),
		choice(
			'Record',
			'record',
			'Record event from elsewhere',
			'Record an opt-out, or an invitation or response from another system or from the past',
		),
		choice('Lift', 'lift', 'Lift quarantine', 'Allow someone to be asked again immediately'),
		choice(
			'Get Many',
			'getMany',
			'Get many quarantined contacts',
			'List who is currently quarantined, with the rule and the end date',
		),
		choice(
			'Find',
			'find',
			'Find what is stored about contact',
			'Show everything stored about someone, in the ledger and in list memories',
		),
		choice(
			'Forget',
			'forget',
			'Forget contact',
			'Permanently remove everything stored about someone, who can then be asked again',
		),
	],
};

const ABOUT_SOMEONE = [...DECIDING, 'confirm', 'release', 'record', 'lift'];

const QUARANTINING = [...ABOUT_SOMEONE, 'getMany'];

const PER_CONTACT = [...ABOUT_SOMEONE, 'find', 'forget'];

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
	placeholder: 'e.g. nathan@example.com',
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
		{ name: 'Opted Out', value: 'optedOut' },
		{ name: 'Responded', value: 'responded' },
	],
};

const optOutFor: INodeProperties = {
	displayName: 'Opted Out Of',
	name: 'optOutFor',
	type: 'options',
	default: 'all',
	options: SCOPES,
	description:
		'The person is never invited to these surveys again, not even if exempt, unless you lift the opt-out',
};

const COUNTED = { event: ['invited', 'responded'] };

const optOutOf = (of: string) => ({ event: ['optedOut'], optOutFor: [of] });

const at = dateField(
	'When',
	'at',
	'Leave empty to use the current time. For a planned invitation, choose a time in the future.',
);

const checkAt = dateField(
	'When',
	'at',
	'Leave empty to use the current time. With a date, e.g. of a ticket, the node decides as of that time, and nodes that invite people only show a preview.',
);

const liftScope: INodeProperties = {
	displayName: 'Lift For',
	name: 'liftScope',
	type: 'options',
	default: 'all',
	options: SCOPES,
};

function of(operations: string[], field: INodeProperties): INodeProperties {
	return { ...field, displayOptions: { show: { '/operation': operations } } };
}

/** The most common options come first. */
const options = optionsWith([
	of(['reserve'], shared.holdMinutes),
	of(['reserve'], shared.releaseOnFailure),
	of(['check'], shared.countThisRun),
	of(['check'], shared.withoutLedger),
	of(DECIDING, sendingHours),
	of(DECIDING, shared.samplePercent),
	of(DECIDING, shared.consent),
	of(DECIDING, shared.exempt),
	of(DECIDING, shared.skipBlocked),
	of([...QUARANTINING, 'forget'], shared.recordInTestRuns),
	of(['forget'], shared.keepOptOut),
	of(['reserve', 'confirm', 'record'], shared.storeContact),
	of(['reserve', 'record'], shared.keepDays),
	of(QUARANTINING, shared.foldPlusAddress),
	of(QUARANTINING, shared.whenUnavailable),
	shared.ledger,
	shared.ledgerWorkflow,
]);

const survey: INodeProperties = {
	...surveyId,
	description:
		"The survey that people should answer. Choosing from the list requires a credential, but entering an ID doesn't.",
};

const ownGroup = groupField(
	'Group',
	'The group this survey belongs to, for rules that apply to a group of surveys',
);

export const properties: INodeProperties[] = [
	operation,
	shownFor(PER_CONTACT, contact),
	shownFor(PER_CONTACT, contactType),
	shownFor(['lift'], liftScope),
	shownFor(['record'], event),
	shownFor(['record'], optOutFor, { event: ['optedOut'] }),
	shownFor([...DECIDING, 'confirm', 'release'], survey),
	shownFor(['record'], survey, COUNTED),
	shownFor(['record'], survey, optOutOf('survey')),
	shownFor(['lift'], survey, { liftScope: ['survey'] }),
	shownFor([...DECIDING, 'confirm'], ownGroup),
	shownFor(['record'], ownGroup, COUNTED),
	shownFor(['record'], groupField('Group', 'The group the person opted out of'), optOutOf('group')),
	shownFor(['lift'], groupField('Group', 'The group whose quarantine should end'), {
		liftScope: ['group'],
	}),
	shownFor([...DECIDING, 'getMany'], rules),
	...returnAllAndLimit.map((field) => shownFor(['getMany'], field)),
	shownFor(['check'], checkAt),
	shownFor(['record'], at),
	options,
];
