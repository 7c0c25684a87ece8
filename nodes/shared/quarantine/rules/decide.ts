import { optOutFor } from './optOut';
import {
	Events,
	judge,
	type ContactEvent,
	type CountedKind,
	type Question,
	type Verdict,
} from './rules';
import type { SendingHours } from './sendingHours';

export interface Item extends Question {
	/** The hash of the contact. */
	contact: string;
	/** Allowed regardless of the rules, the sample and the sending hours. */
	exempt: boolean;
	/** On Netigate's block list. */
	blocked: boolean;
	/** Undefined if consent isn't checked. */
	consent?: boolean;
	/** Whether the contact is in the survey's sample; undefined if everyone is asked. */
	sampled?: boolean;
	/** Undefined if people may be asked at any time. */
	hours?: SendingHours;
	/** When to decide, in milliseconds since 1970, if it isn't the time of the run. */
	at?: number;
}

/** Reasons against asking someone, strongest first. */
const REFUSALS = [
	'blocked',
	'optedOut',
	'noConsent',
	'invitedRecently',
	'respondedRecently',
	'notSampled',
	'outsideHours',
	'duplicateInRun',
	'reservedElsewhere',
] as const;

type Refusal = (typeof REFUSALS)[number];

const SWAPPED: Partial<Record<Refusal, Refusal>> = {
	invitedRecently: 'respondedRecently',
	respondedRecently: 'invitedRecently',
};

/** For people whose wait is longest because of a response. The rule with the longest wait gives the first reason. */
const RESPONSES_FIRST = REFUSALS.map((reason) => SWAPPED[reason] ?? reason);

/** Why someone was refused, or why someone was allowed without a check. */
export type Reason = Refusal | 'exempt' | 'ledgerUnavailable';

/** Reasons that also apply to exempt people. */
const ABSOLUTE: ReadonlySet<Refusal> = new Set(['blocked', 'optedOut', 'noConsent']);

/** Reasons that don't end at a known time. */
const LASTING: ReadonlySet<Refusal> = new Set([...ABSOLUTE, 'notSampled', 'reservedElsewhere']);

export interface Decision extends Omit<Verdict, 'reason'> {
	/** For a refusal, the first of `reasons`. */
	reason: Reason | null;
	/** All reasons against asking the person, strongest first. Empty if the person is allowed. */
	reasons: Refusal[];
	/** When the person opted out, if that is one of the reasons. */
	optedOutAt?: number;
}

/** `duplicate`: refused only because of the run's own reservations. */
export type ClaimState = 'granted' | 'refused' | 'duplicate';

/** One contact's events during a run. */
interface Person {
	known: readonly ContactEvent[];
	earlier: Events;
	/** The events that take place after the current item, latest first. They don't count yet. */
	later: ContactEvent[];
	optOuts: ContactEvent[];
	/** Events for the items that were allowed in this run. */
	own: ContactEvent[];
	/** Created only if another item has the same contact. */
	inRun?: { own: Events; all: Events };
}

/** @param at when to decide. Events between this time and `now` count only for later items. */
function personOf(
	known: readonly ContactEvent[],
	own: ContactEvent[],
	at: number,
	now: number,
): Person {
	const isLater = (event: ContactEvent) => event.at > at && event.at <= now;
	const later = known.filter(isLater).sort((a, b) => b.at - a.at);
	const earlier = known.filter((event) => !isLater(event));
	const optOuts = earlier.filter(({ kind }) => kind === 'optedOut');
	return { known, earlier: new Events(earlier), later, optOuts, own };
}

function advance({ earlier, later, optOuts, inRun }: Person, at: number): void {
	for (let next = later.at(-1); next && next.at <= at; next = later.at(-1)) {
		later.pop();
		earlier.add(next);
		inRun?.all.add(next);
		if (next.kind === 'optedOut') optOuts.push(next);
	}
}

function addOwn(person: Person, event: ContactEvent): void {
	person.own.push(event);
	person.inRun?.own.add(event);
	person.inRun?.all.add(event);
}

/** Undefined if no item was allowed in this run. */
function inRunOf(person: Person): Person['inRun'] {
	const { own, known, inRun } = person;
	if (own.length === 0 || inRun) return inRun;
	const later = new Set(person.later);
	const earlier = known.filter((event) => !later.has(event));
	return (person.inRun = { own: new Events(own), all: new Events([...earlier, ...own]) });
}

/**
 * Makes a decision for each item, in order of their times. Each allowed item counts against later ones. If several items
 * have the same contact, the first `max` are allowed and the others are `duplicateInRun`.
 * @param eventsOf returns the ledger's events, without those from this run. For an item in the past, events between its
 * time and `now` don't count
 * @param stateOf returns the ledger's decision on the claim at this position; undefined if there was no claim
 * @param separately whether to treat each item as a run of its own, so earlier items count as invitations
 */
export function* decisionsIn(
	items: readonly Item[],
	eventsOf: (contact: string, position: number) => readonly ContactEvent[],
	now: number,
	stateOf: (position: number) => ClaimState | undefined = () => undefined,
	separately = false,
): Generator<[position: number, decision: Decision]> {
	const people = new Map<string, Person>();
	for (const position of inOrderOfTime(items, now)) {
		const item = items[position];
		const { contact, survey, group, at = now } = item;
		const known = eventsOf(contact, position);
		let person = people.get(contact);
		if (person?.known !== known) {
			person = personOf(known, person?.own ?? [], at, now);
			people.set(contact, person);
		}
		advance(person, at);
		const decision = decideOne(item, person, at, stateOf(position));
		if (decision.allowed) {
			const event: ContactEvent = { survey, group, kind: 'invited', at, until: null };
			if (separately) person.earlier.add(event);
			else addOwn(person, event);
		}
		yield [position, decision];
	}
}

/** All decisions at once, in the order of the items. */
export function decideRun(...run: Parameters<typeof decisionsIn>): Decision[] {
	const decisions: Decision[] = [];
	for (const [position, decision] of decisionsIn(...run)) decisions[position] = decision;
	return decisions;
}

function inOrderOfTime(items: readonly Item[], now: number): number[] {
	return [...items.keys()].sort((a, b) => (items[a].at ?? now) - (items[b].at ?? now));
}

function decideOne(
	item: Item,
	person: Person,
	now: number,
	state: ClaimState | undefined,
): Decision {
	const verdict = judge(item, person.earlier, now);
	const optOut = optOutFor(item, person.optOuts);
	const counted = inRunOf(person);
	const inRun = counted ? judge(item, counted.all, now) : verdict;
	const applying: Record<Refusal, boolean> = {
		blocked: item.blocked,
		optedOut: optOut !== undefined,
		noConsent: item.consent === false,
		invitedRecently: refusesAfter('invited', item, { verdict, events: person.earlier, now }),
		respondedRecently: refusesAfter('responded', item, { verdict, events: person.earlier, now }),
		notSampled: item.sampled === false,
		outsideHours: item.hours !== undefined && item.hours.nextOpening(now) > now,
		// Either the ledger's events alone don't refuse the person, or the run's earlier items alone do.
		duplicateInRun:
			counted !== undefined &&
			!inRun.allowed &&
			(verdict.allowed || !judge(item, counted.own, now).allowed),
		reservedElsewhere: false,
	};
	// A granted claim may be from an earlier attempt, and other runs may have invited the same person since.
	const onlyAbsolute = item.exempt || state === 'granted';
	const order = verdict.reason === 'respondedRecently' ? RESPONSES_FIRST : REFUSALS;
	const reasons = order.filter(
		(reason) => applying[reason] && (!onlyAbsolute || ABSOLUTE.has(reason)),
	);
	if (reasons.length === 0 && !onlyAbsolute && state)
		reasons.push(state === 'duplicate' ? 'duplicateInRun' : 'reservedElsewhere');
	if (reasons.length === 0) {
		const reason = item.exempt ? 'exempt' : null;
		return { ...verdict, allowed: true, reason, reasons, rule: null, eligibleAt: null };
	}
	return refusal(item, reasons, { verdict, inRun, optOut, now });
}

/** Whether the rules that count these events refuse the person, even without the other rules. */
function refusesAfter(
	after: CountedKind,
	item: Item,
	{ verdict, events, now }: { verdict: Verdict; events: Events; now: number },
): boolean {
	if (verdict.allowed) return false;
	const rules = item.rules.filter((rule) => rule.after === after);
	return !judge({ ...item, rules }, events, now).allowed;
}

interface Findings {
	verdict: Verdict;
	/** The verdict if the run's own events count, too. */
	inRun: Verdict;
	optOut: ContactEvent | undefined;
	now: number;
}

function refusal(item: Item, reasons: Refusal[], { verdict, inRun, optOut, now }: Findings) {
	const [reason] = reasons;
	const duplicate = reason === 'duplicateInRun';
	const decider = duplicate ? inRun : verdict;
	const decision: Decision = {
		...decider,
		allowed: false,
		reason,
		reasons,
		rule: duplicate || reason === verdict.reason ? decider.rule : null,
		eligibleAt: null,
	};
	if (optOut) decision.optedOutAt = optOut.at;
	// The ledger refused the claim because of events that this run doesn't know.
	const isUnknown = duplicate && inRun.allowed;
	if (isUnknown || reasons.some((one) => LASTING.has(one))) return decision;
	const free = Math.max(inRun.eligibleAt ?? now, verdict.eligibleAt ?? now);
	decision.eligibleAt = item.hours ? item.hours.nextOpening(free) : free;
	return decision;
}
