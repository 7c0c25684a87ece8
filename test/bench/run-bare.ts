import axios from 'axios';
import { unwrapped } from './bare';
import { bareAdd } from './bare-add';
import { bareLaunch } from './bare-launch';
import { itemsOf, resetSandbox, runContender } from './items';

/* Makes the bare calls of an action, without n8n. */

void runContender(async ({ url, apiKey, parameters, items, warmUp }) => {
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
	return { ms, nodeMs: ms, output: given.length };
});
