import { DataTableStore } from '../../../nodes/shared/tables/dataTable';
import { all, where } from '../../../nodes/shared/tables/rowStore';
import { forgetLocations } from '../../../nodes/shared/tables/tableLocation';
import { DataTables } from '../../engine/dataTables';

const TABLE = { name: 'people', columns: { contact: 'string' } as const };
const everybody = all(where('id', 'gte', 0));

let tables: DataTables;

beforeEach(() => {
	tables = new DataTables();
	forgetLocations();
});

/** The table as an execution reaches it. */
const as = (executionId: string) => new DataTableStore(TABLE, tables.as(executionId));

const fill = async () => {
	await as('1').create(everybody);
	await as('1').run([{ insert: [{ contact: 'anna' }] }]);
};

test('a table whose name only contains ours is neither used nor taken for ours', async () => {
	tables.add('people_of_last_year', ['name']);
	for (let other = 0; other < 100; other++) tables.add(`other ${other}`, ['name']);
	await fill();
	forgetLocations();
	await as('2').create(everybody);
	expect(tables.rows('people')).toHaveLength(1);
	expect(tables.rows('people_of_last_year')).toEqual([]);
});

test('after a restart, a renamed table is no reason to begin with an empty one', async () => {
	await fill();
	tables.rename('people', 'people_backup');
	forgetLocations();
	for (const execution of ['2', '2', '3'])
		await expect(as(execution).create(everybody)).rejects.toMatchObject({
			message: 'The data table "people" is gone, but "people_backup" looks like it',
			advice: expect.stringContaining('may then be invited again') as string,
		});
	await expect(as('4').exists()).rejects.toThrow('"people_backup" looks like it');
	tables.rename('people_backup', 'people');
	await expect(as('2').create(everybody)).resolves.toHaveLength(1);
});

test('deleted: every execution that found it gone keeps failing, others get a new one', async () => {
	await fill();
	const under = [as('2'), as('3')];
	for (const store of under) await store.run([{ read: everybody }]);
	tables.tables.delete('people');
	for (const store of under)
		await expect(store.run([{ read: everybody }])).rejects.toThrow('is gone');
	await expect(as('4').create(everybody)).resolves.toEqual([]);
	for (const execution of ['2', '3']) {
		await expect(as(execution).run([{ read: everybody }])).rejects.toThrow('is gone');
		await expect(as(execution).create(everybody)).rejects.toThrow('is gone');
	}
	await expect(as('4').run([{ read: everybody }])).resolves.toEqual([]);
});

test('two processes that make it at the same time end up with one and the same', async () => {
	const stores = [as('1'), as('2')];
	await Promise.all(stores.map(async (store) => await store.create(everybody)));
	await stores[0].run([{ insert: [{ contact: 'anna' }] }]);
	await expect(stores[1].run([{ read: everybody }])).resolves.toHaveLength(1);
});

test.each([
	'duplicate key value violates unique constraint "UQ_b23096ef747281ac944d28e8b0d"',
	'SQLITE_CONSTRAINT: UNIQUE constraint failed: data_table.projectId, data_table.name',
])('a table that another process makes in the same moment ("%s") is used', async (message) => {
	tables.beforeCreate = (name, columns) => {
		tables.add(name, columns);
		throw new Error(message);
	};
	await expect(as('1').create(everybody)).resolves.toEqual([]);
});

test('a table that cannot be created is tried once and reported', async () => {
	let tries = 0;
	tables.beforeCreate = () => {
		tries++;
		throw new Error('permission denied');
	};
	await expect(as('1').create(everybody)).rejects.toThrow('permission denied');
	expect(tries).toBe(1);
});
