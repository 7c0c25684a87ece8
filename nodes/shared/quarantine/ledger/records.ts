import { LEDGER_CONTRACT_PAGE } from '../../basics/docs';
import type { IDataObject } from 'n8n-workflow';
import { chunks } from '../../basics/lists';
import { LedgerError, messageOf } from '../../tables/errors';
import { DAY_MS, OPTED_OUT } from '../rules/rules';
import { nonce } from './contactKey';
import { KEPT_FOREVER, type Entry } from './ledger';
import { isActiveOptOut } from './matches';
import { wrongKey, type TableUse } from './table';

/** For each action, the version of docs/internals/ledger-contract.md that introduced it. */
const CONTRACT = { read: 1, write: 1, all: 1, forget: 2, replace: 3 };

/** Runs the ledger workflow with these items and returns the items from its last node. */
export type CallWorkflow = (items: IDataObject[]) => Promise<IDataObject[]>;

/** Version 0 means that nothing has been written yet. */
export interface LedgerRecord {
	contact: string;
	version: number;
	events: Entry[];
}

type Action = keyof typeof CONTRACT;

const RECORDS_PER_ITEM = 5000;

const isWrite = (action: Action) => action === 'write' || action === 'replace';

export class Records {
	/** Whether the workflow keeps opt-outs forever, as far as the last read showed. */
	keepsOptOuts = false;

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
		const contacts = records.map(({ contact }) => contact);
		const read = readResponse(response, action, contacts);
		if (read.key !== key) throw wrongKey('The ledger', read.key);
		if (action === 'read') this.keepsOptOuts = read.keepsOptOuts;
		if (read.keepDays === 0 || includeOld) return read.records;
		const since = now - read.keepDays * DAY_MS;
		// Events that no node needs anymore are ignored, and the next write removes them.
		for (const record of read.records.values())
			record.events = record.events.filter(({ kind, at }) => kind === OPTED_OUT || at >= since);
		return read.records;
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
	// New contacts, who make up most of a large run, all have the same events.
	const isShared = events.every((text) => text === events[0]);
	return {
		contact,
		version: records.map(({ version }) => version).join(','),
		newest: newest.join(','),
		events: isShared ? events[0] : events.join('\n'),
	};
}

/** The fingerprint of a key. */
const KEY = /^[0-9a-f]+$/;

/** @throws LedgerError if the response is malformed or doesn't cover exactly these contacts */
function readResponse(items: readonly IDataObject[], action: Action, contacts: readonly string[]) {
	const wanted = new Set(contacts);
	const records = new Map<string, LedgerRecord>();
	let key: string | undefined;
	// The largest number of days that any keeper needs; 0 if unknown.
	let keepDays = 0;
	let counted = 0;
	let keepsOptOuts = true;
	for (const item of items) {
		const { contract } = item;
		if (contract === undefined) throw malformed('an item without "contract"');
		if (contract !== CONTRACT[action]) throw wrongContract(contract, CONTRACT[action]);
		if (typeof item.key !== 'string' || item.key === '') throw malformed('an item without "key"');
		if (!KEY.test(item.key))
			throw malformed(`the "key" ${JSON.stringify(item.key)}, which no node sent`);
		if (key !== undefined && key !== item.key) throw malformed('items with different keys');
		key = item.key;
		keepDays = Math.max(keepDays, wholeOf(item, 'keepDays'));
		if (action !== 'all') counted += wholeOf(item, isWrite(action) ? 'written' : 'read');
		keepsOptOuts &&= item.keepsOptOuts === true;
		if (!Array.isArray(item.records)) throw malformed('a "records" value that isn\'t a list');
		for (const value of item.records as IDataObject[]) {
			const record = readRecord(value);
			const { contact } = record;
			if (action !== 'all' && !wanted.has(contact))
				throw malformed("a contact that wasn't requested");
			if (records.has(contact)) throw malformed('the same contact twice');
			records.set(contact, record);
		}
	}
	if (key === undefined) throw malformed('nothing at all');
	const total = isWrite(action) ? counted + records.size : counted;
	if (action !== 'all' && total !== wanted.size)
		throw malformed(`${total} of ${wanted.size} contacts`);
	return { key, keepDays, keepsOptOuts, records };
}

function wholeOf(item: IDataObject, field: string): number {
	const value = item[field];
	if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
		throw malformed(`a "${field}" value that isn't a whole number`);
	return value;
}

function readRecord(record: IDataObject): LedgerRecord {
	const { contact } = record;
	if (typeof contact !== 'string') throw malformed('a record without "contact"');
	if (!Array.isArray(record.events)) throw malformed('an "events" value that isn\'t a list');
	const events = (record.events as unknown[]).map(readEvent);
	return { contact, version: wholeOf(record, 'version'), events };
}

const isTime = (value: unknown): value is number =>
	typeof value === 'number' && Number.isFinite(value);

function readEvent(value: unknown): Entry {
	const event = (value ?? {}) as Partial<Record<keyof Entry, unknown>>;
	const { survey, group, kind, at, state, until, token, ordinal, address } = event;
	const sound =
		typeof survey === 'string' &&
		typeof group === 'string' &&
		(kind === 'invited' || kind === 'responded' || kind === OPTED_OUT) &&
		isTime(at) &&
		(state === 'final' || state === 'lifted' || (state === 'held' && isTime(until))) &&
		(until === null || isTime(until)) &&
		typeof token === 'string' &&
		isTime(ordinal) &&
		(address === null || typeof address === 'string');
	if (!sound) throw malformed('an event that differs from what was written');
	return event as Entry;
}

function malformed(what: string): LedgerError {
	return new LedgerError(
		'shape',
		`The ledger workflow returned ${what}`,
		`This response can't be trusted, so it wasn't used. Compare the workflow with the contract: ${LEDGER_CONTRACT_PAGE}`,
	);
}

function wrongContract(contract: unknown, expected: number): LedgerError {
	if (contract !== 1)
		return malformed(`contract ${JSON.stringify(contract)} instead of ${expected}`);
	return new LedgerError(
		'shape',
		"The ledger workflow can't forget anyone, because it was made for version 1 of the contract",
		`Nothing was removed. Import the current example workflow, or add the action "forget" to your own: ${LEDGER_CONTRACT_PAGE}`,
	);
}

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
