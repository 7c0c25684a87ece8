import { InputError, SettingError } from '../netigate/errors';
import { toFlag } from '../input/text';
import type { ParameterReader } from './parameters';

const isNothing = (value: unknown) =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/**
 * A yes or no about the item's person; undefined if the option wasn't added. It can't be omitted by an empty value, not
 * even in a tool.
 * @throws InputError if it is empty or invalid
 */
export function addedFlag(reader: ParameterReader, name: string): boolean | undefined {
	if (reader.source.stored(name) === undefined) return undefined;
	return toFlag(reader.raw(name), reader.labelOf(name));
}

/** Undefined if the option wasn't added. @throws InputError if it is empty or invalid */
export function addedNumber(reader: ParameterReader, name: string): number | undefined {
	if (!reader.has(name)) return undefined;
	if (isNothing(reader.raw(name))) throw emptyError(reader, name);
	return reader.number(name);
}

/** The values of an array or of text with commas. @throws InputError if it is empty, unless it is an empty array */
export function listOf(reader: ParameterReader, name: string): unknown[] {
	const value = reader.has(name) ? reader.raw(name) : reader.preset(name);
	if (Array.isArray(value)) return value as unknown[];
	if (isNothing(value)) throw emptyError(reader, name);
	if (typeof value !== 'string') return [value];
	return value.split(/[,;\n]/).map((part) => part.trim());
}

const emptyError = (reader: ParameterReader, name: string): InputError =>
	new SettingError(
		`'${reader.labelOf(name)}' is empty`,
		'Enter a value, remove the field, or check what the expression returns.',
	);
