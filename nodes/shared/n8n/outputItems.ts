import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError, type NodeError } from './failure';
import type { Failure, ItemOutcome } from './itemRun';

/**
 * Up to n8n 2.35, an item reaches the error output only if it has no fields except `error` and `message`.
 * Anything known about a failed item therefore goes into `message`. n8n adds the input itself.
 * @param stop creates the error that stops the run at the first failure. Omitted if the run continues on
 * failure
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
		// Without an explicit empty list, n8n would pair the output by position.
		const pairedItem = item ? { item: index } : [];
		if (!('error' in outcome)) return [outcome.json].flat().map((json) => ({ json, pairedItem }));
		const known = outcome.json ?? {};
		const contact = typeof known.contact === 'string' ? known.contact : undefined;
		const error = toNodeError(node, outcome.error, item && index, contact);
		if (stop) throw stop(error, outcome);
		const json = {
			...(node.onError === 'continueErrorOutput' ? {} : item?.json),
			error: error.description ? `${error.message}. ${error.description}` : error.message,
			...(Object.keys(known).length > 0 ? { message: known } : {}),
		};
		return [{ json, pairedItem }];
	});
}
