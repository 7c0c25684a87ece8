import fc from 'fast-check';
import {
	diffList,
	losesTooMuch,
	lossOf,
	strangersOf,
	type Known,
	type DirectoryPerson,
	type Plan,
} from '../../../nodes/shared/listSync/diff';

const CITY = '4805';
const TITLE = '4806';

type Values = Record<string, string>;

let position = 0;
beforeEach(() => {
	position = 0;
});

const person = (key: string, cells: Values = {}): DirectoryPerson => ({
	position: position++,
	key,
	contact: `${key}@example.com`,
	cells: new Map(Object.entries(cells)),
});

const hashOf = ({ key }: { key: string }, labelId: string, value: string) =>
	`#${key}.${labelId}.${value}`;

const known = (key: string, cells: Values = {}, more: Partial<Known> = {}): Known => ({
	key,
	state: 'there',
	respondentId: [...key].reduce((sum, letter) => sum * 131 + letter.charCodeAt(0), 0),
	address: null,
	cells: new Map(
		Object.entries(cells).map(([labelId, value]) => [
			labelId,
			value === '' ? '' : hashOf({ key }, labelId, value),
		]),
	),
	...more,
});

const cleared = (key: string) => known(key, {}, { state: 'cleared' });
const unknown = (key: string) => known(key, {}, { state: 'unknown', respondentId: null });

function diff(people: DirectoryPerson[], rows: Known[], { addUncertain = false } = {}): Plan {
	return diffList(people, new Map(rows.map((row) => [row.key, row])), {
		columns: new Set([CITY, TITLE]),
		hashOf,
		addUncertain,
		present: people.map(({ key }) => key),
	});
}

describe('the guard', () => {
	const list = Array.from({ length: 10 }, (_, index) => known(`p${index}`, { [CITY]: 'Lund' }));
	const directory = (count: number, cells: Values = { [CITY]: 'Lund' }) =>
		Array.from({ length: count }, (_, index) => person(`p${index}`, cells));

	test.each([
		[10, 0],
		[8, 2],
		[7, 3],
		[0, 10],
	])('with %d of 10 left in the directory, %d rows would be cleared', (left, gone) => {
		const loss = lossOf(diff(directory(left), list), true);
		expect(loss).toEqual({ rows: gone, of: 10 });
		expect(losesTooMuch(loss, 20)).toBe(gone > 2);
	});

	test('nothing is lost if missing people are only reported', () => {
		expect(lossOf(diff([], list), false)).toEqual({ rows: 0, of: 10 });
	});

	test('a row that loses a cell counts too, so a directory without its values empties nothing', () => {
		const loss = lossOf(diff(directory(10, {}), list), false);
		expect(loss).toEqual({ rows: 10, of: 10 });
		expect(losesTooMuch(loss, 20)).toBe(true);
	});

	test("a replaced value isn't a loss", () => {
		const replaced = diff(directory(10, { [CITY]: 'Malmö' }), list);
		expect(lossOf(replaced, true)).toEqual({ rows: 0, of: 10 });
	});

	test('the share counts only rows with values, not cleared or uncertain ones', () => {
		const rows = [...list.slice(0, 4), cleared('x'), cleared('y'), unknown('z')];
		expect(lossOf(diff(directory(3), rows), true)).toEqual({ rows: 1, of: 4 });
	});

	test("new people don't allow more losses", () => {
		const newcomers = Array.from({ length: 90 }, (_, index) => person(`n${index}`));
		const loss = lossOf(diff([...directory(7), ...newcomers], list), true);
		expect(losesTooMuch(loss, 20)).toBe(true);
	});

	test.each([
		[{ rows: 2, of: 10 }, 20, false],
		[{ rows: 3, of: 10 }, 20, true],
		[{ rows: 0, of: 0 }, 0, false],
		[{ rows: 0, of: 10 }, 0, false],
		[{ rows: 1, of: 10_000 }, 0, true],
		[{ rows: 10, of: 10 }, 100, false],
		[{ rows: 1, of: 3 }, 33.3, true],
		[{ rows: 1, of: 3 }, 33.4, false],
	])('%j at %d percent: stopped is %s', (loss, percent, stopped) => {
		expect(losesTooMuch(loss, percent)).toBe(stopped);
	});
});

describe('for any directory and list', () => {
	const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e');
	const values = fc.dictionary(
		fc.constantFrom(CITY, TITLE),
		fc.constantFrom('Lund', 'Malmö', 'Nurse'),
	);
	const directories = fc
		.array(fc.tuple(keys, values), { maxLength: 8 })
		.map((rows) => rows.map(([key, cells], at) => ({ ...person(key, cells), position: at })));
	const lists = fc.uniqueArray(
		fc.oneof(
			fc.tuple(keys, values).map(([key, cells]) => known(key, cells)),
			keys.map(cleared),
			keys.map(unknown),
		),
		{ selector: ({ key }) => key },
	);

	test('everyone has exactly one place in the plan', () => {
		fc.assert(
			fc.property(directories, lists, fc.boolean(), (people, rows, addUncertain) => {
				const plan = diff(people, rows, { addUncertain });
				const placed = [
					...plan.adds,
					...plan.changes.map((one) => one.person),
					...plan.unchanged.map((one) => one.person),
					...plan.repeated.map((one) => one.person),
					...plan.uncertain.map((one) => one.person),
				].map(({ position: at }) => at);
				expect(placed.sort((a, b) => a - b)).toEqual(people.map((_, at) => at));
				const here = new Set(people.map(({ key }) => key));
				const gone = rows.filter(({ key, state }) => !here.has(key) && state !== 'cleared');
				expect([...plan.missing, ...plan.uncertainMissing].map(({ key }) => key).sort()).toEqual(
					gone.map(({ key }) => key).sort(),
				);
			}),
		);
	});

	test('no remembered person is added, unless uncertain and requested', () => {
		fc.assert(
			fc.property(directories, lists, (people, rows) => {
				const remembered = new Set(rows.map(({ key }) => key));
				expect(diff(people, rows).adds.filter(({ key }) => remembered.has(key))).toEqual([]);
			}),
		);
	});

	test('after the plan is carried out, nothing is left to do', () => {
		fc.assert(
			fc.property(directories, lists, (people, rows) => {
				const plan = diff(people, rows);
				const after = new Map(rows.map((row) => [row.key, row]));
				for (const one of [...plan.adds, ...plan.changes.map((change) => change.person)]) {
					after.set(one.key, known(one.key, Object.fromEntries(one.cells)));
				}
				for (const { key } of plan.missing) after.set(key, cleared(key));
				const next = diff(people, [...after.values()]);
				expect([next.adds, next.changes, next.missing]).toEqual([[], [], []]);
			}),
		);
	});
});

describe('a directory of strangers', () => {
	const keysOf = (from: number, to: number) =>
		Array.from({ length: to - from }, (_, index) => `p${from + index}`);
	const knownAll = (keys: string[]) => keys.map((key) => known(key));
	const strangers = (keys: string[], rows: Known[], addUncertain = false) => {
		const people = keys.map((key) => person(key));
		const byKey = new Map(rows.map((row) => [row.key, row]));
		return strangersOf(diff(people, rows, { addUncertain }), byKey);
	};

	test('is recognized if it contains no remembered people', () => {
		expect(strangers(keysOf(0, 20), [])).toEqual({ people: 20, of: 20, remembered: 0 });
		expect(strangers(keysOf(0, 20), knownAll(keysOf(50, 60)))).toEqual({
			people: 20,
			of: 20,
			remembered: 10,
		});
	});

	test('is recognized if 9 in 10 people are unknown and most remembered people are missing', () => {
		const rows = knownAll([...keysOf(0, 2), ...keysOf(90, 93)]);
		expect(strangers(keysOf(0, 20), rows)).toEqual({ people: 18, of: 20, remembered: 5 });
		expect(strangers(keysOf(0, 19), rows)).toBeUndefined();
		const uncertain = [...rows, ...['p2', 'x', 'y'].map(unknown)];
		expect(strangers(keysOf(0, 30), uncertain)).toEqual({ people: 27, of: 30, remembered: 8 });
	});

	test("isn't assumed if it contains the remembered people, because it may just have grown", () => {
		expect(strangers(keysOf(0, 1000), knownAll(keysOf(0, 3)))).toBeUndefined();
		expect(strangers(keysOf(0, 1000), keysOf(0, 3).map(unknown))).toBeUndefined();
	});

	test("isn't assumed for uncertain people added again, or for an empty directory", () => {
		expect(strangers(keysOf(0, 3), keysOf(0, 3).map(unknown), true)).toBeUndefined();
		expect(strangers([], [])).toBeUndefined();
		expect(strangers([], knownAll(keysOf(0, 3)))).toBeUndefined();
	});

	test("isn't assumed because of people who were cleared long ago", () => {
		const rows = [...knownAll(keysOf(0, 5)), ...keysOf(100, 200).map(cleared)];
		expect(strangers(keysOf(0, 90), rows)).toBeUndefined();
	});
});
