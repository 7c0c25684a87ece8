import { sleep, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { DataTableStore } from '../tables/dataTable';
import { innerWorkflow, withoutDeadline } from '../tables/innerWorkflow';
import { contactKey, shortHash, type ContactKey } from './ledger/contactKey';
import type { Claimant, Ledger } from './ledger/ledger';
import { RowLedger } from './ledger/rowLedger';
import { QUARANTINE_TABLE, withTable, type Keeper } from './ledger/table';
import { WorkflowLedger } from './ledger/workflowLedger';
import { DAY_MS, longestWindow, type Rule } from './rules/rules';
import type { Options } from './settings';

/** A ledger, and how this node uses it. */
export interface LedgerAccess {
	key: ContactKey;
	/**
	 * Runs a task with the ledger.
	 *
	 * @throws LedgerError when the ledger cannot be used
	 */
	use: <T>(task: (ledger: Ledger) => Promise<T>) => Promise<T>;
}

/** This node, in this run of this execution. */
export function claimantOf(context: IExecuteFunctions): Claimant {
	const { $runIndex } = context.getWorkflowDataProxy(0) as { $runIndex?: number };
	return {
		execution: `${shortHash(context.getInstanceId())}-${context.getExecutionId()}`,
		step: `${shortHash(context.getNode().id)}-${$runIndex ?? 0}`,
	};
}

/** For how many whole days these rules need the events of a ledger, and no less than `atLeast`. */
export function daysNeeded(rules: Iterable<Rule>, atLeast = 0): number {
	return Math.max(atLeast, Math.ceil(longestWindow(rules) / DAY_MS));
}

/**
 * The ledger that the options name. It isn't called yet.
 *
 * @param days for how many days this node needs its events; 0 if it needs none to be kept
 */
export function ledgerAccess(
	context: IExecuteFunctions,
	options: Options,
	days: number,
): LedgerAccess {
	const key = contactKey(options.hashSecret || context.getInstanceId());
	const { fingerprint } = key;
	const claimant = claimantOf(context);
	const clock = { now: () => Date.now(), sleep, random: Math.random };
	const workflowId = String(context.getWorkflow().id);
	const id = shortHash(context.getInstanceId(), workflowId, context.getNode().id);
	const keeper: Keeper = { id, days };
	if (options.ledger === 'workflow') {
		const { ledgerWorkflow } = options;
		const call = async (items: IDataObject[]) => {
			const given = items.map((json) => ({ json }));
			const { data } = await withoutDeadline(context).executeWorkflow(
				{ id: ledgerWorkflow },
				given,
			);
			return (data[0] ?? []).map(({ json }) => json);
		};
		const ledger = new WorkflowLedger(call, { fingerprint, keeper }, claimant, clock);
		return { key, use: async (task) => await task(ledger) };
	}

	const store = new DataTableStore(QUARANTINE_TABLE, innerWorkflow(context));
	const ledger = new RowLedger(store, claimant, clock);
	const use = { workflowId, fingerprint, keeper };
	const warn = ({ message }: Error) =>
		context.logger.warn("Old events of the Netigate quarantine couldn't be removed", {
			error: message,
		});
	const tellFull = () =>
		context.addExecutionHints({
			message:
				"This n8n's data tables were full. Old quarantine data was removed, and the run continued. Before they are full again, delete tables or rows you no longer need, raise N8N_DATA_TABLES_MAX_SIZE_BYTES, or keep the ledger in your own database (Options > Ledger).",
			type: 'warning',
			location: 'outputPane',
		});
	return {
		key,
		use: async (task) =>
			await withTable(store, use, clock.now, async () => await task(ledger), warn, tellFull),
	};
}
