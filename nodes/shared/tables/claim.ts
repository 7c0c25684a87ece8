import { sleep } from 'n8n-workflow';
import { getOrAdd, groupBy } from '../basics/lists';
import { abandon, isOverdue, OwnRows } from './ownRows';
import { judgeKey, type Outcome, type PendingClaim } from './pendingClaims';
import {
	all,
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
import { isOf, isPackable, readKeys, unpack, type Want } from './wideRows';

export interface Clock {
	now: () => number;
	sleep: (ms: number) => Promise<void>;
	random: () => number;
}

export const CLOCK: Clock = { now: () => Date.now(), sleep, random: () => Math.random() };

/** Waits while other runs decide about their claims. The pause is random, so that runs don't retry at the same time. */
export async function pauseBeforeRetry({ sleep: wait, random }: Clock): Promise<void> {
	await wait(30 + random() * 50);
}

export interface ClaimOptions<W extends Want> {
	token: string;
	settled: { state: string; until: string | null };
	/**
	 * Whether a claim can win alongside these other rows for its key. They are settled, pending, or won by this
	 * run, in which case they have no id. The result must be monotonic: additional rows never turn a no into a yes.
	 */
	allows: (want: W, standing: ReadonlyArray<Row>) => boolean;
	/** Whether a claim that an earlier attempt won no longer holds, given the key's settled rows. */
	isRevoked?: (want: W, standing: ReadonlyArray<Row>) => boolean;
	/** A condition that all relevant rows meet. */
	window: Condition;
	newAttempt: () => string;
	clock: Clock;
	/** How many times to retry while other runs hold a key. */
	rounds?: number;
	/** Aborts when other claims stop waiting for the calls that they share with this one. */
	groupLimit?: () => AbortSignal;
}

/** How long to wait for another run's pending row before treating it as abandoned. */
export const LEASE_MS = 120_000;
const LEASE_MS_PER_CLAIM = 10;
const ROUNDS = 60;

/**
 * Claims rows in a table without unique keys. Any number of runs and processes may claim the same key at once.
 * `allows` determines how many of them win. Each claim inserts its row as pending and only then reads. Of two
 * claims, the one whose row was committed later sees the other's row, so both win only if `allows` permits
 * both. A claim that sees a pending row with a lower id withdraws and tries again later. A claim that sees only
 * higher ids waits for the others to withdraw. A row is settled only while it is pending, and an abandoned row
 * is removed before it is ignored. Therefore, a run that was treated as dead can no longer win. If `claimRows`
 * fails, rows with this token may remain, some of them settled. The caller must remove them.
 * @param wants what to claim; wants with identical rows should share one `row` object
 * @returns the outcome of each want, in the same order
 * @throws LedgerError if the table can't be used
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
		const claims = wants.map((want): PendingClaim<W> => ({ ...want, want }));
		let open = claims;
		for (let round = 1; open.length > 0; round++) {
			const standing = await this.insertAndRead(open);
			if (standing) {
				await this.judge(open, standing);
				await this.settle(open, standing, round >= rounds);
			}
			open = open.filter(({ outcome }) => !outcome);
			if (open.length > 0) await pauseBeforeRetry(clock);
		}
		return claims.map(({ outcome }) => outcome!);
	}

	/** Inserts missing rows, then reads the rows of others. Returns undefined if no claim is left to judge. */
	private async insertAndRead(
		open: ReadonlyArray<PendingClaim<W>>,
	): Promise<Map<string, StoredRow[]> | undefined> {
		const absent = open.filter(({ pendingRow }) => !pendingRow);
		const { allows, clock, token, window } = this.options;
		const until = isoOf(clock.now() + LEASE_MS + absent.length * LEASE_MS_PER_CLAIM);
		const { attempt, insert } = this.rows.add(absent, { until, token });
		const [alone] = open.length === 1 ? absent : [];
		const keys = new Set(open.map(({ key }) => key));
		const notOwn = where('attempt', 'neq', attempt);
		const rows =
			alone && isPackable(alone.key) && allows(alone.want, [])
				? await this.winAlone(alone, attempt, [...insert, { read: all(isOf(alone.key), notOwn) }])
				: await readKeys(this.store, [...keys], [window, notOwn], insert);
		return rows && groupBy(rows, (row) => String(row[KEY]));
	}

	/**
	 * Settles a claim on a free key in the same call that inserts and reads, which halves the time.
	 * @returns the key's other rows; undefined if the claim has won
	 */
	private async winAlone(
		claim: PendingClaim<W>,
		attempt: string,
		steps: Step[],
	): Promise<StoredRow[] | undefined> {
		const rows = await this.store.run([...steps, this.rows.settleIfNone(claim)]);
		const settled = rows.find((row) => row.attempt === attempt);
		if (!settled) return unpack(rows, [claim.key]);
		claim.outcome = { won: true, id: settled.id, standing: [] };
		return undefined;
	}

	/** Decides whether each claim wins. Removes abandoned rows and this run's pending rows from `standing`. */
	private async judge(
		open: ReadonlyArray<PendingClaim<W>>,
		standing: Map<string, StoredRow[]>,
	): Promise<void> {
		const { token, clock } = this.options;
		const isOwn = (row: Row) => this.rows.isOwn(row);
		const abandoned: StoredRow[] = [];
		for (const [key, rows] of standing) {
			const others = rows.filter((row) => {
				if (row.state !== PENDING) return true;
				if (isOwn(row)) return false;
				// A row with the same token is left over from an earlier attempt at this step.
				if (!isOverdue(row, clock.now()) && row.token !== token) return true;
				abandoned.push(row);
				return false;
			});
			standing.set(key, others);
		}
		for (const row of await this.removeAbandoned(abandoned)) {
			// The row may have been settled in the meantime, so it is treated as pending until the next round.
			standing.get(String(row[KEY]))!.push({ ...row, until: null });
		}
		await this.rows.knowIds(
			open.filter(({ key }) => standing.get(key)?.some(({ state }) => state === PENDING)),
		);
		for (const [key, claims] of groupBy(open, (claim) => claim.key)) {
			claims.sort((a, b) => a.ordinal - b.ordinal);
			judgeKey(claims, standing.get(key) ?? [], this.options, isOwn);
		}
	}

	/**
	 * Removes all of an attempt's pending rows at once, because they share a lease.
	 * @returns the rows that had already been settled or removed
	 */
	private async removeAbandoned(rows: readonly StoredRow[]): Promise<StoredRow[]> {
		const gone = new Set<number>();
		for (const attempt of new Set(rows.map((row) => String(row.attempt)))) {
			const removed = await this.store.run([abandon(attempt)]);
			for (const { id } of removed) gone.add(id);
		}
		return rows.filter(({ id }) => !gone.has(id));
	}

	/** Settles the rows of winners and removes those of others, except claims that wait for another round. */
	private async settle(
		open: ReadonlyArray<PendingClaim<W>>,
		standing: ReadonlyMap<string, StoredRow[]>,
		last: boolean,
	): Promise<void> {
		const win = open.filter(({ fate }) => fate === 'won');
		const leave = open.filter(({ fate }) => fate !== 'won' && (fate !== 'wait' || last));
		await this.rows.settle(win, leave);
		const othersOf = new Map<string, StoredRow[]>();
		for (const claim of open) {
			if (claim.outcome) continue;
			const { key, pendingRow, fate } = claim;
			const others = getOrAdd(othersOf, key, () =>
				(standing.get(key) ?? []).filter((row) => !this.rows.isOwn(row)),
			);
			if (fate === 'won' && pendingRow?.settled)
				claim.outcome = { won: true, id: pendingRow.id!, standing: others };
			else if (fate === 'lost' || (last && !pendingRow))
				claim.outcome = { won: false, contended: fate !== 'lost', standing: others };
		}
	}
}
