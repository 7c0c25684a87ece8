import { labelFor, labelsIn, matchFields } from '../../../nodes/shared/input/labels';

const city = { BGDataLabelId: 4801, Name: 'City', Options: [] };

test('reads labels from a list, or from the only list in an object', () => {
	expect(labelsIn([city])).toEqual([city]);
	expect(labelsIn({ Labels: [city] })).toEqual([city]);
	expect(labelsIn({ 0: city })).toEqual([city]);
	expect(labelsIn(null)).toEqual([]);
	expect(labelsIn([null, city])).toEqual([city]);
});

test('gives a label without a name an empty name, so that its ID can be used', () => {
	expect(
		labelsIn([
			{ ...city, Name: null },
			{ BGDataLabelId: 4802, Options: null },
		]),
	).toEqual([
		{ ...city, Name: '' },
		{ BGDataLabelId: 4802, Name: '', Options: [] },
	]);
});

test.each([[[7]], ['text'], [[{ Name: 'City' }]], [{ 0: 7 }]])(
	'rejects %j as a list of labels, so that no background data is lost',
	(answer) => expect(() => labelsIn(answer)).toThrow(/labels can't be read/),
);

test("the error for an entry that isn't a label says which member is missing", () => {
	expect(() => labelsIn([{ Name: 'City' }])).toThrow('an entry has no "BGDataLabelId"');
});

test('items with the same response share its labels', () => {
	const answer = [city];
	expect(labelsIn(answer)).toBe(labelsIn(answer));
});

const named = (...names: string[]) =>
	names.map((Name, at) => ({ ...city, BGDataLabelId: at + 1, Name })) as never as Parameters<
		typeof matchFields
	>[1];

test("a line break in a field's name doesn't affect other items", () => {
	const labels = named('City', 'Team');
	expect(matchFields(['City\nTeam'], labels)).toEqual([]);
	expect(matchFields(['City', 'Team'], labels).map(({ label }) => label)).toEqual(labels);
});

test('reads labels once for any number of fields and values', () => {
	let reads = 0;
	const labels = named('City', 'Team', 'Region').map((label) =>
		Object.defineProperty({ ...label }, 'Name', { get: () => (reads++, label.Name) }),
	);
	matchFields(['city'], labels);
	const before = reads;
	for (let item = 0; item < 50; item++) {
		matchFields(
			Array.from({ length: 50 }, (_, at) => `field ${item} ${at}`),
			labels,
		);
		labelFor(`value ${item}`, labels);
	}
	expect(reads).toBe(before);
});

test('labels keep their order, with the closest field of each first', () => {
	const found = matchFields(['team', 'city', 'City'], named('City', 'Team'));
	expect(found.map(({ label, fields }) => [label.Name, fields.map(({ field }) => field)])).toEqual([
		['City', ['City', 'city']],
		['Team', ['team']],
	]);
});

test.each([
	[1000, 'X', 1],
	[1001, 'X', 0],
	[1001, 'x', 1],
])('labels that match a name of %d characters like %j: %d', (length, letter, count) => {
	const labels = named('x'.repeat(length));
	const name = letter.repeat(length);
	expect(matchFields([name], labels)).toHaveLength(count);
	expect(labelFor(name, labels) ? 1 : 0).toBe(count);
});
