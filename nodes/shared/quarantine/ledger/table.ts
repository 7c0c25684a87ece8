import { CLAIM_COLUMNS } from '../../tables/claim';
import type { DataTableStore } from '../../tables/dataTable';
import { LedgerError } from '../../tables/errors';
import { FREE } from '../../tables/wideRows';
import {
	all,
	chunks,
	isoOf,
	oneOf,
	where,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
	type Table,
} from '../../tables/rowStore';
import { DAY_MS } from '../rules/rules';

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

/** Kinds of rows that are no events but tell how the ledger is to be used. */
const KEY = 'key';
const KEEP = 'keep';
const SETTINGS = oneOf('kind', [KEY, KEEP]);

/** Who has not come back for that long, or for its own days where they are more, counts no more. */
const SHORTEST_USE_DAYS = 31;

/** Who needs the events of a ledger, and for how long. */
export interface Keeper {
	/** The same in all runs of a node. */
	id: string;
	/** 0 for a run that needs none to be kept. */
	days: number;
}

export interface TableUse {
	/** The workflow that uses it; with it goes the project, and so the table. */
	workflowId: string;
	/** Of the key with which contacts are hashed. */
	fingerprint: string;
	keeper: Keeper;
}

type KeptStore = RowStore & Pick<DataTableStore, 'create'>;

/** `pause`: nothing was removed for so long that the clock may be what is wrong. */
type Due = 'now' | 'pause' | null;

interface Opened {
	/** Whether old events are to be removed. */
	due: Promise<Due>;
	days: number;
	at: number;
}

const opened = new Map<string, Opened>();

/**
 * Makes the table on first use, checks that it was written with this key, and notes in it who needs its
 * events. Done once a day for each process and keeper; after `forgetTable` again.
 *
 * @returns whether old events are to be removed: once a day by the table's own date
 * @throws LedgerError when the table belongs to another key
 */
async function openTable(store: KeptStore, use: TableUse, now: number): Promise<Due> {
	const { workflowId, fingerprint, keeper } = use;
	const place = `${workflowId} ${fingerprint} ${keeper.id}`;
	const forget = () => opened.delete(place);
	const known = opened.get(place);
	if (known?.days === keeper.days && Math.abs(now - known.at) < DAY_MS) {
		await known.due;
		return null;
	}
	const due = prepare(store, use, now, forget);
	opened.set(place, { due, days: keeper.days, at: now });
	due.catch(forget);
	return await due;
}

/** The next use makes the table anew, if it is gone. */
export function forgetTable(workflowId: string): void {
	for (const place of opened.keys()) if (place.startsWith(`${workflowId} `)) opened.delete(place);
}

async function prepare(
	store: KeptStore,
	{ fingerprint, keeper: { id, days } }: TableUse,
	now: number,
	forget: () => void,
): Promise<Due> {
	let rows = await store.create(SETTINGS);
	const insert: Row[] = [];
	const steps: Step[] = [];
	const isNew = !rows.some(({ kind }) => kind === KEY);
	if (!isNew) firstKey(rows, fingerprint);
	else insert.push(settingRow({ kind: KEY, contact: fingerprint, until: isoOf(now + DAY_MS) }));
	const keepers = rows.filter(({ kind }) => kind === KEEP);
	const mine = keepers.find(({ contact }) => contact === id);
	const until = inUseUntil(days, now);
	const set = { ordinal: days, until: isoOf(until) };
	if (days > 0 && !mine) insert.push(settingRow({ kind: KEEP, contact: id, ...set }));
	else if (days > 0 && (mine!.ordinal !== days || !isWithinADay(mine!, until)))
		steps.push({ update: all(where('kind', 'eq', KEEP), where('contact', 'eq', id)), set });
	if (insert.length > 0) steps.unshift({ insert });
	if (steps.length > 0) {
		rows = await store.run([...steps, { read: SETTINGS }]).catch(async (error: unknown) => {
			if (isNew || problemOf(error) !== 'full') return await Promise.reject(error);
			// Who only reads needs no room. The next use tries again.
			forget();
			return rows;
		});
	}
	const next = firstKey(rows, fingerprint);
	// Once it paused, the date that it noted is enough: some workflows run every three months.
	if (next.ordinal !== PAUSED && !isLater(next, now - SHORTEST_USE_DAYS * DAY_MS)) return 'pause';
	// A date further ahead was noted by a clock that was wrong.
	return isLater(next, now) && !isLater(next, now + 2 * DAY_MS) ? null : 'now';
}

const inUseUntil = (days: number, now: number) => now + Math.max(days, SHORTEST_USE_DAYS) * DAY_MS;

/** @throws LedgerError when the table belongs to another key */
function firstKey(rows: readonly StoredRow[], fingerprint: string): StoredRow {
	const keys = rows.filter(({ kind }) => kind === KEY);
	const first = keys.reduce((a, b) => (a.id < b.id ? a : b));
	if (first.contact !== fingerprint)
		throw wrongKey(`The data table "${QUARANTINE_TABLE.name}"`, String(first.contact));
	return first;
}

function settingRow(set: Row): Row {
	const empty = Object.keys(QUARANTINE_TABLE.columns).map((column) => [column, null]);
	// At no time of an event, so that it is neither read nor removed as one.
	return { ...Object.fromEntries(empty), ordinal: 0, at: isoOf(0), ...set };
}

const isLater = ({ until }: Row, now: number) => String(until ?? '') > isoOf(now);

const isWithinADay = (row: Row, time: number) =>
	isLater(row, time - DAY_MS) && !isLater(row, time + DAY_MS);

/**
 * Removes what was given back, and what is older than any keeper in use needs, and notes when it is to be
 * done again.
 */
async function pruneTable(store: RowStore, keeper: Keeper, now: number): Promise<void> {
	const rows = await store.run([{ read: SETTINGS }]);
	const keepers = rows.filter(({ kind }) => kind === KEEP);
	const inUse = keepers.filter((one) => isLater(one, now));
	// A full table may not have taken in what this one needs now.
	const others = keeper.days > 0 ? inUse.filter(({ contact }) => contact !== keeper.id) : inUse;
	const days = Math.max(keeper.days, ...others.map(({ ordinal }) => Number(ordinal)));
	const steps: Step[] = [{ remove: all(where('state', 'eq', FREE)) }];
	// Who never said how long, such as a node that only confirms, removes nothing.
	if (days > 0) {
		const before = isoOf(now - days * DAY_MS);
		steps.push({ remove: all(where('at', 'gt', isoOf(0)), where('at', 'lt', before)) });
	}
	const idle = keepers.filter((one) => !inUse.includes(one)).map(({ id }) => id);
	for (const part of chunks(idle)) steps.push({ remove: oneOf('id', part) });
	await store.run([...steps, nextPruning(now, 0)]);
}

/** Stands beside the date of the next pruning where the last one was put off. */
const PAUSED = 1;

const nextPruning = (now: number, ordinal: number): Step => ({
	update: all(where('kind', 'eq', KEY)),
	set: { until: isoOf(now + DAY_MS), ordinal },
});

/**
 * Does something with the table, which is made where it is not there, and removes what is old. A full table
 * is relieved of what is old, and the task is tried once more.
 *
 * @param warn told why old events could not be removed
 * @param tellFull told that the table was full, once it took in what the task wrote
 */
export async function withTable<T>(
	store: KeptStore,
	use: TableUse,
	now: () => number,
	task: () => Promise<T>,
	warn: (error: Error) => void,
	tellFull: () => void = () => {},
): Promise<T> {
	const prune = async () => await pruneTable(store, use.keeper, now());
	const attempt = async () => {
		const due = await openTable(store, use, now());
		const result = await task();
		// Not in a run that needs nothing kept, such as a test run.
		if (due && use.keeper.days > 0)
			await (due === 'now' ? prune() : store.run([nextPruning(now(), PAUSED)])).catch(warn);
		return result;
	};
	const relieved = async (error: unknown) => {
		if (problemOf(error) !== 'full') return await Promise.reject(error);
		await prune().catch(warn);
		const result = await attempt();
		tellFull();
		return result;
	};
	return await attempt()
		.catch(relieved)
		.catch(async (error: unknown) => {
			if (problemOf(error) === 'missing') forgetTable(use.workflowId);
			return await Promise.reject(error);
		});
}

const problemOf = (error: unknown) => (error instanceof LedgerError ? error.problem : undefined);

/** The ledger knows people by hashes that this node would not make. */
export function wrongKey(ledger: string, itsKey: string): LedgerError {
	return new LedgerError(
		'key',
		`${ledger} was written with another hash key (${itsKey}), so nobody in it would be recognised`,
		'It was copied from another n8n, the instance ID changed, or another "Hash Secret" is set in a node that uses it. Set Options, Hash Secret to what it was; where none was set, to the instance ID of the n8n it comes from (Help, About n8n). Or start with an empty ledger.',
	);
}
