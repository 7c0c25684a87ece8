import { describeValue } from '../input/text';
import { SettingError } from '../netigate/errors';

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
