import {
	all,
	chunks,
	oneOf,
	where,
	type Filter,
	type RowStore,
	type Step,
	type StoredRow,
} from './rowStore';
import { markOf, unpack, WIDE } from './wideRows';

/** From this many contacts on, reading the window is quicker than asking for each: tables have no index. */
const MOST_KEYS = 400;

/** So many are looked for in the text of wide rows; of more, the wide rows are read. */
const MOST_LOOKED_FOR = 50;

/** The rows of few contacts, wide ones too. */
function lookingFor(contacts: readonly string[]): Filter {
	const conditions = contacts.flatMap((contact) => [
		where('contact', 'eq', contact),
		where('contact', 'like', `%${markOf(contact)}%`),
	]);
	return { match: 'any', conditions };
}

/** The rows of a contact that can stand in wide rows, but for those of an attempt; and some of others. */
export const lookingForOne = (contact: string, attempt: string): Filter =>
	all(where('contact', 'like', `%${markOf(contact)}%`), where('attempt', 'neq', attempt));

/**
 * The rows of these contacts, by the quickest of three ways, and one for each contact (see `unpack`). Few
 * are looked for; many are picked from all rows since a date; of those in between, only the wide rows are
 * picked from, and read first: what stands for a part of one is there before that one may go.
 *
 * @param except rows that need not be read
 * @param before steps to run first
 */
export async function readContacts(
	store: RowStore,
	contacts: readonly string[],
	atColumn: string,
	since: Date,
	except?: { column: string; value: string },
	before: Step[] = [],
): Promise<StoredRow[]> {
	if (contacts.length <= MOST_LOOKED_FOR) {
		const rows = await store.run([...before, { read: lookingFor(contacts) }]);
		return unpack(rows, contacts);
	}
	if (contacts.length > MOST_KEYS) {
		const rows = await store.readSince(atColumn, since, except, undefined, before);
		return unpack(rows, contacts);
	}
	const wide = { column: 'ordinal', value: WIDE };
	const parts = [await store.readSince(atColumn, since, except, wide, before)];
	for (const part of chunks(contacts))
		parts.push(await store.run([{ read: oneOf('contact', part) }]));
	return unpack(parts.flat(), contacts);
}
