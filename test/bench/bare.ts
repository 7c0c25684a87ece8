import type { Contender } from './contender';

export type Person = Record<string, string>;
type Post = <T>(path: string, body: object) => Promise<T>;

/**
 * The least possible calls of an action, so many at once, by who knows all beforehand, with no check and no repeat.
 * Makes of the node's parameters what is to be done with the people.
 */
export type Bare = (
	post: Post,
	parameters: Contender['parameters'],
) => (people: Person[]) => Promise<void>;

/** What an answer holds, wrapped or not. */
export function unwrapped<T>(answer: unknown): T {
	const [only, ...more] = Object.entries(answer as Record<string, unknown>);
	return (more.length === 0 && only?.[0].endsWith('Result') ? only[1] : answer) as T;
}

const AT_ONCE = 4;
const BATCH = 100;

/** Works off the entries, as many at once as the node does. */
export async function inLanes<T>(entries: T[], work: (entry: T) => Promise<unknown>) {
	let next = 0;
	const lane = async () => {
		while (next < entries.length) await work(entries[next++]);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** Adds people to the sendout at `path`, with one value of background data each. */
export async function addAll(post: Post, path: string, labelId: string, people: Person[]) {
	const respondents = people.map((person) => ({
		contactDetails: person.email,
		sendMail: true,
		backgroundData: [{ Key: labelId, Value: person.name, value: person.name }],
	}));
	const batches: object[][] = [];
	for (let at = 0; at < people.length; at += BATCH) batches.push(respondents.slice(at, at + BATCH));
	await inLanes(batches, async (batch) =>
		batch.length === 1
			? await post(`${path}/respondents`, batch[0])
			: await post(`${path}/respondents/batch`, { surveyRespondents: batch }),
	);
}
