import { contactKind } from '../input/contact';
import type { Respondent } from '../netigate/types';
import { assign, folded, hidesContact, keysOf } from './readBack';
import type { Person } from './requests';

/** A person's respondent in an answer, and how we know that it is theirs. */
export interface Match {
	respondent: Respondent;
	/**
	 * `byOrder`: the answer does not name the person's contact. It has as many respondents as people were sent, so
	 * they are in the sendout; whose link is whose is taken from the order, and may be wrong.
	 */
	pairing?: 'byOrder';
	/** The respondent was there before the request. */
	existing?: true;
}

/**
 * Finds out whose the respondents in the answer of row 16 or 17 are. Netigate may write a contact differently, or
 * not at all: if exactly as many respondents as people are left over, they are these people, in order.
 *
 * @param taken ids that were there before the request; those found are added
 * @returns a match or undefined for each person, in their order
 */
export function matchAnswer(
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
	const answeredOld = (person: Person) =>
		old.find((respondent) => keysOf(respondent).some((key) => folded(key) === folded(person.key)));
	let open = 0;
	for (const [index, person] of people.entries()) {
		if (matches[index]) continue;
		const respondent = answeredOld(person);
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
 * number, a log-in name, or nothing. A different e-mail address is somebody else's.
 *
 * @param isNew whether the respondent is known to be new; if not, only one whose contact is hidden is in doubt
 * @param sendoutKind of the sendout
 */
export function mayBeOurs({ Email }: Respondent, isNew: boolean, sendoutKind: string): boolean {
	if (hidesContact(Email, sendoutKind)) return true;
	return isNew && (contactKind(Email) !== 'email' || TWO_SPELLINGS.test(Email));
}
