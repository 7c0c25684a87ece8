import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { SendingHours, type Window } from '../../../nodes/shared/quarantine/rules/sendingHours';
import { isOpen } from './isOpen';

const MINUTE = 60_000;
const DAY = 86_400_000;

const hour = (hours: number) => hours * 60;
const every = (from: number, to: number): Window[] =>
	[1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from, to }));

const opening = (windows: Window[], zone: string, at: string, holidays: string[] = []) =>
	DateTime.fromMillis(
		new SendingHours(windows, holidays, zone).nextOpening(
			DateTime.fromISO(at, { zone }).toMillis(),
		),
		{ zone },
	).toISO({ suppressMilliseconds: true });

const BERLIN = 'Europe/Berlin';
const workdays = every(hour(9), hour(17)).slice(0, 5);

test.each([
	['before the window', workdays, '2026-03-02T08:59', '2026-03-02T09:00:00+01:00'],
	['when it opens', workdays, '2026-03-02T09:00', '2026-03-02T09:00:00+01:00'],
	['at the last moment', workdays, '2026-03-02T16:59:59', '2026-03-02T16:59:59+01:00'],
	['when it closes', workdays, '2026-03-02T17:00', '2026-03-03T09:00:00+01:00'],
	['over the weekend', workdays, '2026-03-06T17:00', '2026-03-09T09:00:00+01:00'],
	['after midnight', every(hour(22), hour(26)), '2026-03-02T01:59', '2026-03-02T01:59:00+01:00'],
	['later that night', every(hour(22), hour(26)), '2026-03-02T02:00', '2026-03-02T22:00:00+01:00'],
	['all day', every(0, hour(24)), '2026-03-02T23:59:59', '2026-03-02T23:59:59+01:00'],
	// The clocks go from 2:00 to 3:00.
	['before a lost hour', every(150, hour(5)), '2026-03-29T00:00', '2026-03-29T03:00:00+02:00'],
	['at the start of a lost hour', every(120, 150), '2026-03-29T00:00', '2026-03-30T02:00:00+02:00'],
	['in a lost window', every(135, 165), '2026-03-29T00:00', '2026-03-30T02:15:00+02:00'],
	// The clocks go from 3:00 back to 2:00.
	['in a repeated hour', every(135, 150), '2026-10-25T02:20:00+01:00', '2026-10-25T02:20:00+01:00'],
	['between two times', every(135, 150), '2026-10-25T02:40:00+02:00', '2026-10-25T02:15:00+01:00'],
] as const)('opens %s', (_, windows, at, expected) => {
	expect(opening([...windows], BERLIN, at)).toBe(expected);
});

test('a window right after midnight opens before the repeated hour of the previous day', () => {
	// At 0:01, the clocks are set back to 23:01.
	const windows = [...every(hour(23) + 30, hour(23) + 40), ...every(0, 1)];
	expect(opening(windows, 'America/St_Johns', '2010-11-06T23:45-02:30')).toBe(
		'2010-11-07T00:00:00-02:30',
	);
});

test('a window belongs to the day on which it starts, even on holidays', () => {
	const nights = every(hour(22), hour(26));
	expect(opening(nights, BERLIN, '2026-12-25T01:00', ['2026-12-25'])).toContain('2026-12-25T01:00');
	expect(opening(nights, BERLIN, '2026-12-25T03:00', ['2026-12-25'])).toContain('2026-12-26T22:00');
	expect(opening(nights, BERLIN, '2026-12-26T01:00', ['2026-12-25'])).toContain('2026-12-26T22:00');
});

const CHANGES: Array<[string, string]> = [
	[BERLIN, '2026-03-29'],
	[BERLIN, '2026-10-25'],
	['America/New_York', '2026-03-08'],
	['America/New_York', '2026-11-01'],
	['America/Santiago', '2026-04-05'],
	['America/Santiago', '2026-09-06'],
	['Africa/Cairo', '2026-04-24'],
	['Africa/Cairo', '2026-10-30'],
	['Asia/Kolkata', '2026-05-01'],
	['Australia/Lord_Howe', '2026-04-05'],
	['Pacific/Kiritimati', '2026-01-01'],
	['Pacific/Apia', '2011-12-30'],
];

const minuteOfDay = fc.oneof(
	fc.integer({ min: 0, max: 16 }).map((quarters) => quarters * 15),
	fc.integer({ min: 0, max: 24 * 60 - 1 }),
);
const window = fc
	.tuple(fc.integer({ min: 1, max: 7 }), minuteOfDay, minuteOfDay)
	.filter(([, from, to]) => from !== to)
	.map(([weekday, from, to]) => ({ weekday, from, to: to > from ? to : to + 24 * 60 }));

test.each(CHANGES)('matches a scan of every minute in %s around %s', (zone, date) => {
	const middle = DateTime.fromISO(date, { zone: 'utc' }).toMillis();
	fc.assert(
		fc.property(
			fc.array(window, { minLength: 1, maxLength: 12 }),
			fc.subarray([-1, 0, 1, 2]),
			fc.integer({ min: -36 * 60, max: 36 * 60 }),
			(windows, off, minutes) => {
				const holidays = off.map(
					(days) => DateTime.fromMillis(middle + days * DAY, { zone: 'utc' }).toISODate()!,
				);
				const at = middle + minutes * MINUTE;
				const last = at + 30 * 60 * MINUTE;
				let scan = at;
				while (scan < last && !isOpen(windows, holidays, DateTime.fromMillis(scan, { zone })))
					scan += MINUTE;
				const found = new SendingHours(windows, holidays, zone).nextOpening(at);
				expect(Math.min(found, last)).toBe(scan);
			},
		),
		{ seed: 1, numRuns: 8 },
	);
});
