import type { IDataObject } from 'n8n-workflow';
import { LedgerError } from '../../ledger/errors';
import type { Entry } from './entries';

/** The version of what is said between this node and a ledger workflow; see docs/quarantine-ledger.md. */
export const CONTRACT = 1;

/** All that is known of one contact. Version 0: nothing was ever written. */
export interface LedgerRecord {
	contact: string;
	version: number;
	events: Entry[];
}

export type Answer = LedgerRecord & { written?: boolean };

/**
 * Checks what a ledger workflow answered: one item for each contact that was asked about, no more and no
 * less, each well-formed.
 *
 * @throws LedgerError otherwise: what cannot be read must never be taken for a yes
 */
export function readAnswers(
	items: readonly IDataObject[],
	action: 'read' | 'write',
	contacts: readonly string[],
): { key: string; records: Map<string, Answer> } {
	const wanted = new Set(contacts);
	const records = new Map<string, Answer>();
	let key: string | undefined;
	for (const item of items) {
		if (item.contract !== CONTRACT) {
			throw malformed(
				item.contract === undefined
					? 'an item without "contract"'
					: `contract ${JSON.stringify(item.contract)} instead of ${CONTRACT}`,
			);
		}
		if (typeof item.key !== 'string' || item.key === '') throw malformed('an item without "key"');
		if (key !== undefined && key !== item.key) throw malformed('items with different keys');
		key = item.key;
		const answer = readRecord(item, action);
		if (!wanted.has(answer.contact)) throw malformed('a contact that was not asked about');
		if (records.has(answer.contact)) throw malformed('the same contact twice');
		records.set(answer.contact, answer);
	}
	if (records.size < wanted.size || key === undefined) {
		throw malformed(`${records.size} of ${wanted.size} contacts`);
	}
	return { key, records };
}

function readRecord(item: IDataObject, action: 'read' | 'write'): Answer {
	const { contact, version, written } = item;
	if (typeof contact !== 'string') throw malformed('an item without "contact"');
	if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0)
		throw malformed('a "version" that is no whole number');
	if (action === 'write' && typeof written !== 'boolean')
		throw malformed('an item without "written", which has to be true or false');
	if (!Array.isArray(item.events)) throw malformed('"events" that is no list');
	const events = (item.events as unknown[]).map(readEvent);
	return { contact, version, events, ...(action === 'write' ? { written: written === true } : {}) };
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
