import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { itemsOf } from '../run/n8n-api.mjs';
import { startN8n } from '../run/n8n-server.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { sampleIds, startSandbox, type Sandbox } from '../sandbox';
import { oneDecimal, table } from './contender';

/*
 * A respondent list that follows a directory of 10,000 people, in the real n8n with its data tables in
 * SQLite, 50 ms a call: the first run against the same calls made bare, four at a time; then a run without
 * changes, and one with 30.
 */

const COUNT = 10_000;
const LATENCY_MS = 50;
const AT_ONCE = 4;
const list = sampleIds.documents.members;
const [firstName, location] = [
	sampleIds.documentLabels.firstName + 10,
	sampleIds.documentLabels.location + 10,
];

interface Person {
	email: string;
	name: string;
	location: string;
}

const people: Person[] = Array.from({ length: COUNT }, (_, index) => ({
	email: `person${index}@example.com`,
	name: `Name ${index}`,
	location: 'Stockholm',
}));

/** 10 join, 10 move, 10 leave. */
const changed = [
	...people.slice(10).map((one, index) => (index < 10 ? { ...one, location: 'Remote' } : one)),
	...people.slice(0, 10).map((one) => ({ ...one, email: `new-${one.email}` })),
];

const writesTo = (sandbox: Sandbox) =>
	sandbox.calls.filter(({ operationId }) =>
		/^(addRow|editCells|deleteCells)$/.test(operationId ?? ''),
	).length;

/** The calls of the first run, and nothing else: no n8n, no memory. */
async function bareCalls(sandbox: Sandbox): Promise<number> {
	const started = performance.now();
	let next = 0;
	const lane = async () => {
		while (next < people.length) {
			const { email, name, location: place } = people[next++];
			const response = await fetch(`${sandbox.url}/bgdata/bgdocuments/${list}/rows`, {
				method: 'POST',
				headers: { 'X-API-KEY': sandbox.apiKey, 'Content-Type': 'application/json' },
				body: JSON.stringify({
					contactDetails: email,
					cellData: [
						{ Key: String(firstName), Value: name },
						{ Key: String(location), Value: place },
					],
				}),
			});
			await response.arrayBuffer();
			if (!response.ok) throw new Error(`A bare call was answered with ${response.status}`);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
	return performance.now() - started;
}

async function main() {
	const sandbox = await startSandbox({ latencyMs: LATENCY_MS });
	let directory: Person[] = people;
	const server = createServer((_, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(directory));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const n8n = await startN8n();
	try {
		const bareMs = await bareCalls(sandbox);
		sandbox.reset();

		const credential = await createSandboxCredential(n8n.api, sandbox);
		const workflow = await n8n.api.importWorkflow(
			{
				name: 'Bench',
				nodes: [
					{
						id: 'a',
						name: 'Start',
						type: 'n8n-nodes-base.manualTrigger',
						typeVersion: 1,
						position: [0, 0],
						parameters: {},
					},
					{
						id: 'b',
						name: 'Directory',
						type: 'n8n-nodes-base.httpRequest',
						typeVersion: 4.2,
						position: [200, 0],
						parameters: {
							url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
							options: {},
						},
					},
					{
						id: 'c',
						name: 'Sync',
						type: 'n8n-nodes-netigate.netigate',
						typeVersion: 1,
						position: [400, 0],
						parameters: {
							resource: 'respondentList',
							operation: 'sync',
							listId: { __rl: true, mode: 'id', value: String(list) },
							contact: '={{ $json.email }}',
							cells: {
								mappingMode: 'defineBelow',
								value: {
									[firstName]: '={{ $json.name }}',
									[location]: '={{ $json.location }}',
								},
							},
							missing: 'clear',
							options: { firstRun: 'add' },
						},
					},
				],
				connections: {
					Start: { main: [[{ node: 'Directory', type: 'main', index: 0 }]] },
					Directory: { main: [[{ node: 'Sync', type: 'main', index: 0 }]] },
				},
				settings: { executionOrder: 'v1' },
			},
			{ credentials: { netigateApi: credential } },
		);
		const runs: Array<[string, Person[]]> = [
			['first run', people],
			['no changes', people],
			['30 changes', changed],
			['no changes again', changed],
		];
		const rows: Array<Array<string | number>> = [
			['bare calls', oneDecimal(bareMs / 1000), COUNT, oneDecimal(bareMs / COUNT), ''],
		];
		for (const [name, given] of runs) {
			directory = given;
			sandbox.clearCalls();
			const { executionId } = (await n8n.api.call('POST', `/rest/workflows/${workflow.id}/run`, {
				triggerToStartFrom: { name: 'Start' },
			})) as { executionId: string };
			const execution = await n8n.api.waitForExecution(executionId, 1_800_000);
			const [run] = execution.data.resultData.runData.Sync ?? [];
			if (execution.status !== 'success' || !run)
				throw new Error(
					`${name}: ${JSON.stringify(execution.data.resultData.error ?? execution.status)}`,
				);
			const ms = run.executionTime as number;
			const counts = new Map<string, number>();
			for (const { json } of itemsOf(execution, 'Sync'))
				counts.set(json.status, (counts.get(json.status) ?? 0) + 1);
			const writes = writesTo(sandbox);
			rows.push([
				name,
				oneDecimal(ms / 1000),
				writes,
				writes > 0 ? oneDecimal(ms / writes) : '',
				[...counts].map(([status, count]) => `${count} ${status}`).join(', '),
			]);
		}
		console.log(
			`${COUNT} people, ${LATENCY_MS} ms a call, ${AT_ONCE} at once, Node ${process.version}`,
		);
		console.log(table(['', 'seconds', 'writes', 'ms a write', 'output'], rows));
	} finally {
		await n8n.stop();
		await sandbox.close();
		server.close();
	}
}

void main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
