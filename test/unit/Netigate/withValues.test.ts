import { withValues } from '../../../nodes/Netigate/resources/respondentList/rowFields';

const label = (BGDataLabelId: number, Name: string) => ({
	BGDataLabelId,
	Name,
	Document: 1,
	Type: 'TEXT',
	Options: null,
});

test("adds values under the names of their labels and leaves Netigate's row unchanged", () => {
	const row = { RespondentId: 3_000_000_001, Cells: [{ labelId: 1, value: 'Anna' }], More: true };
	expect(withValues(row, [label(1, 'First name')])).toEqual({
		...row,
		values: { 'First name': 'Anna' },
	});
});

test('gives labels with the same name different keys', () => {
	const row = {
		RespondentId: 1,
		Cells: [
			{ labelId: 1, value: 'a' },
			{ labelId: 2, value: 'b' },
		],
	};
	expect(withValues(row, [label(1, 'City'), label(2, 'City')]).values).toEqual({
		City: 'a',
		'City (2)': 'b',
	});
	// A label's own name can look like a name with an ID.
	const labels = [label(3, 'City'), label(1, 'City (2)'), label(2, 'City')];
	expect(withValues(row, labels).values).toEqual({ 'City (2)': 'a', 'City (2) (2)': 'b' });
});

test('accepts a row without cells, label IDs as text, and unknown labels', () => {
	expect(withValues({ RespondentId: 1, Cells: null }, null).values).toEqual({});
	const cells = [
		{ labelId: '1' as unknown as number, value: 'a' },
		{ labelId: 9, value: null as unknown as string },
	];
	expect(withValues({ RespondentId: 1, Cells: cells }, [label(1, 'City')]).values).toEqual({
		City: 'a',
		'9': null,
	});
});

test('treats a label called __proto__ like any other', () => {
	const row = { RespondentId: 1, Cells: [{ labelId: 1, value: 'a' }] };
	const { values } = withValues(row, [label(1, '__proto__')]);
	expect(Object.entries(values)).toEqual([['__proto__', 'a']]);
});
