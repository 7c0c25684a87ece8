import { InputError } from '../netigate/errors';
import { describeValue, foldText } from './text';

const YES = new Set(['true', 'yes', 'ja', '1']);
const NO = new Set(['false', 'no', 'nein', '0']);

/**
 * A toggle: true or false, yes or no, ja or nein, 1 or 0, also as text and in any case.
 *
 * @param label the parameter as the panel shows it, for the error
 * @throws InputError for everything else, an empty value too
 */
export function toFlag(value: unknown, label: string): boolean {
	if (typeof value === 'boolean') return value;
	const text =
		typeof value === 'string' || typeof value === 'number' ? foldText(String(value)) : '';
	if (YES.has(text)) return true;
	if (NO.has(text)) return false;
	throw new InputError(
		`"${label}" is neither yes nor no: ${describeValue(value)}`,
		'Give true or false. Yes and no, ja and nein, 1 and 0 are understood too, in any case.',
	);
}
