import { toDate } from '../shared/netigate/dates';
import type { AnswerSet } from '../shared/netigate/types';
import { byChange, changedAt, minuteOf, reachedBy } from './changes';
import { Marks, OVERLAP_MINUTES, type TriggerEvent } from './marks';
import type { EarlierFilter, GivenFilter } from './former';

/** What the trigger keeps of a survey between polls: small, and plain JSON. */
export interface SurveyMemory {
	/** The date from which Netigate is asked for changes, in Netigate's time: `2026-09-27T15:38:26Z`. */
	since: string;
	/**
	 * What was given of all that changed since then: marks of fixed length, strung together, by the minute (since
	 * 1970) of the change.
	 */
	given: Record<string, string>;
	/** For `updated`: sets that may change again within the same second, by when they were given (our clock). */
	settling?: Record<string, number[]>;
	/** The filter of the latest polls; absent where they let everything through. */
	filter?: GivenFilter;
	/** The filters before it, as long as answers of that time are left. */
	former?: EarlierFilter[];
}

/** After this time by our clock a set that was given can no longer change within the same second. */
const SETTLING_MS = 120_000;

/** What a poll has read of a survey. */
export interface Found {
	/** All that changed since the memory's `since`; their answers may be missing. */
	heads: readonly AnswerSet[];
	/** Those that were read with their answers, and can be given now. */
	sets: readonly AnswerSet[];
}

/** What a poll makes of it. */
interface Taken {
	/** The sets to give, oldest change first. */
	fresh: AnswerSet[];
	memory: SurveyMemory;
	/** Those that could not be read yet, or not turned into results. */
	left: AnswerSet[];
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

	/**
	 * Whether this set lies before our time: it last changed before, or for `completed` was completed before and has
	 * only changed since.
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

	/** Whether this set may have to be given, as far as its head shows. */
	isOpen(head: AnswerSet): boolean {
		return !this.past(head) && !this.marks.hasHead(head);
	}

	/** Whether this set is to be given. */
	isNew(set: AnswerSet): boolean {
		return !this.past(set) && !this.marks.has(set);
	}

	/** Whether this set was given, but may have changed again within the same second. */
	isSettling({ AnswerSetId }: AnswerSet): boolean {
		return Object.values(this.memory.settling ?? {}).some((ids) => ids.includes(AnswerSetId));
	}

	/**
	 * Takes what a poll has read, and decides what to give of it.
	 *
	 * `since` moves to an hour before the newest change, or before the oldest one that could not be given yet.
	 * Nothing is awaited on the way, so of two polls that overlap the second knows what the first has given.
	 *
	 * @param now our clock, in milliseconds since 1970
	 */
	take({ heads, sets }: Found, now: number): Taken {
		const read = new Set(sets.map(({ AnswerSetId }) => AnswerSetId));
		const fresh: AnswerSet[] = [];
		for (const set of sets) {
			if (!this.isNew(set)) continue;
			this.marks.add(set, true);
			fresh.push(set);
		}
		const left = heads.filter((head) => !read.has(head.AnswerSetId) && this.isOpen(head));
		const memory = this.settled(this.moved(heads, left, now), read, fresh, now);
		return { fresh: fresh.sort(byChange), memory, left };
	}

	/** Marks everything as given that was there when the workflow was activated. */
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
		const [reached] = [...left.map((head) => this.wantedSince(head)), newest].sort();
		const first = Math.max(this.marks.firstMinute(minuteOf(reached)), 0);
		const since = toDate(first * 60_000);
		return since > this.memory.since
			? { ...this.memory, since, given: this.marks.from(first) }
			: { ...this.memory, given: this.marks.from(0) };
	}

	/** Sets read again long after they were given are settled; those just given are not. */
	private settled(
		memory: SurveyMemory,
		read: ReadonlySet<number>,
		fresh: readonly AnswerSet[],
		now: number,
	): SurveyMemory {
		if (this.event !== 'updated') return memory;
		const again = new Set(fresh.map(({ AnswerSetId }) => AnswerSetId));
		const settling: Record<string, number[]> = {};
		for (const [at, ids] of Object.entries(memory.settling ?? {})) {
			const over = now - Number(at) >= SETTLING_MS;
			const still = ids.filter((id) => !again.has(id) && !(over && read.has(id)));
			if (still.length > 0) settling[at] = still;
		}
		if (again.size > 0) settling[now] = [...(settling[now] ?? []), ...again];
		const next = { ...memory, settling };
		if (Object.keys(settling).length === 0) delete (next as SurveyMemory).settling;
		return next;
	}
}

/** The memory of a survey that nobody has answered yet: everything that comes is new. */
export const EMPTY_MEMORY: SurveyMemory = { since: '2000-01-01T00:00:00Z', given: {} };

/** The memory with which activation finds what is already there, to skip it. */
export function memoryBefore(newest: string): SurveyMemory {
	return { since: toDate(Math.max(minuteOf(newest) - OVERLAP_MINUTES, 0) * 60_000), given: {} };
}
