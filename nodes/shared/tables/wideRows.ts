import { chunks, groupBy, jointKey } from '../basics/lists';
import {
	all,
	FILTER_SIZE,
	FINAL,
	FREE,
	HELD,
	KEY,
	LIFTED,
	oneOf,
	RELEASED,
	where,
	type Condition,
	type Filter,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
} from './rowStore';

/** The ordinal of a row that holds many keys. Rows never change from wide to narrow or back. */
export const WIDE = -1;

/** The maximum number of keys in a row, about 85 kB of text. */
const WIDEST = 5000;

/** 96 bits of a 43-character hash are enough to tell keys apart. */
const MARK_LENGTH = 16;
const PACKABLE = /^(?:[\w-]{1,16}|[\w-]{43})$/;

export const markOf = (key: string) => key.slice(0, MARK_LENGTH);

const isWide = ({ ordinal }: Row) => Number(ordinal) === WIDE;

export const isPackable = (key: string) => PACKABLE.test(key);

export const packed = (keys: readonly string[]) => keys.map(markOf).join(' ');

/** The number of keys that share the row from which this one was unpacked. */
export const widthOf = ({ width }: Row) => Number(width ?? 1);

/** What to write for one key. `row` contains the row's other cells. */
export interface Want {
	key: string;
	/** Distinguishes wants by the same writer for the same key. */
	ordinal: number;
	row: Row;
}

const APART = '';

/**
 * Combines wants that differ only in their key into wide rows. A key's first want gets the lowest id. Empty
 * cells are left out, because each one takes time to write.
 */
export function packWants<W extends Want>(wants: readonly W[]): Array<{ row: Row; wants: W[] }> {
	// Cached by `row` object, because many wants share one.
	const texts = new Map<Row, string>();
	const groups = groupBy(wants, ({ key, ordinal, row }) => {
		if (!isPackable(key) || ordinal !== 0) return APART;
		let text = texts.get(row);
		if (text === undefined) texts.set(row, (text = JSON.stringify(row)));
		return text;
	});
	const apart = groups.get(APART) ?? [];
	groups.delete(APART);
	const together = [...groups.values()].flatMap((group) => {
		if (group.length === 1) return [single(group[0])];
		return chunks(group, WIDEST).map((part) => ({
			row: { ...part[0].row, [KEY]: packed(part.map(({ key }) => key)), ordinal: WIDE },
			wants: part,
		}));
	});
	return [...together, ...apart.map(single)];
}

function single<W extends Want>(want: W): { row: Row; wants: W[] } {
	const { key, ordinal, row } = want;
	return { row: { ...row, [KEY]: key, ...(ordinal === 0 ? {} : { ordinal }) }, wants: [want] };
}

export function pack(rows: readonly Row[]): Row[] {
	const wants = rows.map(({ [KEY]: key, ordinal, ...row }) => ({
		key: String(key),
		ordinal: Number(ordinal ?? 0),
		row,
	}));
	return packWants(wants).map(({ row }) => row);
}

const NOT_WRITTEN = new Set(['id', 'createdAt', 'updatedAt', 'width']);

/** Rows that replace parts of a settled row. The settled row isn't changed, so runs don't overwrite each other. */
export function replacementRows(row: StoredRow, keys: readonly string[], set: Row): Row[] {
	const attempt = `of ${row.id} ${String(row.state)} ${rootOf(row)}`;
	const cells = Object.entries(row).filter(([column]) => !NOT_WRITTEN.has(column));
	return keys.map((key) => ({ ...Object.fromEntries(cells), ...set, [KEY]: key, attempt }));
}

/** If this row replaces part of a wide row, the id of that wide row; otherwise, the row's own id. */
export function rootOf(row: StoredRow): number {
	return partOf(row)?.root ?? row.id;
}

function partOf({ attempt }: Row): { state: string; root: number } | undefined {
	const [, state, root] = /^of \d+ (\w+) (\d+)$/.exec(String(attempt)) ?? [];
	return state === undefined ? undefined : { state, root: Number(root) };
}

/** Whether a row replaces part of another. It must outlast that row, because the part would otherwise count again. */
export const isPart = (row: Row) => partOf(row) !== undefined;

/**
 * Splits wide rows into one row per key, and leaves out replaced parts and released rows.
 * @param includeReleased whether to keep released rows
 */
export function unpack(
	rows: readonly StoredRow[],
	keys: Iterable<string>,
	includeReleased = false,
): StoredRow[] {
	const wanted = new Set(keys);
	const byMark = new Map<string, string>();
	for (const key of wanted) byMark.set(markOf(key), key);
	const single: StoredRow[] = [];
	let parts = false;
	for (const row of rows) {
		if (row.state === FREE && !includeReleased) continue;
		parts ||= isPart(row);
		if (!isWide(row)) {
			if (wanted.has(String(row[KEY]))) single.push(row);
			continue;
		}
		const marks = String(row[KEY]).split(' ');
		for (const mark of marks) {
			const key = byMark.get(mark);
			if (key !== undefined)
				single.push({ ...row, [KEY]: key, ordinal: 0, width: marks.length } as StoredRow);
		}
	}
	if (!parts) return single;
	const counting = withoutReplaced(single);
	return includeReleased ? counting : counting.filter(({ state }) => state !== RELEASED);
}

/** All keys in these rows. A key that is only in wide rows is represented by its mark. */
export function keysIn(rows: readonly StoredRow[]): Set<string> {
	const keys = new Set<string>();
	for (const row of rows) if (!isWide(row)) keys.add(String(row[KEY]));
	const marks = new Set([...keys].map(markOf));
	for (const row of rows)
		for (const mark of String(row[KEY]).split(' ')) if (!marks.has(mark)) keys.add(mark);
	return keys;
}

/** Keeps only one row per key and original row, because several processes may have replaced the same part at once. */
function withoutReplaced(rows: readonly StoredRow[]): StoredRow[] {
	const counting = new Map<string, StoredRow>();
	for (const row of rows) {
		const place = jointKey(rootOf(row), String(row[KEY]));
		const other = counting.get(place);
		if (!other || weightOf(row) > weightOf(other)) counting.set(place, row);
	}
	return [...counting.values()];
}

/**
 * From weak to strong. If a held part was confirmed while it was being released, the invitation was sent, so the
 * confirmation counts.
 */
const BY_WEIGHT = [`${RELEASED} ${HELD}`, FINAL, `${RELEASED} ${FINAL}`, LIFTED];

const weightOf = (row: StoredRow) =>
	BY_WEIGHT.indexOf(
		row.state === RELEASED ? `${RELEASED} ${partOf(row)?.state}` : String(row.state),
	);

/** With more keys than this, reading the whole window is faster, because tables have no index. */
const MAX_KEYS = 400;

/** With more keys than this, all wide rows are read instead of being searched for each key. */
const MAX_LOOKUPS = 50;

/** Matches a key's wide rows and, if the key is packable, its narrow ones. May also match rows for other keys. */
export const isOf = (key: string) => where(KEY, 'like', `%${markOf(key)}%`);

/** The rows for these keys (see `unpack`). The parameters are the same as for `readPacked`. */
export async function readKeys(
	store: RowStore,
	keys: readonly string[],
	window: readonly Condition[],
	before: readonly Step[] = [],
): Promise<StoredRow[]> {
	return unpack(await readPacked(store, keys, window, before), keys);
}

/**
 * Rows that may belong to these keys, as they are stored. They are read in the fastest of three ways. Wide rows must
 * be read first. If one is removed before it is read, the rows that replace its parts have already been written, so
 * the later read finds them.
 * @param window conditions that all relevant rows meet
 */
export async function readPacked(
	store: RowStore,
	keys: readonly string[],
	window: readonly Condition[],
	before: readonly Step[] = [],
): Promise<StoredRow[]> {
	let read: Filter = all(...window);
	if (keys.length <= MAX_LOOKUPS) {
		const conditions = keys.flatMap((key) => [where(KEY, 'eq', key), isOf(key)]);
		read = { match: 'any', conditions };
	} else if (keys.length <= MAX_KEYS) read = all(...window, where('ordinal', 'eq', WIDE));
	const parts = [await store.run([...before, { read }])];
	if (keys.length <= MAX_LOOKUPS || keys.length > MAX_KEYS) return parts[0];
	for (const part of chunks(keys, FILTER_SIZE))
		parts.push(await store.run([{ read: oneOf(KEY, part) }]));
	return parts.flat();
}

/**
 * The requested keys that the row contains, and the marks of a wide row's other keys.
 * @param keyOf returns the requested key with this mark; undefined if there is none
 */
export function splitRow(row: StoredRow, keyOf: (mark: string) => string | undefined) {
	const text = String(row[KEY]);
	if (!isWide(row)) return { contained: keyOf(markOf(text)) === text ? [text] : [], others: [] };
	const marks = text.split(' ');
	const contained = marks.flatMap((mark) => keyOf(mark) ?? []);
	return { contained, others: marks.filter((mark) => keyOf(mark) === undefined) };
}
