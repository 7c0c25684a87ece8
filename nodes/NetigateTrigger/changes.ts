import { createHash } from 'crypto';
import { isDate, toDate } from '../shared/netigate/dates';
import { NetigateError } from '../shared/netigate/errors';
import type { AnswerSet } from '../shared/netigate/types';
import { byQuestionItem } from '../shared/results/simplify';

/** What starts the workflow: a completed answer set, or any change. */
export type TriggerEvent = 'completed' | 'updated';

/** How far before the newest change the next poll begins, to find what Netigate writes late. */
export const OVERLAP_MINUTES = 60;

/** The overlap may shrink to this if very many people answer. */
const LEAST_OVERLAP_MINUTES = 10;

/** With more marks than this the overlap shrinks. */
const MANY_MARKS = 5000;

/** A change dated further ahead of our clock is treated as a wrong date, unless there are many. */
const AHEAD_MS = 15 * 60_000;

/** With this many changes ahead of our clock it is the clock that is wrong, not their dates. */
const MANY_AHEAD = 10;

const MARK_LENGTH = 8;
const PRINT_LENGTH = 4;

/** The print if only the head of an answer set was seen, not its answers. */
const UNSEEN_PRINT = '----';

/** Minutes since 1970; 0 for anything that isn't a date. */
export const minuteOf = (date: string): number => Math.floor((Date.parse(date) || 0) / 60_000);

/** The latest of some dates; an empty text if there is none. */
export function newestOf(dates: readonly string[]): string {
	return dates.reduce((a, b) => (a > b ? a : b), '');
}

/** When a set last changed. `Completed` should never be later than `Updated`, but nothing says so. */
export function changedAt({ Updated, Completed, Created }: AnswerSet): string {
	const updated = Updated || Created;
	return Completed && Completed > updated ? Completed : updated;
}

/** @throws NetigateError if a set has no date of its last change, which decides whether it is new */
export function checkDates(heads: readonly AnswerSet[]): void {
	const odd = heads.find(
		(head) => !isDate(changedAt(head)) || (head.Completed && !isDate(head.Completed)),
	);
	if (!odd) return;
	throw new NetigateError(`Result ${odd.AnswerSetId} has a date that can't be read`, {
		outcome: 'notDone',
		advice:
			"Without it, new results can't be determined. Run Account > Check, see what it reports about dates, and open an issue.",
	});
}

/**
 * How far the changes of a survey have come, in Netigate's own time: the newest of them. A few that are
 * dated ahead of our clock don't count, or a single wrong date would make all others look old.
 *
 * @param now our clock, in milliseconds since 1970
 * @returns an empty text if no change counts
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

const digest = (text: string, length: number) =>
	createHash('sha256').update(text).digest('base64url').slice(0, length);

/** Identifies a change, as far as the head of a set shows it. */
function markOf({ AnswerSetId, Updated, Completed }: AnswerSet, event: TriggerEvent): string {
	const change = event === 'completed' ? [Completed] : [Updated, Completed];
	return digest([AnswerSetId, ...change].join(' '), MARK_LENGTH);
}

/** Identifies the answers: a set that changes twice within one second has the same dates. */
function printOf({ Answers }: AnswerSet): string {
	const records = [...byQuestionItem(Answers)]
		.sort(([a], [b]) => a - b)
		.map(([id, answers]) => {
			const texts = answers.map(({ QuestionText, AnswerText, AnswerNumeric }) =>
				JSON.stringify([QuestionText, AnswerText, AnswerNumeric]),
			);
			return [id, ...texts.sort()];
		});
	return digest(JSON.stringify(records), PRINT_LENGTH);
}

/** Marks of the changes that were output. */
export class Marks {
	/** Prints are empty for `completed`: such a set is output once, whatever its answers. */
	private readonly marks = new Map<string, { minute: number; print: string }>();

	constructor(
		given: Record<string, string>,
		private readonly event: TriggerEvent,
	) {
		const length = MARK_LENGTH + (event === 'updated' ? PRINT_LENGTH : 0);
		for (const [minute, marks] of Object.entries(given)) {
			for (let at = 0; at < marks.length; at += length) {
				const print = marks.slice(at + MARK_LENGTH, at + length);
				this.marks.set(marks.slice(at, at + MARK_LENGTH), { minute: Number(minute), print });
			}
		}
	}

	/** Whether this change was output, as far as the head shows. */
	hasHead(head: AnswerSet): boolean {
		return this.marks.has(markOf(head, this.event));
	}

	/** Whether this change was output, with these answers. */
	has(set: AnswerSet): boolean {
		const print = this.marks.get(markOf(set, this.event))?.print;
		if (print === undefined) return false;
		return this.event === 'completed' || print === UNSEEN_PRINT || print === printOf(set);
	}

	add(set: AnswerSet, withAnswers: boolean): void {
		const seen = () => (withAnswers ? printOf(set) : UNSEEN_PRINT);
		this.marks.set(markOf(set, this.event), {
			minute: minuteOf(changedAt(set)),
			print: this.event === 'updated' ? seen() : '',
		});
	}

	/** The marks from this minute on. */
	from(first: number): Record<string, string> {
		const given: Record<string, string> = {};
		for (const [mark, { minute, print }] of [...this.marks].sort(
			([, a], [, b]) => a.minute - b.minute,
		)) {
			if (minute >= first) given[minute] = `${given[minute] ?? ''}${mark}${print}`;
		}
		return given;
	}

	/** The first minute whose marks are kept. The next poll begins there. */
	firstMinute(newest: number): number {
		const earliest = newest - OVERLAP_MINUTES;
		const kept = [...this.marks.values()]
			.map(({ minute }) => minute)
			.filter((minute) => minute >= earliest)
			.sort((a, b) => a - b);
		if (kept.length <= MANY_MARKS) return earliest;
		return Math.min(newest - LEAST_OVERLAP_MINUTES, kept[kept.length - MANY_MARKS]);
	}
}
