import { InputError } from '../netigate/errors';
import { isId } from '../netigate/members';
import { describeValue, plainText } from './text';

export interface NumberLimits {
	min?: number;
	max?: number;
	/** No fractions. */
	whole?: boolean;
}

const PLAIN = /^[+-]?\d+(?:[.,]\d+)?$/;

// "1.000" is a thousand to some and one to others.
const THOUSANDS_OR_NOT = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;

/** The number that a text holds, with a decimal point or comma; undefined if that isn't certain. */
export function numberIn(text: string): number | undefined {
	const plain = plainText(text);
	if (!PLAIN.test(plain) || THOUSANDS_OR_NOT.test(plain)) return undefined;
	return Number(plain.replace(',', '.'));
}

function wanted({ min, max, whole }: NumberLimits): string {
	const what = whole ? 'a whole number' : 'a number';
	if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`;
	if (min !== undefined) return `${what} of at least ${min}`;
	return max === undefined ? what : `${what} of at most ${max}`;
}

/**
 * A number, also as text: `12`, `1.5`, `1,5`.
 *
 * @param label the parameter as the panel shows it, for the error
 * @throws InputError if it isn't certainly a number (`1.000`, `1e3`, an empty value), or is out of its limits
 */
export function toNumber(value: unknown, label: string, limits: NumberLimits): number {
	const number = typeof value === 'string' ? numberIn(value) : value;
	const { min = -Infinity, max = Infinity, whole } = limits;
	if (
		typeof number === 'number' &&
		Number.isFinite(number) &&
		number >= min &&
		number <= max &&
		(!whole || Number.isSafeInteger(number))
	)
		return number;
	throw new InputError(
		`'${label}' isn't ${wanted(limits)}: ${describeValue(value)}`,
		'Enter the number in plain digits, or check what the expression returns.',
	);
}

/**
 * A Netigate id, which may pass 2^31.
 *
 * @throws InputError if the value isn't a positive whole number
 */
export function toId(value: unknown, label: string): number {
	const text = typeof value === 'string' ? plainText(value) : value;
	const id =
		typeof text === 'number' || (typeof text === 'string' && /^\d+$/.test(text))
			? Number(text)
			: NaN;
	if (isId(id)) return id;
	throw new InputError(
		`'${label}' isn't a valid Netigate ID: ${describeValue(value)}`,
		`An ID is a whole number such as 501. Choose '${label}' from the list, or check what the expression returns for this item.`,
	);
}

/**
 * Several Netigate ids: a list of them, a single one, or a text such as `501, 502` or `[501, 502]`.
 *
 * @throws InputError if one of them isn't a positive whole number
 */
export function toIds(value: unknown, label: string): number[] {
	if (value === undefined || value === null || value === '') return [];
	const named = typeof value === 'string' ? value.replace(/^\s*\[|\]\s*$/g, '') : value;
	const parts =
		typeof named === 'string'
			? named.split(/[,;\s]+/).filter((part) => part !== '')
			: [named].flat();
	// A text such as "[]" names none, which would mean all.
	if (parts.length === 0 && typeof value === 'string') parts.push(value);
	return [...new Set(parts.map((part) => toId(part, label)))];
}
