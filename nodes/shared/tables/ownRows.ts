import { chunks, jointKey } from '../basics/lists';
import type { PendingClaim, PendingRow } from './pendingClaims';
import {
	all,
	FILTER_SIZE,
	KEY,
	oneOf,
	PENDING,
	where,
	type Filter,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
} from './rowStore';
import { packed, packWants } from './wideRows';

/** Matches only pending rows, so rows that were settled in the meantime are left alone. */
function stillPending(column: string, value: string | number): Filter {
	return all(where(column, 'eq', value), where('state', 'eq', PENDING));
}

/** Whether a pending row is abandoned, because its run should have decided by now. */
export const isOverdue = ({ until }: Row, now: number): boolean =>
	until === null || Date.parse(String(until)) <= now;

/** Removes all of an attempt's pending rows, so that the attempt can no longer win. */
export const abandon = (attempt: string): Step => ({ remove: stillPending('attempt', attempt) });

/** The pending rows of one run, with their claims. */
export class OwnRows<W> {
	private readonly attempts = new Set<string>();

	private readonly rows = new Set<PendingRow<W>>();

	constructor(
		private readonly store: RowStore,
		private readonly newAttempt: () => string,
		private readonly settled: Row,
	) {}

	isOwn({ attempt }: Row): boolean {
		return this.attempts.has(String(attempt));
	}

	/** Assigns rows to these claims. @returns the attempt, and the step that inserts the rows */
	add(claims: ReadonlyArray<PendingClaim<W>>, more: Row): { attempt: string; insert: Step[] } {
		const attempt = this.newAttempt();
		if (claims.length === 0) return { attempt, insert: [] };
		this.attempts.add(attempt);
		const insert = packWants(claims).map(({ row, wants }) => {
			const pendingRow = { cells: { ...row, ...more, state: PENDING, attempt }, claims: wants };
			this.rows.add(pendingRow);
			for (const claim of wants) claim.pendingRow = pendingRow;
			return pendingRow.cells;
		});
		return { attempt, insert: [{ insert }] };
	}

	/** Reads the missing ids of these claims' rows. */
	async knowIds(claims: ReadonlyArray<PendingClaim<W>>): Promise<void> {
		const rows = new Set(claims.flatMap(({ pendingRow }) => pendingRow ?? []));
		const unknown = [...rows].filter(({ id }) => id === undefined);
		const attempts = new Set(unknown.map(({ cells }) => String(cells.attempt)));
		for (const part of chunks([...attempts], FILTER_SIZE)) {
			const ids = idsOf(await this.store.run([{ read: oneOf('attempt', part) }]));
			for (const row of unknown) row.id ??= ids.get(placeOf(row.cells));
		}
	}

	/** The step that settles a claim's row if the preceding read finds nothing. */
	settleIfNone({ pendingRow }: PendingClaim<W>): Step {
		return { update: these([pendingRow!]), set: this.settled, ifNone: true };
	}

	/**
	 * Settles the rows of claims that win and removes those of claims that leave. If a winning claim shares its
	 * row with claims that wait, the row stays pending and all of them are judged again. If a claim has no row
	 * afterward, it has left, or another run treated it as abandoned.
	 */
	async settle(
		win: ReadonlyArray<PendingClaim<W>>,
		leave: ReadonlyArray<PendingClaim<W>>,
	): Promise<void> {
		const attempts = new Set([...win, ...leave].map(({ pendingRow }) => pendingRow?.cells.attempt));
		const rows = [...this.rows].filter(({ cells }) => attempts.has(cells.attempt));
		const winning = new Set(win);
		const leaving = new Set(leave);
		const areAll = (of: ReadonlySet<PendingClaim<W>>) =>
			attempts.size === 1 && rows.every(({ claims }) => claims.every((claim) => of.has(claim)));
		let settling: Array<PendingRow<W>> = [];
		const steps: Step[] = [];
		if (areAll(winning)) {
			settling = rows;
			steps.push({ update: these(rows), set: this.settled });
		} else if (areAll(leaving)) steps.push({ remove: these(rows) });
		else {
			await this.knowIds(rows.flatMap(({ claims }) => claims));
			settling = this.part(rows, winning, leaving, steps);
		}
		for (const claim of leave) claim.pendingRow = undefined;
		const ids = idsOf(steps.length > 0 ? await this.store.run(steps) : []);
		for (const row of settling) {
			row.id = ids.get(placeOf(row.cells));
			row.settled = row.id !== undefined;
			if (!row.settled) for (const claim of row.claims) claim.pendingRow = undefined;
		}
		for (const row of rows)
			if (row.settled || row.claims.every(({ pendingRow }) => pendingRow !== row))
				this.rows.delete(row);
	}

	/** Separates claims that win from those that leave or wait. @returns the rows that the last step must settle */
	private part(
		rows: ReadonlyArray<PendingRow<W>>,
		winning: ReadonlySet<PendingClaim<W>>,
		leaving: ReadonlySet<PendingClaim<W>>,
		steps: Step[],
	): Array<PendingRow<W>> {
		const attempt = this.newAttempt();
		this.attempts.add(attempt);
		const removed: number[] = [];
		const kept: number[] = [];
		const settling: Array<PendingRow<W>> = [];
		for (const row of rows) {
			const { id, claims } = row;
			if (id === undefined) {
				for (const claim of claims) claim.pendingRow = undefined;
				continue;
			}
			const rest = claims.filter((claim) => !leaving.has(claim));
			if (rest.length === 0) {
				removed.push(id);
				continue;
			}
			const set: Row = {};
			if (rest.length < claims.length) set[KEY] = packed(rest.map(({ key }) => key));
			if (rest.every((claim) => winning.has(claim))) {
				set.attempt = attempt;
				settling.push(row);
			}
			if (KEY in set) steps.push({ update: stillPending('id', id), set });
			else if ('attempt' in set) kept.push(id);
			row.claims = rest;
			row.cells = { ...row.cells, ...set };
		}
		for (const ids of chunks(removed, FILTER_SIZE)) steps.push({ remove: oneOf('id', ids) });
		for (const ids of chunks(kept, FILTER_SIZE))
			steps.push({ update: oneOf('id', ids), set: { attempt } });
		if (settling.length > 0)
			steps.push({ update: stillPending('attempt', attempt), set: this.settled });
		return settling;
	}
}

/** Matches all rows of one attempt. A single row is found by its id, because that is the only indexed column. */
function these<W>(rows: ReadonlyArray<PendingRow<W>>): Filter {
	const [{ id, cells }] = rows;
	return rows.length === 1 && id !== undefined
		? stillPending('id', id)
		: stillPending('attempt', String(cells.attempt));
}

const placeOf = ({ attempt, ordinal, [KEY]: key }: Row) =>
	jointKey(String(attempt), Number(ordinal ?? 0), String(key));

const idsOf = (rows: readonly StoredRow[]) => new Map(rows.map((row) => [placeOf(row), row.id]));
