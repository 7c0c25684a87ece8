import { asList, type NetigateClient } from '../api/client';
import { normaliseContact } from '../values/contact';
import type { Respondent } from '../api/types';
import type { Person } from './requests';

/** The key of a respondent as Netigate lists it, comparable with `Person.key`. */
export function keysOf(respondent: Respondent): string[] {
	const contact =
		typeof respondent.Email === 'string' ? respondent.Email.trim().normalize('NFC') : '';
	const normalised = normaliseContact(contact);
	return normalised === null || normalised === contact ? [contact] : [contact, normalised];
}

/** Row 15. */
export async function listRespondents(client: NetigateClient, path: string): Promise<Respondent[]> {
	return asList<Respondent>(await client.get(`${path}/respondents`));
}

/**
 * Gives each person the first respondent with their contact that nobody has yet.
 *
 * @param taken ids that belong to somebody already, before this run or in it; those found are added
 * @returns a respondent or undefined for each person, in their order
 */
export function assign(
	people: readonly Person[],
	respondents: readonly Respondent[],
	taken: Set<number>,
): Array<Respondent | undefined> {
	// Only those looked for are kept: they may be a hundred of a hundred thousand.
	const byKey = new Map<string, Respondent[]>(people.map(({ key }) => [key, []]));
	for (const respondent of respondents) {
		if (taken.has(respondent.RespondentId)) continue;
		for (const key of keysOf(respondent)) byKey.get(key)?.push(respondent);
	}
	return people.map(({ key }) => {
		const found = byKey.get(key)?.find(({ RespondentId }) => !taken.has(RespondentId));
		if (found) taken.add(found.RespondentId);
		return found;
	});
}
