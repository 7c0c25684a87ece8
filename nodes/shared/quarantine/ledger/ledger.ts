import type { ContactEvent, Question } from '../rules/rules';
import type {
	ConfirmOutcome,
	Entry,
	Lifted,
	PastEvent,
	Place,
	RecordOutcome,
	ReleaseOutcome,
} from './entries';

/** A reservation that is asked for. */
export interface Claim extends Question {
	contact: string;
	/** The contact itself, where the user wants it stored. */
	address: string | null;
	/** Tells several claims of one step on one contact apart. */
	ordinal: number;
	/** Granted whatever the rules say, and remembered all the same. */
	exempt: boolean;
}

/** `known`: what the ledger knows of the contact, without what this very step reserved. */
export interface ClaimResult {
	/** Null when it was refused: by the rules, or because other runs kept the contact busy. */
	reservationId: string | null;
	known: ContactEvent[];
}

/** One entry, and whose it is. */
export type LedgerEntry = Entry & { contact: string };

/**
 * The memory of the quarantine. All of its methods answer for each of their inputs, in order, and throw
 * LedgerError when the ledger cannot be used.
 */
export interface Ledger {
	/**
	 * Reserves what the rules allow: of all claims on a contact, in this run and all others that run at the
	 * same time, no more are granted than the rules let stand beside each other. A claim of the same step
	 * of the same execution that was granted before is granted again, once. Where it fails, `takeBack` is due.
	 *
	 * @param at the time of the reservation, milliseconds since 1970
	 * @param holdMs after how many milliseconds it lapses unless confirmed; null: it is final at once
	 */
	claim(claims: readonly Claim[], at: number, holdMs: number | null): Promise<ClaimResult[]>;

	/**
	 * Takes back what this step has reserved at that time, since it fails: nobody is told that they were let
	 * through.
	 */
	takeBack(at: number, contacts: readonly string[]): Promise<void>;

	/** What is known of these contacts since then (and perhaps what is older). */
	read(contacts: readonly string[], since: number): Promise<Map<string, ContactEvent[]>>;

	/** All that is known since then, of everybody. */
	all(since: number): Promise<LedgerEntry[]>;

	confirm(places: readonly Place[], at: number): Promise<ConfirmOutcome[]>;

	release(places: readonly Place[]): Promise<ReleaseOutcome[]>;

	record(events: readonly PastEvent[]): Promise<RecordOutcome[]>;

	/** @returns how many events of each contact do not count any more */
	lift(lifts: ReadonlyArray<{ contact: string; lifted: Lifted }>): Promise<number[]>;

	/** Gives back what this step of this execution holds and nobody confirmed. */
	releaseHeld(contacts: readonly string[]): Promise<void>;
}

/** Who is asking the ledger. */
export interface Claimant {
	/** The execution, the same for all its steps. */
	execution: string;
	/** The step in it: node and run. */
	step: string;
}

/** What a ledger needs of the world around it. */
export interface Clock {
	now: () => number;
	sleep: (ms: number) => Promise<void>;
	random: () => number;
}
