import { importLedger, quarantine, removeLedgers } from '../e2e/quarantine/workflows';
import { node } from '../e2e/workflows';
import { startN8n } from '../run/n8n-server.mjs';
import { missingServices } from '../run/services.mjs';
import { byId } from './contender';
import { table } from '../run/results.mjs';
import { contender, LOGGED, median, UNDER_TEST, type Contender } from './quarantineContender';

/*
 * Compares the quarantine with n8n's Remove Duplicates ("seen in previous executions"), one after the other, in a
 * real n8n server in regular mode with SQLite. Times are of the node alone, from n8n's log.
 */

const REPEATS = 5;

async function repeated({ run }: Contender, count: number): Promise<number> {
	const times: number[] = [];
	for (let i = 0; i < REPEATS; i++) times.push(await run(count));
	return median(times);
}

type Case = [what: string, measure: (one: Contender) => Promise<number>, alone?: 'alone'];

/** Nine more runs, after which a million contacts are remembered. */
async function fill(one: Contender): Promise<void> {
	for (let i = 0; i < 9; i++) await one.run(100_000);
}

/** In this order, the number of remembered contacts grows. */
const CASES: Case[] = [
	['1 contact, next to nothing remembered', async (one) => await repeated(one, 1)],
	['1,000 new contacts', async (one) => await one.run(1000)],
	['10,000 new contacts', async (one) => await one.run(10_000)],
	['100,000 new contacts', async (one) => await one.run(100_000)],
	['1 contact, 111,000 remembered', async (one) => await repeated(one, 1)],
	['10,000 new contacts, 111,000 remembered', async (one) => await one.run(10_000)],
	// The other contenders would need an hour for this.
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

const duration = (ms: number) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(2)} s`);

async function main() {
	const n8n = await startN8n({ env: LOGGED });
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
		// The first run creates the table, connects and compiles.
		for (const one of contenders) await one.run(1);
		const rows: string[][] = [];
		for (const [what, measure, alone] of CASES) {
			// Contenders alternate, so that other load affects all of them.
			const times: number[] = [];
			for (const one of alone ? contenders.slice(0, 1) : contenders) times.push(await measure(one));
			const [ours, theirs] = times;
			const cells = contenders.map((_, index) => (index in times ? duration(times[index]) : '-'));
			rows.push([what, ...cells, alone ? '-' : (theirs / ours).toFixed(1)]);
		}
		const [{ remembered }] = contenders;
		const passed: string[] = [];
		for (const one of contenders) {
			const rounds: number[] = [];
			for (let round = 0; round < REPEATS; round++) rounds.push(await one.race(50));
			passed.push(rounds.join(', '));
		}
		rows.push(['allowed of 50 at once, one new contact', ...passed, '']);
		console.log(table(['', ...contenders.map(({ name }) => name), 'times faster'], rows));
		// The size that n8n compares with its limit. It is measured at most every 5 seconds, and the races took longer.
		const { totalBytes } = (await n8n.api.call('GET', '/rest/data-tables-global/limits')) as {
			totalBytes: number;
		};
		console.log(
			`\nThe data table takes ${(totalBytes / remembered).toFixed(1)} bytes for each of ${remembered} contacts remembered.`,
		);
		console.log(
			'\n1 contact: median of 5. Remove Duplicates is the closest node in n8n. It forgets nothing over time and is not safe if runs overlap.',
		);
	} finally {
		await removeLedgers();
		await n8n.stop();
	}
}

void main();
