export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** A row as the table returns it. Dates are ISO strings. A new row's `id` is higher than that of any row that still exists. */
export type StoredRow = Row & { id: number };

type ColumnType = 'string' | 'number' | 'boolean' | 'date';

export interface Table {
	name: string;
	columns: Record<string, ColumnType>;
}

export interface Condition {
	column: string;
	/** With `like`, `%` in the value matches any text. In some databases, an underscore is a wildcard too. */
	is: 'eq' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte' | 'like';
	value: Cell;
}

export interface Filter {
	match: 'all' | 'any';
	conditions: Condition[];
}

/**
 * `update` and `remove` return the rows they changed. An update with `ifNone` must be the last step and runs only if the
 * `read` before it found nothing. Otherwise, the rows that were read are returned.
 */
export type Step =
	| { insert: Row[] }
	| { read: Filter }
	| { update: Filter; set: Row; ifNone?: true }
	| { remove: Filter };

/**
 * A table without unique keys and without transactions across several steps. Each step is atomic. Ids are
 * unique, but rows may not become visible in the order of their ids.
 */
export interface RowStore {
	/** Distinguishes tables with the same name in different projects. */
	id(): Promise<string>;

	/**
	 * Runs the steps in order, each committed before the next begins. Only the first step may insert rows.
	 * @returns all rows from the last step; none for an insert
	 * @throws LedgerError if the table can't be used
	 */
	run(steps: Step[]): Promise<StoredRow[]>;
}

/** The column for what is claimed, e.g. the hash of a contact. */
export const KEY = 'contact';

export const CLAIM_COLUMNS = {
	[KEY]: 'string',
	state: 'string',
	/** When others stop waiting for a pending row, or when a held row stops counting. */
	until: 'string',
	/** Identifies the claimant. It stays the same if a step of an execution runs again. */
	token: 'string',
	/** Identifies one attempt by the claimant. It is different each time. */
	attempt: 'string',
	/** Distinguishes claims with the same token on the same key. `WIDE` marks a row with many keys. */
	ordinal: 'number',
} as const;

/** A run hasn't decided yet whether the claims in this row win. */
export const PENDING = 'pending' as const;

/** Expires at its `until` unless it is confirmed. */
export const HELD = 'held' as const;

export const FINAL = 'final' as const;

/** No longer counts. */
export const LIFTED = 'lifted' as const;

/** The released part of a wide row. Without this additional row, that part of the wide row would count again. */
export const RELEASED = 'released' as const;

/** Released as a whole. The row can be removed. Confirming its reservation writes the row again. */
export const FREE = 'free' as const;

/** Converts a cell, or returns null if it is empty. */
export const unlessEmpty = <T>(cell: Cell | undefined, convert: (cell: Cell) => T): T | null =>
	cell === undefined || cell === null ? null : convert(cell);

/** Identifies a row. SQLite reuses the id of the last row after it is removed, so the creation time is included. */
export const identityOf = ({ id, createdAt }: StoredRow) => JSON.stringify([id, createdAt]);

export const isoOf = (ms: number) => new Date(ms).toISOString();

export const where = (column: string, is: Condition['is'], value: Cell): Condition => ({
	column,
	is,
	value,
});

export const all = (...conditions: Condition[]): Filter => ({ match: 'all', conditions });

/** Matches rows whose column has one of these values. There can be at most `FILTER_SIZE` values. */
export const oneOf = (column: string, values: readonly Cell[]): Filter => ({
	match: 'any',
	conditions: values.map((value) => where(column, 'eq', value)),
});

/** The maximum number of conditions. More would be nested too deeply for SQLite and slow in every database. */
export const FILTER_SIZE = 200;
