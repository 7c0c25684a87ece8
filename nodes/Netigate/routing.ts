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
import { baseUrlOf, type NetigateCredential } from '../shared/netigate/server';
import type { Action, Call } from './action';
import {
	CREDENTIAL,
	netigateClient,
	requestOptionsOf,
	toAnswer,
	toHttpOptions,
} from '../shared/n8n/connection';
import { toNodeError } from '../shared/n8n/failure';
import { singleParameters } from '../shared/n8n/itemParameters';
import { checkFirst, outputOf, requestOf, runItemsOf } from './call';

type Routing = NonNullable<INodeProperties['routing']>;

/** Runs a step of the routing, and turns whatever it throws into an error of this node and item. */
async function withNodeError<T>(
	context: IExecuteSingleFunctions,
	step: () => Promise<T>,
): Promise<T> {
	return await step().catch((error: unknown) => {
		throw toNodeError(context.getNode(), error, context.getItemIndex());
	});
}

/** Replaces the bare request that n8n has prepared by the one that the call describes. */
function prepare({ fields }: Action, call: Call) {
	return async function (
		this: IExecuteSingleFunctions,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return await withNodeError(this, async () => {
			const credential = await this.getCredentials<NetigateCredential>(CREDENTIAL);
			const parameters = singleParameters(this, fields);
			checkFirst(call, parameters);
			const { proxy } = await requestOptionsOf(this);
			return {
				...options,
				...(proxy ? { proxy } : {}),
				...toHttpOptions(baseUrlOf(credential), requestOf(call, parameters)),
			};
		});
	};
}

/** Reads the answer of the call. What surely was not done, or is a plain read, is sent again through our client. */
function receive({ fields }: Action, call: Call) {
	return async function (
		this: IExecuteSingleFunctions,
		_items: INodeExecutionData[],
		response: IN8nHttpFullResponse,
	): Promise<INodeExecutionData[]> {
		return await withNodeError(this, async () => {
			const credential = await this.getCredentials<NetigateCredential>(CREDENTIAL);
			const parameters = singleParameters(this, fields);
			const request = requestOf(call, parameters);
			const again = async (error: unknown) => {
				const safe =
					error instanceof NetigateError &&
					(error.outcome === 'notDone' || (error.outcome === 'unknown' && request.repeatable));
				if (!safe) throw error;
				return await (await netigateClient(this)).send(request);
			};
			const answer = await Promise.resolve()
				.then(() =>
					readAnswer(toAnswer(response, credential), { ...request, onlyReads: onlyRead(request) }),
				)
				.catch(again);
			return paired(this, outputOf(call, answer, parameters));
		});
	};
}

/**
 * Does a whole action, with all its calls, for the item of a tool call. It takes the place of n8n's pagination,
 * since everything else in a routing sends exactly one request of n8n's own.
 */
function whole(action: Action) {
	return async function (this: IExecutePaginationFunctions): Promise<INodeExecutionData[]> {
		return await withNodeError(this, async () => {
			const parameters = () => singleParameters(this, action.fields);
			const [outcome] = await runItemsOf(action)({
				items: [{ parameters }],
				client: await netigateClient(this),
				continueOnFail: false,
				hint: () => {},
			});
			if (!outcome || 'error' in outcome) throw outcome?.error;
			return paired(this, [outcome.json].flat());
		});
	};
}

function paired(context: IExecuteSingleFunctions, output: IDataObject[]): INodeExecutionData[] {
	return output.map((json) => ({ json, pairedItem: { item: context.getItemIndex() } }));
}

/**
 * n8n's declarative routing for an action. n8n uses it where it runs the node without its run functions, for
 * instance as the tool of an AI agent.
 */
export function routingOf(action: Action): Routing {
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
