import { chunks } from '../basics/lists';
import { isRecord } from '../netigate/members';
import { nonce } from '../quarantine/ledger/contactKey';
import { claimRows, CLOCK, LEASE_MS } from '../tables/claim';
import type { DataTableStore } from '../tables/dataTable';
import { unreadableRow } from '../tables/errors';
import {
	all,
	CLAIM_COLUMNS,
	FILTER_SIZE,
	isoOf,
	oneOf,
	unlessEmpty,
	where,
	type Row,
	type Step,
	type StoredRow,
	type Table,
} from '../tables/rowStore';
import type { Known } from './diff';
import { otherKey, listIsBusy, takenOver } from './errors';

/**
 * Keeps track of the rows that this node wrote to respondent lists, because Netigate can't list them. The table
 * has one row per person and list. `contact` is the contact's hash, and `token` identifies the run that wrote
 * the row.
 */
export const LIST_TABLE: Table = {
	name: 'netigate_list_rows',
	columns: {
		...CLAIM_COLUMNS,
		/** The list's ID and its server or account (see `placeOf`). */
		list: 'string',
		respondentId: 'number',
		/** `Known.cells` as JSON. */
		cells: 'string',
		/** A time in ISO format. */
		at: 'string',
		/** Fingerprint of the key used for the hashes. */
		hashKey: 'string',
		address: 'string',
	},
};

/**
 * One line in the memory, about one person. A later line replaces all earlier ones.
 * - `writing`: a call for this person is about to be sent, and another line will hold its result
 * - `gone`: the row doesn't exist
 */
export interface Line extends Omit<Known, 'state'> {
	state: Known['state'] | 'writing' | 'gone';
}

/** How long a person whose row was cleared is remembered, in case the person returns to the directory. */
const CLEARED_FOR_MS = 90 * 86_400_000;

const RUNNING = 'running';

/** If the run hasn't written by then, it is treated as dead. Even if it is still alive, no one is added twice. */
const leaseEnd = () => isoOf(Date.now() + LEASE_MS);

/** The memory of one list, held by only one run at a time. */
export class ListMemory {
	/** What is known about each person, by key. */
	readonly known = new Map<string, Known>();

	/** The ID of each person's last row in the table. */
	private readonly idOf = new Map<string, number>();

	private readonly replaced = new Set<number>();

	private takenOver = false;

	private constructor(
		private readonly store: DataTableStore,
		private readonly list: string,
		private readonly hashKey: string,
		private readonly token: string,
		private readonly claimId: number,
	) {}

	/**
	 * Claims the list and reads its memory.
	 * @throws LedgerError if another run holds this list or the table can't be used
	 */
	static async open(store: DataTableStore, list: string, hashKey: string): Promise<ListMemory> {
		const token = nonce();
		const contact = `run ${list}`;
		const now = isoOf(Date.now());
		const ofList = where('contact', 'eq', contact);
		const claims = await store.create(all(ofList));
		if (claims.some(({ state, until }) => state === RUNNING && String(until) <= now)) {
			// A run that renews its claim at this moment keeps it.
			const dead = all(ofList, where('state', 'eq', RUNNING), where('until', 'lte', now));
			await store.run([{ remove: dead }]);
		}
		const row = { list: '', at: isoOf(Date.now()) };
		const [outcome] = await claimRows(store, [{ key: contact, ordinal: 0, row }], {
			token,
			settled: { state: RUNNING, until: leaseEnd() },
			allows: (_, standing) => standing.length === 0,
			window: where('at', 'gte', isoOf(0)),
			newAttempt: nonce,
			clock: CLOCK,
		}).catch(async (error: Error) => {
			// Otherwise the list would be busy until the lease ends.
			await store.run([{ remove: all(where('token', 'eq', token)) }]).catch(() => undefined);
			throw error;
		});
		if (!outcome.won) throw listIsBusy(outcome.standing[0]?.until);
		const memory = new ListMemory(store, list, hashKey, token, outcome.id);
		await memory.read().catch(async (error: Error) => {
			await memory.close([]).catch(() => undefined);
			throw error;
		});
		return memory;
	}

	/** Adds lines and extends the lease. @throws LedgerError, after which nothing more may be sent */
	async write(lines: readonly Line[]): Promise<void> {
		// Lines must be written before the claim is renewed, because a run that takes over removes the claim
		// before it reads. Then either that run sees these lines, or this run sees that its claim is gone.
		const claim = await this.store.run([
			...this.insertion(lines),
			{
				update: all(where('id', 'eq', this.claimId), where('state', 'eq', RUNNING)),
				set: { until: leaseEnd() },
			},
		]);
		if (claim.length > 0) return;
		this.takenOver = true;
		throw takenOver();
	}

	/** Permanently removes everything about these people, and releases the list. */
	async forget(keys: Iterable<string>): Promise<void> {
		for (const key of keys) {
			const id = this.idOf.get(key);
			if (id !== undefined) this.replaced.add(id);
		}
		await this.close([]);
	}

	/** Adds the last lines, removes replaced ones, and releases the list. */
	async close(lines: readonly Line[]): Promise<void> {
		// The run that took over may have written the same cells.
		const last = this.takenOver ? lines.map(uncertain) : lines;
		const mine = (state: string) =>
			all(where('token', 'eq', this.token), where('state', 'eq', state));
		await this.store.run([
			...this.insertion(last.filter(({ state }) => state !== 'writing')),
			...chunks([...this.replaced], FILTER_SIZE).map((ids): Step => ({ remove: oneOf('id', ids) })),
			...['writing', 'gone', RUNNING].map((state): Step => ({ remove: mine(state) })),
		]);
	}

	private insertion(lines: readonly Line[]): Step[] {
		if (lines.length === 0) return [];
		const at = isoOf(Date.now());
		const { token, list, hashKey } = this;
		const insert = lines.map(({ key, state, respondentId, cells, address }): Row => {
			const id = this.idOf.get(key);
			if (state !== 'writing' && id !== undefined) this.replaced.add(id);
			return {
				contact: key,
				state,
				token,
				list,
				cells: JSON.stringify(Object.fromEntries(cells)),
				at,
				hashKey,
				// Omitted cells are null. Leaving them out saves time if there are many rows.
				...(respondentId === null ? {} : { respondentId }),
				...(address === null ? {} : { address }),
			};
		});
		return [{ insert }];
	}

	private async read(): Promise<void> {
		const rows = await this.store.run([{ read: all(where('list', 'eq', this.list)) }]);
		rows.sort((a, b) => a.id - b.id);
		for (const row of rows) {
			if (row.hashKey !== this.hashKey) throw otherKey(String(row.hashKey));
			const key = String(row.contact);
			const before = this.idOf.get(key);
			if (before !== undefined) this.replaced.add(before);
			this.idOf.set(key, row.id);
			const known = isExpired(row) ? undefined : knownOf(row);
			if (known) this.known.set(key, known);
			else {
				this.known.delete(key);
				this.replaced.add(row.id);
			}
		}
	}
}

export function uncertain(line: Line): Line {
	return { ...line, cells: new Map([...line.cells.keys()].map((labelId) => [labelId, ''])) };
}

/** Whether the row of someone who left was cleared so long ago that the person is forgotten. */
const isExpired = ({ state, at }: StoredRow) =>
	state === 'cleared' && Date.parse(String(at)) < Date.now() - CLEARED_FOR_MS;

export const labelIdsIn = ({ cells }: StoredRow) => [...(cellsOf(cells)?.keys() ?? [])];

/** Reads a row; undefined for `gone`. @throws LedgerError if someone edited it */
function knownOf(row: StoredRow): Known | undefined {
	if (row.state === 'gone') return undefined;
	const respondentId = unlessEmpty(row.respondentId, Number);
	const cells = cellsOf(row.cells);
	const state = row.state === 'writing' ? (respondentId === null ? 'unknown' : 'there') : row.state;
	const identified = Number.isSafeInteger(respondentId);
	const readable =
		cells && (state === 'unknown' || (identified && (state === 'there' || state === 'cleared')));
	if (!readable) {
		throw unreadableRow(
			LIST_TABLE.name,
			row.id,
			'"state", "respondentId" and "cells". If you delete the row, the next run adds this contact again',
		);
	}
	const address = unlessEmpty(row.address, String);
	return { key: String(row.contact), state, respondentId, cells, address };
}

function cellsOf(text: unknown): Known['cells'] | undefined {
	try {
		const cells: unknown = JSON.parse(String(text));
		if (isRecord(cells) && Object.values(cells).every((hash) => typeof hash === 'string'))
			return new Map(Object.entries(cells as Record<string, string>));
	} catch {
		// The cell isn't JSON.
	}
	return undefined;
}
