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
	other:
		'Created Name Language StartDate EndDate Category Text Description QuestionItems Type Rows Columns Completed Updated Answers QuestionType QuestionText AnswerText Primary Reminders SendDate DoneDate DispatchType SendoutType SendoutLogic Password SurveyURL Options Option Labels Cells value ExpiryDate AnswerSets Message',
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

function inKind(value: unknown, kind: Member['kind']): unknown {
	if (kind === 'number') {
		const text = typeof value === 'string' ? value.trim() : '';
		return /^-?\d{1,15}(\.0+)?$/.test(text) ? Number(text) : value;
	}
	if (kind === 'flag') {
		const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
		if (text === 'true' || text === 1 || text === '1') return true;
		return text === 'false' || text === 0 || text === '0' ? false : value;
	}
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
	for (const name of Object.keys(record)) {
		const value = record[name];
		if (typeof value === 'object' && value !== null) asDocumented(value);
		const member = memberOf(name);
		if (!member) continue;
		const read = member.kind === 'other' ? value : inKind(value, member.kind);
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

/**
 * The entries of an answer that should be a list, even where it is an object with nothing but that list in it, or
 * with the entries by their places.
 * Entries that are null stay, for callers that must not overlook anybody.
 */
export function entriesIn(answer: unknown): unknown[] {
	if (isRecord(answer)) {
		const values = Object.values(answer);
		const numbered = Object.keys(answer).every((key) => /^\d+$/.test(key));
		if (numbered && values.length > 0) return values;
		if (values.length === 1 && Array.isArray(values[0])) return values[0] as unknown[];
	}
	return Array.isArray(answer) ? (answer as unknown[]) : asList(answer);
}

/** The objects in an answer that should be a list of objects. */
export function recordsIn<T extends object>(answer: unknown): T[] {
	const entries = entriesIn(answer);
	return (entries.every(isRecord) ? entries : entries.filter(isRecord)) as T[];
}
