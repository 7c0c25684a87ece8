import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { node, set, webhook, workflow } from '../e2e/workflows';
import type { WorkflowNode } from '../run/n8n-api.mjs';
import type { N8nServer } from '../run/n8n-server.mjs';

/** Server settings that let `contender` read times from the server's log. */
export const LOGGED = { N8N_LOG_LEVEL: 'debug', N8N_LOG_FORMAT: 'json' };

export interface Contender {
	name: string;
	run: (count: number) => Promise<number>;
	/** Starts this number of executions at once for one new contact. @returns the number that allowed it */
	race: (executions: number) => Promise<number>;
	/** The number of contacts in its memory. */
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

/** The duration of the last run of the node under test, in milliseconds. */
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
