import { InputError } from '../netigate/errors';
import { isId } from '../netigate/members';
import { describeValue, plainText } from './text';

/**
 * A Netigate id, which may pass 2^31.
 *
 * @throws InputError when the value is not a positive whole number
 */
export function toId(value: unknown, label: string): number {
	const text = typeof value === 'string' ? plainText(value) : value;
	const id =
		typeof text === 'number' || (typeof text === 'string' && /^\d+$/.test(text))
			? Number(text)
			: NaN;
	if (isId(id)) return id;
	throw new InputError(
		`"${label}" is no Netigate ID: ${describeValue(value)}`,
		`An ID is a whole number such as 501. Choose "${label}" from the list, or check what the expression gives for this item.`,
	);
}

/**
 * Several Netigate ids: a list of them, a single one, or a text such as `501, 502` or `[501, 502]`.
 *
 * @throws InputError when one of them is no positive whole number
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
