import { addToGroup, getOrAdd, jointKey } from '../basics/lists';
import type { Pair } from '../input/backgroundData';
import {
	hidesContact,
	isMasked,
	keysOf,
	listedKeys,
	type ContactReading,
	type Recipient,
} from '../input/contact';
import { recordsIn, type NetigateClient, type NetigateRequest } from '../netigate/client';
import { readList } from '../netigate/lists';
import { isId, isRecord } from '../netigate/members';
import type { Respondent } from '../netigate/types';

export interface Person extends Recipient {
	/** Whether Netigate sends the invitation to this person. */
	sendMail: boolean;
	backgroundData: Pair[];
}

export interface Match {
	respondent: Respondent;
	/** Present if the response lacks this contact, so the person was matched by order. */
	pairing?: 'byOrder';
	/** Present if the respondent was in the sendout before the request. */
	existing?: true;
}

/**
 * The request that adds these people: call 16 for one person, call 17 for several. Both `value` and `Value` are sent,
 * because the documentation's sample for call 17 has `value`, but all other samples have `Value`.
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

/** A respondent and the sendout that lists them. */
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

/** The people in one sendout, indexed by key. */
export class Members {
	private byKey: Map<string, Member[]> | undefined;

	private replaced: boolean | undefined;

	private hidden: number | undefined;

	/** @param reading how to interpret the people's contacts, based on the sendout's type */
	constructor(
		readonly all: readonly Member[],
		private readonly reading: ContactReading,
	) {}

	private index(): Map<string, Member[]> {
		const byKey = new Map<string, Member[]>();
		for (const member of this.all)
			for (const key of listedKeys(this.reading, member.contact)) addToGroup(byKey, key, member);
		return byKey;
	}

	private withKeys(keys: readonly string[]): readonly Member[] {
		const byKey = (this.byKey ??= this.index());
		return keys.flatMap((key) => byKey.get(key) ?? []);
	}

	/** The members who are this recipient or may be this recipient. */
	matching(recipient: Recipient): readonly Member[] {
		return this.withKeys(keysOf(recipient));
	}

	/** The members with this contact, no matter how it is written. */
	withContact(contact: string): readonly Member[] {
		return this.withKeys(listedKeys(this.reading, contact));
	}

	/**
	 * Whether a member's contact can't be used to find the person. A single contact that doesn't fit the sendout's type
	 * was probably mistyped. But if there are several members and no contact fits, they were probably replaced.
	 */
	hides({ contact }: Member): boolean {
		this.replaced ??=
			this.all.length > 1 && this.all.every((one) => hidesContact(this.reading, one.contact));
		return this.replaced || isMasked(this.reading, contact);
	}

	/** The number of members whose contact is hidden. */
	countHidden(): number {
		return (this.hidden ??= this.all.filter((member) => this.hides(member)).length);
	}
}

/** Reads who is in a sendout (call 15). @throws NetigateError if the list isn't found or if an entry can't be read */
export async function readMembers(
	client: NetigateClient,
	surveyId: number,
	sendoutId: number,
	reading: ContactReading,
): Promise<Members> {
	const path = `/surveys/${surveyId}/sendouts/${sendoutId}`;
	return new Members(await listRespondents(client, path, toMember(sendoutId)), reading);
}

/** The entries with a respondent id in the response to call 16 or 17, which may contain other lists too. */
export function respondentsIn(response: unknown): Respondent[] {
	const named = isRecord(response) && !('RespondentId' in response);
	const lists = named ? Object.values(response).filter(Array.isArray) : [];
	const respondents = recordsIn<Respondent>(lists.length > 1 ? lists.flat() : response);
	return respondents.filter(({ RespondentId }) => isId(RespondentId));
}

/**
 * The respondents in a sendout (call 15).
 * @param path the sendout's path, such as `/surveys/501/sendouts/7001`
 * @param keep returns what is needed from a respondent, because long lists take up a lot of memory
 * @throws NetigateError if an entry can't be read, because that person would seem to be missing
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
 * Assigns each person the first unassigned respondent with their exact contact or, if there is none, with another
 * spelling of it.
 * @param taken ids that are already assigned. Newly assigned ids are added to this set
 */
export function assign(
	people: readonly Person[],
	respondents: readonly Respondent[],
	taken: Set<number>,
	reading: ContactReading,
): Array<Respondent | undefined> {
	// Keeps only the matching respondents: perhaps a hundred out of a hundred thousand.
	const wanted = new Map<string, Respondent[]>(people.map(({ key }) => [key, []]));
	for (const respondent of respondents)
		for (const key of listedKeys(reading, respondent.Email)) wanted.get(key)?.push(respondent);
	/** The remaining respondents for each person or exact spelling of a contact, in reverse order. */
	const remaining = new Map<string, Respondent[]>();
	const take = ({ key, contact }: Person, exactly: boolean) => {
		const name = exactly ? jointKey(key, contact) : jointKey(key);
		const all = wanted.get(key)!;
		const stack = getOrAdd(remaining, name, () =>
			all.filter(({ Email }) => !exactly || Email === contact).reverse(),
		);
		let found = stack.pop();
		while (found && taken.has(found.RespondentId)) found = stack.pop();
		if (found) taken.add(found.RespondentId);
		return found;
	};
	const found = people.map((person) => take(person, true));
	return people.map((person, index) => found[index] ?? take(person, false));
}

/**
 * Matches people to the respondents in a response. Netigate may write a contact differently or leave it out. If the
 * number of unmatched people and respondents is the same, they are matched in order.
 * @param taken ids that were in the sendout before the request. Newly assigned ids are added to this set
 */
export function matchResponse(
	people: readonly Person[],
	respondents: readonly Respondent[],
	taken: Set<number>,
	reading: ContactReading,
): Array<Match | undefined> {
	const old = respondents.filter(({ RespondentId }) => taken.has(RespondentId));
	const matches = assign(people, respondents, taken, reading).map(
		(respondent): Match | undefined => respondent && { respondent },
	);
	const strangers = respondents.filter(({ RespondentId }) => !taken.has(RespondentId));
	const inOrder = [...new Map(strangers.map((entry) => [entry.RespondentId, entry])).values()];
	const oldByKey = new Map<string, Respondent>();
	for (const respondent of old.toReversed())
		for (const key of listedKeys(reading, respondent.Email)) oldByKey.set(key, respondent);
	let open = 0;
	for (const [index, person] of people.entries()) {
		if (matches[index]) continue;
		const respondent = oldByKey.get(person.key);
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
