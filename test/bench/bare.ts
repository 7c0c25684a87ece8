import axios from 'axios';
import type { Contender } from './contender';
import { itemsOf, resetSandbox } from './items';

export type Person = Record<string, string>;
type Post = <T>(path: string, body: object) => Promise<T>;

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

/**
 * Runs a script that knows all beforehand: the least possible calls, so many at once, with no check and no
 * repeat. Reads a contender from standard input and prints what it took, as run-contender.ts does.
 *
 * @param begin makes of the node's parameters what is to be done with the people
 */
export async function runBare(
	begin: (post: Post, parameters: Contender['parameters']) => (people: Person[]) => Promise<void>,
) {
	let text = '';
	for await (const chunk of process.stdin) text += String(chunk);
	const { url, apiKey, parameters, items, warmUp } = JSON.parse(text) as Contender;
	const given = itemsOf(items);
	const http = axios.create({ baseURL: url, headers: { 'X-API-KEY': apiKey } });
	const work = begin(async <T>(path: string, body: object) => {
		const { data } = await http.post<Record<string, unknown>>(path, body);
		const [only, ...more] = Object.entries(data);
		return (more.length === 0 && only?.[0].endsWith('Result') ? only[1] : data) as T;
	}, parameters);
	if (warmUp) {
		await work(given.slice(0, warmUp));
		await resetSandbox(url);
	}
	const started = performance.now();
	await work(given);
	const ms = performance.now() - started;
	const peakMb = process.resourceUsage().maxRSS / 1024;
	console.log(JSON.stringify({ ms, nodeMs: ms, peakMb, output: given.length }));
	process.exit(0);
}
