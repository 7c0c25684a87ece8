import { CLAIM_COLUMNS } from '../../ledger/claim';
import type { DataTableStore } from '../../ledger/dataTable';
import { LedgerError } from '../../ledger/errors';
import {
	all,
	oneOf,
	where,
	type Row,
	type RowStore,
	type StoredRow,
	type Table,
} from '../../ledger/rowStore';

export const QUARANTINE_TABLE: Table = {
	name: 'netigate_quarantine',
	columns: {
		...CLAIM_COLUMNS,
		survey: 'string',
		groupName: 'string',
		kind: 'string',
		at: 'string',
		address: 'string',
	},
};

const DAY_MS = 86_400_000;

const isoOf = (ms: number) => new Date(ms).toISOString();

/** Kinds of rows that are no events but tell how the ledger is to be used. */
const KEY = 'key';
const KEEP = 'keep';

export interface TableUse {
	/** The workflow that uses it; with it goes the project, and so the table. */
	workflowId: string;
	/** Of the key with which contacts are hashed. */
	fingerprint: string;
	/** For how many days events are kept at least. */
	keepDays: number;
}

interface Opened {
	ready: Promise<void>;
	prunedAt: number;
}

const opened = new Map<string, Opened>();

const placeOf = ({ workflowId, fingerprint, keepDays }: TableUse) =>
	`${workflowId} ${fingerprint} ${keepDays}`;

/**
 * Makes the table on first use, and checks that it was written with this key. Done once per process and
 * use; after `forgetTable` again.
 *
 * @throws LedgerError when the table belongs to another key
 */
export async function openTable(store: DataTableStore, use: TableUse, now: number): Promise<void> {
	const place = placeOf(use);
	let table = opened.get(place);
	if (!table) {
		table = { ready: prepare(store, use), prunedAt: now };
		opened.set(place, table);
		table.ready.catch(() => opened.delete(place));
	}
	await table.ready;
}

/** The next use makes the table anew, if it is gone. */
export function forgetTable(workflowId: string): void {
	for (const place of opened.keys()) if (place.startsWith(`${workflowId} `)) opened.delete(place);
}

async function prepare(store: DataTableStore, use: TableUse): Promise<void> {
	const settings = oneOf('kind', [KEY, KEEP]);
	let rows = await store.create(settings);
	const missing: Row[] = [];
	if (!rows.some(({ kind }) => kind === KEY)) missing.push(settingRow(KEY, use.fingerprint, 0));
	if (keptDays(rows) < use.keepDays) missing.push(settingRow(KEEP, '', use.keepDays));
	if (missing.length > 0) rows = await store.run([{ insert: missing }, { read: settings }]);
	const keys = rows.filter(({ kind }) => kind === KEY);
	const first = keys.reduce((a, b) => (a.id < b.id ? a : b)).contact;
	if (first !== use.fingerprint)
		throw wrongKey(`The data table "${QUARANTINE_TABLE.name}"`, String(first));
}

function settingRow(kind: string, contact: string, ordinal: number): Row {
	const empty = Object.keys(QUARANTINE_TABLE.columns).map((column) => [column, null]);
	return { ...Object.fromEntries(empty), kind, contact, ordinal, at: isoOf(0) };
}

/** Every user of the table says for how long it needs events; the longest counts. */
function keptDays(rows: readonly StoredRow[]): number {
	const days = rows.filter(({ kind }) => kind === KEEP).map(({ ordinal }) => Number(ordinal));
	return Math.max(0, ...days);
}

/** Removes events that nobody needs any more. @param force also when it was done today already */
export async function pruneTable(
	store: RowStore,
	use: TableUse,
	now: number,
	force = false,
): Promise<void> {
	const table = opened.get(placeOf(use));
	if (!table || (!force && now - table.prunedAt < DAY_MS)) return;
	table.prunedAt = now;
	const days = Math.max(
		use.keepDays,
		keptDays(await store.run([{ read: all(where('kind', 'eq', KEEP)) }])),
	);
	const before = isoOf(now - days * DAY_MS);
	const old = [where('at', 'lt', before), where('kind', 'neq', KEY), where('kind', 'neq', KEEP)];
	await store.run([{ remove: all(...old) }]);
}

/** The ledger knows people by hashes that this node would not make. */
export function wrongKey(ledger: string, itsKey: string): LedgerError {
	return new LedgerError(
		'key',
		`${ledger} was written with another hash key (${itsKey}), so nobody in it would be recognised`,
		'It was copied from another n8n, the instance ID changed, or another "Hash Secret" is set in a node that uses it. Set Options, Hash Secret to what it was; where none was set, to the instance ID of the n8n it comes from (Help, About n8n). Or start with an empty ledger.',
	);
}
