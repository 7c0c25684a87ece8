import { chunks, type Row, type StoredRow } from './rowStore';

/** The ordinal of a row that holds many contacts. Rows are never turned from one kind into the other. */
export const WIDE = -1;

/** So many contacts go into one row: about 85 kB of text. */
const WIDEST = 5000;

/** Of a hash of 43 characters, 96 bits tell contacts apart as surely. */
const MARK_LENGTH = 16;
const PACKABLE = /^(?:[\w-]{1,16}|[\w-]{43})$/;

/** The state of a part of a row that was given back. It stays, or the row that it stands for would count. */
export const GIVEN_BACK = 'released';

/** The state of a row that was given back as a whole. It may go; whoever confirms it writes it anew. */
export const FREE = 'free';

/** How a contact is written in a wide row. */
export const markOf = (contact: string) => contact.slice(0, MARK_LENGTH);

const isWide = ({ ordinal }: Row) => Number(ordinal) === WIDE;

export const isPackable = (contact: string) => PACKABLE.test(contact);

/** The text of a wide row. */
export const packed = (contacts: readonly string[]) => contacts.map(markOf).join(' ');

/** How many contacts share the row from which this one was unpacked. */
export const widthOf = ({ width }: Row) => Number(width ?? 1);

/** What is to be written about one contact. `row` holds the table's other cells. */
export interface Want {
	contact: string;
	/** Tells several of one writer about one contact apart. */
	ordinal: number;
	row: Row;
}

/**
 * Puts who differs by nothing but the contact into one wide row, however many there are.
 *
 * @returns the rows, and who stands in each. Cells that would be empty are left out: each takes its time
 */
export function packWants<W extends Want>(wants: readonly W[]): Array<{ row: Row; wants: W[] }> {
	const result: Array<{ row: Row; wants: W[] }> = [];
	/** Last, and so the first want of a contact has the lowest id. */
	const apart: W[] = [];
	const groups = new Map<string, W[]>();
	// Many share one and the same object, which need not be compared.
	const known = new Map<Row, W[]>();
	for (const want of wants) {
		const { contact, ordinal, row } = want;
		if (!isPackable(contact) || ordinal !== 0 || isPresent(row.address)) {
			apart.push(want);
			continue;
		}
		let group = known.get(row);
		if (!group) {
			const key = JSON.stringify(row);
			group = groups.get(key) ?? [];
			groups.set(key, group);
			known.set(row, group);
		}
		group.push(want);
	}
	for (const group of groups.values()) {
		if (group.length === 1) result.push(single(group[0]));
		else {
			for (const part of chunks(group, WIDEST)) {
				const contact = packed(part.map((want) => want.contact));
				result.push({ row: { ...part[0].row, contact, ordinal: WIDE }, wants: part });
			}
		}
	}
	return [...result, ...apart.map(single)];
}

function single<W extends Want>(want: W): { row: Row; wants: W[] } {
	const { contact, ordinal, row } = want;
	return { row: { ...row, contact, ...(ordinal === 0 ? {} : { ordinal }) }, wants: [want] };
}

/** The same, of rows that are written already. */
export function pack(rows: readonly Row[]): Row[] {
	const wants = rows.map(({ contact, ordinal, ...row }) => ({
		contact: String(contact),
		ordinal: Number(ordinal ?? 0),
		row,
	}));
	return packWants(wants).map(({ row }) => row);
}

const isPresent = (value: unknown) => value !== null && value !== undefined;

/**
 * What is written about some contacts of a wide row, each as a row of its own. Parts of a row that is
 * settled change by rows that stand for them from then on, so that runs never overwrite each other.
 */
export function replacementRows(row: StoredRow, contacts: readonly string[], set: Row): Row[] {
	const attempt = `of ${row.id} ${String(row.state)} ${rootOf(row)}`;
	const { survey, groupName, kind, at, state, until, token, ordinal, address } = row;
	const kept = { survey, groupName, kind, at, state, until, token, ordinal, address };
	return contacts.map((contact) => ({ ...kept, ...set, contact, attempt }));
}

/** The id of the row that was there first, when this one stands for a part of it. */
export function rootOf(row: StoredRow): number {
	return partOf(row)?.root ?? row.id;
}

function partOf({ attempt }: Row): { id: number; state: string; root: number } | undefined {
	const [, id, state, root] = /^of (\d+) (\w+) (\d+)$/.exec(String(attempt)) ?? [];
	return id === undefined ? undefined : { id: Number(id), state, root: Number(root) };
}

/** Whether the row stands for a part of another. Then it must not go: the other would count again. */
export const isPart = (row: Row) => partOf(row) !== undefined;

/**
 * The rows of these contacts, one for each contact, as if no row were wide: those that stand for others in
 * place of them, and none that was given back.
 */
export function unpack(rows: readonly StoredRow[], contacts: Iterable<string>): StoredRow[] {
	const wanted = new Set(contacts);
	const byMark = new Map<string, string>();
	for (const contact of wanted) byMark.set(markOf(contact), contact);
	const single: StoredRow[] = [];
	let parts = false;
	for (const row of rows) {
		if (row.state === FREE) continue;
		parts ||= isPart(row);
		if (!isWide(row)) {
			if (wanted.has(String(row.contact))) single.push(row);
			continue;
		}
		const marks = String(row.contact).split(' ');
		for (const mark of marks) {
			const contact = byMark.get(mark);
			if (contact !== undefined) single.push({ ...row, contact, ordinal: 0, width: marks.length });
		}
	}
	return parts ? withoutReplaced(single) : single;
}

/** All contacts in these rows; of who stands in wide rows alone, no more is known than the mark. */
export function everybodyIn(rows: readonly StoredRow[]): Set<string> {
	const known = new Set<string>();
	for (const row of rows) if (!isWide(row)) known.add(String(row.contact));
	const marks = new Set([...known].map(markOf));
	for (const row of rows) {
		if (!isWide(row)) continue;
		for (const mark of String(row.contact).split(' ')) if (!marks.has(mark)) known.add(mark);
	}
	return known;
}

/**
 * One row for each contact in each row that was there first, of all that stand for it: several processes may
 * each have written one at the same moment.
 */
function withoutReplaced(rows: readonly StoredRow[]): StoredRow[] {
	const counting = new Map<string, StoredRow>();
	for (const row of rows) {
		const key = `${rootOf(row)} ${String(row.contact)}`;
		const other = counting.get(key);
		if (!other || weightOf(row) > weightOf(other)) counting.set(key, row);
	}
	return [...counting.values()].filter(({ state }) => state !== GIVEN_BACK);
}

/** Which of several rows that stand for the same counts: the heaviest. */
function weightOf(row: StoredRow): number {
	if (row.state === 'lifted') return 4;
	if (row.state === 'final') return 2;
	if (row.state !== GIVEN_BACK) return 0;
	// What was given back while it was held may have been confirmed at the same moment: then it was sent.
	return partOf(row)?.state === 'held' ? 1 : 3;
}
