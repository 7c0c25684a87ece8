import type { FINAL, HELD, LIFTED, PENDING, RELEASED } from '../../tables/rowStore';
import type { Item } from '../rules/decide';
import type { ContactEvent, EventKind, Question } from '../rules/rules';

/** `pending` exists only in data tables. */
export type State = typeof PENDING | typeof HELD | typeof FINAL | typeof LIFTED;

/** The year 9999. Ledgers store it as the time of opt-outs, so that opt-outs are never too old. */
export const KEPT_FOREVER = Date.UTC(9999, 11, 31);

/** One event for a contact, as stored in the ledger. Times are milliseconds since 1970. */
export interface Entry {
	survey: string;
	group: string;
	kind: EventKind;
	at: number;
	state: State;
	/** Set for `held` and `pending` entries, and for `final` entries that were held before. */
	until: number | null;
	/** The execution and step that made the reservation. Empty for a recorded event (but see `confirmedAs`). */
	token: string;
	/** Distinguishes reservations made by the same step. */
	ordinal: number;
	/** The contact itself, if the user wants it stored. */
	address: string | null;
}

export type LedgerEntry = Entry & { contact: string };

/** An entry as shown to someone who asks what is stored. */
export type FoundEntry = Omit<Entry, 'state'> & { state: State | typeof RELEASED };

/** The input for operations that follow a reservation. */
export interface Place {
	contact: string;
	survey: string;
	group: string;
	address: string | null;
	/** The ID that the claim returned. If omitted, any reservation for the contact and survey matches. */
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
export type ForgetOutcome = 'forgotten' | 'nothingStored' | 'busy';
export type RecordOutcome = 'recorded' | 'alreadyRecorded';

export interface Claim extends Omit<Item, 'blocked'> {
	address: string | null;
	/** Distinguishes claims by the same step on the same contact. */
	ordinal: number;
}

export interface ClaimResult {
	/** Null if the rules or an opt-out refused the claim, or if other runs kept the contact busy. */
	reservationId: string | null;
	/** Set if an earlier attempt at this step won the claim and may have sent the invitation. */
	repeated?: boolean;
	/** Set if the rules would allow the claim without this step's own reservations. */
	duplicate?: boolean;
	/** All of the contact's events, except this step's own reservations. */
	known: ContactEvent[];
}

/** All methods return one result per input, in order, and throw LedgerError if the ledger can't be used. */
export interface Ledger {
	/**
	 * Makes the reservations that the rules allow, taking all claims into account, including those from other
	 * runs. A claim that an earlier attempt at this step won is granted to this attempt as well, but not twice.
	 * If `claim` fails, call `takeBack`.
	 * @param at milliseconds since 1970
	 * @param holdMs how long a reservation is held before it expires; null if it is final immediately
	 */
	claim(claims: readonly Claim[], at: number, holdMs: number | null): Promise<ClaimResult[]>;

	/** Removes the reservations that this step made at that time. */
	takeBack(at: number, contacts: readonly string[]): Promise<void>;

	/** These contacts' events since that time, all opt-outs, and possibly older events. */
	read(contacts: readonly string[], since: number): Promise<Map<string, ContactEvent[]>>;

	/** Whether a rule counts an earlier invitation to the same survey in the ledger, even a lifted one. */
	invitedBefore(questions: ReadonlyArray<Question & { contact: string }>): Promise<boolean[]>;

	all(since: number): Promise<LedgerEntry[]>;

	confirm(places: readonly Place[], at: number): Promise<ConfirmOutcome[]>;

	release(places: readonly Place[]): Promise<ReleaseOutcome[]>;

	record(events: readonly PastEvent[]): Promise<RecordOutcome[]>;

	/** @returns for each input, the number of events that no longer count */
	lift(lifts: ReadonlyArray<{ contact: string; lifted: Lifted }>): Promise<number[]>;

	/**
	 * Everything stored about these contacts, including events that are too old to count. A contact without any data is
	 * left out. A contact whose data contains no event has an empty list.
	 */
	find(contacts: readonly string[]): Promise<Map<string, FoundEntry[]>>;

	/**
	 * Permanently removes everything stored about these contacts. Entries that other runs store after this call first
	 * reads the ledger are kept.
	 * @param keepOptOuts whether to keep opt-outs that weren't lifted, but without the contact itself
	 * @returns for each contact, whether anything was stored; `busy` if some of it may remain
	 */
	forget(contacts: readonly string[], keepOptOuts?: boolean): Promise<ForgetOutcome[]>;

	/** Releases the reservations that this step of this execution still holds. */
	releaseHeld(contacts: readonly string[]): Promise<void>;
}

export interface Claimant {
	execution: string;
	/** The node (as a hash) and its run index. */
	step: string;
}
