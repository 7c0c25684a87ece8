import type { IDataObject } from 'n8n-workflow';
import { refuseUnstorable } from '../tables/storable';

interface Kept {
	version: number;
	events: unknown[];
	newest: number;
}

interface Request {
	contract: number;
	action: string;
	key: string;
	keeper: { id: string; days: number };
	now: number;
	since: number;
	lines: Record<'contact' | 'version' | 'newest' | 'events', string>;
}

/** The records in `lines`. */
function recordsIn({ contact, version, newest, events }: Request['lines']) {
	const contacts = contact === '' ? [] : contact.split(',');
	return contacts.map((one, index) => ({
		contact: one,
		version: Number(version.split(',')[index]),
		newest: Number(newest.split(',')[index]),
		events: eventsAt(events.split('\n'), index),
	}));
}

const eventsAt = (lines: string[], index: number) =>
	JSON.parse(lines[lines.length === 1 ? 0 : index] || '[]') as unknown[];

const DAY = 86_400_000;

/** A ledger workflow in memory. See docs/internals/ledger-contract.md. */
export class MemoryRecords {
	private readonly records = new Map<string, Kept>();

	private readonly keepers = new Map<string, { days: number; until: number }>();

	private key: string | undefined;

	answer(item: IDataObject): IDataObject[] {
		// A JSON copy, as in a real call.
		const { contract, action, key, keeper, now, since, lines } = copy(item) as unknown as Request;
		const records = recordsIn(lines);
		refuseUnstorable(records);
		this.key ??= key;
		const keepDays = this.keptDays(keeper, now);
		const written = new Set<string>();
		const isWrite = action === 'write' || action === 'replace';
		for (const { contact, version, ...rest } of isWrite && key === this.key ? records : []) {
			if (this.current(contact).version !== version) continue;
			written.add(contact);
			if (action === 'replace' && rest.events.length === 0) {
				this.records.delete(contact);
				continue;
			}
			const next = version === 0 ? 1 + Math.floor(Math.random() * 1e9) : version + 1;
			this.records.set(contact, { ...rest, version: next });
		}
		if (action === 'forget' && key === this.key)
			for (const { contact } of records) this.records.delete(contact);
		const asked = records.map(({ contact }) => contact).filter((one) => !written.has(one));
		const stored = action === 'all' ? [...this.records.keys()] : [];
		if (action === 'read') stored.push(...asked.filter((contact) => this.records.has(contact)));
		const returned = isWrite ? asked : stored;
		const answered = returned
			.map((contact) => ({ contact, ...this.current(contact) }))
			.filter(({ newest }) => action !== 'all' || newest >= since);
		return [
			copy({
				contract,
				key: this.key,
				keepDays,
				keepsOptOuts: true,
				read: records.length,
				written: written.size,
				records: answered,
			}),
		];
	}

	private current(contact: string): Kept {
		return this.records.get(contact) ?? { version: 0, events: [], newest: 0 };
	}

	private keptDays({ id, days }: Request['keeper'], now: number): number {
		if (days > 0) this.keepers.set(id, { days, until: now + Math.max(days, 31) * DAY });
		const inUse = [...this.keepers.values()].filter(({ until }) => until > now);
		const longest = Math.max(0, ...inUse.map((one) => one.days));
		for (const [contact, { newest }] of this.records)
			if (longest > 0 && newest < now - longest * DAY) this.records.delete(contact);
		return longest;
	}
}

const copy = <T extends IDataObject>(value: T) => JSON.parse(JSON.stringify(value)) as T;
