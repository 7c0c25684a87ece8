import { dateForms } from './changes';

/*
 * How the sandbox behaves if Netigate's behavior isn't known, or a test wants to choose. README.md explains all
 * settings.
 */

/** Settings with a few values. The first one is the default. */
const choices = {
	/**
	 * `documented`: responses are wrapped where this was seen; `always`: those of all POST, PUT, DELETE and copy
	 * calls; `never`: none; `everything`: those of all calls, including reads.
	 */
	wrapped: ['documented', 'always', 'never', 'everything'],
	/** HTTP status of calls that create. */
	createdStatus: [200, 201, 202],
	/** HTTP status of refusals: their StatusCode, or always this one. */
	errorHttpStatus: ['same', 200, 201, 202, 500],
	/** Whether refusals repeat the API key of the request. */
	echoKey: [false, true],
	/** Whether all responses begin with a byte order mark. */
	byteOrderMark: [false, true],
	/** How all responses are compressed. */
	contentEncoding: ['none', 'gzip', 'br', 'deflate'],
	/** Whether all responses come in chunks, without their length. */
	chunked: [false, true],
	/** How members are spelled in all successful responses. */
	memberCase: ['documented', 'camelCase', 'upperCase'],
	/** The contact in the responses of calls 16 and 17. */
	addedEmail: ['asSent', 'capitals', 'null', 'omitted'],
	/** The contact in the response of call 15; `firstNull` hides only the first respondent's. */
	listedEmail: ['asSent', 'capitals', 'null', 'omitted', 'firstNull', 'masked', 'named'],
	batchAnswerOrder: ['asSent', 'reversed'],
	/** A contact already in the sendout is added again, returned as it is, or refused. */
	repeatedContacts: ['add', 'existing', 'reject'],
	/** A blocked contact is added but never written to, refused, or silently ignored. */
	blockedContacts: ['accept', 'reject', 'ignore'],
	/** A value that isn't an option of its ORDINAL label is refused, becomes a new option, or is dropped. */
	unknownOrdinal: ['reject', 'accept', 'ignore'],
	/**
	 * Which respondents of a batch are added if one is refused: none, the others, or those before it. The response
	 * may also hold null for each refused one, or a list of errors.
	 */
	partialBatch: ['rejectAll', 'addGood', 'addGoodWithNull', 'addGoodWithErrors', 'addUntilBad'],
	/** Which member of a batch's background data is read. */
	batchValueMember: ['either', 'Value', 'value'],
	/** A page size above the largest is refused, or reduced to the largest. */
	pageSizeOver: ['reject', 'clamp'],
	/** An activate or deactivate call without a body. */
	emptyActivateBody: ['reject', 'accept'],
	/** The response of activate and deactivate. */
	activateAnswer: ['sendout', 'empty', 'noContent', 'null'],
	/** Which parameter of copy names the sendouts to copy; the other one is ignored. */
	copySendoutsParameter: ['copysendoutids', 'copysendouts'],
	/** Adding respondents to, and activating a sendout of, a survey that is inactive or ended. */
	inactiveSurvey: ['reject', 'rejectActivate', 'accept'],
	dateBounds: ['inclusive', 'exclusive'],
	/** Which date of an answer set call 6 compares with `updated`. */
	dataDates: ['changed', 'created'],
	/** Which date of an answer set call 5 compares with `updated`. */
	headDates: ['changed', 'created'],
	/** TotalPages in the response of call 6; `asked` counts pages of the requested size, even if they are smaller. */
	totalPages: ['given', 'asked', 'omitted', 'null'],
	dates: dateForms,
	/** What a missing date looks like. */
	noDate: ['null', 'minimum'],
	answerOrder: ['createdAsc', 'createdDesc', 'updatedAsc', 'updatedDesc'],
	/** Whether call 8 returns answers; in the documented sample it doesn't. */
	answersByRespondent: ['empty', 'full'],
	documentShape: ['array', 'object'],
	/** What reading an empty list returns: that list, null, 204 or 404. */
	emptyLists: ['array', 'null', 'noContent', 'notFound'],
	/** How lists are returned: bare, inside an object, with page numbers, or with the last entry twice. */
	listShape: ['array', 'named', 'paged', 'repeated'],
	/** `Respondent` of an answer set: the ID, an object, or a text. */
	answeredBy: ['id', 'object', 'text'],
	emptyCells: ['emptyText', 'null', 'omitted'],
	/** The type of `labelId` in a cell. */
	cellLabelIds: ['number', 'text'],
	/** Whether every object in a response has an unknown member. */
	extraFields: [false, true],
	/** Whether a checkbox's first record carries the item's own title. */
	checkboxTitle: [true, false],
} as const;

/** Settings that hold a number from 0, by their default. */
const numbers = {
	/** Added to every call, in milliseconds. */
	latencyMs: 0,
	/** How long respondents and reminders are missing in lists, in milliseconds of the real clock. */
	listedAfterMs: 0,
	largestPageSize: 1000,
	largestBatch: 1000,
	/** Added to every new ID. */
	idOffset: 0,
	/** Time from starting to completing a survey, in milliseconds. */
	answerDurationMs: 60_000,
	/** The share of invited people who answer, 0 to 1. The respondent's ID decides who does. */
	answerShare: 1,
	/** The number of surveys besides those of the sample. */
	manySurveys: 0,
};

interface OtherSettings {
	/** Contacts that always fail with 500; so does a batch with one of them. */
	failingContacts: string[];
	/** Contacts that are refused with 400. */
	refusedContacts: string[];
	/** If set, messages without this text are refused because the survey link is missing. */
	linkPlaceholder: string | null;
	/** Milliseconds of the sandbox's clock until an invited person answers; null: never. */
	answerAfterMs: number | null;
	/** Fixed answers by question item ID, instead of made-up ones. */
	answerScript: Record<string, ScriptedAnswer> | null;
}

/** The chosen alternative or alternatives, or the text; for a matrix the column by row. */
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

/** Returns what a setting has to be, if this value isn't allowed. */
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
