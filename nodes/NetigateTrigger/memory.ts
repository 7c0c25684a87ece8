import { toDate } from '../shared/netigate/dates';
import type { AnswerSet } from '../shared/netigate/types';
import {
	byChange,
	changedAt,
	Marks,
	minuteOf,
	reachedBy,
	type PrintKey,
	type TriggerEvent,
} from './changes';
import type { Filter } from './conditions';

/** What the trigger stores about a survey between polls, as compact JSON. */
export interface SurveyMemory {
	/** The date from which changes are read, in Netigate's time: `2026-09-27T15:38:26Z`. */
	since: string;
	/** The marks of changes after `since` that were already output, keyed by minute since 1970. */
	given: Record<string, string>;
	/** For `updated`: sets that may change again in the same second. Maps each ID to the time of output (our clock). */
	settling: Record<string, number>;
	/** Previous filters that still apply to earlier answers, followed by the current filter. */
	filters: Filter[];
	/** When the trigger reported that the survey no longer exists (our clock). */
	goneSince?: number;
}

/** After this time, another change to a set can't have the same date as the change that was output. */
export const SETTLING_MS = 120_000;

export interface Found {
	/** All sets that changed since `memory.since`, possibly without their answers. */
	heads: readonly AnswerSet[];
	/** The sets that were read with their answers and can be output now. */
	sets: readonly AnswerSet[];
}

/** A survey's memory during a poll. Whether a set is new depends on Netigate's dates, not on our clock. */
export class Recall {
	private readonly marks: Marks;

	constructor(
		private readonly memory: SurveyMemory,
		private readonly event: TriggerEvent,
		key: PrintKey,
	) {
		this.marks = new Marks(memory.given, event, key);
	}

	/** The date that decides whether a set is new. Empty for an unfinished set if the event is `completed`. */
	private dueAt(set: AnswerSet): string {
		return this.event === 'completed' ? (set.Completed ?? '') : changedAt(set);
	}

	isOpen(head: AnswerSet): boolean {
		return this.dueAt(head) >= this.memory.since && !this.marks.hasHead(head);
	}

	isNew(set: AnswerSet): boolean {
		return this.dueAt(set) >= this.memory.since && !this.marks.has(set);
	}

	isSettling({ AnswerSetId }: AnswerSet): boolean {
		return AnswerSetId in this.memory.settling;
	}

	/**
	 * Decides which sets to output. Moves `since` to an hour before the newest change. If some changes
	 * couldn't be output yet, moves it to an hour before the oldest of them instead. This function is
	 * synchronous, so that overlapping polls don't output the same changes.
	 * @returns the sets to output, oldest change first, and whether any sets couldn't be read or turned into
	 * results yet
	 */
	take({ heads, sets }: Found, now: number) {
		const fresh: AnswerSet[] = [];
		for (const set of sets) {
			if (!this.isNew(set)) continue;
			this.marks.add(set, true);
			fresh.push(set);
		}
		fresh.sort(byChange);
		const read = new Set(sets.map(({ AnswerSetId }) => AnswerSetId));
		const left = heads.filter((head) => !read.has(head.AnswerSetId) && this.isOpen(head));
		const memory = this.moved(heads, left, now);
		return { fresh, memory: this.settled(memory, read, fresh, now), left: left.length > 0 };
	}

	/** Marks everything that existed at activation as already output. */
	skip({ heads, sets }: Found, now: number): SurveyMemory {
		for (const head of heads) this.marks.add(head, false);
		for (const set of sets) this.marks.add(set, true);
		return this.settled(this.moved(heads, [], now), new Set(), sets, now);
	}

	private moved(heads: readonly AnswerSet[], left: readonly AnswerSet[], now: number) {
		const [reached] = [...left.map((head) => this.dueAt(head)), reachedBy(heads, now)].sort();
		const first = this.marks.firstMinute(minuteOf(reached));
		const since = toDate(first * 60_000);
		return since > this.memory.since
			? { ...this.memory, since, given: this.marks.from(first) }
			: { ...this.memory, given: this.marks.from(0) };
	}

	/** A set is settled once it has been read again long enough after it was output. */
	private settled(
		memory: SurveyMemory,
		read: ReadonlySet<number>,
		fresh: readonly AnswerSet[],
		now: number,
	): SurveyMemory {
		if (this.event !== 'updated') return memory;
		const settling = Object.entries(memory.settling).filter(
			([id, at]) => now - at < SETTLING_MS || !read.has(Number(id)),
		);
		const added = fresh.map(({ AnswerSetId }) => [AnswerSetId, now] as const);
		return { ...memory, settling: Object.fromEntries([...settling, ...added]) };
	}
}

export const EMPTY_MEMORY: SurveyMemory = {
	since: '2000-01-01T00:00:00Z',
	given: {},
	settling: {},
	filters: [],
};
