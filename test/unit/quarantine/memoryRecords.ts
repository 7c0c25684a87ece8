import type { IDataObject } from 'n8n-workflow';

/** What a ledger workflow has to do, in a few lines: see docs/quarantine-ledger.md. */
export class MemoryRecords {
	private readonly records = new Map<string, { version: number; events: unknown[] }>();

	private key: string | undefined;

	answer(item: IDataObject): IDataObject[] {
		this.key ??= String(item.key);
		const asked = item.records as Array<{ contact: string; version: number; events: unknown[] }>;
		return asked.map(({ contact, version, events }) => {
			const current = this.records.get(contact) ?? { version: 0, events: [] };
			const written = item.action === 'write' && current.version === version;
			if (written) this.records.set(contact, { version: version + 1, events });
			// As JSON, because that is how it would travel.
			return JSON.parse(
				JSON.stringify({
					contract: 1,
					key: this.key,
					contact,
					...(this.records.get(contact) ?? current),
					...(item.action === 'write' ? { written } : {}),
				}),
			) as IDataObject;
		});
	}
}
