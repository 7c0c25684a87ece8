import type { FINAL, HELD, LIFTED, PENDING } from '../../tables/rowStore';
import type { ContactEvent, EventKind, Question } from '../rules/rules';

/** `pending` exists in a data table only. */
export type State = typeof PENDING | typeof HELD | typeof FINAL | typeof LIFTED;

/** One event of a contact, as the ledger keeps it. */
export interface Entry {
	survey: string;
	group: string;
	kind: EventKind;
	/** Milliseconds since 1970. */
	at: number;
	state: State;
	/**
	 * Milliseconds since 1970; for `held` and `pending`. A `final` entry that has it was held before: it was
	 * confirmed.
	 */
	until: number | null;
	/** Who wrote it: execution and step, with a dot between them; empty when recorded. See `confirmedAs`. */
	token: string;
	/** Tells several reservations of one step apart. */
	ordinal: number;
	/** The contact itself, if the user wants it stored. */
	address: string | null;
}

/** One entry, and whose it is. */
export type LedgerEntry = Entry & { contact: string };

/** A contact and a survey, for the operations that come after a reservation. */
export interface Place {
	contact: string;
	survey: string;
	group: string;
	address: string | null;
	/** The reservation that is meant, as the claim named it; without it all that fit. */
	reservationId?: string | null;
}

export interface PastEvent extends Place {
	kind: EventKind;
	at: number;
}

/** Which of a contact's events are lifted. */
export type Lifted =
	| { scope: 'all' }
	| { scope: 'survey'; survey: string }
	| { scope: 'group'; group: string };

export type ConfirmOutcome = 'confirmed' | 'alreadyFinal' | 'recorded';
export type ReleaseOutcome = 'released' | 'nothingToRelease';
export type RecordOutcome = 'recorded' | 'alreadyRecorded';

/** A reservation that is requested. */
export interface Claim extends Question {
	contact: string;
	/** The contact itself, if the user wants it stored. */
	address: string | null;
	/** Tells several claims of one step on one contact apart. */
	ordinal: number;
	/** Granted whatever the rules say, and still remembered. */
	exempt: boolean;
}

/** `known`: what the ledger knows of the contact, without what this very step reserved. */
export interface ClaimResult {
	/** Null when it was refused: by the rules, or because other runs kept the contact busy. */
	reservationId: string | null;
	known: ContactEvent[];
}

/**
 * The memory of the quarantine. All of its methods return a result for each of their inputs, in order, and
 * throw LedgerError when the ledger cannot be used.
 */
export interface Ledger {
	/**
	 * Reserves what the rules allow: of all claims on a contact, in this run and all others that run at the
	 * same time, no more are granted than the rules let stand beside each other. A claim of the same step
	 * of the same execution that was granted before is granted again, once. If this fails, call `takeBack`.
	 *
	 * @param at the time of the reservation, milliseconds since 1970
	 * @param holdMs after how many milliseconds it expires unless confirmed; null: it is final immediately
	 */
	claim(claims: readonly Claim[], at: number, holdMs: number | null): Promise<ClaimResult[]>;

	/** Removes what this step has reserved at that time, since it fails: no item is reported as allowed. */
	takeBack(at: number, contacts: readonly string[]): Promise<void>;

	/** What is known of these contacts since then (and perhaps what is older). */
	read(contacts: readonly string[], since: number): Promise<Map<string, ContactEvent[]>>;

	/** All that is known since then, of all contacts. */
	all(since: number): Promise<LedgerEntry[]>;

	confirm(places: readonly Place[], at: number): Promise<ConfirmOutcome[]>;

	release(places: readonly Place[]): Promise<ReleaseOutcome[]>;

	record(events: readonly PastEvent[]): Promise<RecordOutcome[]>;

	/** @returns how many events of each contact do not count any more */
	lift(lifts: ReadonlyArray<{ contact: string; lifted: Lifted }>): Promise<number[]>;

	/** Releases what this step of this execution holds and no one confirmed. */
	releaseHeld(contacts: readonly string[]): Promise<void>;
}

/** Who uses the ledger. */
export interface Claimant {
	/** The execution, the same for all its steps. */
	execution: string;
	/** The step in it: node and run. */
	step: string;
}
