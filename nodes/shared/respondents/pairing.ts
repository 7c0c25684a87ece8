import { contactKind } from '../values/contact';
import type { Respondent } from '../api/types';
import { assign, folded, keysOf } from './readBack';
import type { Person } from './requests';

/** A person's respondent in an answer, and how it was told that it is theirs. */
export interface Match {
	respondent: Respondent;
	/**
	 * `byOrder`: the answer does not name the person's contact. There are as many respondents in it as people
	 * were sent, so they are in the sendout; which link is whose goes by the order, and may be wrong.
	 */
	pairing?: 'byOrder';
	/** The respondent was there before the request. */
	existing?: true;
}

/**
 * Whose the respondents in the answer of row 16 or 17 are. Netigate may write a contact in another way, or not
 * at all; as many strangers as there are people left are those people, in their order.
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
	if (open === 0 || strangers.size !== open) return matches;
	const inOrder = [...strangers.values()];
	return matches.map((match) => {
		if (match) return match;
		const respondent = inOrder.shift()!;
		taken.add(respondent.RespondentId);
		return open === 1 ? { respondent } : { respondent, pairing: 'byOrder' };
	});
}

/** Netigate may have a domain in its other spelling. */
const TWO_SPELLINGS = /[^\p{ASCII}]|xn--/u;

/**
 * Whether a respondent whom nobody of this run has may be one of its people all the same, written in another
 * way: a number, a log-in name, or nothing. An address that differs is somebody else's.
 *
 * @param before whether it is known that the respondent is new; if not, only one without contact is in doubt
 */
export function mayBeOurs({ Email }: Respondent, isNew: boolean): boolean {
	const kind = contactKind(Email);
	if (kind === null) return true;
	return isNew && (kind !== 'email' || TWO_SPELLINGS.test(Email));
}
