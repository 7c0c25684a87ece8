import { forEachInTurns } from '../basics/concurrency';
import { LedgerError } from '../tables/errors';
import type { ClaimResult, Ledger } from './ledger/ledger';
import { persistently } from './persistently';
import { decisionsIn, type ClaimState, type Decision, type Item } from './rules/decide';
import { longestWindow, rulesIn, type ContactEvent } from './rules/rules';

export interface Candidate extends Item {
	/** The contact itself, if the user wants it stored. */
	address: string | null;
	/** The candidate's number among the items with the same contact. Set if some of those items aren't candidates. */
	ordinal?: number;
}

export interface Decided extends Decision {
	reservationId: string | null;
	/** Set if an earlier attempt at this step reserved the contact and may have sent the invitation. */
	repeated?: boolean;
}

export const EMPTY: Pick<Ledger, 'read'> = { read: async () => await Promise.resolve(new Map()) };

/**
 * Makes a decision for each candidate without recording anything in the ledger. `now` is milliseconds since 1970.
 * @param separately see `decideRun`
 */
export async function checkAll(
	ledger: Pick<Ledger, 'read'>,
	candidates: readonly Candidate[],
	now: number,
	separately = false,
): Promise<Decided[]> {
	const known = await ledger.read(contactsOf(candidates), sinceFor(candidates, now));
	const eventsOf = (contact: string) => known.get(contact) ?? NOTHING;
	const decisions = await decideInTurns(candidates, eventsOf, now, undefined, separately);
	return decisions.map((decision) => ({ ...decision, reservationId: null }));
}

/** Decides without a ledger: the rules count only this run's contacts, and opt-outs aren't known. */
export async function withoutLedger(
	candidates: readonly Candidate[],
	now: number,
): Promise<Decided[]> {
	return (await decideInTurns(candidates, () => NOTHING, now)).map((decision) => ({
		...decision,
		reason: decision.allowed ? (decision.reason ?? 'ledgerUnavailable') : decision.reason,
		reservationId: null,
	}));
}

/**
 * Reserves the contacts that are allowed. If the ledger refuses a claim, a later item with the same contact may be
 * allowed instead. Therefore, the decisions for all items are made again until there is nothing left to claim.
 * @param holdMs as in `Ledger.claim`
 */
export async function reserveAll(
	ledger: Ledger,
	candidates: readonly Candidate[],
	now: number,
	holdMs: number | null,
): Promise<Decided[]> {
	const claims = numbered(candidates);
	/** Undefined if not claimed yet. */
	const results: Array<ClaimResult | undefined> = claims.map(() => undefined);
	const known = await readRefused(ledger, claims, now);

	for (;;) {
		const decisions = await decideInTurns(
			claims,
			// Another run may have claimed the contact between two of this run's claims, so use what each claim
			// itself returned.
			(contact, index) => results[index]?.known ?? known.get(contact) ?? NOTHING,
			now,
			(index) => stateOf(results[index]),
		);
		const toClaim = [...claims.keys()].filter(
			(index) => decisions[index].allowed && results[index] === undefined,
		);
		if (toClaim.length === 0) {
			return decisions.map((decision, index) => ({
				...decision,
				reservationId: decision.allowed ? (results[index]?.reservationId ?? null) : null,
				repeated: results[index]?.repeated,
			}));
		}
		const claimed = await ledger
			.claim(
				toClaim.map((index) => claims[index]),
				now,
				holdMs,
			)
			.catch(async (error: unknown) => {
				await takeBack(ledger, claims, now, error);
				throw error;
			});
		claimed.forEach((result, position) => {
			const index = toClaim[position];
			results[index] = result;
			known.set(claims[index].contact, result.known);
		});
	}
}

/** The events of contacts who are refused without a claim, so that all reasons can be reported. */
async function readRefused(ledger: Ledger, candidates: readonly Candidate[], now: number) {
	const decisions = await decideInTurns(candidates, () => NOTHING, now);
	const claimed = new Set(candidates.filter((_, i) => decisions[i].allowed).map(contactIn));
	const refused = candidates.filter((one) => !claimed.has(contactIn(one)));
	if (refused.length === 0) return new Map<string, ContactEvent[]>();
	return await ledger.read(contactsOf(refused), sinceFor(refused, now));
}

/**
 * Removes what `reserveAll` has reserved at that time.
 * @param why the error to report if that fails; if omitted, the failure itself
 */
export async function takeBack(
	ledger: Ledger,
	candidates: readonly Candidate[],
	now: number,
	why?: unknown,
): Promise<void> {
	await persistently(async () => await ledger.takeBack(now, contactsOf(candidates))).catch(
		(failure: unknown) => {
			const error = why ?? failure;
			throw error instanceof LedgerError ? new StillReservedError(error) : error;
		},
	);
}

/** Reservations couldn't be removed after their claim failed or the execution was stopped. */
export class StillReservedError extends LedgerError {
	constructor({ problem, message, advice }: LedgerError) {
		super(
			problem,
			message,
			`${advice} Some of these contacts may stay reserved and count as invited. Release them with the Netigate Quarantine node.`,
		);
	}
}

const contactIn = ({ contact }: Candidate) => contact;

const contactsOf = (list: readonly Candidate[]) => list.map(contactIn);

function sinceFor(candidates: readonly Candidate[], now: number): number {
	const first = candidates.reduce((earliest, { at = now }) => Math.min(earliest, at), now);
	return first - longestWindow(rulesIn(candidates));
}

async function decideInTurns(...run: Parameters<typeof decisionsIn>): Promise<Decision[]> {
	const decisions: Decision[] = [];
	await forEachInTurns(decisionsIn(...run), ([position, decision]) => {
		decisions[position] = decision;
	});
	return decisions;
}

/** A candidate is never allowed if the ledger refused its claim. */
function stateOf(result: ClaimResult | undefined): ClaimState | undefined {
	if (!result) return undefined;
	if (result.reservationId !== null) return 'granted';
	return result.duplicate ? 'duplicate' : 'refused';
}

const NOTHING: readonly ContactEvent[] = [];

/** Numbers the items with the same contact, so that each item keeps its number if the run is repeated. */
function numbered(candidates: readonly Candidate[]): Array<Candidate & { ordinal: number }> {
	const seen = new Map<string, number>();
	return candidates.map((candidate) => {
		const { contact } = candidate;
		const ordinal = candidate.ordinal ?? seen.get(contact) ?? 0;
		seen.set(contact, ordinal + 1);
		return { ...candidate, ordinal };
	});
}
