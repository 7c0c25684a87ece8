import type { Ledger } from './ledger/ledger';
import {
	decideRun,
	longestWindow,
	rulesIn,
	type ContactEvent,
	type Decision,
	type Item,
} from './rules/rules';

export interface Candidate extends Item {
	/** The contact itself, if the user wants it stored. */
	address: string | null;
	/** Its number among the items with the same contact. Set if some of these items aren't candidates. */
	ordinal?: number;
}

export interface Decided extends Decision {
	reservationId: string | null;
}

/** Decides on all candidates without remembering anything. `now` is milliseconds since 1970. */
export async function checkAll(
	ledger: Ledger,
	candidates: readonly Candidate[],
	now: number,
): Promise<Decided[]> {
	const known = await ledger.read(contactsOf(candidates), now - longestWindow(rulesIn(candidates)));
	return decideRun(candidates, (contact) => known.get(contact) ?? [], now).map((decision) => ({
		...decision,
		reservationId: null,
	}));
}

/** Decides without a ledger: only blocked contacts and duplicates in this run are quarantined. */
export function withoutLedger(candidates: readonly Candidate[], now: number): Decided[] {
	return decideRun(candidates, () => [], now).map((decision) => ({
		...decision,
		reason: decision.allowed ? (decision.reason ?? 'ledgerUnavailable') : decision.reason,
		reservationId: null,
	}));
}

/**
 * Reserves what is allowed. If the ledger refuses a claim, a later item with the same contact may be allowed
 * instead, so all items are decided again until no claim is left.
 * @param holdMs as in `Ledger.claim`
 */
export async function reserveAll(
	ledger: Ledger,
	candidates: readonly Candidate[],
	now: number,
	holdMs: number | null,
): Promise<Decided[]> {
	const claims = numbered(candidates);
	/** Null if refused by the ledger, undefined if not claimed yet. */
	const reserved: Array<string | null | undefined> = claims.map(() => undefined);
	const known = new Map<string, ContactEvent[]>();
	/** Stored per claim, because other runs may have claimed a contact between two claims on it. */
	const knownTo: ContactEvent[][] = [];

	for (;;) {
		const decisions = decideRun(
			claims,
			(contact, index) => knownTo[index] ?? known.get(contact) ?? NOTHING,
			now,
			// Candidates whose claims the ledger refused are never allowed.
			(index) => (reserved[index] === undefined ? undefined : reserved[index] !== null),
		);
		const toClaim = [...claims.keys()].filter(
			(index) => decisions[index].allowed && reserved[index] === undefined,
		);
		if (toClaim.length === 0) {
			return decisions.map((decision, index) => ({
				...decision,
				reservationId: reserved[index] ?? null,
			}));
		}
		const results = await ledger
			.claim(
				toClaim.map((index) => claims[index]),
				now,
				holdMs,
			)
			.catch(async (error: unknown) => {
				// If this fails too, some contacts stay reserved.
				await ledger.takeBack(now, contactsOf(claims)).catch(() => {});
				throw error;
			});
		results.forEach((result, position) => {
			const index = toClaim[position];
			reserved[index] = result.reservationId;
			knownTo[index] = result.known;
			known.set(claims[index].contact, result.known);
		});
	}
}

const contactsOf = (list: readonly Candidate[]) => list.map(({ contact }) => contact);

const NOTHING: readonly ContactEvent[] = [];

/** Numbers the items of each contact, so that an item keeps its number if the run is repeated. */
function numbered(candidates: readonly Candidate[]): Array<Candidate & { ordinal: number }> {
	const seen = new Map<string, number>();
	return candidates.map((candidate) => {
		const { contact } = candidate;
		const ordinal = candidate.ordinal ?? seen.get(contact) ?? 0;
		seen.set(contact, ordinal + 1);
		return { ...candidate, ordinal };
	});
}
