import type { Pair } from '../input/backgroundData';
import type { Recipient } from '../input/contact';
import type { NetigateRequest } from '../netigate/client';

/** A person who is to be added to a sendout. */
export interface Person extends Recipient {
	/** True: Netigate invites. False: somebody else passes on the survey link. */
	sendMail: boolean;
	backgroundData: Pair[];
}

function bodyOf({ contact, sendMail }: Person, backgroundData: Pair[]) {
	return backgroundData.length > 0
		? { contactDetails: contact, sendMail, backgroundData }
		: { contactDetails: contact, sendMail };
}

/** Row 16, for one person. */
function addOne(path: string, person: Person): NetigateRequest {
	const body = bodyOf(person, person.backgroundData);
	return { method: 'POST', path: `${path}/respondents`, body, repeatable: false };
}

/**
 * Row 17, for several. The documented sample of this call has `value`, all other places `Value`: both are sent,
 * since a service of this kind ignores a member that it does not know.
 */
function addBatch(path: string, people: readonly Person[]): NetigateRequest {
	const surveyRespondents = people.map((person) =>
		bodyOf(
			person,
			person.backgroundData.map(({ Key, Value }) => ({ Key, Value, value: Value })),
		),
	);
	return {
		method: 'POST',
		path: `${path}/respondents/batch`,
		body: { surveyRespondents },
		repeatable: false,
	};
}

/** The request that adds these people. */
export function addRequest(path: string, people: readonly Person[]): NetigateRequest {
	return people.length === 1 ? addOne(path, people[0]) : addBatch(path, people);
}
