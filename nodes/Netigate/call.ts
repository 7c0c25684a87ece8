import type { IDataObject } from 'n8n-workflow';
import { readOnce } from '../shared/basics/concurrency';
import {
	asList,
	entriesIn,
	listed,
	recordsIn,
	type NetigateRequest,
	type Query,
} from '../shared/netigate/client';
import { createOnce } from '../shared/netigate/createOnce';
import { asNetigateError, isSurprise, NetigateError } from '../shared/netigate/errors';
import { withSurveyProblem } from '../shared/netigate/surveys';
import { oneByOne, type Batch, type RunItems } from '../shared/n8n/itemRun';
import { limitOf } from '../shared/n8n/fields';
import type { Parameters } from '../shared/n8n/parameters';
import { withToolOutput } from '../shared/n8n/toolOutput';
import { isRepeatable, type Action, type Call } from './action';

function pathOf(path: string, parameters: Parameters): string {
	return path.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters.id(name)));
}

/** @throws InputError when a parameter can't be used, before anything is read for this item */
function checkFirst(call: Call, parameters: Parameters): void {
	pathOf(call.path, parameters);
	if (call.list) limitOf(parameters);
	call.query?.(parameters);
	call.check?.(parameters);
}

/** @param read the response to the `readFirst` request. @throws InputError when a parameter can't be used */
function requestOf(call: Call, parameters: Parameters, read?: unknown): NetigateRequest {
	return {
		method: call.method,
		path: pathOf(call.path, parameters),
		query: call.query?.(parameters) as Query | undefined,
		body: call.body?.(parameters, read),
		repeatable: isRepeatable(call),
		reads: call.onlyReads,
		emptyAllowed: call.emptyAllowed,
	};
}

function toJson(entry: unknown): IDataObject {
	return typeof entry === 'object' && entry !== null && !Array.isArray(entry)
		? (entry as IDataObject)
		: { value: entry as IDataObject[string] };
}

/** @throws NetigateError if the response should be one object but contains none */
function outputOf(
	call: Call,
	response: unknown,
	parameters: Parameters,
	read?: unknown,
): IDataObject[] {
	if (call.output) return [call.output(response, parameters, read)].flat();
	const { list, id } = call;
	if (list) {
		const entries = list === true ? asList<unknown>(entriesIn(response)) : listed(response, list);
		return entries.slice(0, limitOf(parameters)).map(toJson);
	}
	const entries = id ? recordsIn(response).filter((entry) => id in entry) : asList(response);
	// For some calls that return one object, such as call 28, Netigate's documentation shows a list with one
	// entry.
	if (entries.length > 0) return [toJson(entries[0])];
	throw new NetigateError("Netigate's response doesn't contain the requested object", {
		outcome: 'unknown',
		advice: 'Check the IDs in this item, then look for the object in Netigate.',
	});
}

/** Adds advice if the call may have taken effect, which is possible even if a bug in this package caused the error. */
function sendError(call: Call, parameters: Parameters, failure: unknown): Error {
	if (!(failure instanceof NetigateError) && !isSurprise(failure)) return failure as Error;
	const error = asNetigateError(failure);
	if (error.outcome !== 'unknown' || !call.whenLost) return error;
	return error.withAdvice(call.whenLost(parameters));
}

/** The calls for a sendout, which Netigate may refuse if no one can answer the survey. */
const SENDS = /^\/surveys\/\{surveyId\}\/sendouts/;

/** Sends a call for one item. Data that several items need is read only once. */
function callSender(call: Call, { client, hint }: Batch) {
	const once = readOnce('forgotten');
	return async (parameters: Parameters): Promise<IDataObject[]> => {
		checkFirst(call, parameters);
		const { readFirst } = call;
		const template = typeof readFirst === 'function' ? readFirst(parameters) : readFirst;
		const path = template && pathOf(template, parameters);
		const read = path && (await once(path, async () => await client.get(path)));
		const message = call.hint?.(parameters, read);
		if (message) hint(message);
		const request = requestOf(call, parameters, read);
		try {
			const response = call.creates
				? await createOnce(client, request, call.creates(request, parameters, read))
				: await client.send(request);
			return outputOf(call, response, parameters, read);
		} catch (error) {
			const failure = sendError(call, parameters, error);
			if (!(failure instanceof NetigateError) || call.method === 'GET' || !SENDS.test(call.path))
				throw failure;
			throw await withSurveyProblem(failure, client, parameters.id('surveyId'), once);
		}
	};
}

export function runItemsOf(action: Action): RunItems {
	const { call, together } = action;
	return withToolOutput(together ?? oneByOne((batch) => callSender(call, batch)));
}
