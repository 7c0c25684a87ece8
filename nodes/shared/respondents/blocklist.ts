import { entriesIn, type NetigateClient } from '../api/client';
import { NetigateError } from '../api/errors';
import { isRecord } from '../api/members';
import { normaliseContact } from '../values/contact';

/**
 * The blocked and opted-out contacts, which Netigate never writes to, normalised (row 34).
 *
 * @throws NetigateError when the answer is not such a list: somebody blocked could then be invited
 */
export async function readBlocklist(client: NetigateClient): Promise<Set<string>> {
	const entries = entriesIn(await client.get('/accounts/blocklist'));
	const contacts = entries.map((entry) => (isRecord(entry) ? entry.Email : entry));
	if (contacts.some((contact) => contact === undefined || typeof contact === 'boolean')) {
		throw new NetigateError('The block list of the account cannot be read', {
			outcome: 'notDone',
			advice:
				'Nothing was sent, since somebody blocked could be invited. Try again. If this keeps happening, report it, and switch "Skip Blocked Contacts" off under Options only if nobody is blocked.',
		});
	}
	return new Set(contacts.flatMap((contact) => normaliseContact(contact) ?? []));
}

/** @param blocked what `readBlocklist` gives */
export function isBlocked(blocked: ReadonlySet<string>, contact: unknown): boolean {
	if (blocked.size === 0) return false;
	const normalised = normaliseContact(contact);
	return normalised !== null && blocked.has(normalised);
}
