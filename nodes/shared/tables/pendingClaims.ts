import { FINAL, HELD, KEY, LIFTED, PENDING, type Row, type StoredRow } from './rowStore';
import { rootOf, type Want } from './wideRows';

/** A row of this run, pending until it is settled or removed, and the claims for which it stands. */
export interface PendingRow<W> {
	cells: Row;
	claims: Array<PendingClaim<W>>;
	/** Once it was read. */
	id?: number;
	settled?: boolean;
}

/**
 * - `lost`: not allowed beside what counts
 * - `withdraw`: others were there before, and are still deciding
 * - `wait`: others came later, and will withdraw
 */
type Fate = 'won' | 'lost' | 'withdraw' | 'wait';

export type Outcome =
	| { won: true; id: number; standing: StoredRow[] }
	/** `contended`: it was not refused, but others kept the key busy until patience ran out. */
	| { won: false; contended: boolean; standing: StoredRow[] };

/** A claim on its way to its outcome. */
export interface PendingClaim<W> extends Want {
	want: W;
	pendingRow?: PendingRow<W>;
	fate?: Fate;
	outcome?: Outcome;
}

/** How claims are judged; see `ClaimOptions`. */
interface Judging<W> {
	token: string;
	allows: (want: W, standing: readonly Row[]) => boolean;
	now: () => number;
	isOwn: (row: Row) => boolean;
}

/**
 * Decides the fate of the claims on one key.
 *
 * @param claims in the order of their ordinals
 * @param others the rows of the key, without this run's pending ones
 */
export function judgeKey<W>(
	claims: ReadonlyArray<PendingClaim<W>>,
	others: readonly StoredRow[],
	{ token, allows, now, isOwn }: Judging<W>,
): void {
	// Nearly all of a large run.
	if (claims.length === 1 && others.length === 0) {
		const [claim] = claims;
		claim.fate = allows(claim.want, others) ? 'won' : 'lost';
		return;
	}
	// Others may have claimed since what expired or was lifted.
	const isOver = ({ state, until }: StoredRow) =>
		state === LIFTED || (state === HELD && Date.parse(String(until)) <= now());
	const settled = others.filter(({ state }) => state !== PENDING);
	const pending = others.filter(({ state }) => state === PENDING);
	const taken: Row[] = [];
	const undecided: Row[] = [];
	for (const claim of claims) {
		const { want, ordinal, key } = claim;
		const earlier = settled.find(
			(row) => row.token === token && Number(row.ordinal ?? 0) === ordinal && !isOver(row),
		);
		if (earlier) {
			// The same step of the same execution ran before, and won: it is one and the same claim.
			const standing = settled.filter((row) => row !== earlier && !isOwn(row));
			claim.outcome = { won: true, id: rootOf(earlier), standing };
			claim.fate = 'withdraw';
			continue;
		}
		const certain = [...settled, ...taken];
		const open = [...undecided, ...pending];
		const before = pending.filter(({ id }) => id < (claim.pendingRow?.id ?? Infinity));
		claim.fate = 'wait';
		if (!allows(want, certain)) claim.fate = 'lost';
		else if (open.length === 0 || allows(want, [...certain, ...open])) claim.fate = 'won';
		else if (!allows(want, [...certain, ...before])) claim.fate = 'withdraw';
		if (claim.fate === 'lost') continue;
		const mine = { ...claim.row, [KEY]: key, state: FINAL, until: null };
		(claim.fate === 'won' ? taken : undecided).push(mine);
	}
}
