import { asList, type NetigateClient } from '../api/client';
import { normaliseContact } from '../values/contact';
import type { Block } from '../api/types';

/** Contacts that Netigate never contacts, normalised: blocked and opted-out ones (row 34). */
export async function readBlocklist(client: NetigateClient): Promise<Set<string>> {
	const blocks = asList<Block>(await client.get('/accounts/blocklist'));
	return new Set(blocks.flatMap(({ Email }) => normaliseContact(Email) ?? []));
}

/** @param blocked what `readBlocklist` gives */
export function isBlocked(blocked: ReadonlySet<string>, contact: unknown): boolean {
	const normalised = normaliseContact(contact);
	return normalised !== null && blocked.has(normalised);
}
