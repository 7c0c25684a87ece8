import { DateTime } from 'luxon';
import { knownTimeZone } from '../../input/dates';
import { foldText } from '../../input/text';
import { Timelines } from './timelines';

export type Scope = 'survey' | 'group' | 'all';

/** What a rule can count. */
export type CountedKind = 'invited' | 'responded';

export const OPTED_OUT = 'optedOut';

export type EventKind = CountedKind | typeof OPTED_OUT;

/**
 * "At most `max` contacts of this kind within `days`." Days have 24 hours and may be fractional. With
 * `calendarDays`, only whole days are allowed, and the day of the contact is the first day.
 */
export interface Rule {
	scope: Scope;
	/** Only for the scope `group`. If empty, the item's own group applies. */
	group?: string;
	after: CountedKind;
	max: number;
	days: number;
	unit?: 'calendarDays';
}

/** How the ledger identifies a survey: by its ID and, with a credential, its server or account (`placeOf`). */
export const surveyAt = (id: string, place: string) => (place === '' ? id : `${id} ${place}`);

export const surveyIdIn = (survey: string) => survey.split(' ', 1)[0];

/** A survey without a server or account could be any survey with that ID, so it is treated as the same one. */
export const sameSurvey = (a: string, b: string) =>
	a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);

/** An invitation, a response or an opt-out (see `optOutFor`). Times are milliseconds since 1970. */
export interface ContactEvent {
	survey: string;
	group: string;
	kind: EventKind;
	at: number;
	/** When a held reservation expires; null if the event always counts. */
	until: number | null;
	/** Reserved, but not confirmed yet. */
	held?: boolean;
}

export interface Question {
	survey: string;
	group: string;
	rules: readonly Rule[];
	/** The time zone for calendar days; UTC if absent. */
	timeZone?: string;
}

export interface Verdict {
	allowed: boolean;
	reason: 'invitedRecently' | 'respondedRecently' | null;
	/** Set if a reservation that isn't confirmed yet affected the decision. */
	reserved?: true;
	/** The rule with the longest wait. */
	rule: Rule | null;
	/** When the latest contact that any rule counts took place. */
	lastContactAt: number | null;
	/** When the rules will allow another contact; null if they allow one now. */
	eligibleAt: number | null;
}

export const DAY_MS = 86_400_000;

/** All rules in these questions. Most questions share one list of rules, which is included only once. */
export function rulesIn(questions: ReadonlyArray<Pick<Question, 'rules'>>): Rule[] {
	return [...new Set(questions.map(({ rules }) => rules))].flat();
}

/** How far back these rules look, in milliseconds. */
export function longestWindow(rules: Iterable<Rule>): number {
	let longest = 0;
	// A calendar day can have 25 hours.
	for (const { days, unit } of rules) longest = Math.max(longest, (days + (unit ? 1 : 0)) * DAY_MS);
	return longest;
}

export function sameGroup(a: string, b: string): boolean {
	return foldText(a) === foldText(b);
}

/** The group that a rule counts; empty if there is none. */
const groupFor = ({ group = '' }: Rule, question: Question): string =>
	foldText(group) || question.group;

function concerns(rule: Rule, question: Question, event: ContactEvent): boolean {
	if (event.kind !== rule.after) return false;
	if (rule.scope === 'survey') return sameSurvey(event.survey, question.survey);
	if (rule.scope === 'all') return true;
	const group = groupFor(rule, question);
	return group !== '' && sameGroup(event.group, group);
}

/** One contact's events. A rule finds the events that it counts without going through all of them. */
export class Events {
	private readonly kinds = new Timelines<EventKind>();

	private readonly surveys = new Timelines<string>();

	private readonly groups = new Timelines<string>();

	constructor(events: Iterable<ContactEvent> = []) {
		for (const event of events) this.add(event);
	}

	add(event: ContactEvent): void {
		this.kinds.add(event.kind, event);
		this.surveys.add(surveyIdIn(event.survey), event);
		this.groups.add(foldText(event.group), event);
	}

	/** All opt-outs. */
	get optOuts(): ContactEvent[] {
		return this.kinds.get(OPTED_OUT)?.latest(Infinity, () => true) ?? [];
	}

	/** The latest events that a rule counts, latest first; at most as many as it allows. */
	countedBy(rule: Rule, question: Question, now: number): ContactEvent[] {
		const timelines = {
			all: this.kinds.get(rule.after),
			survey: this.surveys.get(surveyIdIn(question.survey)),
			group: this.groups.get(foldText(groupFor(rule, question))),
		};
		const counts = (event: ContactEvent) =>
			(event.until === null || event.until > now) && concerns(rule, question, event);
		return timelines[rule.scope]?.latest(rule.max, counts) ?? [];
	}
}

/** Whether a rule counts this event as an invitation to its survey, regardless of how long ago it was sent. */
export function countsInvitation(question: Question, event: ContactEvent): boolean {
	const { survey, rules } = question;
	return (
		event.kind === 'invited' &&
		sameSurvey(event.survey, survey) &&
		rules.some((rule) => concerns(rule, question, event))
	);
}

/** Whether a rule counts contacts for the item's own group. */
export const needsGroup = (rules: readonly Rule[]): boolean =>
	rules.some(({ scope, group }) => scope === 'group' && !group);

function endOf({ days, unit }: Rule, at: number, timeZone = 'utc'): number {
	if (unit !== 'calendarDays') return at + days * DAY_MS;
	// Adding days to the start of the first day would be wrong: that day starts at 1:00 if the clocks change at
	// midnight.
	const zone = knownTimeZone(timeZone);
	return DateTime.fromMillis(at, { zone }).plus({ days }).startOf('day').toMillis();
}

/** Decides whether a contact is allowed, based on its events, including future ones. */
export function judge(
	question: Question,
	events: readonly ContactEvent[] | Events,
	now: number,
): Verdict {
	const verdict: Verdict = {
		allowed: true,
		reason: null,
		rule: null,
		lastContactAt: null,
		eligibleAt: null,
	};
	const known = events instanceof Events ? events : new Events(events);
	for (const rule of question.rules) {
		const counted = known.countedBy(rule, question, now);
		if (counted.length === 0) continue;
		verdict.lastContactAt = Math.max(verdict.lastContactAt ?? counted[0].at, counted[0].at);
		// Once the oldest of the latest `max` events has left the window, there is room for one more.
		const freeAt =
			counted.length < rule.max ? now : endOf(rule, counted[rule.max - 1].at, question.timeZone);
		if (freeAt > (verdict.eligibleAt ?? now)) {
			verdict.allowed = false;
			verdict.reason = rule.after === 'invited' ? 'invitedRecently' : 'respondedRecently';
			delete verdict.reserved;
			if (counted.some(({ held }) => held)) verdict.reserved = true;
			verdict.rule = rule;
			verdict.eligibleAt = freeAt;
		}
	}
	return verdict;
}
