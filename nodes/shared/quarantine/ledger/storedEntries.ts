import { inGroupOrAlone } from '../../basics/inGroup';
import { chunks, groupBy, jointKey } from '../../basics/lists';
import { unreadableRow } from '../../tables/errors';
import {
	all,
	FILTER_SIZE,
	FINAL,
	FREE,
	HELD,
	isoOf,
	KEY,
	LIFTED,
	oneOf,
	PENDING,
	RELEASED,
	unlessEmpty,
	where,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
} from '../../tables/rowStore';
import {
	isPart,
	pack,
	readKeys,
	readPacked,
	replacementRows,
	unpack,
	widthOf,
} from '../../tables/wideRows';
import { nonce } from './contactKey';
import type { Change } from './entries';
import { KEPT_FOREVER, type Entry, type FoundEntry, type LedgerEntry, type State } from './ledger';
import { OPTED_OUT, type EventKind } from '../rules/rules';
import { QUARANTINE_TABLE } from './table';

/** An entry with its row, which can contain other entries too. */
export type StoredEntry = LedgerEntry & { row: StoredRow };

/** These contacts' entries since that time, and possibly older ones. */
export async function readEntries(
	store: RowStore,
	contacts: readonly string[],
	since: number,
): Promise<Map<string, StoredEntry[]>> {
	const window = where('at', 'gte', isoOf(Math.max(0, since)));
	const rows = await readKeys(store, contacts, [window]);
	const entries = rows.map((row) => ({ ...entryOf(row), contact: String(row[KEY]), row }));
	return groupBy(entries, ({ contact }) => contact);
}

/** Matches all rows, including those whose time someone removed. No row with settings contains a contact's hash. */
export const ALL_ROWS = [where('id', 'gte', 0)];

/** Everything stored about these contacts, including what was released. */
export async function findEntries(
	store: RowStore,
	contacts: readonly string[],
): Promise<Map<string, FoundEntry[]>> {
	const rows = unpack(await readPacked(store, contacts, ALL_ROWS), contacts, true);
	const byContact = groupBy(rows, (row) => String(row[KEY]));
	return new Map([...byContact].map(([contact, list]) => [contact, list.map(foundIn)]));
}

function foundIn(row: StoredRow): FoundEntry {
	if (row.state !== FREE && row.state !== RELEASED) return entryOf(row);
	return { ...entryOf({ ...row, state: LIFTED }), state: RELEASED };
}

/** What an operation writes. */
export interface Written {
	changed: ReadonlySet<StoredEntry>;
	to: Change<never, never>['to'];
	added: readonly Row[];
}

/** Concurrent executions in this process share the table calls for single contacts. */
export async function readTogether(
	store: RowStore,
	contacts: readonly string[],
	since: number,
): Promise<Map<string, StoredEntry[]>> {
	if (contacts.length !== 1) return await readEntries(store, contacts, since);
	type Read = { contact: string; since: number };
	const read = async (list: readonly Read[]) => {
		const first = Math.min(...list.map((one) => one.since));
		const entries = await readEntries(
			store,
			[...new Set(list.map(({ contact }) => contact))],
			first,
		);
		return list.map(({ contact }) => entries.get(contact) ?? []);
	};
	const [contact] = contacts;
	const scope = jointKey(await store.id(), 'read');
	return new Map([[contact, await inGroupOrAlone(scope, { contact, since }, read)]]);
}

/** The changes that one execution writes in a shared call. */
interface Part {
	written: Written;
	/** Identifies the added rows. */
	attempt: string;
	/** Set when the execution writes on its own, so that its rows from the shared call are removed. */
	left?: true;
}

/** Like `changeEntries`, but concurrent executions in this process share the table calls for single entries. */
export async function changeTogether(store: RowStore, written: Written): Promise<void> {
	const size = written.changed.size + written.added.length;
	if (size !== 1) return await changeEntries(store, written);
	const own: Part = { written, attempt: nonce() };
	const write = async (parts: readonly Part[], again: boolean) => {
		if (again) await changeAlone(store, own);
		else await changeParts(store, parts);
		return parts.map(() => undefined);
	};
	await inGroupOrAlone(jointKey(await store.id(), 'write'), own, write);
}

async function changeParts(store: RowStore, parts: readonly Part[]): Promise<void> {
	const isLeft = ({ left }: Part) => left === true;
	try {
		for (const [to, same] of groupBy(parts, ({ written }) => written.to)) {
			const open = same.filter((part) => !isLeft(part));
			await changeEntries(store, {
				changed: new Set(open.flatMap(({ written }) => [...written.changed])),
				to,
				added: open.flatMap(({ written, attempt }) =>
					written.added.map((row) => ({ ...row, attempt })),
				),
			});
		}
	} finally {
		await removeAdded(store, parts.filter(isLeft));
	}
}

async function changeAlone(store: RowStore, part: Part): Promise<void> {
	part.left = true;
	await changeEntries(store, part.written);
	await removeAdded(store, [part]);
}

/** Removes the rows that a shared call added for these executions. */
async function removeAdded(store: RowStore, parts: readonly Part[]): Promise<void> {
	if (parts.length === 0) return;
	const attempts = parts.map(({ attempt }) => attempt);
	await store.run([{ remove: oneOf('attempt', attempts) }]);
}

/** Adds rows and changes entries, but leaves other entries in the same rows unchanged. */
export async function changeEntries(
	store: RowStore,
	{ changed, to, added }: Written,
): Promise<void> {
	const set: Row = to === undefined ? {} : { state: to };
	const byRow = groupBy(changed, ({ row }) => row.id);
	const parts: Row[] = [];
	const whole: StoredRow[] = [];
	const update: number[] = [];
	for (const [id, list] of byRow) {
		const { row } = list[0];
		const contacts = list.map(({ contact }) => contact);
		if (list.length < widthOf(row)) parts.push(...replacementRows(row, contacts, set));
		else if (to === RELEASED && !isPart(row)) whole.push(row);
		else update.push(id);
	}
	const insert = pack([...added, ...parts]);
	let steps: Step[] = insert.length > 0 ? [{ insert }] : [];
	const gone = new Set(update);
	for (const part of chunks(update, FILTER_SIZE)) {
		const step: Step = { update: oneOf('id', part), set };
		for (const { id } of await store.run([...steps, step])) gone.delete(id);
		steps = [];
	}
	for (const [state, rows] of groupBy(whole, (row) => String(row.state)))
		steps.push(...freeing(rows, state));
	if (steps.length > 0) await store.run(steps);
	if (to !== FINAL || gone.size === 0) return;
	// Another process released these entries at the same time. Their invitations were sent, so the entries are
	// written again.
	const again = [...gone].flatMap((id) => byRow.get(id)!);
	const rows = again.flatMap(({ row, contact }) => replacementRows(row, [contact], set));
	await store.run([{ insert: pack(rows) }]);
}

/**
 * Frees rows, except those confirmed since they were read. A filter can't combine several ids with a state, so
 * several rows are marked first.
 */
function freeing(rows: readonly StoredRow[], state: string): Step[] {
	const ids = rows.map(({ id }) => id);
	const isStill = where('state', 'eq', state);
	const set = { state: FREE };
	if (ids.length === 1) return [{ update: all(where('id', 'eq', ids[0]), isStill), set }];
	const attempt = nonce();
	const marked = chunks(ids, FILTER_SIZE).map(
		(part): Step => ({ update: oneOf('id', part), set: { attempt } }),
	);
	return [...marked, { update: all(where('attempt', 'eq', attempt), isStill), set }];
}

/** Removes the contact itself from these rows. If a row has several keys, they have the same contact. */
export async function removeAddresses(store: RowStore, rows: readonly StoredRow[]): Promise<void> {
	const ids = rows.filter(({ address }) => unlessEmpty(address, String)).map(({ id }) => id);
	const steps = chunks(ids, FILTER_SIZE).map(
		(part): Step => ({ update: oneOf('id', part), set: { address: null } }),
	);
	if (steps.length > 0) await store.run(steps);
}

const KINDS = new Set<unknown>(['invited', 'responded', OPTED_OUT]);

const STATES = new Set<unknown>([PENDING, HELD, FINAL, LIFTED]);

/**
 * An opt-out's `until` is the time of the opt-out, and its `at` is far in the future. So it is included in every window
 * and never pruned.
 * @throws LedgerError if the row was edited and can no longer be read
 */
export function entryOf(row: Row): Entry {
	const { state, kind, address } = row;
	const isOptOut = kind === OPTED_OUT;
	const at = Date.parse(String(isOptOut ? row.until : row.at));
	const until = isOptOut ? null : unlessEmpty(row.until, (text) => Date.parse(String(text)));
	const isKnown = STATES.has(state) && KINDS.has(kind);
	if (Number.isNaN(at) || Number.isNaN(until) || !isKnown) {
		throw unreadableRow(
			QUARANTINE_TABLE.name,
			(row as Partial<StoredRow>).id,
			'"at", "until", "state" and "kind", or delete the row, but then its people may be invited again',
		);
	}
	return {
		survey: String(row.survey ?? ''),
		group: String(row.groupName ?? ''),
		kind: kind as EventKind,
		at,
		state: state as State,
		until,
		token: String(row.token ?? ''),
		ordinal: Number(row.ordinal ?? 0),
		address: unlessEmpty(address, String),
	};
}

export function rowOf(contact: string, entry: Entry): Row {
	const { survey, group, kind, at, state, until, token, ordinal, address } = entry;
	const times =
		kind === OPTED_OUT
			? { at: isoOf(KEPT_FOREVER), until: isoOf(at) }
			: { at: isoOf(at), until: until === null ? null : isoOf(until) };
	return {
		[KEY]: contact,
		survey,
		groupName: group,
		kind,
		...times,
		state,
		token,
		attempt: '',
		ordinal,
		address,
	};
}
