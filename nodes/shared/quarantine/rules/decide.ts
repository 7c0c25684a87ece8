import { judge, type ContactEvent, type Question, type Verdict } from './rules';

/** An item of a run whose contact could be read. */
export interface Entry extends Question {
	/** The contact as the ledger knows it. */
	contact: string;
	/** Always allowed, whatever the rules say. */
	exempt: boolean;
	/** On Netigate's block list. */
	blocked: boolean;
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
 * @param isContended whether another run was deciding about the same person at the same time and did not
 * finish, by the item's position
 */
export function decideRun(
	entries: readonly Entry[],
	eventsOf: (contact: string) => readonly ContactEvent[],
	now: number,
	isContended: (position: number) => boolean = () => false,
): Decision[] {
	const allowedInRun = new Map<string, ContactEvent[]>();
	return entries.map((entry, position) => {
		const { contact, survey, group } = entry;
		const own = allowedInRun.get(contact);
		const decision = decideOne(entry, eventsOf(contact), own, now, isContended(position));
		if (decision.allowed) {
			const event: ContactEvent = { survey, group, kind: 'invited', at: now, until: null };
			if (own) own.push(event);
			else allowedInRun.set(contact, [event]);
		}
		return decision;
	});
}

function decideOne(
	entry: Entry,
	known: readonly ContactEvent[],
	own: readonly ContactEvent[] | undefined,
	now: number,
	contended: boolean,
): Decision {
	const alone = judge(entry, known, now);
	if (entry.blocked) return refused(alone, 'blocked');
	if (entry.exempt)
		return { ...alone, allowed: true, reason: 'exempt', rule: null, eligibleAt: null };
	if (!alone.allowed) return alone;
	const together = own ? judge(entry, [...known, ...own], now) : alone;
	if (!together.allowed) return { ...together, reason: 'duplicateInRun' };
	if (contended) return refused(alone, 'reservedElsewhere');
	return alone;
}

function refused(verdict: Verdict, reason: Reason): Decision {
	return { ...verdict, allowed: false, reason, rule: null, eligibleAt: null };
}
