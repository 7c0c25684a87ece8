import * as fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { contactKey, nonce, shortHash } from '../../../nodes/shared/quarantine/ledger/contactKey';
import { decideRun, type Item } from '../../../nodes/shared/quarantine/rules/decide';
import type { ContactEvent, Rule } from '../../../nodes/shared/quarantine/rules/rules';
import { SendingHours } from '../../../nodes/shared/quarantine/rules/sendingHours';
import { isSampled } from '../../../nodes/shared/quarantine/settings';
import { heldNow, heldToOutput, toOutput } from '../../../nodes/shared/quarantine/result';
import type { LedgerEntry } from '../../../nodes/shared/quarantine/ledger/ledger';
import { itemOf, ONCE } from './items';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-31T12:00:00Z');
const item = (more: Partial<Item> = {}) => itemOf('anna', more);

const event = (at: number, more: Partial<ContactEvent> = {}): ContactEvent => ({
	survey: '501',
	group: '',
	kind: 'invited',
	at,
	until: null,
	...more,
});

const optOut = event(Date.parse('2026-03-04T12:00:00Z'), { kind: 'optedOut', survey: '' });
const invited = event(NOW - 10 * DAY);
const mornings = new SendingHours(
	[1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 8 * 60, to: 10 * 60 })),
	[],
	'utc',
);

const decide = (more: Partial<Item>, known: ContactEvent[] = []) =>
	decideRun([item(more)], () => known, NOW)[0];

const EVERYTHING = { blocked: true, consent: false, sampled: false, hours: mornings };

test('all reasons are listed, strongest first', () => {
	const { reason, reasons, eligibleAt, allowed } = decide(EVERYTHING, [optOut, invited]);
	expect(reasons).toEqual([
		...['blocked', 'optedOut', 'noConsent', 'invitedRecently', 'notSampled', 'outsideHours'],
	]);
	expect({ reason, eligibleAt, allowed }).toEqual({
		...{ reason: 'blocked', eligibleAt: null, allowed: false },
	});
});

test('exempt people are still refused if they are blocked, opted out or did not consent', () => {
	const { reasons } = decide({ ...EVERYTHING, exempt: true }, [optOut, invited]);
	expect(reasons).toEqual(['blocked', 'optedOut', 'noConsent']);
	const soft = { sampled: false, hours: mornings, exempt: true };
	expect(decide(soft, [invited])).toMatchObject({ allowed: true, reason: 'exempt', reasons: [] });
});

test.each<[string, Partial<Item>, ContactEvent[], string | null, string]>([
	['opted out', {}, [optOut], null, 'Opted out on 4 March 2026'],
	['without consent', { consent: false }, [], null, 'No consent, so never asked'],
	['not sampled', { sampled: false }, [], null, 'Not in the sample for this survey'],
	[
		'outside the hours',
		{ hours: mornings },
		[],
		'2026-04-01T08:00:00Z',
		'Outside the sending hours; may be asked from 1 April 2026, 08:00',
	],
	[
		'asked recently, with sending hours',
		{ hours: mornings },
		[invited],
		'2026-04-21T08:00:00Z',
		'Asked on 21 March 2026; may be asked again from 21 April 2026',
	],
	[
		'asked recently and not sampled',
		{ sampled: false },
		[invited],
		null,
		'Asked on 21 March 2026, and not in the sample for this survey',
	],
	[
		'allowed',
		{ consent: true, sampled: true },
		[],
		null,
		'May be asked: no earlier contact is known',
	],
])('%s: when the wait ends, and the explanation', (_, more, known, eligibleAt, explanation) => {
	const decision = decide(more, known);
	expect(decision.eligibleAt).toBe(eligibleAt === null ? null : Date.parse(eligibleAt));
	const output = toOutput({ ...decision, reservationId: null }, '501', 'utc', NOW);
	expect(output).toMatchObject({ explanation, reasons: decision.reasons });
});

const SOON = NOW + 60_000;
const answer = event(NOW - 10 * DAY, { kind: 'responded' });
const held = event(NOW - 10 * DAY, { held: true, until: NOW + DAY });
const afterAnswers: Rule[] = [{ scope: 'survey', after: 'responded', max: 1, days: 30 }];
const sixHours: Rule[] = [{ scope: 'survey', after: 'invited', max: 1, days: 0.25 }];
const again = 'may be asked again from';

test.each<[string, Partial<Item>, ContactEvent[]]>([
	['May be asked: the last contact was on 1 February 2026', {}, [event(NOW - 58 * DAY)]],
	[
		'May be asked: the last contact was on 31 March 2026',
		{ rules: sixHours },
		[event(NOW - DAY / 4)],
	],
	[
		`Asked on 31 March 2026, 12:01; ${again} 31 March 2026, 18:01`,
		{ rules: sixHours },
		[event(SOON)],
	],
	[
		`A contact is recorded for 31 March 2026, 12:01; ${again} 31 March 2026, 18:01`,
		{ rules: sixHours },
		[event(SOON + 1)],
	],
	[
		`A contact is recorded for 5 April 2026; ${again} 5 May 2026`,
		{},
		[{ ...held, at: NOW + 5 * DAY }],
	],
	[
		'A contact is recorded for 5 April 2026, and not in the sample for this survey',
		{ sampled: false },
		[event(NOW + 5 * DAY)],
	],
	[`Answered on 21 March 2026; ${again} 20 April 2026`, { rules: afterAnswers }, [answer]],
	[
		'Answered on 21 March 2026, and not in the sample for this survey',
		{ rules: afterAnswers, sampled: false },
		[answer],
	],
	[
		`Reserved on 21 March 2026, not confirmed yet; once confirmed, ${again} 20 April 2026`,
		{},
		[held],
	],
	['Reserved on 21 March 2026, and not in the sample for this survey', { sampled: false }, [held]],
	[
		'May be asked: the last contact is planned for 5 April 2026',
		{ rules: [{ ...sixHours[0], max: 2 }] },
		[event(NOW + 5 * DAY)],
	],
	['Exempt, so always allowed', { exempt: true }, [invited]],
	["On Netigate's block list, so never asked", { blocked: true }, [invited]],
])('explains a decision: %s', (explanation, more, known) => {
	const output = toOutput({ ...decide(more, known), reservationId: null }, '501', 'utc', NOW);
	expect(output.explanation).toBe(explanation);
});

test('writes only the fields that have a value, with days in the given time zone', () => {
	const late = event(Date.parse('2026-03-30T22:30:00Z'));
	expect(
		toOutput({ ...decide({}, [late]), reservationId: null }, '501 eu', 'Europe/Berlin', NOW),
	).toEqual({
		status: 'quarantined',
		reason: 'invitedRecently',
		reasons: ['invitedRecently'],
		explanation: 'Asked on 31 March 2026; may be asked again from 30 April 2026',
		rule: { scope: 'survey', after: 'invited', max: 1, days: 30 },
		lastContactAt: '2026-03-30T22:30:00.000Z',
		eligibleAt: '2026-04-29T22:30:00.000Z',
		surveyId: 501,
	});
	expect(toOutput({ ...decide({}), reservationId: '1.anna' }, '', 'Nowhere', NOW)).toEqual({
		status: 'allowed',
		reasons: [],
		explanation: 'May be asked: no earlier contact is known',
		reservationId: '1.anna',
	});
});

describe('Get Many', () => {
	const out = (days: number, survey = '', group = '') =>
		event(NOW - days * DAY, { kind: 'optedOut', survey, group });
	const rules: Rule[] = [{ scope: 'all', after: 'invited', max: 1, days: 30 }];

	test.each<[string, ContactEvent[], string[]]>([
		['of several surveys', [out(1, '501'), out(2, '502')], ['501  1', '502  2']],
		['of two groups', [out(1, '', 'A'), out(2, '', 'B')], [' A 1', ' B 2']],
		[
			'of all surveys, a group and a survey',
			[out(3), out(2, '', 'A'), out(1, '501')],
			['501  1', ' A 2', '  3'],
		],
		['twice of all surveys', [out(3), out(1)], ['  1']],
		['twice of a group', [out(3, '', 'A'), out(1, '', 'a ')], [' a  1']],
		['twice of a survey', [out(3, '501'), out(1, '501 eu')], ['501 eu  1']],
		[
			'of a survey on two servers',
			[out(3, '501 us'), out(1, '501 eu')],
			['501 eu  1', '501 us  3'],
		],
		['of an asked survey', [invited, out(3, '501')], ['501  3']],
		['of an asked survey and all others', [invited, out(3, '501'), out(1)], ['501  1']],
		['of all others and an asked survey', [invited, out(1, '501'), out(3)], ['501  1', '  3']],
		['of an asked group', [{ ...invited, group: 'A' }, out(3, '', 'a')], ['501 A 3']],
		['of another survey', [invited, out(3, '502')], ['501  ', '502  3']],
		['of nothing', [invited], ['501  ']],
	])('has an entry for each opt-out of someone who opted out %s', (_, events, expected) => {
		const entries = events.map((one) => ({
			...{ ...one, contact: 'anna', state: 'final' as const, token: '', ordinal: 0, address: null },
		}));
		const held = heldNow(entries, rules, 'utc', NOW);
		const shown = held.map(({ survey, group, decision: { optedOutAt } }) =>
			[survey, group, optedOutAt ? (NOW - optedOutAt) / DAY : ''].join(' '),
		);
		expect(shown.sort()).toEqual([...expected].sort());
	});
});

test('Get Many lists the shortest wait first, each person with the latest address and group', () => {
	const entry = (contact: string, days: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
		...{ ...event(NOW - days * DAY), contact, state: 'final', token: '', ordinal: 0 },
		...{ address: null, ...more },
	});
	const entries = [
		entry('anna', 1, { kind: 'optedOut', survey: '' }),
		entry('ben', 20),
		entry('cleo', 20, { group: 'Sales', address: 'old@example.com' }),
		entry('cleo', 21, { group: 'Service', address: 'cleo@example.com' }),
		entry('cleo', 40),
		entry('dora', 25, { survey: '501 eu' }),
		entry('dora', 25),
		entry('emil', 1, { state: 'pending' }),
		entry('emil', 1, { state: 'lifted' }),
		entry('finn', 30),
		entry('gina', 2, { kind: 'optedOut', survey: '' }),
	];
	const shown = heldNow(entries, [ONCE], 'utc', NOW).map((one) => heldToOutput(one, 'utc', NOW));
	expect(
		shown.map(({ contactHash, contact, group, quarantine }) => {
			const { surveyId, eligibleAt } = quarantine as IDataObject;
			return [contactHash, contact, group, surveyId, eligibleAt];
		}),
	).toEqual([
		['dora', undefined, undefined, 501, '2026-04-05T12:00:00.000Z'],
		['ben', undefined, undefined, 501, '2026-04-10T12:00:00.000Z'],
		['cleo', 'cleo@example.com', 'Sales', 501, '2026-04-10T12:00:00.000Z'],
		['anna', undefined, undefined, undefined, undefined],
		['gina', undefined, undefined, undefined, undefined],
	]);
	expect(Object.keys(shown[0])).toEqual(['contactHash', 'quarantine']);
});

test('people may be asked from the first to the last moment of the sending hours', () => {
	const hour = 3_600_000;
	const allowed = [-4 * hour - 1, -4 * hour, -2 * hour - 1, -2 * hour].map(
		(ms) => decideRun([item({ hours: mornings })], () => [], NOW + ms)[0].allowed,
	);
	expect(allowed).toEqual([false, true, true, false]);
});

test('hashes stay the same in all versions, so that people are recognized', () => {
	const { hash, share, fingerprint } = contactKey('a secret');
	expect(hash('anna@example.com')).toBe('AnePbN1AaBHQJdTx0Z51wSJ9f-rM5kMz06ebjCS-pRU');
	expect(share('anna', '501')).toBe(0.7490333811713568);
	expect(fingerprint).toBe('7856be30762c58f3');
	expect(shortHash('a node')).toBe('BoSG0KP8');
	expect(nonce()).toMatch(/^[\w-]{12}$/);
});

test('items with their own times are decided in the order of these times', () => {
	const items = [5, 0, 40].map((days) => item({ at: NOW + days * DAY }));
	const decisions = decideRun(items, () => [], NOW);
	expect(decisions.map(({ reason }) => reason)).toEqual(['duplicateInRun', null, null]);
});

describe('the sample', () => {
	const key = contactKey('a secret');
	const people = Array.from({ length: 100_000 }, (_, index) => String(index));
	const shares = people.map((contact) => key.share(contact, '501'));

	test.each([0, 0.1, 12.5, 50, 99.9, 100])('%s%% of 100,000 contacts', (percent) => {
		const share = shares.filter((one) => one < percent / 100).length / people.length;
		// Four standard deviations.
		const off = 4 * Math.sqrt(((percent / 100) * (1 - percent / 100)) / people.length);
		expect(Math.abs(share - percent / 100)).toBeLessThanOrEqual(off);
	});

	test('is always the same, differs between surveys and depends on the secret', () => {
		expect(contactKey('a secret').share('7', '501')).toBe(shares[7]);
		expect(isSampled(key, '7', '501 place', 50)).toBe(isSampled(key, '7', '501', 50));
		const both = people.filter(
			(contact, index) => shares[index] < 0.5 && key.share(contact, '502') < 0.5,
		);
		expect(Math.abs(both.length / people.length - 0.25)).toBeLessThan(0.01);
		expect(contactKey('another').share('7', '501')).not.toBe(shares[7]);
	});

	test.each([
		[undefined, undefined],
		[24.9, false],
		[25, false],
		[25.1, true],
	])('a share of 0.25 is in a sample of %s%%: %s', (percent, sampled) => {
		expect(isSampled({ ...key, share: () => 0.25 }, 'anna', '501', percent)).toBe(sampled);
	});

	test('a higher percentage keeps everyone', () => {
		const percent = fc.double({ min: 0, max: 100, noNaN: true });
		fc.assert(
			fc.property(fc.string(), percent, percent, (contact, a, b) => {
				const [low, high] = [Math.min(a, b), Math.max(a, b)];
				if (isSampled(key, contact, '501', low))
					expect(isSampled(key, contact, '501', high)).toBe(true);
			}),
			{ seed: 1 },
		);
	});
});
