import { forgetTable, withTable } from '../../../nodes/shared/quarantine/ledger/table';
import { LedgerError } from '../../../nodes/shared/tables/errors';
import { all, where, type StoredRow } from '../../../nodes/shared/tables/rowStore';
import { MemoryTable } from '../tables/memoryStore';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
const everything = all(where('id', 'gte', 0));

let table: MemoryTable;
/** Set if every write to the table fails. */
let failure: LedgerError | undefined;
let now: number;
let hints: number;
let warnings: string[];
let writes: string[];
let opened: number;

beforeEach(() => {
	table = new MemoryTable();
	[failure, now, hints, warnings, writes, opened] = [undefined, NOW, 0, [], [], 0];
	forgetTable('w1');
});

const full = new LedgerError('full', 'The table is full', 'Make room.');

function storeOf() {
	const store = table.store();
	const run: typeof store.run = async (steps) => {
		if (failure && steps.some((step) => 'insert' in step)) throw failure;
		for (const step of steps) if (!('read' in step)) writes.push(Object.keys(step)[0]);
		return await store.run(steps);
	};
	const create: typeof store.create = async (filter) => {
		opened++;
		return await store.create(filter);
	};
	return { ...store, run, create };
}

/** Reads the table in the same process as before. */
const use = async (
	id: string,
	days: number,
	task = async () => {},
	store = storeOf(),
	fingerprint = 'f00d',
) =>
	await withTable(
		store,
		{ workflowId: 'w1', fingerprint, keeper: { id, days } },
		() => now,
		async () => {
			await task();
			return await store.run([{ read: everything }]);
		},
		({ message }) => warnings.push(message),
		() => hints++,
	);

const keepers = () =>
	table
		.all()
		.filter(({ kind }) => kind === 'keep')
		.map(({ contact, ordinal, until }) => [contact, ordinal, until]);

test('a run that only reads continues if the table is full, and a later run is added to the keepers', async () => {
	await use('a', 30);
	failure = full;
	expect(await use('b', 30)).toHaveLength(2);
	expect([hints, warnings]).toEqual([0, []]);
	expect(keepers()).toHaveLength(1);
	failure = undefined;
	await use('b', 30);
	expect(keepers()).toEqual([
		['a', 30, '2026-04-01T12:00:00.000Z'],
		['b', 30, '2026-04-01T12:00:00.000Z'],
	]);
});

test.each([
	['is full when it is first used', full, false],
	["can't be used", new LedgerError('failed', "The table can't be used", ''), true],
])('a run fails if the table %s', async (_, error, exists) => {
	if (exists) await use('a', 30);
	failure = error;
	await expect(use('b', 30)).rejects.toBe(error);
});

test('a run that fills the table removes old events and tries again', async () => {
	table.add({ kind: 'invited', at: '2026-01-01T12:00:00.000Z', state: 'final', contact: 'anna' });
	const tasks = [async () => await Promise.reject(full), async () => {}];
	const rows = await use('a', 30, async () => await tasks.shift()!());
	expect(rows.filter(({ kind }) => kind === 'invited')).toEqual([]);
	expect([hints, warnings]).toEqual([1, []]);
	await expect(use('a', 30, async () => await Promise.reject(full))).rejects.toBe(full);
	expect(hints).toBe(1);
});

test.each([
	['keeps all events if no node needs any', 0, 0, [50, 30, 0.5], [50, 30, 0.5]],
	[
		'keeps the events that the node needed in an earlier run, if it needs none now',
		40,
		0,
		[30, 0.5],
		[30, 0.5],
	],
	['keeps only the events of the last day', 1, 1, [0.5], []],
	['ignores that the node needed older events in an earlier run', 40, 1, [0.5], []],
])('a run that fills the table %s', async (_, before, days, left, leftLater) => {
	await use('a', before);
	for (const age of [50, 30, 0.5]) {
		const at = new Date(NOW - age * DAY).toISOString();
		table.add({ kind: 'invited', at, state: 'final', contact: String(age) });
	}
	let isFull = true;
	const store = storeOf();
	const run: typeof store.run = async (steps) => {
		const [step] = steps;
		// The table has no room for the row of the node that needs the events.
		if (isFull && 'update' in step && step.update.conditions[0].value === 'keep') throw full;
		return await store.run(steps);
	};
	const task = async () => {
		if (!isFull) return;
		isFull = false;
		throw full;
	};
	await use('a', days, task, { ...store, run });
	const ages = () =>
		table
			.all()
			.filter(({ kind }) => kind === 'invited')
			.map(({ contact }) => Number(contact));
	expect([ages(), hints]).toEqual([left, 1]);
	now += DAY;
	await use('a', days);
	expect(ages()).toEqual(leftLater);
});

test('the first of several hash keys applies, in any order', async () => {
	await use('a', 30);
	table.add({ kind: 'key', contact: 'beef', ordinal: 0, until: new Date(NOW + DAY).toISOString() });
	const reversed = (rows: StoredRow[]) => rows.toReversed();
	for (const order of [reversed, (rows: StoredRow[]) => rows]) {
		forgetTable('w1');
		const store = storeOf();
		const run: typeof store.run = async (steps) => order(await storeOf().run(steps));
		await use('b', 30, undefined, { ...store, run, create: async (read) => await run([{ read }]) });
	}
	expect(keepers()).toHaveLength(2);
});

test('a day later, a keeper is recorded again and old events are removed', async () => {
	const event = (days: number) => ({
		...{ kind: 'invited', contact: 'anna', state: 'final' },
		at: new Date(NOW - days * DAY).toISOString(),
	});
	await use('a', 40);
	for (const days of [30, 40, 41]) table.add(event(days));
	const left = async () => (await use('a', 40)).filter(({ kind }) => kind === 'invited').length;
	now += DAY - 1;
	await use('a', 40);
	expect(keepers()).toEqual([['a', 40, '2026-04-10T12:00:00.000Z']]);
	expect(await left()).toBe(3);
	now++;
	await use('a', 40);
	expect(keepers()).toEqual([['a', 40, '2026-04-11T12:00:00.000Z']]);
	expect(await left()).toBe(1);
});

test('a table is opened once a day, and nothing is written if it is up to date', async () => {
	await use('a', 40);
	expect(writes).toEqual(['insert']);
	table.add({ kind: 'invited', contact: 'anna', state: 'final', at: '2026-01-01T12:00:00.000Z' });
	now += DAY - 1;
	await use('a', 40);
	expect(opened).toBe(1);
	now = NOW;
	forgetTable('w1');
	expect(await use('a', 40)).toHaveLength(3);
	await use('reads', 0);
	expect([opened, writes]).toEqual([3, ['insert']]);
	await use('a', 41);
	expect([opened, writes]).toEqual([4, ['insert', 'update']]);
});

test('a run with another hash key fails and writes nothing', async () => {
	await use('a', 30);
	const using = async () => await use('b', 30, undefined, undefined, 'beef');
	const key = 'was written with another hash key (f00d)';
	const results = await Promise.allSettled([using(), using()]);
	for (const result of results)
		expect(result).toMatchObject({ reason: { message: expect.stringContaining(key) as string } });
	// The second run waited for the first one, and a later run checks again.
	expect(opened).toBe(2);
	await expect(using()).rejects.toThrow(key);
	expect(opened).toBe(3);
	expect(keepers()).toHaveLength(1);
});

test.each([
	['missing', 2],
	['failed', 1],
] as const)(
	'after a task failed with the problem "%s", the table was opened %d time(s)',
	async (problem, times) => {
		const error = new LedgerError(problem, 'It failed', 'Try again.');
		const task = jest.fn(async () => await Promise.reject(error));
		await expect(use('a', 30, task)).rejects.toBe(error);
		expect(task).toHaveBeenCalledTimes(1);
		await use('a', 30);
		expect([opened, hints]).toEqual([times, 0]);
	},
);

test('old events are removed once a day, and only after a second run if there was a long pause', async () => {
	const left = () => table.all().filter(({ kind }) => kind === 'invited').length;
	await use('a', 40);
	await use('b', 60);
	for (const days of [30, 59, 61]) {
		const at = new Date(NOW - days * DAY).toISOString();
		table.add({ kind: 'invited', contact: 'anna', state: 'final', at });
	}
	now += DAY;
	await use('a', 40);
	expect(left()).toBe(2);
	writes = [];
	forgetTable('w1');
	await use('a', 40);
	expect([writes, opened]).toEqual([[], 4]);
	// The last run of "b" was more than 60 days ago.
	now += 70 * DAY;
	await use('a', 40);
	expect([left(), keepers().length]).toEqual([2, 2]);
	now += DAY;
	await use('a', 40);
	expect([left(), keepers().length]).toEqual([0, 1]);
});

test.each([
	[0, []],
	[1, [['a', 1, '2026-04-01T12:00:00.000Z']]],
])(
	'two runs that need events for %d days record one hash key and these keepers: %j',
	async (days, recorded) => {
		for (let run = 0; run < 2; run++) {
			forgetTable('w1');
			await use('a', days);
		}
		expect(keepers()).toEqual(recorded);
		expect(table.all().filter(({ kind }) => kind === 'key')).toHaveLength(1);
	},
);

test.each([
	[2, false],
	[2.5, true],
])('old events are removed now if their removal is due in %d days: %s', async (days, removed) => {
	const until = new Date(NOW + days * DAY).toISOString();
	table.add({ kind: 'key', contact: 'f00d', ordinal: 0, until, at: new Date(0).toISOString() });
	await use('a', 30);
	expect(writes.includes('remove')).toBe(removed);
});
