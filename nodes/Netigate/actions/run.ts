import {
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeApiError,
	type NodeOperationError,
} from 'n8n-workflow';
import { forEachLimited } from '../../shared/api/concurrency';
import { NetigateError } from '../../shared/api/errors';
import { DataTableStore } from '../../shared/ledger/dataTable';
import { innerWorkflow } from '../../shared/ledger/innerWorkflow';
import { baseUrlOf, type NetigateCredential } from '../../shared/api/server';
import type { Action, Call, ItemOutcome, Memory, RunFunction } from './action';
import { triesOf } from './changes';
import { CREDENTIAL, netigateClient, requestOptionsOf } from '../../shared/n8n/connection';
import { failedItem, toNodeError } from '../../shared/n8n/failure';
import { parameterReader } from '../../shared/n8n/parameters';
import { performerFor } from './perform';

/** The items in the portions that "Batching" under Request Options asks for, all in one without it. */
function portions(context: IExecuteFunctions, count: number): { size: number; pauseMs: number } {
	const { batchSize = 0, batchInterval = 0 } = requestOptionsOf(context).batching?.batch ?? {};
	return batchInterval > 0 && batchSize > 0
		? { size: batchSize, pauseMs: batchInterval }
		: { size: Math.max(1, count), pauseMs: 0 };
}

/** Sends the call once an item. Stops starting new ones after a failure unless failures are to be continued. */
async function eachItem(
	context: IExecuteFunctions,
	call: Call,
): Promise<Array<ItemOutcome | undefined>> {
	const items = context.getInputData();
	const client = await netigateClient(context);
	const perform = performerFor(client);
	const parametersOf = parameterReader(context);
	const hints = new Set<string | undefined>();
	const goOn = context.continueOnFail();
	const tries = triesOf(context, call);
	const outcomes = new Array<ItemOutcome | undefined>(items.length);
	let failed = false;
	const work = async (item: INodeExecutionData, index: number) => {
		let outcome = tries.earlier(item);
		try {
			const parameters = parametersOf(index, item);
			hints.add(call.hint?.(parameters));
			outcome ??= { json: await perform(call, parameters) };
		} catch (error) {
			outcome = { error: error as Error };
		}
		tries.keep(item, outcome);
		outcomes[index] = outcome;
		failed ||= 'error' in outcome;
	};
	const { size, pauseMs } = portions(context, items.length);
	for (let start = 0; start < items.length && !(failed && !goOn); start += size) {
		if (start > 0) await sleep(pauseMs);
		await forEachLimited(
			items.slice(start, start + size),
			client.maxInFlight,
			async (item, index) => await work(item, start + index),
			() => failed && !goOn,
		);
	}
	for (const message of hints) {
		if (message) context.addExecutionHints({ message, location: 'outputPane' });
	}
	return outcomes;
}

async function memoryOf(context: IExecuteFunctions): Promise<Memory> {
	const credential = await context.getCredentials<NetigateCredential>(CREDENTIAL);
	return {
		table: (table) => new DataTableStore(table, innerWorkflow(context)),
		server: new URL(baseUrlOf(credential)).host,
		instanceId: context.getInstanceId(),
	};
}

async function allTogether(context: IExecuteFunctions, action: Action): Promise<ItemOutcome[]> {
	const items = context.getInputData();
	const parametersOf = parameterReader(context);
	const tries = triesOf(context, action.call);
	const outcomes = await action.together!({
		items: items.map((item, index) => ({
			index,
			parameters: () => parametersOf(index, item),
			earlier: tries.earlier(item),
		})),
		client: await netigateClient(context),
		continueOnFail: context.continueOnFail(),
		hint: (message) => context.addExecutionHints({ message, location: 'outputPane' }),
		memory: await memoryOf(context),
	});
	for (const [index, item] of items.entries()) {
		const outcome = outcomes.at(index) as ItemOutcome | undefined;
		if (outcome) tries.keep(item, outcome);
	}
	return outcomes;
}

function ranges(indexes: number[]): string {
	const parts: string[] = [];
	for (let from = 0; from < indexes.length; ) {
		let to = from;
		while (indexes[to + 1] === indexes[to] + 1) to++;
		parts.push(from === to ? String(indexes[from]) : `${indexes[from]} to ${indexes[to]}`);
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

/** What a stopped run has already done: the user must know before running it again. */
function tellWhatWasDone(
	error: NodeApiError | NodeOperationError,
	call: Call,
	outcomes: Array<ItemOutcome | undefined>,
	count: number,
): NodeApiError | NodeOperationError {
	if (call.repeatable) return error;
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
	if (done.length > 0) told.push(`Done before that, and not undone: item ${ranges(done)}.`);
	if (begun.length > 0) told.push(`Begun, or perhaps done: item ${ranges(begun)}.`);
	error.description = told.filter(Boolean).join(' ');
	return error;
}

/**
 * n8n's items from the outcomes; throws the first failure unless failures are to be continued. A cancelled
 * run has failures too, but its output has to tell what was sent.
 */
function toItems(
	context: IExecuteFunctions,
	call: Call,
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
			const error = toNodeError(node, outcome.error, item && index);
			if (throws) throw tellWhatWasDone(error, call, outcomes, items.length);
			output.push(failedItem(node, item, error, index, outcome.json));
			continue;
		}
		const entries = Array.isArray(outcome.json) ? outcome.json : [outcome.json];
		// Said in so many words, or n8n would pair what belongs to no item by its place.
		const pairedItem = index < items.length ? { item: index } : [];
		for (const json of entries) output.push({ json, pairedItem });
	}
	return output;
}

/** The outcomes of a try that came to nothing as a whole: what an earlier try has done stays done. */
function outcomesAfter(
	context: IExecuteFunctions,
	call: Call,
	error: Error,
): Array<ItemOutcome | undefined> {
	const tries = triesOf(context, call);
	let told = false;
	return context.getInputData().map((item) => {
		const earlier = tries.earlier(item);
		// A run that stops is told once why. One that goes on must not pass any input on as if it had succeeded.
		if (earlier || (told && !context.continueOnFail())) return earlier;
		told = true;
		return { error };
	});
}

/** The careful way of sending an action, for n8n's `customOperations`. */
export function runFunctionOf(action: Action): RunFunction {
	return async function (this: IExecuteFunctions) {
		const outcomes = await (
			action.together ? allTogether(this, action) : eachItem(this, action.call)
		).catch((error: Error) => outcomesAfter(this, action.call, error));
		return [toItems(this, action.call, outcomes)];
	};
}
