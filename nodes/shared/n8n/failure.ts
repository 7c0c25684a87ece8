import {
	NodeApiError,
	NodeOperationError,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import { AdvisedError } from '../basics/errors';
import { isSurprise, NetigateError } from '../netigate/errors';

/**
 * A failure of one item as n8n shows it: what was refused, and what to do now. Made from texts alone, so
 * that no request, and with it the API key, can come along. Where there are no items (polls, lists) there
 * is no index.
 *
 * @param contact whom the item is about, where the message may not say it
 */
export function toNodeError(
	node: INode,
	failure: unknown,
	itemIndex?: number,
	contact?: string,
): NodeApiError | NodeOperationError {
	if (failure instanceof NodeApiError || failure instanceof NodeOperationError) {
		if (itemIndex !== undefined) failure.context.itemIndex ??= itemIndex;
		return failure;
	}
	// What the JavaScript engine says of a fault in our own code helps nobody.
	const message = isSurprise(failure)
		? 'This node met something that it does not expect'
		: (failure as Error).message;
	const advised = failure instanceof AdvisedError ? failure : undefined;
	const description = advised
		? advised.advice
		: isSurprise(failure)
			? 'Look in Netigate what was done before you run it again, and report it with the input of the node.'
			: undefined;
	const named = contact === undefined || message.includes(contact) ? '' : ` (${contact})`;
	// People count from 1; n8n's own index, in the error's context, from 0.
	const place = itemIndex === undefined || advised?.ofRun ? '' : ` [item ${itemIndex + 1}]`;
	const told = `${message}${named}${place}`;
	if (failure instanceof NetigateError) {
		const error = new NodeApiError(
			node,
			{ message: told },
			{
				itemIndex,
				description,
				httpCode: failure.status ? String(failure.status) : undefined,
				message: told,
			},
		);
		// n8n replaces messages that hold a network code such as ECONNREFUSED by a general one.
		error.message = told;
		return error;
	}
	return new NodeOperationError(node, told, { itemIndex, description, level: 'warning' });
}

/**
 * The output item of a failed input item. Its input stands in it again, whichever way "On Error" goes:
 * n8n adds it at the error output. Up to n8n 2.35 a failed item is known there by `error`, or `error` and
 * `message`, and nothing else; so what is known stands in `message`. Given the error object as well, n8n
 * would keep nothing but its message.
 *
 * @param item undefined where it belongs to no input item
 * @param known what is known of the item all the same, e.g. a respondent that was added
 */
export function failedItem(
	node: INode,
	item: INodeExecutionData | undefined,
	error: NodeApiError | NodeOperationError,
	itemIndex: number,
	known: INodeExecutionData['json'] = {},
): INodeExecutionData {
	const told = error.description ? `${error.message}. ${error.description}` : error.message;
	return {
		json: {
			...(node.onError === 'continueErrorOutput' ? {} : item?.json),
			error: told,
			...(Object.keys(known).length > 0 ? { message: known } : {}),
		},
		pairedItem: item ? { item: itemIndex } : [],
	};
}
