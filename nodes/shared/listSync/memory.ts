import { chunks } from '../basics/lists';
import { claimRows } from '../tables/claim';
import { LedgerError } from '../tables/errors';
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
import { otherKey, listIsBusy, takenOver, unreadableRow } from './memoryErrors';

/**
 * What this package wrote into respondent lists, since Netigate lists no rows: one row per person and list.
 * `contact` is the hash of the contact, `token` the run that wrote the row.
 */
export const LIST_TABLE: Table = {
	name: 'netigate_list_rows',
	columns: {
		...CLAIM_COLUMNS,
		/** Id of the list and name of the server. */
		list: 'string',
		respondentId: 'number',
		/** Hash of each cell by label id, as JSON; an empty one where it cannot be told what stands there. */
		cells: 'string',
		/** An ISO time. */
		at: 'string',
		/** Fingerprint of the key with which contact and cells are hashed. */
		hashKey: 'string',
		/** The contact itself, where the user wants it stored. */
		address: 'string',
	},
};

/**
 * One line of the memory about a person. A later line takes the place of all earlier ones.
 * - `writing`: a call for this person is about to be sent; its answer will be another line
 * - `gone`: there is no such row
 */
export interface Line extends Omit<Known, 'state'> {
	state: Known['state'] | 'writing' | 'gone';
}

interface MemoryUse {
	/** The list and its server. */
	list: string;
	/** Fingerprint of the key of the hashes. */
	hashKey: string;
}

/** What the memory needs of the world around it. */
interface Clock {
	now: () => number;
	sleep: (ms: number) => Promise<void>;
	random: () => number;
	/** Never the same twice. */
	nonce: () => string;
}

/** A run that was not heard of for so long may be taken for dead. Nothing is added twice if it is not. */
const LEASE_MS = 120_000;

const RUNNING = 'running';

const CLAIMS_OF = 'run ';

/**
 * The memory of one list, held by one run alone.
 *
 * It is a log: lines are only added while the run goes on, and what later lines have replaced is removed
 * in the end. So a run can die between any two steps, and no step has to change two rows at once.
 */
export class ListMemory {
	readonly known = new Map<string, Known>();

	/** Ids of the rows about each person. */
	private readonly idsOf = new Map<string, number[]>();

	/** Ids of rows that have been replaced. */
	private readonly replaced = new Set<number>();

	private takenOver = false;

	private constructor(
		private readonly store: RowStore,
		private readonly use: MemoryUse,
		private readonly around: Clock,
		private readonly token: string,
		private readonly claimId: number,
	) {}

	/**
	 * Claims the list and reads what is remembered of it.
	 *
	 * @param store of LIST_TABLE
	 * @throws LedgerError when another run is at this list, or the table cannot be used
	 */
	static async open(
		store: RowStore & { create(filter: Filter): Promise<StoredRow[]> },
		use: MemoryUse,
		around: Clock,
	): Promise<ListMemory> {
		const token = around.nonce();
		const contact = `${CLAIMS_OF}${use.list}`;
		const claims = await store.create(all(where('contact', 'eq', contact)));
		for (const claim of claims) {
			if (claim.state !== RUNNING || Date.parse(String(claim.until)) > around.now()) continue;
			// Unless it shows signs of life in this very moment.
			const dead = all(where('id', 'eq', claim.id), where('until', 'lte', isoOf(around.now())));
			await store.run([{ remove: dead }]);
		}
		const row = { list: '', at: isoOf(around.now()) };
		const [outcome] = await claimRows(store, [{ key: contact, ordinal: 0, row }], {
			token,
			settled: { state: RUNNING, until: isoOf(around.now() + LEASE_MS) },
			allows: (_, standing) => standing.length === 0,
			window: where('at', 'gte', isoOf(0)),
			newAttempt: around.nonce,
			clock: around,
		}).catch(async (error: LedgerError) => {
			// Or the list would be busy until the lease is over.
			await store.run([{ remove: all(where('token', 'eq', token)) }]).catch(() => undefined);
			return await Promise.reject(error);
		});
		if (!outcome.won) throw listIsBusy(outcome.standing[0]?.until);
		const memory = new ListMemory(store, use, around, token, outcome.id);
		try {
			await memory.read();
		} catch (error) {
			await memory.close([]).catch(() => undefined);
			throw memoryFailure(error);
		}
		return memory;
	}

	/**
	 * Adds lines, and shows that this run is alive.
	 *
	 * @throws LedgerError when that failed, or another run has taken over: then nothing more may be sent
	 */
	async write(lines: readonly Line[]): Promise<void> {
		const mine = all(where('id', 'eq', this.claimId), where('state', 'eq', RUNNING));
		// In this order: whoever takes over removes the claim first and reads then. So either they see
		// these lines, or we see that they have taken over.
		const claim = await this.store.run([
			...this.insertion(lines),
			{ update: mine, set: { until: isoOf(this.around.now() + LEASE_MS) } },
		]);
		if (claim.length === 0) {
			this.takenOver = true;
			throw takenOver();
		}
	}

	/**
	 * Adds the last lines, those of a write that failed among them, removes all that has been replaced, and gives the
	 * list free.
	 */
	async close(lines: readonly Line[]): Promise<void> {
		const last = this.takenOver ? lines.map(uncertain) : lines;
		const mine = (state: string) =>
			all(where('token', 'eq', this.token), where('state', 'eq', state));
		await this.store.run([
			...this.insertion(last.filter(({ state }) => state !== 'writing')),
			...chunks([...this.replaced], FILTER_SIZE).map((ids): Step => ({ remove: oneOf('id', ids) })),
			{ remove: mine('writing') },
			{ remove: mine('gone') },
			{ remove: mine(RUNNING) },
		]);
	}

	private insertion(lines: readonly Line[]): Step[] {
		if (lines.length === 0) return [];
		const at = isoOf(this.around.now());
		for (const { key, state } of lines) {
			if (state === 'writing') continue;
			for (const id of this.idsOf.get(key) ?? []) this.replaced.add(id);
		}
		const insert = lines.map(
			// What is not given is null. With many rows each cell takes its time.
			({ key, state, respondentId, cells, address }): Row => ({
				contact: key,
				state,
				token: this.token,
				list: this.use.list,
				cells: JSON.stringify(Object.fromEntries(cells)),
				at,
				hashKey: this.use.hashKey,
				...(respondentId === null ? {} : { respondentId }),
				...(address === null ? {} : { address }),
			}),
		);
		return [{ insert }];
	}

	private async read(): Promise<void> {
		const rows = await this.store.run([{ read: all(where('list', 'eq', this.use.list)) }]);
		rows.sort((a, b) => a.id - b.id);
		for (const row of rows) {
			if (row.hashKey !== this.use.hashKey) throw otherKey(String(row.hashKey));
			const key = String(row.contact);
			const before = this.idsOf.get(key) ?? [];
			for (const id of before) this.replaced.add(id);
			this.idsOf.set(key, [...before, row.id]);
			const known = knownOf(row);
			if (known) this.known.set(key, known);
			else {
				this.known.delete(key);
				this.replaced.add(row.id);
			}
		}
	}
}

/** What a row says of a person; undefined for `gone`. @throws LedgerError when it cannot be read */
function knownOf(row: StoredRow): Known | undefined {
	const respondentId = isNothing(row.respondentId) ? null : Number(row.respondentId);
	const cells = cellsOf(row.cells);
	const state = row.state === 'writing' ? (respondentId === null ? 'unknown' : 'there') : row.state;
	const identified = Number.isSafeInteger(respondentId);
	if (state === 'gone') return undefined;
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
		if (typeof cells !== 'object' || cells === null || Array.isArray(cells)) return undefined;
		const entries = Object.entries(cells);
		return entries.every(([, hash]) => typeof hash === 'string')
			? new Map(entries as Array<[string, string]>)
			: undefined;
	} catch {
		return undefined;
	}
}

/** The same line, when another run may have written the row as well. */
function uncertain(line: Line): Line {
	return { ...line, cells: new Map([...line.cells.keys()].map((labelId) => [labelId, ''])) };
}

/** Passed on as what it is: the caller words it. */
function memoryFailure(error: unknown): LedgerError {
	if (error instanceof LedgerError) return error;
	return new LedgerError('failed', error instanceof Error ? error.message : 'no reason given', '');
}
