import { listedKeys, keysOf, type ContactReading, type Recipient } from '../input/contact';
import { entriesIn, type NetigateClient } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import { isRecord } from '../netigate/members';

/** The domain in `@example.com` and `*@example.com`, with the @ before it. */
function domainOf(entry: string): string | undefined {
	const [, domain] = /^\s*\*?(@[^@\s]+)\s*$/.exec(entry) ?? [];
	return domain?.toLowerCase();
}

/** The account's blocked contacts. An entry such as `@example.com` blocks a domain. */
export class Blocklist {
	private readonly keys = new Map<string, Set<string>>();

	constructor(private readonly entries: readonly string[]) {}

	private keysFor(reading: ContactReading): Set<string> {
		const known = this.keys.get(reading.type);
		if (known) return known;
		const keys = this.entries.flatMap((entry) => domainOf(entry) ?? listedKeys(reading, entry));
		const read = new Set(keys);
		this.keys.set(reading.type, read);
		return read;
	}

	/** Whether a recipient or their domain is blocked. Numbers without a country code match any country. */
	has(recipient: Recipient, reading: ContactReading): boolean {
		if (this.entries.length === 0) return false;
		const { key } = recipient;
		const at = key.lastIndexOf('@');
		const keys = this.keysFor(reading);
		return keysOf(recipient).some((one) => keys.has(one)) || (at > 0 && keys.has(key.slice(at)));
	}
}

/**
 * The account's block list (call 34).
 * @throws NetigateError if the response isn't a block list, because a blocked person could then be invited
 */
export async function readBlocklist(client: NetigateClient): Promise<Blocklist> {
	const entries = entriesIn(await client.get('/accounts/blocklist'));
	const contacts = entries.map((entry) => (isRecord(entry) ? entry.Email : entry));
	const readable = ['string', 'number'];
	if (!contacts.every((contact) => contact === null || readable.includes(typeof contact))) {
		throw new NetigateError("The account's block list can't be read", {
			outcome: 'notDone',
			advice:
				'Nothing was sent, because a blocked person might be invited. Try again. Turn off Options > Skip Blocked Contacts only if no one is blocked.',
		});
	}
	return new Blocklist(
		contacts.flatMap((contact) => (contact === null ? [] : String(contact).split(/[;,]/))),
	);
}
