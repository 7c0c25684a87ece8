import { chunks, countBy, groupBy, halves, jointKey } from '../../../nodes/shared/basics/lists';

test('chunks splits a list into parts of at most the given size', () => {
	expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
	expect(chunks([], 2)).toEqual([]);
});

test('halves splits a list in two', () => {
	expect([[1, 2, 3, 4, 5], [1, 2], [1]].map(halves)).toEqual([
		[
			[1, 2, 3],
			[4, 5],
		],
		[[1], [2]],
		[[1]],
	]);
});

test('groupBy keeps keys and entries in the order of their first appearance', () => {
	const groups = groupBy(['b1', 'a1', 'b2'], (entry) => entry[0]);
	expect([...groups]).toEqual([
		['b', ['b1', 'b2']],
		['a', ['a1']],
	]);
});

test('countBy counts each value', () => {
	expect([...countBy(['x', 'y', 'x'])]).toEqual([
		['x', 2],
		['y', 1],
	]);
});

test.each([
	[
		['a\nb', 'c'],
		['a', 'b\nc'],
	],
	[
		['a b', 'c'],
		['a', 'b c'],
	],
	[
		['a","b', 'c'],
		['a', 'b","c'],
	],
	[['1'], [1]],
	[['', 'a'], ['a']],
])('jointKey differs for %j and %j', (one, other) => {
	expect(jointKey(...one)).not.toBe(jointKey(...other));
});
