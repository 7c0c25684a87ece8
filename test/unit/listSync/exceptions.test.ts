import { listIsBusy, memoryError } from '../../../nodes/shared/listSync/errors';
import { LedgerError } from '../../../nodes/shared/tables/errors';
import { all, where, type Row } from '../../../nodes/shared/tables/rowStore';
import {
	anna,
	ben,
	carla,
	CITY,
	rowId,
	sync,
	times,
	TITLE,
	World,
	type Fate,
	type Member,
} from './world';

/* Rare situations in which people could be added twice or lost, or their rows cleared wrongly. */

const three = [anna, ben, carla];
const twenty = Array.from({ length: 20 }, (_, index) => ({
	email: `p${index + 10}@example.com`,
	city: 'Lund',
}));

const clearing = { missing: 'clear', options: { maxMissingShare: 100 } } as const;

let world: World;
let now: jest.SpyInstance;

beforeEach(() => {
	world = new World();
	now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-09-01T08:00:00Z'));
});
afterEach(() => now.mockRestore());

const later = (ms: number) => now.mockReturnValue(Date.now() + ms);

const methods = () => world.calls.map(({ method }) => method).filter((method) => method !== 'GET');

/** Applies these fates to the calls with this method, in order. All other calls succeed. */
const fates = (method: string, ...list: Fate[]) => {
	const left = [...list];
	return (request: { method: string }): Fate =>
		(request.method === method ? left.shift() : undefined) ?? 'done';
};

async function seeded(directory: readonly Member[] = three) {
	await sync(world, { directory });
	world.calls.length = 0;
	later(1000);
}

test('sends changes in the order of the items, and marks all calls but adds as repeatable', async () => {
	await seeded();
	const [dan, eva] = ['dan@example.com', 'eva@example.com'].map((email) => ({ email }));
	const { hints } = await sync(world, {
		...clearing,
		directory: [dan, { ...anna, city: 'Kiel', title: '' }, eva, { email: ben.email }],
	});
	const path = '/bgdata/bgdocuments/8001';
	const rowOf = (nth: number) => `${path}/rows/${rowId(nth)}`;
	const add = (email: string) => ({
		method: 'POST',
		path: `${path}/rows`,
		body: { contactDetails: email, cellData: [] },
		repeatable: false,
	});
	const empty = (nth: number, labels: number[]) => ({
		method: 'DELETE',
		path: rowOf(nth),
		body: { labels },
		repeatable: true,
		emptyAllowed: true,
	});
	expect(world.calls.filter(({ method }) => method === 'POST')).toEqual([
		add('dan@example.com'),
		add('eva@example.com'),
	]);
	expect(world.calls.slice(1, 5).map(({ method }) => method)).toEqual([
		'POST',
		'PUT',
		'POST',
		'DELETE',
	]);
	expect(world.calls[2]).toEqual({
		method: 'PUT',
		path: rowOf(1),
		body: { cellData: [{ Key: String(CITY), Value: 'Kiel' }] },
		repeatable: true,
		emptyAllowed: 204,
	});
	expect(world.calls.filter(({ method }) => method === 'DELETE')).toEqual(
		expect.arrayContaining([empty(1, [TITLE]), empty(2, [CITY]), empty(3, [CITY, TITLE])]),
	);
	expect(world.calls).toHaveLength(7);
	expect(hints).toEqual(['2 added, 2 updated, 1 cleared']);
});

test('a row that two contacts share is neither emptied nor cleared while one of them needs it', async () => {
	world.mergesMarks = true;
	const [dash, dot] = ['EMP-Anna', 'EMP.Anna'].map((email) => ({ ...anna, email }));
	await seeded([dash, dot, ben]);
	const { statuses } = await sync(world, { directory: [{ ...dash, title: '' }, dot, ben] });
	expect(statuses).toEqual(times(3, 'unchanged'));
	const { results, errors } = await sync(world, { ...clearing, directory: [dot, ben] });
	expect(results.slice(0, 2)).toEqual([
		['EMP.Anna', 'unchanged'],
		['ben@example.com', 'unchanged'],
	]);
	expect(errors[0].message).toContain('Netigate assigned it to another contact');
	expect(methods()).toEqual([]);
});

describe('an add that fails', () => {
	test.each<[Fate, string]>([
		['refused', 'added'],
		['busy', 'added'],
		['lost', 'unknown'],
		['doneSilently', 'unknown'],
	])('(%s) clears no row, and the next run reports the contact as %s', async (fate, status) => {
		await seeded();
		const directory = [{ email: 'dan@example.com' }, anna];
		const run = { ...clearing, directory };
		const first = await sync(world, { ...run, fateOf: fates('POST', fate) });
		expect(first.statuses).toEqual(['error', 'unchanged', 'error', 'error']);
		expect(first.outcomes[0]).toEqual({
			error: first.errors[0],
			json: { contact: 'dan@example.com' },
		});
		expect(first.errors[1].message).toMatch(/^Not sent: /);
		expect(first.hints[0]).toBe('1 unchanged, 1 failed, 2 not sent');
		const second = await sync(world, run);
		const isKnown = status === 'added';
		expect(second.statuses).toEqual([
			status,
			'unchanged',
			...times(2, isKnown ? 'cleared' : 'missing'),
		]);
		expect(world.cellsOf('carla@example.com')).toEqual(isKnown ? {} : { [CITY]: 'Lund' });
		const hint = expect.stringMatching(/^No row was cleared, because any row could belong/);
		expect(second.hints).toEqual(isKnown ? [expect.anything()] : expect.arrayContaining([hint]));
	});

	test('stops the run only after three lost responses in a row', async () => {
		for (const [list, failed] of [
			[['lost', 'lost'], 2],
			[['lost', 'done', 'lost', 'lost'], 3],
			[['lost', 'refused', 'lost', 'lost'], 4],
		] as Array<[Fate[], number]>) {
			world = new World();
			const { statuses } = await sync(world, { directory: twenty, fateOf: fates('POST', ...list) });
			expect(statuses.filter((status) => status === 'error')).toHaveLength(failed);
		}
		world = new World();
		await sync(world, { directory: twenty, fateOf: fates('POST', 'done', 'lost', 'lost', 'lost') });
		expect(methods().length).toBeLessThan(10);
	});
});

test("a row that was deleted in Netigate doesn't stop changes for the others", async () => {
	await seeded(twenty);
	world.rows.delete(rowId(1));
	const directory = twenty.map((person) => ({ ...person, city: 'Kiel' }));
	expect((await sync(world, { directory })).statuses).toEqual(['error', ...times(19, 'updated')]);
});

test('a hint mentions unreadable items only if someone is missing, and no row is cleared', async () => {
	await seeded();
	const twoContacts = { email: 'a@example.com, b@example.com' };
	const complete = await sync(world, { ...clearing, directory: [...three, twoContacts] });
	expect(complete.hints).toEqual(['3 unchanged']);
	const { hints, results } = await sync(world, {
		...clearing,
		directory: [anna, ben, twoContacts],
	});
	expect(hints).toEqual([
		'2 unchanged, 1 missing',
		expect.stringMatching(/^1 item couldn't be read as a contact and may belong to someone/),
	]);
	expect(results.at(-1)).toEqual([null, 'missing']);
	const unusable = { email: 'dan@example.com', city: { no: 'text' } as never };
	const both = await sync(world, { ...clearing, directory: [anna, ben, twoContacts, unusable] });
	expect(both.hints[1]).toMatch(/^2 items couldn't be read as a contact/);
	expect(methods()).toEqual([]);
});

test('the error of a failed change contains the respondent ID', async () => {
	await seeded();
	const directory = [{ ...anna, city: 'Kiel' }, ben, carla];
	const { outcomes, errors } = await sync(world, { directory, fateOf: fates('PUT', 'refused') });
	expect(outcomes[0]).toEqual({
		error: errors[0],
		json: { contact: 'anna@example.com', respondentId: rowId(1) },
	});
});

describe('a table that fails', () => {
	/** Makes inserts fail from the nth one on, or only the nth one. The first insert claims the list. */
	const failing = (from: number, once = false) => {
		let count = 0;
		return async (label: string) => {
			if (label !== 'begin insert' || ++count < from || (once && count > from)) return;
			throw new LedgerError('missing', 'The table is gone', 'Wait.');
		};
	};

	test('once: changes recorded at the end are reported, and the next run makes the others', async () => {
		const { statuses, errors } = await sync(world, { directory: twenty, tick: failing(3, true) });
		const added = statuses.filter((status) => status === 'added').length;
		expect([added, errors.length]).toEqual([world.rows.size, 20 - world.rows.size]);
		expect(added).toBeGreaterThan(0);
		for (const error of errors) {
			expect(error).toMatchObject({
				message: 'Not sent: The table is gone',
				advice: expect.stringMatching(/Restore it under this name/),
			});
		}
		const next = await sync(world, { directory: twenty });
		expect(next.statuses).toEqual([...times(added, 'unchanged'), ...times(20 - added, 'added')]);
	});

	test('for the rest of the run: the error of an added row says that the next run reports the contact as unknown', async () => {
		const { errors } = await sync(world, {
			directory: three,
			fateOf: fates('POST', 'done', 'lost', 'refused'),
			tick: failing(3),
		});
		expect(errors).toMatchObject([
			{
				message: expect.stringContaining(`Row ${rowId(1)} was added, but the list memory`),
				advice: expect.stringMatching(/^The next run reports the contact as unknown\. /),
			},
			{ message: expect.stringContaining('Couldn\'t confirm whether "ben@example.com"') },
			{ message: 'Netigate refused: no' },
		]);
	});

	test("after the run had to stop: contacts that weren't sent get the error that stopped it", async () => {
		const { errors } = await sync(world, {
			directory: twenty,
			fateOf: fates('POST', ...times<Fate>(20, 'forbidden')),
			tick: failing(3),
		});
		const refused = times(4, 'Netigate refused: wrong key');
		expect(errors.map(({ message }) => message)).toEqual([
			...refused,
			...times(16, 'Not sent: Netigate refused: wrong key'),
		]);
	});

	test('for the rest of the run: the error of a change says that it is repeated, and a deleted row counts as cleared', async () => {
		await seeded();
		world.rows.delete(rowId(3));
		const { statuses, errors } = await sync(world, {
			...clearing,
			directory: [{ ...anna, city: 'Kiel' }, ben],
			tick: failing(3),
		});
		expect(statuses).toEqual(['error', 'unchanged', 'cleared']);
		expect(errors[0]).toMatchObject({
			advice: 'The next run repeats the change, which is harmless.',
		});
	});
});

describe('a claim on the list', () => {
	const claim = (until: number) =>
		world.table.add({
			contact: 'run 8001 www.netigate.se',
			state: 'running',
			token: 'other',
			until: new Date(until).toISOString(),
			list: '',
			at: new Date(Date.now() - 120_000).toISOString(),
		});

	test('by another run stops this one until it expires', async () => {
		claim(Date.now() + 1);
		const { errors } = await sync(world, { directory: three });
		expect(errors[0]).toMatchObject({
			message: 'Another run is syncing this respondent list',
			advice: expect.stringContaining('until 2026-09-01T08:00:00.001Z at the latest'),
		});
		expect(methods()).toEqual([]);
		later(1);
		expect((await sync(world, { directory: three })).statuses).toEqual(times(3, 'added'));
		expect(world.table.all()).toHaveLength(3);
	});

	test('that another run took over: the next run repeats the changes sent before', async () => {
		await seeded(twenty);
		const directory = twenty.map((person) => ({ ...person, city: 'Kiel' }));
		const run = async (step: string) =>
			await sync(world, {
				directory,
				tick: async (label) => {
					if (label !== step) return;
					await world.table.store().run([{ remove: all(where('list', 'eq', '')) }]);
				},
			});
		const { errors, statuses } = await run('send PUT');
		expect(errors[0].message).toContain('Another run has taken over this respondent list');
		expect(statuses).toContain('updated');
		expect((await run('')).statuses).toEqual(times(20, 'updated'));
	});

	test('is reported without an end time if that is unknown', () => {
		expect(listIsBusy(undefined).advice).not.toContain('until');
	});
});

describe('the list memory', () => {
	test('holds a 12-character hash of each cell, and later versions must keep this length', async () => {
		await seeded();
		expect(JSON.parse(String(world.remembered()[0].cells))).toEqual({
			[CITY]: expect.stringMatching(/^.{12}$/),
			[TITLE]: expect.stringMatching(/^.{12}$/),
		});
	});

	test('forgets a person 90 days after the row was cleared', async () => {
		await seeded();
		const run = { ...clearing, directory: [anna, ben] };
		await sync(world, run);
		later(90 * 86_400_000);
		const { results } = await sync(world, { directory: three });
		expect(results[2]).toEqual(['carla@example.com', 'updated']);
		await sync(world, run);
		later(90 * 86_400_000 + 1);
		expect((await sync(world, { directory: three })).results[2]).toEqual([
			'carla@example.com',
			'added',
		]);
	});

	test.each([
		[three, ['added', 'unchanged', 'unchanged'], 3],
		[[ben, carla], ['unchanged', 'unchanged'], 2],
	])("uses only a person's last row after a crash (%#)", async (directory, statuses, left) => {
		await seeded();
		const [row] = world.remembered();
		world.rows.delete(rowId(1));
		world.table.add({ ...row, state: 'gone', token: 'crashed' });
		// A table may return its rows in any order.
		const storeOf = world.table.store.bind(world.table);
		jest.spyOn(world.table, 'store').mockImplementation((tick) => {
			const store = storeOf(tick);
			return { ...store, run: async (steps) => (await store.run(steps)).reverse() };
		});
		expect((await sync(world, { directory })).statuses).toEqual(statuses);
		expect(world.remembered()).toHaveLength(left);
	});

	test.each<Row>([
		{ state: 'odd' },
		{ respondentId: null },
		{ respondentId: 0.5 },
		{ cells: null },
		{ cells: 'null' },
		{ cells: '{"4805":5}' },
		{ state: 'unknown', cells: 'oops' },
	])('is rejected if a row was edited (%j)', async (edit) => {
		await seeded();
		const [row] = world.remembered();
		world.table.add({ ...row, ...edit });
		const { errors } = await sync(world, { directory: three });
		expect(errors[0].message).toMatch(/^Row \d+ in the data table .* can't be read/);
		expect(methods()).toEqual([]);
	});

	test.each([
		['missing', 'The table is gone', /^Someone deleted or renamed it\. Restore it under this name/],
		['full', 'The tables are full', /^Delete data tables or rows you no longer need, or raise/],
		['shape', 'The table has no column "at"', /Restore the column, but don't delete the table/],
		['failed', "The table can't be used: busy", /^Try again\..*works in this project\.$/],
		['key', 'Another key', /^Wait\.$/],
	] as const)('is not lost by following the advice for "%s"', (problem, message, advice) => {
		const error = memoryError(new LedgerError(problem, message, 'Wait.'));
		expect(error).toMatchObject({ problem, message, advice: expect.stringMatching(advice) });
	});
});

test('the error of a run that would change too much applies to all items', async () => {
	await seeded();
	const { errors } = await sync(world, { directory: [anna], ...clearing, options: {} });
	expect(errors[0]).toMatchObject({ ofRun: true });
});
