import type { IDataObject } from 'n8n-workflow';
import { QUARANTINE_TABLE } from '../../nodes/shared/quarantine/ledger/table';
import { LIST_TABLE } from '../../nodes/shared/listSync/memory';
import { all, where } from '../../nodes/shared/tables/rowStore';
import { sampleIds } from '../sandbox';
import {
	byMode,
	engine,
	hintsIn,
	host,
	inExecution,
	results,
	run,
	setClock,
	TOOL,
} from './quarantineRuns';
import { locator, syncing } from './sendoutParameters';

/* Find and Forget, for people who ask for their data. */

const listId = sampleIds.documents.members;
const ANNA = 'anna@example.com';
const crowd = ['bo@example.com', ANNA, 'cem@example.com'];

interface DataResult extends IDataObject {
	error: Error & { description?: string };
	hints: string;
	count: number;
}

const one = async (operation: string, email: unknown = ANNA, more: IDataObject = {}) => {
	const { outputs, error, ...rest } = await run({ operation, emails: [email], ...more });
	const result: IDataObject = { ...results(outputs[0])[0] };
	return { ...result, error, hints: hintsIn(rest as never), count: outputs.length } as DataResult;
};

const ledgers: Array<[string, IDataObject]> = [
	['a data table', {}],
	['a workflow', { ledger: 'workflow', ledgerWorkflow: locator('ledger') }],
];

describe.each(ledgers)('%s', (name, options) => {
	test('find returns everything, and forget removes it for good', async () => {
		await run({ emails: crowd, options });
		await run({ operation: 'lift', options });
		await run({ options: { ...options, storeContact: true, holdMinutes: 60 } });
		const found = await one('find', ' ANNA@Example.com', { options });
		expect(found).toMatchObject({ status: 'found', explanation: 'Stored: 2 events', lists: [] });
		expect(found.events).toMatchObject([
			{ surveyId: 501, event: 'invited', state: 'lifted', storedAs: ANNA },
			{ state: 'held', contact: ANNA, heldUntil: expect.any(String) },
		]);
		const forgotten = await one('forget', ANNA, { options });
		expect(forgotten).toMatchObject({
			status: 'forgotten',
			explanation: 'Removed: 2 events. May be asked again from now on',
		});
		expect(forgotten.hints).toBe(
			'1 forgotten. People who were forgotten may be asked again from now on.',
		);
		expect(await one('find', ANNA, { options })).toMatchObject({ status: 'unknown' });
		if (name === 'a data table')
			expect(JSON.stringify(host.rows(QUARANTINE_TABLE.name))).not.toContain(ANNA);
		const { outputs } = await run({ emails: crowd, options });
		expect(outputs[0].map(({ json }) => json.email)).toEqual([ANNA]);
	});

	test.each([true, false])('forget keeps an opt-out if %s', async (keepOptOut) => {
		await run({ options });
		const parameters = { event: 'optedOut' };
		await run({ operation: 'record', parameters, options: { ...options, storeContact: true } });
		const found = await one('find', ANNA, { options });
		expect(found.events).toContainEqual(
			expect.objectContaining({ event: 'optedOut', optOutFor: 'all', contact: ANNA }),
		);
		const { hints, ...result } = await one('forget', ANNA, { options: { ...options, keepOptOut } });
		expect(result).toMatchObject({
			status: 'forgotten',
			explanation: keepOptOut
				? 'Removed: 1 event. Kept: the opt-out'
				: 'Removed: 2 events. May be asked again from now on',
		});
		expect(hints).toContain(keepOptOut ? 'Opt-outs were kept' : 'may be asked again');
		const left = (await one('find', ANNA, { options })).events as IDataObject[] | undefined;
		expect(left?.map(({ contact, event }) => [contact, event])).toEqual(
			keepOptOut ? [[undefined, 'optedOut']] : undefined,
		);
		const { outputs } = await run({ options: { ...options, exempt: true } });
		expect(outputs[keepOptOut ? 1 : 0]).toHaveLength(1);
	});

	test('an unknown contact is reported without an error', async () => {
		expect(await one('find', ANNA, { options })).toMatchObject({
			status: 'unknown',
			explanation: 'Nothing is stored about this contact',
		});
		const { error, hints, ...result } = await one('forget', ANNA, { options });
		expect(error).toBeUndefined();
		expect(result).toMatchObject({ status: 'unknown' });
		expect(hints).toBe('1 unknown');
	});
});

test.each([
	['anna+shop@example.com', { foldPlusAddress: true }, {}],
	['anna+shop@example.com', {}, {}],
	['+46 73 512 34 56', {}, {}],
	['0735123456', {}, {}],
	['735123456', {}, {}],
	['+46735123456', {}, { contactType: 'login' }],
	['ANNA@EXAMPLE.COM', {}, { contactType: 'login' }],
])('%s stored with %o and %o is found and forgotten', async (stored, options, parameters) => {
	const reserved = await run({ emails: [stored], options, parameters });
	expect(results(reserved.outputs[0])).toMatchObject([{ status: 'allowed' }]);
	const asked = stored.includes('@') ? stored.toLowerCase() : '0046735123456';
	expect(await one('find', asked)).toMatchObject({ status: 'found' });
	expect(await one('forget', asked)).toMatchObject({ status: 'forgotten' });
	expect(host.events()).toEqual([]);
});

test('a number without a country code is treated as a login name, and a hint says so', async () => {
	await run({ emails: ['+46735123456'] });
	const { status, hints } = await one('find', '073-512 34 56');
	expect(status).toBe('unknown');
	expect(hints).toContain('enter it with + and its country code');
});

test('in a test run, forget only shows what it would remove', async () => {
	await run();
	const result = await one('forget', ANNA, { mode: 'manual' });
	expect(result).toMatchObject({
		status: 'unchanged',
		reason: 'testRun',
		explanation: 'Would be removed: 1 event',
	});
	expect(result.hints).toContain('nothing was removed');
	expect(await one('find', ANNA, { mode: 'manual' })).toMatchObject({ status: 'found' });
	const options = { recordInTestRuns: true };
	expect(await one('forget', ANNA, { mode: 'manual', options })).toMatchObject({
		status: 'forgotten',
	});
});

test.each(['find', 'forget'])('%s fails if the ledger cannot be used', async (operation) => {
	await run();
	host.failures.push(new Error('The database is locked'));
	const { error } = await one(operation);
	expect(error?.message).toContain('The database is locked');
});

test.each([1, 80, 450])('a row without a time is found among %d people', async (count) => {
	const emails = Array.from({ length: count }, (_, index) => `person${index}@example.com`);
	await run({ emails });
	const table = host.tables.get(QUARANTINE_TABLE.name)!.store();
	await table.run([{ update: all(where('kind', 'eq', 'invited')), set: { at: null } }]);
	for (const operation of ['find', 'forget']) {
		const { error } = await run({ operation, emails });
		expect(error?.message).toMatch(
			/^Row \d+ in the data table "netigate_quarantine" can't be read$/,
		);
	}
});

test('a failure while removing says that some of the data may remain', async () => {
	await run({ emails: crowd });
	host.failures.push(
		undefined,
		undefined,
		undefined,
		undefined,
		new Error('The database is locked'),
	);
	const { error } = await one('forget');
	expect(error?.message).toContain('Some of the data may remain');
	expect(error?.description).toContain('run Forget again');
	expect(await one('forget')).toMatchObject({ status: 'forgotten' });
});

test('a ledger workflow of the first version of the contract removes nothing and says so', async () => {
	const options = { ledger: 'workflow', ledgerWorkflow: locator('ledger') };
	await run({ options });
	const { ledger } = host.workflows;
	host.workflows.ledger = (items) =>
		ledger(items.map((item) => ({ ...item, action: 'read' }))).map((item) => ({
			...item,
			contract: 1,
		}));
	const { error } = await one('forget', ANNA, { options });
	expect(error?.message).toContain("The ledger workflow can't forget anyone");
	expect(error?.description).toContain('Nothing was removed');
	expect(await one('find', ANNA, { options })).toMatchObject({ status: 'found' });
});

test.each(['find', 'forget'])(
	'%s does not use the ledger if no contact is valid',
	async (operation) => {
		const { outputs } = await run({ operation, emails: [''], onError: 'continueRegularOutput' });
		expect(outputs[0]).toMatchObject([{ json: { error: expect.any(String) } }]);
		expect(host.calls).toBe(0);
	},
);

test('if data about someone remains because of another run, forget fails for that person only', async () => {
	const options = { ledger: 'workflow', ledgerWorkflow: locator('ledger') };
	await run({ options });
	const { ledger } = host.workflows;
	let stored: IDataObject[] | undefined;
	host.workflows.ledger = (items) => {
		const response = ledger(items);
		return items[0].action === 'read' ? (stored ??= response) : response;
	};
	const { outputs } = await run({
		operation: 'forget',
		emails: crowd,
		options,
		onError: 'continueRegularOutput',
	});
	expect(outputs[0].map(({ json }) => json.error ?? results([{ json }])[0].status)).toEqual([
		'unknown',
		expect.stringContaining(`Another run is deciding about "${ANNA}"`),
		'unknown',
	]);
});

test('find shows the server, the group and the execution of an event', async () => {
	await run({ credential: undefined, parameters: { group: byMode('HR', 'name') } });
	await run({ parameters: { surveyId: byMode('502') } });
	const event = {
		event: 'invited',
		at: expect.any(String),
		state: 'final',
		execution: expect.any(String),
		storedAs: ANNA,
		contactHash: expect.any(String),
	};
	const { events } = await one('find');
	expect(events).toEqual([
		{
			...event,
			surveyId: 501,
			server: expect.stringMatching(/^127\.0\.0\.1:\d+ \w+$/),
			group: 'HR',
		},
		{ ...event, surveyId: 502 },
	]);
});

test("as an agent's tool, find has one output", async () => {
	await run();
	expect(await one('find', ANNA, { type: TOOL })).toMatchObject({ status: 'found', count: 1 });
});

describe('the list memory', () => {
	const sync = async (emails: string[], missing = 'report', hashSecret?: string) => {
		const { output, error } = await engine.run({
			items: emails.map((email) => ({ email })),
			parameters: syncing({
				missing,
				options: { firstRun: 'add', maxMissingShare: 100 },
			}),
			hashSecret,
			additionalData: inExecution(),
		});
		expect(error).toBeUndefined();
		return output.map(({ json }) => json.status);
	};

	test('is searched and forgotten too', async () => {
		expect(await sync(crowd)).toEqual(['added', 'added', 'added']);
		const found = await one('find');
		expect(found).toMatchObject({
			status: 'found',
			explanation: 'Stored: 1 row of list memories',
			events: [],
			lists: [{ listId, state: 'there', respondentId: expect.any(Number) }],
			hints: '1 found',
		});
		const forgotten = await one('forget');
		expect(forgotten).toMatchObject({ status: 'forgotten', lists: found.lists });
		expect(forgotten.hints).toContain("Delete the rows named under 'lists' in Netigate");
		expect(await one('find')).toMatchObject({ status: 'unknown' });
		expect(await one('find', crowd[0])).toMatchObject({ status: 'found' });
		expect(await sync([crowd[0], crowd[2]])).toEqual(['unchanged', 'unchanged']);
	});

	test.each([null, ''])('forgets a row whose list someone changed to %j', async (list) => {
		await sync(crowd);
		const table = host.tables.get(LIST_TABLE.name)!.store();
		await table.run([{ update: all(where('id', 'gt', 0)), set: { list } }]);
		expect(await one('forget')).toMatchObject({ status: 'forgotten', lists: [{ state: 'there' }] });
		expect(await one('find')).toMatchObject({ status: 'unknown' });
		expect(await one('find', crowd[0])).toMatchObject({ status: 'found' });
	});

	test('is not created by a search', async () => {
		await one('find');
		await one('forget');
		expect([...host.tables.keys()]).toEqual([QUARANTINE_TABLE.name]);
	});

	test('forgets people 90 days after their rows were cleared', async () => {
		setClock('2026-03-01T12:00:00Z');
		await sync(crowd);
		expect(await sync([crowd[0]], 'clear')).toEqual(['unchanged', 'cleared', 'cleared']);
		setClock('2026-05-30T11:00:00Z');
		await sync([crowd[0]], 'clear');
		expect(await one('find')).toMatchObject({ status: 'found', lists: [{ state: 'cleared' }] });
		setClock('2026-05-30T13:00:00Z');
		await sync([crowd[0]], 'clear');
		expect(await one('find')).toMatchObject({ status: 'unknown' });
		expect(await one('find', crowd[0])).toMatchObject({ status: 'found' });
	});

	test('with another hash key is mentioned', async () => {
		await sync([ANNA], 'report', 'a secret of more than 20 characters');
		const { status, hints } = await one('find');
		expect(status).toBe('unknown');
		expect(hints).toContain('have another hash key');
	});

	test.each(['find', 'forget'])('%s fails without advising another ledger', async (operation) => {
		await sync(crowd);
		await one('find');
		host.failures.push(undefined, undefined, new Error('The database is locked'));
		const { error } = await one(operation);
		expect(error?.message).toContain('The data table "netigate_list_rows" can\'t be used');
		expect(error?.description).toContain("check whether n8n's Data Table node works");
		expect(error?.description).not.toContain('Options > Ledger');
	});

	test('of a list that is being synced stays as it is, and so does the ledger', async () => {
		await run();
		await sync(crowd);
		const list = host.tables.get(LIST_TABLE.name)!;
		const [{ list: name }] = host.rows(LIST_TABLE.name);
		const empty = Object.fromEntries(
			Object.keys(LIST_TABLE.columns).map((column) => [column, null]),
		);
		list.add({
			...empty,
			contact: `run ${name}`,
			state: 'running',
			until: '2999-01-01T00:00:00.000Z',
			token: 'other',
			list: '',
			at: new Date().toISOString(),
		});
		const { error } = await one('forget');
		expect(error?.message).toContain('Another run is syncing this respondent list');
		expect(await one('find')).toMatchObject({ events: [{}], lists: [{}] });
	});
});
