import { entriesIn, type NetigateClient } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import { isRecord } from '../netigate/members';
import { normaliseContact } from '../input/contact';
import { dialledWithin, nationalDigits } from '../input/phone';

/**
 * The blocked and opted-out contacts, which Netigate never writes to, normalised (row 34). Should an entry block a
 * whole domain, it stands as `@example.com`. A number without country code stands as it is dialled: `0701234567`.
 *
 * @throws NetigateError when the answer is not such a list: somebody blocked could then be invited
 */
export async function readBlocklist(client: NetigateClient): Promise<Set<string>> {
	const entries = entriesIn(await client.get('/accounts/blocklist'));
	const contacts = entries.map((entry) => (isRecord(entry) ? entry.Email : entry));
	if (
		contacts.some(
			(contact) => contact === undefined || typeof contact === 'boolean' || isObject(contact),
		)
	) {
		throw new NetigateError('The block list of the account cannot be read', {
			outcome: 'notDone',
			advice:
				'Nothing was sent, since somebody blocked could be invited. Try again. If this keeps happening, report it, and switch "Skip Blocked Contacts" off under Options only if nobody is blocked.',
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

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/** The domain in `@example.com` and `*@example.com`, with the @ before it. */
function domainOf(contact: unknown): string | undefined {
	const [, domain] = /^\s*\*?(@[^@\s]+)\s*$/.exec(typeof contact === 'string' ? contact : '') ?? [];
	return domain?.toLowerCase();
}

/**
 * Whether Netigate writes to nobody of this contact. A blocked number without country code may be that of any country:
 * that it is the same person is by far the likeliest, and whoever is skipped is told.
 *
 * @param blocked what `readBlocklist` gives
 */
export function isBlocked(blocked: ReadonlySet<string>, contact: unknown): boolean {
	if (blocked.size === 0) return false;
	const normalised = normaliseContact(contact);
	if (normalised === null) return false;
	const at = normalised.lastIndexOf('@');
	if (at > 0 && blocked.has(normalised.slice(at))) return true;
	const national = /^\d{9,}$/.test(normalised) ? dialledWithin(normalised) : normalised;
	return blocked.has(normalised) || blocked.has(national);
}
