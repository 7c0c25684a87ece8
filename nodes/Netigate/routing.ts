import type {
	IDataObject,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { readAnswer } from '../shared/netigate/responses';
import { onlyRead } from '../shared/netigate/client';
import { NetigateError } from '../shared/netigate/errors';
import { baseUrlOf, countryOf, placeOf, type NetigateCredential } from '../shared/netigate/server';
import type { Action, Call } from './action';
import {
	CREDENTIAL,
	netigateClient,
	safeConnection,
	toAnswer,
	toHttpOptions,
} from '../shared/n8n/connection';
import { toNodeError } from '../shared/n8n/failure';
import { singleParameters } from '../shared/n8n/itemParameters';
import { checkFirst, outputOf, requestOf, runItemsOf } from './call';

/** A routing step. Its errors are reported for this node and item. */
function step<C extends IExecuteSingleFunctions, Given extends unknown[], T>(
	work: (context: C, ...given: Given) => Promise<T>,
) {
	return async function (this: C, ...given: Given): Promise<T> {
		return await work(this, ...given).catch((error: unknown) => {
			throw toNodeError(this.getNode(), error, this.getItemIndex());
		});
	};
}

function prepare({ fields }: Action, call: Call) {
	return step(async (context: IExecuteSingleFunctions, options: IHttpRequestOptions) => {
		const credential = await context.getCredentials<NetigateCredential>(CREDENTIAL);
		const parameters = singleParameters(context, fields, countryOf(credential));
		checkFirst(call, parameters);
		const connection = await safeConnection(context, credential);
		return {
			...options,
			// n8n has set these from the parameters without any check.
			proxy: undefined,
			skipSslCertificateValidation: undefined,
			...connection,
			...toHttpOptions(baseUrlOf(credential), requestOf(call, parameters)),
		};
	});
}

/**
 * Reads the response. If the call wasn't processed, or its outcome is unknown and it can safely be repeated,
 * our client sends it again.
 */
function receive({ fields }: Action, call: Call) {
	return step(
		async (
			context: IExecuteSingleFunctions,
			_items: INodeExecutionData[],
			response: IN8nHttpFullResponse,
		) => {
			const credential = await context.getCredentials<NetigateCredential>(CREDENTIAL);
			const parameters = singleParameters(context, fields, countryOf(credential));
			const request = requestOf(call, parameters);
			const again = async (error: unknown) => {
				const safe =
					error instanceof NetigateError &&
					(error.outcome === 'notDone' || (error.outcome === 'unknown' && request.repeatable));
				if (!safe) throw error;
				return await (await netigateClient(context)).send(request);
			};
			const answer = await Promise.resolve()
				.then(() =>
					readAnswer(toAnswer(response, credential), { ...request, onlyReads: onlyRead(request) }),
				)
				.catch(again);
			return paired(context, outputOf(call, answer, parameters));
		},
	);
}

/** Takes the place of n8n's pagination. Without pagination, n8n's routing would send exactly one request. */
function whole(action: Action) {
	return step(async (context: IExecutePaginationFunctions) => {
		const credential = await context.getCredentials<NetigateCredential>(CREDENTIAL);
		const country = countryOf(credential);
		const [outcome] = await runItemsOf(action)({
			items: [{ parameters: () => singleParameters(context, action.fields, country) }],
			client: await netigateClient(context),
			continueOnFail: false,
			hint: () => {},
			place: placeOf(credential, ''),
		});
		if (!outcome || 'error' in outcome) throw outcome?.error;
		return paired(context, [outcome.json].flat());
	});
}

function paired(context: IExecuteSingleFunctions, output: IDataObject[]): INodeExecutionData[] {
	return output.map((json) => ({ json, pairedItem: { item: context.getItemIndex() } }));
}

/** n8n's declarative routing for an action, used when the node is a tool of an AI agent. */
export function routingOf(action: Action): INodeProperties['routing'] {
	const { call } = action;
	const request = call && { request: { method: call.method, url: call.path } };
	if (call && !call.creates && !call.readFirst) {
		return {
			...request,
			send: { preSend: [prepare(action, call)] },
			output: { postReceive: [receive(action, call)] },
		};
	}
	return {
		...request,
		send: { paginate: true },
		operations: { pagination: whole(action) },
	};
}
