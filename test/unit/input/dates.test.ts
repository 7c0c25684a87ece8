import { DateTime } from 'luxon';
import { knownTimeZone, toDay, toMoment, toNetigateDate } from '../../../nodes/shared/input/dates';
import { describeValue } from '../../../nodes/shared/input/text';

const berlin = (value: unknown) => toNetigateDate(value, 'Europe/Berlin', 'Send Date');

test.each([
	['an ISO date in UTC', '2026-09-27T15:38:26Z', '2026-09-27T15:38:26Z'],
	['an offset', '2026-09-27T15:38:26+05:30', '2026-09-27T10:08:26Z'],
	["no zone: the workflow's, in summer", '2026-07-01T09:00:00', '2026-07-01T07:00:00Z'],
	["no zone: the workflow's, in winter", '2026-12-01T09:00:00', '2026-12-01T08:00:00Z'],
	['a value from the date picker', '2026-12-01 09:00:00', '2026-12-01T08:00:00Z'],
	['minutes only', '2026-12-01 09:00', '2026-12-01T08:00:00Z'],
	['a day', '2026-12-01', '2026-11-30T23:00:00Z'],
	['parts of seconds are dropped', '2026-09-27T15:38:26.999Z', '2026-09-27T15:38:26Z'],
	['spaces around it', '  2026-09-27T15:38:26Z ', '2026-09-27T15:38:26Z'],
	['a Date', new Date('2026-09-27T15:38:26.5Z'), '2026-09-27T15:38:26Z'],
	[
		'a DateTime in another zone',
		DateTime.fromISO('2026-09-27T15:38:26', { zone: 'America/New_York' }),
		'2026-09-27T19:38:26Z',
	],
	[
		'a DateTime from another copy of luxon',
		{ toISO: () => '2026-09-27T15:38:26.000+02:00' },
		'2026-09-27T13:38:26Z',
	],
])('%s', (_, value, expected) => {
	expect(berlin(value)).toBe(expected);
});

test.each([undefined, null, ''])('%j is accepted as no date', (value) => {
	expect(berlin(value)).toBeUndefined();
});

test.each([
	['tomorrow', '"tomorrow"'],
	['2026-02-30', '"2026-02-30"'],
	[12, '"12"'],
	['12', '"12"'],
	['2027', '"2027"'],
	[20_000, '"20000"'],
	['80000', '"80000"'],
	[{}, 'an object'],
	[['2026-01-01'], 'a list'],
	[DateTime.invalid('no'), 'an invalid date'],
	[new Date(NaN), 'an invalid date'],
])('the error for %j names the field and suggests the date picker', (value, shown) => {
	expect(() => berlin(value)).toThrow(
		expect.objectContaining({
			message: `'Send Date' isn't a valid date: ${shown}`,
			advice: expect.stringContaining('date picker'),
		}),
	);
});

test.each([20_001, '46000', 79_999])('%j may be a date from a spreadsheet', (value) => {
	expect(() => berlin(value)).toThrow(
		expect.objectContaining({ advice: expect.stringContaining('spreadsheet') }),
	);
});

test.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])('%j is in a valid year', (value) => {
	expect(berlin(value)).toBe(value);
});

test.each([
	[new Date(1_774_958_400_000_000), 58216],
	[DateTime.utc(10_000, 1, 1), 10_000],
	[DateTime.utc(0, 12, 31), 0],
])('rejects %s, whose year neither Netigate nor a database accepts', (value, year) => {
	expect(() => berlin(value)).toThrow(
		expect.objectContaining({
			message: `'Send Date' is in the year ${year}`,
			advice: expect.stringContaining('milliseconds'),
		}),
	);
});

test.each([
	[undefined, 'nothing'],
	[null, 'null'],
	['', 'empty text'],
	[[1], 'a list'],
	[{ key: 'secret' }, 'an object'],
	[{ toISO: 'secret' }, 'an object'],
	[true, '"true"'],
	['x'.repeat(10_000), `"${'x'.repeat(57)}…"`],
])('shows values in errors in a short form, and never a whole object', (value, shown) => {
	expect(describeValue(value)).toBe(shown);
});

test.each([
	['2026-12-25', '2026-12-25'],
	['2026-12-24T23:30:00Z', '2026-12-25'],
	[DateTime.fromISO('2026-12-25T00:30', { zone: 'Asia/Tokyo' }), '2026-12-24'],
])('in Berlin, the day of %s is %s', (value, day) => {
	expect(toDay(value, 'Europe/Berlin', 'Holidays')).toBe(day);
});

test.each(['2026-02-30', '', null, 12])("%j isn't a day", (value) => {
	expect(() => toDay(value, 'Europe/Berlin', 'Holidays')).toThrow(
		"'Holidays' contains a value that isn't a valid date",
	);
});

test('reads a moment in milliseconds', () => {
	expect(toMoment('1970-01-01T01:00:01.5', 'Europe/Berlin', 'Since')).toBe(1_500);
	expect(toMoment('', 'Europe/Berlin', 'Since')).toBeUndefined();
});

test('rejects a time zone that does not exist', () => {
	expect(knownTimeZone('Europe/Berlin')).toBe('Europe/Berlin');
	expect(() => knownTimeZone('Europe/Atlantis')).toThrow(
		`The workflow's time zone doesn't exist: "Europe/Atlantis"`,
	);
});
