import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { node, set, webhook, workflow } from '../e2e/workflows';
import type { WorkflowNode } from '../run/n8n-api.mjs';
import type { N8nServer } from '../run/n8n-server.mjs';

/** The server's settings that `contender` needs to read times from its log. */
export const LOGGED = { N8N_LOG_LEVEL: 'debug', N8N_LOG_FORMAT: 'json' };

export interface Contender {
	name: string;
	run: (count: number) => Promise<number>;
	/** Has so many executions ask about one new contact at once; how many let it pass. */
	race: (executions: number) => Promise<number>;
	/** How many contacts it remembers. */
	remembered: number;
}

export const UNDER_TEST = 'Under Test';

export async function contender(
	n8n: N8nServer,
	name: string,
	underTest: WorkflowNode,
	allowsAll = (passed: number, count: number) => passed === count,
): Promise<Contender> {
	const path = `bench-${randomUUID()}`;
	const list =
		'={{ { people: Array.from({ length: $json.body.count }, (_, i) => ({ email: `${$json.body.run}-${i}@example.com`, consent: true })) } }}';
	const passed = '={{ { passed: $input.all().length } }}';
	const all = workflow(name, [
		webhook(path, { responseData: 'firstEntryJson' }),
		set('List', list),
		node('People', 'splitOut', 1, { fieldToSplitOut: 'people', options: {} }),
		{ ...underTest, name: UNDER_TEST },
		set('Count', passed, { executeOnce: true }),
	]);
	Object.assign(all.settings!, { saveDataSuccessExecution: 'none' });
	const { id } = await n8n.api.importWorkflow(all);
	await n8n.api.activate(id);
	let remembered = 0;
	return {
		name,
		get remembered() {
			return remembered;
		},
		async run(count) {
			const { status, body } = await n8n.api.webhook(path, { count, run: randomUUID() });
			if (status !== 200 || !allowsAll(Number(body.passed), count))
				throw new Error(`${name}, ${count}: ${status} ${JSON.stringify(body)}`);
			remembered += count;
			return await nodeTime(n8n);
		},
		async race(executions) {
			const run = randomUUID();
			const answers = await Promise.all(
				Array.from(
					{ length: executions },
					async () => await n8n.api.webhook(path, { count: 1, run }),
				),
			);
			return answers.filter(({ body }) => body?.passed === 1).length;
		},
	};
}

interface Logged {
	timestamp?: string;
	metadata?: { timestamp?: string };
}

/** How long the node under test took the last time, in milliseconds. */
async function nodeTime(n8n: N8nServer): Promise<number> {
	const lines = (await readFile(n8n.parts[0].log, 'utf8')).split('\n');
	const at = (text: string) => {
		const line = lines.findLast((one) => one.startsWith('{') && one.includes(text))!;
		const { timestamp, metadata } = JSON.parse(line) as Logged;
		return Date.parse((metadata?.timestamp ?? timestamp)!);
	};
	const named = `\\"${UNDER_TEST}\\"`;
	return at(`Running node ${named} finished`) - at(`Start executing node ${named}`);
}

export const median = (list: number[]) =>
	[...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
