import axios from 'axios';
import { unwrapped } from './bare';
import { bareAdd } from './bare-add';
import { bareLaunch } from './bare-launch';
import type { Contender } from './contender';
import { itemsOf, resetSandbox } from './items';

/** Makes the bare calls of an action, without n8n; prints what it took, as run-contender.ts does. */
async function main() {
	let text = '';
	for await (const chunk of process.stdin) text += String(chunk);
	const { url, apiKey, parameters, items, warmUp } = JSON.parse(text) as Contender;
	const given = itemsOf(items);
	const http = axios.create({ baseURL: url, headers: { 'X-API-KEY': apiKey } });
	const bare = parameters.operation === 'launch' ? bareLaunch : bareAdd;
	const work = bare(
		async (path, body) => unwrapped((await http.post(path, body)).data),
		parameters,
	);
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

void main();
