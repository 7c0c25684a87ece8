import { eventsOf } from './ledger/entries';
import type { LedgerEntry } from './ledger/ledger';
import { judge, type Rule, type Verdict } from './rules/rules';

/** Somebody who may not be asked about a survey now. */
export interface Held {
	/** The hash of the contact. */
	contact: string;
	/** The contact itself, where it was stored. */
	address: string | null;
	survey: string;
	group: string;
	verdict: Verdict;
}

/**
 * Who is kept back now, for each survey that they were asked or reserved for, those who wait longest last.
 *
 * @param timeZone for days of the calendar
 * @param now milliseconds since 1970
 */
export function heldNow(
	entries: readonly LedgerEntry[],
	rules: readonly Rule[],
	timeZone: string,
	now: number,
): Held[] {
	const people = new Map<string, LedgerEntry[]>();
	for (const entry of entries) {
		if (entry.state === 'pending' || entry.state === 'lifted') continue;
		const known = people.get(entry.contact);
		if (known) known.push(entry);
		else people.set(entry.contact, [entry]);
	}
	const held: Held[] = [];
	for (const [contact, known] of people) {
		const events = eventsOf(known);
		const address = known.findLast((entry) => entry.address !== null)?.address ?? null;
		// The latest group under which a survey was remembered is the one that it belongs to.
		const groups = new Map(
			[...known].sort((a, b) => a.at - b.at).map(({ survey, group }) => [survey, group]),
		);
		for (const [survey, group] of groups) {
			const verdict = judge({ survey, group, rules, timeZone }, events, now);
			if (!verdict.allowed) held.push({ contact, address, survey, group, verdict });
		}
	}
	return held.sort((a, b) => (a.verdict.eligibleAt ?? 0) - (b.verdict.eligibleAt ?? 0));
}
