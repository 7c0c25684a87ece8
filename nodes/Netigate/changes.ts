import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NetigateError } from '../shared/netigate/errors';
import { onlyReads, type Action } from './action';
import type { ItemOutcome } from '../shared/n8n/itemRun';

/**
 * The outcomes of items whose change was made, or may have been made. n8n's "Retry On Fail" runs all items of
 * the node again, even those that went well, and hands over the very same objects; a new run brings new ones.
 * Other nodes and later rounds of a loop can get the same objects too, but they ask for something else, so
 * each pass of each node keeps its own outcomes. They are kept for as long as the first of the items is.
 */
const changes = new WeakMap<INodeExecutionData, Map<string, Outcomes>>();

type Outcomes = Map<INodeExecutionData, ItemOutcome>;

/** What an earlier try of this pass of this node has done, and what this one does. */
interface Tries {
	/** The outcome of an item that an earlier try has already sent. */
	earlier: (item: INodeExecutionData) => ItemOutcome | undefined;
	/** Keeps the outcome of an item, unless the item was surely not done and may be sent again. */
	keep: (item: INodeExecutionData, outcome: ItemOutcome) => void;
}

/** The tries of an action in this pass of the node. A read keeps nothing: it may always be sent again. */
export function triesOf(context: IExecuteFunctions, action: Action): Tries {
	if (onlyReads(action)) return { earlier: () => undefined, keep: () => {} };
	const { $runIndex } = context.getWorkflowDataProxy(0);
	const pass = JSON.stringify([context.getExecutionId(), context.getNode().name, $runIndex]);
	const [first = { json: {} }] = context.getInputData();
	const passes = changes.get(first) ?? new Map<string, Outcomes>();
	const outcomes = passes.get(pass) ?? new Map<INodeExecutionData, ItemOutcome>();
	changes.set(first, passes.set(pass, outcomes));
	return {
		earlier: (item) => outcomes.get(item),
		keep: (item, outcome) => {
			const open =
				'error' in outcome &&
				!(outcome.error instanceof NetigateError && outcome.error.outcome === 'unknown');
			if (!open) outcomes.set(item, outcome);
		},
	};
}
