import axios from 'axios';
import type { Contender } from './contender';
import { itemsOf, resetSandbox } from './items';

/*
 * What a script would do that knows all beforehand: the least possible calls of a launch, so many at once, with
 * no check and no repeat. Reads a contender from standard input and prints what it took, as run-contender.ts does.
 */

const AT_ONCE = 4;
const BATCH = 100;

async function main() {
	let text = '';
	for await (const chunk of process.stdin) text += String(chunk);
	const { url, apiKey, parameters, items, warmUp } = JSON.parse(text) as Contender;
	const given = itemsOf(items);
	const survey = `/surveys/${(parameters.surveyId as { value: string }).value}/sendouts`;
	const http = axios.create({ baseURL: url, headers: { 'X-API-KEY': apiKey } });

	async function post<T>(path: string, body: object): Promise<T> {
		const { data } = await http.post<Record<string, unknown>>(path, body);
		const [only, ...more] = Object.entries(data);
		return (more.length === 0 && only?.[0].endsWith('Result') ? only[1] : data) as T;
	}

	async function inLanes<T>(entries: T[], work: (entry: T) => Promise<unknown>) {
		let next = 0;
		const lane = async () => {
			while (next < entries.length) await work(entries[next++]);
		};
		await Promise.all(Array.from({ length: AT_ONCE }, lane));
	}

	async function launch(name: string, people: Array<Record<string, string>>) {
		const texts = {
			sender: parameters.sender,
			subject: parameters.subject,
			message: parameters.message,
		};
		const sendDate = String(parameters.sendDate);
		const { SendoutId } = await post<{ SendoutId: number }>(survey, {
			name,
			type: 'EMAIL',
			sendDate,
			...texts,
		});
		const path = `${survey}/${SendoutId}`;
		const { BGDataLabelId } = await post<{ BGDataLabelId: number }>(`${path}/labels`, {
			name: 'Name',
			labelType: 'TEXT',
		});
		const respondents = people.map((person) => ({
			contactDetails: person.email,
			sendMail: true,
			backgroundData: [{ Key: String(BGDataLabelId), Value: person.name, value: person.name }],
		}));
		const batches: object[][] = [];
		for (let at = 0; at < people.length; at += BATCH)
			batches.push(respondents.slice(at, at + BATCH));
		await inLanes(batches, async (batch) =>
			batch.length === 1
				? await post(`${path}/respondents`, batch[0])
				: await post(`${path}/respondents/batch`, { surveyRespondents: batch }),
		);
		const week = new Date(Date.parse(sendDate) + 7 * 24 * 3600_000).toISOString();
		await post(`${path}/reminders`, {
			name: 'After a week',
			sendoutLogic: 'NOT_COMPLETED',
			sendDate: week.replace('.000Z', 'Z'),
			...texts,
		});
		await post(`${path}/activate`, {});
	}

	async function run(people: Array<Record<string, string>>) {
		if (parameters.mode === 'oneForAll') await launch('Launched', people);
		else await inLanes(people, async (one) => await launch(`Launched ${one.email}`, [one]));
	}

	if (warmUp) {
		await run(given.slice(0, warmUp));
		await resetSandbox(url);
	}
	const started = performance.now();
	await run(given);
	const ms = performance.now() - started;
	const peakMb = process.resourceUsage().maxRSS / 1024;
	console.log(JSON.stringify({ ms, nodeMs: ms, peakMb, output: given.length }));
	process.exit(0);
}

void main();
