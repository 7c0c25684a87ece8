import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { getOrAdd, jointKey } from '../shared/basics/lists';
import { InputError, NetigateError, SettingError } from '../shared/netigate/errors';
import {
	countryOf,
	oldVersionHint,
	placeOf,
	type NetigateCredential,
} from '../shared/netigate/server';
import { CREDENTIAL, netigateClient } from '../shared/n8n/connection';
import { runWhole, type NodeError } from '../shared/n8n/failure';
import { hashSecretOf } from '../shared/n8n/hashSecret';
import { parameterReader } from '../shared/n8n/itemParameters';
import type { Failure, ItemOutcome } from '../shared/n8n/itemRun';
import { outputItems, refusalOf } from '../shared/n8n/outputItems';
import { contactOf } from '../shared/n8n/recipients';
import { addHint } from '../shared/n8n/shown';
import { isTestRun } from '../shared/n8n/testRun';
import { onlyReads, type Action } from './action';
import { runItemsOf } from './call';

type Outcomes = Array<ItemOutcome | undefined>;

type KeptOutcomes = Map<INodeExecutionData, ItemOutcome>;

/**
 * The outcomes of items that were or may have been processed, keyed by the run's first item and then by the
 * node's pass. "Retry On Fail" runs all items again with the same objects. The pass is needed because other
 * nodes and later loops can get the same objects too.
 */
const changes = new WeakMap<INodeExecutionData, Map<string, KeptOutcomes>>();

/** The outcomes of earlier attempts in this pass of the node. Actions that only read don't keep outcomes. */
function keptOutcomes(context: IExecuteFunctions, action: Action): KeptOutcomes {
	if (onlyReads(action)) return new Map();
	const { $runIndex } = context.getWorkflowDataProxy(0);
	const pass = jointKey(context.getExecutionId(), context.getNode().name, Number($runIndex));
	const [first = { json: {} }] = context.getInputData();
	const passes = getOrAdd(changes, first, () => new Map<string, KeptOutcomes>());
	return getOrAdd(passes, pass, () => new Map<INodeExecutionData, ItemOutcome>());
}

const isUnknown = (error: Error) => error instanceof NetigateError && error.outcome === 'unknown';

async function outcomesOf(
	context: IExecuteFunctions,
	action: Action,
	kept: KeptOutcomes,
): Promise<Outcomes> {
	const credential = await context.getCredentials<NetigateCredential>(CREDENTIAL);
	const parametersOf = parameterReader(context, action.fields, countryOf(credential));
	const keeps = !onlyReads(action);
	const hinted = new Set<string>();
	const hint = (message: string) => {
		if (!hinted.has(message)) addHint(context, message);
		hinted.add(message);
	};
	const oldVersion = oldVersionHint(credential);
	if (oldVersion) hint(oldVersion);
	return await runItemsOf(action)({
		items: context.getInputData().map((item, index) => ({
			parameters: () => parametersOf(index, item),
			earlier: kept.get(item),
			// An item that wasn't processed can be sent again, so its outcome isn't kept.
			keep: (outcome) => {
				if (keeps && (!('error' in outcome) || isUnknown(outcome.error))) kept.set(item, outcome);
			},
		})),
		client: await netigateClient(context),
		continueOnFail: context.continueOnFail(),
		testRun: isTestRun(context),
		refusalOf,
		hint,
		place: placeOf(credential, ''),
		n8n: {
			context,
			hashSecret: () => hashSecretOf(context, credential),
			placeOf: (secret) => placeOf(credential, secret),
		},
	});
}

function outcomesAfter(context: IExecuteFunctions, kept: KeptOutcomes, error: Error): Outcomes {
	let reported = false;
	return context.getInputData().map((item) => {
		const earlier = kept.get(item);
		// A run that stops reports the error only once. A run that continues reports it for each item, so
		// that no item is passed on as if it had succeeded.
		if (earlier || (reported && !context.continueOnFail())) return earlier;
		reported = true;
		return { error };
	});
}

/** Lists items by index: "items 0 to 2, 6". */
function itemsAt(indexes: number[]): string {
	const parts: string[] = [];
	for (let from = 0; from < indexes.length; ) {
		let to = from;
		while (indexes[to + 1] === indexes[to] + 1) to++;
		const [first, last] = [indexes[from], indexes[to]];
		parts.push(first === last ? String(first) : `${first} to ${last}`);
		from = to + 1;
	}
	return `item${indexes.length === 1 ? '' : 's'} ${parts.join(', ')}`;
}

const NOTHING_DONE = new Set<unknown>(['skipped', 'unchanged', 'missing', 'unknown']);

/** Whether a failed item may have left something in Netigate. */
const mayBeBegun = ({ error, json }: Failure) => isUnknown(error) || json?.sendoutId !== undefined;

const LET_OTHERS_THROUGH =
	"To process the other items, set 'On Error' in the node's settings to \"Continue (using error output)\".";

/** Names the people whom the quarantine doesn't count correctly. */
function reservationTexts(outcomes: Outcomes, items: readonly INodeExecutionData[]): string[] {
	const itemsWhere = (fits: (own: unknown, ours: unknown, outcome: Outcomes[number]) => boolean) =>
		[...items.entries()].flatMap(([index, { json: fields }]) => {
			const outcome = outcomes[index];
			const { quarantine } = ([outcome?.json].flat()[0] ?? {}) as typeof fields;
			// The output also contains the item's own fields, which can have the same name.
			const ours = quarantine === fields.quarantine ? undefined : quarantine;
			return fits(fields.quarantine, ours, outcome) ? index : [];
		});
	const unsettled = (what: 'confirmed' | 'released') =>
		itemsWhere((_, ours) => (ours as IDataObject | undefined)?.[what] === false);
	const reserved = itemsWhere((own, _, outcome) => {
		const isUnsent = !outcome || ('error' in outcome && !mayBeBegun(outcome));
		return isUnsent && Boolean((own as IDataObject | null | undefined)?.reservationId);
	});
	const texts: Array<[number[], string]> = [
		[unsettled('confirmed'), 'Not confirmed in the quarantine, so these people may be asked again'],
		[unsettled('released'), 'Still counted as invited by the quarantine'],
		[
			reserved,
			"Reserved by a Quarantine node, so still counted as invited unless they're released",
		],
	];
	return texts.flatMap(([at, text]) => (at.length > 0 ? `${text}: ${itemsAt(at)}.` : []));
}

/** Adds what was already done to the error that stopped the run, because the user might start the run again. */
function withWhatWasDone(
	error: NodeError,
	failure: Failure,
	action: Action,
	outcomes: Outcomes,
	items: readonly INodeExecutionData[],
): NodeError {
	if (onlyReads(action)) return error;
	const count = items.length;
	const done: number[] = [];
	const begun: number[] = [];
	for (const [index, outcome] of outcomes.slice(0, count).entries()) {
		if (outcome === undefined) continue;
		if (!('error' in outcome)) {
			const { json } = outcome;
			if (Array.isArray(json) || !NOTHING_DONE.has(json.status)) done.push(index);
		} else if (index !== error.context.itemIndex && mayBeBegun(outcome)) begun.push(index);
	}
	const texts = [error.description];
	const refused = failure.error instanceof NetigateError && failure.error.outcome === 'refused';
	const ofItem = failure.error instanceof InputError && !failure.error.ofRun;
	if (count > 1 && (ofItem || refused)) texts.push(LET_OTHERS_THROUGH);
	if (done.length > 0) texts.push(`Already completed: ${itemsAt(done)}.`);
	if (begun.length > 0) texts.push(`Started or possibly completed: ${itemsAt(begun)}.`);
	texts.push(...reservationTexts(outcomes, items));
	if (done.length + begun.length === 0 && !mayBeBegun(failure))
		texts.push(action.nothingDone ?? 'Nothing was done.');
	error.description = texts.filter(Boolean).join(' ');
	return error;
}

function contactReader(context: IExecuteFunctions, { fields }: Action) {
	if (!fields.some(({ name }) => name === 'contact')) return undefined;
	const parametersOf = parameterReader(context, fields);
	return (index: number) => contactOf(parametersOf(index, context.getInputData()[index]));
}

async function run(context: IExecuteFunctions, action: Action): Promise<INodeExecutionData[][]> {
	const kept = keptOutcomes(context, action);
	let isSettingError = false;
	const outcomes = await outcomesOf(context, action, kept).catch((error: Error) => {
		isSettingError = error instanceof SettingError;
		return outcomesAfter(context, kept, error);
	});
	// The output of a canceled run must show what was sent.
	const stops =
		isSettingError || (!context.continueOnFail() && !context.getExecutionCancelSignal()?.aborted);
	const given = context.getInputData();
	const items = outputItems(context, outcomes, {
		contactOf: contactReader(context, action),
		stop: stops
			? (error, failure) => withWhatWasDone(error, failure, action, outcomes, given)
			: undefined,
	});
	return [items.flat()];
}

export function runFunctionOf(action: Action) {
	return async function (this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runWhole(this, async () => await run(this, action));
	};
}
