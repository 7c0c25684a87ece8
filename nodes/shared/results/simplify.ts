import { groupBy } from '../basics/lists';
import { recordsIn } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import type { Answer, AnswerSet } from '../netigate/types';
import { UniqueKeys } from '../input/text';
import { textOf, type KeyBy, type QuestionEntry, type Questions } from './questions';
import { readAnswers, type AnswerValue, type Reading } from './reading';

/** A result as the nodes output it: what people answered by question, and scores apart. */
export interface SimplifiedResult {
	answerSetId: number;
	surveyId: number;
	/** Null if it is not known who answered. */
	respondentId: number | null;
	/** Only if it was requested; null if Netigate knows none. */
	contact?: string | null;
	/** The sendout by which they were invited, with the contact. */
	sendoutId?: number | null;
	sendoutName?: string | null;
	backgroundData?: Record<string, string>;
	createdAt: string;
	updatedAt: string;
	completedAt: string | null;
	completed: boolean;
	answers?: Record<string, AnswerValue>;
	/** By the scale of each question, see `scaleOf`. */
	scores?: Record<string, number | Record<string, number>>;
}

/** The respondent's id; null for -1, which stands for someone unknown (contract: "How answers look"). */
export function respondentOf({ Respondent }: AnswerSet): number | null {
	return typeof Respondent === 'number' && Respondent > 0 ? Respondent : null;
}

/**
 * The same, for deciding who has answered or whose answers count.
 *
 * @throws NetigateError if it cannot be read: someone who has answered would be taken for someone who has not
 */
export function knownRespondentOf(set: AnswerSet): number | null {
	const { AnswerSetId, Respondent }: { AnswerSetId: number; Respondent: unknown } = set;
	if (Respondent === null || Number.isSafeInteger(Respondent)) return respondentOf(set);
	throw new NetigateError(
		`Couldn't determine who gave result ${AnswerSetId}: its "Respondent" isn't an ID`,
		{
			outcome: 'notDone',
			advice: 'Try again. If this continues, run Account > Check and report what it says.',
		},
	);
}

/** What is known about the person who answered, as far as it was requested. */
export type About = Pick<
	SimplifiedResult,
	'contact' | 'sendoutId' | 'sendoutName' | 'backgroundData'
>;

/** An answer set without its answers. */
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

/** The records of a set by question item, in their order. */
export const byQuestionItem = (answers: readonly Answer[] | null): Map<number, Answer[]> =>
	groupBy(recordsIn<Answer>(answers), ({ QuestionItem }) => QuestionItem);

/** What someone answered to each question, with the question. */
export function readSet(
	set: AnswerSet,
	questions: Questions,
): Array<{ entry: QuestionEntry; reading: Reading }> {
	return [...byQuestionItem(set.Answers)].map(([id, answers]) => {
		const [{ QuestionType, QuestionText }] = answers;
		// The records of a text field carry its label; those of a checkbox or matrix carry answers there.
		const label = QuestionType === 'TEXT_FIELD' ? textOf(QuestionText).trim() : '';
		const entry = questions.get(id) ?? questions.unlisted(id, QuestionType, label);
		return { entry, reading: readAnswers(answers, entry) };
	});
}

/**
 * Simplifies an answer set (calls 6 and 7) with the questions of its survey (call 4).
 *
 * Answers come in the order of Netigate's records. Questions with the same text are told apart by their place in
 * the survey, so that a text means the same question in every result.
 */
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
			unlisted ??= new UniqueKeys(questions.all().map((listed) => listed.key));
			key = unlisted.take(key);
		}
		answers.push([key, reading.value]);
		if (reading.score !== undefined) scores.push([key, reading.score]);
	}
	const result = simplifyHead(set, about);
	// Not by assignment: a question may be called "__proto__".
	result.answers = Object.fromEntries(answers);
	result.scores = Object.fromEntries(scores);
	return result;
}
