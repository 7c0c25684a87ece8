import { pauseBeforeRetry, type Clock } from './claim';
import { abandon, isOverdue } from './ownRows';
import {
	all,
	FILTER_SIZE,
	identityOf,
	KEY,
	oneOf,
	PENDING,
	where,
	type Condition,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
} from './rowStore';
import { chunks } from '../basics/lists';
import { isPart, markOf, readPacked, rootOf, splitRow } from './wideRows';

/** How many times to read the rows again while other runs are deciding about a key or changing the same rows. */
const ROUNDS = 60;

/** One step can contain the text of a whole wide row. */
const STEPS_AT_ONCE = 20;

/** A row that contains at least one of the keys to remove. */
interface Holding {
	row: StoredRow;
	contained: string[];
	/** The marks of the row's other keys. */
	others: string[];
}

type IsKept = (row: StoredRow, key: string) => boolean;

/**
 * Permanently removes everything in `before` that is stored for these keys, and then reads again to check. Rows that
 * also contain other keys are written without these keys. Rows added later are kept unless they replace a removed row.
 * Rows that are pending in `before` are kept if they win later, and removed if their run has died.
 * @param window conditions that all relevant rows meet
 * @param before the rows from `readPacked` for these keys and this window
 * @param isKept whether to keep what a row contains for a key
 * @returns the keys that other runs kept busy. Some of their rows may remain
 * @throws LedgerError if the table can't be used. Some rows may already be removed
 */
export async function removeKeys(
	store: RowStore,
	keys: readonly string[],
	window: readonly Condition[],
	before: readonly StoredRow[],
	clock: Clock,
	isKept: IsKept,
): Promise<Set<string>> {
	const isPending = ({ state }: Row) => state === PENDING;
	const undecided = new Set(before.filter(isPending).flatMap(namesOf));
	const settled = new Set(before.flatMap(namesOf));
	const isOld = (row: StoredRow) => {
		const [name] = namesOf(row);
		return undecided.has(name) ? isPending(row) : settled.has(name);
	};
	let left = [...new Set(keys)];
	let read = before;
	for (let round = 1; ; round++) {
		const rows = holdingRows(read, left, isKept).filter(({ row }) => isOld(row));
		left = [...new Set(rows.flatMap(({ contained }) => contained))];
		if (left.length === 0 || round > ROUNDS) return new Set(left);
		const pending = rows.filter(({ row }) => isPending(row));
		const abandoned = pending.filter(({ row }) => isOverdue(row, clock.now()));
		const attempts = new Set(abandoned.map(({ row }) => String(row.attempt)));
		const steps = [
			...[...attempts].map(abandon),
			...removal(rows.filter(({ row }) => !isPending(row))),
		];
		for (const part of chunks(steps, STEPS_AT_ONCE)) await store.run(part);
		if (abandoned.length < pending.length) await pauseBeforeRetry(clock);
		read = await readPacked(store, left, window);
	}
}

/** The names that identify a row. A row that replaces part of another has only the other row's ID. */
const namesOf = (row: StoredRow) => (isPart(row) ? [rootOf(row)] : [identityOf(row), row.id]);

function holdingRows(
	read: readonly StoredRow[],
	keys: readonly string[],
	isKept: IsKept,
): Holding[] {
	const byMark = new Map(keys.map((key) => [markOf(key), key]));
	// A row can be found both by its key and as a wide row.
	const rows = new Map(read.map((row) => [row.id, row]));
	return [...rows.values()]
		.map((row) => {
			const removed = (mark: string) => {
				const key = byMark.get(mark);
				return key === undefined || isKept(row, key) ? undefined : key;
			};
			return { row, ...splitRow(row, removed) };
		})
		.filter(({ contained }) => contained.length > 0);
}

/**
 * The steps that remove the keys. A part's original row comes before the rows that
 * replace the part. Otherwise, the original would count again if the run were killed in between.
 */
function removal(rows: readonly Holding[]): Step[] {
	const shared = rows.filter(({ others }) => others.length > 0);
	const whole = rows.filter(({ others }) => others.length === 0);
	const originalsFirst = [...shared].sort((a, b) => Number(isPart(a.row)) - Number(isPart(b.row)));
	const remove = (list: readonly Holding[]) =>
		chunks(
			list.map(({ row }) => row.id),
			FILTER_SIZE,
		).map((ids): Step => ({ remove: oneOf('id', ids) }));
	return [
		...remove(whole.filter(({ row }) => !isPart(row))),
		...originalsFirst.map(({ row, others }): Step => {
			// Another run may be removing other keys from the same row.
			const unchanged = all(where('id', 'eq', row.id), where(KEY, 'eq', row[KEY]));
			return { update: unchanged, set: { [KEY]: others.join(' ') } };
		}),
		...remove(whole.filter(({ row }) => isPart(row))),
	];
}
