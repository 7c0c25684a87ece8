import { inDateForm } from './dates';
import { NetigateError, oversized } from './errors';

/** The documented members by type. Responses are converted, so other code can rely on names and types. */
const MEMBERS = {
	number:
		'SurveyId QuestionId QuestionItemId AnswerSetId AnswerId SendoutId DispatchId RespondentId BGDataLabelId BGDataOptionId BGDocumentId CategoryId UserId labelId Account Survey Sendout Respondent AnswerSet QuestionItem Document Label BackgroundLabel Order Weight AnswerNumeric AnswerWeight Page TotalPages StatusCode',
	flag: 'Activated Active AnonymousAnswers',
	contact: 'Email',
	date: 'Created Completed Updated StartDate EndDate SendDate DoneDate ExpiryDate',
	other:
		'Name Language Category Text Description QuestionItems Type Rows Columns Answers QuestionType QuestionText AnswerText Primary Reminders DispatchType SendoutType SendoutLogic Password SurveyURL Options Option Labels Cells value AnswerSets Message',
} as const;

interface Member {
	name: string;
	kind: keyof typeof MEMBERS;
}

const BY_FOLDED = new Map<string, Member>();
for (const [kind, names] of Object.entries(MEMBERS) as Array<[Member['kind'], string]>) {
	for (const name of names.split(' ')) BY_FOLDED.set(name.toLowerCase(), { name, kind });
}

const met = new Map<string, Member | undefined>();
const MAX_CACHED = 2_000;
const MAX_NAME_LENGTH = Math.max(...[...BY_FOLDED.keys()].map(({ length }) => length));

function memberOf(name: string): Member | undefined {
	if (name.length > MAX_NAME_LENGTH) return undefined;
	if (met.has(name)) return met.get(name);
	const member = BY_FOLDED.get(name.toLowerCase());
	// Limited, because a response can contain any number of undocumented names.
	if (met.size < MAX_CACHED) met.set(name, member);
	return member;
}

export const isDocumented = (name: string): boolean => memberOf(name) !== undefined;

function inKind(value: unknown, { kind, name }: Member): unknown {
	if (kind === 'number') {
		// Netigate may return the whole object instead of its id.
		if (isRecord(value)) return value[`${name}Id`] ?? value;
		const text = typeof value === 'string' ? value.trim() : '';
		return /^-?\d{1,15}(\.0+)?$/.test(text) ? Number(text) : value;
	}
	if (kind === 'flag') {
		const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
		if (text === 'true' || text === 1 || text === '1') return true;
		return text === 'false' || text === 0 || text === '0' ? false : value;
	}
	if (kind === 'date') return inDateForm(value);
	// A phone number may arrive as a number.
	return kind === 'contact' && typeof value === 'number' ? String(value) : value;
}

/** Netigate's documented responses have fewer than ten levels. */
const MAX_LEVELS = 100;

/**
 * Converts all documented members of a response to their documented names and types, in place.
 * @throws NetigateError if the response has too many levels
 */
export function asDocumented<T>(answer: T, depth = 1): T {
	if (typeof answer !== 'object' || answer === null) return answer;
	if (depth > MAX_LEVELS) throw oversized(`has more than ${MAX_LEVELS} levels`);
	if (Array.isArray(answer)) {
		for (const entry of answer) asDocumented(entry as unknown, depth + 1);
		return answer;
	}
	const record = answer as Record<string, unknown>;
	const names = Object.keys(record);
	for (const name of names) {
		if (name in Object.prototype) {
			// A copy would inherit fields from `__proto__`, and an object with a `toString` couldn't be converted to text.
			delete record[name];
			continue;
		}
		const value = record[name];
		asDocumented(value, depth + 1);
		const member = memberOf(name);
		if (!member) continue;
		// An object with a single member may be a wrapper.
		const asItIs = member.kind === 'other' || (names.length === 1 && isRecord(value));
		const read = asItIs ? value : inKind(value, member);
		if (member.name === name) {
			if (read !== value) record[name] = read;
		} else if (!(member.name in record)) {
			// If a member with the documented name also exists, this member is left unchanged.
			delete record[name];
			record[member.name] = read;
		}
	}
	return answer;
}

/** Whether a value is an id, which may exceed 2^31. */
export const isId = (value: unknown): value is number =>
	Number.isSafeInteger(value) && (value as number) > 0;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list without nulls. `null` becomes an empty list, and a single object becomes a list of one. */
export function asList<T>(answer: unknown): T[] {
	if (answer === null || answer === undefined) return [];
	if (!Array.isArray(answer)) return [answer as T];
	return answer.every((entry) => entry !== null && entry !== undefined)
		? (answer as T[])
		: answer.filter((entry): entry is T => entry !== null && entry !== undefined);
}

const OF_TROUBLE = /error|warning|fault|exception|message/i;

/**
 * Whether a member, such as `TotalPages: 2`, shows that the list may be incomplete. If that's unclear, returns
 * true, because people missing from a list could be asked again.
 */
function mayBeIncomplete([name, value]: [string, unknown], count: number): boolean {
	if (value === null || value === undefined || value === '') return false;
	if (typeof value === 'boolean') return value !== /success|complete|last|ok$/i.test(name);
	const number = Number(value);
	if (typeof value === 'object' || Number.isNaN(number))
		return !/^(ok|success|succeeded)$/i.test(String(value));
	if (/status|code/i.test(name)) return number !== 0 && number !== 200;
	if (/size|limit/i.test(name)) return false;
	return number > (/page/i.test(name) ? 1 : count);
}

/** The list in a response of any shape; undefined if there is none or the list may be incomplete. */
export function listIn(answer: unknown): unknown[] | undefined {
	if (answer === null || answer === undefined) return [];
	if (Array.isArray(answer)) return answer;
	if (!isRecord(answer)) return undefined;
	const members = Object.entries(answer);
	if (members.some(([name, value]) => (/.Id$/.test(name) && isEntryId(value)) || name === 'Email'))
		return [answer];
	if (members.length > 0 && members.every(([name]) => /^\d+$/.test(name)))
		return Object.values(answer);
	if (members.length === 1 && isRecord(members[0][1])) return listIn(members[0][1]);
	const lists = members.filter((member) => Array.isArray(member[1]));
	if (lists.length !== 1 || OF_TROUBLE.test(lists[0][0])) return undefined;
	const list = lists[0][1] as unknown[];
	const others = members.filter((member) => member !== lists[0]);
	return others.some((member) => mayBeIncomplete(member, list.length)) ? undefined : list;
}

/** Whether a value is the id of a list entry. Some are negative: "no category" is -999. */
export const isEntryId = (value: unknown) => Number.isSafeInteger(value) && value !== 0;

const LISTED = {
	SurveyId: 'surveys',
	QuestionId: 'questions',
	AnswerSetId: 'results',
	AnswerId: 'answers',
	SendoutId: 'sendouts',
	RespondentId: 'respondents',
	DispatchId: 'reminders',
	BGDataLabelId: 'background labels',
	CategoryId: 'categories',
	UserId: 'users',
	BGDocumentId: 'respondent lists',
};

export type EntryId = keyof typeof LISTED;

export function unreadable(id?: EntryId, entry = false): NetigateError {
	const list = id ? `list of ${LISTED[id]}` : 'requested list';
	const why = entry ? `an entry has no "${id}"` : 'Netigate returned something else';
	return new NetigateError(`The ${list} can't be read: ${why}`, {
		outcome: 'notDone',
		advice: 'Try again. If this keeps happening, run Account > Check and report what it finds.',
	});
}

/** The entries in a response, including null. @throws NetigateError if it has no list */
export function entriesIn(answer: unknown, id?: EntryId): unknown[] {
	const list = listIn(answer);
	if (list) return list;
	throw unreadable(id);
}

/** The first entry per key, because a list can contain duplicates. */
export function eachOnce<T>(entries: T[], keyOf: (entry: T) => unknown): T[] {
	const keys = new Set(entries.map(keyOf));
	if (keys.size === entries.length) return entries;
	return entries.filter((entry) => keys.delete(keyOf(entry)));
}

/**
 * The records in a response, without duplicates or nulls. @throws NetigateError if there is no list or an id
 * is missing
 */
export function listed<T extends object>(answer: unknown, id: EntryId & keyof T): T[] {
	const entries = asList<Record<string, unknown>>(entriesIn(answer, id));
	const readable = entries.every((entry) => isRecord(entry) && isEntryId(entry[id]));
	const onlyNulls = entries.length === 0 && Array.isArray(answer) && answer.length > 0;
	if (!readable || onlyNulls) throw unreadable(id, true);
	// Choices in the same answer can share an id, and so can the parts of a question.
	const keyOf = (entry: Record<string, unknown>) =>
		id === 'AnswerId' || id === 'QuestionId' ? JSON.stringify(entry) : entry[id];
	return eachOnce(entries, keyOf) as T[];
}

/** The objects in a response or member, without other values. */
export function recordsIn<T extends object>(answer: unknown): T[] {
	const entries = listIn(answer) ?? [answer];
	return (entries.every(isRecord) ? entries : entries.filter(isRecord)) as T[];
}
