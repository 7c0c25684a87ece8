import { inDateForm } from './dates';
import { NetigateError } from './errors';

/**
 * The members in Netigate's documentation (contract: "Types", "Errors"), by what they hold. An answer is brought
 * to these names and kinds once, when it comes in, so that all other code may rely on them: other capitals, an
 * id as text or a flag as text make no difference.
 */
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

/** Member names met in answers, so that each is looked up once. */
const met = new Map<string, Member | undefined>();
const MOST_MET = 2_000;

function memberOf(name: string): Member | undefined {
	if (met.has(name)) return met.get(name);
	const member = BY_FOLDED.get(name.toLowerCase());
	// Answers may have any number of undocumented names.
	if (met.size < MOST_MET) met.set(name, member);
	return member;
}

/** Whether Netigate's documentation knows a member of this name, in whatever capitals. */
export function isDocumented(name: string): boolean {
	return memberOf(name) !== undefined;
}

function inKind(value: unknown, { kind, name }: Member): unknown {
	if (kind === 'number') {
		// In place of an id may stand the whole object.
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
	// A phone number may come as a number.
	return kind === 'contact' && typeof value === 'number' ? String(value) : value;
}

/**
 * Brings all members of a parsed answer to their documented names and kinds, in place. What is not
 * documented stays as it is.
 *
 * @returns the same answer
 */
export function asDocumented<T>(answer: T): T {
	if (typeof answer !== 'object' || answer === null) return answer;
	if (Array.isArray(answer)) {
		for (const entry of answer) asDocumented(entry as unknown);
		return answer;
	}
	const record = answer as Record<string, unknown>;
	const names = Object.keys(record);
	for (const name of names) {
		const value = record[name];
		if (typeof value === 'object' && value !== null) asDocumented(value);
		const member = memberOf(name);
		if (!member) continue;
		// An object with nothing else in it is a wrapper.
		const asItIs = member.kind === 'other' || (names.length === 1 && isRecord(value));
		const read = asItIs ? value : inKind(value, member);
		if (member.name === name) {
			if (read !== value) record[name] = read;
		} else if (!(member.name in record)) {
			// A documented name that is already there wins, and the other stays as it came.
			delete record[name];
			record[member.name] = read;
		}
	}
	return answer;
}

/** Whether a value is an id, as Netigate gives them: some are beyond 2^31. */
export function isId(value: unknown): value is number {
	return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Whether a value is an object, but not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An answer, or a member of one, as a list: `null` is an empty list, a single object a list of one. Entries that
 * are null are left out.
 */
export function asList<T>(answer: unknown): T[] {
	if (answer === null || answer === undefined) return [];
	if (!Array.isArray(answer)) return [answer as T];
	return answer.every((entry) => entry !== null && entry !== undefined)
		? (answer as T[])
		: answer.filter((entry): entry is T => entry !== null && entry !== undefined);
}

/** Lists of what went wrong, which are no answer. */
const OF_TROUBLE = /error|warning|fault|exception|message/i;

/**
 * Whether what stands beside a list leaves open if it is all there is. Only what says that it is, or says nothing,
 * does not: a list that is taken for empty, or for whole, when it is not has people asked again.
 */
function leavesOpen([name, value]: [string, unknown], count: number): boolean {
	if (value === null || value === undefined || value === '') return false;
	if (typeof value === 'boolean') return value !== /success|complete|last|ok$/i.test(name);
	const number = Number(value);
	if (typeof value === 'object' || Number.isNaN(number))
		return !/^(ok|success|succeeded)$/i.test(String(value));
	if (/status|code/i.test(name)) return number !== 0 && number !== 200;
	if (/size|limit/i.test(name)) return false;
	return number > (/page/i.test(name) ? 1 : count);
}

/**
 * The list in an answer: the answer itself, the entries by their places, or the one list in an object, when nothing
 * beside it says that there is more. A single entry is a list of one.
 *
 * @returns undefined where there is no list
 */
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
	return others.some((member) => leavesOpen(member, list.length)) ? undefined : list;
}

/** An id that an entry of a list has. Not every list keeps to `isId`: "no category" is -999. */
export const isEntryId = (value: unknown) => Number.isSafeInteger(value) && value !== 0;

/** What the lists of Netigate are lists of, by the id that each entry has. */
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

/** The id by which the entries of a list are known. */
export type EntryId = keyof typeof LISTED;

/** @returns the error of a list that cannot be read, or of an entry in it: taken for empty it would mislead */
export function unreadable(id?: EntryId, entry = false): NetigateError {
	const list = id ? `list of ${LISTED[id]}` : 'list that was asked for';
	const why = entry ? `an entry has no "${id}"` : 'Netigate answered with something else';
	return new NetigateError(`The ${list} cannot be read: ${why}`, {
		outcome: 'notDone',
		advice:
			'Try again. If this keeps happening, look in Netigate, see what Account > Check says, and report it.',
	});
}

/**
 * The entries of an answer that should be a list; see `listIn`. Those that are null stay, for callers that must not
 * overlook anybody.
 *
 * @throws NetigateError when there is no list in it
 */
export function entriesIn(answer: unknown, id?: EntryId): unknown[] {
	const list = listIn(answer);
	if (list) return list;
	throw unreadable(id);
}

/** Of entries with the same key the first: nothing documents that a list names each thing once. */
export function eachOnce<T>(entries: T[], keyOf: (entry: T) => unknown): T[] {
	const keys = new Set(entries.map(keyOf));
	if (keys.size === entries.length) return entries;
	return entries.filter((entry) => keys.delete(keyOf(entry)));
}

/**
 * The records in an answer that should be a list of them, each once; null among them is left out.
 *
 * @throws NetigateError when there is no list in it, or an entry without this id
 */
export function listed<T extends object>(answer: unknown, id: EntryId & keyof T): T[] {
	const entries = asList<Record<string, unknown>>(entriesIn(answer, id));
	const readable = entries.every((entry) => isRecord(entry) && isEntryId(entry[id]));
	// Null among entries is nobody; nothing but nulls is no list.
	const nothing = entries.length === 0 && Array.isArray(answer) && answer.length > 0;
	if (!readable || nothing) throw unreadable(id, true);
	// Nobody has said that each choice of an answer has an id of its own, nor that a question is in one piece.
	const keyOf = (entry: Record<string, unknown>) =>
		id === 'AnswerId' || id === 'QuestionId' ? JSON.stringify(entry) : entry[id];
	return eachOnce(entries, keyOf) as T[];
}

/** The objects in a member, or in an answer that may be anything. */
export function recordsIn<T extends object>(answer: unknown): T[] {
	const entries = listIn(answer) ?? [answer];
	return (entries.every(isRecord) ? entries : entries.filter(isRecord)) as T[];
}
