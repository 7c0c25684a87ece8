import { LEDGER_CONTRACT_PAGE } from '../../basics/docs';
import type { IDataObject } from 'n8n-workflow';
import { inGroupOrAlone } from '../../basics/inGroup';
import { chunks, jointKey } from '../../basics/lists';
import { LedgerError, messageOf } from '../../tables/errors';
import { DAY_MS, OPTED_OUT } from '../rules/rules';
import { nonce } from './contactKey';
import { KEPT_FOREVER, type Entry } from './ledger';
import {
	CONTRACT,
	isWrite,
	readResponse,
	type Action,
	type LedgerRecord,
	type Response,
} from './ledgerResponse';
import { isActiveOptOut } from './matches';
import { wrongKey, type TableUse } from './table';

/** Runs the ledger workflow with these items and returns the items from its last node. */
export interface CallWorkflow {
	(items: IDataObject[]): Promise<IDataObject[]>;
	/** The same for all calls from one workflow to one ledger workflow. */
	id: string;
}

const RECORDS_PER_ITEM = 5000;

export class Records {
	/** Whether the workflow keeps opt-outs forever, as far as the last read showed. */
	keepsOptOuts: boolean | undefined;

	/** Whether a shared call may still write a record of this execution. */
	mayWriteLater = false;

	constructor(
		private readonly call: CallWorkflow,
		private readonly use: Omit<TableUse, 'workflowId'>,
		private readonly now: () => number,
	) {}

	/**
	 * The records for these contacts. Unknown contacts get an empty record.
	 * @param includeOld whether to include events that no node needs anymore
	 */
	async fetch(contacts: readonly string[], includeOld = false): Promise<Map<string, LedgerRecord>> {
		const unique = emptyRecords(contacts);
		const known = await this.request('read', unique, {}, includeOld);
		return new Map(unique.map((record) => [record.contact, known.get(record.contact) ?? record]));
	}

	/** Permanently removes the records for these contacts. */
	async forget(contacts: readonly string[]): Promise<void> {
		await this.request('forget', emptyRecords(contacts));
	}

	/**
	 * @returns the records read; for a write, only the current records for contacts that another run changed first
	 * @throws LedgerError for a write of an opt-out that the workflow may not keep
	 */
	async request(
		action: Action,
		records: readonly LedgerRecord[],
		more: IDataObject = {},
		includeOld = false,
	): Promise<Map<string, LedgerRecord>> {
		if (records.length === 0 && action !== 'all') return new Map();
		if (isWrite(action) && !this.keepsOptOuts && records.some(hasOptOut)) throw losesOptOuts();
		const together = records.length === 1 && (action === 'read' || action === 'write');
		const read = together
			? await this.sendTogether(action, records[0])
			: await this.send(action, records, more);
		if (action === 'read') this.keepsOptOuts = read.keepsOptOuts;
		if (read.keepDays === 0 || includeOld) return read.records;
		const since = this.now() - read.keepDays * DAY_MS;
		// Events that no node needs anymore are ignored, and the next write removes them.
		const isNeeded = ({ kind, at }: Entry) => kind === OPTED_OUT || at >= since;
		return new Map(
			[...read.records].map(([contact, record]) => [
				contact,
				{ ...record, events: record.events.filter(isNeeded) },
			]),
		);
	}

	/** Concurrent executions in this process share the calls for single records. */
	private async sendTogether(action: 'read' | 'write', record: LedgerRecord): Promise<Response> {
		const { fingerprint, keeper } = this.use;
		const scope = jointKey(this.call.id, fingerprint, keeper.id, keeper.days, action);
		return await inGroupOrAlone(scope, record, async (list, again) => {
			this.mayWriteLater ||= again && action === 'write';
			const first = new Map(list.toReversed().map((one) => [one.contact, one]));
			const response = await this.send(action, [...first.values()]);
			const late = list.filter((one) => action === 'write' && first.get(one.contact) !== one);
			// Another execution has just written these records, so these writes count as refused.
			const current = await this.fetch(contactsOf(late));
			return list.map((one) => {
				const own = (late.includes(one) ? current : response.records).get(one.contact);
				// This write may have been refused because the group's write took effect.
				const isDone = again && action === 'write' && own && isSame(own, one);
				return { ...response, records: new Map(own && !isDone ? [[one.contact, own]] : []) };
			});
		});
	}

	private async send(
		action: Action,
		records: readonly LedgerRecord[],
		more: IDataObject = {},
	): Promise<Response> {
		const now = this.now();
		const { fingerprint: key, keeper } = this.use;
		// `writer` is different in every call, for databases that must recognize their own writes.
		const same = {
			contract: CONTRACT[action],
			action,
			key,
			keeper: { ...keeper },
			now,
			writer: nonce(),
		};
		const parts = action === 'all' ? [[]] : chunks(records, RECORDS_PER_ITEM);
		const items = parts.map((part) => ({ ...same, ...more, lines: linesOf(action, part, now) }));
		const response = await this.call(items).catch((error: unknown) => {
			throw workflowError(error);
		});
		const read = readResponse(response, action, contactsOf(records));
		if (read.key !== key) throw wrongKey('The ledger', read.key);
		return read;
	}
}

const hasOptOut = ({ events }: LedgerRecord) => events.some(isActiveOptOut);

const emptyRecords = (contacts: readonly string[]): LedgerRecord[] =>
	[...new Set(contacts)].map((contact) => ({ contact, version: 0, events: [] }));

/**
 * Converts records to strings, because lists are slow in n8n's expressions. Empty records are kept as long as
 * others. Otherwise, versions would start over, and a write based on an old version would be accepted.
 */
function linesOf(action: Action, records: readonly LedgerRecord[], now: number): IDataObject {
	const contact = records.map((record) => record.contact).join(',');
	if (!isWrite(action)) return { contact, version: '', newest: '', events: '' };
	const newest = records.map(({ events }) =>
		events.reduce(
			(last, { kind, at }) => Math.max(last, kind === OPTED_OUT ? KEPT_FOREVER : at),
			now,
		),
	);
	const events = records.map((record) => JSON.stringify(record.events));
	const different = new Set(events);
	return {
		contact,
		version: records.map(({ version }) => version).join(','),
		newest: newest.join(','),
		// New contacts, who make up most of a large run, all have the same events.
		events: [...(different.size === 1 ? different : events)].join('\n'),
	};
}

/** Whether two records contain the same events. A database may return their fields in a different order. */
const isSame = (stored: LedgerRecord, written: LedgerRecord) =>
	textOf(stored.events) === textOf(written.events);

const textOf = (events: readonly Entry[]) =>
	JSON.stringify(events.map((event) => Object.entries(event).sort()));

const contactsOf = (records: readonly LedgerRecord[]) => records.map(({ contact }) => contact);

function losesOptOuts(): LedgerError {
	return new LedgerError(
		'shape',
		"The ledger workflow doesn't keep opt-outs, because it was made for an earlier version of the contract",
		`Nothing was recorded. Import the current example workflow, or add version 3 to your own: ${LEDGER_CONTRACT_PAGE}`,
	);
}

function workflowError(error: unknown): LedgerError {
	const message = messageOf(error);
	if (/not active|not published/i.test(message)) {
		return new LedgerError(
			'missing',
			"The ledger workflow isn't published or doesn't exist",
			"Publish (activate) the workflow chosen under 'Options > Ledger Workflow'. If it was deleted, choose another one.",
		);
	}
	if (/does not exist|could not be found|not found/i.test(message) && /workflow/i.test(message)) {
		return new LedgerError(
			'missing',
			"The ledger workflow doesn't exist",
			"It was deleted or never imported. Choose another one under 'Options > Ledger Workflow'.",
		);
	}
	return new LedgerError(
		'failed',
		`The ledger workflow failed: ${message || 'no reason given'}`,
		`Open its latest execution to see which node failed. The contract says what it must do: ${LEDGER_CONTRACT_PAGE}`,
	);
}
