import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { contactKey } from '../../../nodes/shared/quarantine/ledger/contactKey';
import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { all, where, type Step } from '../../../nodes/shared/tables/rowStore';
import { MemoryTable } from '../tables/memoryStore';
import { MemoryRecords } from './memoryRecords';

/* What single steps of a ledger return, and which calls they make. */

const START = Date.parse('2026-03-01T12:00:00Z');
const HOLD = 60_000;
const DAYS = 30;

const { hash } = contactKey('a secret');
const [ANNA, BO, CEM] = ['anna', 'bo', 'cem'].map((name) => hash(`${name}@example.com`));

const place = (contact: string) => ({ contact, survey: '501', group: '', address: null });
const claim = (contact: string) => ({
	...{ ...place(contact), ordinal: 0, exempt: false },
	rules: [{ scope: 'survey' as const, after: 'invited' as const, max: 1, days: DAYS }],
});

let table: MemoryTable;
let records: MemoryRecords;
let id: string;
/** The steps of each call to the table, or the action of each call to the workflow. */
let calls: string[];

beforeEach(() => {
	table = new MemoryTable();
	records = new MemoryRecords();
	id = randomUUID();
	calls = [];
});

afterEach(() => jest.restoreAllMocks());

const clockAt = (ms: number) => ({
	now: () => START + ms,
	sleep: async () => {},
	random: () => 0.5,
});

function inTable(execution: string, ms = 0): Ledger {
	const store = table.store();
	const run = async (steps: Step[]) => {
		calls.push(steps.map((step) => Object.keys(step)[0]).join(' '));
		return await store.run(steps);
	};
	const claimant = { execution, step: 's' };
	return new RowLedger({ run, id: async () => await Promise.resolve(id) }, claimant, clockAt(ms));
}

function inWorkflow(execution: string, ms = 0): Ledger {
	const answer = async (given: IDataObject[]) => {
		calls.push(...given.map(({ action }) => String(action)));
		return await Promise.resolve(given.flatMap((item) => records.answer(item)));
	};
	return new WorkflowLedger(
		Object.assign(answer, { id }),
		{ fingerprint: 'f00d', keeper: { id: 'node', days: DAYS } },
		{ execution, step: 's' },
		clockAt(ms),
	);
}

describe.each([
	['a table', inTable],
	['a workflow', inWorkflow],
])('in %s', (_, as) => {
	test('forgets released reservations, and finds nothing to forget afterward', async () => {
		await as('1').claim([claim(ANNA)], START, HOLD);
		await as('1').release([place(ANNA)]);
		expect(await as('2').forget([ANNA, BO])).toEqual(['forgotten', 'nothingStored']);
		expect(await as('2').forget([ANNA])).toEqual(['nothingStored']);
		expect([...(await as('2').find([ANNA, BO])).keys()]).toEqual([]);
	});
});

describe('claims on a contact that another claim in the same process holds', () => {
	/** Makes both claims at the same time. The second ledger's clock is ahead. */
	const both = async (execution: string, ms: number) => {
		const first = inTable('1').claim([claim(ANNA)], START, null);
		const second = inTable(execution, ms).claim([claim(ANNA)], START, null);
		return [...(await first), ...(await second)].map(
			({ reservationId, repeated = false, duplicate, known }) =>
				[reservationId !== null, repeated, duplicate, known.length] as const,
		);
	};
	const WON = [true, false, false, 0];
	const LOST = [false, false, false, 1];

	test.each([
		['are refused without a call within two seconds', '2', 1999, LOST, ['insert read update']],
		[
			'read the table again later',
			'2',
			2000,
			LOST,
			['insert read update', 'insert read update', 'remove'],
		],
		[
			'are granted again to the same step',
			'1',
			0,
			[true, true, false, 0],
			['insert read update', 'insert read update', 'remove'],
		],
	])('%s', async (_, execution, ms, second, made) => {
		expect(await both(execution, ms)).toEqual([WON, second]);
		expect(calls).toEqual(made);
	});

	test('are refused without a call if that claim was refused', async () => {
		await inTable('0').claim([claim(ANNA)], START, null);
		calls = [];
		expect(await both('2', 0)).toEqual([LOST, LOST]);
		expect(calls).toEqual(['insert read update', 'remove']);
	});
});

test('a contact whose row other processes keep removing is refused, but not as a duplicate', async () => {
	const pendingRows = all(where('state', 'eq', 'pending'));
	const tick = async (label: string) => {
		if (label === 'update') await table.store().run([{ remove: pendingRows }]);
	};
	const store = { ...table.store(tick), id: async () => await Promise.resolve(id) };
	const ledger = new RowLedger(store, { execution: '1', step: 's' }, clockAt(0));
	expect(await ledger.claim([claim(ANNA)], START, null)).toMatchObject([
		{ reservationId: null, duplicate: false, known: [] },
	]);
});

test.each<[string, (ledger: Ledger) => Promise<unknown>, string[]]>([
	[
		'records someone who has no reservation',
		async (ledger) => await ledger.confirm([place(hash('dana'))], START),
		['read', 'insert'],
	],
	[
		'confirms a part of a row and a whole row',
		async (ledger) => await ledger.confirm([place(ANNA), place(CEM)], START),
		['read', 'insert update'],
	],
	['releases a row', async (ledger) => await ledger.release([place(CEM)]), ['read', 'update']],
	[
		'releases two rows',
		async (ledger) => await ledger.release([place(ANNA), place(BO), place(CEM)]),
		['read', 'update update'],
	],
])('%s, in as few calls as possible', async (_, task, made) => {
	await inTable('1').claim([claim(ANNA), claim(BO)], START, HOLD);
	await inTable('2').claim([claim(CEM)], START, HOLD);
	calls = [];
	await task(inTable('3'));
	expect(calls).toEqual(made);
});

test('executions that each change several contacts do not share calls', async () => {
	const pairs = [0, 1, 2].map((pair) => [hash(`${pair}a`), hash(`${pair}b`)]);
	await Promise.all(
		pairs.map(async (pair) => await inTable(pair[0]).confirm(pair.map(place), START)),
	);
	expect(calls.filter((call) => call === 'insert')).toHaveLength(3);
});

test('the format of reservation IDs in a workflow never changes, because waiting executions contain such IDs', async () => {
	const [{ reservationId }] = await inWorkflow('1').claim([claim(ANNA)], START, HOLD);
	expect(reservationId).toBe(`1.s.0.${ANNA.slice(0, 8)}`);
});

test.each([0, 0.5])(
	'finds and forgets a record in a workflow, regardless of its version',
	async (random) => {
		jest.spyOn(Math, 'random').mockReturnValue(random);
		const found = async () => [...(await inWorkflow('1').find([ANNA])).keys()];
		await inWorkflow('1').claim([claim(ANNA)], START, null);
		expect(await found()).toEqual([ANNA]);
		expect(await inWorkflow('1').forget([ANNA])).toEqual(['forgotten']);
		expect(await found()).toEqual([]);
	},
);

test('forgetting someone unknown writes nothing to a workflow', async () => {
	expect(await inWorkflow('1').forget([ANNA])).toEqual(['nothingStored']);
	expect(new Set(calls)).toEqual(new Set(['read']));
});

test('a workflow keeps the reservations of all executions that write the same record at once', async () => {
	const rules = [{ scope: 'survey' as const, after: 'invited' as const, max: 4, days: DAYS }];
	const outcomes = await Promise.all(
		['1', '2', '3', '4', '5'].map(
			async (execution) =>
				await inWorkflow(execution).claim([{ ...claim(ANNA), rules }], START, null),
		),
	);
	const won = outcomes.flat().filter(({ reservationId }) => reservationId !== null);
	const [entries] = (await inWorkflow('6').find([ANNA])).values();
	expect([won.length, entries.length]).toEqual([4, 4]);
});
