import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failureOf, toNodeError, type NodeError } from './failure';
import { withItemFields } from './itemFields';
import type { Failure, ItemOutcome } from './itemRun';
import type { Parameters } from './parameters';
import { contactOf } from './recipients';

/** What a preview outputs for an item that would be refused. */
export const refusalOf = (parameters: Parameters, error: Error): IDataObject => ({
	...{ status: 'refused', contact: contactOf(parameters) },
	...failureOf(error),
});

interface OutputOptions {
	/** Returns an item's contact as text. Absent if the action has no contact. */
	contactOf?: (index: number) => string;
	/** Creates the error that stops the run at the first failure. Absent if the run continues on failure. */
	stop?: (error: NodeError, failure: Failure) => Error;
}

export function outputItems(
	context: IExecuteFunctions,
	outcomes: ReadonlyArray<ItemOutcome | undefined>,
	{ contactOf, stop }: OutputOptions,
): INodeExecutionData[][] {
	const items = context.getInputData();
	const node = context.getNode();
	return outcomes.map((outcome, index) => {
		if (outcome === undefined) return [];
		const item = items.at(index) as INodeExecutionData | undefined;
		// Without an explicit empty list, n8n would pair the output by position.
		const pairedItem = item ? { item: index } : [];
		if (!('error' in outcome)) return [outcome.json].flat().map((json) => ({ json, pairedItem }));
		const known = outcome.json?.contact;
		const named = typeof known === 'string' ? known : undefined;
		const error = toNodeError(node, outcome.error, item && index, named);
		if (stop) throw stop(error, outcome);
		const json = failedJson(outcome, error, named ?? (item && contactOf?.(index)));
		if (node.onError !== 'continueErrorOutput')
			return [{ json: withItemFields(json, item?.json ?? {}), pairedItem }];
		return [forErrorOutput(context, json, error, item, pairedItem)];
	});
}

function failedJson(failure: Failure, error: NodeError, contact: string | undefined): IDataObject {
	const person = contact === undefined ? {} : { contact };
	const outcome = { status: 'failed', ...person, ...failureOf(failure.error) };
	return {
		...outcome,
		...failure.json,
		...outcome,
		error: error.description ? `${error.message}. ${error.description}` : error.message,
		message: { ...person, ...failure.json },
	};
}

function forErrorOutput(
	context: IExecuteFunctions,
	{ error: text, ...json }: IDataObject,
	error: NodeError,
	item: INodeExecutionData | undefined,
	pairedItem: INodeExecutionData['pairedItem'],
): INodeExecutionData {
	if (!item || !context.getExecuteData().source) {
		// Without an input item, an item reaches the error output only if it has no fields except these two.
		return { json: { error: text, message: json }, pairedItem };
	}
	const output = withItemFields({ error: text, ...json }, item.json);
	// n8n adds the input item's fields to the output, including those that were moved to `item`.
	for (const name of Object.keys(item.json))
		if (!Object.hasOwn(output, name)) output[name] = undefined;
	// n8n sends an item with an `error` to the error output. If the property were enumerable, n8n would
	// then replace all of the item's fields with the error's message.
	return Object.defineProperty({ json: output, pairedItem }, 'error', { value: error });
}
