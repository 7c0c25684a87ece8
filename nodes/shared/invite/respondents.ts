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

export interface Person extends Recipient {
	/** Whether Netigate sends the invitation. */
	sendMail: boolean;
	backgroundData: Pair[];
}

export interface Match {
	respondent: Respondent;
	/** Present if the response doesn't show this contact, but has a respondent for each person, in the same order. */
	pairing?: 'byOrder';
	/** Present if the respondent was there before the request. */
	existing?: true;
}

/**
 * The request that adds these people: call 16 for one, call 17 for several. Unlike all others, the documented
 * sample of call 17 has `value` instead of `Value`, so both are sent.
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

/** Ignores case, because Netigate may show a login name in a different case. */
export const folded = (text: string) => text.toLowerCase();

/** The keys (`Person.key`) that a listed respondent could have. */
export function keysOf({ Email }: Pick<Respondent, 'Email'>): string[] {
	const contact = typeof Email === 'string' ? Email.trim().normalize('NFC') : '';
	const normalised = normaliseContact(contact);
	return normalised === null || normalised === contact ? [contact] : [contact, normalised];
}

/** Matches placeholders for characters that Netigate hides. */
const MASK = /[*•●…]|\.\.|##/;

/** Whether this contact can't identify anyone, because it is missing, masked, or of the wrong type for the sendout. */
function hidesContact(contact: unknown, type?: string): boolean {
	if (contactKind(contact) === null || MASK.test(String(contact))) return true;
	return typeof type === 'string' && !canBeContact(type, contactText(contact));
}

/** A respondent in a survey, with the sendout that lists them. */
export interface Member {
	respondentId: number;
	contact: string;
	sendoutId: number;
}

export const toMember =
	(sendoutId: number) =>
	({ RespondentId, Email }: Respondent): Member => ({
		respondentId: RespondentId,
		contact: (Email as string | null) ?? '',
		sendoutId,
	});

/** The people in one sendout, by their folded keys. */
export class Members {
	private readonly byKey = new Map<string, Member[]>();

	constructor(readonly all: readonly Member[]) {
		for (const member of all) {
			for (const key of new Set(keysOf({ Email: member.contact }).map(folded))) {
				const same = this.byKey.get(key);
				if (same) same.push(member);
				else this.byKey.set(key, [member]);
			}
		}
	}

	/** The members with this contact, compared in normalized form and ignoring case. */
	withContact(key: string): readonly Member[] {
		return this.byKey.get(folded(key)) ?? [];
	}

	/** The number of members whose contact can't be read. @param type the type of the sendout, if known */
	countHidden(type?: string): number {
		return this.all.filter(({ contact }) => hidesContact(contact, type)).length;
	}
}

/** Reads who is in a sendout (call 15). @throws NetigateError if the list isn't found or an entry can't be read */
export async function readMembers(
	client: NetigateClient,
	surveyId: number,
	sendoutId: number,
): Promise<Members> {
	const path = `/surveys/${surveyId}/sendouts/${sendoutId}`;
	return new Members(await listRespondents(client, path, toMember(sendoutId)));
}

/** The respondents with an id in the response to call 16 or 17, even if the response also contains other lists. */
export function respondentsIn(response: unknown): Respondent[] {
	const named = isRecord(response) && !('RespondentId' in response);
	const lists = named ? Object.values(response).filter(Array.isArray) : [];
	const respondents = recordsIn<Respondent>(lists.length > 1 ? lists.flat() : response);
	return respondents.filter(({ RespondentId }) => isId(RespondentId));
}

/**
 * The respondents of a sendout, `/surveys/501/sendouts/7001` (call 15).
 * @param keep picks what is needed from each respondent, because the list may be long
 * @throws NetigateError even if only one entry can't be read, because a person would seem to be missing
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
 * Gives each person the first free respondent with their contact, ignoring case if necessary.
 * @param taken ids that already belong to someone. The ids found are added
 */
export function assign(
	people: readonly Person[],
	respondents: readonly Respondent[],
	taken: Set<number>,
): Array<Respondent | undefined> {
	// Keeps only matching respondents, perhaps a hundred out of a hundred thousand.
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
 * Matches people to the respondents in a response. Netigate may write a contact differently or leave it out. If the
 * same number of people and respondents are left over, they are matched in order.
 * @param taken ids that were there before the request. The ids found are added
 */
export function matchResponse(
	people: readonly Person[],
	respondents: readonly Respondent[],
	taken: Set<number>,
): Array<Match | undefined> {
	const old = respondents.filter(({ RespondentId }) => taken.has(RespondentId));
	const matches = assign(people, respondents, taken).map(
		(respondent): Match | undefined => respondent && { respondent },
	);
	if (!matches.includes(undefined)) return matches;
	const strangers = respondents.filter(({ RespondentId }) => !taken.has(RespondentId));
	const inOrder = [...new Map(strangers.map((entry) => [entry.RespondentId, entry])).values()];
	const oldOf = (person: Person) =>
		old.find((respondent) => keysOf(respondent).some((key) => folded(key) === folded(person.key)));
	let open = 0;
	for (const [index, person] of people.entries()) {
		if (matches[index]) continue;
		const respondent = oldOf(person);
		if (respondent) matches[index] = { respondent, existing: true };
		else open++;
	}
	if (inOrder.length !== open) return matches;
	return matches.map((match) => {
		if (match) return match;
		const respondent = inOrder.shift()!;
		taken.add(respondent.RespondentId);
		return open === 1 ? { respondent } : { respondent, pairing: 'byOrder' };
	});
}

/** Matches addresses whose domain can be spelled in two ways, because Netigate may use the other one. */
const TWO_SPELLINGS = /[^\p{ASCII}]|xn--/u;

/**
 * Whether a respondent who matches no one may still be one of this run's people, because the contact is a number,
 * a login name or missing. A different email address belongs to someone else.
 * @param isNew whether the respondent is known to be new. If not, only a hidden contact is in doubt
 */
export function mayBeOurs({ Email }: Respondent, isNew: boolean, type: string): boolean {
	if (hidesContact(Email, type)) return true;
	return isNew && (contactKind(Email) !== 'email' || TWO_SPELLINGS.test(Email));
}
