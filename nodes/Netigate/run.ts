import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { InputError, NetigateError, RunError } from '../shared/netigate/errors';
import { baseUrlOf, type NetigateCredential } from '../shared/netigate/server';
import { CREDENTIAL, netigateClient } from '../shared/n8n/connection';
import { failedItem, toNodeError } from '../shared/n8n/failure';
import { parameterReader } from '../shared/n8n/itemParameters';
import { isTestRun } from '../shared/n8n/testRun';
import { onlyReads, type Action, type RunFunction } from './action';
import type { ItemOutcome, RunContext } from '../shared/n8n/itemRun';
import { triesOf } from './changes';
import { togetherOf } from './perform';

async function runContextOf(context: IExecuteFunctions): Promise<RunContext> {
	const credential = await context.getCredentials<NetigateCredential>(CREDENTIAL);
	return { context, server: new URL(baseUrlOf(credential)).host };
}

async function outcomesOf(
	context: IExecuteFunctions,
	action: Action,
): Promise<Array<ItemOutcome | undefined>> {
	const parametersOf = parameterReader(context, action.fields);
	const tries = triesOf(context, action);
	const told = new Set<string>();
	return await togetherOf(action)({
		items: context.getInputData().map((item, index) => ({
			parameters: () => parametersOf(index, item),
			earlier: tries.earlier(item),
			keep: (outcome) => tries.keep(item, outcome),
		})),
		client: await netigateClient(context),
		continueOnFail: context.continueOnFail(),
		testRun: isTestRun(context),
		hint: (message) => {
			if (!told.has(message)) context.addExecutionHints({ message, location: 'outputPane' });
			told.add(message);
		},
		n8n: await runContextOf(context),
	});
}

/** Items as people count them, from 1: "1 to 3, 7". */
function ranges(indexes: number[]): string {
	const parts: string[] = [];
	for (let from = 0; from < indexes.length; ) {
		let to = from;
		while (indexes[to + 1] === indexes[to] + 1) to++;
		const [first, last] = [indexes[from] + 1, indexes[to] + 1];
		parts.push(first === last ? String(first) : `${first} to ${last}`);
		from = to + 1;
	}
	return parts.join(', ');
}

const NOTHING_DONE = new Set<unknown>(['skipped', 'unchanged', 'missing', 'unknown']);

function isSkipped(json: IDataObject | IDataObject[]): boolean {
	return !Array.isArray(json) && NOTHING_DONE.has(json.status);
}

/** Whether a failed item may have left something behind in Netigate. */
function mayBeBegun({ error, json }: Extract<ItemOutcome, { error: Error }>): boolean {
	const unknown = error instanceof NetigateError && error.outcome === 'unknown';
	return unknown || json?.sendoutId !== undefined;
}

const LET_OTHERS_THROUGH =
	'To let the others through, set On Error in the settings of the node to "Continue (using error output)".';

/** Whom an item is about, if its outcome says so. */
function contactIn({ json }: Extract<ItemOutcome, { error: Error }>): string | undefined {
	return typeof json?.contact === 'string' ? json.contact : undefined;
}

/** Adds to the error of a stopped run what it has already done: the user must know before running it again. */
function tellWhatWasDone(
	error: NodeApiError | NodeOperationError,
	failure: Error,
	action: Action,
	outcomes: Array<ItemOutcome | undefined>,
	count: number,
): NodeApiError | NodeOperationError {
	if (onlyReads(action)) return error;
	const done: number[] = [];
	const begun: number[] = [];
	for (const [index, outcome] of outcomes.entries()) {
		if (outcome === undefined) continue;
		if ('error' in outcome) {
			const other = index < count && index !== error.context.itemIndex;
			if (other && mayBeBegun(outcome)) begun.push(index);
		} else if (index < count && !isSkipped(outcome.json)) done.push(index);
	}
	const told = [error.description];
	const refused = failure instanceof NetigateError && failure.outcome === 'refused';
	const ofItem = failure instanceof InputError && !(failure instanceof RunError);
	if (count > 1 && (ofItem || refused)) told.push(LET_OTHERS_THROUGH);
	if (done.length > 0) told.push(`Done before that, and not undone: item ${ranges(done)}.`);
	if (begun.length > 0) told.push(`Begun, or perhaps done: item ${ranges(begun)}.`);
	const own = outcomes.find((one) => one && 'error' in one && one.error === failure);
	const open = own !== undefined && 'error' in own && mayBeBegun(own);
	if (done.length + begun.length === 0 && !open)
		told.push(action.nothingDone ?? 'Nothing was done.');
	error.description = told.filter(Boolean).join(' ');
	return error;
}

/**
 * Turns outcomes into n8n's items; throws the first failure unless failures are to be continued. A cancelled
 * run has failures too, but its output has to show what was sent.
 */
function toItems(
	context: IExecuteFunctions,
	action: Action,
	outcomes: Array<ItemOutcome | undefined>,
): INodeExecutionData[] {
	const items = context.getInputData();
	const node = context.getNode();
	const throws = !context.continueOnFail() && !context.getExecutionCancelSignal()?.aborted;
	const output: INodeExecutionData[] = [];
	for (const [index, outcome] of outcomes.entries()) {
		if (outcome === undefined) continue;
		if ('error' in outcome) {
			const item = items.at(index) as INodeExecutionData | undefined;
			const error = toNodeError(node, outcome.error, item && index, contactIn(outcome));
			if (throws) throw tellWhatWasDone(error, outcome.error, action, outcomes, items.length);
			output.push(failedItem(node, item, error, index, outcome.json));
			continue;
		}
		const entries = Array.isArray(outcome.json) ? outcome.json : [outcome.json];
		// An explicit empty list, or n8n would pair what belongs to no item by its position.
		const pairedItem = index < items.length ? { item: index } : [];
		for (const json of entries) output.push({ json, pairedItem });
	}
	return output;
}

/** The outcomes of a try that failed as a whole: what an earlier try has done stays done. */
function outcomesAfter(
	context: IExecuteFunctions,
	action: Action,
	error: Error,
): Array<ItemOutcome | undefined> {
	const tries = triesOf(context, action);
	let told = false;
	return context.getInputData().map((item) => {
		const earlier = tries.earlier(item);
		// A run that stops says once why. One that goes on must not pass on any input as if it had succeeded.
		if (earlier || (told && !context.continueOnFail())) return earlier;
		told = true;
		return { error };
	});
}

/** The careful way of sending an action, for n8n's `customOperations`. */
export function runFunctionOf(action: Action): RunFunction {
	return async function (this: IExecuteFunctions) {
		const outcomes = await outcomesOf(this, action).catch((error: Error) =>
			outcomesAfter(this, action, error),
		);
		return [toItems(this, action, outcomes)];
	};
}
