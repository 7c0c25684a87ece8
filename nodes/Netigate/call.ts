import type { IDataObject } from 'n8n-workflow';
import {
	asList,
	entriesIn,
	listed,
	recordsIn,
	type NetigateRequest,
	type Query,
} from '../shared/netigate/client';
import { NetigateError } from '../shared/netigate/errors';
import type { Call } from './action';
import { limitOf } from '../shared/n8n/limits';
import type { Parameters } from '../shared/n8n/parameters';

/**
 * Fills the ids of an item into a path.
 *
 * @throws InputError when one is not an id
 */
export function pathOf(path: string, parameters: Parameters): string {
	return path.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters.id(name)));
}

/**
 * The request of a call for one item.
 *
 * @param read the answer of the call's `reads`
 * @throws InputError when a parameter cannot be used; nothing was sent then
 */
export function requestOf(call: Call, parameters: Parameters, read?: unknown): NetigateRequest {
	return {
		method: call.method,
		path: pathOf(call.path, parameters),
		query: call.query?.(parameters) as Query | undefined,
		body: call.body?.(parameters, read),
		repeatable: call.repeatable ?? false,
		reads: call.onlyReads,
		emptyAllowed: call.emptyAllowed,
	};
}

/**
 * Refuses an item before anything is read for it.
 *
 * @throws InputError when a parameter cannot be used
 */
export function checkFirst(call: Call, parameters: Parameters): void {
	pathOf(call.path, parameters);
	if (call.list) limitOf(parameters);
	call.query?.(parameters);
	call.check?.(parameters);
}

function toJson(entry: unknown): IDataObject {
	return typeof entry === 'object' && entry !== null && !Array.isArray(entry)
		? (entry as IDataObject)
		: { value: entry as IDataObject[string] };
}

/**
 * The output of a call, from its unwrapped answer.
 *
 * @throws NetigateError when one object was asked for and none came
 */
export function outputOf(
	call: Call,
	answer: unknown,
	parameters: Parameters,
	read?: unknown,
): IDataObject[] {
	if (call.output) {
		const shaped = call.output(answer, parameters, read);
		return Array.isArray(shaped) ? shaped : [shaped];
	}
	const { list, id } = call;
	if (list) {
		const entries = list === true ? asList<unknown>(entriesIn(answer)) : listed(answer, list);
		return entries.slice(0, limitOf(parameters)).map(toJson);
	}
	const entries = id ? recordsIn(answer).filter((entry) => id in entry) : asList<unknown>(answer);
	// For some calls that give one object Netigate's documentation shows a list of one (row 28).
	if (entries.length > 0) return [toJson(entries[0])];
	throw new NetigateError('Netigate answered without the object that was asked for', {
		outcome: 'unknown',
		advice: 'Check the ids of this item, and look in Netigate.',
	});
}
