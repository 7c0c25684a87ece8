import { chunks } from '../basics/lists';
import {
	all,
	FILTER_SIZE,
	KEY,
	oneOf,
	where,
	type Condition,
	type Filter,
	type RowStore,
	type Step,
	type StoredRow,
} from './rowStore';
import { markOf, unpack, WIDE } from './wideRows';

/** For more keys, reading the whole window is faster, because tables have no index. */
const MOST_KEYS = 400;

/** For more keys, all wide rows are read instead of being searched for each key. */
const MOST_LOOKED_FOR = 50;

/** Matches the wide rows of a key, the narrow ones of a packable key, and perhaps rows of others. */
export const isOf = (key: string) => where(KEY, 'like', `%${markOf(key)}%`);

/**
 * The rows of these keys, one per key (see `unpack`), read in the fastest of three ways: one filter for few
 * keys, the whole window for many, and in between all wide rows and then the keys. Wide rows are read first,
 * because a row that replaces a part of one is written before the wide row may be removed.
 *
 * @param window conditions that all relevant rows meet
 * @param before steps to run first
 */
export async function readKeys(
	store: RowStore,
	keys: readonly string[],
	window: readonly Condition[],
	before: readonly Step[] = [],
): Promise<StoredRow[]> {
	let read: Filter = all(...window);
	if (keys.length <= MOST_LOOKED_FOR) {
		const conditions = keys.flatMap((key) => [where(KEY, 'eq', key), isOf(key)]);
		read = { match: 'any', conditions };
	} else if (keys.length <= MOST_KEYS) read = all(...window, where('ordinal', 'eq', WIDE));
	const parts = [await store.run([...before, { read }])];
	if (keys.length <= MOST_LOOKED_FOR || keys.length > MOST_KEYS) return unpack(parts[0], keys);
	for (const part of chunks(keys, FILTER_SIZE))
		parts.push(await store.run([{ read: oneOf(KEY, part) }]));
	return unpack(parts.flat(), keys);
}
