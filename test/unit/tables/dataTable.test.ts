import { claimRows, LEASE_MS } from '../../../nodes/shared/tables/claim';
import { DataTableStore } from '../../../nodes/shared/tables/dataTable';
import { tableNode } from '../../../nodes/shared/tables/innerWorkflow';
import {
	all,
	CLAIM_COLUMNS,
	oneOf,
	where,
	type Filter,
	type StoredRow,
} from '../../../nodes/shared/tables/rowStore';
import { forgetLocations } from '../../../nodes/shared/tables/tableLocation';
import { DataTables } from '../../engine/dataTables';

const TABLE = { name: 'people', columns: { contact: 'string', at: 'date' } as const };
const NOW = '2026-11-25T12:00:00.000Z';

let tables: DataTables;

beforeEach(() => {
	tables = new DataTables();
	forgetLocations();
});

const store = () => new DataTableStore(TABLE, tables.as('1'));

const namesTo = (count: number) => Array.from({ length: count }, (_, index) => `person${index}`);

async function fill(table: DataTableStore, count: number) {
	await table.create(all(where('id', 'gte', 0)));
	await table.run([{ insert: namesTo(count).map((contact) => ({ contact, at: NOW })) }]);
}

describe.each([
	['orders rows', true],
	["doesn't order rows, as before 2.5", false],
])('in an n8n that %s', (_, ordered) => {
	test.each([1, 1500, 3000, 7000])('reads each of %d people exactly once', async (count) => {
		tables.ordered = ordered;
		const table = store();
		await fill(table, count);
		const names = namesTo(count).sort();
		for (const [filter, expected] of [
			[all(where('at', 'gte', NOW)), names],
			[all(where('at', 'eq', NOW), where('contact', 'neq', 'person0')), names.slice(1)],
			[oneOf('at', [NOW]), names],
			[oneOf('at', [NOW, 'never', 'ever']), names],
		] as const) {
			const rows = await table.run([{ read: filter }]);
			expect(rows.map(({ contact }) => contact).sort()).toEqual(expected);
		}
	});
});

test('reads each person once, even if many are added after the first page', async () => {
	const table = store();
	await fill(table, 1500);
	const before = tables.calls;
	const insert = namesTo(2500).map((name) => ({ contact: `new ${name}`, at: NOW }));
	tables.before = async (call) => {
		// The first two calls read the first page and the last row.
		if (call === before + 3) await tables.tables.get(TABLE.name)!.store().run([{ insert }]);
	};
	const rows = await table.run([{ read: all(where('at', 'gte', NOW)) }]);
	const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
	expect(ids).toEqual(Array.from({ length: 4000 }, (_, index) => index + 1));
});

describe.each([1500, 3500])('reading %d rows while others are added and removed', (count) => {
	const NEW = { contact: 'new', at: NOW };
	let table: DataTableStore;

	beforeEach(async () => {
		table = store();
		await fill(table, count);
		let lowest = 1;
		// The number of rows stays the same, and n8n checks nothing else.
		tables.betweenPages = async () => {
			const rows = tables.tables.get(TABLE.name)!.store();
			await rows.run([{ remove: all(where('id', 'eq', lowest++)) }]);
			await rows.run([{ insert: [NEW] }]);
		};
	});

	const people = (rows: StoredRow[]) => new Set(rows.map(({ contact }) => contact));

	/** The contacts that were there all the time. */
	const stayed = () => [...people(tables.rows(TABLE.name))].filter((one) => one !== 'new');

	test.each<[string, Filter]>([
		['misses no row since a date', all(where('at', 'gte', NOW))],
		[
			'misses no row that meets all conditions',
			all(where('at', 'eq', NOW), where('contact', 'neq', 'nobody')),
		],
		['misses no row that has one of several values', oneOf('at', [NOW, 'never'])],
	])('%s', async (_, filter) => {
		const read = people(await table.run([{ read: filter }]));
		expect(stayed().filter((one) => !read.has(one))).toEqual([]);
	});
});

describe('reads that other writers disturb', () => {
	/** The store and a clock that doesn't wait. */
	function disturbedStore() {
		let time = 0;
		const sleep = async (ms: number) => {
			time += ms;
		};
		const clock = { now: () => time, sleep, random: () => 0.5 };
		return new DataTableStore(TABLE, tables.as('1'), clock);
	}

	test.each([1, 1500, 3500])(
		'are repeated until all %d rows are read, whatever is disturbed',
		async (count) => {
			const table = disturbedStore();
			await fill(table, count);
			for (let seed = 1; seed <= 20; seed++) {
				let state = seed;
				// Disturbs 80% of the reads at random, and rows must still be inserted only once.
				tables.disturbed = () => (state = (state * 48271) % 2147483647) % 10 < 8;
				const insert = [{ contact: `seed${seed}`, at: NOW }];
				const rows = await table.run([{ insert }, { read: all(where('at', 'gte', NOW)) }]);
				expect(new Set(rows.map(({ id }) => id)).size).toBe(count + seed);
				expect(rows).toHaveLength(count + seed);
			}
		},
	);

	test('are repeated without the steps around them', async () => {
		const table = disturbedStore();
		await fill(table, 1);
		let reads = 0;
		tables.disturbed = () => ++reads === 1;
		const rows = await table.run([
			{ insert: [{ contact: 'anna', at: NOW }] },
			{ read: oneOf('contact', ['anna']) },
			{ update: oneOf('contact', ['anna']), set: { at: null }, ifNone: true },
		]);
		expect(rows).toMatchObject([{ contact: 'anna', at: NOW }]);
		expect(tables.rows(TABLE.name)).toHaveLength(2);
	});

	test("aren't repeated after other errors", async () => {
		const table = disturbedStore();
		await fill(table, 1);
		const before = tables.calls;
		tables.before = async () => await Promise.reject(new Error('Oops'));
		await expect(table.run([{ read: all() }])).rejects.toThrow('Oops');
		expect(tables.calls).toBe(before + 1);
	});

	test('are repeated after longer and longer pauses, as long as a claim can be pending', async () => {
		let time = 0;
		const pauses: number[] = [];
		const sleep = async (ms: number) => {
			pauses.push(ms);
			time = pauses.length < 8 ? time + ms : pauses.length === 8 ? LEASE_MS - 1 : LEASE_MS;
		};
		const clock = { now: () => time, sleep, random: () => 0.25 };
		const table = new DataTableStore(TABLE, tables.as('1'), clock);
		await fill(table, 1);
		tables.disturbed = () => true;
		const reading = table.run([{ read: all(where('at', 'gte', NOW)) }]);
		await expect(reading).rejects.toThrow('result count changed');
		expect(pauses).toEqual([7.5, 15, 30, 60, 120, 240, 375, 375, 375]);
	});
});

test('an update with "ifNone" changes rows only if the read before it found none', async () => {
	const table = store();
	await table.create(all(where('id', 'gte', 0)));
	const insert = [{ contact: 'anna', at: NOW }];
	const set = { at: '2026-11-26T12:00:00.000Z' };
	const settle = async (name: string) =>
		await table.run([
			{ insert },
			{ read: oneOf('contact', [name]) },
			{ update: oneOf('contact', ['anna']), set, ifNone: true },
		]);
	expect(await settle('bo')).toMatchObject([{ contact: 'anna', ...set }]);
	expect(await settle('anna')).toMatchObject([
		{ id: 1, ...set },
		{ id: 2, at: NOW },
	]);
	expect(tables.rows(TABLE.name)).toMatchObject([set, { at: NOW }]);
});

test.each(['Could not get parameter', 'Unrecognized node type: n8n-nodes-base.dataTable'])(
	'the error for an n8n without data tables ("%s") names the required version and an alternative',
	async (message) => {
		tables.before = async () => await Promise.reject(new Error(message));
		await expect(store().create(all())).rejects.toMatchObject({
			message: expect.stringContaining('n8n 2.3') as string,
			advice: expect.stringContaining('keep the ledger in your own database') as string,
		});
		await expect(store().exists()).resolves.toBe(false);
	},
);

test.each([
	["Unknown column name 'at'", 'shape', 'has no column "at"'],
	['Column(s) "at" do not exist', 'shape', 'has no column "at"'],
	['Data table size limit exceeded: 50MB', 'full', 'are full'],
	['Could not find the data table: "7"', 'missing', 'The data table "people" is gone'],
	["Data table with ID '7' could not be found", 'missing', 'The data table "people" is gone'],
	['User not found', 'failed', 'The data table "people" can\'t be used: User not found'],
	['', 'failed', 'The data table "people" can\'t be used: no reason given'],
])('explains the error "%s" as the problem %s', async (message, problem, explanation) => {
	const table = store();
	await fill(table, 1);
	tables.before = async () => await Promise.reject(new Error(message));
	const error = {
		...{ ofRun: true, reason: 'ledgerUnavailable', problem },
		message: expect.stringContaining(explanation) as string,
	};
	await expect(table.run([{ read: all() }])).rejects.toMatchObject(error);
	await expect(
		new DataTableStore({ ...TABLE, name: 'b' }, tables.as('1')).exists(),
	).rejects.toThrow();
});

test.each([
	['phone', { phone: 'string' }],
	['phone", "email', { phone: 'string', email: 'string' }],
] as const)('a table that has no column "%s" is refused', async (missing, more) => {
	await fill(store(), 1);
	const columns = { ...TABLE.columns, ...more };
	const wider = new DataTableStore({ ...TABLE, columns }, tables.as('1'));
	await expect(wider.run([{ read: all() }])).rejects.toMatchObject({
		problem: 'shape',
		message: expect.stringContaining(`has no column "${missing}"`) as string,
	});
});

test('an insert returns no rows', async () => {
	const table = store();
	await fill(table, 1);
	expect(await table.run([{ insert: [{ contact: 'anna', at: NOW }] }])).toEqual([]);
});

test('a table that was used before is not looked up again', async () => {
	await expect(store().exists()).resolves.toBe(false);
	await fill(store(), 1);
	const { calls } = tables;
	await expect(store().exists()).resolves.toBe(true);
	expect(tables.calls).toBe(calls);
	forgetLocations();
	await expect(store().exists()).resolves.toBe(true);
});

describe('text that n8n would run', () => {
	const CODE = '={{ $env.SECRET }}';

	test.each([
		['a filter', { read: all(where('contact', 'eq', CODE)) }],
		['a list of values', { read: oneOf('contact', ['a', CODE]) }],
		['a row to remove', { remove: all(where('contact', 'eq', CODE)) }],
		['a cell', { update: all(where('contact', 'eq', 'a')), set: { contact: CODE } }],
	])('is refused in %s', async (_, step) => {
		const table = store();
		await fill(table, 1);
		const { calls } = tables;
		await expect(table.run([step])).rejects.toThrow(/starts with "=", which n8n would run as code/);
		expect(tables.calls).toBe(calls);
	});

	test.each([
		['the name of a table', tableNode('table', 'create', { tableName: CODE })],
		['the ID of a table', tableNode('row', 'get', { dataTableId: { __rl: true, value: CODE } })],
	])('is refused in %s', async (_, node) => {
		await expect(tables.as('1')([node], [{}])).rejects.toThrow(/would run as code/);
	});

	test('may be in a cell that only people read', async () => {
		const table = store();
		await fill(table, 1);
		await table.run([{ insert: [{ contact: CODE, at: NOW }] }]);
		const rows = await table.run([{ read: all(where('at', 'eq', NOW)) }]);
		expect(rows.map(({ contact }) => contact)).toEqual(['person0', CODE]);
	});

	test.each([
		{ attempt: CODE },
		{ attempt: ` ${CODE}` },
		{ attempt: 'of 1 held 1\n=' },
		{ state: CODE },
		{ state: "held' OR 1=1" },
	])('in a row, %j stops a claim before it is used', async (edited) => {
		const table = new DataTableStore({ name: 'claims', columns: CLAIM_COLUMNS }, tables.as('1'));
		await table.create(all(where('id', 'gte', 0)));
		const abandoned = { contact: 'a', state: 'pending', until: NOW, token: 't', attempt: 'x' };
		const rows = tables.tables.get('claims')!.store();
		await rows.run([{ insert: [{ ...abandoned, ordinal: 0, ...edited }] }]);
		const claiming = claimRows(table, [{ key: 'a', ordinal: 0, row: {} }], {
			token: 'own',
			settled: { state: 'final', until: null },
			allows: (_, standing) => standing.length === 0,
			window: where('id', 'gte', 0),
			newAttempt: () => 'mine',
			clock: { now: () => Date.now(), sleep: async () => {}, random: Math.random },
		});
		await expect(claiming).rejects.toThrow(/^Row 1 in the data table "claims" can't be read/);
	});
});
