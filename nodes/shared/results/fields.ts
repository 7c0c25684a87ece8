import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../netigate/errors';
import type { Query } from '../netigate/client';
import type { ResultOptions } from './reader';
import { sendoutIds } from '../n8n/locators';
import type { ParameterReader } from '../n8n/parameters';

export const answerSetId: INodeProperties = {
	displayName: 'Answer Set ID',
	name: 'answerSetId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 90001',
	description: 'The answer set: all that one person answered in one survey',
};

export const includeAnswers: INodeProperties = {
	displayName: 'Include Answers',
	name: 'includeAnswers',
	type: 'boolean',
	default: true,
	description: 'Whether to read what was answered, and not only who answered when',
};

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
	hint: '"Include Contact" under Options tells who answered',
};

const keyBy: INodeProperties = {
	displayName: 'Name Answers By',
	name: 'keyBy',
	type: 'options',
	default: 'text',
	description: 'What an answer is called in a simplified result',
	options: [
		{
			name: 'Question ID',
			value: 'id',
			description: 'The ID of the question item, which stays when the question is reworded',
		},
		{ name: 'Question Text', value: 'text', description: 'The words of the question' },
	],
};

const includeContact: INodeProperties = {
	displayName: 'Include Contact',
	name: 'includeContact',
	type: 'boolean',
	default: false,
	description:
		'Whether to add the e-mail address or number of whoever answered, and their sendout. Reads the respondents of the survey.',
};

const includeBackgroundData: INodeProperties = {
	displayName: 'Include Background Data',
	name: 'includeBackgroundData',
	type: 'boolean',
	default: false,
	description:
		'Whether to add what is known about whoever answered, such as the region. Takes one more request a respondent.',
};

const shape: INodeProperties = {
	displayName: 'Shape',
	name: 'shape',
	type: 'options',
	default: 'nested',
	description: 'How the answers of a simplified result are laid out',
	options: [
		{
			name: 'Flat',
			value: 'flat',
			description: 'One column for each question, the same in every item: for spreadsheets and CSV',
		},
		{
			name: 'Nested',
			value: 'nested',
			description: 'Answers and scores by question, several choices as a list',
		},
	],
};

const pageSize: INodeProperties = {
	displayName: 'Page Size',
	name: 'pageSize',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 100,
	description: 'How many answer sets to ask for at a time. Netigate may not allow more than 100.',
};

export const optionsWith = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options,
});

/** How a result looks. */
export const resultOptions = optionsWith([includeBackgroundData, includeContact, keyBy, shape]);

export const pagedResultOptions = optionsWith([
	includeBackgroundData,
	includeContact,
	keyBy,
	pageSize,
	sendoutIds('Only answers of people in these sendouts'),
	shape,
]);

const dateFilter = (displayName: string, name: string, description: string): INodeProperties => ({
	displayName,
	name,
	type: 'dateTime',
	default: '',
	description,
});

/** @param what what is filtered, e.g. `Only those` */
export const createdFilters = (what: string) => [
	dateFilter('Created From', 'from', `${what} begun then or later`),
	dateFilter('Created To', 'to', `${what} begun then or earlier`),
];

export const filtersWith = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	options,
});

export const filters = filtersWith([
	dateFilter(
		'Changed Since',
		'updated',
		'Only those changed since then. Not together with Created From or Created To.',
	),
	{
		displayName: 'Completed Only',
		name: 'completed',
		type: 'boolean',
		default: true,
		description: 'Whether to leave out those who have not finished the survey',
	},
	...createdFilters('Only those'),
]);

/** The filters of calls 5 and 6. @throws InputError for dates that do not go together */
export function filterOf(parameters: ParameterReader): Query {
	const given = parameters.collection('filters');
	const from = given.date('from');
	const to = given.date('to');
	const updated = given.has('updated') ? given.date('updated') : undefined;
	if (updated && (from || to)) {
		throw new InputError(
			'"Changed Since" cannot be used together with "Created From" or "Created To"',
			'Netigate takes either. Remove one of the filters.',
		);
	}
	if (from && to && from > to) {
		throw new InputError(
			`"Created From" (${from}) is after "Created To" (${to})`,
			'Swap the two dates, or check what their expressions give for this item.',
		);
	}
	return {
		...(from ? { from } : {}),
		...(to ? { to } : {}),
		...(updated ? { updated } : {}),
		...(given.has('completed') && given.flag('completed') ? { completed: true } : {}),
	};
}

/** How results should look. @throws InputError for options that do not go together */
export function resultOptionsOf(parameters: ParameterReader, includeAnswers = true): ResultOptions {
	const options = parameters.collection('options');
	const simplify = parameters.flag('simplify');
	const shape = options.choice<ResultOptions['shape']>('shape');
	if (shape === 'flat' && !simplify) {
		throw new InputError(
			'"Shape" cannot be "flat" for results that are not simplified',
			'Switch "Simplify" on, or set "Shape" to "Nested".',
		);
	}
	return {
		simplify,
		includeAnswers,
		keyBy: options.choice('keyBy'),
		includeContact: options.flag('includeContact'),
		includeBackgroundData: options.flag('includeBackgroundData'),
		// Not offered for the results of one person.
		sendoutIds: options.has('sendoutIds') ? options.ids('sendoutIds') : [],
		shape,
	};
}

/** @throws InputError if the page size is not a positive whole number */
export function pageSizeOf(parameters: ParameterReader): number {
	return parameters.collection('options').whole('pageSize');
}
