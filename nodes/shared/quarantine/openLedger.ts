import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { jointKey } from '../basics/lists';
import { addHint, withoutContacts } from '../n8n/shown';
import { CLOCK } from '../tables/claim';
import { DataTableStore } from '../tables/dataTable';
import { callWorkflow, innerWorkflow } from '../tables/innerWorkflow';
import { contactKey, nonce, shortHash, type ContactKey } from './ledger/contactKey';
import type { Claimant, Ledger, Place } from './ledger/ledger';
import { RowLedger } from './ledger/rowLedger';
import { QUARANTINE_TABLE, withTable, type Keeper } from './ledger/table';
import { WorkflowLedger } from './ledger/workflowLedger';
import { DAY_MS, longestWindow, type Rule } from './rules/rules';
import type { Options } from './settings';

export type { Ledger, Place };

export interface LedgerAccess {
	key: ContactKey;
	/** @throws LedgerError if the ledger can't be used */
	use: <T>(task: (ledger: Ledger) => Promise<T>) => Promise<T>;
}

/** Used in place of an execution's start time in n8n versions that don't provide one. */
const PROCESS = nonce();

/** Identifies an execution by its ID and start time, because execution IDs start over in a new n8n database. */
export function claimantOf(context: IExecuteFunctions): Claimant {
	const { $runIndex } = context.getWorkflowDataProxy(0) as { $runIndex?: number };
	const { establishedAt } = (context as Partial<IExecuteFunctions>).getExecutionContext?.() ?? {};
	const start = establishedAt?.toString(36) ?? PROCESS;
	return {
		execution: `${shortHash(context.getInstanceId())}-${context.getExecutionId()}-${start}`,
		step: `${shortHash(context.getNode().id)}-${$runIndex ?? 0}`,
	};
}

/** How many days of ledger events these rules need, rounded up. */
export function daysNeeded(rules: Iterable<Rule>): number {
	return Math.ceil(longestWindow(rules) / DAY_MS);
}

/** How much longer events are kept than the rules need, so that a rule can be changed to look back further. */
export const SPARE_DAYS = 30;

/**
 * How many days to keep events: 'Keep (Days)', or if that is 0, 30 days more than needed.
 * @param atLeast the days that are needed for another reason
 */
export function daysToKeep(
	rules: Iterable<Rule>,
	{ keepDays }: Options,
	atLeast = SPARE_DAYS,
): number {
	const needed = daysNeeded(rules);
	return keepDays === 0 ? Math.max(needed + SPARE_DAYS, atLeast) : Math.max(needed, keepDays);
}

/** The parameters that determine how many days of events a node needs, and the collections that contain them. */
const DAY_FIELDS = new Set([
	'days',
	'existing',
	'keepDays',
	'options',
	'quarantine',
	'quarantineDays',
	'rules',
	'unit',
]);

/** Whether the number of days comes from an expression, so that each run may need a different number. */
function daysVary(parameters: object): boolean {
	return Object.entries(parameters).some(([name, value]: [string, unknown]) => {
		if (typeof value === 'string') return value.startsWith('=') && DAY_FIELDS.has(name);
		return typeof value === 'object' && value !== null && daysVary(value);
	});
}

/**
 * @param secret see `hashSecretOf`
 * @param days how many days of ledger events this node needs; 0 if none
 * @param perDays whether the days of an earlier run remain needed if this run needs a different number. They always
 * do if the number comes from an expression
 */
export function ledgerAccess(
	context: IExecuteFunctions,
	secret: string,
	options: Options,
	days: number,
	{ perDays } = { perDays: false },
): LedgerAccess {
	const key = contactKey(secret);
	const { fingerprint } = key;
	const claimant = claimantOf(context);
	const workflowId = String(context.getWorkflow().id);
	const node = [context.getInstanceId(), workflowId, context.getNode().id];
	const differs = perDays || daysVary(context.getNode().parameters);
	const id = shortHash(jointKey(...node, ...(differs ? [days] : [])));
	const keeper: Keeper = { id, days };
	if (options.ledger === 'workflow') {
		const { ledgerWorkflow } = options;
		const call = async (items: IDataObject[]) =>
			(await callWorkflow(context, { id: ledgerWorkflow }, items))[0] ?? [];
		const id = jointKey(workflowId, ledgerWorkflow);
		const ledger = new WorkflowLedger(
			Object.assign(call, { id }),
			{ fingerprint, keeper },
			claimant,
			CLOCK,
		);
		return { key, use: async (task) => await task(ledger) };
	}

	const store = new DataTableStore(QUARANTINE_TABLE, innerWorkflow(context));
	const ledger = new RowLedger(store, claimant, CLOCK);
	const use = { workflowId, fingerprint, keeper };
	const warn = ({ message }: Error) =>
		context.logger.warn("Old events in the Netigate quarantine couldn't be removed", {
			error: withoutContacts(message),
		});
	const tellFull = () =>
		addHint(
			context,
			"The data tables of this n8n instance were full. Old quarantine data was removed, and the run continued. To keep them from filling up again, delete tables or rows you no longer need, raise N8N_DATA_TABLES_MAX_SIZE_BYTES, or keep the ledger in your own database ('Options > Ledger').",
			'warning',
		);
	return {
		key,
		use: async (task) =>
			await withTable(store, use, CLOCK.now, async () => await task(ledger), warn, tellFull),
	};
}
