import { sleep } from 'n8n-workflow';
import { chunks } from '../basics/lists';
import { isRecord } from '../netigate/members';
import { nonce } from '../quarantine/ledger/contactKey';
import { claimRows } from '../tables/claim';
import {
	all,
	CLAIM_COLUMNS,
	FILTER_SIZE,
	isoOf,
	oneOf,
	where,
	type Filter,
	type Row,
	type RowStore,
	type Step,
	type StoredRow,
	type Table,
} from '../tables/rowStore';
import type { Known } from './diff';
import { otherKey, listIsBusy, takenOver, unreadableRow } from './errors';

/**
 * What this package wrote into respondent lists, since Netigate lists no rows: one row per person and list.
 * `contact` is the hash of the contact, `token` the run that wrote the row.
 */
export const LIST_TABLE: Table = {
	name: 'netigate_list_rows',
	columns: {
		...CLAIM_COLUMNS,
		/** ID of the list and name of its server. */
		list: 'string',
		respondentId: 'number',
		/** Hash of each cell by label ID, as JSON; an empty one if the cell's content is uncertain. */
		cells: 'string',
		/** An ISO time. */
		at: 'string',
		/** Fingerprint of the key with which contact and cells are hashed. */
		hashKey: 'string',
		/** The contact itself, if the user wants it stored. */
		address: 'string',
	},
};

/**
 * One line of the memory about a person. A later line replaces all earlier ones.
 * - `writing`: a call for this person is about to be sent; its result will be another line
 * - `gone`: there is no such row
 */
export interface Line extends Omit<Known, 'state'> {
	state: Known['state'] | 'writing' | 'gone';
}

/** A run that hasn't written for this long counts as dead. If it isn't, still no one is added twice. */
const LEASE_MS = 120_000;

const RUNNING = 'running';

/** The memory of one list, held by one run alone. */
export class ListMemory {
	/** What is remembered of each person, by key. */
	readonly known = new Map<string, Known>();

	/** ID of each person's last row in the table. */
	private readonly idOf = new Map<string, number>();

	/** IDs of rows that have been replaced. */
	private readonly replaced = new Set<number>();

	private takenOver = false;

	private constructor(
		private readonly store: RowStore,
		private readonly list: string,
		private readonly hashKey: string,
		private readonly token: string,
		private readonly claimId: number,
	) {}

	/**
	 * Claims the list and reads what is remembered of it.
	 *
	 * @param list ID of the list and name of its server
	 * @param hashKey fingerprint of the key of the hashes
	 * @throws LedgerError if another run holds this list, or the table cannot be used
	 */
	static async open(
		store: RowStore & { create(filter: Filter): Promise<StoredRow[]> },
		list: string,
		hashKey: string,
	): Promise<ListMemory> {
		const token = nonce();
		const contact = `run ${list}`;
		const now = isoOf(Date.now());
		const ofList = where('contact', 'eq', contact);
		const claims = await store.create(all(ofList));
		if (claims.some(({ state, until }) => state === RUNNING && String(until) <= now)) {
			// A run that shows that it is alive at this very moment keeps its claim.
			const dead = all(ofList, where('state', 'eq', RUNNING), where('until', 'lte', now));
			await store.run([{ remove: dead }]);
		}
		const row = { list: '', at: isoOf(Date.now()) };
		const [outcome] = await claimRows(store, [{ key: contact, ordinal: 0, row }], {
			token,
			settled: { state: RUNNING, until: isoOf(Date.now() + LEASE_MS) },
			allows: (_, standing) => standing.length === 0,
			window: where('at', 'gte', isoOf(0)),
			newAttempt: nonce,
			clock: { now: () => Date.now(), sleep, random: Math.random },
		}).catch(async (error: Error) => {
			// Otherwise the list would be busy until the lease is over.
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

	/**
	 * Adds lines, and shows that this run is alive.
	 *
	 * @throws LedgerError if that failed, or another run has taken over: then nothing more may be sent
	 */
	async write(lines: readonly Line[]): Promise<void> {
		// In this order: a run that takes over removes the claim first and reads then. So either it sees these
		// lines, or we see that it has taken over.
		const claim = await this.store.run([
			...this.insertion(lines),
			{
				update: all(where('id', 'eq', this.claimId), where('state', 'eq', RUNNING)),
				set: { until: isoOf(Date.now() + LEASE_MS) },
			},
		]);
		if (claim.length > 0) return;
		this.takenOver = true;
		throw takenOver();
	}

	/**
	 * Adds the last lines, including those of a write that failed, removes everything that has been
	 * replaced, and releases the list.
	 */
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
				// Cells that are left out are null. With many rows each one takes time.
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
			const known = knownOf(row);
			if (known) this.known.set(key, known);
			else {
				this.known.delete(key);
				this.replaced.add(row.id);
			}
		}
	}
}

/** The same line where it is uncertain what the cells hold now. */
export function uncertain(line: Line): Line {
	return { ...line, cells: new Map([...line.cells.keys()].map((labelId) => [labelId, ''])) };
}

/** What a row says of a person; undefined for `gone`. @throws LedgerError if it cannot be read */
function knownOf(row: StoredRow): Known | undefined {
	if (row.state === 'gone') return undefined;
	const respondentId = isNothing(row.respondentId) ? null : Number(row.respondentId);
	const cells = cellsOf(row.cells);
	const state = row.state === 'writing' ? (respondentId === null ? 'unknown' : 'there') : row.state;
	const identified = Number.isSafeInteger(respondentId);
	const readable =
		cells && (state === 'unknown' || (identified && (state === 'there' || state === 'cleared')));
	if (!readable) throw unreadableRow(row.id);
	const address = isNothing(row.address) ? null : String(row.address);
	return { key: String(row.contact), state, respondentId, cells, address };
}

const isNothing = (cell: unknown) => cell === null || cell === undefined;

function cellsOf(text: unknown): ReadonlyMap<string, string> | undefined {
	try {
		const cells = JSON.parse(String(text)) as unknown;
		if (!isRecord(cells)) return undefined;
		const entries = Object.entries(cells);
		return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
			? new Map(entries)
			: undefined;
	} catch {
		return undefined;
	}
}
