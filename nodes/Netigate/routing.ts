import type {
	IExecutePaginationFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { countryOf, placeOf, type NetigateCredential } from '../shared/netigate/server';
import type { Action } from './action';
import { CREDENTIAL, netigateClient } from '../shared/n8n/connection';
import { toNodeError } from '../shared/n8n/failure';
import { singleParameters } from '../shared/n8n/itemParameters';
import { runItemsOf } from './call';

/** Runs the action instead of n8n's pagination. Errors name this node and item. */
function runAction(action: Action) {
	return async function (this: IExecutePaginationFunctions): Promise<INodeExecutionData[]> {
		return await runOnce(action, this).catch((error: unknown) => {
			throw toNodeError(this.getNode(), error, this.getItemIndex());
		});
	};
}

async function runOnce(
	action: Action,
	context: IExecutePaginationFunctions,
): Promise<INodeExecutionData[]> {
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
	return [outcome.json].flat().map((json) => ({
		json,
		pairedItem: { item: context.getItemIndex() },
	}));
}

/**
 * n8n's declarative routing for an action, used when the node is a tool of an AI agent. Our client sends the requests,
 * because n8n's routing doesn't limit the time or the size of a response.
 */
export function routingOf(action: Action): INodeProperties['routing'] {
	const { call } = action;
	return {
		...(call && { request: { method: call.method, url: call.path } }),
		send: { paginate: true },
		operations: { pagination: runAction(action) },
	};
}
