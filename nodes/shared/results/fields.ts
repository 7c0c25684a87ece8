import type { INodeProperties } from 'n8n-workflow';
import { InputError, SettingError } from '../netigate/errors';
import type { Query } from '../netigate/client';
import type { KeyBy } from './questions';
import { dateField, filtersWith, flag, optionsWith } from '../n8n/fields';
import { sendoutIds } from '../n8n/locators';
import type { ParameterReader } from '../n8n/parameters';
import { isSimplified } from '../n8n/toolOutput';

export const answerSetId: INodeProperties = {
	displayName: 'Answer Set ID',
	name: 'answerSetId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 90001',
	description: "The ID of one person's set of answers to a survey",
};

export const includeAnswers = flag(
	'Include Answers',
	'includeAnswers',
	'Whether to include the answers themselves, not only who answered and when',
	true,
);

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
	hint: "The contact is included only if 'Options > Include Contact' is on",
	// Tools have the field Output instead.
	displayOptions: { hide: { '@tool': [true] } },
};

const keyBy: INodeProperties = {
	displayName: 'Name Answers By',
	name: 'keyBy',
	type: 'options',
	default: 'text',
	description: 'What to use as the keys for answers in a simplified result',
	options: [
		{
			name: 'Question ID',
			value: 'id',
			description: 'The ID of the question item, which stays the same if the question is reworded',
		},
		{ name: 'Question Text', value: 'text', description: 'The text of the question' },
	],
};

const includeContact = flag(
	'Include Contact',
	'includeContact',
	"Whether to add the respondent's contact (email address or phone number) and sendout. Reads all of the survey's respondents.",
);

export const includeBackgroundData = flag(
	'Include Background Data',
	'includeBackgroundData',
	'Whether to add what is known about the respondent, such as their region. Makes one more request per respondent.',
);

const escapeFormulas = flag(
	'Escape Formulas',
	'escapeFormulas',
	'Whether to put an apostrophe before text that a spreadsheet would treat as a formula, such as "=1+1". Applies to flat results only. Numbers are left unchanged.',
	true,
);

const shape: INodeProperties = {
	displayName: 'Shape',
	name: 'shape',
	type: 'options',
	default: 'nested',
	description: 'The format of a simplified result',
	options: [
		{
			name: 'Flat',
			value: 'flat',
			description:
				'One column per question, for spreadsheets and CSV. Every item has the same columns.',
		},
		{
			name: 'Nested',
			value: 'nested',
			description:
				'Answers and scores by question. If someone chose several options, they are returned as a list.',
		},
	],
};

const pageSize: INodeProperties = {
	displayName: 'Page Size',
	name: 'pageSize',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 100,
	description: 'The number of answer sets per request. Netigate might not allow more than 100.',
};

export const resultOptions = optionsWith([
	escapeFormulas,
	includeBackgroundData,
	includeContact,
	keyBy,
	shape,
]);

export const pagedResultOptions = optionsWith([
	escapeFormulas,
	includeBackgroundData,
	includeContact,
	keyBy,
	pageSize,
	sendoutIds('Return only answers from people in these sendouts'),
	shape,
]);

export const createdFilters = [
	dateField('Created From', 'from', 'Only results that were started at this time or later'),
	dateField('Created To', 'to', 'Only results that were started at this time or earlier'),
];

export const filters = filtersWith([
	dateField(
		'Changed Since',
		'updated',
		"Only results that changed since this time. Can't be combined with 'Created From' or 'Created To'.",
	),
	flag('Completed Only', 'completed', 'Whether to leave out unfinished results', true),
	...createdFilters,
]);

/** The filter for calls 5 and 6. @throws InputError for dates that can't be combined */
export function filterOf(parameters: ParameterReader): Query {
	const given = parameters.collection('filters');
	const from = given.date('from');
	const to = given.date('to');
	const updated = given.has('updated') ? given.date('updated') : undefined;
	if (updated && (from || to)) {
		throw new SettingError(
			"'Changed Since' can't be used together with 'Created From' or 'Created To'",
			'Netigate accepts one or the other. Remove one of the filters.',
		);
	}
	if (from && to && from > to) {
		throw new InputError(
			`'Created From' (${from}) is after 'Created To' (${to})`,
			'Swap the two dates, or check what their expressions return for this item.',
		);
	}
	return {
		...(from ? { from } : {}),
		...(to ? { to } : {}),
		...(updated ? { updated } : {}),
		...(given.has('completed') && given.flag('completed') ? { completed: true } : {}),
	};
}

export type ResultOptions = ReturnType<typeof resultOptionsOf>;

/** @throws InputError for options that can't be combined */
export function resultOptionsOf(parameters: ParameterReader, includeAnswers = true) {
	const options = parameters.collection('options');
	const simplify = isSimplified(parameters);
	const shape = options.choice<'nested' | 'flat'>('shape');
	if (shape === 'flat' && !simplify) {
		throw new SettingError(
			"'Shape' can't be \"Flat\" for results that aren't simplified",
			`${parameters.source.tool ? 'Set \'Output\' to "Simplified"' : "Turn on 'Simplify'"}, or set 'Shape' to "Nested".`,
		);
	}
	return {
		simplify,
		/** Whether the sets include their answers. If they don't, the survey's questions aren't read. */
		includeAnswers,
		keyBy: options.choice<KeyBy>('keyBy'),
		includeContact: options.flag('includeContact'),
		includeBackgroundData: options.flag('includeBackgroundData'),
		/** If empty, all sendouts are included. The option doesn't exist for the results of a single person. */
		sendoutIds: options.has('sendoutIds') ? options.ids('sendoutIds') : [],
		shape,
		escapeFormulas: options.flag('escapeFormulas'),
	};
}
