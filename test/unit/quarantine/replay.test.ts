import * as fc from 'fast-check';
import {
	checkAll,
	EMPTY,
	reserveAll,
	type Candidate,
	type Decided,
} from '../../../nodes/shared/quarantine/reserve';
import type { ContactEvent, Rule } from '../../../nodes/shared/quarantine/rules/rules';
import { SendingHours } from '../../../nodes/shared/quarantine/rules/sendingHours';
import { LEDGERS, newProcess } from './processes';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-31T12:00:00Z');
const ONCE: Rule = { scope: 'survey', after: 'invited', max: 1, days: 30 };

const candidate = (daysAgo: number, more: Partial<Candidate> = {}): Candidate => ({
	...{ contact: 'anna', survey: '501', group: '', rules: [ONCE], address: null },
	...{ exempt: false, blocked: false, at: NOW - daysAgo * DAY },
	...more,
});

const event = (daysAgo: number, more: Partial<ContactEvent> = {}): ContactEvent => ({
	...{ survey: '501', group: '', kind: 'invited', at: NOW - daysAgo * DAY, until: null },
	...more,
});

const knowing = (events: ContactEvent[]) => ({
	read: async () => await Promise.resolve(new Map([['anna', events]])),
});

const reasonsOf = (decisions: Decided[]) =>
	decisions.map(({ allowed, reason }) => (allowed ? 'allowed' : reason));

const expired = event(20, { until: NOW - 19 * DAY, held: true });

test.each<[string, number[], ContactEvent[], Array<string | null>]>([
	['no events', [0, 40, 20], [], ['allowed', 'allowed', 'invitedRecently']],
	['the same time', [5, 5], [], ['allowed', 'invitedRecently']],
	[
		'an invitation in between',
		[50, 31, 30, 1, 0],
		[event(30)],
		['allowed', 'invitedRecently', 'invitedRecently', 'invitedRecently', 'allowed'],
	],
	['an opt-out in between', [50, 10], [event(15, { kind: 'optedOut' })], ['allowed', 'optedOut']],
	['a hold that has expired since', [20, 19.5], [expired], ['invitedRecently', 'invitedRecently']],
	['a hold that had expired', [18], [expired], ['allowed']],
	['a planned invitation', [50], [event(-5)], ['invitedRecently']],
	['a planned item', [-40, -20], [event(15)], ['invitedRecently', 'allowed']],
])('replays with %s', async (_, days, events, expected) => {
	const items = days.map((daysAgo) => candidate(daysAgo));
	expect(reasonsOf(await checkAll(knowing(events), items, NOW, true))).toEqual(expected);
});

test('without counting this run, the same people are allowed, and the others are duplicates', async () => {
	const items = [50, 45, 10, 5].map((daysAgo) => candidate(daysAgo));
	const decided = await checkAll(knowing([event(30)]), items, NOW);
	expect(reasonsOf(decided)).toEqual([
		'allowed',
		'duplicateInRun',
		'invitedRecently',
		'invitedRecently',
	]);
});

const ZONES = ['utc', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];
const rule: fc.Arbitrary<Rule> = fc.record({
	scope: fc.constantFrom('survey', 'group', 'all'),
	after: fc.constant('invited'),
	max: fc.integer({ min: 1, max: 3 }),
	days: fc.integer({ min: 1, max: 10 }),
	unit: fc.constantFrom(undefined, 'calendarDays'),
});
const hours = fc
	.tuple(
		fc.integer({ min: 0, max: 23 }),
		fc.integer({ min: 1, max: 1439 }),
		fc.constantFrom(...ZONES),
	)
	.map(([hour, length, zone]) => {
		const from = hour * 60;
		const weekdays = [1, 2, 3, 4, 5, 6, 7];
		const windows = weekdays.map((weekday) => ({ weekday, from, to: from + length }));
		return new SendingHours(windows, [], zone);
	});
const ticket = fc.record({
	contact: fc.constantFrom(...['anna', 'bo', 'cem'].map((name) => name.padEnd(43, '-'))),
	at: fc.integer({ min: 0, max: 40 * 96 }).map((quarter) => NOW - quarter * 900_000),
	survey: fc.constantFrom('501', '502'),
	exempt: fc.constantFrom(false, false, false, true),
	blocked: fc.constantFrom(false, false, false, true),
	consent: fc.constantFrom(undefined, true, true, false),
	sampled: fc.constantFrom(undefined, true, true, false),
});

/** Reserves each item in its own execution, in the order of their times. */
async function reserveEach(ledger: string, items: readonly Candidate[]): Promise<Decided[]> {
	const open = LEDGERS[ledger]();
	const process = newProcess('p', 0);
	const decided = new Array<Decided>(items.length);
	const positions = [...items.keys()].sort((a, b) => items[a].at! - items[b].at!);
	for (const position of positions) {
		const { at: now, ...item } = items[position];
		const use = open(process, `e${position}`, now!, async () => await Promise.resolve());
		[decided[position]] = await use(async (one) => await reserveAll(one, [item], now!, null));
	}
	return decided;
}

const decisionOf = (decision: Decided) => {
	const { allowed, reason, reasons, rule, eligibleAt, lastContactAt } = decision;
	// Whether an event that no rule counts anymore is still known depends on the ledger.
	return { allowed, reason, reasons, rule, eligibleAt, lastContactAt: rule && lastContactAt };
};

test.each(Object.keys(LEDGERS))(
	'Reserve at these times makes the same decisions: %s',
	async (ledger) => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(ticket, { minLength: 1, maxLength: 12 }),
				fc.array(rule, { minLength: 1, maxLength: 2 }),
				fc.option(hours, { nil: undefined }),
				fc.constantFrom(...ZONES),
				async (tickets, rules, hours, timeZone) => {
					const items = tickets.map(
						(one): Candidate => ({
							...one,
							group: 'Service',
							rules,
							hours,
							timeZone,
							address: null,
						}),
					);
					const replayed = await checkAll(EMPTY, items, NOW, true);
					const live = await reserveEach(ledger, items);
					expect(replayed.map(decisionOf)).toEqual(live.map(decisionOf));
				},
			),
		);
	},
);

test('a replay of 100,000 items lets the rest of n8n run', async () => {
	const items = Array.from({ length: 100_000 }, (_, index) =>
		candidate(400 - index / 300, { contact: `c${index % 20_000}` }),
	);
	let turns = 0;
	const timer = setInterval(() => turns++, 1);
	const decided = await checkAll(EMPTY, items, NOW, true).finally(() => clearInterval(timer));
	expect(decided.filter(({ allowed }) => allowed).length).toBe(100_000);
	expect(turns).toBeGreaterThan(5);
});
