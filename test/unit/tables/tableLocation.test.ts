import { DataTableStore } from '../../../nodes/shared/tables/dataTable';
import { all, where } from '../../../nodes/shared/tables/rowStore';
import type { InnerNode, RunNodes } from '../../../nodes/shared/tables/innerWorkflow';
import { forgetLocations } from '../../../nodes/shared/tables/tableLocation';
import { DataTables } from '../../engine/dataTables';

const TABLE = { name: 'people', columns: { contact: 'string' } as const };
const allRows = all(where('id', 'gte', 0));

let tables: DataTables;

beforeEach(() => {
	tables = new DataTables();
	forgetLocations();
});

/** The table as an execution reaches it. */
const as = (executionId: string) => new DataTableStore(TABLE, tables.as(executionId));

const fill = async () => {
	await as('1').create(allRows);
	await as('1').run([{ insert: [{ contact: 'anna' }] }]);
};

test('ignores a table whose name only contains the name of ours', async () => {
	tables.add('people_of_last_year', ['name']);
	for (let other = 0; other < 100; other++) tables.add(`other ${other}`, ['name']);
	await fill();
	forgetLocations();
	await as('2').create(allRows);
	expect(tables.rows('people')).toHaveLength(1);
	expect(tables.rows('people_of_last_year')).toEqual([]);
});

test('does not replace a renamed table with an empty one after a restart', async () => {
	await fill();
	tables.rename('people', 'people_backup');
	forgetLocations();
	for (const execution of ['2', '2', '3'])
		await expect(as(execution).create(allRows)).rejects.toMatchObject({
			message: 'The data table "people" is gone, but "people_backup" looks like it',
			advice: expect.stringContaining('may then be invited again') as string,
		});
	await expect(as('4').exists()).rejects.toThrow('"people_backup" looks like it');
	tables.rename('people_backup', 'people');
	await expect(as('2').create(allRows)).resolves.toHaveLength(1);
});

test('an execution that found the table renamed keeps failing after the renamed table is deleted', async () => {
	await fill();
	tables.rename('people', 'people_backup');
	await expect(as('2').create(allRows)).rejects.toThrow('"people_backup" looks like it');
	tables.tables.delete('people_backup');
	await expect(as('3').create(allRows)).resolves.toEqual([]);
	await expect(as('2').create(allRows)).rejects.toThrow('is gone');
});

test('executions that found the table deleted keep failing, and others get a new one', async () => {
	await fill();
	const running = [as('2'), as('3')];
	for (const store of running) await store.run([{ read: allRows }]);
	tables.tables.delete('people');
	for (const store of running)
		await expect(store.run([{ read: allRows }])).rejects.toThrow('is gone');
	await expect(as('4').create(allRows)).resolves.toEqual([]);
	for (const execution of ['2', '3']) {
		await expect(as(execution).run([{ read: allRows }])).rejects.toThrow('is gone');
		await expect(as(execution).create(allRows)).rejects.toThrow(/is gone(?!, but)/);
	}
	await expect(as('4').run([{ read: allRows }])).resolves.toEqual([]);
});

test('two processes that create the table at the same time use the same one', async () => {
	const stores = [as('1'), as('2')];
	await Promise.all(stores.map(async (store) => await store.create(allRows)));
	await stores[0].run([{ insert: [{ contact: 'anna' }] }]);
	await expect(stores[1].run([{ read: allRows }])).resolves.toHaveLength(1);
});

test.each([
	'duplicate key value violates unique constraint "UQ_b23096ef747281ac944d28e8b0d"',
	'SQLITE_CONSTRAINT: UNIQUE constraint failed: data_table.projectId, data_table.name',
])('uses a table that another process creates at the same moment ("%s")', async (message) => {
	tables.beforeCreate = (name, columns) => {
		tables.add(name, columns);
		throw new Error(message);
	};
	await expect(as('1').create(allRows)).resolves.toEqual([]);
});

test('tries to create a table only once and reports the failure', async () => {
	let tries = 0;
	tables.beforeCreate = () => {
		tries++;
		throw new Error('permission denied');
	};
	await expect(as('1').create(allRows)).rejects.toThrow('permission denied');
	expect(tries).toBe(1);
});

test('creates a table with three calls, without letting n8n use one with a similar name', async () => {
	const runNodes = tables.as('1');
	const steps: InnerNode[] = [];
	const run = async (...[nodes, items]: Parameters<RunNodes>) => {
		steps.push(...nodes);
		return await runNodes(nodes, items);
	};
	const { workflowId, executionId } = runNodes;
	const noted = Object.assign(run, { workflowId, executionId });
	await new DataTableStore(TABLE, noted).create(allRows);
	expect(steps.map(({ parameters }) => parameters)).toMatchObject([
		{
			...{ resource: 'table', operation: 'list', returnAll: true },
			options: { sortField: 'createdAt', sortDirection: 'asc' },
		},
		{
			...{ resource: 'table', operation: 'create', tableName: 'people' },
			columns: { column: [{ name: 'contact', type: 'string' }] },
			options: { createIfNotExists: false },
		},
		{ resource: 'row', operation: 'get' },
	]);
});
