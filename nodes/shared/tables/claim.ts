import { byContact, judgeContact, PENDING, type PendingClaim, type Outcome } from './bids';
import { OwnRows, stillPending } from './ownRows';
import { lookingForOne, readContacts } from './readContacts';
import { isoOf, type Row, type RowStore, type Step, type StoredRow } from './rowStore';
import { isPackable, unpack } from './wideRows';

export type { Outcome };

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

/** One claim. */
interface Claimed {
	contact: string;
	/** Tells several claims of one run on one contact apart. */
	ordinal: number;
}

export interface ClaimOptions<W extends Claimed> {
	token: string;
	/** The table's other cells, at best one and the same object for claims that share them. */
	rowFor: (want: W) => Row;
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
 * Where it fails, rows of this token may be left, and some may be settled; who asked takes them back.
 *
 * @returns the outcome of each want, in their order
 */
export async function claimRows<W extends Claimed>(
	store: RowStore,
	wants: readonly W[],
	options: ClaimOptions<W>,
): Promise<Outcome[]> {
	return await new Claiming(store, options).decide(wants);
}

class Claiming<W extends Claimed> {
	private readonly rows: OwnRows<W>;

	constructor(
		private readonly store: RowStore,
		private readonly options: ClaimOptions<W>,
	) {
		this.rows = new OwnRows(store, options.newAttempt, options.settled);
	}

	async decide(wants: readonly W[]): Promise<Outcome[]> {
		const { rounds = ROUNDS, rowFor, sleep, random } = this.options;
		const bids = wants.map((want): PendingClaim<W> => {
			const { contact, ordinal } = want;
			return { contact, ordinal, row: rowFor(want), want };
		});
		let open = bids;
		for (let round = 1; open.length > 0; round++) {
			const standing = await this.insertAndRead(open);
			if (standing) {
				await this.judge(open, standing);
				await this.settle(open, standing, round >= rounds);
			}
			open = open.filter(({ outcome }) => !outcome);
			if (open.length > 0) await sleep(30 + random() * 50);
		}
		return bids.map(({ outcome }) => outcome!);
	}

	/**
	 * Inserts the rows that are not there, then reads what else is there.
	 *
	 * @returns what stands, by contact; undefined when nothing is left to judge
	 */
	private async insertAndRead(
		open: ReadonlyArray<PendingClaim<W>>,
	): Promise<Map<string, StoredRow[]> | undefined> {
		const absent = open.filter(({ seat }) => !seat);
		const { atColumn, leaseMs, now, since, token } = this.options;
		const lease = leaseMs ?? LEASE_MS + absent.length * LEASE_MS_PER_CLAIM;
		const { attempt, insert } = this.rows.seat(absent, { until: isoOf(now() + lease), token });
		const contacts = new Set(open.map(({ contact }) => contact));
		const except = { column: 'attempt', value: attempt };
		const [alone] = open.length === 1 ? absent : [];
		const rows =
			alone && isPackable(alone.contact) && this.options.allows(alone.want, [])
				? await this.winAlone(alone, attempt, insert)
				: await readContacts(this.store, [...contacts], atColumn, since, except, insert);
		if (!rows) return undefined;
		const standing = new Map<string, StoredRow[]>();
		for (const row of rows) {
			const contact = String(row.contact);
			const list = standing.get(contact);
			if (list) list.push(row);
			else standing.set(contact, [row]);
		}
		return standing;
	}

	/**
	 * One who comes alone, and of whom nothing is there, wins in the very call that inserts and reads; another
	 * call would take as long again.
	 *
	 * @returns what else is there; undefined when it has won
	 */
	private async winAlone(
		bid: PendingClaim<W>,
		attempt: string,
		insert: Step[],
	): Promise<StoredRow[] | undefined> {
		const { contact } = bid;
		const read = lookingForOne(contact, attempt);
		const settle = this.rows.settleIfNone(bid);
		const rows = await this.store.run([...insert, { read }, settle]);
		const settled = rows.find((row) => row.attempt === attempt);
		if (!settled) return unpack(rows, [contact]);
		this.rows.leaveSeat(bid);
		bid.outcome = { won: true, id: settled.id, standing: [] };
		return undefined;
	}

	/** Decides what becomes of each bid now. Leaves no own pending rows in `standing`, nor abandoned ones. */
	private async judge(
		open: ReadonlyArray<PendingClaim<W>>,
		standing: Map<string, StoredRow[]>,
	): Promise<void> {
		const { token, allows, now } = this.options;
		const isOwn = (row: Row) => this.rows.isOwn(row);
		const abandoned: StoredRow[] = [];
		for (const [contact, rows] of standing) {
			const others = rows.filter((row) => {
				if (row.state !== PENDING) return true;
				if (isOwn(row)) return false;
				const lapsed = row.until === null || Date.parse(String(row.until)) <= now();
				// An earlier try of this very step left it behind; nobody but us decides about it.
				if (!lapsed && row.token !== token) return true;
				abandoned.push(row);
				return false;
			});
			standing.set(contact, others);
		}
		for (const row of await this.removeAbandoned(abandoned)) {
			// Whatever its lease says, it may count by now: wait, and look again.
			standing.get(String(row.contact))!.push({ ...row, until: null });
		}
		await this.rows.knowIds(
			open.filter(({ contact }) => standing.get(contact)?.some(({ state }) => state === PENDING)),
		);
		for (const [contact, bids] of byContact(open)) {
			judgeContact(bids, standing.get(contact) ?? [], { token, allows, now, isOwn });
		}
	}

	/**
	 * All pending rows of an attempt are abandoned together: they were written at once, with one lease.
	 *
	 * @returns the rows that could not be removed because they were decided in the meantime
	 */
	private async removeAbandoned(rows: readonly StoredRow[]): Promise<StoredRow[]> {
		const gone = new Set<number>();
		for (const attempt of new Set(rows.map((row) => String(row.attempt)))) {
			const removed = await this.store.run([{ remove: stillPending('attempt', attempt) }]);
			for (const { id } of removed) gone.add(id);
		}
		return rows.filter(({ id }) => !gone.has(id));
	}

	/** Writes down who won and who leaves. In the last round nobody waits any more. */
	private async settle(
		open: ReadonlyArray<PendingClaim<W>>,
		standing: ReadonlyMap<string, StoredRow[]>,
		last: boolean,
	): Promise<void> {
		const others = ({ contact }: PendingClaim<W>) =>
			(standing.get(contact) ?? []).filter((row) => !this.rows.isOwn(row));
		const win: Array<PendingClaim<W>> = [];
		const leave: Array<PendingClaim<W>> = [];
		for (const bid of open) {
			if (bid.fate === 'won') win.push(bid);
			else if (bid.fate !== 'wait' || last) leave.push(bid);
		}
		await this.rows.settle(win, leave);
		for (const bid of open) {
			const { seat, fate } = bid;
			if (bid.outcome) continue;
			if (fate === 'won' && seat?.settled)
				bid.outcome = { won: true, id: seat.id!, standing: others(bid) };
			else if (fate === 'lost' || (last && !seat))
				bid.outcome = { won: false, contended: fate !== 'lost', standing: others(bid) };
		}
	}
}
