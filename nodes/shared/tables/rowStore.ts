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

/** Rows that meet all, or any, of the conditions. */
export interface Filter {
	match: 'all' | 'any';
	conditions: Condition[];
}

/**
 * One thing to do with the table. `update` and `remove` return the rows they changed. `ifNone`: only if the
 * `read` just before it found nothing; otherwise what that found is returned. Such an update comes last.
 */
export type Step =
	| { insert: Row[] }
	| { read: Filter }
	| { update: Filter; set: Row; ifNone?: true }
	| { remove: Filter };

/**
 * A table without unique keys and without transactions over several steps: all that the claim protocol
 * needs of a database. Every step is atomic in itself; ids are unique, but may become visible in a
 * different order than they were assigned.
 */
export interface RowStore {
	/** Tells apart tables of the same name in two projects. */
	id(): Promise<string>;

	/**
	 * Runs the steps one after the other, each committed before the next begins. An `insert` may only
	 * come first.
	 *
	 * @returns the rows of the last step, however many; none for an insert
	 * @throws LedgerError when the table cannot do it
	 */
	run(steps: Step[]): Promise<StoredRow[]>;
}

/** The column of what is claimed, e.g. the hash of a contact. */
export const KEY = 'contact';

/** Columns that every table has in which rows are claimed. */
export const CLAIM_COLUMNS = {
	[KEY]: 'string',
	/** `PENDING` until the claim is decided; any other counts. */
	state: 'string',
	/** How long others wait for a pending row, or until when a held one counts. */
	until: 'string',
	/** Who claims: the same when the same step of the same execution runs again. */
	token: 'string',
	/** Which try of it: never the same twice. */
	attempt: 'string',
	/** Tells several claims of one token on one key apart; `WIDE`: a row of many keys. */
	ordinal: 'number',
} as const;

/** A run is deciding about it right now. */
export const PENDING = 'pending' as const;

/** Counts until its `until`, unless it is confirmed. */
export const HELD = 'held' as const;

export const FINAL = 'final' as const;

/** Does not count any more. */
export const LIFTED = 'lifted' as const;

/** A released part of a wide row. It stays: without it, its part of the wide row would count again. */
export const RELEASED = 'released' as const;

/** A row that was released as a whole. It may be removed; confirming it then writes it again. */
export const FREE = 'free' as const;

/** A time as tables have it. */
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
