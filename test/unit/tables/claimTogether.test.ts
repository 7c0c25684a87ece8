import * as fc from 'fast-check';
import { withKeys } from '../../../nodes/shared/basics/keyedLock';
import { getOrAdd } from '../../../nodes/shared/basics/lists';
import { claimRow } from '../../../nodes/shared/tables/claimTogether';
import { DataTableStore } from '../../../nodes/shared/tables/dataTable';
import { inGroup } from '../../../nodes/shared/basics/inGroup';
import {
	all,
	CLAIM_COLUMNS,
	PENDING,
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
		const run = (input: number) => async (list: readonly number[]) => {
			await new Promise<void>((resolve, reject) =>
				groups.push({
					...{ list, leader: input, end: resolve },
					fail: () => reject(new Error(`run of ${input}`)),
				}),
			);
			return list.map((one) => one * 10);
		};
		const limits = new Map<number, AbortController>();
		const limitOf = (input: number) => () => getOrAdd(limits, input, () => new AbortController());
		const add = async (input: number, of = scope) =>
			await inGroup(`slow ${of}`, input, run(input), () => limitOf(input)().signal);
		/** What happens when the group that this input leads has taken too long. */
		const tooLong = (input: number) => limits.get(input)!.abort(new Error(`${input} is late`));
		return { groups, add, tooLong };
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

	test("continue when a group takes too long, and that group's late end changes nothing", async () => {
		const { groups, add, tooLong } = slow();
		const stuck = add(0);
		const results = [1, 2].map(async (input) => await add(input));
		tooLong(0);
		await settled();
		const next = add(3);
		tooLong(1);
		await settled();
		await expect(results[1]).rejects.toThrow('1 is late');
		const last = add(4);
		for (const end of ['end', 'end', 'fail'] as const) groups.splice(0, 1)[0][end]();
		expect(await stuck).toBe(0);
		expect(await results[0]).toBe(10);
		await expect(next).rejects.toThrow('run of 3');
		await settled();
		expect(groups.map(({ list }) => list)).toEqual([[4]]);
		groups[0].end();
		expect(await last).toBe(40);
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
	/** Whether the call never returns instead of failing. */
	hangs: boolean;
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

const NEVER = new Promise<never>(() => {});

/** Claims all of these at once, in the order that `s` draws. */
async function claimAll(s: fc.Scheduler, list: readonly Claimed[], locked: boolean) {
	scope++;
	const table = new MemoryTable();
	let now = START;
	const tick: Tick = async (label) => {
		// Long enough for the rows of executions that hang to be treated as abandoned.
		if (label === 'sleep') now += 2000;
		await s.schedule(Promise.resolve(), label);
	};
	const base = table.store(tick);
	const groupLimit = () => {
		const controller = new AbortController();
		void tick('limit')
			.then(async () => await tick('limit'))
			.then(() => controller.abort());
		return controller.signal;
	};
	const claim = async ({ key, process, calls, lost, hangs }: Claimed, index: number) => {
		let left = calls;
		const id = `${scope} ${process}`;
		const run = async (steps: Step[]) => {
			if (left-- > 0) return await base.run(steps);
			if (lost) await base.run(steps);
			if (hangs) return await NEVER;
			throw new Error(`stopped ${index}`);
		};
		const own = { ...base, id: async () => id, run };
		const ownOptions = { ...options(`t${index}`, index * 1000 + 1000, tick), groupLimit };
		ownOptions.clock = { ...ownOptions.clock, now: () => now };
		const task = async () => ({ result: await claimRow(own, want(key), ownOptions) });
		// The ledger lets only one claim per contact and process run at a time.
		return locked ? await withKeys(id, [key], task) : (await task()).result;
	};
	const runs = list.map(async (one, index) => {
		const outcome = await claim(one, index).catch(async (error: Error) => {
			// Removes what a failed claim may have left, as the ledger does.
			await base.run([{ remove: all(where('token', 'eq', `t${index}`)) }]);
			expect(error.message).toBe(`stopped ${index}`);
			return undefined;
		});
		if (one.calls === Infinity) expect(outcome).toBeDefined();
		if (outcome?.won) expect(outcome.repeated).toBeUndefined();
		return outcome;
	});
	const lives = ({ calls, hangs }: Claimed) => !hangs || calls === Infinity;
	const outcomes = await s.waitFor(
		Promise.all(runs.map(async (one, index) => (lives(list[index]) ? await one : undefined))),
	);
	// Calls that haven't returned yet.
	await s.waitAll();
	return { outcomes, rows: table.all(), lives };
}

test('random claims by two processes, some stopped or stuck: each contact is won once, by a live execution', async () => {
	const claimed: fc.Arbitrary<Claimed> = fc.record({
		key: fc.constantFrom('anna', 'bo', 'cem'),
		process: fc.nat({ max: 1 }),
		calls: fc.constantFrom(0, 1, 2, Infinity, Infinity, Infinity),
		lost: fc.boolean(),
		hangs: fc.boolean(),
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
				const someHang = list.some(({ calls, hangs }) => hangs && calls < Infinity);
				const { outcomes, rows, lives } = await claimAll(s, list, locked && !someHang);
				const winners = list.flatMap((one, index) =>
					outcomes[index]?.won ? [{ ...one, index }] : [],
				);
				expect(new Set(winners.map(({ key }) => key)).size).toBe(winners.length);
				const settled = rows.filter(({ state }) => state !== PENDING);
				expect(new Set(settled.map(({ contact }) => contact)).size).toBe(settled.length);
				// Executions that hang can leave pending rows, which others treat as abandoned.
				if (!someHang) expect(settled).toEqual(rows);
				const ofLive = settled.filter(({ token }) => lives(list[Number(String(token).slice(1))]));
				expect(ofLive.map(({ token, contact, until }) => [token, contact, until]).sort()).toEqual(
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
				// If no execution was stopped, each claimed contact has a winner.
				if (list.every(({ calls }) => calls === Infinity))
					expect(winners.length).toBe(new Set(list.map(({ key }) => key)).size);
			},
		),
		{ numRuns: Number(process.env.NETIGATE_CLAIM_RUNS ?? 300) },
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
