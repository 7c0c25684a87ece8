import type {
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { toNodeError } from './failure';
import type { Failure, ItemOutcome } from './itemRun';

type NodeError = NodeApiError | NodeOperationError;

/**
 * Turns outcomes into n8n's items: for each outcome its items, paired with the item it belongs to.
 *
 * @param stop makes the error with which the first failure stops the run; absent if failures are to be continued
 */
export function outputItems(
	context: IExecuteFunctions,
	outcomes: ReadonlyArray<ItemOutcome | undefined>,
	stop?: (error: NodeError, failure: Failure) => Error,
): INodeExecutionData[][] {
	const items = context.getInputData();
	const node = context.getNode();
	return outcomes.map((outcome, index) => {
		if (outcome === undefined) return [];
		const item = items.at(index) as INodeExecutionData | undefined;
		if ('error' in outcome) {
			const contact = outcome.json?.contact;
			const named = typeof contact === 'string' ? contact : undefined;
			const error = toNodeError(node, outcome.error, item && index, named);
			if (stop) throw stop(error, outcome);
			return [failedItem(node, item, error, index, outcome.json)];
		}
		// An explicit empty list, or n8n would pair what belongs to no item by its position.
		const pairedItem = item ? { item: index } : [];
		return [outcome.json].flat().map((json) => ({ json, pairedItem }));
	});
}

/**
 * The output item of a failed input item. Its input is in it again, whichever way "On Error" goes: n8n adds it at
 * the error output. Up to n8n 2.35 a failed item is recognized there by `error`, or `error` and `message`, and
 * nothing else; so what is known goes into `message`. If n8n were given the error object too, it would keep
 * nothing but its message.
 *
 * @param item undefined where it belongs to no input item
 * @param known what is known of the item despite its failure, e.g. a respondent that was added
 */
function failedItem(
	node: INode,
	item: INodeExecutionData | undefined,
	error: NodeError,
	itemIndex: number,
	known: INodeExecutionData['json'] = {},
): INodeExecutionData {
	const text = error.description ? `${error.message}. ${error.description}` : error.message;
	return {
		json: {
			...(node.onError === 'continueErrorOutput' ? {} : item?.json),
			error: text,
			...(Object.keys(known).length > 0 ? { message: known } : {}),
		},
		pairedItem: item ? { item: itemIndex } : [],
	};
}
