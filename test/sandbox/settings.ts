/** How this sandbox behaves where nobody knows, or where a test wants to choose. See README.md. */
export interface Settings {
	/** `documented`: the answers seen wrapped are wrapped; or all POST, PUT, DELETE and copy; or none. */
	wrapped: 'documented' | 'always' | 'never';
	/** Added to every call, in milliseconds. */
	latencyMs: number;
	/** HTTP status of calls that create. */
	createdStatus: 200 | 201;
	/** Adding a blocked contact: taken but never written to, or refused. */
	blockedContacts: 'accept' | 'reject';
	/** A value that is no option of its ORDINAL label; `accept` makes it a new option. */
	unknownOrdinal: 'reject' | 'accept';
	/** A batch with a bad respondent: none is added; the good ones are; those before the bad one are. */
	partialBatch: 'rejectAll' | 'addGood' | 'addUntilBad';
	/** Which member of a batch's dictionary is read. */
	batchValueMember: 'either' | 'Value' | 'value';
	largestPageSize: number;
	/** A page size beyond the largest: refused, or cut to it. */
	pageSizeOver: 'reject' | 'clamp';
	largestBatch: number;
	/** A POST of activate or deactivate without a body. */
	emptyActivateBody: 'reject' | 'accept';
	/** Adding respondents to, and activating a sendout of, a survey that is inactive or over. */
	inactiveSurvey: 'reject' | 'rejectActivate' | 'accept';
	dateBounds: 'inclusive' | 'exclusive';
	answerOrder: 'createdAsc' | 'createdDesc' | 'updatedAsc' | 'updatedDesc';
	/** Whether call 8 lists answers; the documented sample does not. */
	answersByRespondent: 'empty' | 'full';
	documentShape: 'array' | 'object';
	emptyLists: 'array' | 'null';
	emptyCells: 'emptyText' | 'null' | 'omitted';
	/** Adds a member nobody knows to every object answered. */
	extraFields: boolean;
	/** A checkbox's first record carries the item's own title. */
	checkboxTitle: boolean;
	/** When set, messages without it are refused as having no survey link. */
	linkPlaceholder: string | null;
	/** An invited person answers after so many milliseconds of the sandbox's clock; null: never. */
	answerAfterMs: number | null;
	/** Between beginning and completing, in milliseconds: as long the answer set is unfinished. */
	answerDurationMs: number;
	/** The share of invited people who answer, 0 to 1; who it is depends on the respondent's id alone. */
	answerShare: number;
	/** So many more surveys beside the sample's, as a large account has. */
	manySurveys: number;
	/** Fixed answers by question item id, in place of the made ones. */
	answerScript: Record<string, ScriptedAnswer> | null;
}

/** The chosen alternative or alternatives, or the text; for a matrix the column by row. */
export type ScriptedAnswer = string | string[] | Record<string, string>;

export const defaultSettings: Settings = {
	wrapped: 'documented',
	latencyMs: 0,
	createdStatus: 200,
	blockedContacts: 'accept',
	unknownOrdinal: 'reject',
	partialBatch: 'rejectAll',
	batchValueMember: 'either',
	largestPageSize: 1000,
	pageSizeOver: 'reject',
	largestBatch: 1000,
	emptyActivateBody: 'reject',
	inactiveSurvey: 'reject',
	dateBounds: 'inclusive',
	answerOrder: 'createdAsc',
	answersByRespondent: 'empty',
	documentShape: 'array',
	emptyLists: 'array',
	emptyCells: 'emptyText',
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
	wrapped: ['documented', 'always', 'never'],
	createdStatus: [200, 201],
	blockedContacts: ['accept', 'reject'],
	unknownOrdinal: ['reject', 'accept'],
	partialBatch: ['rejectAll', 'addGood', 'addUntilBad'],
	batchValueMember: ['either', 'Value', 'value'],
	pageSizeOver: ['reject', 'clamp'],
	emptyActivateBody: ['reject', 'accept'],
	inactiveSurvey: ['reject', 'rejectActivate', 'accept'],
	dateBounds: ['inclusive', 'exclusive'],
	answerOrder: ['createdAsc', 'createdDesc', 'updatedAsc', 'updatedDesc'],
	answersByRespondent: ['empty', 'full'],
	documentShape: ['array', 'object'],
	emptyLists: ['array', 'null'],
	emptyCells: ['emptyText', 'null', 'omitted'],
	extraFields: [true, false],
	checkboxTitle: [true, false],
};

const numbers = new Set<keyof Settings>([
	'latencyMs',
	'largestPageSize',
	'largestBatch',
	'answerDurationMs',
	'answerShare',
	'manySurveys',
]);

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
		if (key === 'answerAfterMs' && value !== null && !(typeof value === 'number' && value >= 0)) {
			throw new RangeError('Setting answerAfterMs is null or a number, 0 or more');
		}
	}
	Object.assign(settings, change);
}
