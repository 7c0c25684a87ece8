import { isDate } from '../netigate/dates';
import { InputError, NetigateError } from '../netigate/errors';
import type { AnswerSet } from '../netigate/types';
import { describeValue } from '../input/text';
import { knownRespondentOf } from './simplify';

const STATUSES = ['notAnswered', 'started', 'completed'] as const;

/** How far a respondent has come: nothing begun, begun and not finished, or finished. */
type AnswerStatus = (typeof STATUSES)[number];

/** A respondent's status, with Netigate's dates: null where it has not come to that. */
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

const pick = (dates: ReadonlyArray<string | null | undefined>, later: boolean): string | null =>
	dates.reduce<string | null>((kept, date) => {
		if (!date) return kept;
		return kept === null || date > kept === later ? date : kept;
	}, null);

/**
 * Who answered, from all answer sets of a survey (row 5). Whoever answered several times has begun with the
 * first, and has completed as soon as one of them is.
 *
 * @returns a function that tells how far the respondent with an id has come
 */
export function answeredBy(sets: readonly AnswerSet[]): (respondentId: number) => Answered {
	const known = new Map<number, Answered>();
	for (const set of sets) {
		const id = knownRespondentOf(set);
		if (id === null) continue;
		if (set.Completed && !isDate(set.Completed)) {
			throw new NetigateError(
				`Who has completed the survey cannot be told: result ${set.AnswerSetId} has a date that cannot be read`,
				{
					outcome: 'notDone',
					advice: 'Look at it in Netigate, see what Account > Check says, and report it.',
				},
			);
		}
		const before = known.get(id) ?? NOT_ANSWERED;
		const completedAt = pick([before.completedAt, set.Completed], true);
		known.set(id, {
			answerStatus: completedAt === null ? 'started' : 'completed',
			startedAt: pick([before.startedAt, set.Created], false),
			updatedAt: pick([before.updatedAt, set.Updated], true),
			completedAt,
		});
	}
	return (respondentId) => known.get(respondentId) ?? NOT_ANSWERED;
}

/**
 * The user's "Answer Status".
 *
 * @returns undefined for "Any"
 * @throws InputError for a status that there is not, such as an expression may give
 */
export function wantedStatus(value: unknown): AnswerStatus | undefined {
	if (value === undefined || value === null || value === '' || value === 'any') return undefined;
	const status = STATUSES.find((one) => one === value);
	if (status) return status;
	throw new InputError(
		`"Answer Status" cannot be ${describeValue(value)}`,
		`Give one of: any, ${STATUSES.join(', ')}.`,
	);
}
