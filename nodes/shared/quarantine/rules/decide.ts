import { judge, type ContactEvent, type Question, type Verdict } from './rules';

/** An item of a run whose contact could be read. */
export interface Entry extends Question {
	/** The contact as the ledger knows it. */
	contact: string;
	/** Always allowed, whatever the rules say. */
	exempt: boolean;
	/** On Netigate's block list. */
	blocked: boolean;
	/** Another run was deciding about the same person at the same time and did not finish. */
	contended?: boolean;
}

export type Reason =
	| 'invitedRecently'
	| 'respondedRecently'
	| 'duplicateInRun'
	| 'exempt'
	| 'blocked'
	| 'reservedElsewhere'
	| 'ledgerUnavailable';

export interface Decision extends Omit<Verdict, 'reason'> {
	reason: Reason | null;
}

/**
 * Decides about all items of a run, in their order. What is allowed counts for the items after it, so
 * of several items with one contact the first `max` are allowed and the others are `duplicateInRun`
 * (or refused by the ledger anyway).
 *
 * @param eventsOf what the ledger knows of a contact, without this run
 * @param now milliseconds since 1970
 */
export function decideRun(
	entries: readonly Entry[],
	eventsOf: (contact: string) => readonly ContactEvent[],
	now: number,
): Decision[] {
	const allowedInRun = new Map<string, ContactEvent[]>();
	return entries.map((entry) => {
		const own = allowedInRun.get(entry.contact) ?? [];
		const decision = decideOne(entry, eventsOf(entry.contact), own, now);
		if (decision.allowed) {
			const { survey, group } = entry;
			own.push({ survey, group, kind: 'invited', at: now, until: null });
			allowedInRun.set(entry.contact, own);
		}
		return decision;
	});
}

function decideOne(
	entry: Entry,
	known: readonly ContactEvent[],
	own: readonly ContactEvent[],
	now: number,
): Decision {
	const alone = judge(entry, known, now);
	if (entry.blocked) return refused(alone, 'blocked');
	if (entry.exempt)
		return { ...alone, allowed: true, reason: 'exempt', rule: null, eligibleAt: null };
	if (!alone.allowed) return alone;
	const together = judge(entry, [...known, ...own], now);
	if (!together.allowed) return { ...together, reason: 'duplicateInRun' };
	if (entry.contended) return refused(alone, 'reservedElsewhere');
	return alone;
}

function refused(verdict: Verdict, reason: Reason): Decision {
	return { ...verdict, allowed: false, reason, rule: null, eligibleAt: null };
}
