import { groupBy } from '../basics/lists';
import { recordsIn } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import type { Answer, AnswerSet } from '../netigate/types';
import { readableText, UniqueKeys } from '../input/text';
import type { KeyBy, Questions } from './questions';
import { readAnswers, type AnswerValue } from './reading';

/** A question, or a row of a matrix, that met one of the trigger's conditions. */
export interface Match {
	questionItemId: number;
	question: string;
	answer: string | number | string[];
	/** Absent if the answer has no score. */
	score?: number;
}

export interface SimplifiedResult {
	/** Present only if the result was requested by contact. */
	status?: 'answered';
	answerSetId: number;
	surveyId: number;
	/** Null if it isn't known who answered. */
	respondentId: number | null;
	/** Present only if requested; null if Netigate has no contact. */
	contact?: string | null;
	/** Present only if the contact is present. */
	sendoutId?: number | null;
	sendoutName?: string | null;
	backgroundData?: Record<string, string>;
	createdAt: string;
	updatedAt: string;
	completedAt: string | null;
	completed: boolean;
	answers?: Record<string, AnswerValue>;
	scores?: Record<string, number | Record<string, number>>;
	/** Present only if the trigger has conditions. */
	matched?: Match[];
}

/** Null if it is -1, which means that it isn't known who answered (contract: "How answers look"). */
export function respondentOf({ Respondent }: AnswerSet): number | null {
	return typeof Respondent === 'number' && Respondent > 0 ? Respondent : null;
}

/**
 * Like `respondentOf`.
 * @throws NetigateError if the value isn't an id. Otherwise, someone who answered would be treated as if they hadn't
 */
export function knownRespondentOf(set: AnswerSet): number | null {
	const { AnswerSetId, Respondent }: { AnswerSetId: number; Respondent: unknown } = set;
	if (Respondent === null || Number.isSafeInteger(Respondent)) return respondentOf(set);
	throw new NetigateError(
		`Couldn't determine who submitted result ${AnswerSetId}: its "Respondent" isn't an ID`,
		{
			outcome: 'notDone',
			advice: 'Try again. If this keeps happening, run Account > Check and report what it finds.',
		},
	);
}

export type About = Pick<
	SimplifiedResult,
	'contact' | 'sendoutId' | 'sendoutName' | 'backgroundData'
>;

export function simplifyHead(set: AnswerSet, about?: About): SimplifiedResult {
	return {
		answerSetId: set.AnswerSetId,
		surveyId: set.Survey,
		respondentId: respondentOf(set),
		...about,
		createdAt: set.Created,
		updatedAt: set.Updated,
		completedAt: set.Completed ?? null,
		completed: Boolean(set.Completed),
	};
}

export const byQuestionItem = (answers: readonly Answer[] | null): Map<number, Answer[]> =>
	groupBy(recordsIn<Answer>(answers), ({ QuestionItem }) => QuestionItem);

export function readSet(set: AnswerSet, questions: Questions) {
	return [...byQuestionItem(set.Answers)].map(([id, answers]) => {
		const [{ QuestionType, QuestionText }] = answers;
		// For other types, such as a checkbox, `QuestionText` is part of the answer.
		const label = QuestionType === 'TEXT_FIELD' ? readableText(QuestionText) : '';
		const entry = questions.get(id) ?? questions.unlisted(id, QuestionType, label);
		return { entry, reading: readAnswers(answers, entry) };
	});
}

/** Simplifies an answer set (call 6 or 7) based on the survey's questions (call 4). */
export function simplify(
	set: AnswerSet,
	questions: Questions,
	keyBy: KeyBy,
	about?: About,
): SimplifiedResult {
	const answers: Array<[string, AnswerValue]> = [];
	const scores: Array<[string, number | Record<string, number>]> = [];
	let unlisted: UniqueKeys | undefined;
	for (const { entry, reading } of readSet(set, questions)) {
		let { key } = entry;
		if (keyBy === 'id') key = String(entry.id);
		else if (!questions.get(entry.id)) {
			unlisted ??= new UniqueKeys(questions.keys);
			key = unlisted.take(key);
		}
		answers.push([key, reading.value]);
		if (reading.score !== undefined) scores.push([key, reading.score]);
	}
	const result = simplifyHead(set, about);
	// The object is built from entries, because assigning a value to the key "__proto__" wouldn't add an answer.
	result.answers = Object.fromEntries(answers);
	result.scores = Object.fromEntries(scores);
	return result;
}
