import {
	all,
	chunks,
	oneOf,
	where,
	type Filter,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
} from './rowStore';
import { markOf, pack, packed, unpack, WIDE } from './wideRows';

/** Columns that every table has in which rows are claimed. */
export const CLAIM_COLUMNS = {
	/** What is claimed, e.g. the hash of a contact. */
	contact: 'string',
	/** `pending` until the claim is decided; anything else stands. */
	state: 'string',
	/** How long a pending row is waited for, or a held one counts. */
	until: 'string',
	/** Who claims: the same when the same step of the same execution runs again. */
	token: 'string',
	/** Which try of it: never the same twice. */
	attempt: 'string',
	/** Tells several claims of one token on one contact apart; -1: a row of many contacts. */
	ordinal: 'number',
} as const;

const PENDING = 'pending';
const HELD = 'held';

/** One claim. `row` holds the table's other columns. */
export interface Want {
	contact: string;
	ordinal: number;
	row: Row;
}

export type Outcome =
	| { won: true; id: number; standing: StoredRow[] }
	/** `contended`: it was not refused, but others kept the contact busy until patience ran out. */
	| { won: false; contended: boolean; standing: StoredRow[] };

export interface ClaimOptions<W extends Want> {
	token: string;
	/** What a won row becomes. */
	settled: { state: string; until: string | null };
	/**
	 * Whether the claim may be won beside these rows of its contact, which are settled, pending, or won
	 * by this run (then without an id). Has to be monotonous: more rows never turn a no into a yes.
	 */
	allows: (want: W, standing: ReadonlyArray<Row>) => boolean;
	/** Rows older than that can be left out when reading. */
	since: Date;
	/** The column of times by which rows are left out. */
	atColumn: string;
	newAttempt: () => string;
	now: () => number;
	sleep: (ms: number) => Promise<void>;
	random: () => number;
	/** How long another's pending row is waited for before it is taken for abandoned, in milliseconds. */
	leaseMs?: number;
	/** How often to look again while others keep a contact busy. */
	rounds?: number;
}

const LEASE_MS = 120_000;
/** A run with many claims takes longer to decide them. */
const LEASE_MS_PER_CLAIM = 10;
const ROUNDS = 60;

/** From this many contacts on, reading the window is quicker than asking for each: tables have no index. */
const MOST_KEYS = 400;

/** So many are looked for in the text of wide rows; of more, the wide rows are read. */
const MOST_LOOKED_FOR = 50;

type Fate = 'won' | 'lost' | 'withdraw' | 'wait';

/**
 * Claims rows in a table without unique keys: of any number of runs that claim the same contact at once,
 * in any number of processes, only as many win as `allows` lets stand beside each other.
 *
 * Each inserts its row as pending, and reads only then. Of two that win, the one whose row was committed
 * later would have read the other's; so it cannot have won if `allows` forbids both. Who sees a pending
 * row with a lower id withdraws and looks again later; who sees only higher ones waits for them to
 * withdraw. A winner's row is settled by an update of pending rows only, and an abandoned pending row is
 * removed before it is ignored; so a run that was thought dead cannot win any more.
 *
 * @returns the outcome of each want, in their order
 */
export async function claimRows<W extends Want>(
	store: RowStore,
	wants: readonly W[],
	options: ClaimOptions<W>,
): Promise<Outcome[]> {
	const run = new Claiming(store, options);
	let decided = false;
	try {
		const outcomes = await run.decide(wants);
		decided = true;
		return outcomes;
	} finally {
		if (!decided) await run.giveBack();
	}
}

class Claiming<W extends Want> {
	private readonly outcomes = new Map<W, Outcome>();

	/** The attempt under which each want's pending row stands. */
	private readonly rowOf = new Map<W, string>();

	private readonly attempts = new Set<string>();

	/** Ids of own rows, as far as they were read. */
	private readonly ids = new Map<string, number>();

	constructor(
		private readonly store: RowStore,
		private readonly options: ClaimOptions<W>,
	) {}

	async decide(wants: readonly W[]): Promise<Outcome[]> {
		const { rounds = ROUNDS, sleep, random } = this.options;
		let open = [...wants];
		for (let round = 1; open.length > 0; round++) {
			const standing = await this.insertAndRead(open);
			const fates = await this.judge(open, standing);
			await this.settle(open, fates, standing, round >= rounds);
			open = open.filter((want) => !this.outcomes.has(want));
			if (open.length > 0) await sleep(30 + random() * 50);
		}
		return wants.map((want) => this.outcomes.get(want)!);
	}

	/** Removes what is still pending, so that nobody has to wait for it. */
	async giveBack(): Promise<void> {
		for (const attempt of this.attempts) {
			try {
				await this.store.run([{ remove: stillPending('attempt', attempt) }]);
			} catch {
				// The table may be what failed. The lease frees the contacts then.
			}
		}
	}

	/** Inserts the rows that are not there, then reads what else is there. */
	private async insertAndRead(open: readonly W[]): Promise<Map<string, StoredRow[]>> {
		const attempt = this.options.newAttempt();
		const absent = open.filter((want) => !this.rowOf.has(want));
		const insert: Step[] = [];
		if (absent.length > 0) {
			this.attempts.add(attempt);
			for (const want of absent) this.rowOf.set(want, attempt);
			const { leaseMs = LEASE_MS + absent.length * LEASE_MS_PER_CLAIM } = this.options;
			const until = new Date(this.options.now() + leaseMs).toISOString();
			const { token } = this.options;
			insert.push({
				// Cells that are not given are null. With many rows each cell takes its time.
				insert: pack(
					absent.map(({ contact, ordinal, row }) => ({
						...row,
						contact,
						...(ordinal === 0 ? {} : { ordinal }),
						state: PENDING,
						until,
						token,
						attempt,
					})),
				),
			});
		}
		const contacts = new Set(open.map(({ contact }) => contact));
		const { atColumn, since } = this.options;
		const except = { column: 'attempt', value: attempt };
		const rows = await readContacts(this.store, [...contacts], atColumn, since, except, insert);
		const standing = new Map<string, StoredRow[]>();
		for (const row of rows) {
			const contact = String(row.contact);
			const list = standing.get(contact);
			if (list) list.push(row);
			else standing.set(contact, [row]);
		}
		return standing;
	}

	/** What becomes of each want now. Leaves only others' standing rows in `standing`. */
	private async judge(
		open: readonly W[],
		standing: Map<string, StoredRow[]>,
	): Promise<Map<W, Fate>> {
		const abandoned: StoredRow[] = [];
		const now = this.options.now();
		for (const [contact, rows] of standing) {
			const others = rows.filter((row) => {
				if (this.isOwn(row)) {
					this.ids.set(ownKey(row), row.id);
					// Won in an earlier round, by another claim on the same contact.
					return row.state !== PENDING;
				}
				if (row.state !== PENDING) return true;
				const lapsed = row.until === null || Date.parse(String(row.until)) <= now;
				// An earlier try of this very step left it behind; nobody but us decides about it.
				if (!lapsed && row.token !== this.options.token) return true;
				abandoned.push(row);
				return false;
			});
			standing.set(contact, others);
		}
		for (const row of await this.removeAbandoned(abandoned)) {
			standing.get(String(row.contact))!.push(row);
		}
		const contested = open.filter(({ contact }) =>
			standing.get(contact)?.some(({ state }) => state === PENDING),
		);
		await this.knowIds(contested);

		const fates = new Map<W, Fate>();
		for (const [contact, wants] of groupByContact(open)) {
			this.judgeContact(wants, standing.get(contact) ?? [], fates);
		}
		return fates;
	}

	private judgeContact(wants: readonly W[], others: StoredRow[], fates: Map<W, Fate>): void {
		const { allows, token, now } = this.options;
		// What lapsed may have been another's since.
		const lapsed = ({ state, until }: StoredRow) =>
			state === HELD && Date.parse(String(until)) <= now();
		const settled = others.filter(({ state }) => state !== PENDING);
		const pending = others.filter(({ state }) => state === PENDING);
		const taken: Row[] = [];
		const undecided: Row[] = [];
		for (const want of [...wants].sort((a, b) => a.ordinal - b.ordinal)) {
			const mine = { ...want.row, contact: want.contact, state: 'final', until: null };
			const earlier = settled.find(
				(row) => row.token === token && Number(row.ordinal ?? 0) === want.ordinal && !lapsed(row),
			);
			if (earlier) {
				// The same step of the same execution ran before, and won: it is one and the same claim.
				this.outcomes.set(want, {
					won: true,
					id: earlier.id,
					standing: settled.filter((row) => row !== earlier && !this.isOwn(row)),
				});
				fates.set(want, 'withdraw');
				continue;
			}
			const id = this.ids.get(this.ownKeyOf(want)) ?? Infinity;
			const lower = pending.filter((row) => row.id < id);
			const certain = [...settled, ...taken];
			let fate: Fate = 'wait';
			if (!allows(want, certain)) fate = 'lost';
			else if (allows(want, [...certain, ...undecided, ...pending])) fate = 'won';
			else if (!allows(want, [...certain, ...lower])) fate = 'withdraw';
			fates.set(want, fate);
			if (fate === 'won') taken.push(mine);
			else if (fate !== 'lost') undecided.push(mine);
		}
	}

	/** @returns the rows that could not be removed because they were decided in the meantime */
	private async removeAbandoned(rows: readonly StoredRow[]): Promise<StoredRow[]> {
		const left = new Set<number>();
		for (const id of new Set(rows.map((row) => row.id))) {
			const removed = await this.store.run([{ remove: stillPending('id', id) }]);
			if (removed.length === 0) left.add(id);
		}
		return rows.filter(({ id }) => left.has(id));
	}

	/** Reads the ids of these wants' rows, unless they are known. */
	private async knowIds(wants: readonly W[]): Promise<void> {
		const unknown = wants.filter((want) => !this.ids.has(this.ownKeyOf(want)));
		const attempts = new Set(unknown.map((want) => this.rowOf.get(want)!));
		for (const part of chunks([...attempts])) {
			const rows = await this.store.run([{ read: oneOf('attempt', part) }]);
			const contacts = unknown.map(({ contact }) => contact);
			for (const row of unpack(rows, contacts)) this.ids.set(ownKey(row), row.id);
		}
	}

	private async settle(
		open: readonly W[],
		fates: ReadonlyMap<W, Fate>,
		standing: ReadonlyMap<string, StoredRow[]>,
		last: boolean,
	): Promise<void> {
		const others = ({ contact }: W) =>
			(standing.get(contact) ?? []).filter((row) => !this.isOwn(row));
		const leave: W[] = [];
		const win: W[] = [];
		for (const want of open) {
			const fate = fates.get(want)!;
			if (fate === 'won') win.push(want);
			else if (fate !== 'wait' || last) leave.push(want);
			if (this.outcomes.has(want)) continue;
			if (fate === 'lost') {
				this.outcomes.set(want, { won: false, contended: false, standing: others(want) });
			} else if (fate !== 'won' && last) {
				this.outcomes.set(want, { won: false, contended: true, standing: others(want) });
			}
		}
		const { settled, postponed } = await this.write(win, leave);
		for (const want of leave) this.rowOf.delete(want);
		for (const want of win) {
			if (postponed.has(want)) continue;
			const row = settled.get(this.ownKeyOf(want));
			this.rowOf.delete(want);
			// Taken for abandoned in the meantime: the row is gone, so the claim begins anew.
			if (row) this.outcomes.set(want, { won: true, id: row.id, standing: others(want) });
			else if (last)
				this.outcomes.set(want, { won: false, contended: true, standing: others(want) });
		}
	}

	/**
	 * Settles the rows of winners, and removes those of who leaves; the others' stay pending. From a wide row
	 * that stays, who leaves is taken out; who won beside others who wait is decided anew with them.
	 */
	private async write(
		win: readonly W[],
		leave: readonly W[],
	): Promise<{ settled: Map<string, StoredRow>; postponed: Set<W> }> {
		const settled = new Map<string, StoredRow>();
		const postponed = new Set<W>();
		const moves: Step[] = [];
		const attemptOf = (want: W) => this.rowOf.get(want)!;
		const attempts = new Set([...win, ...leave].map(attemptOf));
		const staying = [...this.rowOf.keys()].filter((want) => attempts.has(attemptOf(want)));
		let settling = false;
		if (attempts.size === 1 && (win.length === staying.length || leave.length === staying.length)) {
			settling = win.length > 0;
			const ids = new Set(staying.map((want) => this.ids.get(this.ownKeyOf(want))));
			const [id] = ids;
			// One row alone is found by its id: tables have an index for nothing else.
			const mine =
				ids.size === 1 && id !== undefined
					? stillPending('id', id)
					: stillPending('attempt', [...attempts][0]);
			moves.push(settling ? { update: mine, set: this.options.settled } : { remove: mine });
		} else if (attempts.size > 0) {
			const attempt = this.options.newAttempt();
			this.attempts.add(attempt);
			await this.knowIds(staying);
			const [winning, leaving] = [new Set(win), new Set(leave)];
			const goes: number[] = [];
			const stands: number[] = [];
			for (const [id, wants] of this.byRow(staying)) {
				const rest = wants.filter((want) => !leaving.has(want));
				const won = rest.filter((want) => winning.has(want));
				const less = rest.length < wants.length;
				const contact = packed(rest.map((want) => want.contact));
				if (rest.length === 0) goes.push(id);
				else if (won.length === rest.length) {
					settling = true;
					if (less) moves.push({ update: stillPending('id', id), set: { contact, attempt } });
					else stands.push(id);
				} else {
					for (const want of won) postponed.add(want);
					if (less) moves.push({ update: stillPending('id', id), set: { contact } });
				}
			}
			for (const part of chunks(goes)) moves.push({ remove: oneOf('id', part) });
			for (const part of chunks(stands))
				moves.push({ update: oneOf('id', part), set: { attempt } });
			if (settling)
				moves.push({ update: stillPending('attempt', attempt), set: this.options.settled });
		}
		const rows = moves.length > 0 ? await this.store.run(moves) : [];
		if (!settling) return { settled, postponed };
		const single = unpack(
			rows,
			win.map(({ contact }) => contact),
		);
		const byPlace = new Map(single.map((row) => [placeKey(row), row]));
		for (const want of win) {
			const row = byPlace.get(placeKey(want));
			if (row) settled.set(this.ownKeyOf(want), row);
		}
		return { settled, postponed };
	}

	/** Wants by the row they share; those whose row is gone are left out. */
	private byRow(wants: readonly W[]): Map<number, W[]> {
		const rows = new Map<number, W[]>();
		for (const want of wants) {
			const id = this.ids.get(this.ownKeyOf(want));
			if (id === undefined) continue;
			const row = rows.get(id);
			if (row) row.push(want);
			else rows.set(id, [want]);
		}
		return rows;
	}

	private isOwn({ attempt }: Row): boolean {
		return this.attempts.has(String(attempt));
	}

	private ownKeyOf(want: W): string {
		return `${this.rowOf.get(want) ?? ''} ${placeKey(want)}`;
	}
}

function placeKey({ contact, ordinal }: Row | Want): string {
	return `${String(contact)} ${Number(ordinal ?? 0)}`;
}

function ownKey(row: StoredRow): string {
	return `${String(row.attempt)} ${placeKey(row)}`;
}

function stillPending(column: string, value: string | number): Filter {
	return all(where(column, 'eq', value), where('state', 'eq', PENDING));
}

function groupByContact<W extends Want>(wants: readonly W[]): Map<string, W[]> {
	const groups = new Map<string, W[]>();
	for (const want of wants) {
		const group = groups.get(want.contact);
		if (group) group.push(want);
		else groups.set(want.contact, [want]);
	}
	return groups;
}

/** The rows of few contacts, wide ones too. */
function lookingFor(contacts: readonly string[]): Filter {
	const conditions = contacts.flatMap((contact) => [
		where('contact', 'eq', contact),
		where('contact', 'like', `%${markOf(contact)}%`),
	]);
	return { match: 'any', conditions };
}

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
