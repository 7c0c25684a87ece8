import { chunks, jointKey } from '../../basics/lists';
import type { DataTableStore } from '../../tables/dataTable';
import { LedgerError } from '../../tables/errors';
import {
	all,
	CLAIM_COLUMNS,
	FILTER_SIZE,
	FREE,
	isoOf,
	KEY,
	oneOf,
	where,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
	type Table,
} from '../../tables/rowStore';
import { DAY_MS } from '../rules/rules';
import { KEY_ADVICE } from './contactKey';

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

/**
 * The hash key's row: `until` is when the next pruning is due, and `ordinal` is PAUSED if the last one was
 * postponed.
 */
const HASH_KEY = 'key';
/** One row per keeper: `ordinal` is the number of days for which it needs events, and `until` is when it stops being a keeper. */
const KEEP = 'keep';
const SETTINGS = oneOf('kind', [HASH_KEY, KEEP]);

const PAUSED = 1;

/** After its last run, a node remains a keeper for the number of days it needs, and for at least this many days. */
const SHORTEST_USE_DAYS = 31;

/** A node that needs ledger events. Each node has its own row, so runs never overwrite each other's. */
export interface Keeper {
	/** The same in all runs of a node. */
	id: string;
	/** 0 for a run that needs no events. */
	days: number;
}

export interface TableUse {
	/** The calling workflow. Its project determines which table is used. */
	workflowId: string;
	fingerprint: string;
	keeper: Keeper;
}

type KeptStore = RowStore & Pick<DataTableStore, 'create'>;

/** Whether to remove old events. `postpone`: the last removal was so long ago that the clock may be wrong. */
type Due = 'now' | 'postpone' | null;

interface Opened {
	workflowId: string;
	due: Promise<Due>;
	days: number;
	at: number;
}

const opened = new Map<string, Opened>();

/**
 * Creates the table, checks its hash key, and records the keeper. This happens once a day per process and
 * keeper.
 * @throws LedgerError if the table was written with another key
 */
async function openTable(store: KeptStore, use: TableUse, now: number): Promise<Due> {
	const { id, days } = use.keeper;
	const { workflowId, fingerprint } = use;
	const place = jointKey(workflowId, fingerprint, id);
	const forget = () => opened.delete(place);
	const known = opened.get(place);
	if (known?.days === days && Math.abs(now - known.at) < DAY_MS) {
		await known.due;
		return null;
	}
	const due = prepare(store, use, now, forget);
	opened.set(place, { workflowId, due, days, at: now });
	due.catch(forget);
	return await due;
}

export function forgetTable(workflowId: string): void {
	for (const [place, known] of opened) if (known.workflowId === workflowId) opened.delete(place);
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
	const isNew = !rows.some(({ kind }) => kind === HASH_KEY);
	if (!isNew) keyRow(rows, fingerprint);
	else insert.push(settingRow({ kind: HASH_KEY, [KEY]: fingerprint, until: isoOf(now + DAY_MS) }));
	if (days > 0) {
		const until = now + Math.max(days, SHORTEST_USE_DAYS) * DAY_MS;
		const set = { ordinal: days, until: isoOf(until) };
		const mine = rows.find((row) => row.kind === KEEP && row[KEY] === id);
		const isNoted =
			mine?.ordinal === days && isLater(mine, until - DAY_MS) && !isLater(mine, until + DAY_MS);
		if (!mine) insert.push(settingRow({ kind: KEEP, [KEY]: id, ...set }));
		else if (!isNoted)
			steps.push({ update: all(where('kind', 'eq', KEEP), where(KEY, 'eq', id)), set });
	}
	if (insert.length > 0) steps.unshift({ insert });
	if (steps.length > 0) {
		rows = await store.run([...steps, { read: SETTINGS }]).catch(async (error: unknown) => {
			if (isNew || problemOf(error) !== 'full') return await Promise.reject(error);
			// A run that only reads needs no space, so it continues. The next run tries to write the row
			// again.
			forget();
			return rows;
		});
	}
	const next = keyRow(rows, fingerprint);
	// Postponed only once, because some workflows run only every three months.
	if (next.ordinal !== PAUSED && !isLater(next, now - SHORTEST_USE_DAYS * DAY_MS))
		return 'postpone';
	// A date further in the future must have been set while the clock was wrong.
	return isLater(next, now) && !isLater(next, now + 2 * DAY_MS) ? null : 'now';
}

/** @throws LedgerError if the table was written with another key */
function keyRow(rows: readonly StoredRow[], fingerprint: string): StoredRow {
	const keys = rows.filter(({ kind }) => kind === HASH_KEY);
	const first = keys.reduce((a, b) => (a.id < b.id ? a : b));
	if (first[KEY] !== fingerprint)
		throw wrongKey(`The data table "${QUARANTINE_TABLE.name}"`, String(first[KEY]));
	return first;
}

/** Keeps rows with settings from being read or removed as events. */
const SETTINGS_TIME = isoOf(0);

function settingRow(set: Row): Row {
	const empty = Object.keys(QUARANTINE_TABLE.columns).map((column) => [column, null]);
	return { ...Object.fromEntries(empty), ordinal: 0, at: SETTINGS_TIME, ...set };
}

const isLater = ({ until }: Row, time: number) => String(until ?? '') > isoOf(time);

/** Removes released rows and events that no active keeper needs, and schedules the next pruning. */
async function pruneTable(store: RowStore, keeper: Keeper, now: number): Promise<void> {
	const rows = await store.run([{ read: SETTINGS }]);
	const keepers = rows.filter(({ kind }) => kind === KEEP);
	const inUse = keepers.filter((row) => isLater(row, now));
	// If the table is full, this keeper's row may be out of date.
	const others = keeper.days > 0 ? inUse.filter((row) => row[KEY] !== keeper.id) : inUse;
	const days = Math.max(keeper.days, ...others.map(({ ordinal }) => Number(ordinal)));
	const steps: Step[] = [{ remove: all(where('state', 'eq', FREE)) }];
	// Without a keeper, no event is too old.
	if (days > 0) {
		const before = isoOf(now - days * DAY_MS);
		steps.push({ remove: all(where('at', 'gt', SETTINGS_TIME), where('at', 'lt', before)) });
	}
	const idle = keepers.filter((row) => !inUse.includes(row)).map(({ id }) => id);
	for (const part of chunks(idle, FILTER_SIZE)) steps.push({ remove: oneOf('id', part) });
	await store.run([...steps, nextPruning(now, 0)]);
}

const nextPruning = (now: number, ordinal: number): Step => ({
	update: all(where('kind', 'eq', HASH_KEY)),
	set: { until: isoOf(now + DAY_MS), ordinal },
});

/**
 * Runs a task on the table, then removes old events if pruning is due. If the table is full, removes old events
 * first and tries the task once more. If the second attempt succeeds, calls `tellFull`.
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
		// Skipped in a run that needs no events, such as a test run.
		if (due && use.keeper.days > 0)
			await (due === 'now' ? prune() : store.run([nextPruning(now(), PAUSED)])).catch(warn);
		return result;
	};
	const relieve = async (error: unknown) => {
		if (problemOf(error) !== 'full') return await Promise.reject(error);
		await prune().catch(warn);
		const result = await attempt();
		tellFull();
		return result;
	};
	return await attempt()
		.catch(relieve)
		.catch(async (error: unknown) => {
			if (problemOf(error) === 'missing') forgetTable(use.workflowId);
			return await Promise.reject(error);
		});
}

const problemOf = (error: unknown) => (error instanceof LedgerError ? error.problem : undefined);

export function wrongKey(ledger: string, itsKey: string): LedgerError {
	return new LedgerError(
		'key',
		`${ledger} was written with another hash key (${itsKey}), so no one in it would be recognized`,
		KEY_ADVICE,
	);
}
