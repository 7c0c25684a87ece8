import { createHash } from 'crypto';
import { byQuestionItem } from '../shared/results/simplify';
import type { AnswerSet } from '../shared/api/types';

/** What starts the workflow: an answer set that was completed, or any change. */
export type TriggerEvent = 'completed' | 'updated';

/** What the trigger keeps of a survey between polls: small, and plain JSON. */
export interface SurveyMemory {
	/** From when on Netigate is asked for changes, in Netigate's own time, `2026-09-27T15:38:26Z`. */
	since: string;
	/**
	 * What was given of all that changed since then: marks of fixed length, one behind the other, by the
	 * minute (since 1970) of the change.
	 */
	given: Record<string, string>;
}

/** How far before the newest change the next poll begins: what Netigate writes late is still found. */
const OVERLAP_MINUTES = 60;

/** Where very many answer, the overlap may shrink to this. */
const LEAST_OVERLAP_MINUTES = 10;

/** Beyond so many marks the overlap shrinks. */
const MANY_MARKS = 5000;

/** Changes dated further ahead of our clock than this do not move the cursor: a wrong date must not lose answers. */
const LARGEST_LEAD_MS = 48 * 3_600_000;

const MARK_LENGTH = 8;
const PRINT_LENGTH = 4;

/** Stands where only the head of an answer set was seen, not its answers. */
const UNSEEN_PRINT = '----';

const digest = (text: string, length: number) =>
	createHash('sha256').update(text).digest('base64url').slice(0, length);

/** Seconds as Netigate writes them; anything finer is left out, so that dates compare as text. */
export function toDate(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const msOf = (date: string): number => Date.parse(date) || 0;

const minuteOf = (date: string): number => Math.floor(msOf(date) / 60_000);

/** The latest of some dates; an empty text where there is none. */
export function newestOf(dates: readonly string[]): string {
	return dates.reduce((a, b) => (a > b ? a : b), '');
}

/** When a set last changed: `Completed` is never later than `Updated`, but nobody promised. */
export function changedAt({ Updated, Completed, Created }: AnswerSet): string {
	const updated = Updated || Created;
	return Completed && Completed > updated ? Completed : updated;
}

/** What makes a change another one, as far as the head of a set tells. */
function markOf(set: AnswerSet, event: TriggerEvent): string {
	const { AnswerSetId, Updated, Completed } = set;
	const change = event === 'completed' ? [Completed] : [Updated, Completed];
	return digest([AnswerSetId, ...change].join(' '), MARK_LENGTH);
}

/**
 * A print of what was answered: dates are whole seconds, so a set that changes twice within one would look
 * the same.
 */
function printOf({ Answers }: AnswerSet): string {
	const records = [...byQuestionItem(Answers)].sort(([a], [b]) => a - b);
	return digest(
		JSON.stringify(
			records.map(([id, answers]) => [
				id,
				...answers
					.map(({ QuestionText, AnswerText, AnswerNumeric }) =>
						JSON.stringify([QuestionText, AnswerText, AnswerNumeric]),
					)
					.sort(),
			]),
		),
		PRINT_LENGTH,
	);
}

/** The marks of what was given, to look up and to add to. */
class Marks {
	/** Prints by mark; empty prints where completed sets are counted once whatever they hold. */
	private readonly prints = new Map<string, string>();

	private readonly minutes = new Map<string, number>();

	constructor(
		given: Record<string, string>,
		private readonly event: TriggerEvent,
	) {
		const length = MARK_LENGTH + (event === 'updated' ? PRINT_LENGTH : 0);
		for (const [minute, marks] of Object.entries(given)) {
			for (let at = 0; at < marks.length; at += length) {
				const mark = marks.slice(at, at + MARK_LENGTH);
				this.prints.set(mark, marks.slice(at + MARK_LENGTH, at + length));
				this.minutes.set(mark, Number(minute));
			}
		}
	}

	/** Whether this change was given, as far as the head tells. */
	hasHead(head: AnswerSet): boolean {
		return this.prints.has(markOf(head, this.event));
	}

	/** Whether this change was given, with these answers. */
	has(set: AnswerSet): boolean {
		const print = this.prints.get(markOf(set, this.event));
		if (print === undefined) return false;
		return this.event === 'completed' || print === UNSEEN_PRINT || print === printOf(set);
	}

	add(set: AnswerSet, withAnswers: boolean): void {
		const mark = markOf(set, this.event);
		const print = withAnswers ? printOf(set) : UNSEEN_PRINT;
		this.prints.set(mark, this.event === 'updated' ? print : '');
		this.minutes.set(mark, minuteOf(changedAt(set)));
	}

	/** The marks of the minutes from this one on. */
	from(first: number): Record<string, string> {
		const given: Record<string, string> = {};
		for (const [mark, minute] of [...this.minutes].sort(([, a], [, b]) => a - b)) {
			if (minute >= first) given[minute] = `${given[minute] ?? ''}${mark}${this.prints.get(mark)}`;
		}
		return given;
	}

	/** The minute before which marks are forgotten, when the next poll is to begin before `newest`. */
	firstMinute(newest: number): number {
		const earliest = newest - OVERLAP_MINUTES;
		const kept = [...this.minutes.values()]
			.filter((minute) => minute >= earliest)
			.sort((a, b) => a - b);
		if (kept.length <= MANY_MARKS) return earliest;
		return Math.min(newest - LEAST_OVERLAP_MINUTES, kept[kept.length - MANY_MARKS]);
	}
}

/** What a poll has read of a survey. */
export interface Found {
	/** All that changed since the memory's `since`; their answers may be missing. */
	heads: readonly AnswerSet[];
	/** Those that were read with their answers and can be given now. */
	sets: readonly AnswerSet[];
}

/** A survey's memory, opened for one poll. Everything in it is decided by Netigate's own dates. */
export class Recall {
	private readonly marks: Marks;

	constructor(
		private readonly memory: SurveyMemory,
		private readonly event: TriggerEvent,
	) {
		this.marks = new Marks(memory.given, event);
	}

	/**
	 * Whether there is nothing (more) to give of this set: it is before our time, or for `completed` was
	 * completed before, and only changed since.
	 */
	private past(set: AnswerSet): boolean {
		if (changedAt(set) < this.memory.since) return true;
		return this.event === 'completed' && (!set.Completed || set.Completed < this.memory.since);
	}

	/** The date that `since` must not pass before this set is given; see `past`. */
	private wantedSince(head: AnswerSet): string {
		const changed = changedAt(head);
		return this.event === 'completed' && head.Completed && head.Completed < changed
			? head.Completed
			: changed;
	}

	/** Whether this set may have to be given, as far as its head tells. */
	isOpen(head: AnswerSet): boolean {
		return !this.past(head) && !this.marks.hasHead(head);
	}

	/** Whether this set is to be given. */
	isNew(set: AnswerSet): boolean {
		return !this.past(set) && !this.marks.has(set);
	}

	/**
	 * Takes what a poll has read, and says what to give of it, oldest change first.
	 *
	 * The cursor moves to an hour before the newest change, or before the oldest one that could not be
	 * given yet. The memory is changed in one go, with nothing awaited: of two polls that overlap, the
	 * second finds what the first has given.
	 *
	 * @param now our clock, in milliseconds since 1970
	 */
	take({ heads, sets }: Found, now: number): { fresh: AnswerSet[]; memory: SurveyMemory } {
		const read = new Set(sets.map(({ AnswerSetId }) => AnswerSetId));
		const fresh: AnswerSet[] = [];
		for (const set of sets) {
			if (!this.isNew(set)) continue;
			this.marks.add(set, true);
			fresh.push(set);
		}
		const open = heads.filter((head) => !read.has(head.AnswerSetId) && this.isOpen(head));
		return { fresh: fresh.sort(byChange), memory: this.moved(heads, open, now) };
	}

	/** Marks everything as given: what there was when the workflow was activated. */
	skip({ heads, sets }: Found, now: number): SurveyMemory {
		for (const head of heads) this.marks.add(head, false);
		for (const set of sets) this.marks.add(set, true);
		return this.moved(heads, [], now);
	}

	private moved(
		heads: readonly AnswerSet[],
		open: readonly AnswerSet[],
		now: number,
	): SurveyMemory {
		const latest = toDate(now + LARGEST_LEAD_MS);
		const newest = newestOf(heads.map(changedAt).filter((date) => date <= latest));
		const waiting = open.map((head) => this.wantedSince(head));
		const [reached] = [...waiting, newest].filter((date) => date !== '').sort();
		if (reached === undefined) return { ...this.memory, given: this.marks.from(0) };
		const first = Math.max(this.marks.firstMinute(minuteOf(reached)), 0);
		const since = toDate(first * 60_000);
		return since > this.memory.since
			? { since, given: this.marks.from(first) }
			: { ...this.memory, given: this.marks.from(0) };
	}
}

/** Oldest change first; of the same second, as they were begun. */
export function byChange(a: AnswerSet, b: AnswerSet): number {
	const [x, y] = [changedAt(a), changedAt(b)];
	return x < y ? -1 : x > y ? 1 : a.AnswerSetId - b.AnswerSetId;
}

/** The memory of a survey in which nobody has answered yet: all that comes is new. */
export const EMPTY_MEMORY: SurveyMemory = { since: '2000-01-01T00:00:00Z', given: {} };

/** The memory from which what there was before activation is read, to be skipped. */
export function memoryBefore(newest: string): SurveyMemory {
	return { since: toDate(Math.max(minuteOf(newest) - OVERLAP_MINUTES, 0) * 60_000), given: {} };
}
