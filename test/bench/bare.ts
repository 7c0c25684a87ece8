import { chunks } from '../../nodes/shared/basics/lists';
import type { Contender } from './contender';

export type Person = Record<string, string>;
type Post = <T>(path: string, body: object) => Promise<T>;

/**
 * The fewest possible calls of an action, without any check or repetition, by a script that knows everything
 * beforehand. Turns the node's parameters into a function that handles the people.
 */
export type Bare = (
	post: Post,
	parameters: Contender['parameters'],
) => (people: Person[]) => Promise<void>;

/** The content of a response, wrapped or not. */
export function unwrapped<T>(body: unknown): T {
	const [only, ...more] = Object.entries(body as Record<string, unknown>);
	return (more.length === 0 && only?.[0].endsWith('Result') ? only[1] : body) as T;
}

const AT_ONCE = 4;
const BATCH = 100;

/** Handles the entries, as many at once as the node does. */
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
	await inLanes(chunks(respondents, BATCH), async (batch) =>
		batch.length === 1
			? await post(`${path}/respondents`, batch[0])
			: await post(`${path}/respondents/batch`, { surveyRespondents: batch }),
	);
}
