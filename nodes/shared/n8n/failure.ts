import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { AdvisedError } from '../basics/errors';
import { isSurprise, NetigateError } from '../netigate/errors';

/**
 * A failure of one item as n8n shows it: what was refused, and what to do now. Made from texts alone, so that it
 * never holds a request, and with it the API key.
 *
 * @param itemIndex none for polls and lists, which have no items
 * @param contact whom the item is about, in case the message doesn't say it
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
	// What the JavaScript engine says about a fault in our own code helps no one.
	const message = isSurprise(failure)
		? 'Something unexpected happened in this node'
		: (failure as Error).message;
	const advised = failure instanceof AdvisedError ? failure : undefined;
	const description = advised
		? advised.advice
		: isSurprise(failure)
			? "Check in Netigate what was done before you run it again, and report it with the node's input."
			: undefined;
	const named = contact === undefined || message.includes(contact) ? '' : ` (${contact})`;
	// People count from 1; n8n's own index, in the error's context, from 0.
	const place = itemIndex === undefined || advised?.ofRun ? '' : ` [item ${itemIndex + 1}]`;
	const text = `${message}${named}${place}`;
	if (failure instanceof NetigateError) {
		const error = new NodeApiError(
			node,
			{ message: text },
			{
				itemIndex,
				description,
				httpCode: failure.status ? String(failure.status) : undefined,
				message: text,
			},
		);
		// n8n replaces messages that hold a network code such as ECONNREFUSED by a general one.
		error.message = text;
		return error;
	}
	return new NodeOperationError(node, text, { itemIndex, description, level: 'warning' });
}
