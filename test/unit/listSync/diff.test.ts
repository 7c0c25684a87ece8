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
	respondentId: 61_001,
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

function diff(
	people: DirectoryPerson[],
	rows: Known[],
	{ columns = [CITY, TITLE], addUncertain = false, present = [] as string[] } = {},
): Plan {
	return diffList(people, new Map(rows.map((row) => [row.key, row])), {
		columns: new Set(columns),
		hashOf,
		addUncertain,
		present,
	});
}

/** The plan in few words: who, and for changes which labels. */
const told = (plan: Plan) =>
	Object.fromEntries(
		Object.entries({
			adds: plan.adds.map(({ key }) => key),
			changes: plan.changes.map((change) => [
				change.person.key,
				{ write: change.write, empty: change.empty },
			]),
			unchanged: plan.unchanged.map((one) => one.person.key),
			repeated: plan.repeated.map((one) => [one.person.position, one.first.position, one.differs]),
			uncertain: plan.uncertain.map((one) => one.person.key),
			missing: plan.missing.map(({ key }) => key),
			uncertainMissing: plan.uncertainMissing.map(({ key }) => key),
		}).filter(([, list]) => list.length > 0),
	);

describe('who is in the directory', () => {
	test('and not remembered is added', () => {
		expect(told(diff([person('anna'), person('ben')], []))).toEqual({ adds: ['anna', 'ben'] });
	});

	test('and remembered with the same cells is left alone', () => {
		const plan = diff([person('anna', { [CITY]: 'Lund' })], [known('anna', { [CITY]: 'Lund' })]);
		expect(told(plan)).toEqual({ unchanged: ['anna'] });
	});

	test('and remembered without any cells is left alone', () => {
		expect(told(diff([person('anna')], [known('anna')]))).toEqual({ unchanged: ['anna'] });
	});

	test('with another value: only that cell is written', () => {
		const plan = diff(
			[person('anna', { [CITY]: 'Malmö', [TITLE]: 'Nurse' })],
			[known('anna', { [CITY]: 'Lund', [TITLE]: 'Nurse' })],
		);
		expect(told(plan)).toEqual({ changes: [['anna', { write: [CITY], empty: [] }]] });
	});

	test('with a value that was not there before: that cell is written', () => {
		const plan = diff(
			[person('anna', { [CITY]: 'Lund', [TITLE]: 'Nurse' })],
			[known('anna', { [CITY]: 'Lund' })],
		);
		expect(told(plan)).toEqual({ changes: [['anna', { write: [TITLE], empty: [] }]] });
	});

	test('with a value that is gone: that cell is emptied', () => {
		const plan = diff(
			[person('anna', { [TITLE]: 'Head nurse' })],
			[known('anna', { [CITY]: 'Lund', [TITLE]: 'Nurse' })],
		);
		expect(told(plan)).toEqual({ changes: [['anna', { write: [TITLE], empty: [CITY] }]] });
	});

	test('a cell of which the directory does not speak is left alone', () => {
		const plan = diff([person('anna')], [known('anna', { [CITY]: 'Lund' })], { columns: [TITLE] });
		expect(told(plan)).toEqual({ unchanged: ['anna'] });
	});

	test('a cell whose fate is not known is written again, though the directory did not change', () => {
		const plan = diff([person('anna', { [CITY]: 'Lund' })], [known('anna', { [CITY]: '' })]);
		expect(told(plan)).toEqual({ changes: [['anna', { write: [CITY], empty: [] }]] });
	});

	test('a cell whose fate is not known and that is to be empty is emptied', () => {
		const plan = diff([person('anna')], [known('anna', { [CITY]: '' })]);
		expect(told(plan)).toEqual({ changes: [['anna', { write: [], empty: [CITY] }]] });
	});

	test('and whose row was cleared is written again into the same row, never added', () => {
		const plan = diff([person('anna', { [CITY]: 'Lund' })], [cleared('anna')]);
		expect(told(plan)).toEqual({ changes: [['anna', { write: [CITY], empty: [] }]] });
		expect(plan.changes[0].known.respondentId).toBe(61_001);
	});

	test('and of whom it cannot be told whether they were added is not added again', () => {
		expect(told(diff([person('anna')], [unknown('anna')]))).toEqual({ uncertain: ['anna'] });
	});

	test('and of whom it cannot be told is added where the user says so', () => {
		const plan = diff([person('anna')], [unknown('anna')], { addUncertain: true });
		expect(told(plan)).toEqual({ adds: ['anna'] });
	});
});

describe('who comes twice in the directory', () => {
	test('is added once', () => {
		const plan = diff([person('anna'), person('ben'), person('anna')], []);
		expect(told(plan)).toEqual({ adds: ['anna', 'ben'], repeated: [[2, 0, false]] });
	});

	test('with other data counts with the first, and that they differ is told', () => {
		const plan = diff(
			[person('anna', { [CITY]: 'Lund' }), person('anna', { [CITY]: 'Malmö' }), person('anna')],
			[known('anna', { [CITY]: 'Lund' })],
		);
		expect(told(plan)).toEqual({
			unchanged: ['anna'],
			repeated: [
				[1, 0, true],
				[2, 0, false],
			],
		});
	});

	test('takes from a later item what the first leaves blank', () => {
		const plan = diff(
			[person('anna', { [CITY]: 'Lund' }), person('anna', { [CITY]: 'Malmö', [TITLE]: 'Nurse' })],
			[known('anna', { [CITY]: 'Lund', [TITLE]: 'Nurse' })],
		);
		expect(told(plan)).toEqual({ unchanged: ['anna'], repeated: [[1, 0, true]] });
	});

	test('and is uncertain is reported once', () => {
		const plan = diff([person('anna'), person('anna')], [unknown('anna')]);
		expect(told(plan)).toEqual({ uncertain: ['anna'], repeated: [[1, 0, false]] });
	});

	test('is added once where the uncertain are added again', () => {
		const plan = diff([person('anna'), person('anna')], [unknown('anna')], { addUncertain: true });
		expect(told(plan)).toEqual({ adds: ['anna'], repeated: [[1, 0, false]] });
	});
});

describe('who is not in the directory any more', () => {
	test('is missing', () => {
		const plan = diff([person('anna')], [known('anna'), known('ben', { [CITY]: 'Lund' })]);
		expect(told(plan)).toEqual({ unchanged: ['anna'], missing: ['ben'] });
	});

	test('and whose row was cleared is not reported again', () => {
		expect(told(diff([], [cleared('anna')]))).toEqual({});
	});

	test('and of whom it cannot be told whether they were added is told apart', () => {
		expect(told(diff([], [unknown('anna')], { addUncertain: true }))).toEqual({
			uncertainMissing: ['anna'],
		});
	});

	test('is not somebody whose item cannot be used', () => {
		const plan = diff([], [known('anna'), known('ben'), unknown('dan')], {
			present: ['anna', 'dan'],
		});
		expect(told(plan)).toEqual({ missing: ['ben'] });
	});

	test('an empty directory makes everybody missing', () => {
		const plan = diff([], [known('anna'), known('ben'), cleared('carla'), unknown('dan')]);
		expect(told(plan)).toEqual({ missing: ['anna', 'ben'], uncertainMissing: ['dan'] });
	});
});

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

	test('nothing is lost where the missing are only reported', () => {
		expect(lossOf(diff([], list), false)).toEqual({ rows: 0, of: 10 });
	});

	test('a row that loses a cell counts as well: a directory without its values empties nothing', () => {
		const loss = lossOf(diff(directory(10, {}), list), false);
		expect(loss).toEqual({ rows: 10, of: 10 });
		expect(losesTooMuch(loss, 20)).toBe(true);
	});

	test('a value that is replaced is no loss', () => {
		expect(lossOf(diff(directory(10, { [CITY]: 'Malmö' }), list), true)).toEqual({
			rows: 0,
			of: 10,
		});
	});

	test('the share is of the rows that hold something, not of cleared or uncertain ones', () => {
		const rows = [...list.slice(0, 4), cleared('x'), cleared('y'), unknown('z')];
		expect(lossOf(diff(directory(3), rows), true)).toEqual({ rows: 1, of: 4 });
	});

	test('new people do not make room for losses', () => {
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

describe('whatever the directory and the list', () => {
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

	test('everybody has exactly one place in the plan', () => {
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

	test('nobody who is remembered is added, unless uncertain and asked for', () => {
		fc.assert(
			fc.property(directories, lists, (people, rows) => {
				const remembered = new Set(rows.map(({ key }) => key));
				expect(diff(people, rows).adds.filter(({ key }) => remembered.has(key))).toEqual([]);
			}),
		);
	});

	test('after the plan was carried out there is nothing left to do', () => {
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
	const some = (from: number, to: number) =>
		Array.from({ length: to - from }, (_, index) => `p${from + index}`);
	const strangers = (people: string[], rows: Known[], addUncertain = false) =>
		strangersOf(
			diff(
				people.map((key) => person(key)),
				rows,
				{ addUncertain },
			),
			new Map(rows.map((row) => [row.key, row])),
		);

	test('is one of whom nobody is remembered', () => {
		expect(strangers(some(0, 20), [])).toEqual({ people: 20, of: 20, remembered: 0 });
		const others = some(50, 60).map((key) => known(key));
		expect(strangers(some(0, 20), others)).toEqual({ people: 20, of: 20, remembered: 10 });
	});

	test('and one of whom 9 in 10 are not, while most of those remembered are gone', () => {
		const rows = [...some(0, 2), ...some(90, 93)].map((key) => known(key));
		expect(strangers(some(0, 20), rows)).toEqual({ people: 18, of: 20, remembered: 5 });
		expect(strangers(some(0, 19), rows)).toBeUndefined();
	});

	test('not where those remembered are in it: many have joined, or a first run was cut short', () => {
		expect(
			strangers(
				some(0, 1000),
				some(0, 3).map((key) => known(key)),
			),
		).toBeUndefined();
		expect(strangers(some(0, 1000), some(0, 3).map(unknown))).toBeUndefined();
	});

	test('nor where people are added again who are unknown, nor where nobody is to be added', () => {
		expect(strangers(some(0, 3), some(0, 3).map(unknown), true)).toBeUndefined();
		expect(strangers([], [])).toBeUndefined();
		expect(
			strangers(
				[],
				some(0, 3).map((key) => known(key)),
			),
		).toBeUndefined();
	});

	test('who left long ago and was cleared does not count', () => {
		const rows = [...some(0, 5).map((key) => known(key)), ...some(100, 200).map(cleared)];
		expect(strangers(some(0, 90), rows)).toBeUndefined();
	});
});
