import { readContacts } from '../../tables/readContacts';
import { nonce } from './contactKey';
import { LedgerError } from '../../tables/errors';
import {
	all,
	chunks,
	isoOf,
	oneOf,
	where,
	type Condition,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
} from '../../tables/rowStore';
import {
	FREE,
	GIVEN_BACK,
	replacementRows,
	isPart,
	pack,
	rootOf,
	widthOf,
} from '../../tables/wideRows';
import { entryFrom, type Entry, type PastEvent, type State } from './entries';
import type { LedgerEntry } from './ledger';
import { QUARANTINE_TABLE } from './table';

/** An entry, and the row in which it stands, others perhaps beside it. */
export type StoredEntry = LedgerEntry & { row: StoredRow };

/** A reservation is named by its row, and the contact in it. */
export const nameOf = ({ contact, row }: StoredEntry) => named(contact, rootOf(row));

export const named = (contact: string, id: number) => `${id}.${contact.slice(0, 8)}`;

/** An entry that is about to be written. */
export function entryToAdd(event: PastEvent): StoredEntry {
	const entry = entryFrom(event);
	const { contact } = event;
	return { ...entry, contact, row: { ...rowOf(contact, entry), id: 0 } };
}

/** What stands in the table about these contacts since then (and perhaps what is older). */
export async function readEntries(
	store: RowStore,
	contacts: readonly string[],
	since = 0,
): Promise<Map<string, StoredEntry[]>> {
	const rows = await readContacts(store, contacts, 'at', new Date(Math.max(0, since)));
	const byContact = new Map<string, StoredEntry[]>();
	for (const row of rows) {
		const entry = { ...entryOf(row), contact: String(row.contact), row };
		const list = byContact.get(entry.contact);
		if (list) list.push(entry);
		else byContact.set(entry.contact, [entry]);
	}
	return byContact;
}

/**
 * Changes what is known of some contacts, and of no other that shares a row with them.
 *
 * @returns the entries that were to be changed in place, but were not there any more
 */
export async function changeEntries(
	store: RowStore,
	entries: ReadonlySet<StoredEntry>,
	set: Row,
	add: readonly Row[] = [],
): Promise<StoredEntry[]> {
	const rows = new Map<number, StoredEntry[]>();
	for (const entry of entries) {
		const list = rows.get(entry.row.id);
		if (list) list.push(entry);
		else rows.set(entry.row.id, [entry]);
	}
	const parts: Row[] = [];
	const update: number[] = [];
	const free = new Map<unknown, number[]>();
	for (const [id, list] of rows) {
		const { row } = list[0];
		if (list.length < widthOf(row)) {
			parts.push(
				...replacementRows(
					row,
					list.map(({ contact }) => contact),
					set,
				),
			);
		} else if (set.state !== GIVEN_BACK || isPart(row)) update.push(id);
		else if (!free.get(row.state)?.push(id)) free.set(row.state, [id]);
	}
	const insert = pack([...add, ...parts]);
	const steps: Step[] = insert.length > 0 ? [{ insert }] : [];
	const missing = new Set(update);
	for (const part of chunks(update)) {
		const step: Step = { update: oneOf('id', part), set };
		for (const { id } of await store.run([...steps.splice(0), step])) missing.delete(id);
	}
	for (const [state, ids] of free) steps.push(...freeing(ids, String(state)));
	if (steps.length > 0) await store.run(steps);
	return [...missing].flatMap((id) => rows.get(id)!);
}

/**
 * Frees rows, but those that somebody has confirmed since they were read: comparing and changing is one
 * step. A filter cannot ask for one of many ids and a state, so many are marked first.
 */
function freeing(ids: readonly number[], state: string): Step[] {
	const mark = nonce();
	const marked = chunks(ids).map(
		(part): Step => ({ update: oneOf('id', part), set: { attempt: mark } }),
	);
	const [steps, which]: [Step[], Condition] =
		ids.length === 1 ? [[], where('id', 'eq', ids[0])] : [marked, where('attempt', 'eq', mark)];
	return [...steps, { update: all(which, where('state', 'eq', state)), set: { state: FREE } }];
}

const STATES = new Set<unknown>(['pending', 'held', 'final', 'lifted']);

/**
 * What a row says, whoever it is about.
 *
 * @throws LedgerError when somebody changed it so that it cannot be read
 */
export function entryOf(row: Row): Entry {
	const at = Date.parse(String(row.at));
	const until =
		row.until === null || row.until === undefined ? null : Date.parse(String(row.until));
	const { state, kind } = row;
	const known = STATES.has(state) && (kind === 'invited' || kind === 'responded');
	if (Number.isNaN(at) || Number.isNaN(until) || !known) {
		throw new LedgerError(
			'shape',
			`Row ${String((row as Partial<StoredRow>).id)} of the data table "${QUARANTINE_TABLE.name}" cannot be read`,
			'Somebody changed it by hand. Delete the row, or give its columns "at", "until", "state" and "kind" their old values.',
		);
	}
	return {
		survey: String(row.survey ?? ''),
		group: String(row.groupName ?? ''),
		kind,
		at,
		state: state as State,
		until,
		token: String(row.token ?? ''),
		ordinal: Number(row.ordinal ?? 0),
		address: row.address === null || row.address === undefined ? null : String(row.address),
	};
}

/** The row of an entry. */
export function rowOf(contact: string, entry: Entry): Row {
	return {
		contact,
		survey: entry.survey,
		groupName: entry.group,
		kind: entry.kind,
		at: isoOf(entry.at),
		state: entry.state,
		until: entry.until === null ? null : isoOf(entry.until),
		token: entry.token,
		attempt: '',
		ordinal: entry.ordinal,
		address: entry.address,
	};
}
