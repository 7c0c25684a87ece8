import { inDateForm, isDate } from '../../../nodes/shared/netigate/dates';

const DATE = '2026-09-27T15:38:26Z';

test.each<[unknown, string | null]>([
	[DATE, DATE],
	['2026-09-27T15:38:26.987Z', DATE],
	['2026-09-27 15:38:26', DATE],
	['2026-09-27T17:38:26+02:00', DATE],
	['2026-09-27T10:38:26-0500', DATE],
	['2026-09-27T17:38:26 +02', DATE],
	['2026-09-27 15:38', '2026-09-27T15:38:00Z'],
	['2026-09-27', '2026-09-27T00:00:00Z'],
	['/Date(1790523506000)/', DATE],
	['/Date(1790523506000+0200)/', DATE],
	[1790523506, DATE],
	['1790523506', DATE],
	[1790523506987, DATE],
	[1e9, '2001-09-09T01:46:40Z'],
	[1e11 - 1, '5138-11-16T09:46:39Z'],
	[1e11, '1973-03-03T09:46:40Z'],
	['1901-01-01', '1901-01-01T00:00:00Z'],
	['1900-12-31T23:59:59Z', null],
	['0001-01-01T00:00:00', null],
	['/Date(-62135596800000)/', null],
	[-62135596800, null],
])('reads the date %j as %j', (given, expected) => {
	expect(inDateForm(given)).toBe(expected);
});

test.each([
	...['yesterday', '', '27.09.2026', '2026-13-01', '2026-09-27T25:00:00Z', '123456789'],
	...['/Date(8640000000000001)/', 5, 123456789, null, true, undefined],
])('returns %j unchanged, because it is not a date', (given) => {
	expect(inDateForm(given)).toBe(given);
});

test.each([
	[DATE, true],
	['2026-09-27', false],
	['yesterday', false],
	[1790523506, false],
	[null, false],
])('%j is a date in the documented format: %s', (given, expected) => {
	expect(isDate(given)).toBe(expected);
});
