import { groupBy } from '../basics/lists';
import type { ClaimOptions } from './claim';
import { FINAL, HELD, KEY, LIFTED, PENDING, type Row, type StoredRow } from './rowStore';
import { rootOf, type Want } from './wideRows';

/** One of this run's rows and the claims in it. The row is pending until it is settled or removed. */
export interface PendingRow<W> {
	cells: Row;
	claims: Array<PendingClaim<W>>;
	/** The row's id, known once the row has been read. */
	id?: number;
	settled?: boolean;
}

/**
 * - `lost`: not allowed alongside the rows that have already won
 * - `withdraw`: other claims came first and haven't been decided yet
 * - `wait`: other claims came later and will withdraw
 */
type Fate = 'won' | 'lost' | 'withdraw' | 'wait';

export type Outcome =
	/** `repeated`: an earlier attempt with the same token already won the claim. */
	| { won: true; id: number; standing: StoredRow[]; repeated?: true }
	/** `contended`: the claim wasn't refused, but others kept the key busy through all rounds. */
	| { won: false; contended: boolean; standing: StoredRow[] };

export interface PendingClaim<W> extends Want {
	want: W;
	pendingRow?: PendingRow<W>;
	fate?: Fate;
	outcome?: Outcome;
}

/**
 * Makes a decision for each claim on one key. The claims must be in ordinal order.
 * @param others the key's rows, except this run's pending rows
 */
export function judgeKey<W extends Want>(
	claims: ReadonlyArray<PendingClaim<W>>,
	others: readonly StoredRow[],
	{ token, allows, isRevoked = () => false, clock }: ClaimOptions<W>,
	isOwn: (row: Row) => boolean,
): void {
	// An earlier row that expired or was lifted doesn't make the claim win again, because others may have claimed
	// since.
	const isOver = ({ state, until }: StoredRow) =>
		state === LIFTED || (state === HELD && Date.parse(String(until)) <= clock.now());
	const settled = others.filter(({ state }) => state !== PENDING);
	const pending = others.filter(({ state }) => state === PENDING);
	const mineBefore = groupBy(
		settled.filter((row) => row.token === token && !isOver(row)),
		(row) => Number(row.ordinal ?? 0),
	);
	const certain: Row[] = [...settled];
	const undecided: Row[] = [];
	const fateOf = ({ want, pendingRow }: PendingClaim<W>): Fate => {
		if (!allows(want, certain)) return 'lost';
		const open = [...undecided, ...pending];
		if (open.length === 0 || allows(want, [...certain, ...open])) return 'won';
		const before = pending.filter(({ id }) => id < (pendingRow?.id ?? Infinity));
		return allows(want, [...certain, ...before]) ? 'wait' : 'withdraw';
	};
	for (const claim of claims) {
		const [earlier] = mineBefore.get(claim.ordinal) ?? [];
		const isRepeated = earlier && !isRevoked(claim.want, certain);
		claim.fate = isRepeated ? 'withdraw' : fateOf(claim);
		if (isRepeated) {
			// An earlier attempt at the same step of the same execution won this claim.
			const standing = settled.filter((row) => row !== earlier && !isOwn(row));
			claim.outcome = { won: true, id: rootOf(earlier), standing, repeated: true };
		} else if (claim.fate !== 'lost') {
			const mine = { ...claim.row, [KEY]: claim.key, state: FINAL, until: null };
			(claim.fate === 'won' ? certain : undecided).push(mine);
		}
	}
}
