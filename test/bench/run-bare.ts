import axios from 'axios';
import { bareOf, unwrapped } from './bare';
import { itemsOf, resetSandbox, runContender } from './items';

/* Makes the bare calls of an action, without n8n. */

void runContender(async ({ url, apiKey, parameters, items, warmUp }) => {
	const given = itemsOf(items);
	const http = axios.create({ baseURL: url, headers: { 'X-API-KEY': apiKey } });
	const work = bareOf(parameters, async (path, body) =>
		unwrapped((await http.post(path, body)).data),
	);
	if (warmUp) {
		await work(given.slice(0, warmUp));
		await resetSandbox(url);
	}
	const started = performance.now();
	await work(given);
	const ms = performance.now() - started;
	return { ms, nodeMs: ms, output: given.length };
});
