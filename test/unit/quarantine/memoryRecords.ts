import type { IDataObject } from 'n8n-workflow';
import { refuseUnstorable } from '../tables/storable';

interface Kept {
	version: number;
	events: unknown[];
	newest: number;
}

interface Asked {
	action: string;
	key: string;
	keeper: { id: string; days: number };
	now: number;
	since: number;
	records: Array<Kept & { contact: string }>;
	lines: Record<'contact' | 'version' | 'newest' | 'events', string>;
}

/** The records that `lines` tell. */
function recordsIn({ contact, version, newest, events }: Asked['lines']): Asked['records'] {
	const contacts = contact === '' ? [] : contact.split(',');
	return contacts.map((one, index) => ({
		contact: one,
		version: Number(version.split(',')[index]),
		newest: Number(newest.split(',')[index]),
		events: eventsOf(events.split('\n'), index),
	}));
}

const eventsOf = (lines: string[], index: number) =>
	JSON.parse(lines[lines.length === 1 ? 0 : index] || '[]') as unknown[];

const DAY = 86_400_000;

/** What a ledger workflow has to do, in a few lines: see docs/internals/ledger-contract.md. */
export class MemoryRecords {
	private readonly records = new Map<string, Kept>();

	private readonly keepers = new Map<string, { days: number; until: number }>();

	private key: string | undefined;

	/**
	 * @param takesLines whether it takes its records from `lines`, and says so
	 * @param sharedEvents whether it takes one line of events for all, and says so
	 */
	constructor(
		private readonly takesLines = false,
		private readonly sharedEvents = false,
	) {}

	answer(item: IDataObject): IDataObject[] {
		// As JSON, because that is how it would travel.
		const { action, key, keeper, now, since, lines, ...asking } = copy(item) as unknown as Asked;
		const records = this.takesLines ? recordsIn(lines) : asking.records;
		refuseUnstorable(records);
		this.key ??= key;
		const keepDays = this.keptDays(keeper, now);
		const written = new Set<string>();
		for (const { contact, version, ...rest } of action === 'write' ? records : []) {
			if (this.current(contact).version !== version) continue;
			this.records.set(contact, { ...rest, version: version + 1 });
			written.add(contact);
		}
		const asked = records.map(({ contact }) => contact).filter((one) => !written.has(one));
		const told = action === 'all' ? [...this.records.keys()] : asked;
		const answered = told
			.map((contact) => ({ contact, ...this.current(contact) }))
			.filter(({ newest }) => action !== 'all' || newest >= since);
		return [
			copy({
				contract: 1,
				...(this.takesLines ? { lines: true } : {}),
				...(this.sharedEvents ? { sharedEvents: true } : {}),
				key: this.key,
				keepDays,
				read: records.length,
				written: written.size,
				records: answered,
			}),
		];
	}

	private current(contact: string): Kept {
		return this.records.get(contact) ?? { version: 0, events: [], newest: 0 };
	}

	private keptDays({ id, days }: Asked['keeper'], now: number): number {
		if (days > 0) this.keepers.set(id, { days, until: now + Math.max(days, 31) * DAY });
		const inUse = [...this.keepers.values()].filter(({ until }) => until > now);
		const longest = Math.max(0, ...inUse.map((one) => one.days));
		for (const [contact, { newest }] of this.records)
			if (longest > 0 && newest < now - longest * DAY) this.records.delete(contact);
		return longest;
	}
}

const copy = <T extends IDataObject>(value: T) => JSON.parse(JSON.stringify(value)) as T;
