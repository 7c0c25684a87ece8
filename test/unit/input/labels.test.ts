import { labelsIn } from '../../../nodes/shared/input/labels';

const city = { BGDataLabelId: 4801, Name: 'City', Options: [] };

test('labels are read from a list, or from the one list in an object', () => {
	expect(labelsIn([city])).toEqual([city]);
	expect(labelsIn({ Labels: [city] })).toEqual([city]);
	expect(labelsIn({ 0: city })).toEqual([city]);
	expect(labelsIn(null)).toEqual([]);
	expect(labelsIn([null, city])).toEqual([city]);
});

test('a label without a name has an empty one, so that it can be reached by its id', () => {
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
	'%j is no list of labels, and nobody is to lose background data for it',
	(answer) => expect(() => labelsIn(answer)).toThrow(/labels can't be read/),
);

test('items that share an answer share its labels', () => {
	const answer = [city];
	expect(labelsIn(answer)).toBe(labelsIn(answer));
});
