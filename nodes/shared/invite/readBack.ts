import { recordsIn, type NetigateClient } from '../netigate/client';
import { readList } from '../netigate/lists';
import { NetigateError } from '../netigate/errors';
import { isId, isRecord } from '../netigate/members';
import { canBeContact } from '../input/channel';
import { contactKind, contactText, normaliseContact } from '../input/contact';
import type { Respondent } from '../netigate/types';
import type { Person } from './requests';

/** The keys that a listed respondent may have as a person (`Person.key`). */
export function keysOf({ Email }: Pick<Respondent, 'Email'>): string[] {
	const contact = typeof Email === 'string' ? Email.trim().normalize('NFC') : '';
	const normalised = normaliseContact(contact);
	return normalised === null || normalised === contact ? [contact] : [contact, normalised];
}

/** What stands for characters that are not shown. */
const MASK = /[*•●…]|\.\.|##/;

/**
 * Whether a listed respondent shows no contact, one that is masked, or none of the kind that their sendout has:
 * nobody can be found by it.
 *
 * @param kind of the sendout, where it is known
 */
export function hidesContact(contact: unknown, kind?: string): boolean {
	if (contactKind(contact) === null || MASK.test(String(contact))) return true;
	return typeof kind === 'string' && !canBeContact(kind, contactText(contact));
}

/** Who is in a sendout, as Netigate shows them. */
interface Shown {
	/** Of the sendout, where it is known. */
	kind?: string;
	contacts: readonly unknown[];
}

/**
 * The error of somebody who is not found in sendouts some of whose respondents show no contact: they may be one of
 * those, as in an anonymous survey.
 *
 * @param advice how to ask them all the same
 * @returns undefined where all contacts are shown
 */
export function hiddenAmong(sendouts: readonly Shown[], advice: string): NetigateError | undefined {
	const all = sendouts.flatMap(({ contacts }) => contacts).length;
	const count = sendouts.flatMap(({ kind, contacts }) =>
		contacts.filter((contact) => hidesContact(contact, kind)),
	).length;
	if (count === 0) return undefined;
	return new NetigateError(
		`Whether this contact is in the sendout already cannot be told, since Netigate shows no contact that can be read for ${count} of its ${all} respondents`,
		{ outcome: 'notDone', advice },
	);
}

const hasId = ({ RespondentId }: Respondent) => isId(RespondentId);

/** The respondents with an id in the answer of row 16 or 17, also where other lists stand beside theirs. */
export function respondentsIn(answer: unknown): Respondent[] {
	const named = isRecord(answer) && !('RespondentId' in answer);
	const lists = named ? Object.values(answer).filter(Array.isArray) : [];
	return recordsIn<Respondent>(lists.length > 1 ? lists.flat() : answer).filter(hasId);
}

const whole = <T>(respondent: Respondent) => respondent as T;

/**
 * The respondents of a sendout (row 15).
 *
 * @param keep what is needed of each: a list may be long
 * @throws NetigateError also when an entry cannot be read: somebody would be taken for missing
 */
export async function listRespondents<T = Respondent>(
	client: NetigateClient,
	path: string,
	keep: (respondent: Respondent) => T = whole,
): Promise<T[]> {
	return await readList(client, `${path}/respondents`, {}, 'RespondentId', (entry) =>
		keep(entry as unknown as Respondent),
	);
}

/** Contacts that differ only in capitals are the same here. */
export const folded = (text: string) => text.toLowerCase();

/**
 * Gives each person the first respondent with their contact that nobody has yet; failing that, one that has it in
 * other capitals.
 *
 * @param taken ids that belong to somebody already, before this run or in it; those found are added
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
