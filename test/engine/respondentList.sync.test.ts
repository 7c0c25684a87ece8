import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { forgetLocations } from '../../nodes/shared/tables/tableLocation';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { DataTables } from './dataTables';
import { createEngine, type RunResult } from './harness';
import { syncing } from './sendoutParameters';

const TABLE = 'netigate_list_rows';
const list = sampleIds.documents.members;

/** A label of that list, of type TEXT. */
const city = String(sampleIds.documentLabels.firstName + 10);

const sandbox = useSandbox();
let tables: DataTables;
let workflowId: string;

beforeEach(() => {
	tables = new DataTables();
	workflowId = randomUUID();
});

const parameters = (more: IDataObject = {}) =>
	syncing({
		cells: { mappingMode: 'defineBelow', value: { [city]: '={{ $json.city }}' } },
		...more,
	});

/** By default, a first run adds everyone. */
async function sync(items: IDataObject[], more: IDataObject = {}): Promise<RunResult> {
	const first = !tables.rows(TABLE).some(({ list: name }) => name);
	return await createEngine(sandbox).run({
		items,
		parameters: parameters({ options: first ? { firstRun: 'add' } : {}, ...more }),
		onError: 'continueErrorOutput',
		additionalData: { executeWorkflow: tables.executeWorkflow },
		workflowId,
	});
}

const people = (count: number, town = 'Lund'): IDataObject[] =>
	Array.from({ length: count }, (_, index) => ({ email: `p${index}@example.com`, city: town }));

/** The number of rows of each contact in the list. */
const timesInList = () => {
	const times: Record<string, number> = {};
	for (const { contact, documentId } of sandbox.state.rows.values())
		if (documentId === list && /^p\d+@/.test(contact)) times[contact] = (times[contact] ?? 0) + 1;
	return times;
};

const once = (items: IDataObject[]) =>
	Object.fromEntries(items.map(({ email }) => [email as string, 1]));

const statuses = ({ output }: RunResult) => output.map(({ json }) => json.status);

const errors = ({ errorOutput }: RunResult) => errorOutput.map(({ json }) => String(json.error));

const unchanged = (count: number) => Array<string>(count).fill('unchanged');

test('pairs every output with its item, and a missing person with none', async () => {
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

test('syncs several lists in one run separately', async () => {
	const lists = [sampleIds.documents.members, sampleIds.documents.trainers];
	const items = lists.flatMap((id) => people(2).map((one) => ({ ...one, list: id })));
	const listId = { __rl: true, mode: 'id', value: '={{ $json.list }}' };
	const cells = { mappingMode: 'defineBelow', value: null };
	const first = await sync(items, { listId, cells });
	expect(statuses(first)).toEqual(['added', 'added', 'added', 'added']);
	const second = await sync(items.slice(0, 3), { listId, cells });
	expect(statuses(second)).toEqual([...unchanged(3), 'missing']);
});

test('the action is hidden from AI agents, and fails with an explanation as a tool', async () => {
	const engine = createEngine(sandbox);
	const request = { parameters: parameters(), items: people(1) };
	await expect(engine.route(request)).rejects.toThrow('There is no operation "sync"');
	const type = 'n8n-nodes-netigate.netigate';
	await expect(engine.route({ ...request, type })).rejects.toThrow(
		'Respondent lists can be synced only in a workflow',
	);
	expect(timesInList()).toEqual({});
});

test.each(['in this process', 'before n8n was restarted'])(
	'with the table renamed %s, no one is added again until it has its old name',
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

test('with the table deleted, the run stops, and so does a retry of the same execution', async () => {
	await sync(people(3));
	tables.tables.clear();
	for (let tries = 0; tries < 2; tries++)
		expect(errors(await sync(people(3)))[0]).toContain('is gone');
	expect(timesInList()).toEqual(once(people(3)));
});

test('the output contains no API key, and the memory no contact', async () => {
	const { run } = await sync(people(3));
	expect(JSON.stringify(run)).not.toContain(sandbox.apiKey);
	expect(JSON.stringify(tables.rows(TABLE))).not.toContain('example.com');
});
