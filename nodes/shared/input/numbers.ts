import { InputError } from '../netigate/errors';
import { isId } from '../netigate/members';
import { describeValue, plainText } from './text';

interface NumberLimits {
	min?: number;
	max?: number;
	whole?: boolean;
}

const PLAIN = /^[+-]?\d+(?:[.,]\d+)?$/;

// "1.000" means one thousand to some people and one to others.
const THOUSANDS_OR_NOT = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;

/** Reads a number with a decimal point or comma. @returns undefined if the text is ambiguous or isn't a number */
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

/** Reads a number or text such as `1,5`. @throws InputError if it is ambiguous (`1.000`) or out of range */
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
		'Enter a plain number, or check what the expression returns.',
	);
}

/** A Netigate id, which may exceed 2^31. @throws InputError if it isn't a positive whole number */
export function toId(value: unknown, label: string): number {
	const text = typeof value === 'string' ? plainText(value) : '';
	const id = /^\d+$/.test(text) ? Number(text) : value;
	if (isId(id)) return id;
	throw new InputError(
		`'${label}' isn't a valid Netigate ID: ${describeValue(value)}`,
		`An ID is a whole number such as 501. Choose '${label}' from the list, or check what the expression returns for this item.`,
	);
}

/**
 * Reads ids from a list, a single id, or text such as `501, 502` or `[501, 502]`.
 * @throws InputError if one of them isn't a valid id
 */
export function toIds(value: unknown, label: string): number[] {
	if (value === undefined || value === null || value === '') return [];
	const named = typeof value === 'string' ? value.replace(/^\s*\[|\]\s*$/g, '') : value;
	const parts =
		typeof named === 'string'
			? named.split(/[,;\s]+/).filter((part) => part !== '')
			: [named].flat();
	// Text such as "[]" must be rejected, because an empty list means that there is no restriction.
	if (parts.length === 0 && typeof value === 'string') parts.push(value);
	return [...new Set(parts.map((part) => toId(part, label)))];
}
