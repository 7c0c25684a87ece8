import { inGroup } from '../../../nodes/shared/basics/inGroup';
import { claimRows, LEASE_MS } from '../../../nodes/shared/tables/claim';
import { claimRow } from '../../../nodes/shared/tables/claimTogether';
import type { Outcome } from '../../../nodes/shared/tables/pendingClaims';
import { all, isoOf, where, type Row, type Step } from '../../../nodes/shared/tables/rowStore';
import { MemoryTable, type Tick } from './memoryStore';

const START = Date.parse('2026-03-01T12:00:00Z');

let table: MemoryTable;
let calls: string[];
let attempts = 0;

beforeEach(() => {
	table = new MemoryTable();
	calls = [];
});

const options = (token: string, state = 'final') => ({
	token,
	settled: { state, until: null },
	allows: (_: unknown, standing: readonly Row[]) => standing.length === 0,
	window: where('at', 'gte', isoOf(START)),
	newAttempt: () => `a${++attempts}`,
	clock: { now: () => START, sleep: async () => {}, random: () => 0.5 },
	rounds: 1,
});

const want = (key: string) => ({ key, ordinal: 0, row: { at: isoOf(START) } });

/** The table, with a record of the steps of each call. */
function recorded(tick?: Tick) {
	const store = table.store(tick);
	const run = async (steps: Step[]) => {
		calls.push(steps.map((step) => Object.keys(step)[0]).join(' '));
		return await store.run(steps);
	};
	return { ...store, run };
}

interface Claimed {
	key: string;
	token: string;
	state?: string;
}

/** Claims these contacts in one group. */
async function claimGroup(claims: readonly Claimed[], tick?: Tick): Promise<Outcome[]> {
	const store = recorded(tick);
	let start = () => {};
	const running = new Promise<void>((resolve) => (start = resolve));
	const before = inGroup(await store.id(), undefined, async () => [await running]);
	const outcomes = claims.map(
		async ({ key, token, state }) => await claimRow(store, want(key), options(token, state)),
	);
	await new Promise((resolve) => setImmediate(resolve));
	start();
	await before;
	return await Promise.all(outcomes);
}

const stored = (key: string, token: string, state: string): Row => ({
	...{ contact: key, token, state, at: isoOf(START), attempt: `of${token}` },
	until: state === 'pending' ? isoOf(START + 1) : null,
});

/** An outcome in words, with the ids of the rows. */
function textOf(outcome: Outcome): string {
	const others = outcome.standing.map(({ id }) => id).join();
	if (!outcome.won) return `${outcome.contended ? 'contended by' : 'lost to'} ${others}`;
	return `${outcome.repeated ? 'repeated' : 'won'} ${outcome.id}${others && ` beside ${others}`}`;
}

const ANNA = { key: 'anna', token: 't1' };
const BO = { key: 'bo', token: 't2' };
const TOGETHER = 'insert read';

test.each<[string, Row[], Claimed[], string[], string[]]>([
	['wins free contacts', [], [ANNA, BO], ['won 1', 'won 2'], [TOGETHER, 'update']],
	[
		'wins with different holds',
		[],
		[ANNA, { ...BO, state: 'held' }],
		['won 1', 'won 2'],
		[TOGETHER, 'update update read'],
	],
	[
		'loses a contact that is taken',
		[stored('anna', 'x', 'final')],
		[ANNA, BO],
		['lost to 1', 'won 3'],
		[TOGETHER, 'remove update'],
	],
	[
		'loses all contacts',
		[stored('anna', 'x', 'final'), stored('bo', 'x', 'held')],
		[ANNA, { ...BO, state: 'held' }],
		['lost to 1', 'lost to 2'],
		[TOGETHER, 'remove'],
	],
	[
		"doesn't settle a contact that another run is deciding about",
		[stored('anna', 'x', 'pending')],
		[ANNA, BO],
		['contended by 1', 'won 3'],
		[TOGETHER, 'remove update', 'insert read update', 'read', 'remove'],
	],
	[
		"doesn't settle a contact that an earlier attempt won",
		[stored('anna', 't1', 'final')],
		[ANNA, BO],
		['repeated 1', 'won 3'],
		[TOGETHER, 'remove update', 'insert read update', 'remove'],
	],
	[
		'claims a contact only once',
		[],
		[ANNA, { ...BO, key: 'anna' }],
		['won 1', 'lost to 1'],
		[TOGETHER, 'update', 'insert read update', 'remove'],
	],
])('a group %s', async (_, rows, claims, outcomes, made) => {
	for (const row of rows) table.add(row);
	expect((await claimGroup(claims)).map(textOf)).toEqual(outcomes);
	expect(calls).toEqual(made);
	const won = claims.filter((_claim, index) => outcomes[index].startsWith('won'));
	expect(table.all()).toMatchObject([
		...rows,
		...won.map(({ key, token, state = 'final' }) => ({ contact: key, token, state })),
	]);
});

test.each([
	['read', [TOGETHER]],
	['update', [TOGETHER, 'update']],
])(
	'claims whose rows another process removed before the %s continue on their own',
	async (removedBefore, made) => {
		let removed = false;
		const outcomes = await claimGroup([ANNA, BO], async (label) => {
			if (removed || label !== removedBefore) return;
			removed = true;
			await table.store().run([{ remove: all(where('state', 'eq', 'pending')) }]);
		});
		expect(outcomes.map(textOf).sort()).toEqual(['won 3', 'won 4']);
		expect(calls).toEqual([...made, 'insert read update', 'insert read update']);
		expect(table.all()).toMatchObject([{ state: 'final' }, { state: 'final' }]);
	},
);

test("other runs wait for a group's rows until their lease expires", async () => {
	void claimGroup([ANNA, BO], async (label) => {
		if (label === 'update') await new Promise(() => {});
	});
	await new Promise((resolve) => setTimeout(resolve, 5));
	const claimAfter = async (ms: number) => {
		const clock = { ...options('').clock, now: () => START + ms };
		const [outcome] = await claimRows(table.store(), [want('anna')], { ...options('x'), clock });
		return textOf(outcome);
	};
	expect(await claimAfter(LEASE_MS - 1)).toBe('contended by 1');
	expect(await claimAfter(LEASE_MS)).toBe('won 4');
});

describe('a claim alone', () => {
	test.each([
		['wins a free contact with one call', [], 'won 1', ['insert read update']],
		[
			'loses a contact that is taken with two calls',
			[stored('anna', 'x', 'final')],
			'lost to 1',
			['insert read update', 'remove'],
		],
	])('%s', async (_, rows, outcome, made) => {
		for (const row of rows) table.add(row);
		expect(textOf(await claimRow(recorded(), want('anna'), options('t1')))).toBe(outcome);
		expect(calls).toEqual(made);
	});

	test('fails if its first call fails, and makes no more calls', async () => {
		let made = 0;
		const run = async () => {
			if (++made === 1) throw new Error('The connection was lost');
			return [];
		};
		const store = { ...table.store(), run };
		await expect(claimRow(store, want('anna'), options('t1'))).rejects.toThrow('was lost');
		expect(made).toBe(1);
	});
});
