import { DateTime } from 'luxon';
import type { Window } from '../../../nodes/shared/quarantine/rules/sendingHours';

/** Whether the local clock shows a time in a window that started today or yesterday. */
export function isOpen(
	windows: readonly Window[],
	holidays: readonly string[],
	now: DateTime,
): boolean {
	const minutes = now.hour * 60 + now.minute;
	const startsOn = (day: DateTime, passed: number) =>
		!holidays.includes(day.toISODate()!) &&
		windows.some(
			({ weekday, from, to }) => weekday === day.weekday && passed >= from && passed < to,
		);
	const date = DateTime.utc(now.year, now.month, now.day);
	return startsOn(date, minutes) || startsOn(date.minus({ days: 1 }), minutes + 24 * 60);
}
