import type { FINAL, HELD, LIFTED, PENDING } from '../../tables/rowStore';
import type { ContactEvent, EventKind, Item } from '../rules/rules';

/** `pending` exists in a data table only. */
export type State = typeof PENDING | typeof HELD | typeof FINAL | typeof LIFTED;

/** One event of a contact, as the ledger keeps it. Times are milliseconds since 1970. */
export interface Entry {
	survey: string;
	group: string;
	kind: EventKind;
	at: number;
	state: State;
	/** For `held` and `pending`. A `final` entry that has it was held before, and then confirmed. */
	until: number | null;
	/** Execution and step that wrote it, with a dot between them; empty if recorded. See `confirmedAs`. */
	token: string;
	/** Tells several reservations of one step apart. */
	ordinal: number;
	/** The contact itself, if the user wants it stored. */
	address: string | null;
}

export type LedgerEntry = Entry & { contact: string };

/** Input of the operations that come after a reservation. */
export interface Place {
	contact: string;
	survey: string;
	group: string;
	address: string | null;
	/** As the claim returned it; without it, all reservations of the contact and survey fit. */
	reservationId?: string | null;
}

export interface PastEvent extends Place {
	kind: EventKind;
	at: number;
}

export type Lifted =
	| { scope: 'all' }
	| { scope: 'survey'; survey: string }
	| { scope: 'group'; group: string };

export type ConfirmOutcome = 'confirmed' | 'alreadyFinal' | 'recorded';
export type ReleaseOutcome = 'released' | 'nothingToRelease';
export type RecordOutcome = 'recorded' | 'alreadyRecorded';

export interface Claim extends Omit<Item, 'blocked'> {
	address: string | null;
	/** Tells several claims of one step on one contact apart. */
	ordinal: number;
}

export interface ClaimResult {
	/** Null if refused by the rules, or because other runs kept the contact busy. */
	reservationId: string | null;
	/** All events of the contact except those this step reserved. */
	known: ContactEvent[];
}

/** All methods return one result per input, in order, and throw LedgerError when the ledger can't be used. */
export interface Ledger {
	/**
	 * Reserves what the rules allow for all claims together, including those of other runs. A
	 * claim that an earlier try of this step won is granted again, once. If this fails, call
	 * `takeBack`.
	 * @param at milliseconds since 1970
	 * @param holdMs the time until it expires unless confirmed; null if it is final at once
	 */
	claim(claims: readonly Claim[], at: number, holdMs: number | null): Promise<ClaimResult[]>;

	/** Removes what this step reserved at that time. */
	takeBack(at: number, contacts: readonly string[]): Promise<void>;

	/** The events of these contacts since then, perhaps including older ones. */
	read(contacts: readonly string[], since: number): Promise<Map<string, ContactEvent[]>>;

	all(since: number): Promise<LedgerEntry[]>;

	confirm(places: readonly Place[], at: number): Promise<ConfirmOutcome[]>;

	release(places: readonly Place[]): Promise<ReleaseOutcome[]>;

	record(events: readonly PastEvent[]): Promise<RecordOutcome[]>;

	/** @returns how many events of each contact no longer count */
	lift(lifts: ReadonlyArray<{ contact: string; lifted: Lifted }>): Promise<number[]>;

	/** Releases what this step of this execution still holds. */
	releaseHeld(contacts: readonly string[]): Promise<void>;
}

export interface Claimant {
	execution: string;
	/** Node and run index. */
	step: string;
}
