import { LEDGER_CONTRACT_PAGE } from '../../basics/docs';
import { groupBy, jointKey } from '../../basics/lists';
import type { Clock } from '../../tables/claim';
import { LedgerError } from '../../tables/errors';
import { HELD, LIFTED, RELEASED } from '../../tables/rowStore';
import { Events, judge, OPTED_OUT, type ContactEvent } from '../rules/rules';
import { optOutFor } from '../rules/optOut';
import { allowsClaim, EntryLedger, eventsOf, inOrder, type Change, type Decide } from './entries';
import type {
	Claim,
	Claimant,
	ClaimResult,
	Entry,
	ForgetOutcome,
	Ledger,
	LedgerEntry,
} from './ledger';
import { isActiveOptOut, withoutContact } from './matches';
import type { LedgerRecord } from './ledgerResponse';
import { Records, type CallWorkflow } from './records';
import type { TableUse } from './table';

/** The maximum number of attempts to change a record if other runs keep changing it first. One run succeeds per round. */
const ROUNDS = 60;

/** Kept by the user's workflow. A record is replaced only if its version hasn't changed since it was read. */
export class WorkflowLedger extends EntryLedger<Entry> implements Ledger {
	private readonly records: Records;

	constructor(
		call: CallWorkflow,
		use: Omit<TableUse, 'workflowId'>,
		claimant: Claimant,
		private readonly clock: Clock,
	) {
		super(claimant);
		this.records = new Records(call, use, clock.now);
	}

	async claim(claims: readonly Claim[], at: number, holdMs: number | null): Promise<ClaimResult[]> {
		const decide: Decide<Entry, Claim, ClaimResult> = (list, entries) => {
			const now = this.clock.now();
			const changed = new Set<Entry>();
			const added: Entry[] = [];
			// A lifted entry is kept so that it isn't recorded again, but it doesn't count.
			const isOwn = ({ token, state }: Entry) => token === this.token && state !== LIFTED;
			const ownByOrdinal = groupBy(entries.filter(isOwn), ({ ordinal }) => ordinal);
			const known = this.knownOf(entries);
			const knownEvents = new Events(known);
			const events = new Events(eventsOf(entries));
			const results = list.map((claim): ClaimResult => {
				const reserved = this.reservation(claim, at, holdMs);
				const reservationId = this.nameOf(reserved, claim.contact);
				const [own] = ownByOrdinal.get(claim.ordinal) ?? [];
				const expired = own?.state === HELD && own.until! <= now;
				const optedOut = optOutFor(claim, events.optOuts) !== undefined;
				if (own && !expired && !optedOut) return { reservationId, repeated: true, known };
				const allowed = allowsClaim(claim, events, now);
				if (!allowed) {
					const duplicate = !optedOut && judge(claim, knownEvents, now).allowed;
					return { reservationId: null, duplicate, known };
				}
				// The new entry replaces the expired one, which has the same ID.
				if (own) changed.add(own);
				added.push(reserved);
				for (const event of eventsOf([reserved])) events.add(event);
				return { reservationId, known };
			});
			return { results, changed, to: RELEASED, added };
		};
		return await this.changeRecords(claims, decide, (entries) => ({
			reservationId: null,
			known: this.knownOf(entries),
		}));
	}

	async takeBack(at: number, contacts: readonly string[]): Promise<void> {
		await this.removeOwn(contacts, (entry) => entry.at === at);
	}

	private knownOf(entries: readonly Entry[]): ContactEvent[] {
		return eventsOf(entries.filter(({ token }) => token !== this.token));
	}

	async read(contacts: readonly string[]): Promise<Map<string, ContactEvent[]>> {
		const records = await this.records.fetch(contacts);
		return new Map([...records].map(([contact, { events }]) => [contact, eventsOf(events)]));
	}

	async all(since: number): Promise<LedgerEntry[]> {
		const records = await this.records.request('all', [], { since });
		return [...records].flatMap(([contact, { events }]) =>
			events
				.filter((entry) => entry.kind === OPTED_OUT || entry.at >= since)
				.map((entry) => ({ ...entry, contact })),
		);
	}

	async find(contacts: readonly string[]): Promise<Map<string, Entry[]>> {
		const records = [...(await this.records.fetch(contacts, true))];
		const stored = records.filter(([, { version }]) => version > 0);
		return new Map(stored.map(([contact, { events }]) => [contact, events]));
	}

	async forget(contacts: readonly string[], keepOptOuts = false): Promise<ForgetOutcome[]> {
		const stored = await this.find(contacts);
		const old = new Set(
			[...stored].flatMap(([contact, events]) => events.map((event) => identityOf(event, contact))),
		);
		const isRemoved = (event: Entry, contact: string) =>
			old.has(identityOf(event, contact)) && !(keepOptOuts && isActiveOptOut(event));
		// Workflows for earlier versions of the contract can only remove whole records.
		if (!this.records.keepsOptOuts) await this.records.forget(contacts);
		else {
			await this.rewriteAll('replace', contacts, ({ contact, version, events }) => {
				const rest = events.filter((event) => !isRemoved(event, contact));
				const isOld = (event: Entry) => old.has(identityOf(event, contact));
				return version > 0
					? rest.map((event) => (isOld(event) ? withoutContact(event) : event))
					: undefined;
			});
		}
		const left = await this.find(contacts);
		return contacts.map((contact) => {
			if (left.get(contact)?.some((event) => isRemoved(event, contact))) return 'busy';
			return stored.has(contact) ? 'forgotten' : 'nothingStored';
		});
	}

	async releaseHeld(contacts: readonly string[]): Promise<void> {
		await this.removeOwn(contacts, ({ state }) => state === HELD);
	}

	private async removeOwn(
		contacts: readonly string[],
		which: (entry: Entry) => boolean,
	): Promise<void> {
		await this.rewriteAll('write', contacts, ({ events }) => {
			const rest = events.filter((entry) => entry.token !== this.token || !which(entry));
			// A new version makes the workflow refuse a write that failed but may still take effect.
			return rest.length < events.length || this.records.mayWriteLater ? rest : undefined;
		});
	}

	protected nameOf({ token, ordinal }: Entry, contact: string): string {
		return `${token}.${ordinal}.${contact.slice(0, 8)}`;
	}

	protected async change<T extends { contact: string }, R>(
		inputs: readonly T[],
		decide: Decide<Entry, T, R>,
	): Promise<R[]> {
		return await this.changeRecords(inputs, decide);
	}

	/**
	 * @param contended returns the result for a record that other runs keep changing; if omitted, an error is
	 * thrown
	 */
	private async changeRecords<T extends { contact: string }, R>(
		inputs: readonly T[],
		decide: Decide<Entry, T, R>,
		contended?: (known: Entry[]) => R,
	): Promise<R[]> {
		const groups = groupBy(inputs, ({ contact }) => contact);
		const results = new Map<string, R[]>();
		const left = await this.rewrite('write', [...groups.keys()], ({ contact, events }) => {
			const change = decide(groups.get(contact)!, events);
			results.set(contact, change.results);
			return changed(events, change);
		});
		for (const [contact, { events }] of left) {
			if (!contended) throw refusedToWrite();
			const result = contended(events);
			results.set(
				contact,
				groups.get(contact)!.map(() => result),
			);
		}
		return inOrder(inputs, results);
	}

	/** Like `rewrite`, but throws an error if other runs keep changing a record. */
	private async rewriteAll(...how: Parameters<WorkflowLedger['rewrite']>): Promise<void> {
		if ((await this.rewrite(...how)).size > 0) throw refusedToWrite();
	}

	/**
	 * Retries until each record is written without another write since it was read.
	 * @param eventsAfter returns the new events of a record; undefined if it stays as it is
	 * @returns the records that other runs keep changing
	 */
	private async rewrite(
		action: 'write' | 'replace',
		contacts: readonly string[],
		eventsAfter: (record: LedgerRecord) => Entry[] | undefined,
	): Promise<Map<string, LedgerRecord>> {
		let records = await this.records.fetch(contacts);
		for (let round = 1; records.size > 0 && round <= ROUNDS; round++) {
			if (round > 1) await this.clock.sleep(10 + this.clock.random() * 40);
			const writes: LedgerRecord[] = [];
			for (const record of records.values()) {
				const events = eventsAfter(record);
				if (events) writes.push({ ...record, events });
			}
			records = await this.records.request(action, writes);
		}
		return records;
	}
}

/** Identifies an event even after its state has changed. */
const identityOf = ({ survey, group, kind, at, until, token, ordinal }: Entry, contact: string) =>
	jointKey(contact, survey, group, kind, at, String(until), token, ordinal);

const refusedToWrite = () =>
	new LedgerError(
		'failed',
		'The ledger workflow repeatedly refused to write the same record',
		`Either other runs write to it constantly, or it compares versions incorrectly. See the contract: ${LEDGER_CONTRACT_PAGE}`,
	);

/** The entries after a change; undefined if nothing changes. */
function changed<R>(entries: readonly Entry[], change: Change<Entry, R>): Entry[] | undefined {
	const { changed: which = new Set<Entry>(), to, added = [] } = change;
	if (which.size === 0 && added.length === 0) return undefined;
	const rest = entries.flatMap((entry): Entry[] => {
		if (!which.has(entry)) return [entry];
		return to === undefined || to === RELEASED ? [] : [{ ...entry, state: to }];
	});
	return [...rest, ...added];
}
