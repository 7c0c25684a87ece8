import { InputError } from '../netigate/errors';

// Address books, spreadsheets and web pages put these between letters; nobody sees them.
const INVISIBLE =
	/\u034f|[\u17b4\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/g;

/** Most texts have nothing to take out, and 10,000 of them take their time. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** A text without characters that nobody sees, Unicode NFC, each run of spaces of any kind one space. */
export function plainText(text: string): string {
	if (PLAIN.test(text)) return text;
	return text.replace(INVISIBLE, '').normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** A text as it is compared: plain, and in lower case. */
export function foldText(text: string): string {
	return plainText(text).toLowerCase();
}

/** Whether a value is a Date, also one that was made in the sandbox of n8n's expressions. */
export function isDate(value: unknown): value is Date {
	return Object.prototype.toString.call(value) === '[object Date]';
}

/** A date with a time zone, as n8n's expressions give it. */
interface ZonedDate {
	toISO: () => unknown;
}

/** Whether a value is luxon's DateTime. It can come from another copy of luxon, so instanceof doesn't find it. */
export function isZonedDate(value: unknown): value is ZonedDate {
	return typeof value === 'object' && value !== null && 'toISO' in value;
}

/** A value as it may be shown in an error: short, and never a whole object. */
export function describeValue(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (value === null) return 'null';
	if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
	if (isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid date' : 'a date';
	if (isZonedDate(value)) return value.toISO() === null ? 'an invalid date' : 'a date';
	if (typeof value === 'object') return 'an object';
	const text = typeof value === 'string' ? value : String(value as number);
	if (text.trim() === '') return 'an empty text';
	return `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"`;
}

/** Up to twelve texts in quotes, for errors that list what is allowed. */
export function quotedSome(texts: readonly string[]): string {
	const some = texts.slice(0, 12).map((text) => `"${text}"`);
	return `${some.join(', ')}${texts.length > some.length ? ' and others' : ''}`;
}

/** Databases refuse NUL, with all that is written beside it, and store another character for half of one. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** What to do about a text with characters in it that nobody can type. */
export const DAMAGED = 'It was damaged on the way, perhaps by a wrong encoding. Check its source.';

/** @throws InputError if a database would not keep the text as it is */
export function toStorable(text: string, label: string): string {
	if (!UNSTORABLE.test(text)) return text;
	throw new InputError(
		`'${label}' contains characters that can't be typed: ${describeValue(text)}`,
		DAMAGED,
	);
}

/** A text as a user may give it: numbers and booleans count, objects and lists don't. */
export function toText(value: unknown, label: string): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value))
		return String(value as number);
	throw new InputError(
		`'${label}' must be a text, not ${describeValue(value)}`,
		'Let the expression return one of its fields, e.g. {{ $json.customer.email }} instead of {{ $json.customer }}.',
	);
}

/**
 * One of several allowed values. Case and spaces around it make no difference.
 *
 * @param allowed as the field's description names them
 * @param label the parameter as the panel shows it, for the error
 * @throws InputError for any other value, including an empty one
 */
export function toChoice(value: unknown, allowed: readonly string[], label: string): string {
	const text = typeof value === 'string' ? foldText(value) : '';
	const found =
		allowed.find((choice) => choice === value) ??
		allowed.find((choice) => foldText(choice) === text);
	if (found !== undefined) return found;
	throw new InputError(
		`'${label}' has no such option: ${describeValue(value)}`,
		`Use one of ${allowed.join(', ')}, or choose from the list.`,
	);
}

const YES = new Set(['true', 'yes', 'ja', '1']);
const NO = new Set(['false', 'no', 'nein', '0']);

/**
 * A toggle: true or false, yes or no, ja or nein, 1 or 0, also as text and in any case.
 *
 * @param label the parameter as the panel shows it, for the error
 * @throws InputError for anything else, including an empty value
 */
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

/** Makes texts into keys that differ, in the order in which they come: `Why?`, `Why? (2)`, `Why? (3)`. */
export class UniqueKeys {
	private readonly taken: Set<string>;

	constructor(taken: Iterable<string> = []) {
		this.taken = new Set(taken);
	}

	take(wanted: string): string {
		let key = wanted;
		for (let count = 2; this.taken.has(key); count++) key = `${wanted} (${count})`;
		this.taken.add(key);
		return key;
	}
}
