import { toDate } from '../shared/netigate/dates';
import type { AnswerSet } from '../shared/netigate/types';
import {
	byChange,
	changedAt,
	Marks,
	minuteOf,
	OVERLAP_MINUTES,
	reachedBy,
	type TriggerEvent,
} from './changes';
import type { Filter } from './conditions';

/** What the trigger keeps of a survey between polls: small, and plain JSON. */
export interface SurveyMemory {
	/** The date from which Netigate is asked for changes, in Netigate's time: `2026-09-27T15:38:26Z`. */
	since: string;
	/** Marks of what was output of all that changed since then, by the minute (since 1970) of the change. */
	given: Record<string, string>;
	/** For `updated`: when sets that may change again within the same second were output (our clock), by id. */
	settling: Record<string, number>;
	/** The filter of the latest polls, after those that still apply to earlier answers. */
	filters: Filter[];
}

/** After this time by our clock a set that was output can no longer change within the same second. */
const SETTLING_MS = 120_000;

/** What a poll has read of a survey. */
export interface Found {
	/** All that changed since the memory's `since`; their answers may be missing. */
	heads: readonly AnswerSet[];
	/** Those that were read with their answers, and can be output now. */
	sets: readonly AnswerSet[];
}

interface Taken {
	/** The sets to output, oldest change first. */
	fresh: AnswerSet[];
	memory: SurveyMemory;
	/** Whether sets are left that could not be read yet, or not turned into results. */
	left: boolean;
}

/** A survey's memory, opened for one poll. Netigate's own dates decide what is new. */
export class Recall {
	private readonly marks: Marks;

	constructor(
		private readonly memory: SurveyMemory,
		private readonly event: TriggerEvent,
	) {
		this.marks = new Marks(memory.given, event);
	}

	/** The date that makes a set new, or empty if it isn't completed and has to be. */
	private dueAt(set: AnswerSet): string {
		return this.event === 'completed' ? (set.Completed ?? '') : changedAt(set);
	}

	/** Whether this set may have to be output, as far as its head shows. */
	isOpen(head: AnswerSet): boolean {
		return this.dueAt(head) >= this.memory.since && !this.marks.hasHead(head);
	}

	/** Whether this set is to be output. */
	isNew(set: AnswerSet): boolean {
		return this.dueAt(set) >= this.memory.since && !this.marks.has(set);
	}

	/** Whether this set was output, but may have changed again within the same second. */
	isSettling({ AnswerSetId }: AnswerSet): boolean {
		return AnswerSetId in this.memory.settling;
	}

	/**
	 * Takes what a poll has read, and decides what to output.
	 *
	 * `since` moves to an hour before the newest change, or before the oldest one that could not be output yet.
	 * Nothing is awaited on the way, so of two polls that overlap the second knows what the first has output.
	 *
	 * @param now our clock, in milliseconds since 1970
	 */
	take({ heads, sets }: Found, now: number): Taken {
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

	/** Marks everything as output that was there when the workflow was activated. */
	skip({ heads, sets }: Found, now: number): SurveyMemory {
		for (const head of heads) this.marks.add(head, false);
		for (const set of sets) this.marks.add(set, true);
		return this.settled(this.moved(heads, [], now), new Set(), sets, now);
	}

	private moved(
		heads: readonly AnswerSet[],
		left: readonly AnswerSet[],
		now: number,
	): SurveyMemory {
		const newest = reachedBy(heads, now);
		if (newest === '') return { ...this.memory, given: this.marks.from(0) };
		const [reached] = [...left.map((head) => this.dueAt(head)), newest].sort();
		const first = Math.max(this.marks.firstMinute(minuteOf(reached)), 0);
		const since = toDate(first * 60_000);
		return since > this.memory.since
			? { ...this.memory, since, given: this.marks.from(first) }
			: { ...this.memory, given: this.marks.from(0) };
	}

	/** Sets that were read again long after they were output are settled; those just output aren't. */
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

/** The memory of a survey that has no answers yet: everything that comes is new. */
export const EMPTY_MEMORY: SurveyMemory = {
	since: '2000-01-01T00:00:00Z',
	given: {},
	settling: {},
	filters: [],
};

/** The memory with which activation finds what is already there, to skip it. */
export function memoryBefore(newest: string): SurveyMemory {
	const first = Math.max(minuteOf(newest) - OVERLAP_MINUTES, 0);
	return { ...EMPTY_MEMORY, since: toDate(first * 60_000) };
}
