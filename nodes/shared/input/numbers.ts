import { InputError } from '../netigate/errors';
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

/** The number that a text holds, with a decimal point or comma; undefined where that is not certain. */
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
 * @throws InputError for what is no number for certain (`1.000`, `1e3`, an empty value), or is out of its limits
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
		`"${label}" is not ${wanted(limits)}: ${describeValue(value)}`,
		'Give the number in plain digits, or check what the expression gives.',
	);
}
