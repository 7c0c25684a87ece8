import { createEngine } from '../engine/harness';
import { bareNode } from './bareNode';
import { itemsOf, resetSandbox, runContender } from './items';
import { serverNodes } from './serverNode';

/* Runs a contender in n8n's engine. */

void runContender(async ({ url, apiKey, type, typeVersion, parameters, items, warmUp }) => {
	const nodes = { 'test.bare': bareNode(parameters), ...serverNodes([{ type, typeVersion }]) };
	const engine = createEngine({ url, apiKey }, nodes);
	const given = itemsOf(items);
	if (warmUp) {
		await engine.run({ items: given.slice(0, warmUp), parameters, type, typeVersion });
		await resetSandbox(url);
	}
	const started = performance.now();
	const result = await engine.run({ items: given, parameters, type, typeVersion });
	const ms = performance.now() - started;
	const nodeMs = result.run.data.resultData.runData.Node?.at(-1)?.executionTime ?? 0;
	return { ms, nodeMs, output: result.output.length, error: result.error?.message };
});
