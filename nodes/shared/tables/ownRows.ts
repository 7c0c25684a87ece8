import { PENDING, type PendingClaim, type PendingRow } from './bids';
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
import { packed, packWants } from './wideRows';

/** Pending rows, and no others: what was settled in the meantime stays. */
export function stillPending(column: string, value: string | number): Filter {
	return all(where(column, 'eq', value), where('state', 'eq', PENDING));
}

/** The rows of one run that are pending in the table, and the bids for which they stand. */
export class OwnRows<W> {
	private readonly attempts = new Set<string>();

	private readonly seats = new Set<PendingRow<W>>();

	constructor(
		private readonly store: RowStore,
		private readonly newAttempt: () => string,
		private readonly settled: Row,
	) {}

	/** Whether a row was written by this run. */
	isOwn({ attempt }: Row): boolean {
		return this.attempts.has(String(attempt));
	}

	/** Gives these bids rows of their own. @returns the attempt, and the step that inserts the rows */
	seat(bids: ReadonlyArray<PendingClaim<W>>, cells: Row): { attempt: string; insert: Step[] } {
		const attempt = this.newAttempt();
		if (bids.length === 0) return { attempt, insert: [] };
		this.attempts.add(attempt);
		const rows = packWants(bids).map(({ row, wants }) => {
			const seat = { row: { ...row, ...cells, state: PENDING, attempt }, bids: wants };
			this.seats.add(seat);
			for (const bid of wants) bid.seat = seat;
			return seat.row;
		});
		return { attempt, insert: [{ insert: rows }] };
	}

	/** Reads the ids of these bids' rows, unless they are known. */
	async knowIds(bids: ReadonlyArray<PendingClaim<W>>): Promise<void> {
		const seats = new Set(bids.flatMap(({ seat }) => seat ?? []));
		const unknown = [...seats].filter(({ id }) => id === undefined);
		const attempts = new Set(unknown.map(({ row }) => String(row.attempt)));
		for (const part of chunks([...attempts])) {
			const ids = idsOf(await this.store.run([{ read: oneOf('attempt', part) }]));
			for (const seat of unknown) seat.id ??= ids.get(placeOf(seat.row));
		}
	}

	/** The step that settles a bid's row, if the read before it finds nothing. */
	settleIfNone({ seat }: PendingClaim<W>): Step {
		return { update: these([seat!]), set: this.settled, ifNone: true };
	}

	/** After that step settled the bid's row. */
	leaveSeat(bid: PendingClaim<W>): void {
		this.seats.delete(bid.seat!);
		bid.seat = undefined;
	}

	/**
	 * Settles the rows of winners, and removes those of who leaves; the others' stay pending. From a wide row
	 * that stays, who leaves is taken out; who won beside others who wait keeps the seat as it is, and is
	 * decided anew with them. Who has no seat afterwards left, or was taken for abandoned in the meantime.
	 */
	async settle(
		win: ReadonlyArray<PendingClaim<W>>,
		leave: ReadonlyArray<PendingClaim<W>>,
	): Promise<void> {
		const attempts = new Set([...win, ...leave].map(({ seat }) => seat?.row.attempt));
		if (attempts.size === 0) return;
		const seats = [...this.seats].filter(({ row }) => attempts.has(row.attempt));
		const [winning, leaving] = [new Set(win), new Set(leave)];
		const areAll = (bids: ReadonlySet<PendingClaim<W>>) =>
			attempts.size === 1 && seats.every((seat) => seat.bids.every((bid) => bids.has(bid)));
		let settling: Array<PendingRow<W>> = [];
		const steps: Step[] = [];
		if (areAll(winning)) {
			settling = seats;
			steps.push({ update: these(seats), set: this.settled });
		} else if (areAll(leaving)) steps.push({ remove: these(seats) });
		else {
			await this.knowIds(seats.flatMap(({ bids }) => bids));
			settling = this.part(seats, winning, leaving, steps);
		}
		for (const bid of leave) bid.seat = undefined;
		const ids = idsOf(steps.length > 0 ? await this.store.run(steps) : []);
		for (const seat of settling) {
			seat.id = ids.get(placeOf(seat.row));
			seat.settled = seat.id !== undefined;
			if (!seat.settled) for (const bid of seat.bids) bid.seat = undefined;
		}
		for (const seat of seats)
			if (seat.settled || seat.bids.every((bid) => bid.seat !== seat)) this.seats.delete(seat);
	}

	/** Parts who wins from who leaves and who waits. @returns the rows that the last of the steps settles */
	private part(
		seats: ReadonlyArray<PendingRow<W>>,
		winning: ReadonlySet<PendingClaim<W>>,
		leaving: ReadonlySet<PendingClaim<W>>,
		steps: Step[],
	): Array<PendingRow<W>> {
		const attempt = this.newAttempt();
		this.attempts.add(attempt);
		const goes: number[] = [];
		const stands: number[] = [];
		const settling: Array<PendingRow<W>> = [];
		for (const seat of seats) {
			const { id, bids } = seat;
			if (id === undefined) {
				for (const bid of bids) bid.seat = undefined;
				continue;
			}
			const rest = bids.filter((bid) => !leaving.has(bid));
			if (rest.length === 0) {
				goes.push(id);
				continue;
			}
			const set: Row = {};
			if (rest.length < bids.length) set.contact = packed(rest.map(({ contact }) => contact));
			if (rest.every((bid) => winning.has(bid))) {
				set.attempt = attempt;
				settling.push(seat);
			}
			if (set.contact !== undefined) steps.push({ update: stillPending('id', id), set });
			else if (set.attempt !== undefined) stands.push(id);
			seat.bids = rest;
			seat.row = { ...seat.row, ...set };
		}
		for (const ids of chunks(goes)) steps.push({ remove: oneOf('id', ids) });
		for (const ids of chunks(stands)) steps.push({ update: oneOf('id', ids), set: { attempt } });
		if (settling.length > 0)
			steps.push({ update: stillPending('attempt', attempt), set: this.settled });
		return settling;
	}
}

/** All rows of one attempt. One alone is found by its id: tables have an index for nothing else. */
function these<W>(seats: ReadonlyArray<PendingRow<W>>): Filter {
	const [{ id, row }] = seats;
	return seats.length === 1 && id !== undefined
		? stillPending('id', id)
		: stillPending('attempt', String(row.attempt));
}

/** Tells the rows of a run apart. */
const placeOf = ({ attempt, ordinal, contact }: Row) =>
	`${String(attempt)} ${Number(ordinal ?? 0)} ${String(contact)}`;

const idsOf = (rows: readonly StoredRow[]) => new Map(rows.map((row) => [placeOf(row), row.id]));
