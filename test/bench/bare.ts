import { chunks } from '../../nodes/shared/basics/lists';
import type { Contender } from './contender';

export type Person = Record<string, string>;
type Post = <T>(path: string, body: object) => Promise<T>;

/**
 * Turns an action's parameters into a function that makes the fewest possible calls, without checks or retries, like
 * a script that knows everything beforehand.
 */
export function bareOf(
	{ operation, ...parameters }: Contender['parameters'],
	post: Post,
): (people: Person[]) => Promise<void> {
	return operation === 'launch' ? bareLaunch(post, parameters) : bareAdd(post, parameters);
}

/** The content of a wrapped or bare response. */
export function unwrapped<T>(body: unknown): T {
	const [only, ...more] = Object.entries(body as Record<string, unknown>);
	return (more.length === 0 && only?.[0].endsWith('Result') ? only[1] : body) as T;
}

const AT_ONCE = 4;
const BATCH = 100;

/** Handles the entries with the same concurrency as the node. */
export async function inLanes<T>(entries: T[], work: (entry: T) => Promise<unknown>) {
	let next = 0;
	const lane = async () => {
		while (next < entries.length) await work(entries[next++]);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** Adds people to the sendout at `path`, with one value of background data each. */
async function addAll(post: Post, path: string, labelId: string, people: Person[]) {
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

/** Add: only the respondents. */
function bareAdd(post: Post, parameters: Contender['parameters']) {
	const id = (name: string) => (parameters[name] as { value: string }).value;
	const { value } = parameters.backgroundData as { value: Record<string, string> };
	const path = `/surveys/${id('surveyId')}/sendouts/${id('sendoutId')}`;
	return async (people: Person[]) => await addAll(post, path, Object.keys(value)[0], people);
}

/** Launch: create, one label, respondents, one reminder, activate. */
function bareLaunch(post: Post, parameters: Contender['parameters']) {
	const survey = `/surveys/${(parameters.surveyId as { value: string }).value}/sendouts`;
	const { sender, subject, message, sendDate } = parameters;
	const texts = { sender, subject, message };

	async function launch(name: string, people: Person[]) {
		const sendout = { name, type: 'EMAIL', sendDate, ...texts };
		const { SendoutId } = await post<{ SendoutId: number }>(survey, sendout);
		const path = `${survey}/${SendoutId}`;
		const label = { name: 'Name', labelType: 'TEXT' };
		const { BGDataLabelId } = await post<{ BGDataLabelId: number }>(`${path}/labels`, label);
		await addAll(post, path, String(BGDataLabelId), people);
		const week = new Date(Date.parse(String(sendDate)) + 7 * 24 * 3600_000).toISOString();
		const when = { sendoutLogic: 'NOT_COMPLETED', sendDate: week.replace('.000Z', 'Z') };
		await post(`${path}/reminders`, { name: 'After a week', ...when, ...texts });
		await post(`${path}/activate`, {});
	}

	return async (people: Person[]) => {
		if (parameters.mode === 'oneForAll') await launch('Launched', people);
		else await inLanes(people, async (one) => await launch(`Launched ${one.email}`, [one]));
	};
}
