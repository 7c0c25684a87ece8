import type { AnswerSet } from '../shared/api/types';

/** A change dated further ahead of our clock than this is taken for a wrong date, unless many are. */
const AHEAD_MS = 15 * 60_000;

/** So many changes ahead of our clock, and it is our clock that is wrong, not their dates. */
const MANY_AHEAD = 10;

/** Seconds as Netigate writes them; anything finer is left out, so that dates compare as text. */
export function toDate(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Minutes since 1970; 0 for what is no date. */
export const minuteOf = (date: string): number => Math.floor((Date.parse(date) || 0) / 60_000);

/** The latest of some dates; an empty text where there is none. */
export function newestOf(dates: readonly string[]): string {
	return dates.reduce((a, b) => (a > b ? a : b), '');
}

/** When a set last changed: `Completed` is never later than `Updated`, but nobody promised. */
export function changedAt({ Updated, Completed, Created }: AnswerSet): string {
	const updated = Updated || Created;
	return Completed && Completed > updated ? Completed : updated;
}

/**
 * How far the changes of a survey have come, in Netigate's own time: the newest of them. A few that are
 * dated ahead of our clock do not count, or a single wrong date would let all others pass for old.
 *
 * @param now our clock, in milliseconds since 1970
 * @returns an empty text where no change tells
 */
export function reachedBy(heads: readonly AnswerSet[], now: number): string {
	const latest = toDate(now + AHEAD_MS);
	const dates = heads.map(changedAt);
	const ahead = dates.filter((date) => date > latest).sort();
	return ahead.length >= MANY_AHEAD
		? ahead[ahead.length - MANY_AHEAD]
		: newestOf(dates.filter((date) => date <= latest));
}

/** Oldest change first; of the same second, as they were begun. */
export function byChange(a: AnswerSet, b: AnswerSet): number {
	const [x, y] = [changedAt(a), changedAt(b)];
	return x < y ? -1 : x > y ? 1 : a.AnswerSetId - b.AnswerSetId;
}
