import { recordsIn } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import type { Answer, AnswerSet } from '../netigate/types';
import { type KeyBy, type QuestionEntry, type Questions } from './questions';
import { UniqueKeys } from '../input/text';
import { readAnswers, type AnswerValue, type Reading } from './reading';

/** A result as the nodes give it: what people said by question, and scores apart. */
export interface SimplifiedResult {
	answerSetId: number;
	surveyId: number;
	/** Null where nobody known stands behind the answers. */
	respondentId: number | null;
	/** Only where it was asked for; null where Netigate knows none. */
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

/** The respondent's id; null for -1, which stands for nobody known (contract: "How answers look"). */
export function respondentOf({ Respondent }: AnswerSet): number | null {
	return typeof Respondent === 'number' && Respondent > 0 ? Respondent : null;
}

/**
 * The same where it decides who has answered, or whose answers count.
 *
 * @throws NetigateError when it cannot be read: whoever has answered would be taken for somebody who has not
 */
export function knownRespondentOf(set: AnswerSet): number | null {
	const { AnswerSetId, Respondent }: { AnswerSetId: number; Respondent: unknown } = set;
	if (Respondent === null || Number.isSafeInteger(Respondent)) return respondentOf(set);
	throw new NetigateError(
		`Who gave result ${AnswerSetId} cannot be told: its "Respondent" is no id`,
		{
			outcome: 'notDone',
			advice: 'Try again. If this keeps happening, see what Account > Check says, and report it.',
		},
	);
}

/** What is known about whoever answered, as far as it was asked for. */
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

/** The records of a set by question item, in the order in which they come. */
export function byQuestionItem(answers: readonly Answer[] | null): Map<number, Answer[]> {
	const groups = new Map<number, Answer[]>();
	for (const answer of recordsIn<Answer>(answers)) {
		const group = groups.get(answer.QuestionItem);
		if (group) group.push(answer);
		else groups.set(answer.QuestionItem, [answer]);
	}
	return groups;
}

/** What somebody answered to each question, with the question. */
export function readSet(
	set: AnswerSet,
	questions: Questions,
): Array<{ entry: QuestionEntry; reading: Reading }> {
	return [...byQuestionItem(set.Answers)].map(([id, answers]) => {
		const [{ QuestionType, QuestionText }] = answers;
		// A text field's records carry its label; a checkbox's and a matrix' carry answers there.
		const label = QuestionType === 'TEXT_FIELD' && typeof QuestionText === 'string';
		const entry =
			questions.get(id) ?? questions.unlisted(id, QuestionType, label ? QuestionText.trim() : '');
		return { entry, reading: readAnswers(answers, entry) };
	});
}

/**
 * Makes a result that people can read of an answer set (rows 6, 7) and its survey's questions (row 4).
 *
 * Answers come in the order of Netigate's records. Questions with the same text are told apart by their
 * place in the survey, so that a text means the same question in every result.
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
		let key = String(entry.id);
		if (keyBy === 'text') {
			key = entry.key;
			if (!questions.get(entry.id)) {
				unlisted ??= new UniqueKeys(questions.all().map((known) => known.key));
				key = unlisted.take(entry.key);
			}
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
