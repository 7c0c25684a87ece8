import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { AdvisedError } from '../basics/errors';
import { isSurprise, NetigateError } from '../netigate/errors';

export type NodeError = NodeApiError | NodeOperationError;

/**
 * Creates an error from strings only, because a request object would contain the API key.
 * @param itemIndex omitted for polls and lists, which have no items
 * @param contact added if the message doesn't contain it
 */
export function toNodeError(
	node: INode,
	failure: unknown,
	itemIndex?: number,
	contact?: string,
): NodeError {
	if (failure instanceof NodeApiError || failure instanceof NodeOperationError) {
		if (itemIndex !== undefined) failure.context.itemIndex ??= itemIndex;
		return failure;
	}
	// A JavaScript engine's message about a bug in this package wouldn't help the user.
	const message = isSurprise(failure)
		? 'Something unexpected happened in this node'
		: (failure as Error).message;
	const advised = failure instanceof AdvisedError ? failure : undefined;
	const description = advised
		? advised.advice
		: isSurprise(failure)
			? "Before you run the node again, check in Netigate what was done. Please report this error with the node's input."
			: undefined;
	const named = contact === undefined || message.includes(contact) ? '' : ` (${contact})`;
	// Item numbers in messages start at 1. n8n's own index in the error's context starts at 0.
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
		// n8n replaces messages that contain a network code such as ECONNREFUSED.
		error.message = text;
		return error;
	}
	return new NodeOperationError(node, text, { itemIndex, description, level: 'warning' });
}
