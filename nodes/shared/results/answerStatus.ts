import { isDate } from '../netigate/dates';
import { InputError, NetigateError } from '../netigate/errors';
import type { AnswerSet } from '../netigate/types';
import { describeValue } from '../input/text';
import { knownRespondentOf } from './simplify';

/** How far a respondent has come: nothing begun, begun and not finished, or finished. */
const STATUSES = ['notAnswered', 'started', 'completed'] as const;

type AnswerStatus = (typeof STATUSES)[number];

/** A respondent's status, with Netigate's dates: null if it has not come to that. */
interface Answered {
	answerStatus: AnswerStatus;
	startedAt: string | null;
	updatedAt: string | null;
	completedAt: string | null;
}

const NOT_ANSWERED: Answered = {
	answerStatus: 'notAnswered',
	startedAt: null,
	updatedAt: null,
	completedAt: null,
};

const earlier = (a: string | null, b: string | null) => (b && (!a || b < a) ? b : a);
const later = (a: string | null, b: string | null) => (b && (!a || b > a) ? b : a);

/**
 * Who answered, from all answer sets of a survey (call 5). People who answered several times began with the first,
 * and have completed as soon as one is completed.
 *
 * @returns a function that gives the status of the respondent with an id
 */
export function answeredBy(sets: readonly AnswerSet[]): (respondentId: number) => Answered {
	const byRespondent = new Map<number, Answered>();
	for (const set of sets) {
		const id = knownRespondentOf(set);
		if (id === null) continue;
		if (set.Completed && !isDate(set.Completed)) {
			throw new NetigateError(
				`Couldn't determine who completed the survey: result ${set.AnswerSetId} has a date that can't be read`,
				{
					outcome: 'notDone',
					advice: 'Check it in Netigate, run Account > Check, and report what it says.',
				},
			);
		}
		const before = byRespondent.get(id) ?? NOT_ANSWERED;
		const completedAt = later(before.completedAt, set.Completed);
		byRespondent.set(id, {
			answerStatus: completedAt === null ? 'started' : 'completed',
			startedAt: earlier(before.startedAt, set.Created),
			updatedAt: later(before.updatedAt, set.Updated),
			completedAt,
		});
	}
	return (respondentId) => byRespondent.get(respondentId) ?? NOT_ANSWERED;
}

/**
 * The user's "Answer Status".
 *
 * @returns undefined for "Any"
 * @throws InputError for an unknown status, e.g. from an expression
 */
export function wantedStatus(value: unknown): AnswerStatus | undefined {
	if (value === undefined || value === null || value === '' || value === 'any') return undefined;
	const status = STATUSES.find((name) => name === value);
	if (status) return status;
	throw new InputError(
		`'Answer Status' can't be ${describeValue(value)}`,
		`Use one of: any, ${STATUSES.join(', ')}.`,
	);
}
