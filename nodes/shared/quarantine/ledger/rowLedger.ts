import { withKeys, type Notes } from '../../basics/keyedLock';
import { getOrAdd, groupBy, jointKey } from '../../basics/lists';
import { claimRows, type ClaimOptions, type Clock } from '../../tables/claim';
import { claimRow } from '../../tables/claimTogether';
import type { Outcome } from '../../tables/pendingClaims';
import {
	all,
	FINAL,
	FREE,
	HELD,
	isoOf,
	KEY,
	PENDING,
	where,
	type Row,
	type RowStore,
	type StoredRow,
} from '../../tables/rowStore';
import { removeKeys } from '../../tables/removeKeys';
import { keysIn, readPacked, rootOf, unpack } from '../../tables/wideRows';
import { DAY_MS, Events, longestWindow, rulesIn, type ContactEvent } from '../rules/rules';
import { optOutFor } from '../rules/optOut';
import { nonce } from './contactKey';
import { allowsClaim, EntryLedger, eventsOf, inOrder, type Change, type Decide } from './entries';
import type {
	Claimant,
	Claim,
	ClaimResult,
	ForgetOutcome,
	FoundEntry,
	Ledger,
	LedgerEntry,
} from './ledger';
import { isActiveOptOut } from './matches';
import {
	ALL_ROWS,
	changeTogether,
	entryOf,
	findEntries,
	readTogether,
	removeAddresses,
	rowOf,
	type StoredEntry,
} from './storedEntries';

/** A contact's rows at the end of a run, including those that the run wrote. */
interface Note {
	rows: StoredRow[];
	/** Milliseconds since 1970. */
	readAt: number;
}

/** Older notes aren't used, because other processes may have written since then. */
const NOTE_LASTS_MS = 2000;

/** With more claims, making notes takes more time than the notes save. */
const MAX_NOTES = 200;

/** The ledger in a table without unique keys, such as n8n's data tables. */
export class RowLedger extends EntryLedger<StoredEntry> implements Ledger {
	private readonly seen = new WeakMap<readonly Row[], { events: Events; count: number }>();

	private readonly otherRows = new WeakMap<
		readonly StoredRow[],
		{ others: StoredRow[]; known: ContactEvent[] }
	>();

	constructor(
		private readonly store: RowStore,
		claimant: Claimant,
		private readonly clock: Clock,
	) {
		super(claimant);
	}

	async claim(claims: readonly Claim[], at: number, holdMs: number | null): Promise<ClaimResult[]> {
		return await this.alone<ClaimResult[]>(claims, async (left) => {
			const denied = this.deniedBy(left, claims);
			const open = claims.filter(({ contact }) => !denied.has(contact));
			const outcomes = await this.claimOpen(open, at, holdMs);
			const leave = new Map<string, Note>();
			const readAt = this.clock.now();
			let next = 0;
			const result = claims.map((claim): ClaimResult => {
				const { contact } = claim;
				const note = denied.get(contact);
				const outcome = note ? undefined : outcomes[next++];
				const rows = outcome?.standing ?? note!.rows;
				if (claims.length <= MAX_NOTES) {
					const standing = [...(leave.get(contact)?.rows ?? rows)];
					if (outcome?.won) {
						const own = rowOf(contact, this.reservation(claim, at, holdMs));
						standing.push({ ...own, id: outcome.id } as StoredRow);
					}
					leave.set(contact, {
						readAt: note?.readAt ?? readAt,
						rows: standing.filter(({ state }) => state !== PENDING),
					});
				}
				const { others, known } = this.withoutOwn(rows);
				const won = outcome?.won ? outcome : undefined;
				const isBusy = outcome?.won === false && outcome.contended;
				return {
					reservationId: won ? named(contact, won.id) : null,
					repeated: won?.repeated,
					duplicate: !won && !isBusy && this.allows(claim, others),
					known,
				};
			});
			return { result, leave };
		});
	}

	async takeBack(at: number): Promise<void> {
		const made = all(where('token', 'eq', this.token), where('at', 'eq', isoOf(at)));
		await this.store.run([{ remove: made }]);
	}

	/** The contacts whose claims can all be refused based on notes from runs that have just ended. */
	private deniedBy(left: Notes<Note>, claims: readonly Claim[]): Map<string, Note> {
		const denied = new Map<string, Note>();
		const now = this.clock.now();
		for (const { contact } of claims) {
			const note = left.get(contact);
			if (note && now - note.readAt < NOTE_LASTS_MS) denied.set(contact, note);
		}
		for (const claim of claims) {
			const note = denied.get(claim.contact);
			if (!note) continue;
			// A claim that this step already won may be granted again, so the table must be read.
			const own = note.rows.some(({ token }) => token === this.token);
			if (own || this.allows(claim, note.rows)) denied.delete(claim.contact);
		}
		return denied;
	}

	private allows(claim: Claim, standing: readonly Row[]): boolean {
		return allowsClaim(claim, this.eventsIn(standing), this.clock.now());
	}

	/** Claims on the same contact share a list of rows, to which rows are only added, so each row is read once. */
	private eventsIn(rows: readonly Row[]): Events {
		const seen = this.seen.get(rows) ?? { events: new Events(), count: 0 };
		for (const event of eventsOf(rows.slice(seen.count).map((row) => entryOf(row))))
			seen.events.add(event);
		seen.count = rows.length;
		this.seen.set(rows, seen);
		return seen.events;
	}

	/** The rows and events from other steps. Claims on the same contact share them. */
	private withoutOwn(rows: readonly StoredRow[]) {
		return getOrAdd(this.otherRows, rows, () => {
			const others = rows.filter(({ token }) => token !== this.token);
			return { others, known: eventsOf(others.map((row) => entryOf(row))) };
		});
	}

	private async claimOpen(
		claims: readonly Claim[],
		at: number,
		holdMs: number | null,
	): Promise<Outcome[]> {
		const shared = new Map<string, Row>();
		const rowFor = ({ survey, group, address }: Claim): Row => {
			const row = getOrAdd(shared, jointKey(survey, group), () => {
				const cells = { survey, kind: 'invited', at: isoOf(at) };
				return group === '' ? cells : { ...cells, groupName: group };
			});
			return address === null ? row : { ...row, address };
		};
		const wants = claims.map((claim) => ({
			key: claim.contact,
			ordinal: claim.ordinal,
			row: rowFor(claim),
			claim,
		}));
		// One extra day, because a pending row has the start time of its run, and a run can take a long time.
		const since = at - longestWindow(rulesIn(claims)) - DAY_MS;
		const options: ClaimOptions<(typeof wants)[number]> = {
			token: this.token,
			settled: {
				state: holdMs === null ? FINAL : HELD,
				until: holdMs === null ? null : isoOf(at + holdMs),
			},
			allows: ({ claim }, standing) => this.allows(claim, standing),
			isRevoked: ({ claim }, standing) =>
				optOutFor(claim, this.eventsIn(standing).optOuts) !== undefined,
			window: where('at', 'gte', isoOf(since)),
			newAttempt: nonce,
			clock: this.clock,
		};
		if (wants.length === 1) return [await claimRow(this.store, wants[0], options)];
		return await claimRows(this.store, wants, options);
	}

	async read(contacts: readonly string[], since: number): Promise<Map<string, ContactEvent[]>> {
		const entries = await readTogether(this.store, contacts, since);
		return new Map([...entries].map(([contact, list]) => [contact, eventsOf(list)]));
	}

	async all(since: number): Promise<LedgerEntry[]> {
		// Excludes rows that contain settings, because their time is 0.
		const filter = all(where('at', 'gte', isoOf(Math.max(1, since))));
		const rows = await this.store.run([{ read: filter }]);
		return unpack(rows, keysIn(rows)).map((row) => ({
			...entryOf(row),
			contact: String(row[KEY]),
		}));
	}

	async releaseHeld(): Promise<void> {
		// The rows aren't removed, so other executions can still confirm these reservations.
		const held = all(where('token', 'eq', this.token), where('state', 'eq', HELD));
		await this.store.run([{ update: held, set: { state: FREE } }]);
	}

	async find(contacts: readonly string[]): Promise<Map<string, FoundEntry[]>> {
		return await findEntries(this.store, contacts);
	}

	async forget(contacts: readonly string[], keepOptOuts = false): Promise<ForgetOutcome[]> {
		const inputs = contacts.map((contact) => ({ contact }));
		return await this.alone(inputs, async () => {
			// A row that can't be read as an event must be removed too.
			const read = await readPacked(this.store, contacts, ALL_ROWS);
			const rows = unpack(read, contacts, true);
			const stored = new Set(rows.map((row) => String(row[KEY])));
			const kept = keepOptOuts ? rows.filter(isActiveOptOut) : [];
			const roots = new Set(kept.map(rootOf));
			const places = new Set(kept.map((row) => placeOf(row, String(row[KEY]))));
			await removeAddresses(
				this.store,
				read.filter((row) => roots.has(rootOf(row))),
			);
			// Rows that replace a kept opt-out stay too, e.g. if another run lifts it at the same time.
			const isKept = (row: StoredRow, key: string) => places.has(placeOf(row, key));
			const busy = await removeKeys(this.store, contacts, ALL_ROWS, read, this.clock, isKept);
			const result = contacts.map((contact): ForgetOutcome => {
				if (busy.has(contact)) return 'busy';
				return stored.has(contact) ? 'forgotten' : 'nothingStored';
			});
			return { result };
		});
	}

	protected nameOf({ contact, row }: StoredEntry): string {
		return named(contact, rootOf(row));
	}

	protected async change<T extends { contact: string }, R>(
		inputs: readonly T[],
		decide: Decide<StoredEntry, T, R>,
		since = 0,
	): Promise<R[]> {
		return await this.alone(inputs, async () => {
			const entries = await readTogether(this.store, contactsOf(inputs), since);
			const results = new Map<string, R[]>();
			const changed = new Set<StoredEntry>();
			const added: Row[] = [];
			let to: Change<StoredEntry, R>['to'];
			for (const [contact, own] of groupBy(inputs, (input) => input.contact)) {
				const change = decide(own, entries.get(contact) ?? []);
				to = change.to;
				results.set(contact, change.results);
				for (const entry of change.changed ?? []) changed.add(entry);
				for (const entry of change.added ?? []) added.push(rowOf(contact, entry));
			}
			await changeTogether(this.store, { changed, to, added });
			return { result: inOrder(inputs, results) };
		});
	}

	/** Runs a task while no other task in this process uses these contacts in this table. */
	private async alone<T>(
		list: ReadonlyArray<{ contact: string }>,
		task: (left: Notes<Note>) => Promise<{ result: T; leave?: Notes<Note> }>,
	): Promise<T> {
		return await withKeys(await this.store.id(), contactsOf(list), task);
	}
}

/** Identifies the part of a row that belongs to one contact, and all rows that replace that part. */
const placeOf = (row: StoredRow, contact: string) => jointKey(rootOf(row), contact);

/** A reservation ID: the row's id and the beginning of the contact's hash. */
const named = (contact: string, id: number) => `${id}.${contact.slice(0, 8)}`;

function contactsOf(list: ReadonlyArray<{ contact: string }>): string[] {
	return [...new Set(list.map(({ contact }) => contact))];
}
