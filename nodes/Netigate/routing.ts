import type {
	IExecutePaginationFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { describeValue } from '../shared/input/text';
import { RunError } from '../shared/netigate/errors';
import { countryOf, placeOf, type NetigateCredential } from '../shared/netigate/server';
import type { Action } from './action';
import { CREDENTIAL, netigateClient } from '../shared/n8n/connection';
import { toNodeError } from '../shared/n8n/failure';
import { singleParameters } from '../shared/n8n/itemParameters';
import { refusalOf } from '../shared/n8n/outputItems';
import { runItemsOf } from './call';

type Run = (context: IExecutePaginationFunctions) => Promise<INodeExecutionData[]>;

/** Runs this function instead of n8n's pagination, so n8n sends no request. Errors name this node and item. */
function insteadOfRequest(run: Run): INodeProperties['routing'] {
	const pagination = async function (this: IExecutePaginationFunctions) {
		return await run(this).catch((error: unknown) => {
			throw toNodeError(this.getNode(), error, this.getItemIndex());
		});
	};
	return { send: { paginate: true }, operations: { pagination } };
}

async function refuse(context: IExecutePaginationFunctions): Promise<never> {
	const { resource, operation } = context.getNode().parameters;
	// n8n removes an operation that belongs to no resource.
	const asked = operation === undefined ? '' : `operation ${describeValue(operation)} for the `;
	const error = new RunError(
		`There is no ${asked}resource ${describeValue(resource)}`,
		"Choose 'Resource' and 'Operation' from the lists. They can't be expressions.",
	);
	return await Promise.reject(error);
}

/**
 * The routing for parameters that match no action. Without it, n8n would send a request of its own, with the API key
 * and unchecked Request Options, and the run would seem to succeed.
 */
export const noAction = insteadOfRequest(refuse);

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
		refusalOf,
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
 * The routing for an agent's tool. This package's client sends the requests, because n8n limits neither the time nor
 * the size of a response.
 */
export function routingOf(action: Action): INodeProperties['routing'] {
	const { call } = action;
	return {
		...(call && { request: { method: call.method, url: call.path } }),
		...insteadOfRequest(async (context) => await runOnce(action, context)),
	};
}
