import * as fc from 'fast-check';

import {
	countsInvitation,
	judge,
	longestWindow,
	surveyAt,
	type ContactEvent,
	type Question,
	type Rule,
} from '../../../nodes/shared/quarantine/rules/rules';

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const NOW = Date.parse('2026-03-31T12:00:00Z');

const rule = (more: Partial<Rule> = {}): Rule => ({
	scope: 'survey',
	after: 'invited',
	max: 1,
	days: 30,
	...more,
});

const ask = (...rules: Rule[]): Question => ({ survey: '501', group: 'Service', rules });

const event = (at: number, more: Partial<ContactEvent> = {}): ContactEvent => ({
	survey: '501',
	group: 'Service',
	kind: 'invited',
	at,
	until: null,
	...more,
});

describe('one invitation within 30 days', () => {
	test('someone who was never contacted is allowed', () => {
		expect(judge(ask(rule()), [], NOW)).toEqual({
			allowed: true,
			reason: null,
			rule: null,
			lastContactAt: null,
			eligibleAt: null,
		});
	});

	test.each([
		['just now', 0, false],
		['yesterday', DAY, false],
		['one second less than 30 days ago', 30 * DAY - SECOND, false],
		['one millisecond less than 30 days ago', 30 * DAY - 1, false],
		['exactly 30 days ago', 30 * DAY, true],
		['one second more than 30 days ago', 30 * DAY + SECOND, true],
		['a year ago', 365 * DAY, true],
	])('invited %s', (_, ago, allowed) => {
		expect(judge(ask(rule()), [event(NOW - ago)], NOW).allowed).toBe(allowed);
	});

	test('shows the rule, the last contact, and when the wait ends', () => {
		const at = NOW - 10 * DAY;
		expect(judge(ask(rule()), [event(at), event(NOW - 40 * DAY)], NOW)).toEqual({
			allowed: false,
			reason: 'invitedRecently',
			rule: rule(),
			lastContactAt: at,
			eligibleAt: at + 30 * DAY,
		});
	});

	test('shows the last contact even if the person is allowed again', () => {
		const at = NOW - 31 * DAY;
		expect(judge(ask(rule()), [event(at)], NOW)).toMatchObject({
			allowed: true,
			lastContactAt: at,
		});
	});

	test('an invitation planned for the future counts too, until 30 days after it', () => {
		const at = NOW + 5 * DAY;
		expect(judge(ask(rule()), [event(at)], NOW)).toMatchObject({
			allowed: false,
			lastContactAt: at,
			eligibleAt: at + 30 * DAY,
		});
	});

	test('days may be fractions', () => {
		const half = ask(rule({ days: 0.5 }));
		expect(judge(half, [event(NOW - 12 * 3600 * SECOND + SECOND)], NOW).allowed).toBe(false);
		expect(judge(half, [event(NOW - 12 * 3600 * SECOND)], NOW).allowed).toBe(true);
	});
});

describe('counted events', () => {
	test.each<[string, Partial<Rule>, Partial<ContactEvent>, boolean]>([
		['another survey, rule for this survey', {}, { survey: '502' }, true],
		['another survey, rule for all', { scope: 'all' }, { survey: '502' }, false],
		['another survey of the group', { scope: 'group' }, { survey: '502' }, false],
		['the same survey in another group', { scope: 'group' }, { group: 'Sales' }, true],
		['the same survey in another group, rule for the survey', {}, { group: 'Sales' }, false],
		['a group named in the rule', { scope: 'group', group: 'Sales' }, { group: 'Sales' }, false],
		['not the group named in the rule', { scope: 'group', group: 'Sales' }, {}, true],
		['a group written differently', { scope: 'group' }, { group: ' sERVICE ' }, false],
		['a group copied from a web page', { scope: 'group' }, { group: 'Ser\u00advice\u00a0' }, false],
		[
			'a group named with another space',
			{ scope: 'group', group: 'Customer\u00a0\u200bservice' },
			{ group: 'Customer service' },
			false,
		],
		['an invisible group name in the rule', { scope: 'group', group: '\u200b' }, {}, false],
		['an empty group name in the rule', { scope: 'group', group: ' ' }, {}, false],
		['a response, rule on invitations', {}, { kind: 'responded' }, true],
		['a response, rule on responses', { after: 'responded' }, { kind: 'responded' }, false],
		['an invitation, rule on responses', { after: 'responded' }, {}, true],
	])('%s', (_, ruleMore, eventMore, allowed) => {
		expect(judge(ask(rule(ruleMore)), [event(NOW - DAY, eventMore)], NOW).allowed).toBe(allowed);
	});

	test('a response is reported as the reason', () => {
		const responses = ask(rule({ after: 'responded' }));
		const { reason } = judge(responses, [event(NOW - DAY, { kind: 'responded' })], NOW);
		expect(reason).toBe('respondedRecently');
	});
});

describe('held reservations', () => {
	test.each([
		['still held', NOW + 1, false],
		['expired this very moment', NOW, true],
		['expired before', NOW - 1, true],
	])('%s', (_, until, allowed) => {
		expect(judge(ask(rule()), [event(NOW - 60_000, { until })], NOW).allowed).toBe(allowed);
	});
});

describe('more than one allowed', () => {
	const twice = ask(rule({ max: 2 }));

	test('the second is allowed, the third is not', () => {
		const [first, second] = [event(NOW - 20 * DAY), event(NOW - 3 * DAY)];
		expect(judge(twice, [first], NOW).allowed).toBe(true);
		expect(judge(twice, [first, second], NOW).allowed).toBe(false);
	});

	test('the wait ends when the older of the two leaves the window, in any order', () => {
		const old = NOW - 20 * DAY;
		const known = [event(NOW - 3 * DAY), event(old), event(NOW - 90 * DAY)];
		expect(judge(twice, known, NOW).eligibleAt).toBe(old + 30 * DAY);
		expect(judge(twice, [...known].reverse(), NOW).eligibleAt).toBe(old + 30 * DAY);
	});
});

describe('several rules', () => {
	const survey30 = rule();
	const all7 = rule({ scope: 'all', days: 7 });
	const group2in90 = rule({ scope: 'group', max: 2, days: 90 });

	test('all rules must allow the person', () => {
		const known = [event(NOW - 10 * DAY, { survey: '502' })];
		expect(judge(ask(survey30, all7), known, NOW).allowed).toBe(true);
		expect(judge(ask(survey30, all7, rule({ scope: 'all' })), known, NOW).allowed).toBe(false);
	});

	test('shows the rule with the longest wait, in any order', () => {
		const known = [event(NOW - DAY), event(NOW - 2 * DAY)];
		for (const rules of [
			[all7, survey30, group2in90],
			[group2in90, survey30, all7],
		]) {
			expect(judge(ask(...rules), known, NOW)).toMatchObject({
				allowed: false,
				rule: group2in90,
				eligibleAt: NOW - 2 * DAY + 90 * DAY,
			});
		}
	});

	test('shows the first of several rules with the same wait', () => {
		const rules = [rule({ scope: 'all' }), rule()];
		expect(judge(ask(...rules), [event(NOW - DAY)], NOW).rule).toBe(rules[0]);
		rules.reverse();
		expect(judge(ask(...rules), [event(NOW - DAY)], NOW).rule).toBe(rules[0]);
	});

	test('the longest window is how far back events have to be read', () => {
		expect(longestWindow([survey30, all7, group2in90])).toBe(90 * DAY);
		expect(longestWindow([])).toBe(0);
		expect(longestWindow([{ ...survey30, unit: 'calendarDays' }, all7])).toBe(31 * DAY);
	});
});

describe('calendar days', () => {
	test.each([
		// [time zone, of the contact, days, eligible at]
		['Europe/Berlin', '2026-03-28T23:30:00+01:00', 1, '2026-03-29T00:00:00+01:00'],
		['Europe/Berlin', '2026-03-29T12:00:00+02:00', 1, '2026-03-30T00:00:00+02:00'],
		['Europe/Berlin', '2026-10-25T00:30:00+02:00', 7, '2026-11-01T00:00:00+01:00'],
		// Here the day begins at one o'clock, because there is no midnight.
		['Africa/Cairo', '2026-04-24T01:30:00+03:00', 1, '2026-04-25T00:00:00+03:00'],
		['America/Santiago', '2026-09-06T13:00:00-03:00', 7, '2026-09-13T00:00:00-03:00'],
		['Africa/Cairo', '2026-04-17T09:00:00+02:00', 7, '2026-04-24T01:00:00+03:00'],
	])('in %s, a contact at %s counts for %d until %s', (timeZone, at, days, until) => {
		const question = { ...ask(rule({ days, unit: 'calendarDays' })), timeZone };
		const { eligibleAt } = judge(question, [event(Date.parse(at))], Date.parse(at));
		expect(eligibleAt).toBe(Date.parse(until));
	});
});

describe('for any rules and any past', () => {
	const anyRule: fc.Arbitrary<Rule> = fc.record({
		scope: fc.constantFrom('survey', 'group', 'all'),
		after: fc.constantFrom('invited', 'responded'),
		max: fc.integer({ min: 1, max: 3 }),
		days: fc.integer({ min: 1, max: 10 }),
	});
	const anyEvent: fc.Arbitrary<ContactEvent> = fc.record({
		survey: fc.constantFrom('501', '502'),
		group: fc.constantFrom('Service', 'Sales'),
		kind: fc.constantFrom('invited', 'responded'),
		at: fc.integer({ min: -15, max: 3 }).map((days) => NOW + days * DAY),
		until: fc.option(fc.integer({ min: -2, max: 2 }).map((days) => NOW + days * DAY)),
	});
	const anyCase = fc.tuple(
		fc.array(anyRule, { minLength: 1, maxLength: 3 }),
		fc.array(anyEvent, { maxLength: 6 }),
	);

	test('an additional event never makes a refused person allowed', () => {
		fc.assert(
			fc.property(anyCase, anyEvent, ([rules, events], more) => {
				const before = judge(ask(...rules), events, NOW).allowed;
				const after = judge(ask(...rules), [...events, more], NOW).allowed;
				expect(after && !before).toBe(false);
			}),
			{ numRuns: 1000 },
		);
	});

	test('a refused person is allowed at eligibleAt if nothing else happens, and never before', () => {
		fc.assert(
			fc.property(anyCase, ([rules, events]) => {
				const final = events.map((one) => ({ ...one, until: null }));
				const { allowed, eligibleAt } = judge(ask(...rules), final, NOW);
				expect(eligibleAt === null).toBe(allowed);
				if (eligibleAt === null) return;
				expect(judge(ask(...rules), final, eligibleAt).allowed).toBe(true);
				expect(judge(ask(...rules), final, eligibleAt - 1).allowed).toBe(false);
			}),
			{ numRuns: 1000 },
		);
	});

	test('the order of past events makes no difference', () => {
		fc.assert(
			fc.property(anyCase, ([rules, events]) => {
				expect(judge(ask(...rules), [...events].reverse(), NOW)).toEqual(
					judge(ask(...rules), events, NOW),
				);
			}),
			{ numRuns: 500 },
		);
	});
});

test('a decision shows whether its rule counts a reservation that is not confirmed yet', () => {
	const held = event(NOW - DAY, { held: true, until: NOW + DAY });
	expect(judge(ask(rule()), [held], NOW).reserved).toBe(true);
	expect(judge(ask(rule()), [event(NOW), held], NOW)).not.toHaveProperty('reserved');
	const answered = event(NOW, { kind: 'responded' });
	const longer = rule({ after: 'responded', days: 60 });
	expect(judge(ask(rule(), longer), [held, answered], NOW)).not.toHaveProperty('reserved');
});

test.each([
	['an invitation to the survey', {}, true],
	['an invitation to another survey', { survey: '502' }, false],
	['a response', { kind: 'responded' }, false],
] as const)('%s counts as an invitation to this survey: %s', (_, more, counts) => {
	const question = ask(rule(), rule({ scope: 'all' }), rule({ scope: 'all', after: 'responded' }));
	expect(countsInvitation(question, event(NOW - 365 * DAY, more))).toBe(counts);
	expect(countsInvitation(ask(rule({ after: 'responded' })), event(NOW, more))).toBe(false);
});

test('a group rule counts nothing for an item without a group', () => {
	const question = { ...ask(rule({ scope: 'group' })), group: '' };
	for (const group of ['', 'Service'])
		expect(judge(question, [event(NOW, { group })], NOW).lastContactAt).toBeNull();
});

test('a survey is identified by its ID and its account', () => {
	expect(surveyAt('501', 'netigate.se 7')).toBe('501 netigate.se 7');
	expect(surveyAt('501', '')).toBe('501');
});
