export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** A row as the table gives it back. Dates are ISO strings; `id` grows with every insert. */
export type StoredRow = Row & { id: number };

type ColumnType = 'string' | 'number' | 'boolean' | 'date';

export interface Table {
	name: string;
	columns: Record<string, ColumnType>;
}

export interface Condition {
	column: string;
	/** `like`: text in which `%` stands for anything; an underscore may too, by the database. */
	is: 'eq' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte' | 'like';
	value: Cell;
}

/** Rows that meet all, or any, of the conditions. */
export interface Filter {
	match: 'all' | 'any';
	conditions: Condition[];
}

/**
 * One thing to do with the table. `update` and `remove` give back the rows they changed. `ifNone`: only where
 * the `read` just before it found nothing; else what that found comes back. Such an update comes last.
 */
export type Step =
	| { insert: Row[] }
	| { read: Filter }
	| { update: Filter; set: Row; ifNone?: true }
	| { remove: Filter };

/**
 * A table without unique keys and without transactions over several steps: all that the claim protocol
 * asks of a database. Every step is atomic in itself; ids are unique, but may become visible in another
 * order than they were given.
 */
export interface RowStore {
	/** Tells tables of the same name apart, which two projects have. */
	id(): Promise<string>;

	/**
	 * Runs the steps one after the other, each committed before the next begins. An `insert` may only
	 * come first.
	 *
	 * @returns the rows of the last step; none for an insert
	 * @throws LedgerError when the table cannot do it
	 */
	run(steps: Step[]): Promise<StoredRow[]>;

	/**
	 * All rows whose date in `column` is at or after `since`, however many, without those whose
	 * `except.column` has the value `except.value`, and only those whose `only.column` has the value
	 * `only.value`.
	 *
	 * @param before steps to run first, as in `run`
	 */
	readSince(
		column: string,
		since: Date,
		except?: { column: string; value: Cell },
		only?: { column: string; value: Cell },
		before?: Step[],
	): Promise<StoredRow[]>;
}

/** A time as tables have it. */
export const isoOf = (ms: number) => new Date(ms).toISOString();

export const where = (column: string, is: Condition['is'], value: Cell): Condition => ({
	column,
	is,
	value,
});

export const all = (...conditions: Condition[]): Filter => ({ match: 'all', conditions });

/** Rows whose column has one of the values. */
export const oneOf = (column: string, values: readonly Cell[]): Filter => ({
	match: 'any',
	conditions: values.map((value) => where(column, 'eq', value)),
});

/** More conditions than that in one filter are too deep for SQLite and slow for everybody. */
const LARGEST_FILTER = 200;

export function chunks<T>(list: readonly T[], size = LARGEST_FILTER): T[][] {
	const parts: T[][] = [];
	for (let from = 0; from < list.length; from += size) parts.push(list.slice(from, from + size));
	return parts;
}
