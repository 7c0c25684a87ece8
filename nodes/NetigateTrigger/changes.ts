import { isDate, toDate } from '../shared/netigate/dates';
import { NetigateError } from '../shared/netigate/errors';
import type { AnswerSet } from '../shared/netigate/types';

/** A change dated further ahead of our clock is taken for a wrong date, unless there are many. */
const AHEAD_MS = 15 * 60_000;

/** With this many changes ahead of our clock it is the clock that is wrong, not their dates. */
const MANY_AHEAD = 10;

/** Minutes since 1970; 0 for anything that is not a date. */
export const minuteOf = (date: string): number => Math.floor((Date.parse(date) || 0) / 60_000);

/** The latest of some dates; an empty text where there is none. */
export function newestOf(dates: readonly string[]): string {
	return dates.reduce((a, b) => (a > b ? a : b), '');
}

/** When a set last changed. `Completed` should never be later than `Updated`, but nothing says so. */
export function changedAt({ Updated, Completed, Created }: AnswerSet): string {
	const updated = Updated || Created;
	return Completed && Completed > updated ? Completed : updated;
}

/** @throws NetigateError when a set does not tell when it changed: nobody could say whether it is new */
export function checkDates(heads: readonly AnswerSet[]): void {
	const odd = heads.find(
		(head) => !isDate(changedAt(head)) || (head.Completed && !isDate(head.Completed)),
	);
	if (!odd) return;
	throw new NetigateError(`Result ${odd.AnswerSetId} has a date that cannot be read`, {
		outcome: 'notDone',
		advice:
			'What is new cannot be told without it. See what Account > Check says about the dates, and report it.',
	});
}

/**
 * How far the changes of a survey have come, in Netigate's own time: the newest of them. A few that are
 * dated ahead of our clock do not count, or a single wrong date would let all others pass for old.
 *
 * @param now our clock, in milliseconds since 1970
 * @returns an empty text where no change counts
 */
export function reachedBy(heads: readonly AnswerSet[], now: number): string {
	const latest = toDate(now + AHEAD_MS);
	const dates = heads.map(changedAt);
	const ahead = dates.filter((date) => date > latest).sort();
	return ahead.length >= MANY_AHEAD
		? ahead[ahead.length - MANY_AHEAD]
		: newestOf(dates.filter((date) => date <= latest));
}

/** Oldest change first; within the same second, in the order in which they were begun. */
export function byChange(a: AnswerSet, b: AnswerSet): number {
	const [x, y] = [changedAt(a), changedAt(b)];
	return x < y ? -1 : x > y ? 1 : a.AnswerSetId - b.AnswerSetId;
}
