import { decideRun, type Decision, type Entry } from './rules/decide';
import type { Ledger } from './ledger/ledger';
import { longestWindow, type ContactEvent } from './rules/rules';

/** An item to be decided about. */
export interface Candidate extends Entry {
	/** The contact itself, where the user wants it stored. */
	address: string | null;
	/** Its number among the items of its contact, where some of them are not among the candidates. */
	ordinal?: number;
}

export interface Decided extends Decision {
	/** Of a reservation that was made; null otherwise. */
	reservationId: string | null;
}

/**
 * Decides about all candidates and remembers nothing.
 *
 * @param now milliseconds since 1970
 */
export async function checkAll(
	ledger: Ledger,
	candidates: readonly Candidate[],
	now: number,
): Promise<Decided[]> {
	const known = await ledger.read(
		candidates.map(({ contact }) => contact),
		now - longestWindow(candidates.flatMap(({ rules }) => rules)),
	);
	return decideRun(candidates, (contact) => known.get(contact) ?? [], now).map((decision) => ({
		...decision,
		reservationId: null,
	}));
}

/**
 * Decides where the user chose to go on without the ledger: who is blocked, or twice in this run, can be told
 * all the same.
 *
 * @param now milliseconds since 1970
 */
export function withoutLedger(candidates: readonly Candidate[], now: number): Decided[] {
	return decideRun(candidates, () => [], now).map((decision) => ({
		...decision,
		reason: decision.allowed ? (decision.reason ?? 'ledgerUnavailable') : decision.reason,
		reservationId: null,
	}));
}

/**
 * Decides about all candidates and reserves those that are allowed. What would be allowed if the ledger
 * were empty is claimed; what the ledger refuses may make room for a later item of the same contact, so
 * the run is decided again with what is known now, until no claim is left.
 */
export async function reserveAll(
	ledger: Ledger,
	candidates: readonly Candidate[],
	now: number,
	holdMs: number | null,
): Promise<Decided[]> {
	const granted = new Map<number, string>();
	const tried = new Set<number>();
	const known = new Map<string, ContactEvent[]>();
	const ordinals = ordinalsOf(candidates);

	for (;;) {
		const decisions = decideRun(
			// Whatever the reason: what the ledger did not grant is never allowed.
			candidates.map((candidate, index) => ({
				...candidate,
				contended: tried.has(index) && !granted.has(index),
			})),
			(contact) => known.get(contact) ?? [],
			now,
		);
		const claimed = decisions.flatMap(({ allowed }, index) =>
			allowed && !tried.has(index) ? [index] : [],
		);
		if (claimed.length === 0) {
			return decisions.map((decision, index) => ({
				...decision,
				reservationId: granted.get(index) ?? null,
			}));
		}
		const results = await ledger.claim(
			claimed.map((index) => ({ ...candidates[index], ordinal: ordinals[index] })),
			now,
			holdMs,
		);
		results.forEach((result, position) => {
			const index = claimed[position];
			tried.add(index);
			known.set(candidates[index].contact, result.known);
			if (result.reservationId !== null) granted.set(index, result.reservationId);
		});
	}
}

/** Numbers the items of each contact, so that the same item of a run that is repeated has the same number. */
function ordinalsOf(candidates: readonly Candidate[]): number[] {
	const seen = new Map<string, number>();
	return candidates.map(({ contact, ordinal = seen.get(contact) ?? 0 }) => {
		seen.set(contact, ordinal + 1);
		return ordinal;
	});
}
