import { DateTime } from 'luxon';
import { foldText } from '../../input/text';

/** Which of a person's past contacts a rule counts. */
export type Scope = 'survey' | 'group' | 'all';

export type EventKind = 'invited' | 'responded';

/**
 * "At most `max` contacts of this kind within `days`." Days are 24 hours, and may be fractions; with
 * `calendarDays` they are whole days of the calendar, and the day of the contact is the first.
 */
export interface Rule {
	scope: Scope;
	/** For scope `group`: the group counted; the item's own group when empty. */
	group?: string;
	after: EventKind;
	max: number;
	days: number;
	unit?: 'calendarDays';
}

/** One contact with a person. Times are milliseconds since 1970. */
export interface ContactEvent {
	survey: string;
	group: string;
	kind: EventKind;
	at: number;
	/** A held reservation counts until then; null: it always counts. */
	until: number | null;
	/** Reserved, but not confirmed yet. */
	held?: true;
}

/** A survey for a contact, and its rules. */
export interface Question {
	survey: string;
	group: string;
	rules: readonly Rule[];
	/** For days of the calendar; UTC if absent. */
	timeZone?: string;
}

export interface Verdict {
	allowed: boolean;
	reason: 'invitedRecently' | 'respondedRecently' | null;
	/** The contacts that decided include a reservation that is not confirmed yet. */
	reserved?: true;
	/** The rule with the longest wait. */
	rule: Rule | null;
	/** The latest contact that any of the rules looks at. */
	lastContactAt: number | null;
	/** When the rules will allow it, if nothing else happens; null if they allow it now. */
	eligibleAt: number | null;
}

export const DAY_MS = 86_400_000;

/** The rules of all of these, most of which share the same list. */
export function rulesIn(questions: ReadonlyArray<Pick<Question, 'rules'>>): Rule[] {
	return [...new Set(questions.map(({ rules }) => rules))].flat();
}

/** The time back to which events matter for these rules, in milliseconds. */
export function longestWindow(rules: Iterable<Rule>): number {
	let longest = 0;
	// A day of the calendar can have 25 hours.
	for (const { days, unit } of rules) longest = Math.max(longest, (days + (unit ? 1 : 0)) * DAY_MS);
	return longest;
}

/** Whether two group names differ only in case, spaces or invisible characters. */
export function sameGroup(a: string, b: string): boolean {
	return foldText(a) === foldText(b);
}

/** True for an event that counts: final, or held and not expired. */
function isLive(event: ContactEvent, now: number): boolean {
	return event.until === null || event.until > now;
}

/** True for an event in the rule's scope and of its kind, whenever it was. */
function concerns(rule: Rule, question: Question, event: ContactEvent): boolean {
	if (event.kind !== rule.after) return false;
	switch (rule.scope) {
		case 'survey':
			return event.survey === question.survey;
		case 'group':
			return sameGroup(event.group, foldText(rule.group ?? '') || question.group);
		case 'all':
			return true;
	}
}

/** When a contact at this time leaves the rule's window. */
function endOf({ days, unit }: Rule, at: number, timeZone = 'utc'): number {
	if (unit !== 'calendarDays') return at + days * DAY_MS;
	// Not from the start of the first day: if clocks change at midnight, that is one o'clock.
	return DateTime.fromMillis(at, { zone: timeZone }).plus({ days }).startOf('day').toMillis();
}

/**
 * Decides over the events of one contact. An event counts until exactly `days` after its own time, and
 * before it too if it is in the future.
 */
export function judge(question: Question, events: readonly ContactEvent[], now: number): Verdict {
	const verdict: Verdict = {
		allowed: true,
		reason: null,
		rule: null,
		lastContactAt: null,
		eligibleAt: null,
	};
	if (events.length === 0) return verdict;
	const live = events.filter((event) => isLive(event, now));
	for (const rule of question.rules) {
		const counted = live
			.filter((event) => concerns(rule, question, event))
			.sort((a, b) => b.at - a.at);
		if (counted.length === 0) continue;
		verdict.lastContactAt = Math.max(verdict.lastContactAt ?? counted[0].at, counted[0].at);
		// The max-th latest event has to leave the window before one more fits in.
		const freeAt =
			counted.length < rule.max ? now : endOf(rule, counted[rule.max - 1].at, question.timeZone);
		if (freeAt > now && freeAt > (verdict.eligibleAt ?? now)) {
			verdict.allowed = false;
			verdict.reason = rule.after === 'invited' ? 'invitedRecently' : 'respondedRecently';
			delete verdict.reserved;
			if (counted.slice(0, rule.max).some(({ held }) => held)) verdict.reserved = true;
			verdict.rule = rule;
			verdict.eligibleAt = freeAt;
		}
	}
	return verdict;
}

/** An item of a run whose contact could be read. */
export interface Item extends Question {
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
 * @param eventsOf what the ledger knew of a contact, without this run, for the item at this position
 * @param now milliseconds since 1970
 * @param granted whether the ledger granted the claim of the item at this position; undefined: not claimed.
 * If it refused one without a known reason, another run was deciding about the contact
 */
export function decideRun(
	items: readonly Item[],
	eventsOf: (contact: string, position: number) => readonly ContactEvent[],
	now: number,
	granted: (position: number) => boolean | undefined = () => undefined,
): Decision[] {
	const allowedInRun = new Map<string, ContactEvent[]>();
	return items.map((item, position) => {
		const { contact, survey, group } = item;
		const own = allowedInRun.get(contact);
		const known = eventsOf(contact, position);
		const decision = decideOne(item, known, own, now, granted(position));
		if (decision.allowed) {
			const event: ContactEvent = { survey, group, kind: 'invited', at: now, until: null };
			if (own) own.push(event);
			else allowedInRun.set(contact, [event]);
		}
		return decision;
	});
}

function decideOne(
	item: Item,
	known: readonly ContactEvent[],
	own: readonly ContactEvent[] | undefined,
	now: number,
	granted: boolean | undefined,
): Decision {
	const alone = judge(item, known, now);
	if (item.blocked) return refused(alone, 'blocked');
	if (item.exempt)
		return { ...alone, allowed: true, reason: 'exempt', rule: null, eligibleAt: null };
	// Whatever is known: the claim may be of an earlier try, and others have respected it since.
	if (granted) return { ...alone, allowed: true, reason: null, rule: null, eligibleAt: null };
	if (!alone.allowed) return alone;
	const together = own ? judge(item, [...known, ...own], now) : alone;
	if (!together.allowed) return { ...together, reason: 'duplicateInRun' };
	if (granted === false) return refused(alone, 'reservedElsewhere');
	return alone;
}

function refused(verdict: Verdict, reason: Reason): Decision {
	return { ...verdict, allowed: false, reason, rule: null, eligibleAt: null };
}
