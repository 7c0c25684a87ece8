import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import type { Ledger, Place } from '../../../nodes/shared/quarantine/ledger/ledger';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { checkAll, reserveAll, type Candidate } from '../../../nodes/shared/quarantine/reserve';
import { expectLinear, uncounted } from '../basics/arraySteps';
import { MemoryTable } from '../tables/memoryStore';
import { MemoryRecords } from './memoryRecords';

/* Twice as many items of one contact take about twice as many steps. */

const now = Date.parse('2026-03-01T12:00:00Z');
const clock = { now: () => now, sleep: async () => {}, random: Math.random };
const claimant = { execution: 'execution', step: 'step' };

const LEDGERS: Record<string, () => Ledger> = {
	'a table': () => {
		const store = new MemoryTable().store();
		const { run } = store;
		store.run = async (steps) => await uncounted(async () => await run(steps));
		return new RowLedger(store, claimant, clock);
	},
	'a workflow': () => {
		const records = new MemoryRecords();
		const use = { fingerprint: 'abc', keeper: { id: 'node', days: 30 } };
		const call = async (items: Array<Parameters<typeof records.answer>[0]>) =>
			await Promise.resolve(items.flatMap((item) => records.answer(item)));
		return new WorkflowLedger(Object.assign(call, { id: 'flood' }), use, claimant, clock);
	},
};

const placesOf = (count: number, of: (at: number) => Partial<Place> = () => ({})) =>
	Array.from({ length: count }, (_, at) => ({
		...{ contact: 'anna', survey: '501', group: '', address: null },
		...of(at),
	}));

const rules = [{ scope: 'survey' as const, after: 'invited' as const, max: 1, days: 30 }];
const candidatesOf = (count: number, of?: (at: number) => Partial<Candidate>): Candidate[] =>
	placesOf(count, of as never).map((place) => ({ ...place, rules, exempt: false, blocked: false }));

const perSurvey = (at: number) => ({ survey: String(at + 1) });
const pastOf = (count: number, of?: (at: number) => Partial<Place>) =>
	placesOf(count, of).map((place, at) => ({
		...place,
		kind: 'invited' as const,
		at: now - at * 1000,
	}));

const contactsOf = (count: number) => Array.from({ length: count }, (_, at) => `person ${at}`);

type Flood = (ledger: Ledger, count: number) => Promise<unknown>;

const FLOODS: Record<string, Flood> = {
	check: async (ledger, count) => await checkAll(ledger, candidatesOf(count), now),
	reserve: async (ledger, count) => await reserveAll(ledger, candidatesOf(count), now, 60_000),
	'reserve for many surveys': async (ledger, count) =>
		await reserveAll(ledger, candidatesOf(count, perSurvey), now, 60_000),
	record: async (ledger, count) => await ledger.record(pastOf(count)),
	confirm: async (ledger, count) => await ledger.confirm(placesOf(count), now),
	'confirm many reservations': async (ledger, count) => {
		const ofStep = (at: number) => ({ reservationId: `r${at}` });
		await ledger.confirm(placesOf(count, ofStep), now);
	},
	'confirm for many surveys': async (ledger, count) => {
		await reserveAll(ledger, candidatesOf(count, perSurvey), now, 60_000);
		await ledger.confirm(placesOf(count, perSurvey), now);
	},
	release: async (ledger, count) => {
		await reserveAll(ledger, candidatesOf(count, perSurvey), now, 60_000);
		await ledger.release(placesOf(count, perSurvey));
		await ledger.release(placesOf(count));
	},
	lift: async (ledger, count) => {
		const ownPlace = (at: number) => ({ survey: String(at + 1), group: `group ${at}` });
		await ledger.record(pastOf(count, ownPlace));
		const lifts = (scope: 'survey' | 'group') =>
			placesOf(count, ownPlace).map(({ contact, survey, group }) => ({
				contact,
				lifted: scope === 'survey' ? { scope, survey } : { scope, group },
			}));
		await ledger.lift(lifts('survey'));
		await ledger.lift(lifts('group'));
	},
	find: async (ledger, count) => {
		await ledger.record(pastOf(count));
		expect((await ledger.find(['anna', ...contactsOf(count)])).get('anna')).toHaveLength(count);
	},
	forget: async (ledger, count) => {
		await ledger.record([
			...pastOf(count),
			...pastOf(count, (at) => ({ contact: `person ${at}` })),
		]);
		const outcomes = await ledger.forget(['anna', ...contactsOf(count)]);
		expect(new Set(outcomes)).toEqual(new Set(['forgotten']));
	},
};

describe.each(Object.entries(LEDGERS))('%s', (_, open) => {
	test.each(Object.entries(FLOODS))('%s', async (__, flood) => {
		await expectLinear(async (count) => await flood(open(), count));
	});
});
