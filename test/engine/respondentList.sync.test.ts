import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { all, where } from '../../nodes/shared/tables/rowStore';
import { forgetLocations } from '../../nodes/shared/tables/tableLocation';
import { sampleIds, type Fault, type Sandbox } from '../sandbox';
import { useSandbox, withSandbox } from '../sandbox/useSandbox';
import { DataTables } from './dataTables';
import { createEngine, type RunRequest, type RunResult } from './harness';

const TABLE = 'netigate_list_rows';
const list = sampleIds.documents.members;

/** A label of that list, of type TEXT. */
const city = String(sampleIds.documentLabels.firstName + 10);

/** A sandbox, and the data tables of an n8n. */
interface Place {
	sandbox: Sandbox;
	tables: DataTables;
	workflowId: string;
}

const sandbox = useSandbox();
let tables: DataTables;
let here: Place;

beforeEach(() => {
	tables = new DataTables();
	here = { sandbox, tables, workflowId: randomUUID() };
});

const parameters = (more: IDataObject = {}): IDataObject => ({
	resource: 'respondentList',
	operation: 'sync',
	listId: { __rl: true, mode: 'id', value: String(list) },
	contact: '={{ $json.email }}',
	cells: { mappingMode: 'defineBelow', value: { [city]: '={{ $json.city }}' } },
	missing: 'report',
	options: {},
	requestOptions: { settleSeconds: 0.01, retryForSeconds: 5 },
	...more,
});

/** By default, a first run adds everyone. */
async function sync(
	items: IDataObject[],
	more: IDataObject = {},
	request: Partial<RunRequest> = {},
	place: Place = here,
): Promise<RunResult> {
	const first = !place.tables.rows(TABLE).some(({ list: name }) => name);
	const options = { ...(first ? { firstRun: 'add' } : {}), ...(more.options as IDataObject) };
	return await createEngine(place.sandbox).run({
		items,
		parameters: parameters({ ...more, options }),
		onError: 'continueErrorOutput',
		additionalData: { executeWorkflow: place.tables.executeWorkflow },
		workflowId: place.workflowId,
		...request,
	});
}

const people = (count: number, town = 'Lund'): IDataObject[] =>
	Array.from({ length: count }, (_, index) => ({ email: `p${index}@example.com`, city: town }));

/** The number of rows of each contact in the list. */
const timesInList = (place: Place = here) => {
	const times: Record<string, number> = {};
	for (const { contact, documentId } of place.sandbox.state.rows.values())
		if (documentId === list && /^p\d+@/.test(contact)) times[contact] = (times[contact] ?? 0) + 1;
	return times;
};

const once = (items: IDataObject[]) =>
	Object.fromEntries(items.map(({ email }) => [email as string, 1]));

const statuses = ({ output }: RunResult) => output.map(({ json }) => json.status);

const errors = ({ errorOutput }: RunResult) => errorOutput.map(({ json }) => String(json.error));

const unchanged = (count: number) => Array<string>(count).fill('unchanged');

/** Contacts that a run reports as unknown. */
const unknownIn = ({ output }: RunResult) =>
	output.filter(({ json }) => json.status === 'unknown').map(({ json }) => json.contact);

const writes = () =>
	sandbox.calls.filter(({ operationId }) =>
		/^(addRow|editCells|deleteCells)$/.test(operationId ?? ''),
	);

const hintsOf = ({ hints }: RunResult) => hints.map(({ message }) => message);

test('the first run adds everyone, the second writes nothing', async () => {
	const directory = people(30);
	const first = await sync(directory);
	expect(first.error).toBeUndefined();
	expect(statuses(first)).toEqual(directory.map(() => 'added'));
	expect(timesInList()).toEqual(once(directory));
	expect(sandbox.maxInFlight).toBeLessThanOrEqual(4);
	const before = writes().length;
	const second = await sync(directory);
	expect(statuses(second)).toEqual(unchanged(30));
	expect(writes()).toHaveLength(before);
	expect(hintsOf(second)).toEqual(['30 unchanged']);
	expect(tables.rows(TABLE)).toHaveLength(30);
});

test('a first run stops and asks before it sends anything, and continues if the user says so', async () => {
	const stop = { options: { firstRun: 'stop' } };
	for (const more of [stop, stop]) {
		const { error } = await sync(people(30), more, { onError: 'stopWorkflow' });
		expect(error?.message).toBe(
			'Nothing was sent: this is the first remembered run for this list, and 30 of 30 people in the directory would be added to the respondent list',
		);
		expect(error?.description).toContain('set Options > First Run to "Add", run once');
	}
	expect(writes()).toEqual([]);
	const first = await sync(people(30), { options: { firstRun: 'add' } });
	expect(hintsOf(first)).toEqual([
		'30 added',
		expect.stringContaining('Set it back to "Stop and Ask"'),
	]);
	const joined = await sync(people(32), stop);
	expect(hintsOf(joined)).toEqual(['2 added, 30 unchanged']);
});

test('the rows of the memory deleted: no one is added again unless the user says so', async () => {
	await sync(people(10));
	await tables.tables
		.get(TABLE)!
		.store(async () => {})
		.run([{ remove: all(where('id', 'gte', 0)) }]);
	expect(tables.rows(TABLE)).toEqual([]);
	const result = await sync(people(10), { options: { firstRun: 'stop' } });
	expect(errors(result)[0]).toContain('If there was an earlier run, its list memory is lost');
	expect(timesInList()).toEqual(once(people(10)));
});

test('30 changes among 300 people are 30 writes', async () => {
	const directory = people(300);
	await sync(directory);
	const before = writes().length;
	const next = [
		...directory.slice(10).map((one, index) => (index < 10 ? { ...one, city: 'Kiel' } : one)),
		...Array.from({ length: 10 }, (_, index) => ({ email: `p${2000 + index}@example.com` })),
	];
	const result = await sync(next, { missing: 'clear' });
	expect(hintsOf(result)).toEqual(['10 added, 10 updated, 280 unchanged, 10 cleared']);
	const made = writes().slice(before);
	expect(made.map(({ operationId }) => operationId).sort()).toEqual([
		...Array<string>(10).fill('addRow'),
		...Array<string>(10).fill('deleteCells'),
		...Array<string>(10).fill('editCells'),
	]);
});

test('every output is paired with its item, a missing person with none', async () => {
	await sync(people(4));
	const { output } = await sync([...people(4).slice(1), { email: 'p9@example.com' }]);
	expect(output.map(({ json, pairedItem }) => [json.status, pairedItem])).toEqual([
		['unchanged', { item: 0 }],
		['unchanged', { item: 1 }],
		['unchanged', { item: 2 }],
		['added', { item: 3 }],
		['missing', []],
	]);
});

test('several lists in one run are kept apart', async () => {
	const lists = [sampleIds.documents.members, sampleIds.documents.trainers];
	const items = lists.flatMap((id) => people(2).map((one) => ({ ...one, list: id })));
	const listId = { __rl: true, mode: 'id', value: '={{ $json.list }}' };
	const cells = { mappingMode: 'defineBelow', value: null };
	const first = await sync(items, { listId, cells });
	expect(statuses(first)).toEqual(['added', 'added', 'added', 'added']);
	const second = await sync(items.slice(0, 3), { listId, cells });
	expect(statuses(second)).toEqual([...unchanged(3), 'missing']);
});

test('a nearly empty directory stops the run, with one error for the workflow', async () => {
	await sync(people(10));
	const before = writes().length;
	const { error } = await sync(people(1), { missing: 'clear' }, { onError: 'stopWorkflow' });
	expect(error?.message).toBe(
		'Nothing was sent: 9 of 10 rows in the respondent list (90%) would be cleared or lose a value. The limit is 20%',
	);
	expect(error?.description).toContain('Check whether the directory returned everyone');
	expect(writes()).toHaveLength(before);
});

test('a bad contact goes to the error output with its input, the others are synced', async () => {
	const { output, errorOutput } = await sync([...people(2), { email: 'a@b@c', name: 'Carla' }]);
	expect(output).toHaveLength(2);
	expect(errorOutput.map(({ json }) => json)).toEqual([
		{
			email: 'a@b@c',
			name: 'Carla',
			error: expect.stringContaining("isn't a valid email address"),
		},
	]);
});

test('the action is not offered to AI agents, and says so when it is run as a tool', async () => {
	const engine = createEngine(sandbox);
	await expect(engine.route({ parameters: parameters(), items: people(1) })).rejects.toThrow(
		'Respondent lists can be synced only in a workflow',
	);
	expect(timesInList()).toEqual({});
});

describe('every fault at every call', () => {
	const faults: Array<[string, Omit<Fault, 'operationId'>]> = [
		['connection lost before the work', { kind: 'dropBefore' }],
		['connection lost after the work', { kind: 'dropAfter' }],
		['429', { kind: '429' }],
		['503', { kind: '503' }],
		['400', { kind: '400' }],
		['500 before the work', { kind: '500' }],
		['500 after the work', { kind: '500', workDone: true }],
		['cut-off body', { kind: 'cutBody' }],
		['web page after the work', { kind: 'html', workDone: true }],
		['empty answer after the work', { kind: 'empty', workDone: true }],
		['time-out before the work', { kind: 'hang' }],
		['time-out, done late', { kind: 'latency', ms: 600_000 }],
	];
	const before = people(8);
	const after = [...people(8, 'Kiel').slice(2), ...people(12).slice(8)];

	async function tryFault(
		operationId: string,
		[name, fault]: (typeof faults)[number],
		place: Place,
	) {
		const context = `${operationId}, ${name}`;
		// A busy machine is sometimes slow, so only these faults get a short time-out.
		const timeout = fault.kind === 'hang' || fault.kind === 'latency' ? { timeout: 4000 } : {};
		const requestOptions = { settleSeconds: 0.01, retryForSeconds: 5, ...timeout };
		const more = { missing: 'clear', options: { maxMissingShare: 50 }, requestOptions };
		await sync(before, {}, {}, place);
		place.sandbox.faults.add({ operationId, times: 1, ...fault });
		const second = await sync(after, more, {}, place);
		expect([context, place.sandbox.faults.list()[0].struck]).toEqual([context, 1]);
		await place.sandbox.settled();
		const third = await sync(after, more, {}, place);
		expect([context, third.errorOutput]).toEqual([context, []]);

		// Only a lost response to an add leaves someone unknown, and the run before reported it.
		const unknown = unknownIn(third);
		const failed = second.errorOutput.map(({ json }) => json.email);
		if (unknown.length > 0) expect([context, failed]).toEqual([context, unknown]);
		expect([context, unknown.length <= (operationId === 'addRow' ? 1 : 0)]).toEqual([
			context,
			true,
		]);
		const times = timesInList(place);
		for (const { email, city: town } of after as Array<Record<string, string>>) {
			const rows = [...place.sandbox.state.rows.values()];
			const cell = rows.find((row) => row.contact === email)?.cells.get(Number(city));
			if (unknown.includes(email)) expect([context, times[email] ?? 1]).toEqual([context, 1]);
			else expect([context, email, times[email], cell]).toEqual([context, email, 1, town]);
		}
	}

	test.each(['getBgDocumentLabels', 'addRow', 'editCells', 'deleteCells'])(
		'%s fails once: no one is added twice or lost without a report, and the next run does the rest',
		async (operationId) => {
			const place = () => ({ tables: new DataTables(), workflowId: randomUUID() });
			const trying = faults.map(
				async (fault) =>
					await withSandbox({}, async (own) => {
						await tryFault(operationId, fault, { sandbox: own, ...place() });
					}),
			);
			await Promise.all(trying);
		},
	);
});

test('a killed run: what was written is remembered, the next one does the rest, no one is added twice', async () => {
	const directory = people(60);
	for (const at of [6, 9]) {
		forgetLocations();
		sandbox.reset();
		tables.tables.clear();
		tables.calls = 0;
		const started = Date.now();
		const clock = jest.spyOn(Date, 'now');
		const killed = new Promise<void>((resolve) => {
			tables.before = async (call) => {
				if (call < at) return;
				resolve();
				await new Promise(() => {});
			};
		});
		void sync(directory);
		await killed;
		// Calls in progress still arrive.
		await sandbox.settled();
		const sent = Object.keys(timesInList()).length;
		expect([at, sent < 60]).toEqual([at, true]);
		tables.before = async () => {};
		const busy = await sync(directory);
		expect(errors(busy)[0]).toContain('Another run is syncing this respondent list');
		clock.mockImplementation(() => started + 200_000);
		const next = await sync(directory);
		clock.mockRestore();
		expect([at, next.errorOutput]).toEqual([at, []]);
		const unknown = unknownIn(next);
		expect([at, unknown.length <= 16]).toEqual([at, true]);
		const times = timesInList();
		expect(Object.values(times).every((count) => count === 1)).toBe(true);
		const lost = directory.filter(({ email }) => !((email as string) in times));
		expect([at, lost.filter(({ email }) => !unknown.includes(email))]).toEqual([at, []]);
	}
});

test('two runs at once: one does everything, the other reports that the list is busy', async () => {
	sandbox.changeSettings({ latencyMs: 5 });
	const directory = people(40);
	const results = await Promise.all([sync(directory), sync(directory)]);
	expect(timesInList()).toEqual(once(directory));
	const counts = results.map((result) => [result.output.length, result.errorOutput.length]);
	expect(counts.sort((a, b) => a[0] - b[0])).toEqual([
		[0, 40],
		[40, 0],
	]);
});

test('a cancelled execution remembers what it sent; only what was under way is unknown', async () => {
	sandbox.changeSettings({ latencyMs: 20 });
	const directory = people(200);
	const onStart = (cancel: () => void) => {
		const watching = setInterval(() => {
			if (sandbox.calls.length < 20) return;
			clearInterval(watching);
			cancel();
		}, 5);
	};
	const { run } = await sync(directory, {}, { onStart });
	expect(run.status).toBe('canceled');
	await sandbox.settled();
	expect(Object.keys(timesInList()).length).toBeLessThan(200);
	const next = await sync(directory);
	expect(next.errorOutput).toEqual([]);
	// n8n aborts requests in progress, which may have arrived.
	const unknown = unknownIn(next);
	expect(unknown.length).toBeLessThanOrEqual(4);
	const uncertain = once(unknown.map((email) => ({ email }) as IDataObject));
	expect({ ...uncertain, ...timesInList() }).toEqual(once(directory));
});

test('a table with a longer name, such as a backup, changes nothing', async () => {
	tables.add(`${TABLE}_old`, ['name']);
	await sync(people(3));
	tables.add(`${TABLE}_backup`, tables.columnsOf(TABLE));
	expect(statuses(await sync(people(3)))).toEqual(unchanged(3));
	expect(tables.rows(`${TABLE}_backup`)).toEqual([]);
	expect(timesInList()).toEqual(once(people(3)));
});

test.each(['in this process', 'before n8n was restarted'])(
	'the table renamed, %s: no one is added again until it has its name back',
	async (when) => {
		await sync(people(3));
		tables.rename(TABLE, 'people');
		if (when !== 'in this process') forgetLocations();
		for (let tries = 0; tries < 2; tries++)
			expect(errors(await sync(people(3)))[0]).toContain('"people" looks like it');
		tables.rename('people', TABLE);
		expect(statuses(await sync(people(3)))).toEqual(unchanged(3));
		expect(timesInList()).toEqual(once(people(3)));
	},
);

test('the table deleted: the run stops, and a retry of the same execution does too', async () => {
	await sync(people(3));
	tables.tables.clear();
	for (let tries = 0; tries < 2; tries++)
		expect(errors(await sync(people(3)))[0]).toContain('is gone');
	expect(timesInList()).toEqual(once(people(3)));
});

test("the table deleted during the run: it stops, and reports what it couldn't remember", async () => {
	sandbox.changeSettings({ latencyMs: 5 });
	tables.before = async (call) => {
		if (call === 10) tables.tables.clear();
	};
	const result = await sync(people(100));
	const { output } = result;
	expect(output.length + errors(result).length).toBe(100);
	const forgotten = errors(result).filter((text) => text.includes("memory couldn't be updated"));
	expect(Object.keys(timesInList()).length).toBe(output.length + forgotten.length);
	expect(errors(result).at(-1)).toMatch(
		/^Not sent: The data table "netigate_list_rows" is gone.*Restore it under this name/,
	);
});

test('neither the memory nor the output holds the API key, and the memory no contact', async () => {
	const { run } = await sync(people(3));
	expect(JSON.stringify(run)).not.toContain(sandbox.apiKey);
	expect(JSON.stringify(tables.rows(TABLE))).not.toContain('example.com');
});
