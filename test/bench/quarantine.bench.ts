import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { importLedger, quarantine, removeLedgers } from '../e2e/quarantine/workflows';
import { node, set, webhook, workflow } from '../e2e/workflows';
import type { WorkflowNode } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { missingServices } from '../run/services.mjs';
import { byId } from './contender';
import { table } from '../run/results.mjs';

/*
 * The quarantine against n8n's Remove Duplicates ("seen in previous executions"), in the real n8n server,
 * regular mode, SQLite, one after the other. Times are of the node alone, from n8n's own log: when it began
 * and when it was done.
 */

const REPEATS = 5;

interface Contender {
	name: string;
	run: (count: number) => Promise<number>;
	/** Has so many executions ask about one new contact at once; how many let it pass. */
	race: (executions: number) => Promise<number>;
	/** How many contacts it remembers. */
	remembered: number;
}

const UNDER_TEST = 'Under Test';

async function contender(
	n8n: N8nServer,
	name: string,
	underTest: WorkflowNode,
): Promise<Contender> {
	const path = `bench-${randomUUID()}`;
	const list =
		'={{ { people: Array.from({ length: $json.body.count }, (_, i) => ({ email: `${$json.body.run}-${i}@example.com` })) } }}';
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
			if (status !== 200 || body.passed !== count)
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

const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function repeated({ run }: Contender, count: number): Promise<number> {
	const times: number[] = [];
	for (let i = 0; i < REPEATS; i++) times.push(await run(count));
	return median(times);
}

type Case = [what: string, measure: (one: Contender) => Promise<number>, alone?: 'alone'];

/** Has nine runs more remembered: with those before them a million. */
async function fill(one: Contender): Promise<void> {
	for (let i = 0; i < 9; i++) await one.run(100_000);
}

/** In this order, so that what is remembered grows. */
const CASES: Case[] = [
	['1 contact, next to nothing remembered', async (one) => await repeated(one, 1)],
	['1,000 new contacts', async (one) => await one.run(1000)],
	['10,000 new contacts', async (one) => await one.run(10_000)],
	['100,000 new contacts', async (one) => await one.run(100_000)],
	['1 contact, 111,000 remembered', async (one) => await repeated(one, 1)],
	['10,000 new contacts, 111,000 remembered', async (one) => await one.run(10_000)],
	// The others would take an hour to get there.
	[
		'1 contact, 1,000,000 remembered',
		async (one) => {
			await fill(one);
			return await repeated(one, 1);
		},
		'alone',
	],
	['10,000 new contacts, 1,000,000 remembered', async (one) => await one.run(10_000), 'alone'],
];

const told = (ms: number) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(2)} s`);

async function main() {
	const n8n = await startN8n({ env: { N8N_LOG_LEVEL: 'debug', N8N_LOG_FORMAT: 'json' } });
	try {
		const removeDuplicates = node(UNDER_TEST, 'removeDuplicates', 2, {
			operation: 'removeItemsSeenInPreviousExecutions',
			logic: 'removeItemsWithAlreadySeenKeyValues',
			dedupeValue: '={{ $json.email }}',
			options: { historySize: 1_000_000 },
		});
		const contenders = [
			await contender(n8n, 'Netigate Quarantine', quarantine()),
			await contender(n8n, 'Remove Duplicates', removeDuplicates),
		];
		const missing = await missingServices(n8n.installed.folder);
		if (!missing.has('postgres')) {
			const ledgerWorkflow = byId(await importLedger(n8n, 'postgres'));
			const onPostgres = quarantine({ options: { ledger: 'workflow', ledgerWorkflow } });
			contenders.push(await contender(n8n, 'Quarantine, PostgreSQL ledger', onPostgres));
		}
		// The first run makes the table, connects and compiles.
		for (const one of contenders) await one.run(1);
		const rows: string[][] = [];
		for (const [what, measure, alone] of CASES) {
			// Side by side, so that a busy machine is busy for all of them.
			const times: number[] = [];
			for (const one of alone ? contenders.slice(0, 1) : contenders) times.push(await measure(one));
			const [ours, theirs] = times;
			const cells = contenders.map((_, index) => (index in times ? told(times[index]) : '-'));
			rows.push([what, ...cells, alone ? '-' : (theirs / ours).toFixed(1)]);
		}
		const [{ remembered }] = contenders;
		const passed: string[] = [];
		for (const one of contenders) {
			const rounds: number[] = [];
			for (let round = 0; round < REPEATS; round++) rounds.push(await one.race(50));
			passed.push(rounds.join(', '));
		}
		rows.push(['let through of 50 at once, one new contact', ...passed, '']);
		console.log(table(['', ...contenders.map(({ name }) => name), 'times faster'], rows));
		// As n8n itself counts them against its limit. It looks at most every 5 seconds; the races took longer.
		const { totalBytes } = (await n8n.api.call('GET', '/rest/data-tables-global/limits')) as {
			totalBytes: number;
		};
		console.log(
			`\nThe data table takes ${(totalBytes / remembered).toFixed(1)} bytes for each of ${remembered} contacts remembered.`,
		);
		console.log(
			'\n1 contact: median of 5. Remove Duplicates forgets nothing by time, and is not safe when runs overlap; it is the nearest that n8n has.',
		);
	} finally {
		await removeLedgers();
		await n8n.stop();
	}
}

void main();
