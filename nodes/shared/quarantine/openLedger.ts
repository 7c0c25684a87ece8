import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { DataTableStore } from '../ledger/dataTable';
import { LedgerError } from '../ledger/errors';
import { innerWorkflow } from '../ledger/innerWorkflow';
import { contactKey, shortHash, type ContactKey } from '../ledger/contactKey';
import { RowLedger } from './ledger/rowLedger';
import {
	forgetTable,
	openTable,
	pruneTable,
	QUARANTINE_TABLE,
	type TableUse,
} from './ledger/table';
import type { Asking, Ledger } from './ledger/ledger';
import { WorkflowLedger } from './ledger/workflowLedger';
import { longestWindow, type Rule } from './rules/rules';
import type { Options } from './settings';

const DAY_MS = 86_400_000;

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

/** Who this node is to the ledger, in this run of this execution. */
function askingOf(context: IExecuteFunctions): Asking {
	const { $runIndex } = context.getWorkflowDataProxy(0) as { $runIndex?: number };
	return {
		execution: `${shortHash(context.getInstanceId())}-${context.getExecutionId()}`,
		step: `${shortHash(context.getNode().id)}-${$runIndex ?? 0}`,
	};
}

/** The ledger that the options name. Nothing is asked of it yet. */
export function ledgerAccess(
	context: IExecuteFunctions,
	options: Options,
	rules: Iterable<Rule>,
): LedgerAccess {
	const key = contactKey(options.hashSecret || context.getInstanceId());
	const keepDays = Math.max(options.keepDays, Math.ceil(longestWindow(rules) / DAY_MS));
	const asking = askingOf(context);
	const around = { now: () => Date.now(), sleep, random: Math.random };
	if (options.ledger === 'workflow') {
		const ledger = new WorkflowLedger(
			async (items) => {
				const { data } = await context.executeWorkflow(
					{ id: options.ledgerWorkflow },
					items.map((json) => ({ json })),
				);
				return (data[0] ?? []).map(({ json }) => json);
			},
			{ fingerprint: key.fingerprint, keepDays },
			asking,
			around,
		);
		return { key, use: async (task) => await task(ledger) };
	}

	const store = new DataTableStore(QUARANTINE_TABLE, innerWorkflow(context));
	const ledger = new RowLedger(store, asking, around);
	const use: TableUse = {
		workflowId: String(context.getWorkflow().id),
		fingerprint: key.fingerprint,
		keepDays,
	};
	return {
		key,
		async use(task) {
			const now = around.now();
			const prune = async (force: boolean) =>
				await pruneTable(store, use, now, force).catch((error: unknown) =>
					context.logger.warn('Old events of the Netigate quarantine could not be removed', {
						error: error instanceof Error ? error.message : String(error),
					}),
				);
			await openTable(store, use, now);
			try {
				const result = await task(ledger).catch(async (error: unknown) => {
					if (!(error instanceof LedgerError) || error.problem !== 'full')
						return await refuse(error);
					await prune(true);
					return await task(ledger);
				});
				await prune(false);
				return result;
			} catch (error) {
				if (error instanceof LedgerError && error.problem === 'missing')
					forgetTable(use.workflowId);
				return await refuse(error);
			}
		},
	};
}

/** Passes a failure on as what it is: the node words it for the user, item by item. */
async function refuse(error: unknown): Promise<never> {
	return await Promise.reject(error);
}
