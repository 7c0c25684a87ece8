import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { quarantine, someone } from '../e2e/quarantine/workflows';
import { node, own, set, webhook, workflow } from '../e2e/workflows';
import type { WorkflowNode } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { table } from '../run/results.mjs';
import { missingServices } from '../run/services.mjs';
import { installServer } from '../run/server-install.mjs';
import { sampleIds, startSandbox, type Sandbox } from '../sandbox';
import { byId } from './contender';

/*
 * Bursts of production webhooks with one new contact each, in the real n8n server: in regular mode on SQLite, and
 * in queue mode with two workers on PostgreSQL and Redis. CPU is the time of all of the server's processes.
 */

const RUNS = Number(process.env.NETIGATE_BURST_RUNS ?? 300);
const AT_ONCE = 50;
const ROUNDS = Number(process.env.NETIGATE_BURST_ROUNDS ?? 3);
const ALONE = 20;
const TICKS_PER_SECOND = 100;

interface Burst {
	perSecond: number;
	cpuMs: number;
	p95: number;
	failed: number;
}

interface Flow {
	name: string;
	ask: (email: string) => Promise<{ status: number; body: unknown }>;
}

const REMOVE_DUPLICATES = node('Remove Duplicates', 'removeDuplicates', 2, {
	operation: 'removeItemsSeenInPreviousExecutions',
	logic: 'removeItemsWithAlreadySeenKeyValues',
	dedupeValue: '={{ $json.email }}',
	options: { historySize: 1_000_000 },
});

const ADD = own('Invite', 'netigate', {
	...{ resource: 'respondent', operation: 'add', contact: '={{ $json.email }}' },
	surveyId: byId(sampleIds.surveys.postEvent),
	sendoutId: byId(sampleIds.sendouts.postEventEmail),
	...{ quarantineDays: 30, options: {}, requestOptions: { settleSeconds: 0.1 } },
});

async function flow(
	n8n: N8nServer,
	netigateApi: Awaited<ReturnType<typeof createSandboxCredential>>,
	name: string,
	...underTest: WorkflowNode[]
): Promise<Flow> {
	const path = `burst-${randomUUID()}`;
	const nodes = [webhook(path), set('Contact', '={{ { email: $json.body.email } }}'), ...underTest];
	const { id } = await n8n.api.importWorkflow(workflow(name, nodes), {
		credentials: { netigateApi },
	});
	await n8n.api.activate(id);
	return { name, ask: async (email) => await n8n.api.webhook(path, { email }) };
}

/** The CPU time that the server's processes have used so far, in milliseconds. */
async function cpuOf({ folder }: N8nServer): Promise<number> {
	const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const ticks = ids.map(async (id) => {
		const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
		if (!environment.includes(`N8N_USER_FOLDER=${folder}`)) return 0;
		const text = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
	});
	const sum = (await Promise.all(ticks)).reduce((total, one) => total + one, 0);
	return (sum * 1000) / TICKS_PER_SECOND;
}

async function burst(n8n: N8nServer, { ask }: Flow): Promise<Burst> {
	const times: number[] = [];
	let failed = 0;
	let left = RUNS;
	const cpu = await cpuOf(n8n);
	const start = performance.now();
	const caller = async () => {
		while (left-- > 0) {
			const began = performance.now();
			// A webhook without a response counts as failed.
			const status = await ask(someone()).then(
				(response) => response.status,
				() => 0,
			);
			if (status !== 200) failed++;
			times.push(performance.now() - began);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, caller));
	const perSecond = (RUNS * 1000) / (performance.now() - start);
	times.sort((a, b) => a - b);
	return {
		perSecond,
		cpuMs: ((await cpuOf(n8n)) - cpu) / RUNS,
		p95: times[Math.floor(times.length * 0.95)],
		failed,
	};
}

const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** The median time of single contacts, one after the other. */
async function alone({ ask }: Flow): Promise<number> {
	const times: number[] = [];
	for (let i = 0; i < ALONE; i++) {
		const began = performance.now();
		await ask(someone());
		times.push(performance.now() - began);
	}
	return median(times);
}

async function compare(title: string, n8n: N8nServer, sandbox: Sandbox): Promise<void> {
	const credential = await createSandboxCredential(n8n.api, sandbox);
	const make = async (name: string, ...nodes: WorkflowNode[]) =>
		await flow(n8n, credential, name, ...nodes);
	const flows = [
		await make('flow alone'),
		await make('Remove Duplicates', REMOVE_DUPLICATES),
		await make('Netigate Quarantine', quarantine()),
		await make('Add with quarantine', ADD),
	];
	const bursts = flows.map((): Burst[] => []);
	for (const { ask } of flows) for (let i = 0; i < 5; i++) await ask(someone());
	const times: number[] = [];
	for (const one of flows) times.push(await alone(one));
	for (let round = 0; round < ROUNDS; round++)
		for (const [index, one] of flows.entries()) bursts[index].push(await burst(n8n, one));
	const of = (index: number, field: keyof Burst) => median(bursts[index].map((one) => one[field]));
	const ratio = (index: number, field: keyof Burst) => (of(index, field) / of(0, field)).toFixed(2);
	const rows = flows.map(({ name }, index) => [
		name,
		of(index, 'perSecond').toFixed(1),
		ratio(index, 'perSecond'),
		of(index, 'cpuMs').toFixed(0),
		ratio(index, 'cpuMs'),
		of(index, 'p95').toFixed(0),
		ratio(index, 'p95'),
		times[index].toFixed(0),
		bursts[index].reduce((sum, { failed }) => sum + failed, 0),
	]);
	console.log(`\n${title}, ${RUNS} webhooks, ${AT_ONCE} at once, medians of ${ROUNDS}`);
	const heads = ['runs/s', 'ratio', 'CPU ms', 'ratio', '95 % ms', 'ratio', 'alone ms', 'failed'];
	console.log(table(['', ...heads], rows));
}

async function main() {
	const sandbox = await startSandbox();
	const modes: Array<[string, Parameters<typeof startN8n>[0]]> = [['Regular mode', {}]];
	const missing = await missingServices((await installServer()).folder);
	if (!missing.has('postgres') && !missing.has('redis'))
		modes.push(['Queue mode, two workers', { queue: { workers: 2 } }]);
	for (const [title, options] of modes) {
		const n8n = await startN8n(options);
		await compare(title, n8n, sandbox).finally(async () => await n8n.stop());
	}
	await sandbox.close();
}

void main();
