import { NodeApiError, NodeOperationError, type IExecuteFunctions, type INode } from 'n8n-workflow';
import { AdvisedError } from '../basics/errors';
import { isSurprise, NetigateError } from '../netigate/errors';
import { errorText } from './shown';
import { isTool } from './itemParameters';

export type NodeError = NodeApiError | NodeOperationError;

const isOfRun = (failure: unknown) => failure instanceof AdvisedError && failure.ofRun;

/** A raw JavaScript error wouldn't help the user, so a bug gets a general message. */
function textsOf(failure: unknown): { message: string; description?: string } {
	if (isSurprise(failure)) {
		return {
			message: 'Something unexpected happened in this node',
			description:
				"Before you run the node again, check in Netigate what was done. Please report this message with the node's input.",
		};
	}
	const message = errorText((failure as Error).message);
	const description =
		failure instanceof AdvisedError ? failure.advice : (failure as Partial<NodeError>).description;
	return description ? { message, description: errorText(description) } : { message };
}

/** The fields that say why an item failed. */
export function failureOf(failure: unknown): { reason: string; explanation: string } {
	const { message, description } = textsOf(failure);
	const otherwise = isSurprise(failure) ? 'unknown' : 'invalidValue';
	return {
		reason: failure instanceof AdvisedError ? failure.reason : otherwise,
		explanation: description ? `${message.replace(/\.$/, '')}. ${description}` : message,
	};
}

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
	const { message, description } = textsOf(failure);
	const shown = errorText(contact ?? '');
	const named = message.includes(shown) ? '' : ` (${shown})`;
	const place = itemIndex === undefined || isOfRun(failure) ? '' : ` [item ${itemIndex}]`;
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

/** The node as the user configured it, keyed by the copy that replaced it. */
const originals = new WeakMap<INode, INode>();

/**
 * Makes the node's next error stop the workflow, even if "On Error" is set to continue. n8n would otherwise pass all
 * items to the first output, as if they had succeeded.
 */
function stopOnError(context: IExecuteFunctions): void {
	// For a tool, the execution's node is the agent that uses it.
	if (isTool(context.getNode())) return;
	const execution = context.getExecuteData();
	const { node } = execution;
	// Changes a copy, because n8n may reuse the node for the next execution. n8n saves the original node with this
	// execution, so that "On Error" applies again if the execution is retried later.
	const copy: INode = { ...node, onError: 'stopWorkflow', continueOnFail: false };
	Object.defineProperty(copy, 'toJSON', { value: () => ({ ...node }) });
	originals.set(copy, node);
	execution.node = copy;
}

/** Applies "On Error" again if an earlier try (Retry On Fail) called `stopOnError`. */
function restoreOnError(context: IExecuteFunctions): void {
	const { node } = context.getExecuteData();
	const original = originals.get(node);
	if (!original) return;
	const { onError, continueOnFail } = original;
	Object.assign(node, { onError, continueOnFail });
}

/** Runs a node for all of its items. An error that affects the whole run stops the workflow. */
export async function runWhole<T>(context: IExecuteFunctions, work: () => Promise<T>): Promise<T> {
	restoreOnError(context);
	try {
		return await work();
	} catch (error) {
		stopOnError(context);
		throw toNodeError(context.getNode(), error);
	}
}
