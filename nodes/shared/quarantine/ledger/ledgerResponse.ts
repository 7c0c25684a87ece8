import type { IDataObject } from 'n8n-workflow';
import { LEDGER_CONTRACT_PAGE } from '../../basics/docs';
import { LedgerError } from '../../tables/errors';
import { OPTED_OUT } from '../rules/rules';
import type { Entry } from './ledger';

/** For each action, the version of docs/internals/ledger-contract.md that introduced it. */
export const CONTRACT = { read: 1, write: 1, all: 1, forget: 2, replace: 3 };

/** Version 0 means that nothing has been written yet. */
export interface LedgerRecord {
	contact: string;
	version: number;
	events: Entry[];
}

export type Action = keyof typeof CONTRACT;

export const isWrite = (action: Action) => action === 'write' || action === 'replace';

export type Response = ReturnType<typeof readResponse>;

/** The fingerprint of a key. */
const KEY = /^[0-9a-f]+$/;

/** @throws LedgerError if the response is malformed or doesn't cover exactly these contacts */
export function readResponse(
	items: readonly IDataObject[],
	action: Action,
	contacts: readonly string[],
) {
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
