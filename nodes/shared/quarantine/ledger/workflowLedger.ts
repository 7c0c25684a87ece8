import { LedgerError } from '../../tables/errors';
import { judge, type ContactEvent } from '../rules/rules';
import type { LedgerRecord } from './contract';
import { Records, type CallWorkflow, type WorkflowUse } from './records';
import {
	entryFrom,
	eventsOf,
	isKnown,
	toConfirm,
	toLift,
	toRelease,
	type ConfirmOutcome,
	type Entry,
	type Lifted,
	type PastEvent,
	type Place,
	type RecordOutcome,
	type ReleaseOutcome,
} from './entries';
import type { Claimant, Claim, ClaimResult, Ledger, LedgerEntry, Clock } from './ledger';

/** So often a record that changed in the meantime is read and written again. */
const ROUNDS = 20;

interface Changed<R> {
	result: R;
	/** The contact's entries as they are to be; absent when nothing changes. */
	entries?: Entry[];
}

/**
 * The quarantine in a workflow of the user's. The workflow stores one record per contact and knows no
 * rules: it gives records, and replaces one only when its version is still the one that was read. Whose
 * write comes second reads again and decides anew.
 */
export class WorkflowLedger implements Ledger {
	private readonly records: Records;

	constructor(
		call: CallWorkflow,
		use: WorkflowUse,
		private readonly asking: Claimant,
		private readonly around: Clock,
	) {
		this.records = new Records(call, use, around.now);
	}

	async claim(claims: readonly Claim[], at: number, holdMs: number | null): Promise<ClaimResult[]> {
		return await this.change(
			claims,
			(list, entries) => this.claimIn(list, entries, at, holdMs),
			(entries) => ({ reservationId: null, known: this.knownOf(entries) }),
		);
	}

	async takeBack(at: number, contacts: readonly string[]): Promise<void> {
		await this.removeOwn(contacts, (entry) => entry.at === at);
	}

	private knownOf(entries: readonly Entry[]): ContactEvent[] {
		return eventsOf(entries.filter(({ token }) => token !== this.token));
	}

	private claimIn(
		claims: readonly Claim[],
		entries: Entry[],
		at: number,
		holdMs: number | null,
	): Changed<ClaimResult[]> {
		let next = entries;
		const now = this.around.now();
		const results = claims.map((claim): ClaimResult => {
			const { token } = this;
			const reservationId = nameIn(claim.contact)({ token, ordinal: claim.ordinal });
			// What was lifted stays, so that it is not recorded once more, and counts as nothing.
			const own = next.find(
				(entry) =>
					entry.token === token && entry.ordinal === claim.ordinal && entry.state !== 'lifted',
			);
			const known = this.knownOf(next);
			const lapsed = own?.state === 'held' && (own.until ?? 0) <= now;
			if (own && !lapsed) return { reservationId, known };
			const allowed = claim.exempt || judge(claim, eventsOf(next), now).allowed;
			if (!allowed) return { reservationId: null, known };
			const reserved: Entry = {
				survey: claim.survey,
				group: claim.group,
				kind: 'invited',
				at,
				state: holdMs === null ? 'final' : 'held',
				until: holdMs === null ? null : at + holdMs,
				token: this.token,
				ordinal: claim.ordinal,
				address: claim.address,
			};
			// In place of what lapsed, which has the same name.
			next = [...next.filter((entry) => entry !== own), reserved];
			return { reservationId, known };
		});
		return { result: results, ...(next === entries ? {} : { entries: next }) };
	}

	async read(contacts: readonly string[]): Promise<Map<string, ContactEvent[]>> {
		const records = await this.records.fetch(contacts);
		return new Map([...records].map(([contact, { events }]) => [contact, eventsOf(events)]));
	}

	async all(since: number): Promise<LedgerEntry[]> {
		const records = await this.records.ask('all', [], { since });
		return [...records].flatMap(([contact, { events }]) =>
			events.filter(({ at }) => at >= since).map((entry) => ({ ...entry, contact })),
		);
	}

	async confirm(places: readonly Place[], at: number): Promise<ConfirmOutcome[]> {
		return await this.change(places, (list, entries) => {
			let next = entries;
			const result = list.map((place) => {
				const name = nameIn(place.contact);
				const { outcome, settle } = toConfirm(next, place, this.asking.execution, at, name);
				next = next.map((entry) => (entry === settle ? { ...entry, state: 'final' } : entry));
				if (outcome === 'recorded') next = [...next, entryFrom({ ...place, kind: 'invited', at })];
				return outcome;
			});
			return { result, ...(result.some((one) => one !== 'alreadyFinal') ? { entries: next } : {}) };
		});
	}

	async release(places: readonly Place[]): Promise<ReleaseOutcome[]> {
		return await this.change(places, (list, entries) => {
			const back = new Set<Entry>();
			const result = list.map((place): ReleaseOutcome => {
				const found = toRelease(
					entries.filter((entry) => !back.has(entry)),
					place,
					this.asking.execution,
					nameIn(place.contact),
				);
				if (!found) return 'nothingToRelease';
				back.add(found);
				return 'released';
			});
			return without(entries, back, result);
		});
	}

	async record(events: readonly PastEvent[]): Promise<RecordOutcome[]> {
		return await this.change(events, (list, entries) => {
			const next = [...entries];
			const result = list.map((event): RecordOutcome => {
				if (isKnown(next, event)) return 'alreadyRecorded';
				next.push(entryFrom(event));
				return 'recorded';
			});
			return { result, ...(next.length > entries.length ? { entries: next } : {}) };
		});
	}

	async lift(lifts: ReadonlyArray<{ contact: string; lifted: Lifted }>): Promise<number[]> {
		return await this.change(lifts, (list, entries) => {
			const gone = new Set<Entry>();
			const result = list.map(({ lifted }) => {
				const found = toLift(entries, lifted);
				for (const entry of found) gone.add(entry);
				return eventsOf(found).length;
			});
			if (gone.size === 0) return { result };
			const next = entries.map(
				(entry): Entry => (gone.has(entry) ? { ...entry, state: 'lifted' } : entry),
			);
			return { result, entries: next };
		});
	}

	async releaseHeld(contacts: readonly string[]): Promise<void> {
		await this.removeOwn(contacts, ({ state }) => state === 'held');
	}

	/** Removes such entries of this very step. */
	private async removeOwn(
		contacts: readonly string[],
		which: (entry: Entry) => boolean,
	): Promise<void> {
		await this.change(
			contacts.map((contact) => ({ contact })),
			(list, entries) => {
				const gone = entries.filter((entry) => entry.token === this.token && which(entry));
				return without(
					entries,
					new Set(gone),
					list.map(() => undefined),
				);
			},
		);
	}

	private get token(): string {
		return `${this.asking.execution}.${this.asking.step}`;
	}

	/**
	 * Reads the records, changes them, and writes back those that changed, until each was written without
	 * another coming between.
	 *
	 * @param contended the answer where others came between again and again; without it that is an error
	 */
	private async change<T extends { contact: string }, R>(
		asked: readonly T[],
		change: (asked: readonly T[], entries: Entry[]) => Changed<R[]>,
		contended?: (known: Entry[]) => R,
	): Promise<R[]> {
		const groups = new Map<string, number[]>();
		asked.forEach(({ contact }, index) => {
			const group = groups.get(contact);
			if (group) group.push(index);
			else groups.set(contact, [index]);
		});
		const results: R[] = new Array<R>(asked.length);
		const keep = (contact: string, list: R[]) =>
			groups.get(contact)!.forEach((index, position) => (results[index] = list[position]));
		let records = await this.records.fetch([...groups.keys()]);
		for (let round = 1; records.size > 0; round++) {
			const writes: LedgerRecord[] = [];
			const pending = new Map<string, R[]>();
			for (const [contact, { version, events }] of records) {
				const { result, entries } = change(
					groups.get(contact)!.map((index) => asked[index]),
					events,
				);
				if (!entries) keep(contact, result);
				else {
					pending.set(contact, result);
					writes.push({ contact, version, events: entries });
				}
			}
			records = await this.records.ask('write', writes);
			for (const [contact, result] of pending) if (!records.has(contact)) keep(contact, result);
			if (records.size > 0 && round >= ROUNDS) {
				if (!contended) {
					throw new LedgerError(
						'failed',
						'The ledger workflow refused to write the same record again and again',
						'Other runs write to it all the time, or it compares versions wrongly. See docs/quarantine-ledger.md.',
					);
				}
				for (const [contact, { events }] of records)
					for (const index of groups.get(contact)!) results[index] = contended(events);
				break;
			}
			if (records.size > 0) await this.around.sleep(10 + this.around.random() * 40);
		}
		return results;
	}
}

/** A reservation is named by who made it, and for whom. */
function nameIn(contact: string) {
	return ({ token, ordinal }: Pick<Entry, 'token' | 'ordinal'>) =>
		`${token}.${ordinal}.${contact.slice(0, 8)}`;
}

function without<R>(entries: Entry[], gone: ReadonlySet<Entry>, result: R[]): Changed<R[]> {
	return gone.size === 0
		? { result }
		: { result, entries: entries.filter((entry) => !gone.has(entry)) };
}
