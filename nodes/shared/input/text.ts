import { InputError } from '../netigate/errors';
import { foldText } from '../basics/plainText';

export { foldReadable, foldText, isBlankText, plainText, readableText } from '../basics/plainText';

/** Whether a value is a Date, including one created in an n8n expression. */
export const isDate = (value: unknown): value is Date =>
	Object.prototype.toString.call(value) === '[object Date]';

/** Whether a value is a luxon DateTime. `instanceof` doesn't work if the value was created by another copy of luxon. */
export function isZonedDate(value: unknown): value is { toISO: () => unknown } {
	return (
		typeof value === 'object' &&
		value !== null &&
		'toISO' in value &&
		typeof value.toISO === 'function'
	);
}

export interface Problem {
	problem: string;
	advice: string;
}

/** Describes a value briefly for an error message. The content of an object is never included. */
export function describeValue(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (value === null) return 'null';
	if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
	if (isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid date' : 'a date';
	if (isZonedDate(value)) return value.toISO() === null ? 'an invalid date' : 'a date';
	if (typeof value === 'object') return 'an object';
	const text = typeof value === 'string' ? value : String(value as number);
	if (text.trim() === '') return 'empty text';
	return `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"`;
}

/** Lists strings in quotes, by default up to twelve, for error messages that show which values are allowed. */
export function quotedSome(texts: readonly string[], most = 12): string {
	const some = texts.slice(0, most).map(describeValue);
	return `${some.join(', ')}${texts.length > some.length ? ' and others' : ''}`;
}

/** Databases reject NUL and change lone surrogates. */
const UNSTORABLE = /[\0\p{Cs}]/u;

export const DAMAGED =
	'The text may have been damaged by a wrong encoding. Check where it comes from.';

export const ROUNDED_NUMBER =
	'The number was rounded before it reached this node. Format the column as text in its source.';

/** @throws InputError if a database couldn't store the text unchanged */
export function toStorable(text: string, label: string): string {
	if (!UNSTORABLE.test(text)) return text;
	throw new InputError(`'${label}' contains invalid characters: ${describeValue(text)}`, DAMAGED);
}

/** Removes unpaired surrogates, such as half an emoji, because they can't be sent unchanged. */
const withoutHalves = (text: string): string => text.replace(/\p{Cs}/gu, '');

/** Replaces line breaks with spaces, because a line break would cut off an email's subject or sender. */
const onOneLine = (text: string): string => text.replace(/[\n\v\f\r\u0085\u2028\u2029]+/g, ' ');

/** Control characters other than whitespace, and characters that reverse the text after them. */
const UNSENDABLE = /[^\P{Cc}\t-\r\u0085]|[\u202d\u202e]/u;

/**
 * Text to send to Netigate. @param severalRows whether it may contain line breaks
 * @throws InputError if it contains control characters or nothing that can be sent
 */
export function toSendable(given: string, label: string, severalRows: boolean): string {
	const text = withoutHalves(severalRows ? given : onOneLine(given)).trim();
	const isLost = text === '' && given.trim() !== '';
	if (!isLost && !UNSENDABLE.test(text)) return text;
	throw new InputError(`'${label}' contains invalid characters: ${describeValue(text)}`, DAMAGED);
}

/** Converts a string, number or boolean to text. @throws InputError for an object or a list */
export function toText(value: unknown, label: string): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value))
		return String(value as number);
	throw new InputError(
		`'${label}' must be text, not ${describeValue(value)}`,
		'Use an expression that returns one of its fields, e.g. {{ $json.customer.email }} instead of {{ $json.customer }}.',
	);
}

/** Returns the matching allowed value, ignoring case. @throws InputError for any other value, including an empty one */
export function toChoice(value: unknown, allowed: readonly string[], label: string): string {
	const text = typeof value === 'string' ? foldText(value) : '';
	const found =
		allowed.find((choice) => choice === value) ??
		allowed.find((choice) => foldText(choice) === text);
	if (found !== undefined) return found;
	throw new InputError(
		`'${label}' has no such option: ${describeValue(value)}`,
		`Choose from the list, or use one of these values: ${allowed.join(', ')}.`,
	);
}

const YES = new Set(['true', 'yes', 'ja', '1']);
const NO = new Set(['false', 'no', 'nein', '0']);

/** Reads a boolean or text such as "yes" or "nein". @throws InputError for anything else, including an empty value */
export function toFlag(value: unknown, label: string): boolean {
	const text = ['string', 'number', 'boolean'].includes(typeof value)
		? foldText(String(value as string))
		: '';
	if (YES.has(text)) return true;
	if (NO.has(text)) return false;
	throw new InputError(
		`'${label}' is neither true nor false: ${describeValue(value)}`,
		'Use true or false. Yes and no, ja and nein, 1 and 0 also work.',
	);
}

/** Makes strings unique: `Why?`, `Why? (2)`, `Why? (3)`. */
export class UniqueKeys {
	private readonly taken = new Set<string>();

	/** For each string already used, the next number to try. */
	private readonly counts = new Map<string, number>();

	/** @param others more keys that are taken */
	constructor(private readonly others: { has: (key: string) => boolean } = new Set<string>()) {}

	has(key: string): boolean {
		return this.taken.has(key) || this.others.has(key);
	}

	take(wanted: string): string {
		let key = wanted;
		let count = this.counts.get(wanted) ?? 2;
		while (this.has(key)) key = `${wanted} (${count++})`;
		this.counts.set(wanted, count);
		this.taken.add(key);
		return key;
	}
}
