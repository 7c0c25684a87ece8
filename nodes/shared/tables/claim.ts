import { groupBy } from '../basics/lists';
import { OwnRows, stillPending } from './ownRows';
import { judgeKey, type Outcome, type PendingClaim } from './pendingClaims';
import { lookingForOne, readKeys } from './readKeys';
import {
	isoOf,
	KEY,
	PENDING,
	where,
	type Condition,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
} from './rowStore';
import { isPackable, unpack, type Want } from './wideRows';

export type { Outcome };

export interface Clock {
	now: () => number;
	sleep: (ms: number) => Promise<void>;
	random: () => number;
}

export interface ClaimOptions<W extends Want> {
	token: string;
	/** What a won row becomes. */
	settled: { state: string; until: string | null };
	/**
	 * Whether the claim may be won beside these rows of its key, which are settled, pending, or won by this
	 * run (then without an id). Must be monotonic: more rows never turn a no into a yes.
	 */
	allows: (want: W, standing: ReadonlyArray<Row>) => boolean;
	/** All rows that matter meet it. */
	window: Condition;
	newAttempt: () => string;
	clock: Clock;
	/** How often to look again while others keep a key busy. */
	rounds?: number;
}

/** How long another's pending row is waited for before it is treated as abandoned. */
const LEASE_MS = 120_000;
/** A run with many claims takes longer to decide them. */
const LEASE_MS_PER_CLAIM = 10;
const ROUNDS = 60;

/**
 * Claims rows in a table without unique keys: of any number of runs that claim the same key at once, in any
 * number of processes, only as many win as `allows` lets stand beside each other.
 *
 * Each inserts its row as pending, and only then reads. Of two that win, the one whose row was committed
 * later would have read the other's; so it can't have won if `allows` forbids both. A claim that sees a
 * pending row with a lower id withdraws and looks again later; one that sees only higher ids waits for them
 * to withdraw. Only a row that is still pending is settled, and an abandoned pending row is removed before
 * it is ignored; so a run that was treated as dead can no longer win.
 *
 * If this fails, rows of the token may be left, and some may be settled; the caller removes them.
 *
 * @param wants at best with one and the same `row` object for those that share it
 * @returns the outcome of each want, in their order
 * @throws LedgerError when the table cannot be used
 */
export async function claimRows<W extends Want>(
	store: RowStore,
	wants: readonly W[],
	options: ClaimOptions<W>,
): Promise<Outcome[]> {
	return await new Claiming(store, options).decide(wants);
}

class Claiming<W extends Want> {
	private readonly rows: OwnRows<W>;

	constructor(
		private readonly store: RowStore,
		private readonly options: ClaimOptions<W>,
	) {
		this.rows = new OwnRows(store, options.newAttempt, options.settled);
	}

	async decide(wants: readonly W[]): Promise<Outcome[]> {
		const { rounds = ROUNDS, clock } = this.options;
		const claims = wants.map((want): PendingClaim<W> => {
			const { key, ordinal, row } = want;
			return { key, ordinal, row, want };
		});
		let open = claims;
		for (let round = 1; open.length > 0; round++) {
			const standing = await this.insertAndRead(open);
			if (standing) {
				await this.judge(open, standing);
				await this.settle(open, standing, round >= rounds);
			}
			open = open.filter(({ outcome }) => !outcome);
			if (open.length > 0) await clock.sleep(30 + clock.random() * 50);
		}
		return claims.map(({ outcome }) => outcome!);
	}

	/**
	 * Inserts the rows that are not there, then reads what else is there.
	 *
	 * @returns the rows of each key; undefined when nothing is left to judge
	 */
	private async insertAndRead(
		open: ReadonlyArray<PendingClaim<W>>,
	): Promise<Map<string, StoredRow[]> | undefined> {
		const absent = open.filter(({ pendingRow }) => !pendingRow);
		const { allows, clock, token, window } = this.options;
		const until = isoOf(clock.now() + LEASE_MS + absent.length * LEASE_MS_PER_CLAIM);
		const { attempt, insert } = this.rows.add(absent, { until, token });
		const [alone] = open.length === 1 ? absent : [];
		const keys = new Set(open.map(({ key }) => key));
		const others = [window, where('attempt', 'neq', attempt)];
		const rows =
			alone && isPackable(alone.key) && allows(alone.want, [])
				? await this.winAlone(alone, attempt, insert)
				: await readKeys(this.store, [...keys], others, insert);
		return rows && groupBy(rows, (row) => String(row[KEY]));
	}

	/**
	 * A single claim on a key that no one else has wins in the very call that inserts and reads; another
	 * call would take as long again.
	 *
	 * @returns what else is there; undefined when it has won
	 */
	private async winAlone(
		claim: PendingClaim<W>,
		attempt: string,
		insert: Step[],
	): Promise<StoredRow[] | undefined> {
		const { key } = claim;
		const read = lookingForOne(key, attempt);
		const settle = this.rows.settleIfNone(claim);
		const rows = await this.store.run([...insert, { read }, settle]);
		const settled = rows.find((row) => row.attempt === attempt);
		if (!settled) return unpack(rows, [key]);
		this.rows.forget(claim);
		claim.outcome = { won: true, id: settled.id, standing: [] };
		return undefined;
	}

	/** Judges each claim as things are now. Leaves no own pending rows in `standing`, nor abandoned ones. */
	private async judge(
		open: ReadonlyArray<PendingClaim<W>>,
		standing: Map<string, StoredRow[]>,
	): Promise<void> {
		const { token, allows, clock } = this.options;
		const isOwn = (row: Row) => this.rows.isOwn(row);
		const abandoned: StoredRow[] = [];
		for (const [key, rows] of standing) {
			const others = rows.filter((row) => {
				if (row.state !== PENDING) return true;
				if (isOwn(row)) return false;
				const expired = row.until === null || Date.parse(String(row.until)) <= clock.now();
				// An earlier try of this very step left it behind; no one but us decides about it.
				if (!expired && row.token !== token) return true;
				abandoned.push(row);
				return false;
			});
			standing.set(key, others);
		}
		for (const row of await this.removeAbandoned(abandoned)) {
			// Whatever its lease says, it may count by now: wait, and look again.
			standing.get(String(row[KEY]))!.push({ ...row, until: null });
		}
		await this.rows.knowIds(
			open.filter(({ key }) => standing.get(key)?.some(({ state }) => state === PENDING)),
		);
		for (const [key, claims] of groupBy(open, (claim) => claim.key)) {
			claims.sort((a, b) => a.ordinal - b.ordinal);
			judgeKey(claims, standing.get(key) ?? [], { token, allows, now: clock.now, isOwn });
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

	/** Writes which claims won and which leave. In the last round no claim waits any more. */
	private async settle(
		open: ReadonlyArray<PendingClaim<W>>,
		standing: ReadonlyMap<string, StoredRow[]>,
		last: boolean,
	): Promise<void> {
		const others = ({ key }: PendingClaim<W>) =>
			(standing.get(key) ?? []).filter((row) => !this.rows.isOwn(row));
		const win: Array<PendingClaim<W>> = [];
		const leave: Array<PendingClaim<W>> = [];
		for (const claim of open) {
			if (claim.fate === 'won') win.push(claim);
			else if (claim.fate !== 'wait' || last) leave.push(claim);
		}
		await this.rows.settle(win, leave);
		for (const claim of open) {
			const { pendingRow, fate } = claim;
			if (claim.outcome) continue;
			if (fate === 'won' && pendingRow?.settled)
				claim.outcome = { won: true, id: pendingRow.id!, standing: others(claim) };
			else if (fate === 'lost' || (last && !pendingRow))
				claim.outcome = { won: false, contended: fate !== 'lost', standing: others(claim) };
		}
	}
}
