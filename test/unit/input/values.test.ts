import { toIds, toNumber } from '../../../nodes/shared/input/numbers';
import {
	describeValue,
	quotedSome,
	toChoice,
	toFlag,
	toStorable,
	toText,
	UniqueKeys,
} from '../../../nodes/shared/input/text';

test.each([
	[{}, 'a number'],
	[{ whole: true }, 'a whole number'],
	[{ min: 0 }, 'a number of at least 0'],
	[{ max: 5 }, 'a number of at most 5'],
	[{ min: 0, max: 5, whole: true }, 'a whole number from 0 to 5'],
])('the error for a number with the limits %j mentions %s', (limits, wanted) => {
	expect(() => toNumber('x', 'Days', limits)).toThrow(`'Days' isn't ${wanted}: "x"`);
});

test.each([
	[0, true],
	['5', true],
	['1,5', false],
	[-1, false],
	[6, false],
	[Infinity, false],
	['1.000', false],
])('%j is accepted as a whole number from 0 to 5: %j', (value, accepted) => {
	const read = () => toNumber(value, 'Days', { min: 0, max: 5, whole: true });
	if (accepted) expect(read()).toBe(Number(value));
	else expect(read).toThrow();
});

test.each([
	[undefined, []],
	[null, []],
	['', []],
	[[], []],
	[501, [501]],
	['501', [501]],
	[' [501, 502;503 501] ', [501, 502, 503]],
	[
		['501', 502],
		[501, 502],
	],
])('the IDs in %j are %j', (value, ids) => {
	expect(toIds(value, 'Surveys')).toEqual(ids);
});

test.each([
	['[]', '"[]"'],
	[' ', 'empty text'],
	['501, x', '"x"'],
	[0, '"0"'],
])('%j contains an invalid ID: %s', (value, shown) => {
	expect(() => toIds(value, 'Surveys')).toThrow(`'Surveys' isn't a valid Netigate ID: ${shown}`);
});

test.each([
	[null, ''],
	[undefined, ''],
	[' a ', ' a '],
	[1.5, '1.5'],
	[12n, '12'],
	[false, 'false'],
])('%p as text is %j', (value, text) => {
	expect(toText(value, 'Contact')).toBe(text);
});

test.each([NaN, Infinity, {}, ['a']])("%p can't be text", (value) => {
	expect(() => toText(value, 'Contact')).toThrow("'Contact' must be text");
});

test('texts in errors are shortened after 60 characters, and lists after 12 texts', () => {
	expect(describeValue('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
	expect(describeValue('x'.repeat(61))).toBe(`"${'x'.repeat(57)}…"`);
	const texts = Array.from({ length: 13 }, (_, at) => `${at}`);
	expect(quotedSome(texts.slice(0, 12))).toMatch(/, "11"$/);
	expect(quotedSome(texts)).toMatch(/, "11" and others$/);
});

test.each([
	[' Ja ', true],
	[1, true],
	['NO', false],
	[false, false],
])('%j is read as %j', (value, flag) => {
	expect(toFlag(value, 'Switch')).toBe(flag);
});

test.each(['', null, 2, [true]])('%j is neither true nor false', (value) => {
	expect(() => toFlag(value, 'Switch')).toThrow("'Switch' is neither true nor false");
});

test.each([
	['add', 'add'],
	['ADD', 'ADD'],
	[' Skip ', 'skip'],
	['', undefined],
	[['add'], undefined],
])('the choice for %j is %j', (value, choice) => {
	const read = () => toChoice(value, ['skip', 'add', 'ADD'], 'Choice');
	if (choice === undefined) expect(read).toThrow("'Choice' has no such option");
	else expect(read()).toBe(choice);
});

test('text that a database cannot store is rejected', () => {
	expect(toStorable('Grüße 👍🏽', 'Name')).toBe('Grüße 👍🏽');
	for (const text of ['a\0', '\ud83d'])
		expect(() => toStorable(text, 'Name')).toThrow("'Name' contains invalid characters");
});

test('numbers repeated keys, and skips keys that are taken', () => {
	const keys = new UniqueKeys(new Set(['Why? (3)']));
	expect(['Why?', 'Why?', 'Why?', 'How?'].map((key) => keys.take(key))).toEqual([
		'Why?',
		'Why? (2)',
		'Why? (4)',
		'How?',
	]);
	expect(['Why? (3)', 'How?', 'Who?'].map((key) => keys.has(key))).toEqual([true, true, false]);
});
