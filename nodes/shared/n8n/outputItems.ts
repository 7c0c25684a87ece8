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
 * Turns outcomes into n8n's items: a list for each outcome, paired with its input item.
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
		// Without an explicit empty list n8n would pair it by position.
		const pairedItem = item ? { item: index } : [];
		return [outcome.json].flat().map((json) => ({ json, pairedItem }));
	});
}

/**
 * The output item of a failed input item. Up to n8n 2.35 the error output recognizes an item that has only `error`,
 * or `error` and `message`, so what is known goes into `message`. n8n adds the input there itself.
 *
 * @param item undefined if the failure belongs to no input item
 * @param known what is still known of the item, e.g. a respondent that was added
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
