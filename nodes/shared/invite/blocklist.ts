import { entriesIn, type NetigateClient } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import { isRecord } from '../netigate/members';
import { normaliseContact } from '../input/contact';
import { dialledWithin, nationalDigits } from '../input/phone';

/**
 * Reads and normalizes the block list (call 34). `@example.com` blocks a domain. `0701234567` has no country code.
 * @throws NetigateError if the response isn't a block list, because a blocked person could then be invited
 */
export async function readBlocklist(client: NetigateClient): Promise<Set<string>> {
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
	return new Set(
		contacts
			.flatMap((contact) => (typeof contact === 'string' ? contact.split(/[;,]/) : contact))
			.flatMap(
				(contact) =>
					domainOf(contact) ?? normaliseContact(contact) ?? nationalDigits(String(contact)) ?? [],
			),
	);
}

/** The domain in `@example.com` and `*@example.com`, with the @ before it. */
function domainOf(contact: unknown): string | undefined {
	const [, domain] = /^\s*\*?(@[^@\s]+)\s*$/.exec(typeof contact === 'string' ? contact : '') ?? [];
	return domain?.toLowerCase();
}

/** A blocked number without a country code matches numbers in any country, most likely of the same person. */
export function isBlocked(blocked: ReadonlySet<string>, contact: unknown): boolean {
	if (blocked.size === 0) return false;
	const normalised = normaliseContact(contact);
	if (normalised === null) return false;
	const at = normalised.lastIndexOf('@');
	if (at > 0 && blocked.has(normalised.slice(at))) return true;
	const national = /^\d{9,}$/.test(normalised) ? dialledWithin(normalised) : normalised;
	return blocked.has(normalised) || blocked.has(national);
}
