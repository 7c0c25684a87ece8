import type { Row, StoredRow } from './rowStore';
import { rootOf, type Want } from './wideRows';

export const PENDING = 'pending';
const HELD = 'held';
const LIFTED = 'lifted';

/** A row of this run's own, pending until it is settled or removed, and the bids that it stands for. */
export interface PendingRow<W> {
	row: Row;
	bids: Array<PendingClaim<W>>;
	/** As far as it was read. */
	id?: number;
	settled?: boolean;
}

/**
 * - `lost`: it is not allowed beside what stands
 * - `withdraw`: others were there before, and are still deciding
 * - `wait`: others came later, and will withdraw
 */
type Fate = 'won' | 'lost' | 'withdraw' | 'wait';

export type Outcome =
	| { won: true; id: number; standing: StoredRow[] }
	/** `contended`: it was not refused, but others kept the contact busy until patience ran out. */
	| { won: false; contended: boolean; standing: StoredRow[] };

/** A claim on its way to its outcome. */
export interface PendingClaim<W> extends Want {
	want: W;
	seat?: PendingRow<W>;
	fate?: Fate;
	outcome?: Outcome;
}

/** The bids of each contact, in the order in which they were numbered. */
export function byContact<W>(
	bids: ReadonlyArray<PendingClaim<W>>,
): Map<string, Array<PendingClaim<W>>> {
	const groups = new Map<string, Array<PendingClaim<W>>>();
	for (const bid of bids) {
		const group = groups.get(bid.contact);
		if (!group) groups.set(bid.contact, [bid]);
		else {
			group.push(bid);
			group.sort((a, b) => a.ordinal - b.ordinal);
		}
	}
	return groups;
}

/** By what bids are judged; see `ClaimOptions`. */
interface Judging<W> {
	token: string;
	allows: (want: W, standing: readonly Row[]) => boolean;
	now: () => number;
	isOwn: (row: Row) => boolean;
}

/**
 * Decides the fate of the bids on one contact.
 *
 * @param others what stands of the contact, but for own pending rows
 */
export function judgeContact<W>(
	bids: ReadonlyArray<PendingClaim<W>>,
	others: readonly StoredRow[],
	{ token, allows, now, isOwn }: Judging<W>,
): void {
	// Nearly all of a large run.
	if (bids.length === 1 && others.length === 0) {
		const [bid] = bids;
		bid.fate = allows(bid.want, others) ? 'won' : 'lost';
		return;
	}
	// What lapsed or was lifted may have been another's since.
	const isOver = ({ state, until }: StoredRow) =>
		state === LIFTED || (state === HELD && Date.parse(String(until)) <= now());
	const settled = others.filter(({ state }) => state !== PENDING);
	const pending = others.filter(({ state }) => state === PENDING);
	const taken: Row[] = [];
	const undecided: Row[] = [];
	for (const bid of bids) {
		const { want, ordinal, contact } = bid;
		const earlier = settled.find(
			(row) => row.token === token && Number(row.ordinal ?? 0) === ordinal && !isOver(row),
		);
		if (earlier) {
			// The same step of the same execution ran before, and won: it is one and the same claim.
			const standing = settled.filter((row) => row !== earlier && !isOwn(row));
			bid.outcome = { won: true, id: rootOf(earlier), standing };
			bid.fate = 'withdraw';
			continue;
		}
		const certain = [...settled, ...taken];
		const open = [...undecided, ...pending];
		const before = pending.filter(({ id }) => id < (bid.seat?.id ?? Infinity));
		bid.fate = 'wait';
		if (!allows(want, certain)) bid.fate = 'lost';
		else if (open.length === 0 || allows(want, [...certain, ...open])) bid.fate = 'won';
		else if (!allows(want, [...certain, ...before])) bid.fate = 'withdraw';
		if (bid.fate === 'lost') continue;
		const mine = { ...bid.row, contact, state: 'final', until: null };
		(bid.fate === 'won' ? taken : undecided).push(mine);
	}
}
