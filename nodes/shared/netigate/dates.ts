const DOCUMENTED_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const DATE =
	/^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?)? ?(?:(Z)|([+-]\d\d):?(\d\d)?)?$/i;

/**
 * An earlier date means "no date", because servers then use the first day of their calendar (in 0001, 1753,
 * 1899 or 1900).
 */
const FIRST_MS = Date.UTC(1901, 0);

/** Numbers of at least this size are milliseconds since 1970. Smaller numbers are seconds. */
const LEAST_MS = 1e11;
const LEAST_SECONDS = 1e9;

/** Reads any common date format. Returns NaN for other values. A date without a time zone is treated as UTC. */
function momentOf(value: unknown): number {
	const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '';
	const ticks = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(text);
	if (ticks) return Number(ticks[1]);
	const number = /^-?\d{10,14}(\.\d+)?$/.test(text) ? Number(text) : NaN;
	if (Math.abs(number) >= LEAST_SECONDS)
		return Math.abs(number) < LEAST_MS ? number * 1000 : number;
	const parts = DATE.exec(text.trim());
	if (!parts) return NaN;
	const [, day, time = '00:00', seconds = ':00', , hours, minutes = '00'] = parts;
	return Date.parse(`${day}T${time}${seconds}${hours ? `${hours}:${minutes}` : 'Z'}`);
}

/** A date in Netigate's format (UTC, whole seconds), so dates can be compared as text. */
export const toDate = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Converts a date to Netigate's documented format (UTC, whole seconds). Other values are returned unchanged. */
export function inDateForm(value: unknown): unknown {
	if (typeof value === 'string' && DOCUMENTED_DATE.test(value) && value > '1901') return value;
	const moment = momentOf(value);
	if (moment < FIRST_MS) return null;
	return Math.abs(moment) <= 8.64e15 ? toDate(moment) : value;
}

export const isDate = (value: unknown): value is string =>
	typeof value === 'string' && DOCUMENTED_DATE.test(value);
