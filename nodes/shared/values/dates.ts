import { DateTime } from 'luxon';
import { InputError } from '../api/errors';

const FORMATS = ["yyyy-MM-dd' 'HH:mm:ss", "yyyy-MM-dd' 'HH:mm"];

function parse(value: unknown, zone: string): DateTime | undefined {
	if (value instanceof Date) return DateTime.fromJSDate(value);
	// A DateTime of an expression can come from another copy of luxon, so instanceof does not find it.
	if (typeof value === 'object' && value !== null && 'toISO' in value) {
		const iso = (value as { toISO: () => unknown }).toISO();
		return typeof iso === 'string' ? DateTime.fromISO(iso, { setZone: true }) : undefined;
	}
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	for (const format of FORMATS) {
		const date = DateTime.fromFormat(text, format, { zone });
		if (date.isValid) return date;
	}
	return DateTime.fromISO(text, { zone });
}

/**
 * A point in time as Netigate takes it: ISO 8601, UTC, whole seconds, `2026-09-27T15:38:26Z`
 * (contract: "Connection", dates). Part seconds are dropped.
 *
 * @param value an ISO string, a luxon DateTime or a Date; what names no zone is in `zone`
 * @param zone the workflow's time zone, e.g. `Europe/Berlin`
 * @param label the field as the user knows it, for the error
 * @returns undefined when the value is empty
 * @throws InputError when the value is no date
 */
export function toNetigateDate(value: unknown, zone: string, label: string): string | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const date = parse(value, zone);
	if (!date?.isValid) {
		throw new InputError(
			`"${label}" is no date: ${describeValue(value)}`,
			'Use the date picker, an ISO date such as 2026-09-27T15:38:26Z, or an expression that gives a date such as {{ $now.plus(7, "days") }}.',
		);
	}
	return `${date.toUTC().startOf('second').toISO({ suppressMilliseconds: true, includeOffset: false })}Z`;
}

/** A value as it may be shown in an error: short, and never a whole object. */
export function describeValue(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (value === '') return 'an empty text';
	if (typeof value === 'object')
		return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
	const text = typeof value === 'string' ? value : String(value as number);
	return `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"`;
}
