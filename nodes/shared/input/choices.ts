import { InputError } from '../netigate/errors';
import { describeValue, foldText } from './text';

/**
 * One of several allowed values. Case and spaces around it make no difference.
 *
 * @param allowed as the field's description names them
 * @param label the parameter as the panel shows it, for the error
 * @throws InputError for a value that is none of them, an empty one too
 */
export function toChoice(value: unknown, allowed: readonly string[], label: string): string {
	const text = typeof value === 'string' ? foldText(value) : '';
	const found =
		allowed.find((one) => one === value) ?? allowed.find((one) => foldText(one) === text);
	if (found !== undefined) return found;
	throw new InputError(
		`"${label}" has no such choice: ${describeValue(value)}`,
		`Give one of ${allowed.join(', ')}, or choose from the list in the panel.`,
	);
}
