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
 * @param eventsOf what the ledger knows of a contact, without this run, as the item at this position was told
 * @param now milliseconds since 1970
 * @param granted what the ledger said to the item at this position, if it was asked. What it grants is allowed;
 * what it refuses without a reason that is known, another run was deciding about
 */
export function decideRun(
	entries: readonly Entry[],
	eventsOf: (contact: string, position: number) => readonly ContactEvent[],
	now: number,
	granted: (position: number) => boolean | undefined = () => undefined,
): Decision[] {
	const allowedInRun = new Map<string, ContactEvent[]>();
	return entries.map((entry, position) => {
		const { contact, survey, group } = entry;
		const own = allowedInRun.get(contact);
		const known = eventsOf(contact, position);
		const decision = decideOne(entry, known, own, now, granted(position));
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
	granted: boolean | undefined,
): Decision {
	const alone = judge(entry, known, now);
	if (entry.blocked) return refused(alone, 'blocked');
	if (entry.exempt)
		return { ...alone, allowed: true, reason: 'exempt', rule: null, eligibleAt: null };
	// Whatever others have done since: they saw it, and it may be known from an earlier try.
	if (granted) return { ...alone, allowed: true, reason: null, rule: null, eligibleAt: null };
	if (!alone.allowed) return alone;
	const together = own ? judge(entry, [...known, ...own], now) : alone;
	if (!together.allowed) return { ...together, reason: 'duplicateInRun' };
	if (granted === false) return refused(alone, 'reservedElsewhere');
	return alone;
}

function refused(verdict: Verdict, reason: Reason): Decision {
	return { ...verdict, allowed: false, reason, rule: null, eligibleAt: null };
}
