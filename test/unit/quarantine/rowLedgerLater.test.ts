import { LedgerError } from '../../../nodes/shared/tables/errors';
import { all, where } from '../../../nodes/shared/tables/rowStore';
import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { forgetTable, withTable } from '../../../nodes/shared/quarantine/ledger/table';
import { MemoryTable } from '../tables/memoryStore';
import { keptTable } from './keptTable';
import { claimOf } from './ledgerConformance';

/* What a run leaves in the data table for the next run, for the same step, and for months. */

const START = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;

const clock = { now: START };
const around = { now: () => clock.now, sleep: async () => {}, random: Math.random };

beforeEach(() => {
	clock.now = START;
});

const ledger = (table: MemoryTable, execution: string) =>
	new RowLedger(table.store(), { execution, step: 's' }, around);

/** Another run is still deciding about Bo. */
const addPending = (table: MemoryTable) => {
	table.add({
		contact: 'bo',
		survey: '501',
		groupName: '',
		kind: 'invited',
		at: new Date(START).toISOString(),
		state: 'pending',
		until: new Date(START + 60_000).toISOString(),
		token: 'x.s',
		attempt: 'x',
		ordinal: 0,
		address: null,
	});
};

test('a person about whom another run is still deciding is neither reserved nor forgotten', async () => {
	const table = new MemoryTable();
	addPending(table);
	const [bo] = await ledger(table, '1').claim([claimOf('bo')], START, null);
	expect(bo).toMatchObject({ reservationId: null, duplicate: false, known: [{ at: START }] });
	expect(await ledger(table, '2').forget(['bo', 'anna'])).toEqual(['busy', 'nothingStored']);
	expect(table.all()).toHaveLength(1);
});

test('events whose time is 0 are recorded only once', async () => {
	const table = new MemoryTable();
	// With more than 400 contacts, the rows are read by time.
	const events = Array.from({ length: 450 }, (_, index) => {
		return { ...claimOf(`c${index}`), kind: 'invited' as const, at: 0 };
	});
	for (const outcome of ['recorded', 'alreadyRecorded'])
		expect(new Set(await ledger(table, '1').record(events))).toEqual(new Set([outcome]));
});

test('the format of reservation IDs never changes, because waiting executions contain such IDs', async () => {
	const claim = { ...claimOf('A1b2C3d4-e5_f6'), ordinal: 0 };
	const [{ reservationId }] = await ledger(new MemoryTable(), '1').claim([claim], START, null);
	expect(reservationId).toBe('1.A1b2C3d4');
});

test('a run that fails in its second round leaves no reservation from the first', async () => {
	const table = new MemoryTable();
	addPending(table);
	let fails = false;
	const store = table.store(async () => {
		if (!fails) return;
		fails = false;
		throw new LedgerError('failed', 'The database is away', '');
	});
	const sleep = async () => {
		fails = true;
	};
	const failing = new RowLedger(store, { execution: '1', step: 's' }, { ...around, sleep });
	const claims = ['anna', 'bo', 'cleo'].map((contact) => claimOf(contact));
	await expect(failing.claim(claims, START, null)).rejects.toThrow('The database is away');
	await failing.takeBack(START);
	clock.now += 3_600_000;
	const [anna, cleo] = await ledger(table, '2').claim([claims[0], claims[2]], clock.now, null);
	expect([anna.reservationId, cleo.reservationId]).toEqual([
		expect.any(String),
		expect.any(String),
	]);
});

test('a repeated step returns the same reservation after one of its contacts was confirmed', async () => {
	const table = new MemoryTable();
	const claims = [claimOf('anna', 2), claimOf('bo', 2)];
	const [{ reservationId }] = await ledger(table, '1').claim(claims, START, 60_000);
	await ledger(table, '1').confirm([{ ...claims[0], reservationId }], START);
	const [again] = await ledger(table, '1').claim(claims, START, 60_000);
	expect(again.reservationId).toBe(reservationId);
	await ledger(table, '1').confirm([{ ...claims[0], reservationId: again.reservationId }], START);
	const [later] = await ledger(table, '2').claim([claims[0]], START + DAY, null);
	expect(later.reservationId).not.toBeNull();
});

test('a repeated step returns the same reservations if they were removed while they were confirmed', async () => {
	const table = new MemoryTable();
	const claims = [0, 1].map((ordinal) => ({ ...claimOf('anna', 3), ordinal }));
	const first = await ledger(table, '1').claim(claims, START, 60_000);
	const places = first.map(({ reservationId }) => ({ ...claims[0], reservationId }));
	let open = true;
	const interrupted = table.store(async (label) => {
		if (label !== 'update' || !open) return;
		open = false;
		// Another process releases them and removes free rows.
		await ledger(table, '1').release(places);
		await table.store().run([{ remove: all(where('state', 'eq', 'free')) }]);
	});
	Object.assign(interrupted, { id: async () => 'elsewhere' });
	const confirming = new RowLedger(interrupted, { execution: '1', step: 'confirm' }, around);
	await confirming.confirm(places, START);
	const again = await ledger(table, '1').claim(claims, START, 60_000);
	expect(again.map(({ reservationId }) => reservationId)).toEqual(
		first.map(({ reservationId }) => reservationId),
	);
});

test('a workflow that runs once per quarter removes old rows', async () => {
	const table = new MemoryTable();
	const use = (execution: string, days: number) => {
		const store = table.store();
		const rows = new RowLedger(store, { execution, step: 's' }, around);
		return keptTable(rows, store, { id: days ? 'node' : 'confirm', days }, clock);
	};
	for (let quarter = 0; quarter < 12; quarter++) {
		const execution = `quarter ${quarter}`;
		await use(execution, 60).claim([claimOf('anna')], clock.now, 60_000);
		if (quarter % 2) await use(execution, 0).release([claimOf('anna')] as never);
		else await use(execution, 0).confirm([claimOf('anna')] as never, clock.now);
		clock.now += 91 * DAY;
	}
	expect(table.all().filter(({ kind }) => kind === 'invited').length).toBeLessThan(4);
});

test('a run still decides if it cannot postpone the removal of old rows', async () => {
	const table = new MemoryTable();
	const use = async (execution: string, store = table.store()) =>
		await withTable(
			store,
			{ workflowId: 'w', fingerprint: 'f00d', keeper: { id: 'node', days: 60 } },
			around.now,
			async () =>
				await new RowLedger(store, { execution, step: 's' }, around).release([claimOf('anna')]),
			() => {},
		);
	for (const execution of ['1', '2'])
		await ledger(table, execution).claim([claimOf('anna', 2)], clock.now, DAY * 100);
	await use('first');
	forgetTable('w');
	clock.now += 40 * DAY;
	let full = false;
	const filling = table.store(async (label) => {
		// The table is full after the second was released, too.
		const free = table.all().filter(({ state }) => state === 'free').length;
		if (label !== 'update' || free < 2 || full) return;
		full = true;
		throw new LedgerError('full', 'The table is full', '');
	});
	expect(await use('2', filling)).toEqual(['released']);
	expect(full).toBe(true);
});

test('removes the many pending rows of a killed run in a few calls', async () => {
	const table = new MemoryTable();
	const claims = Array.from({ length: 300 }, (_, index) => ({
		...claimOf(`person${index}`),
		// Contacts with a stored address have their own row.
		address: `person${index}@example.com`,
	}));
	const pending = () => table.all().filter(({ state }) => state === 'pending').length;
	const killed = table.store(async () => {
		if (pending() > 0) await new Promise(() => {});
	});
	// Another process with its own locks.
	Object.assign(killed, { id: async () => 'elsewhere' });
	void new RowLedger(killed, { execution: '1', step: 's' }, around).claim(claims, START, null);
	while (pending() < claims.length) await new Promise((resolve) => setImmediate(resolve));
	let calls = 0;
	clock.now += DAY;
	const counting = table.store(async () => {
		calls++;
	});
	const next = new RowLedger(counting, { execution: '2', step: 's' }, { ...around });
	const results = await next.claim(claims, clock.now, null);
	expect(results.every(({ reservationId }) => reservationId !== null)).toBe(true);
	expect(calls).toBeLessThan(30);
});
