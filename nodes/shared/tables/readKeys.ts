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

/** For more keys than that, reading the window is quicker than asking for each: tables have no index. */
const MOST_KEYS = 400;

/** For more keys than that, all wide rows are read, rather than searched for each key. */
const MOST_LOOKED_FOR = 50;

/** The rows of few keys, including wide ones. */
function lookingFor(keys: readonly string[]): Filter {
	const conditions = keys.flatMap((key) => [
		where(KEY, 'eq', key),
		where(KEY, 'like', `%${markOf(key)}%`),
	]);
	return { match: 'any', conditions };
}

/** The rows of a packable key, without those of an attempt; and some of others. */
export const lookingForOne = (key: string, attempt: string): Filter =>
	all(where(KEY, 'like', `%${markOf(key)}%`), where('attempt', 'neq', attempt));

/**
 * The rows of these keys, one for each key (see `unpack`), read in the quickest of three ways. Few keys are
 * looked for; many are picked from all rows of the window. In between, only the wide rows are picked from,
 * and read first: what replaces a part of a wide row is written before the wide row may be removed.
 *
 * @param window conditions that all rows that matter meet
 * @param before steps to run first
 */
export async function readKeys(
	store: RowStore,
	keys: readonly string[],
	window: readonly Condition[],
	before: readonly Step[] = [],
): Promise<StoredRow[]> {
	if (keys.length <= MOST_LOOKED_FOR)
		return unpack(await store.run([...before, { read: lookingFor(keys) }]), keys);
	if (keys.length > MOST_KEYS)
		return unpack(await store.run([...before, { read: all(...window) }]), keys);
	const wide = all(...window, where('ordinal', 'eq', WIDE));
	const parts = [await store.run([...before, { read: wide }])];
	for (const part of chunks(keys, FILTER_SIZE))
		parts.push(await store.run([{ read: oneOf(KEY, part) }]));
	return unpack(parts.flat(), keys);
}
