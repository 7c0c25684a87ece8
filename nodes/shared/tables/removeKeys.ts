import type { Clock } from './claim';
import { abandon, isOverdue } from './ownRows';
import {
	all,
	FILTER_SIZE,
	KEY,
	oneOf,
	PENDING,
	where,
	type Condition,
	type RowStore,
	type Step,
	type StoredRow,
} from './rowStore';
import { chunks } from '../basics/lists';
import { isPart, markOf, readPacked, splitRow } from './wideRows';

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

/**
 * Permanently removes everything stored for these keys, and then reads again to check. Rows that also contain other
 * keys are written without these keys. While a run is deciding about a key, its row is pending, so the key is removed
 * only after the decision.
 * @param window conditions that all relevant rows meet
 * @param isKept whether a row stays
 * @returns the keys that other runs kept busy. Some of their rows may remain
 * @throws LedgerError if the table can't be used. Some rows may already be removed
 */
export async function removeKeys(
	store: RowStore,
	keys: readonly string[],
	window: readonly Condition[],
	clock: Clock,
	isKept: (row: StoredRow) => boolean = () => false,
): Promise<Set<string>> {
	let left = [...new Set(keys)];
	for (let round = 1; left.length > 0; round++) {
		const found = await holdingRows(store, left, window);
		const rows = found.filter(({ row }) => !isKept(row));
		const pending = rows.filter(({ row }) => row.state === PENDING);
		const isAbandoned = ({ row }: Holding) => isOverdue(row, clock.now());
		const busy = new Set(
			pending.filter((one) => !isAbandoned(one)).flatMap(({ contained }) => contained),
		);
		const abandoned = new Set(pending.filter(isAbandoned).map(({ row }) => String(row.attempt)));
		left = [...new Set(rows.flatMap(({ contained }) => contained))];
		if (round > ROUNDS) break;
		const steps = [
			...[...abandoned].map(abandon),
			...removal(
				rows.filter(({ row }) => row.state !== PENDING),
				busy,
			),
		];
		for (const part of chunks(steps, STEPS_AT_ONCE)) await store.run(part);
		if (busy.size > 0) await clock.sleep(30 + clock.random() * 50);
	}
	return new Set(left);
}

async function holdingRows(
	store: RowStore,
	keys: readonly string[],
	window: readonly Condition[],
): Promise<Holding[]> {
	const byMark = new Map(keys.map((key) => [markOf(key), key]));
	// A row can be found both by its key and as a wide row.
	const rows = new Map((await readPacked(store, keys, window)).map((row) => [row.id, row]));
	return [...rows.values()]
		.map((row) => ({ row, ...splitRow(row, byMark) }))
		.filter(({ contained }) => contained.length > 0);
}

/**
 * The steps that remove the keys, except those that are busy. A part's original row comes before the rows that
 * replace the part. Otherwise, the original would count again if the run were killed in between.
 */
function removal(rows: readonly Holding[], busy: ReadonlySet<string>): Step[] {
	const open = rows.filter(({ contained }) => contained.every((key) => !busy.has(key)));
	const shared = open.filter(({ others }) => others.length > 0);
	const originalsFirst = [...shared].sort((a, b) => Number(isPart(a.row)) - Number(isPart(b.row)));
	const whole = open.filter(({ others }) => others.length === 0);
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
