import { describeValue } from '../input/text';
import { InputError, SettingError } from '../netigate/errors';

export type Values = Record<string, unknown>;

export const isObject = (value: unknown): value is Values =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** If an expression replaces a whole collection, it may return anything. */
const fieldsIn = (value: unknown): Values => (isObject(value) ? value : {});

export function isNothing(value: unknown): boolean {
	if (typeof value === 'string') return value.trim() === '';
	return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

export const isExpression = (stored: unknown) =>
	typeof stored === 'string' && stored.startsWith('=');

/** Whether a parameter as stored contains no expression and is therefore the same for every item. */
export function isFixed(stored: unknown): boolean {
	if (typeof stored === 'object' && stored !== null) return Object.values(stored).every(isFixed);
	return !isExpression(stored);
}

/** A field as stored. If an expression returns the whole object, it also returns each of the object's fields. */
export function storedIn(stored: unknown, values: Values, key: string): unknown {
	if (!isExpression(stored)) return fieldsIn(stored)[key];
	return key in values ? stored : undefined;
}

export const notAnObject = (label: string, value: unknown) =>
	new SettingError(
		`'${label}' must be an object, not ${describeValue(value)}`,
		'Set its fields separately, or use an expression that returns an object.',
	);

/** @param ofItem whether the value belongs to an item, such as a respondent's ID, and so isn't a setting */
export function asSetting<T>(read: () => T, ofItem: boolean): T {
	let failure: unknown;
	try {
		return read();
	} catch (error) {
		failure = error;
	}
	if (ofItem || !(failure instanceof InputError)) throw failure;
	throw new SettingError(failure.message, failure.advice);
}

/** Where a reader gets its values. */
export interface Source {
	value: (name: string) => unknown;
	/** The value as the node stores it, which may be an expression. */
	stored: (name: string) => unknown;
	/** Added before a label in errors, e.g. `Reminder 2: `. */
	prefix: string;
	timeZone: string;
	/** The credential's two-letter country, for phone numbers without a country code; empty if there is none. */
	defaultCountry?: string;
	/** Whether an agent uses the node as a tool. */
	tool?: boolean;
	/** Whether a field with an empty value is treated as omitted. */
	leavesOut?: boolean;
	/** What was already read from a parameter; undefined if nothing can be reused for other items. */
	readOnce?: (name: string) => ReadOnce;
}

export interface ReadOnce {
	/** Results that are the same for every item. The key identifies how the value was read. */
	values: Map<unknown, unknown>;
	/** Whether the whole parameter is the same for every item. */
	isFixed: boolean;
}
