import type { Pair } from '../input/backgroundData';
import {
	canBeContact,
	type Recipient,
	contactKind,
	contactText,
	normaliseContact,
} from '../input/contact';
import { recordsIn, type NetigateClient, type NetigateRequest } from '../netigate/client';
import { readList } from '../netigate/lists';
import { isId, isRecord } from '../netigate/members';
import type { Respondent } from '../netigate/types';

/** A person who is to be added to a sendout. */
export interface Person extends Recipient {
	/** True: Netigate invites. False: someone else passes on the survey link. */
	sendMail: boolean;
	backgroundData: Pair[];
}

/** A person's respondent in a response, and how we know that it is theirs. */
export interface Match {
	respondent: Respondent;
	/**
	 * `byOrder`: the response doesn't name the person's contact. It has as many respondents as people were sent, so
	 * they are in the sendout. The links are assigned by order, which may be wrong.
	 */
	pairing?: 'byOrder';
	/** The respondent was there before the request. */
	existing?: true;
}

/**
 * The request that adds these people: call 16 for one, call 17 for several. The documented sample of call 17 has
 * `value` where all others have `Value`, so both are sent.
 */
export function addRequest(path: string, people: readonly Person[]): NetigateRequest {
	const several = people.length > 1;
	const bodies = people.map(({ contact, sendMail, backgroundData: data }) => ({
		contactDetails: contact,
		sendMail,
		...(data.length > 0
			? { backgroundData: several ? data.map((pair) => ({ ...pair, value: pair.Value })) : data }
			: {}),
	}));
	return {
		method: 'POST',
		path: `${path}/respondents${several ? '/batch' : ''}`,
		body: several ? { surveyRespondents: bodies } : bodies[0],
		repeatable: false,
	};
}

/** Contacts that differ only in case are the same: Netigate may show a login name in a different case. */
export const folded = (text: string) => text.toLowerCase();

/** The keys that a listed respondent may have as a person (`Person.key`). */
export function keysOf({ Email }: Pick<Respondent, 'Email'>): string[] {
	const contact = typeof Email === 'string' ? Email.trim().normalize('NFC') : '';
	const normalised = normaliseContact(contact);
	return normalised === null || normalised === contact ? [contact] : [contact, normalised];
}

/** What appears in place of characters that aren't shown. */
const MASK = /[*•●…]|\.\.|##/;

/**
 * Whether Netigate shows no contact for a respondent, a masked one, or one that the sendout can't have. Nobody can
 * be found by it.
 *
 * @param type of the sendout, if it is known
 */
export function hidesContact(contact: unknown, type?: string): boolean {
	if (contactKind(contact) === null || MASK.test(String(contact))) return true;
	return typeof type === 'string' && !canBeContact(type, contactText(contact));
}

/** The respondents with an id in the response to call 16 or 17, even if it has other lists too. */
export function respondentsIn(response: unknown): Respondent[] {
	const named = isRecord(response) && !('RespondentId' in response);
	const lists = named ? Object.values(response).filter(Array.isArray) : [];
	const respondents = recordsIn<Respondent>(lists.length > 1 ? lists.flat() : response);
	return respondents.filter(({ RespondentId }) => isId(RespondentId));
}

/**
 * The respondents of a sendout (call 15).
 *
 * @param path the sendout, `/surveys/501/sendouts/7001`
 * @param keep what is needed of each: the list may be long
 * @throws NetigateError also if an entry can't be read: a person would seem to be missing
 */
export async function listRespondents<T = Respondent>(
	client: NetigateClient,
	path: string,
	keep: (respondent: Respondent) => T = (respondent) => respondent as T,
): Promise<T[]> {
	return await readList(client, `${path}/respondents`, {}, 'RespondentId', (entry) =>
		keep(entry as unknown as Respondent),
	);
}

/**
 * Gives each person the first respondent with their contact that nobody has yet, or else one that has it in a
 * different case.
 *
 * @param taken ids that belong to someone already, before this run or in it; those found are added
 * @returns a respondent or undefined for each person, in their order
 */
export function assign(
	people: readonly Person[],
	respondents: readonly Respondent[],
	taken: Set<number>,
): Array<Respondent | undefined> {
	// Keeps only those looked for, perhaps a hundred out of a hundred thousand.
	const wanted = new Map<string, Array<{ key: string; respondent: Respondent }>>(
		people.map(({ key }) => [folded(key), []]),
	);
	for (const respondent of respondents) {
		if (taken.has(respondent.RespondentId)) continue;
		for (const key of keysOf(respondent)) wanted.get(folded(key))?.push({ key, respondent });
	}
	const take = (person: Person, isTheirs: (key: string) => boolean) => {
		const found = wanted
			.get(folded(person.key))!
			.find(({ key, respondent }) => isTheirs(key) && !taken.has(respondent.RespondentId));
		if (found) taken.add(found.respondent.RespondentId);
		return found?.respondent;
	};
	const found = people.map((person) => take(person, (key) => key === person.key));
	return people.map((person, index) => found[index] ?? take(person, () => true));
}

/**
 * Finds out whose the respondents in the response to call 16 or 17 are. Netigate may write a contact differently, or
 * not at all. If exactly as many respondents as people are left over, they are these people, in order.
 *
 * @param taken ids that were there before the request; those found are added
 * @returns a match or undefined for each person, in their order
 */
export function matchResponse(
	people: readonly Person[],
	respondents: readonly Respondent[],
	taken: Set<number>,
): Array<Match | undefined> {
	const old = respondents.filter(({ RespondentId }) => taken.has(RespondentId));
	const matches = assign(people, respondents, taken).map((respondent): Match | undefined =>
		respondent ? { respondent } : undefined,
	);
	if (!matches.includes(undefined)) return matches;
	const strangers = new Map(
		respondents
			.filter(({ RespondentId }) => !taken.has(RespondentId))
			.map((respondent) => [respondent.RespondentId, respondent]),
	);
	const oldOf = (person: Person) =>
		old.find((respondent) => keysOf(respondent).some((key) => folded(key) === folded(person.key)));
	let open = 0;
	for (const [index, person] of people.entries()) {
		if (matches[index]) continue;
		const respondent = oldOf(person);
		if (respondent) matches[index] = { respondent, existing: true };
		else open++;
	}
	if (strangers.size !== open) return matches;
	const inOrder = [...strangers.values()];
	return matches.map((match) => {
		if (match) return match;
		const respondent = inOrder.shift()!;
		taken.add(respondent.RespondentId);
		return open === 1 ? { respondent } : { respondent, pairing: 'byOrder' };
	});
}

/** Addresses whose domain has two spellings, of which Netigate may use the other. */
const TWO_SPELLINGS = /[^\p{ASCII}]|xn--/u;

/**
 * Whether a respondent that matches nobody of this run may still be one of its people, written differently: a
 * number, a login name, or nothing. A different email address is someone else's.
 *
 * @param isNew whether the respondent is known to be new; if not, only a hidden contact is in doubt
 * @param type of the sendout
 */
export function mayBeOurs({ Email }: Respondent, isNew: boolean, type: string): boolean {
	if (hidesContact(Email, type)) return true;
	return isNew && (contactKind(Email) !== 'email' || TWO_SPELLINGS.test(Email));
}
