export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** A row as the table returns it. Dates are ISO strings; `id` grows with every insert. */
export type StoredRow = Row & { id: number };

type ColumnType = 'string' | 'number' | 'boolean' | 'date';

export interface Table {
	name: string;
	columns: Record<string, ColumnType>;
}

export interface Condition {
	column: string;
	/** `like`: text in which `%` stands for anything; an underscore may too, depending on the database. */
	is: 'eq' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte' | 'like';
	value: Cell;
}

export interface Filter {
	match: 'all' | 'any';
	conditions: Condition[];
}

/**
 * `update` and `remove` return the rows they changed. An update with `ifNone` comes last, and runs only if
 * the `read` before it found nothing; otherwise the rows found are returned.
 */
export type Step =
	| { insert: Row[] }
	| { read: Filter }
	| { update: Filter; set: Row; ifNone?: true }
	| { remove: Filter };

/**
 * A table without unique keys and without transactions over several steps. Each step is atomic. Ids are
 * unique, but rows may become visible in a different order than their ids were assigned.
 */
export interface RowStore {
	/** Tells apart tables of the same name in two projects. */
	id(): Promise<string>;

	/**
	 * Runs the steps in order, each committed before the next begins. Only the first may insert.
	 * @returns all rows of the last step; none for an insert
	 * @throws LedgerError when the table can't be used
	 */
	run(steps: Step[]): Promise<StoredRow[]>;
}

/** The column of what is claimed, e.g. the hash of a contact. */
export const KEY = 'contact';

export const CLAIM_COLUMNS = {
	[KEY]: 'string',
	state: 'string',
	/** Until when others wait for a pending row, or a held row counts. */
	until: 'string',
	/** The claimant: the same when a step of an execution runs again. */
	token: 'string',
	/** A try of the claimant, always different. */
	attempt: 'string',
	/** Tells several claims of one token on one key apart; `WIDE`: a row of many keys. */
	ordinal: 'number',
} as const;

/** A run is deciding about it now. */
export const PENDING = 'pending' as const;

/** Counts until its `until`, unless it is confirmed. */
export const HELD = 'held' as const;

export const FINAL = 'final' as const;

/** No longer counts. */
export const LIFTED = 'lifted' as const;

/** A released part of a wide row. Without this row, the part would count again. */
export const RELEASED = 'released' as const;

/** Released as a whole. The row may be removed; confirming it then writes it again. */
export const FREE = 'free' as const;

export const isoOf = (ms: number) => new Date(ms).toISOString();

export const where = (column: string, is: Condition['is'], value: Cell): Condition => ({
	column,
	is,
	value,
});

export const all = (...conditions: Condition[]): Filter => ({ match: 'all', conditions });

/** Rows whose column has one of the values: at most `FILTER_SIZE` of them. */
export const oneOf = (column: string, values: readonly Cell[]): Filter => ({
	match: 'any',
	conditions: values.map((value) => where(column, 'eq', value)),
});

/** More conditions in one filter are too deep for SQLite, and slow in every database. */
export const FILTER_SIZE = 200;
