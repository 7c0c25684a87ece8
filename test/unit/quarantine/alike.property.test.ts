import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import type { Ledger, Lifted } from '../../../nodes/shared/quarantine/ledger/ledger';
import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { reserveAll } from '../../../nodes/shared/quarantine/reserve';
import { all, where } from '../../../nodes/shared/tables/rowStore';
import { heldNow } from '../../../nodes/shared/quarantine/result';
import type { Rule } from '../../../nodes/shared/quarantine/rules/rules';
import { MemoryTable } from '../tables/memoryStore';
import { MemoryRecords } from './memoryRecords';
import { PretendedRedis, runRedisWorkflow } from './redisWorkflow';

/*
 * Runs the same commands one after the other on a table and on a ledger workflow. They store entries
 * differently, but must return the same results.
 */

const START = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const PEOPLE = ['anna', 'bo', 'cem'];

/** A reservation, perhaps by ID, counted back from the contact's latest. */
const whose = fc.record({
	contact: fc.constantFrom(...PEOPLE),
	survey: fc.constantFrom('501', '502'),
	byId: fc.option(fc.nat({ max: 3 }), { nil: null }),
});

const RULES: Rule[] = [{ scope: 'survey', after: 'invited', max: 1, days: 30 }];

const execution = fc.constantFrom('1', '2', '3');

const command = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constant('reserve' as const),
			execution,
			people: fc.array(
				fc.record({
					contact: fc.constantFrom(...PEOPLE),
					survey: fc.constantFrom('501', '502'),
					max: fc.integer({ min: 1, max: 3 }),
					exempt: fc.boolean(),
				}),
				{ minLength: 1, maxLength: 4 },
			),
			hold: fc.boolean(),
			stored: fc.boolean(),
		}),
	},
	fc.record({
		kind: fc.constantFrom('confirm' as const, 'release' as const),
		execution,
		places: fc.array(whose, { minLength: 1, maxLength: 4 }),
	}),
	fc.record({
		kind: fc.constant('record' as const),
		execution,
		events: fc.array(
			fc.record({
				contact: fc.constantFrom(...PEOPLE),
				survey: fc.constantFrom('501', '502'),
				ago: fc.integer({ min: 0, max: 3 }),
				kind: fc.constantFrom('invited' as const, 'responded' as const),
			}),
			{ minLength: 1, maxLength: 3 },
		),
	}),
	fc.record({
		kind: fc.constant('optOut' as const),
		execution,
		people: fc.subarray(PEOPLE, { minLength: 1 }),
		from: fc.constantFrom(
			{ survey: '', group: '' },
			{ survey: '501', group: '' },
			{ survey: '', group: 'of 502' },
		),
		ago: fc.integer({ min: 0, max: 3 }),
		stored: fc.boolean(),
	}),
	fc.record({
		kind: fc.constant('forget' as const),
		execution,
		people: fc.subarray(PEOPLE, { minLength: 1 }),
		keepOptOuts: fc.boolean(),
	}),
	fc.record({
		kind: fc.constant('lift' as const),
		execution,
		people: fc.subarray(PEOPLE, { minLength: 1 }),
		lifted: fc.constantFrom<Lifted>(
			{ scope: 'all' },
			{ scope: 'survey', survey: '501' },
			{ scope: 'group', group: 'of 502' },
		),
	}),
	fc.record({ kind: fc.constant('releaseHeld' as const), execution }),
	fc.record({ kind: fc.constant('prune' as const) }),
	fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 10, 20) }),
);

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

interface Kept {
	as: (execution: string) => Ledger;
	/** Removes what has no visible effect. */
	prune: () => Promise<unknown>;
}

/** A step never runs again after its hold has expired, because then the IDs of the two ledgers differ. */
const stepAt = (now: number) => String(Math.floor((now - START) / (15 * MINUTE)));

/** Everything a ledger returns for a list of commands. */
async function resultsOf(commands: readonly Command[], open: (now: () => number) => Kept) {
	let now = START;
	const { as, prune } = open(() => now);
	/** Reservation IDs by step: in a ledger workflow, a step that reserves again gets the same ID. */
	const ids = new Map<string, string>();
	const idsOf = (contact: string) =>
		[...ids].filter(([by]) => by.endsWith(` of ${contact}`)).map(([, id]) => id);
	const results: unknown[] = [];
	for (const one of commands) {
		now += 1000;
		switch (one.kind) {
			case 'reserve': {
				const candidates = one.people.map(({ contact, survey, max, exempt }) => ({
					...{ contact, survey, exempt, group: `of ${survey}`, blocked: false },
					address: one.stored ? `${contact}@example.com` : null,
					rules: [{ scope: 'survey', after: 'invited', max, days: 30 } as const],
				}));
				const hold = one.hold ? 15 * MINUTE : null;
				const decided = await reserveAll(as(one.execution), candidates, now, hold);
				results.push(
					decided.map(({ reservationId, ...decision }, index) => {
						const { contact } = candidates[index];
						const ordinal = candidates.slice(0, index).filter((c) => c.contact === contact).length;
						if (reservationId !== null)
							ids.set(`${one.execution} ${stepAt(now)} ${ordinal} of ${contact}`, reservationId);
						return { ...decision, reserved: reservationId !== null };
					}),
				);
				break;
			}
			case 'confirm':
			case 'release': {
				const places = one.places.map(({ contact, survey, byId }) => ({
					...{ contact, survey, group: `of ${survey}`, address: null },
					reservationId: byId === null ? null : (idsOf(contact).at(-1 - byId) ?? null),
				}));
				const ledger = as(one.execution);
				results.push(
					await (one.kind === 'confirm' ? ledger.confirm(places, now) : ledger.release(places)),
				);
				break;
			}
			case 'record':
				results.push(
					await as(one.execution).record(
						one.events.map(({ contact, survey, ago, kind }) => ({
							...{ contact, survey, kind, group: `of ${survey}`, address: null },
							at: now - ago * 1000,
						})),
					),
				);
				break;
			case 'optOut': {
				const { from, ago, stored } = one;
				const events = one.people.map((contact) => ({
					...{ contact, ...from, kind: 'optedOut' as const, at: now - ago * 1000 },
					address: stored ? `${contact}@example.com` : null,
				}));
				results.push(await as(one.execution).record(events));
				break;
			}
			case 'forget': {
				const outcomes = await as(one.execution).forget(one.people, one.keepOptOuts);
				// A table still contains released entries.
				results.push(outcomes.map((outcome) => outcome === 'busy'));
				break;
			}
			case 'lift': {
				const { lifted } = one;
				results.push(
					await as(one.execution).lift(one.people.map((contact) => ({ contact, lifted }))),
				);
				break;
			}
			case 'releaseHeld':
				await as(one.execution).releaseHeld(PEOPLE);
				break;
			case 'prune':
				await prune();
				break;
			case 'wait':
				now += one.minutes * MINUTE;
		}
		const known = await as('reader').read(PEOPLE, 0);
		const stored = await as('reader').find(PEOPLE);
		results.push(
			PEOPLE.map((contact) => [
				...(known.get(contact) ?? []).map((event) => JSON.stringify(event)).sort(),
				...(stored.get(contact) ?? [])
					.filter(({ state }) => state !== 'released')
					.map(({ survey, group, kind, at, state, until, address }) =>
						[survey, group, kind, at, state, until, address].join(),
					)
					.sort(),
			]),
		);
		const listed = heldNow(await as('reader').all(0), RULES, 'utc', now);
		results.push(
			listed
				.map(({ contact, address, survey, group, decision: { reasons, optedOutAt } }) =>
					[contact, address, survey, group, ...reasons, optedOutAt].join(),
				)
				.sort(),
		);
	}
	return results;
}

const inTable = (now: () => number): Kept => {
	const table = new MemoryTable();
	const around = { now, sleep: async () => {}, random: () => 0.5 };
	return {
		as: (execution) => new RowLedger(table.store(), { execution, step: stepAt(now()) }, around),
		prune: async () => await table.store().run([{ remove: all(where('state', 'eq', 'free')) }]),
	};
};

type Answer = (items: IDataObject[]) => Promise<IDataObject[]>;

const inWorkflow =
	(open: (clock: { now: number }) => Answer) =>
	(now: () => number): Kept => {
		const clock = { now: now() };
		const answer = open(clock);
		const around = { now, sleep: async () => {}, random: () => 0.5 };
		const use = { fingerprint: 'f00d', keeper: { id: 'node', days: 400 } };
		const call = Object.assign(
			async (items: IDataObject[]) => {
				clock.now = now();
				return await answer(items);
			},
			{ id: randomUUID() },
		);
		return {
			as: (execution) => new WorkflowLedger(call, use, { execution, step: stepAt(now()) }, around),
			prune: async () => {},
		};
	};

const inMemory = inWorkflow(() => {
	const records = new MemoryRecords();
	return async (items) => items.flatMap((item) => records.answer(item));
});

const inRedis = inWorkflow((clock) => {
	const redis = new PretendedRedis(clock);
	return async (items) => await runRedisWorkflow(redis, items, async () => {});
});

test.each([
	['a ledger workflow', inMemory, 500],
	['the workflow for Redis', inRedis, 100],
])('a table and %s return the same results', async (_, other, numRuns) => {
	await fc.assert(
		fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 12 }), async (commands) => {
			expect(await resultsOf(commands, inTable)).toEqual(await resultsOf(commands, other));
		}),
		{ numRuns },
	);
});
