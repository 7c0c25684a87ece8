import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { contactKey } from '../../../nodes/shared/quarantine/ledger/contactKey';
import { all, where } from '../../../nodes/shared/tables/rowStore';
import { packWants, readPacked } from '../../../nodes/shared/tables/wideRows';
import { MemoryTable } from './memoryStore';

const START = Date.parse('2026-03-01T12:00:00Z');

const { hash } = contactKey('a secret');

const around = { now: () => START, sleep: async () => {}, random: () => 0.5 };

const ledgerOf = (table: MemoryTable, execution: string) =>
	new RowLedger(table.store(), { execution, step: 'step' }, around);

const claim = (contact: string, more = {}) => ({
	contact,
	survey: '501',
	group: 'Service',
	rules: [{ scope: 'survey' as const, after: 'invited' as const, max: 1, days: 30 }],
	exempt: false,
	address: null,
	ordinal: 0,
	...more,
});

const people = (count: number) =>
	Array.from({ length: count }, (_, i) => hash(`p${i}@example.com`));

test('stores a large run in few rows, with less than 60 bytes per contact', async () => {
	const table = new MemoryTable();
	const claims = people(10_001).map((contact) => claim(contact));
	const results = await ledgerOf(table, '1').claim(claims, START, null);
	expect(results.every(({ reservationId }) => reservationId !== null)).toBe(true);
	expect(table.all().length).toBeLessThanOrEqual(3);
	expect(JSON.stringify(table.all()).length / claims.length).toBeLessThan(60);
});

test.each([1, 60, 500])('forgetting %i contacts keeps all others', async (count) => {
	const table = new MemoryTable();
	const contacts = people(count + 3);
	const others = contacts.slice(count);
	for (const some of [contacts.slice(0, count), others.slice(0, 2), others.slice(2)])
		await ledgerOf(table, some[0]).claim(
			some.map((contact) => claim(contact)),
			START,
			null,
		);
	await ledgerOf(table, 'forgets').forget(contacts.slice(0, count));
	const left = await ledgerOf(table, 'reads').read(contacts, 0);
	expect([...left].filter(([, events]) => events.length > 0).map(([key]) => key)).toEqual(others);
});

test('stores each contact in its own row if its address is stored', async () => {
	const table = new MemoryTable();
	const claims = ['anna', 'bo'].map((name) =>
		claim(hash(name), { address: `${name}@example.com` }),
	);
	await ledgerOf(table, '1').claim(claims, START, null);
	expect(table.all().map(({ address }) => address)).toEqual(['anna@example.com', 'bo@example.com']);
});

test.each([1, 100, 400, 1000])(
	'a run with %i contacts finds one that has its own row',
	async (count) => {
		const table = new MemoryTable();
		const contacts = people(count);
		table.add({
			contact: contacts[0],
			survey: '501',
			groupName: 'Service',
			kind: 'invited',
			at: new Date(START - 1000).toISOString(),
			state: 'final',
			until: null,
			token: '7.step',
			attempt: 'x',
			ordinal: null,
			address: null,
		});
		const results = await ledgerOf(table, '8').claim(
			contacts.map((contact) => claim(contact)),
			START,
			null,
		);
		expect(results.map(({ reservationId }) => reservationId !== null)).toEqual(
			contacts.map((_, i) => i > 0),
		);
		expect(results.map(({ known }) => known.length)).toEqual(
			contacts.map((_, i) => (i > 0 ? 0 : 1)),
		);
	},
);

test('loses no contact if several runs confirm different contacts of one row at once', async () => {
	const table = new MemoryTable();
	const contacts = people(20);
	await ledgerOf(table, '1').claim(
		contacts.map((contact) => claim(contact)),
		START,
		60_000,
	);
	await Promise.all(
		contacts.map(
			async (contact, i) =>
				await ledgerOf(table, `${i}`).confirm(
					[{ contact, survey: '501', group: 'Service', address: null }],
					START,
				),
		),
	);
	const known = await ledgerOf(table, '99').read(contacts, 0);
	expect([...known.values()].map((events) => events.map(({ until }) => until))).toEqual(
		contacts.map(() => [null]),
	);
});

test('releases one of several contacts whose invitations are already confirmed', async () => {
	const table = new MemoryTable();
	const contacts = people(3);
	const ledger = ledgerOf(table, '1');
	await ledger.claim(
		contacts.map((contact) => claim(contact)),
		START,
		null,
	);
	await ledger.release([claim(contacts[0])]);
	const known = await ledger.read(contacts, 0);
	expect([...known].map(([contact, events]) => [contact, events.length])).toEqual([
		[contacts[1], 1],
		[contacts[2], 1],
	]);
});

test('remembers contacts that are confirmed while their reservation is released', async () => {
	const table = new MemoryTable();
	const [anna, bo] = people(2);
	const place = (contact: string) => ({ contact, survey: '501', group: 'Service', address: null });
	await ledgerOf(table, '1').claim([claim(anna), claim(bo)], START, 60_000);
	let confirm = async () => {};
	const slow = new RowLedger(
		table.store(async (label) => {
			if (label === 'begin insert') await confirm();
		}),
		{ execution: '1', step: 'step' },
		around,
	);
	confirm = async () => {
		// As in another process, which no lock stops.
		const row = table.all()[0];
		await table.store().run([
			{
				update: { match: 'all', conditions: [{ column: 'id', is: 'eq', value: row.id }] },
				set: { state: 'final', until: null },
			},
		]);
	};
	await slow.release([place(anna)]);
	const known = await ledgerOf(table, '2').read([anna, bo], 0);
	expect([...known.values()].flat().map(({ until }) => until)).toEqual([null, null]);
});

test('remembers contacts that are confirmed while their reservation is released and its row removed', async () => {
	const table = new MemoryTable();
	const pair = people(2);
	const places = pair.map((contact) => ({ ...claim(contact) }));
	await ledgerOf(table, '1').claim(
		pair.map((contact) => claim(contact)),
		START,
		60_000,
	);
	const slow = new RowLedger(
		{
			...table.store(async (label) => {
				if (label !== 'update') return;
				await ledgerOf(table, '2').release(places);
				await table.store().run([{ remove: all(where('state', 'eq', 'free')) }]);
				expect(table.all()).toEqual([]);
			}),
			// As in another process, which has its own locks.
			id: async () => 'of another process',
		},
		{ execution: '1', step: 'step' },
		around,
	);
	expect(await slow.confirm(places, START)).toEqual(['confirmed', 'confirmed']);
	const known = await ledgerOf(table, '3').read(pair, 0);
	expect([...known.values()].flat().map(({ until }) => until)).toEqual([null, null]);
	expect(await ledgerOf(table, '4').confirm(places, START)).toEqual([
		'alreadyFinal',
		'alreadyFinal',
	]);
});

test.each([
	[50, 1, []],
	[51, 2, []],
	[400, 3, []],
	[401, 1, ['another']],
])('reads %d contacts once, in %d call(s), and these others: %j', async (count, calls, others) => {
	const table = new MemoryTable();
	const keys = people(count);
	for (const key of keys) table.add({ contact: key, ordinal: 0, state: 'final' });
	table.add({ contact: 'another', ordinal: 0, state: 'final' });
	const store = table.store();
	const run = jest.spyOn(store, 'run');
	const rows = await readPacked(store, keys, [where('id', 'gte', 0)]);
	expect([rows.map(({ contact }) => contact), run.mock.calls.length]).toEqual([
		[...keys, ...others],
		calls,
	]);
});

test('puts at most 5,000 contacts into a row', () => {
	const row = {};
	const wants = people(5001).map((key) => ({ key, ordinal: 0, row }));
	expect(packWants(wants).map((one) => one.wants.length)).toEqual([5000, 1]);
});
