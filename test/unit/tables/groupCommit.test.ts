import * as fc from 'fast-check';
import { withKeys } from '../../../nodes/shared/basics/keyedLock';
import { claimRow } from '../../../nodes/shared/tables/claimTogether';
import { DataTableStore } from '../../../nodes/shared/tables/dataTable';
import { inGroup } from '../../../nodes/shared/tables/groupCommit';
import {
	all,
	CLAIM_COLUMNS,
	where,
	type Row,
	type Step,
} from '../../../nodes/shared/tables/rowStore';
import { forgetLocations } from '../../../nodes/shared/tables/tableLocation';
import { DataTables } from '../../engine/dataTables';
import { MemoryTable, type Tick } from './memoryStore';

const START = Date.parse('2026-03-01T12:00:00Z');
const AT = new Date(START).toISOString();

let scope = 0;

beforeEach(() => {
	scope++;
});

describe('inputs that arrive while others run', () => {
	/** Runs that end when the test says so. */
	function slow() {
		const groups: Array<{
			list: readonly number[];
			leader: number;
			end: () => void;
			fail: () => void;
		}> = [];
		const add = async (input: number, of = scope) =>
			await inGroup<number, number>(`slow ${of}`, input, async (list) => {
				await new Promise<void>((resolve, reject) =>
					groups.push({
						...{ list, leader: input, end: resolve },
						fail: () => reject(new Error(`run of ${input}`)),
					}),
				);
				return list.map((one) => one * 10);
			});
		return { groups, add };
	}

	const settled = async () => await new Promise((resolve) => setImmediate(resolve));

	test('run together in the order of arrival, at most 50, and each gets its own result', async () => {
		const { groups, add } = slow();
		const results = Promise.all(Array.from({ length: 53 }, async (_, index) => await add(index)));
		for (let group = 0; group < 3; group++) {
			await settled();
			groups[group].end();
		}
		expect(await results).toEqual(Array.from({ length: 53 }, (_, index) => index * 10));
		expect(groups.map(({ list }) => list.length)).toEqual([1, 50, 2]);
		expect(groups.map(({ leader }) => leader)).toEqual([0, 1, 51]);
	});

	test('fail together, but the next group runs', async () => {
		const { groups, add } = slow();
		const results = [0, 1, 2].map(async (input) => await add(input));
		groups[0].end();
		await settled();
		const later = add(3);
		groups[1].fail();
		expect(await Promise.allSettled(results)).toMatchObject([
			{ value: 0 },
			{ reason: { message: 'run of 1' } },
			{ reason: { message: 'run of 1' } },
		]);
		await settled();
		groups[2].end();
		expect(await later).toBe(30);
	});

	test('never run together with those of another scope', async () => {
		const { groups, add } = slow();
		void add(0, -1);
		void add(1, -2);
		await settled();
		expect(groups.map(({ list }) => list)).toEqual([[0], [1]]);
	});
});

interface Claimed {
	key: string;
	process: number;
	/** The number of its table calls that succeed; then the execution is stopped. */
	calls: number;
	/** Whether a call that fails takes effect. */
	lost: boolean;
}

const options = (token: string, hold: number, tick: Tick = async () => {}) => ({
	token,
	settled: { state: 'held', until: new Date(START + hold).toISOString() },
	allows: (_: unknown, standing: readonly Row[]) => standing.length === 0,
	window: where('at', 'gte', AT),
	newAttempt: (
		(count) => () =>
			`${token}-${++count}`
	)(0),
	clock: { now: () => START, sleep: async () => await tick('sleep'), random: () => 0.5 },
	rounds: 10_000,
});

const want = (key: string) => ({ key, ordinal: 0, row: { at: AT } });

test('random claims by two processes, some stopped: each contact is won once, by those that live', async () => {
	const claimed: fc.Arbitrary<Claimed> = fc.record({
		key: fc.constantFrom('anna', 'bo', 'cem'),
		process: fc.nat({ max: 1 }),
		calls: fc.constantFrom(0, 1, 2, Infinity, Infinity, Infinity),
		lost: fc.boolean(),
	});
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.oneof(
				fc.array(claimed, { minLength: 2, maxLength: 9 }),
				// No one is stopped.
				fc.array(
					claimed.map((one) => ({ ...one, calls: Infinity })),
					{ minLength: 5, maxLength: 12 },
				),
			),
			fc.boolean(),
			async (s, list, locked) => {
				scope++;
				const table = new MemoryTable();
				const tick: Tick = async (label) => await s.schedule(Promise.resolve(), label);
				const base = table.store(tick);
				const claim = async ({ key, process, calls, lost }: Claimed, index: number) => {
					let left = calls;
					const id = `${scope} ${process}`;
					const run = async (steps: Step[]) => {
						if (left-- > 0) return await base.run(steps);
						if (lost) await base.run(steps);
						throw new Error(`stopped ${index}`);
					};
					const own = { ...base, id: async () => id, run };
					const task = async () => ({
						result: await claimRow(own, want(key), options(`t${index}`, index * 1000 + 1000, tick)),
					});
					// The ledger lets only one claim per contact and process run at a time.
					return locked ? await withKeys(id, [key], task) : (await task()).result;
				};
				const runs = list.map(async (one, index) => {
					const outcome = await claim(one, index).catch(async (error: Error) => {
						// As the ledger does: takes back what a failed claim may have left.
						await base.run([{ remove: all(where('token', 'eq', `t${index}`)) }]);
						expect(error.message).toBe(`stopped ${index}`);
						return undefined;
					});
					if (one.calls === Infinity) expect(outcome).toBeDefined();
					if (outcome?.won) expect(outcome.repeated).toBeUndefined();
					return outcome;
				});
				const outcomes = await s.waitFor(Promise.all(runs));
				const winners = list.flatMap((one, index) =>
					outcomes[index]?.won ? [{ ...one, index }] : [],
				);
				expect(new Set(winners.map(({ key }) => key)).size).toBe(winners.length);
				const rows = table.all();
				expect(rows.map(({ token, contact, until }) => [token, contact, until]).sort()).toEqual(
					winners
						.map(({ index, key }) => [
							`t${index}`,
							key,
							options('', index * 1000 + 1000).settled.until,
						])
						.sort(),
				);
				for (const { index } of winners)
					expect(rows.find(({ id }) => id === (outcomes[index] as { id: number }).id)?.token).toBe(
						`t${index}`,
					);
				// If nobody was stopped, everybody who asked for a contact had a winner.
				if (list.every(({ calls }) => calls === Infinity))
					expect(winners.length).toBe(new Set(list.map(({ key }) => key)).size);
			},
		),
		{ numRuns: 300 },
	);
});

test('30 executions at once share their calls through n8n, and each keeps its own hold', async () => {
	forgetLocations();
	const tables = new DataTables();
	const TABLE = { name: 'people', columns: { ...CLAIM_COLUMNS, at: 'string' } as const };
	const execution = (id: number) => new DataTableStore(TABLE, tables.as(`e${id}`));
	await execution(0).create(all(where('id', 'gte', 0)));
	tables.before = async () => await new Promise((resolve) => setImmediate(resolve));
	const before = tables.calls;
	const outcomes = await Promise.all(
		Array.from(
			{ length: 30 },
			async (_, id) =>
				await claimRow(execution(id), want(`k${id % 20}`), options(`t${id}`, (id + 1) * 1000)),
		),
	);
	expect(outcomes.filter(({ won }) => won)).toHaveLength(20);
	expect(tables.calls - before).toBeLessThan(30);
	const rows = tables.rows('people');
	expect(rows).toHaveLength(20);
	for (const { token, until, state } of rows) {
		const hold = (Number(String(token).slice(1)) + 1) * 1000;
		expect({ until, state }).toEqual({
			until: new Date(START + hold).toISOString(),
			state: 'held',
		});
	}
});
