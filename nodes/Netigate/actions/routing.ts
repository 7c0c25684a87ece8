import type {
	IDataObject,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { readAnswer } from '../../shared/api/answer';
import { NetigateError } from '../../shared/api/errors';
import { baseUrlOf, type NetigateCredential } from '../../shared/api/server';
import type { Action, Call } from './action';
import { CREDENTIAL, netigateClient, toHttpOptions } from '../../shared/n8n/connection';
import { toNodeError } from '../../shared/n8n/failure';
import { singleParameters } from '../../shared/n8n/parameters';
import { performerFor } from './perform';
import { outputOf, requestOf } from './request';

type Routing = NonNullable<INodeProperties['routing']>;

/** Runs a step of the routing and turns whatever it throws into an error of this node and item. */
async function told<T>(context: IExecuteSingleFunctions, step: () => Promise<T>): Promise<T> {
	return await step().catch((error: unknown) => {
		throw toNodeError(context.getNode(), error, context.getItemIndex());
	});
}

/** Puts the request that the call describes in place of the bare one that n8n has prepared. */
function prepare(call: Call) {
	return async function (
		this: IExecuteSingleFunctions,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return await told(this, async () => {
			const credential = await this.getCredentials<NetigateCredential>(CREDENTIAL);
			return {
				...options,
				...toHttpOptions(baseUrlOf(credential), requestOf(call, singleParameters(this))),
			};
		});
	};
}

function toAnswer(response: IN8nHttpFullResponse) {
	const body =
		typeof response.body === 'string' ? response.body : JSON.stringify(response.body ?? '');
	return { status: response.statusCode, headers: response.headers as IDataObject, body };
}

/** Reads the answer of the call; what surely was not done, or is a plain read, is sent again with patience. */
function receive(call: Call) {
	return async function (
		this: IExecuteSingleFunctions,
		_items: INodeExecutionData[],
		response: IN8nHttpFullResponse,
	): Promise<INodeExecutionData[]> {
		return await told(this, async () => {
			const parameters = singleParameters(this);
			const request = requestOf(call, parameters);
			const again = async (error: unknown) => {
				const safe =
					error instanceof NetigateError &&
					(error.outcome === 'notDone' || (error.outcome === 'unknown' && request.repeatable));
				if (!safe) throw error;
				return await (await netigateClient(this)).send(request);
			};
			const answer = await Promise.resolve()
				.then(() => readAnswer(toAnswer(response), request))
				.catch(again);
			return paired(this, outputOf(call, answer, parameters));
		});
	};
}

/** What an action of several calls does for the one item of a tool call. */
async function doAll(context: IExecuteSingleFunctions, action: Action): Promise<IDataObject[]> {
	const client = await netigateClient(context);
	const parameters = () => singleParameters(context);
	if (!action.together) return await performerFor(client)(action.call, parameters());
	const [outcome] = await action.together({
		items: [{ index: context.getItemIndex(), parameters }],
		client,
		continueOnFail: false,
		hint: () => {},
	});
	if ('error' in outcome) throw outcome.error;
	return Array.isArray(outcome.json) ? outcome.json : [outcome.json];
}

/** An action of several calls: once Netigate has answered a harmless read, all of it is done for this item. */
function receiveAndDo(action: Action) {
	return async function (
		this: IExecuteSingleFunctions,
		_items: INodeExecutionData[],
		response: IN8nHttpFullResponse,
	): Promise<INodeExecutionData[]> {
		return await told(this, async () => {
			// Where Netigate is only busy, what follows is sent with patience.
			if (response.statusCode < 500 && response.statusCode !== 429) readAnswer(toAnswer(response));
			return paired(this, await doAll(this, action));
		});
	};
}

function paired(context: IExecuteSingleFunctions, output: IDataObject[]): INodeExecutionData[] {
	return output.map((json) => ({ json, pairedItem: { item: context.getItemIndex() } }));
}

/** A read that changes nothing: it goes out first, where n8n's routing must send one request of its own. */
function harmlessRead(call: Call): Call {
	if (typeof call.reads === 'string') {
		return { number: 0, method: 'GET', path: call.reads, repeatable: true };
	}
	const ofSurvey = call.path.startsWith('/surveys/{surveyId}/');
	return {
		number: ofSurvey ? 2 : 22,
		method: 'GET',
		path: ofSurvey ? '/surveys/{surveyId}' : '/accounts/categories',
		repeatable: true,
	};
}

/**
 * n8n's declarative routing for an action, as used where n8n runs the node without its run functions,
 * for instance as the tool of an AI agent.
 */
export function routingOf(action: Action): Routing {
	const { call, together } = action;
	const several = together !== undefined || call.creates !== undefined || call.reads !== undefined;
	return {
		request: { method: call.method, url: call.path },
		send: { preSend: [prepare(several ? harmlessRead(call) : call)] },
		output: { postReceive: [several ? receiveAndDo(action) : receive(call)] },
	};
}
