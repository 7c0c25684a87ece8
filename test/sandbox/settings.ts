import { dateForms } from './changes';

/*
 * Settings for behavior of Netigate that is unknown, or that tests need to choose. README.md explains each setting and
 * its values.
 */

/** Settings with a few values. The first one is the default. */
export const choices = {
	wrapped: ['documented', 'always', 'never', 'everything'],
	createdStatus: [200, 201, 202],
	errorHttpStatus: ['same', 200, 201, 202, 500],
	echoKey: [false, true, 'noDashes', 'escaped'],
	byteOrderMark: [false, true],
	contentEncoding: ['none', 'gzip', 'br', 'deflate'],
	chunked: [false, true],
	memberCase: ['documented', 'camelCase', 'upperCase'],
	addedEmail: ['asSent', 'capitals', 'null', 'omitted'],
	listedEmail: [
		...(['asSent', 'capitals', 'null', 'omitted'] as const),
		...(['firstNull', 'masked', 'named', 'rewritten'] as const),
	],
	batchAnswerOrder: ['asSent', 'reversed'],
	repeatedContacts: ['add', 'existing', 'reject'],
	repeatedRows: ['add', 'existing'],
	blockedContacts: ['accept', 'reject', 'ignore'],
	blocklistEntries: ['plain', 'named', 'noted', 'several', 'unreadable'],
	unknownOrdinal: ['reject', 'accept', 'ignore'],
	partialBatch: ['rejectAll', 'addGood', 'addGoodWithNull', 'addGoodWithErrors', 'addUntilBad'],
	batchValueMember: ['either', 'Value', 'value'],
	pageSizeOver: ['reject', 'clamp'],
	emptyActivateBody: ['reject', 'accept'],
	activateAnswer: ['sendout', 'empty', 'noContent', 'null'],
	copySendoutsParameter: ['copysendoutids', 'copysendouts'],
	surveys: ['asCreated', 'inactive', 'ended'],
	inactiveSurvey: ['reject', 'rejectActivate', 'accept'],
	dateBounds: ['inclusive', 'exclusive'],
	dataDates: ['changed', 'created'],
	headDates: ['changed', 'created'],
	totalPages: ['given', 'asked', 'omitted', 'null'],
	dates: dateForms,
	noDate: ['null', 'minimum'],
	answerOrder: ['createdAsc', 'createdDesc', 'updatedAsc', 'updatedDesc'],
	answersByRespondent: ['empty', 'full'],
	documentShape: ['array', 'object'],
	emptyLists: ['array', 'null', 'noContent', 'notFound'],
	listShape: ['array', 'named', 'paged', 'repeated'],
	answeredBy: ['id', 'object', 'text'],
	emptyCells: ['emptyText', 'null', 'omitted'],
	cellLabelIds: ['number', 'text'],
	extraFields: [false, true],
	checkboxTitle: [true, false],
	afterEnd: ['nothing', 'partialDelete', 'fullDelete'],
	deletedContacts: ['empty', 'word', 'random'],
	deletedTexts: ['empty', 'omitted'],
	texts: ['plain', 'html', 'htmlInTree', 'htmlInAnswers'],
} as const;

/** Settings whose value is a number of at least 0, with their default. */
const numbers = {
	latencyMs: 0,
	listedAfterMs: 0,
	largestPageSize: 1000,
	largestBatch: 1000,
	idOffset: 0,
	answerDurationMs: 60_000,
	answerShare: 1,
	manySurveys: 0,
};

interface OtherSettings {
	failingContacts: string[];
	refusedContacts: string[];
	linkPlaceholder: string | null;
	answerAfterMs: number | null;
	answerScript: Record<string, ScriptedAnswer> | null;
}

/** The chosen option or options, or the text. For a matrix, the column by row. */
export type ScriptedAnswer = string | string[] | Record<string, string>;

type Choices = { -readonly [Name in keyof typeof choices]: (typeof choices)[Name][number] };

export type Settings = Choices & typeof numbers & OtherSettings;

export const defaultSettings: Settings = {
	...(Object.fromEntries(
		Object.entries(choices).map(([name, [first]]) => [name, first]),
	) as Choices),
	...numbers,
	failingContacts: [],
	refusedContacts: [],
	linkPlaceholder: null,
	answerAfterMs: null,
	answerScript: null,
};

const isCount = (value: unknown) => typeof value === 'number' && value >= 0;

/** Returns the allowed values of a setting if this value isn't allowed. */
function violation(name: string, value: unknown): string | undefined {
	const allowed: readonly unknown[] | undefined = choices[name as keyof typeof choices];
	if (allowed) return allowed.includes(value) ? undefined : `one of ${allowed.join(', ')}`;
	if (name in numbers) return isCount(value) ? undefined : 'a number, 0 or more';
	if (name === 'answerAfterMs')
		return value === null || isCount(value) ? undefined : 'null or a number, 0 or more';
	if (!name.endsWith('Contacts')) return undefined;
	const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
	return isList ? undefined : 'a list of contacts';
}

/**
 * Changes settings in place.
 * @throws RangeError naming the setting, if it doesn't exist or doesn't allow this value
 */
export function applySettings(settings: Settings, change: Partial<Settings>): void {
	for (const [name, value] of Object.entries(change)) {
		if (!(name in defaultSettings)) throw new RangeError(`Unknown setting: ${name}`);
		const expected = violation(name, value);
		if (expected) throw new RangeError(`Setting ${name} is ${expected}`);
	}
	Object.assign(settings, change);
}
