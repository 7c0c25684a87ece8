import { countBy } from '../../nodes/shared/basics/lists';
import { OtherSystem } from '../e2e/otherSystem';
import { manualTrigger, node, own, workflow as workflowOf } from '../e2e/workflows';
import { itemsOf } from '../run/n8n-api.mjs';
import { startN8n } from '../run/n8n-server.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { sampleIds, startSandbox, type Sandbox } from '../sandbox';
import { inLanes } from './bare';
import { byId, oneDecimal } from './contender';
import { table } from '../run/results.mjs';

/*
 * Syncs a respondent list with a directory of 10,000 people in a real n8n server with SQLite, at 50 ms per call.
 * Compares the first run with the same bare calls, four at a time. Then come runs without changes and with 30.
 */

const COUNT = 10_000;
const LATENCY_MS = 50;
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

/** 10 people join, 10 move, and 10 leave. */
const changed = [
	...people.slice(10).map((one, index) => (index < 10 ? { ...one, location: 'Remote' } : one)),
	...people.slice(0, 10).map((one) => ({ ...one, email: `new-${one.email}` })),
];

const writesTo = (sandbox: Sandbox) =>
	sandbox.calls.filter(({ operationId }) =>
		/^(addRow|editCells|deleteCells)$/.test(operationId ?? ''),
	).length;

/** Makes only the calls of the first run, without n8n and the list memory. */
async function bareCalls(sandbox: Sandbox): Promise<number> {
	const started = performance.now();
	await inLanes(people, async ({ email, name, location: place }) => {
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
		if (!response.ok) throw new Error(`A bare call got ${response.status}`);
	});
	return performance.now() - started;
}

async function main() {
	const sandbox = await startSandbox({ latencyMs: LATENCY_MS });
	const directory = await new OtherSystem().start();
	const n8n = await startN8n();
	try {
		const bareMs = await bareCalls(sandbox);
		sandbox.reset();

		const credential = await createSandboxCredential(n8n.api, sandbox);
		const sync = {
			...{ resource: 'respondentList', operation: 'sync', contact: '={{ $json.email }}' },
			...{ listId: byId(list), missing: 'clear', options: { firstRun: 'add' } },
			cells: {
				mappingMode: 'defineBelow',
				value: { [firstName]: '={{ $json.name }}', [location]: '={{ $json.location }}' },
			},
		};
		const workflow = await n8n.api.importWorkflow(
			workflowOf('Bench', [
				manualTrigger('Start'),
				node('Directory', 'httpRequest', 4.2, { url: directory.url, options: {} }),
				own('Sync', 'netigate', sync),
			]),
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
			directory.has = given;
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
			const counts = countBy(itemsOf(execution, 'Sync').map(({ json }) => String(json.status)));
			const writes = writesTo(sandbox);
			rows.push([
				name,
				oneDecimal(ms / 1000),
				writes,
				writes > 0 ? oneDecimal(ms / writes) : '',
				[...counts].map(([status, count]) => `${count} ${status}`).join(', '),
			]);
		}
		console.log(`${COUNT} people, ${LATENCY_MS} ms a call, 4 at once, Node ${process.version}`);
		console.log(table(['', 'seconds', 'writes', 'ms a write', 'output'], rows));
	} finally {
		await n8n.stop();
		await sandbox.close();
		await directory.close();
	}
}

void main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
