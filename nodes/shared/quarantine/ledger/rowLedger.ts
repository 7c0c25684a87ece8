import { claimRows, type Outcome } from '../../tables/claim';
import { withKeys, type Notes } from '../../basics/keyedLock';
import { all, isoOf, where, type Row, type RowStore, type StoredRow } from '../../tables/rowStore';
import {
	everybodyIn,
	FREE,
	GIVEN_BACK,
	replacementRows,
	pack,
	unpack,
} from '../../tables/wideRows';
import { DAY_MS, judge, longestWindow, rulesIn, type ContactEvent } from '../rules/rules';
import { nonce } from './contactKey';
import {
	entryFrom,
	eventsOf,
	isKnown,
	toConfirm,
	toLift,
	toRelease,
	type ConfirmOutcome,
	type Lifted,
	type PastEvent,
	type Place,
	type RecordOutcome,
	type ReleaseOutcome,
	type State,
} from './entries';
import type { Claimant, Claim, ClaimResult, Ledger, LedgerEntry, Clock } from './ledger';
import {
	entryToAdd,
	changeEntries,
	entryOf,
	named,
	nameOf,
	readEntries,
	rowOf,
	type StoredEntry,
} from './storedEntries';

/** What stood in the table about a contact when a run ended, its own rows among them. */
interface Note {
	rows: StoredRow[];
	/** Milliseconds since 1970. */
	readAt: number;
}

/** Notes that were handed on for longer are read anew. */
const NOTE_LASTS_MS = 2000;

/** Runs of more claims leave no notes: making them would take longer than they spare. */
const MOST_NOTES = 200;

function settledAs(at: number, holdMs: number | null): { state: State; until: string | null } {
	return holdMs === null
		? { state: 'final', until: null }
		: { state: 'held', until: isoOf(at + holdMs) };
}

/** The quarantine in a table without unique keys, such as n8n's data tables. */
export class RowLedger implements Ledger {
	constructor(
		private readonly store: RowStore,
		private readonly asking: Claimant,
		private readonly around: Clock,
	) {}

	async claim(claims: readonly Claim[], at: number, holdMs: number | null): Promise<ClaimResult[]> {
		return await this.alone<ClaimResult[]>(claims, async (left) => {
			const known = this.deniedBy(left, claims);
			const open = claims.filter(({ contact }) => !known.has(contact));
			const outcomes = open.length > 0 ? await this.claimOpen(open, at, holdMs) : [];
			const leave = new Map<string, Note>();
			const readAt = this.around.now();
			let next = 0;
			const result = claims.map((claim): ClaimResult => {
				const { contact } = claim;
				const denied = known.get(contact);
				const outcome = denied ? undefined : outcomes[next++];
				const rows = outcome?.standing ?? denied!.rows;
				if (claims.length <= MOST_NOTES) {
					const own = outcome?.won ? [this.settledRow(claim, outcome.id, at, holdMs)] : [];
					leave.set(contact, {
						readAt: denied?.readAt ?? readAt,
						rows: [...(leave.get(contact)?.rows ?? rows), ...own].filter(
							({ state }) => state !== 'pending',
						),
					});
				}
				const others = rows.filter(({ token }) => token !== this.token);
				return {
					reservationId: outcome?.won ? named(contact, outcome.id) : null,
					known: eventsOf(others.map((row) => entryOf(row))),
				};
			});
			return { result, leave };
		});
	}

	async takeBack(at: number): Promise<void> {
		const made = all(where('token', 'eq', this.token), where('at', 'eq', isoOf(at)));
		await this.store.run([{ remove: made }]);
	}

	/** Contacts of which a run that ended just now left enough to refuse all of these claims. */
	private deniedBy(left: Notes<Note>, claims: readonly Claim[]): Map<string, Note> {
		const denied = new Map<string, Note>();
		const now = this.around.now();
		for (const { contact } of claims) {
			const note = left.get(contact);
			if (note && now - note.readAt < NOTE_LASTS_MS) denied.set(contact, note);
		}
		for (const claim of claims) {
			const note = denied.get(claim.contact);
			if (!note) continue;
			// A row of this very step may be among them; then the table has to be asked.
			const own = note.rows.some(({ token }) => token === this.token);
			if (own || this.allows(claim, note.rows)) denied.delete(claim.contact);
		}
		return denied;
	}

	private allows(claim: Claim, standing: ReadonlyArray<Row>): boolean {
		const events = eventsOf(standing.map((row) => entryOf(row)));
		return claim.exempt || judge(claim, events, this.around.now()).allowed;
	}

	private async claimOpen(
		claims: readonly Claim[],
		at: number,
		holdMs: number | null,
	): Promise<Outcome[]> {
		const window = longestWindow(rulesIn(claims));
		const rows = new Map<string, Row>();
		const rowFor = ({ survey, group, address }: Claim): Row => {
			const key = `${survey} ${group}`;
			let row = rows.get(key);
			if (!row) {
				row = { survey, kind: 'invited', at: isoOf(at) };
				if (group !== '') row.groupName = group;
				rows.set(key, row);
			}
			return address === null ? row : { ...row, address };
		};
		const { now, sleep, random } = this.around;
		return await claimRows(this.store, claims, {
			rowFor,
			token: this.token,
			settled: settledAs(at, holdMs),
			allows: (claim, standing) => this.allows(claim, standing),
			// A pending row has the time of its run; a run of many contacts takes a while.
			since: new Date(at - window - DAY_MS),
			atColumn: 'at',
			newAttempt: nonce,
			now,
			sleep,
			random,
		});
	}

	private settledRow(claim: Claim, id: number, at: number, holdMs: number | null): StoredRow {
		const { survey, group, address, ordinal, contact } = claim;
		const entry = {
			...entryFrom({ contact, survey, group, address, kind: 'invited', at }),
			ordinal,
		};
		return {
			...rowOf(contact, entry),
			...settledAs(at, holdMs),
			token: this.token,
			id,
		} as StoredRow;
	}

	async read(contacts: readonly string[], since: number): Promise<Map<string, ContactEvent[]>> {
		const entries = await readEntries(this.store, contacts, since);
		return new Map([...entries].map(([contact, list]) => [contact, eventsOf(list)]));
	}

	async all(since: number): Promise<LedgerEntry[]> {
		const rows = await this.store.readSince('at', new Date(Math.max(1, since)));
		return unpack(rows, everybodyIn(rows)).map((row) => ({
			...entryOf(row),
			contact: String(row.contact),
		}));
	}

	async confirm(places: readonly Place[], at: number): Promise<ConfirmOutcome[]> {
		return await this.alone(places, async () => {
			const entries = await readEntries(this.store, contactsOf(places));
			const settle = new Set<StoredEntry>();
			const add: Row[] = [];
			const outcomes = places.map((place) => {
				const known = entries.get(place.contact) ?? [];
				const { execution } = this.asking;
				const { outcome, settle: held } = toConfirm(known, place, execution, at, nameOf);
				if (held) {
					settle.add(held);
					const confirmed = { ...held, state: 'final' as const };
					entries.set(
						place.contact,
						known.map((entry) => (entry === held ? confirmed : entry)),
					);
				}
				if (outcome === 'recorded') {
					const added = entryToAdd({ ...place, kind: 'invited', at });
					add.push(rowOf(added.contact, added));
					entries.set(place.contact, [...known, added]);
				}
				return outcome;
			});
			const final: Row = { state: 'final' };
			const gone = await changeEntries(this.store, settle, final, add);
			// Somebody gave them back at the same moment; but the invitations went out.
			const anew = gone.flatMap(({ row, contact }) => replacementRows(row, [contact], final));
			if (anew.length > 0) await this.store.run([{ insert: pack(anew) }]);
			return { result: outcomes };
		});
	}

	async release(places: readonly Place[]): Promise<ReleaseOutcome[]> {
		return await this.alone(places, async () => {
			const entries = await readEntries(this.store, contactsOf(places));
			const given = new Set<StoredEntry>();
			const outcomes = places.map((place): ReleaseOutcome => {
				const known = entries.get(place.contact) ?? [];
				const open = known.filter((entry) => !given.has(entry));
				const back = toRelease(open, place, this.asking.execution, nameOf);
				if (!back) return 'nothingToRelease';
				given.add(back);
				return 'released';
			});
			await changeEntries(this.store, given, { state: GIVEN_BACK });
			return { result: outcomes };
		});
	}

	async record(events: readonly PastEvent[]): Promise<RecordOutcome[]> {
		return await this.alone(events, async () => {
			const since = events.reduce((first, { at }) => Math.min(first, at), Infinity);
			const entries = await readEntries(this.store, contactsOf(events), since - DAY_MS);
			const add: Row[] = [];
			const outcomes = events.map((event): RecordOutcome => {
				const known = entries.get(event.contact) ?? [];
				if (isKnown(known, event)) return 'alreadyRecorded';
				const added = entryToAdd(event);
				add.push(rowOf(added.contact, added));
				entries.set(event.contact, [...known, added]);
				return 'recorded';
			});
			await changeEntries(this.store, new Set(), {}, add);
			return { result: outcomes };
		});
	}

	async lift(lifts: ReadonlyArray<{ contact: string; lifted: Lifted }>): Promise<number[]> {
		return await this.alone(lifts, async () => {
			const entries = await readEntries(this.store, contactsOf(lifts));
			const gone = new Set<StoredEntry>();
			const counts = lifts.map(({ contact, lifted }) => {
				const found = toLift(entries.get(contact) ?? [], lifted);
				for (const entry of found) gone.add(entry);
				return eventsOf(found).length;
			});
			await changeEntries(this.store, gone, { state: 'lifted' });
			return { result: counts };
		});
	}

	async releaseHeld(): Promise<void> {
		// No delete: whatever others confirm at the same moment stays.
		const held = all(where('token', 'eq', this.token), where('state', 'eq', 'held'));
		await this.store.run([{ update: held, set: { state: FREE } }]);
	}

	/** Runs a task when no other of this process is at these contacts in this very table. */
	private async alone<T>(
		list: ReadonlyArray<{ contact: string }>,
		task: (left: Notes<Note>) => Promise<{ result: T; leave?: Notes<Note> }>,
	): Promise<T> {
		return await withKeys(await this.store.id(), contactsOf(list), task);
	}

	private get token(): string {
		return `${this.asking.execution}.${this.asking.step}`;
	}
}

function contactsOf(list: ReadonlyArray<{ contact: string }>): string[] {
	return [...new Set(list.map(({ contact }) => contact))];
}
