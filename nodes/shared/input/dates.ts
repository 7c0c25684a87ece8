import { DateTime, Info } from 'luxon';
import { InputError, SettingError } from '../netigate/errors';
import { describeValue, isDate, isZonedDate, plainText } from './text';

// Without this pattern, Luxon would also accept "12" as noon today and "2027" as January 1, 2027.
const DATE =
	/^(?:\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?Z|[+-]\d{2}(?::?\d{2})?)?)?|\d{8}T\d{6}Z?)$/i;

function parse(value: unknown, zone: string): DateTime | undefined {
	if (isDate(value)) return DateTime.fromMillis(value.getTime(), { zone: 'utc' });
	if (isZonedDate(value)) {
		const iso = value.toISO();
		return typeof iso === 'string' ? DateTime.fromISO(iso) : undefined;
	}
	if (typeof value !== 'string') return undefined;
	const text = plainText(value);
	if (!DATE.test(text)) return undefined;
	return DateTime.fromISO(text.replace(/^(.{10}) /, '$1T').replace(/ ?z$/i, 'Z'), { zone });
}

/** Spreadsheets count the days since 1900. The numbers 20000 to 80000 are dates from 1954 to 2119. */
function isSpreadsheetDate(value: unknown): boolean {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && number > 20_000 && number < 80_000;
}

export type DateReader = (value: unknown, zone: string, label: string) => unknown;

/**
 * A date in the format that Netigate accepts: ISO 8601 in UTC with whole seconds, such as `2026-09-27T15:38:26Z`.
 * @param value an ISO string, a luxon DateTime or a Date
 * @param zone the time zone for strings without one, e.g. `Europe/Berlin`
 * @returns undefined if the value is empty
 * @throws InputError if the value isn't a valid date
 */
export function toNetigateDate(value: unknown, zone: string, label: string): string | undefined {
	const date = toDate(value, zone, label);
	return (
		date && `${date.startOf('second').toISO({ suppressMilliseconds: true, includeOffset: false })}Z`
	);
}

/** The same in milliseconds since 1970. */
export function toMoment(value: unknown, zone: string, label: string): number | undefined {
	return toDate(value, zone, label)?.toMillis();
}

function toDate(value: unknown, zone: string, label: string): DateTime | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const date = parse(value, zone);
	if (!date?.isValid) {
		throw new InputError(
			`'${label}' isn't a valid date: ${describeValue(value)}`,
			isSpreadsheetDate(value)
				? 'It looks like a date that a spreadsheet stored as a number. Convert it, using the name of your field: {{ Number($json.date).toDateTime("excel") }}.'
				: 'Use the date picker, an ISO date such as 2026-09-27T15:38:26Z, or an expression such as {{ $now.plus(7, "days") }}.',
		);
	}
	const utc = date.toUTC();
	const { year } = utc;
	if (year < 1 || year > 9999) {
		throw new InputError(
			`'${label}' is in the year ${year}`,
			'Check whether the expression confuses seconds with milliseconds.',
		);
	}
	return utc;
}

/**
 * A day, e.g. `2026-12-25`.
 * @param value an ISO date, a luxon DateTime or a Date
 * @throws InputError if the value isn't a valid date
 */
export function toDay(value: unknown, zone: string, label: string): string {
	const day = parse(value, zone)?.setZone(zone).toISODate();
	if (day) return day;
	throw new InputError(
		`'${label}' contains a value that isn't a valid date: ${describeValue(value)}`,
		'Use ISO dates such as 2026-12-25.',
	);
}

/** @throws InputError if the time zone doesn't exist, because dates can't be calculated without it */
export function knownTimeZone(zone: string): string {
	if (Info.normalizeZone(zone).isValid) return zone;
	throw new SettingError(
		`The workflow's time zone doesn't exist: ${describeValue(zone)}`,
		"Choose a time zone under 'Timezone' in the workflow's settings. If it is set to Default, correct the n8n instance's GENERIC_TIMEZONE setting.",
	);
}
