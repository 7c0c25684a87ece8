import { dateForms, type DateForm } from './changes';

/** How this sandbox behaves where Netigate's behaviour is not known, or a test wants to choose. See README.md. */
export interface Settings {
	/**
	 * `documented`: answers are wrapped where they were seen so; `always`: those of all POST, PUT, DELETE and copy;
	 * `never`: none; `everything`: those of every call, reads too.
	 */
	wrapped: 'documented' | 'always' | 'never' | 'everything';
	/** Added to every call, in milliseconds. */
	latencyMs: number;
	/** HTTP status of calls that create. */
	createdStatus: 200 | 201 | 202;
	/** HTTP status of refusals: that of their StatusCode, or always this one. */
	errorHttpStatus: 'same' | 200 | 201 | 202 | 500;
	/** Respondents and reminders are listed only so many milliseconds, of the real clock, after they were added. */
	listedAfterMs: number;
	/** Refusals repeat the API key that came with the request. */
	echoKey: boolean;
	/** All answers begin with a byte order mark. */
	byteOrderMark: boolean;
	/** How all answers are compressed, as gateways do it. */
	contentEncoding: 'none' | 'gzip' | 'br' | 'deflate';
	/** All answers come in chunks, their length not told. */
	chunked: boolean;
	/** How members are written in all successful answers. */
	memberCase: 'documented' | 'camelCase' | 'upperCase';
	/** The contact in what calls 16 and 17 answer. */
	addedEmail: 'asSent' | 'capitals' | 'null' | 'omitted';
	/** The contact in what call 15 answers; `firstNull` hides that of the first respondent alone. */
	listedEmail: 'asSent' | 'capitals' | 'null' | 'omitted' | 'firstNull' | 'masked' | 'named';
	batchAnswerOrder: 'asSent' | 'reversed';
	/** A contact that is already in the sendout: added again, answered with the one there, or refused. */
	repeatedContacts: 'add' | 'existing' | 'reject';
	/** A blocked contact: added but never written to, refused, or silently ignored. */
	blockedContacts: 'accept' | 'reject' | 'ignore';
	/** Contacts with which adding always fails with 500, a batch as a whole. */
	failingContacts: string[];
	/** Contacts that are refused with 400. */
	refusedContacts: string[];
	/** A value that is not an option of its ORDINAL label; `accept` makes it a new option, `ignore` drops it. */
	unknownOrdinal: 'reject' | 'accept' | 'ignore';
	/**
	 * A batch with a bad respondent: none is added; the good ones are, with or without null in the answer
	 * where the bad ones were, or with a list of what was wrong beside them; those before the bad one are.
	 */
	partialBatch: 'rejectAll' | 'addGood' | 'addGoodWithNull' | 'addGoodWithErrors' | 'addUntilBad';
	/** Which member of a batch's dictionary is read. */
	batchValueMember: 'either' | 'Value' | 'value';
	largestPageSize: number;
	/** A page size beyond the largest: refused, or cut to it. */
	pageSizeOver: 'reject' | 'clamp';
	largestBatch: number;
	/** A POST of activate or deactivate without a body. */
	emptyActivateBody: 'reject' | 'accept';
	/** What activate and deactivate answer. */
	activateAnswer: 'sendout' | 'empty' | 'noContent' | 'null';
	/** Which parameter of copy names the sendouts to copy; the other is ignored. */
	copySendoutsParameter: 'copysendoutids' | 'copysendouts';
	/** Adding respondents to, and activating a sendout of, a survey that is inactive or over. */
	inactiveSurvey: 'reject' | 'rejectActivate' | 'accept';
	dateBounds: 'inclusive' | 'exclusive';
	/** What call 6 compares `updated` with: the last change, or the creation of an answer set. */
	dataDates: 'changed' | 'created';
	/** What call 5 compares `updated` with. */
	headDates: 'changed' | 'created';
	/** TotalPages in the pages of call 6: `asked` counts by the size asked for, though pages may be cut. */
	totalPages: 'given' | 'asked' | 'omitted' | 'null';
	/** How dates are written. */
	dates: DateForm;
	/** What stands in place of a date that there is not. */
	noDate: 'null' | 'minimum';
	answerOrder: 'createdAsc' | 'createdDesc' | 'updatedAsc' | 'updatedDesc';
	/** Whether call 8 lists answers; the documented sample does not. */
	answersByRespondent: 'empty' | 'full';
	documentShape: 'array' | 'object';
	/** What a GET of an empty list answers: that, 204, or 404. */
	emptyLists: 'array' | 'null' | 'noContent' | 'notFound';
	/** Lists that a GET answers: as documented, in an object, in one with page numbers, or the last entry twice. */
	listShape: 'array' | 'named' | 'paged' | 'repeated';
	/** `Respondent` of an answer set: the id, the respondent as an object, or a text. */
	answeredBy: 'id' | 'object' | 'text';
	emptyCells: 'emptyText' | 'null' | 'omitted';
	/** How `labelId` is written in a cell. */
	cellLabelIds: 'number' | 'text';
	/** Added to every new id. */
	idOffset: number;
	/** Adds an unknown member to every object in an answer. */
	extraFields: boolean;
	/** A checkbox's first record carries the item's own title. */
	checkboxTitle: boolean;
	/** When set, messages without it are refused as having no survey link. */
	linkPlaceholder: string | null;
	/** After how many milliseconds of the sandbox's clock an invited person answers; null: never. */
	answerAfterMs: number | null;
	/** From beginning to completing, in milliseconds; so long the answer set is unfinished. */
	answerDurationMs: number;
	/** The share of invited people who answer, 0 to 1; who does depends only on the respondent's id. */
	answerShare: number;
	/** How many surveys there are besides those of the sample, as in a large account. */
	manySurveys: number;
	/** Fixed answers by question item id, instead of made-up ones. */
	answerScript: Record<string, ScriptedAnswer> | null;
}

/** The chosen alternative or alternatives, or the text; for a matrix the column by row. */
export type ScriptedAnswer = string | string[] | Record<string, string>;

export const defaultSettings: Settings = {
	wrapped: 'documented',
	latencyMs: 0,
	createdStatus: 200,
	errorHttpStatus: 'same',
	listedAfterMs: 0,
	echoKey: false,
	byteOrderMark: false,
	contentEncoding: 'none',
	chunked: false,
	memberCase: 'documented',
	addedEmail: 'asSent',
	listedEmail: 'asSent',
	batchAnswerOrder: 'asSent',
	repeatedContacts: 'add',
	blockedContacts: 'accept',
	failingContacts: [],
	refusedContacts: [],
	unknownOrdinal: 'reject',
	partialBatch: 'rejectAll',
	batchValueMember: 'either',
	largestPageSize: 1000,
	pageSizeOver: 'reject',
	largestBatch: 1000,
	emptyActivateBody: 'reject',
	activateAnswer: 'sendout',
	copySendoutsParameter: 'copysendoutids',
	inactiveSurvey: 'reject',
	dateBounds: 'inclusive',
	dataDates: 'changed',
	headDates: 'changed',
	totalPages: 'given',
	dates: 'documented',
	noDate: 'null',
	answerOrder: 'createdAsc',
	answersByRespondent: 'empty',
	documentShape: 'array',
	emptyLists: 'array',
	listShape: 'array',
	answeredBy: 'id',
	emptyCells: 'emptyText',
	cellLabelIds: 'number',
	idOffset: 0,
	extraFields: false,
	checkboxTitle: true,
	linkPlaceholder: null,
	answerAfterMs: null,
	answerDurationMs: 60_000,
	answerShare: 1,
	manySurveys: 0,
	answerScript: null,
};

const choices: Partial<Record<keyof Settings, readonly unknown[]>> = {
	wrapped: ['documented', 'always', 'never', 'everything'],
	createdStatus: [200, 201, 202],
	errorHttpStatus: ['same', 200, 201, 202, 500],
	echoKey: [true, false],
	byteOrderMark: [true, false],
	contentEncoding: ['none', 'gzip', 'br', 'deflate'],
	chunked: [true, false],
	memberCase: ['documented', 'camelCase', 'upperCase'],
	addedEmail: ['asSent', 'capitals', 'null', 'omitted'],
	listedEmail: ['asSent', 'capitals', 'null', 'omitted', 'firstNull', 'masked', 'named'],
	batchAnswerOrder: ['asSent', 'reversed'],
	repeatedContacts: ['add', 'existing', 'reject'],
	blockedContacts: ['accept', 'reject', 'ignore'],
	unknownOrdinal: ['reject', 'accept', 'ignore'],
	partialBatch: ['rejectAll', 'addGood', 'addGoodWithNull', 'addGoodWithErrors', 'addUntilBad'],
	batchValueMember: ['either', 'Value', 'value'],
	pageSizeOver: ['reject', 'clamp'],
	emptyActivateBody: ['reject', 'accept'],
	activateAnswer: ['sendout', 'empty', 'noContent', 'null'],
	copySendoutsParameter: ['copysendoutids', 'copysendouts'],
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
	extraFields: [true, false],
	checkboxTitle: [true, false],
};

const numbers = new Set<keyof Settings>([
	'latencyMs',
	'listedAfterMs',
	'largestPageSize',
	'largestBatch',
	'answerDurationMs',
	'answerShare',
	'manySurveys',
	'idOffset',
]);

const contactLists = new Set<keyof Settings>(['failingContacts', 'refusedContacts']);

const isText = (value: unknown) => typeof value === 'string';

/**
 * Changes settings in place.
 * @throws RangeError naming the setting, when it is unknown or its value is none of its choices
 */
export function applySettings(settings: Settings, change: Partial<Settings>): void {
	for (const [name, value] of Object.entries(change)) {
		if (!(name in defaultSettings)) throw new RangeError(`Unknown setting: ${name}`);
		const key = name as keyof Settings;
		const allowed = choices[key];
		if (allowed && !allowed.includes(value)) {
			throw new RangeError(`Setting ${name} is one of ${allowed.join(', ')}`);
		}
		if (numbers.has(key) && !(typeof value === 'number' && value >= 0)) {
			throw new RangeError(`Setting ${name} is a number, 0 or more`);
		}
		if (contactLists.has(key) && !(Array.isArray(value) && value.every(isText))) {
			throw new RangeError(`Setting ${name} is a list of contacts`);
		}
		if (key === 'answerAfterMs' && value !== null && !(typeof value === 'number' && value >= 0)) {
			throw new RangeError('Setting answerAfterMs is null or a number, 0 or more');
		}
	}
	Object.assign(settings, change);
}
