import {
	all,
	chunks,
	oneOf,
	where,
	LARGEST_FILTER,
	type Filter,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
} from './rowStore';

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
	/** Tells several claims of one token on one contact apart. */
	ordinal: 'number',
} as const;

export const PENDING = 'pending';

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
export const MOST_KEYS = 400;

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
				await this.store.run([
					{ remove: all(where('attempt', 'eq', attempt), where('state', 'eq', PENDING)) },
				]);
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
				insert: absent.map(({ contact, ordinal, row }) => ({
					...row,
					contact,
					...(ordinal === 0 ? {} : { ordinal }),
					state: PENDING,
					until,
					token,
					attempt,
				})),
			});
		}
		const contacts = new Set(open.map(({ contact }) => contact));
		const rows = await this.read(insert, [...contacts], attempt);
		const standing = new Map<string, StoredRow[]>();
		for (const row of rows) {
			const contact = String(row.contact);
			if (!contacts.has(contact)) continue;
			const list = standing.get(contact);
			if (list) list.push(row);
			else standing.set(contact, [row]);
		}
		return standing;
	}

	private async read(insert: Step[], contacts: string[], attempt: string): Promise<StoredRow[]> {
		if (contacts.length <= LARGEST_FILTER) {
			return await this.store.run([...insert, { read: keyFilter(contacts) }]);
		}
		const { atColumn, since } = this.options;
		const except = { column: 'attempt', value: attempt };
		return await readContacts(this.store, contacts, atColumn, since, except, insert);
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
				if (this.attempts.has(String(row.attempt))) {
					this.ids.set(ownKey(row), row.id);
					return false;
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
		const { allows, token } = this.options;
		const settled = others.filter(({ state }) => state !== PENDING);
		const pending = others.filter(({ state }) => state === PENDING);
		const taken: Row[] = [];
		const undecided: Row[] = [];
		for (const want of [...wants].sort((a, b) => a.ordinal - b.ordinal)) {
			const mine = { ...want.row, contact: want.contact, state: 'final', until: null };
			const earlier = settled.find(
				(row) => row.token === token && Number(row.ordinal ?? 0) === want.ordinal,
			);
			if (earlier) {
				// The same step of the same execution ran before, and won: it is one and the same claim.
				this.outcomes.set(want, {
					won: true,
					id: earlier.id,
					standing: settled.filter((row) => row !== earlier),
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
		const left: StoredRow[] = [];
		for (const row of rows) {
			const removed = await this.store.run([
				{ remove: all(where('id', 'eq', row.id), where('state', 'eq', PENDING)) },
			]);
			if (removed.length === 0) left.push(row);
		}
		return left;
	}

	/** Reads the ids of these wants' rows, unless they are known. */
	private async knowIds(wants: readonly W[]): Promise<void> {
		const unknown = wants.filter((want) => !this.ids.has(this.ownKeyOf(want)));
		const attempts = new Set(unknown.map((want) => this.rowOf.get(want)!));
		for (const part of chunks([...attempts])) {
			const rows = await this.store.run([{ read: oneOf('attempt', part) }]);
			for (const row of rows) this.ids.set(ownKey(row), row.id);
		}
	}

	private async settle(
		open: readonly W[],
		fates: ReadonlyMap<W, Fate>,
		standing: ReadonlyMap<string, StoredRow[]>,
		last: boolean,
	): Promise<void> {
		const others = ({ contact }: W) => standing.get(contact) ?? [];
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
		const settled = await this.write(win, leave);
		for (const want of leave) this.rowOf.delete(want);
		for (const want of win) {
			const row = settled.get(this.ownKeyOf(want));
			this.rowOf.delete(want);
			// Taken for abandoned in the meantime: the row is gone, so the claim begins anew.
			if (row) this.outcomes.set(want, { won: true, id: row.id, standing: others(want) });
			else if (last)
				this.outcomes.set(want, { won: false, contended: true, standing: others(want) });
		}
	}

	/** Settles the rows of winners, and removes those of who leaves; the others' stay pending. */
	private async write(win: readonly W[], leave: readonly W[]): Promise<Map<string, StoredRow>> {
		const attemptOf = (want: W) => this.rowOf.get(want)!;
		const attempts = new Set([...win, ...leave].map(attemptOf));
		const staying = [...this.rowOf.keys()].filter((want) => attempts.has(attemptOf(want)));
		const simple =
			attempts.size === 1 && (win.length === staying.length || leave.length === staying.length);
		const settled = new Map<string, StoredRow>();
		if (win.length + leave.length === 0) return settled;
		const moves: Step[] = [];
		const winners = simple ? [...attempts] : [];
		const leavers = simple && win.length === 0 ? winners.splice(0) : [];
		if (!simple) {
			await this.knowIds([...win, ...leave]);
			const idsOf = (wants: readonly W[]) =>
				wants.flatMap((want) => this.ids.get(this.ownKeyOf(want)) ?? []);
			for (const part of chunks(idsOf(leave))) moves.push({ remove: oneOf('id', part) });
			if (win.length > 0) {
				const attempt = this.options.newAttempt();
				this.attempts.add(attempt);
				winners.push(attempt);
				for (const part of chunks(idsOf(win)))
					moves.push({ update: oneOf('id', part), set: { attempt } });
			}
		}
		const [first] = [...win, ...leave];
		// One row alone is found by its id: tables have an index for nothing else.
		const id = win.length + leave.length === 1 ? this.ids.get(this.ownKeyOf(first)) : undefined;
		const mark = (attempt: string) =>
			all(
				id === undefined ? where('attempt', 'eq', attempt) : where('id', 'eq', id),
				where('state', 'eq', PENDING),
			);
		for (const attempt of leavers) moves.push({ remove: mark(attempt) });
		for (const attempt of winners) moves.push({ update: mark(attempt), set: this.options.settled });
		const rows = await this.store.run(moves);
		if (winners.length > 0) {
			const byPlace = new Map(
				rows.map((row) => [`${String(row.contact)} ${Number(row.ordinal ?? 0)}`, row]),
			);
			for (const want of win) {
				const row = byPlace.get(`${want.contact} ${want.ordinal}`);
				if (row) settled.set(this.ownKeyOf(want), row);
			}
		}
		return settled;
	}

	private ownKeyOf(want: W): string {
		return `${this.rowOf.get(want) ?? ''} ${want.contact} ${want.ordinal}`;
	}
}

function ownKey(row: StoredRow): string {
	return `${String(row.attempt)} ${String(row.contact)} ${Number(row.ordinal ?? 0)}`;
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

function keyFilter(contacts: readonly string[]): Filter {
	return oneOf('contact', contacts);
}

/**
 * The rows of these contacts, by the quicker of two ways: few are asked for by name, many are picked from
 * all rows since a date.
 */
export async function readContacts(
	store: RowStore,
	contacts: readonly string[],
	atColumn: string,
	since: Date,
	except?: { column: string; value: string },
	before: Step[] = [],
): Promise<StoredRow[]> {
	if (contacts.length > MOST_KEYS) {
		const wanted = new Set(contacts);
		const rows = await store.readSince(atColumn, since, except, undefined, before);
		return rows.filter((row) => wanted.has(String(row.contact)));
	}
	if (before.length > 0) await store.run(before);
	const parts: StoredRow[][] = [];
	for (const part of chunks(contacts)) parts.push(await store.run([{ read: keyFilter(part) }]));
	return parts.flat();
}
