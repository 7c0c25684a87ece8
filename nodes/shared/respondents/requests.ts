import type { Pair } from '../values/backgroundData';
import type { Recipient } from '../values/channel';
import type { NetigateRequest } from '../api/client';

/** A person who is to be added to a sendout. */
export interface Person extends Recipient {
	/** True: Netigate invites. False: the survey link is passed on by somebody else. */
	sendMail: boolean;
	backgroundData: Pair[];
}

function bodyOf({ contact, sendMail, backgroundData }: Person) {
	return {
		contactDetails: contact,
		sendMail,
		...(backgroundData.length > 0 ? { backgroundData } : {}),
	};
}

/** Row 16. */
function addOne(path: string, person: Person): NetigateRequest {
	return { method: 'POST', path: `${path}/respondents`, body: bodyOf(person), repeatable: false };
}

/**
 * Row 17. The documented sample of this call writes `value`, all other places `Value`: both are sent, since
 * a reader of this kind passes over the member that it does not know.
 */
function addBatch(path: string, people: readonly Person[]): NetigateRequest {
	const surveyRespondents = people.map((person) =>
		bodyOf({
			...person,
			backgroundData: person.backgroundData.map((pair) => ({ ...pair, value: pair.Value })),
		}),
	);
	return {
		method: 'POST',
		path: `${path}/respondents/batch`,
		body: { surveyRespondents },
		repeatable: false,
	};
}

/** The call that adds these people: the plain one for one person, else the batch. */
export function addRequest(path: string, people: readonly Person[]): NetigateRequest {
	return people.length === 1 ? addOne(path, people[0]) : addBatch(path, people);
}
