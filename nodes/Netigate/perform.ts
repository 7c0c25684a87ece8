import type { IDataObject } from 'n8n-workflow';
import type { NetigateRequest } from '../shared/netigate/client';
import { readOnce } from '../shared/basics/concurrency';
import { createOnce } from '../shared/netigate/createOnce';
import { asNetigateError, isSurprise, NetigateError } from '../shared/netigate/errors';
import type { Parameters } from '../shared/n8n/parameters';
import type { Action, Call } from './action';
import type { Batch, RunItems } from '../shared/n8n/itemRun';
import { oneByOne } from '../shared/n8n/itemRun';
import { checkFirst, outputOf, pathOf, requestOf } from './request';

/** The path of the read that has to come before a call, if any. */
function readBefore({ readFirst: reads }: Call, parameters: Parameters): string | undefined {
	const path = typeof reads === 'function' ? reads(parameters) : reads;
	return path === undefined ? undefined : pathOf(path, parameters);
}

/** Does a call for the items of one run. What several of them need to read is read once. */
function performer({ client, hint }: Batch) {
	const once = readOnce('forgotten');

	async function send(call: Call, request: NetigateRequest, parameters: Parameters, read: unknown) {
		if (call.creates) {
			return await createOnce(client, request, call.creates(request, parameters, read));
		}
		return await client.send(request);
	}

	/** The error of a call that was sent. A fault of our own, too, leaves open what was done. */
	function told(call: Call, parameters: Parameters, failure: unknown): Error {
		if (!(failure instanceof NetigateError) && !isSurprise(failure)) return failure as Error;
		const error = asNetigateError(failure);
		if (error.outcome !== 'unknown' || !call.whenLost) return error;
		const { message, outcome, status } = error;
		return new NetigateError(message, { outcome, status, advice: call.whenLost(parameters) });
	}

	return async (call: Call, parameters: Parameters): Promise<IDataObject[]> => {
		checkFirst(call, parameters);
		const path = readBefore(call, parameters);
		const read =
			path === undefined ? undefined : await once(path, async () => await client.get(path));
		const message = call.hint?.(parameters, read);
		if (message) hint(message);
		const request = requestOf(call, parameters, read);
		try {
			return outputOf(call, await send(call, request, parameters, read), parameters, read);
		} catch (error) {
			throw told(call, parameters, error);
		}
	};
}

/** How an action is done for all items of a run: `call` is sent once for each. */
export function togetherOf(action: Action): RunItems {
	if (action.together) return action.together;
	const { call } = action;
	return oneByOne((batch) => {
		const perform = performer(batch);
		return async (parameters) => await perform(call, parameters);
	});
}
