import * as fc from 'fast-check';

import { claimRows, type ClaimOptions, type Clock } from '../../../nodes/shared/tables/claim';
import type { Want } from '../../../nodes/shared/tables/wideRows';
import { all, where, type Row, type StoredRow } from '../../../nodes/shared/tables/rowStore';
import { MemoryTable, type Tick } from './memoryStore';

const START = Date.parse('2026-03-01T12:00:00Z');

let counter = 0;

const want = (key: string, ordinal = 0): Want => ({
	key,
	ordinal,
	row: { at: new Date(START).toISOString() },
});

/** At most `max` rows of a contact may count at the same time. */
function options(
	token: string,
	max: number,
	{ rounds, ...clock }: Partial<Clock & Pick<ClaimOptions<Want>, 'rounds'>> = {},
): ClaimOptions<Want> {
	return {
		token,
		settled: { state: 'final', until: null },
		allows: (_: Want, standing: readonly Row[]) => standing.length < max,
		window: where('at', 'gte', new Date(START - 1000).toISOString()),
		newAttempt: () => `a${++counter}`,
		clock: { now: () => START, sleep: async () => {}, random: () => 0.5, ...clock },
		rounds,
	};
}

/** The contacts claimed in these rows, including those in wide rows. */
const contactsIn = (rows: StoredRow[]) => rows.flatMap(({ contact }) => String(contact).split(' '));

describe('one process', () => {
	test('a repeated step clears the pending row of its crashed try', async () => {
		const table = new MemoryTable();
		const dying = table.store(dieAtUpdate());
		void claimRows(dying, [want('anna')], options('t1', 1));
		await settled();
		expect(table.all()).toMatchObject([{ state: 'pending' }]);
		const again = options('t1', 1, { rounds: 1 });
		expect(await claimRows(table.store(), [want('anna')], again)).toMatchObject([{ won: true }]);
		expect(table.all()).toMatchObject([{ state: 'final' }]);
	});

	test('a contact with its own row is settled without a pause, even if another contact is taken', async () => {
		const table = new MemoryTable();
		const [anna, bo] = ['anna', 'bo'].map((name) => name.padEnd(43, '-'));
		await claimRows(table.store(), [want(anna)], options('t1', 1));
		const both = [want(anna, 1), want(bo, 1)];
		const sleep = jest.fn();
		const outcomes = await claimRows(table.store(), both, options('t2', 1, { sleep }));
		expect(sleep).not.toHaveBeenCalled();
		expect(outcomes.map(({ won }) => won)).toEqual([false, true]);
		expect(table.all().map(({ contact, state }) => [contact, state])).toEqual([
			[anna, 'final'],
			[bo, 'final'],
		]);
	});

	test('many contacts, some already taken, each get their own outcome', async () => {
		const table = new MemoryTable();
		const all = Array.from({ length: 1000 }, (_, i) => want(`c${i}`));
		const taken = all.filter((_, i) => i % 3 === 0);
		await claimRows(table.store(), taken, options('t1', 1));
		const outcomes = await claimRows(table.store(), all, options('t2', 1));
		expect(outcomes.map((outcome) => outcome.won)).toEqual(all.map((_, i) => i % 3 !== 0));
		expect(contactsIn(table.all()).sort()).toEqual(all.map(({ key }) => key).sort());
		expect(table.all()).toHaveLength(2);
		expect(table.all().every(({ state }) => state === 'final')).toBe(true);
	});
});

describe('the same step run again', () => {
	const held = { state: 'held', until: new Date(START + 1000).toISOString() };

	test.each([
		['gets its claim back', 'final', 0, { won: true, id: 2, repeated: true }],
		['gets its reservation back', 'held', 999, { won: true, id: 2, repeated: true }],
		['does not get an expired reservation back', 'held', 1000, { won: false, contended: false }],
		['does not get a lifted invitation back', 'lifted', 0, { won: false, contended: false }],
	])('%s', async (_, state, ms, expected) => {
		const table = new MemoryTable();
		const claim = async (token: string, more: Partial<ClaimOptions<Want>>) =>
			(await claimRows(table.store(), [want('anna')], { ...options(token, 2), ...more }))[0];
		await claim('other', {});
		const settled = state === 'held' ? held : { state, until: null };
		expect(await claim('own', { settled })).not.toHaveProperty('repeated');
		const clock = { now: () => START + ms, sleep: async () => {}, random: () => 0 };
		const again = await claim('own', { clock });
		expect(again).toMatchObject(expected);
		expect(again.standing.map(({ id }) => id)).toEqual(again.won ? [1] : [1, 2]);
		expect(table.all()).toHaveLength(2);
	});
});

describe('claims on the same key', () => {
	test('in one run win in order, and the others lose in the same round', async () => {
		const both = [want('anna', 1), want('anna', 0)];
		const once = options('t1', 1, { rounds: 1 });
		expect(await claimRows(new MemoryTable().store(), both, once)).toMatchObject([
			{ won: false, contended: false },
			{ won: true },
		]);
	});

	test('in one run can win after one that loses by a stricter rule', async () => {
		const table = new MemoryTable();
		await claimRows(table.store(), [want('anna')], options('t1', 1));
		const allows = ({ ordinal }: Want, standing: readonly Row[]) => standing.length < 1 + ordinal;
		const both = [want('anna', 0), want('anna', 1)];
		const outcomes = await claimRows(table.store(), both, {
			...options('t2', 1, { rounds: 2 }),
			allows,
		});
		expect(outcomes.map(({ won }) => won)).toEqual([false, true]);
	});

	/** Two runs that claim the same two keys, and read only after both have inserted their row. */
	async function overlapping(max: number, rounds: number) {
		const table = new MemoryTable();
		let both = () => {};
		const inserted = new Promise<void>((resolve) => (both = resolve));
		let reads = 0;
		const runs = ['t1', 't2'].map(async (token) => {
			const tick: Tick = async (step) => {
				if (step !== 'read') return;
				if (++reads === 2) both();
				await inserted;
			};
			const wants = [want('anna'), want('bo')];
			return await claimRows(table.store(tick), wants, options(token, max, { rounds }));
		});
		const won = (await Promise.all(runs)).map((outcomes) => outcomes.map((one) => one.won));
		return { won, rows: table.all().map(({ id, token }) => [id, token]) };
	}

	test('by two runs at once: the one whose row was inserted first keeps its row and wins', async () => {
		expect(await overlapping(1, 10)).toEqual({
			won: [
				[true, true],
				[false, false],
			],
			rows: [[1, 't1']],
		});
	});

	test('by two runs at once win in the first round if both are allowed', async () => {
		const { won } = await overlapping(2, 1);
		expect(won.flat()).toEqual([true, true, true, true]);
	});
});

describe('when something breaks', () => {
	test('a crashed claim blocks its contact only until its lease expires', async () => {
		const table = new MemoryTable();
		void claimRows(table.store(dieAtUpdate()), [want('anna')], options('t1', 1));
		await settled();
		const pauses: number[] = [];
		const claimAfter = async (token: string, ms: number, rounds?: number) => {
			const sleep = async (pause: number) => void pauses.push(pause);
			const later = options(token, 1, { now: () => START + ms, sleep, rounds });
			return (await claimRows(table.store(), [want('anna')], later))[0];
		};
		expect(await claimAfter('t2', 120_009)).toMatchObject({ won: false, contended: true });
		expect(pauses).toEqual(Array(59).fill(55));
		expect(await claimAfter('t3', 120_010, 1)).toMatchObject({ won: true });
	});

	test('all rows of a run are settled, even if another run never settles its own', async () => {
		const table = new MemoryTable();
		void claimRows(table.store(dieAtUpdate()), [want('anna')], options('t1', 2));
		await settled();
		const bo = { ...want('bo'), row: { ...want('bo').row, address: 'bo@example.com' } };
		const outcomes = await claimRows(table.store(), [want('anna'), bo], options('t2', 2));
		expect(outcomes.map(({ won }) => won)).toEqual([true, true]);
		expect(table.all().map(({ token, contact, state }) => [token, contact, state])).toEqual([
			['t1', 'anna', 'pending'],
			['t2', 'anna', 'final'],
			['t2', 'bo', 'final'],
		]);
	});

	test.each([
		['it is settled', 'update', 1, false],
		['its claims are separated', 'read', 2, true],
	])('a row that is removed before %s is added again', async (_, before, at, isTaken) => {
		const table = new MemoryTable();
		if (isTaken) await claimRows(table.store(), [want('anna')], options('t1', 1));
		let left = at;
		const store = table.store(async (label) => {
			if (label !== before || --left !== 0) return;
			await table.store().run([{ remove: all(where('token', 'eq', 't2')) }]);
		});
		const outcomes = await claimRows(store, [want('anna'), want('bo')], options('t2', 1));
		expect(outcomes.map(({ won }) => won)).toEqual([!isTaken, true]);
		const rows = table.all();
		expect(rows.every(({ state }) => state === 'final')).toBe(true);
		expect(contactsIn(rows).sort()).toEqual(['anna', 'bo']);
	});

	test('a slow claim that others treat as abandoned cannot win anymore', async () => {
		const table = new MemoryTable();
		let wake = () => {};
		const asleep = new Promise<void>((resolve) => (wake = resolve));
		let slept = false;
		const slow = claimRows(
			table.store(async (label) => {
				if (label === 'update' && !slept) {
					slept = true;
					await asleep;
				}
			}),
			[want('anna')],
			options('slow', 1),
		);
		await settled();
		const later = options('quick', 1, { now: () => START + 10 * 60_000 });
		const [quick] = await claimRows(table.store(), [want('anna')], later);
		wake();
		const [outcome] = await slow;
		expect([quick.won, outcome.won]).toEqual([true, false]);
		expect(table.all()).toMatchObject([{ token: 'quick', state: 'final' }]);
	});
});

describe('many processes at once', () => {
	test('exactly the allowed number of claims win, in any order of their steps', async () => {
		const list = fc.shuffledSubarray(['anna', 'bo', 'cem', 'dana'], { minLength: 1 });
		const lists = fc.array(
			fc.oneof(
				list,
				list.map(([one]) => [one]),
			),
			{ minLength: 1, maxLength: 6 },
		);
		const most = fc.integer({ min: 1, max: 3 });
		await fc.assert(
			fc.asyncProperty(fc.scheduler(), most, lists, async (s, max, wanted) => {
				const table = new MemoryTable();
				const tick: Tick = async (label) => await s.schedule(Promise.resolve(), label);
				const runs = wanted.map(async (contacts, i) =>
					claimRows(
						table.store(tick),
						contacts.map((contact) => want(contact)),
						options(`t${i}`, max, { sleep: async () => await tick('sleep'), rounds: 10_000 }),
					),
				);
				const outcomes = await s.waitFor(Promise.all(runs));
				const won = wanted.flatMap((contacts, i) => contacts.filter((_, j) => outcomes[i][j].won));
				const fits = (contact: string, at: number, all: string[]) =>
					all.slice(0, at).filter((other) => other === contact).length < max;
				expect(won.sort()).toEqual(wanted.flat().filter(fits).sort());
				expect(contactsIn(table.all()).sort()).toEqual(won);
				expect(table.all().every(({ state }) => state === 'final')).toBe(true);
			}),
			{ numRuns: 700 },
		);
	});

	test('runs that claim several contacts never exceed the limit, even if some crash', async () => {
		const contacts = ['anna', 'bo', 'cem'];
		const place = fc.record({
			contact: fc.constantFrom(...contacts),
			ordinal: fc.integer({ min: 0, max: 1 }),
		});
		const list = fc.uniqueArray(place, {
			minLength: 1,
			maxLength: 5,
			selector: ({ contact, ordinal }) => `${contact} ${ordinal}`,
		});
		await fc.assert(
			fc.asyncProperty(
				fc.scheduler(),
				fc.integer({ min: 1, max: 3 }),
				fc.array(list, { minLength: 2, maxLength: 4 }),
				fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 4, maxLength: 4 }),
				fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 40, maxLength: 40 }),
				async (s, max, lists, deaths, jumps) => {
					const table = new MemoryTable();
					let time = START;
					let steps = 0;
					const reported: string[] = [];
					const listed: string[] = [];
					const runs = lists.map(async (wants, i) => {
						let left = deaths[i] < 20 ? deaths[i] : Infinity;
						const tick: Tick = async (label) => {
							if (left-- <= 0) return await new Promise<void>(() => {});
							await s.schedule(Promise.resolve(), label);
							time += jumps[steps++ % jumps.length];
						};
						const outcomes = await claimRows(
							table.store(tick),
							wants.map(({ contact, ordinal }) => want(contact, ordinal)),
							options(`t${i}`, max, {
								now: () => time,
								sleep: async () => await tick('sleep'),
								rounds: 20,
							}),
						);
						outcomes.forEach((outcome, j) => {
							if (outcome.won) reported.push(wants[j].contact);
							if (outcome.standing.some(({ token }) => token === `t${i}`)) listed.push(`t${i}`);
						});
					});
					await s.waitIdle();
					void Promise.allSettled(runs);
					const stored = contactsIn(table.all().filter(({ state }) => state === 'final'));
					// A run's own rows aren't listed as those of others.
					expect(listed).toEqual([]);
					for (const contact of contacts) {
						const [reportedCount, storedCount] = [reported, stored].map(
							(names) => names.filter((name) => name === contact).length,
						);
						// No one is allowed and then forgotten.
						expect(reportedCount).toBeLessThanOrEqual(storedCount);
						expect(storedCount).toBeLessThanOrEqual(max);
					}
				},
			),
			{ numRuns: 400 },
		);
	});
});

/** A process that stops forever before it updates a row. */
function dieAtUpdate(): Tick {
	return async (step) => {
		if (step === 'update') await new Promise(() => {});
	};
}

async function settled(): Promise<void> {
	await new Promise((resolve) => setImmediate(resolve));
}
