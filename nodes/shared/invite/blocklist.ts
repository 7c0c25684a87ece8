import { inGroup } from '../basics/inGroup';
import { getOrAdd } from '../basics/lists';
import { listedKeys, keysOf, type ContactReading, type Recipient } from '../input/contact';
import { readEmail } from '../input/email';
import { describeValue } from '../input/text';
import { entriesIn, type NetigateClient } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import { isRecord } from '../netigate/members';
import { blockedParts } from './blockedParts';

/** The domain in an entry such as `@example.com` or `*@example.com`, including the @. */
function domainOf(entry: string): string | undefined {
	const [, domain] = /^\s*\*?(@[^@\s]+)\s*$/.exec(entry) ?? [];
	if (domain === undefined) return undefined;
	const read = readEmail(`x${domain}`);
	return 'address' in read ? read.address.slice(1) : domain.toLowerCase();
}

/** The account's blocked contacts. An entry such as `@example.com` blocks a domain. */
export class Blocklist {
	private readonly keys = new Map<string, Set<string>>();

	constructor(private readonly entries: readonly string[]) {}

	private keysFor(reading: ContactReading): Set<string> {
		return getOrAdd(this.keys, reading.type, () => {
			const keys = this.entries.flatMap((entry) => domainOf(entry) ?? listedKeys(reading, entry));
			return new Set(keys);
		});
	}

	/** Whether a recipient is blocked. A blocked number without a country code matches numbers from any country. */
	has(recipient: Recipient, reading: ContactReading): boolean {
		const keys = this.keysFor(reading);
		const domain = /@[^@]*$/.exec(recipient.key) ?? [];
		return [...keysOf(recipient), ...domain].some((key) => keys.has(key));
	}
}

const unreadable = (what: string, advice: string) =>
	new NetigateError(`${what} can't be read`, {
		outcome: 'notDone',
		advice: `Nothing was sent, because a blocked person could have been invited. ${advice} Turn off 'Options > Skip Blocked Contacts' only if no one is blocked.`,
	});

/**
 * The account's block list (call 34).
 * @throws NetigateError if the response isn't a block list or if an entry can't be read. Otherwise, a blocked person
 * could be invited
 */
export async function readBlocklist(client: NetigateClient): Promise<Blocklist> {
	const entries = entriesIn(await client.get('/accounts/blocklist'));
	const contacts = entries.map((entry) => (isRecord(entry) ? entry.Email : entry));
	const readable = ['string', 'number'];
	if (!contacts.every((contact) => contact === null || readable.includes(typeof contact)))
		throw unreadable("The account's block list", 'Try again.');
	return new Blocklist(
		contacts.flatMap((contact) => {
			const parts = contact === null ? [] : blockedParts(String(contact).trim());
			if (parts) return parts;
			throw unreadable(
				`The entry ${describeValue(contact)} on the account's block list`,
				'Correct it in Netigate, with one email address or phone number per entry.',
			);
		}),
	);
}

/** Like `readBlocklist`, but concurrent executions in this process share a request, which starts after their calls. */
export async function sharedBlocklist(client: NetigateClient): Promise<Blocklist> {
	let isOwn = false;
	const read = async (clients: readonly NetigateClient[]) => {
		isOwn = true;
		const blocklist = await readBlocklist(client);
		return clients.map(() => blocklist);
	};
	return await inGroup(`blocklist ${client.connection}`, client, read).catch(
		async (error: unknown) => {
			if (isOwn) throw error;
			// Another execution's request failed or is taking too long, perhaps because that execution was stopped.
			return await readBlocklist(client);
		},
	);
}
