import { isDate } from '../netigate/dates';
import { NetigateError } from '../netigate/errors';
import type { AnswerSet } from '../netigate/types';
import { knownRespondentOf } from './simplify';

/** A respondent's status, with dates from Netigate. A date is null if the respondent hasn't reached that stage. */
interface Answered {
	answerStatus: 'notAnswered' | 'started' | 'completed';
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

/** Looks up a respondent's status in the answer sets (call 5). It is completed if any of the sets is. */
export function answeredBy(sets: readonly AnswerSet[]): (respondentId: number) => Answered {
	const byRespondent = new Map<number, Answered>();
	for (const set of sets) {
		const id = knownRespondentOf(set);
		if (id === null) continue;
		if (set.Completed && !isDate(set.Completed)) {
			throw new NetigateError(
				`Couldn't determine who completed the survey: result ${set.AnswerSetId} has an unreadable date`,
				{
					outcome: 'notDone',
					advice:
						'Check the result in Netigate. Then run Account > Check and report what it finds.',
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
