import type { IDataObject } from 'n8n-workflow';
import { LedgerError } from '../../tables/errors';
import type { Entry } from './entries';

/** The version of what is said between this node and a ledger workflow; see docs/quarantine-ledger.md. */
export const CONTRACT = 1;

/** All that is known of one contact. Version 0: nothing was ever written. */
export interface LedgerRecord {
	contact: string;
	version: number;
	events: Entry[];
}

/** What tells keys apart, as nodes send it. */
const KEY = /^[0-9a-f]+$/;

export type Action = 'read' | 'write' | 'all';

export interface Answers {
	key: string;
	/** For how long events are kept, by the longest need of all who use the ledger; 0: nobody said. */
	keepDays: number;
	/** Whether the workflow takes its records from `lines`, so that it needs no list of them. */
	takesLines: boolean;
	/** Whether it takes one line of events for all records where they are all the same. */
	sharesEvents: boolean;
	/** Read: what is known of the contacts. Write: what stands where others came first. All: everything. */
	records: Map<string, LedgerRecord>;
}

/**
 * Checks what a ledger workflow answered: that it speaks of all contacts that it was asked about and of no
 * others, each well-formed.
 *
 * @throws LedgerError otherwise: what cannot be read must never be taken for a yes
 */
export function readAnswers(
	items: readonly IDataObject[],
	action: Action,
	contacts: readonly string[],
): Answers {
	const wanted = new Set(contacts);
	const records = new Map<string, LedgerRecord>();
	let key: string | undefined;
	let keepDays = 0;
	let counted = 0;
	for (const item of items) {
		if (item.contract !== CONTRACT) {
			throw malformed(
				item.contract === undefined
					? 'an item without "contract"'
					: `contract ${JSON.stringify(item.contract)} instead of ${CONTRACT}`,
			);
		}
		if (typeof item.key !== 'string' || item.key === '') throw malformed('an item without "key"');
		if (!KEY.test(item.key))
			throw malformed(`the "key" ${JSON.stringify(item.key)}, which no node has sent`);
		if (key !== undefined && key !== item.key) throw malformed('items with different keys');
		key = item.key;
		keepDays = Math.max(keepDays, wholeOf(item, 'keepDays'));
		if (action !== 'all') counted += wholeOf(item, action === 'read' ? 'read' : 'written');
		if (!Array.isArray(item.records)) throw malformed('"records" that is no list');
		for (const value of item.records as IDataObject[]) {
			const record = readRecord(value);
			const { contact } = record;
			if (action !== 'all' && !wanted.has(contact))
				throw malformed('a contact that was not asked about');
			if (records.has(contact)) throw malformed('the same contact twice');
			records.set(contact, record);
		}
	}
	if (key === undefined) throw malformed('nothing at all');
	const told = action === 'write' ? counted + records.size : counted;
	if (action !== 'all' && told !== wanted.size)
		throw malformed(`${told} of ${wanted.size} contacts`);
	const takesLines = items.every(({ lines }) => lines === true);
	const sharesEvents = items.every((item) => item.sharedEvents === true);
	return { key, keepDays, takesLines, sharesEvents, records };
}

function wholeOf(item: IDataObject, field: string): number {
	const value = item[field];
	if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
		throw malformed(`a "${field}" that is no whole number`);
	return value;
}

function readRecord(record: IDataObject): LedgerRecord {
	const { contact } = record;
	if (typeof contact !== 'string') throw malformed('a record without "contact"');
	if (!Array.isArray(record.events)) throw malformed('"events" that is no list');
	const events = (record.events as unknown[]).map(readEvent);
	return { contact, version: wholeOf(record, 'version'), events };
}

const isTime = (value: unknown): value is number =>
	typeof value === 'number' && Number.isFinite(value);

function readEvent(value: unknown): Entry {
	const event = value as Partial<Record<keyof Entry, unknown>> | null;
	const sound =
		typeof event === 'object' &&
		event !== null &&
		typeof event.survey === 'string' &&
		typeof event.group === 'string' &&
		(event.kind === 'invited' || event.kind === 'responded') &&
		isTime(event.at) &&
		(event.state === 'final' ||
			event.state === 'lifted' ||
			(event.state === 'held' && isTime(event.until))) &&
		(event.until === null || isTime(event.until)) &&
		typeof event.token === 'string' &&
		isTime(event.ordinal) &&
		(event.address === null || typeof event.address === 'string');
	if (!sound) throw malformed('an event that is not as it was written');
	return event as Entry;
}

function malformed(what: string): LedgerError {
	return new LedgerError(
		'shape',
		`The ledger workflow answered with ${what}`,
		'Nobody is taken for allowed on such an answer. Compare the workflow with docs/quarantine-ledger.md.',
	);
}
