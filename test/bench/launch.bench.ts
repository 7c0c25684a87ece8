import { sampleIds, startSandbox } from '../sandbox';
import { byId, fastest, oneDecimal, people, type Contender } from './contender';
import { table } from '../run/results.mjs';

/*
 * Compares sendout.launch with a script that makes the fewest possible calls at the same concurrency, and with a node
 * that makes these calls through n8n. Each runs in a new process with the same sandbox: one sendout for 10,000
 * people, and one each for 200. The fastest of three rounds counts. Each round follows a warm-up, because n8n servers
 * usually run for a long time. The table shows the time of the node alone, and with n8n's work around it.
 */

const LATENCY_MS = 50;
const BATCH = 100;
const ROUNDS = 3;

const cases = [
	{ mode: 'oneForAll', count: 10_000, name: 'Launched' },
	{ mode: 'onePerItem', count: 200, name: '=Launched {{ $json.email }}' },
];

/** Create, one label, respondents, one reminder, activate. */
const leastCalls = (mode: string, count: number) =>
	mode === 'oneForAll' ? 4 + Math.ceil(count / BATCH) : 5 * count;

async function main() {
	const sandbox = await startSandbox({ latencyMs: LATENCY_MS });
	console.log(`${LATENCY_MS} ms a call, 4 at once, Node ${process.version}`);
	for (const { mode, count, name } of cases) {
		const contender: Contender = {
			name: 'Netigate: Sendout > Launch',
			url: sandbox.url,
			apiKey: sandbox.apiKey,
			items: people(count),
			warmUp: 20,
			type: 'n8n-nodes-netigate.netigate',
			parameters: {
				resource: 'sendout',
				operation: 'launch',
				surveyId: byId(sampleIds.surveys.postEvent),
				mode,
				name,
				type: 'EMAIL',
				sendDate: '2037-03-01T09:00:00Z',
				sender: 'surveys@example.com',
				subject: 'How was our talk?',
				message: 'Hello, please tell us how it was: [survey link]. Thank you!',
				contact: '={{ $json.email }}',
				sendInvitation: true,
				labels: { label: [{ name: 'Name', labelType: 'TEXT', value: '={{ $json.name }}' }] },
				reminders: { reminder: [{ name: 'After a week', when: 'afterDays', afterDays: 7 }] },
				options: { batchSize: BATCH },
			},
		};
		const least = leastCalls(mode, count);
		const contenders = [
			{ ...contender, name: 'Script, bare calls', script: 'run-bare.ts' },
			{ ...contender, name: 'n8n, bare calls', type: 'test.bare' },
			contender,
		];
		const runs = await fastest(sandbox, contenders, ROUNDS);
		const rows = runs.map((one) => [
			one.name,
			(one.nodeMs / 1000).toFixed(2),
			(one.nodeMs / runs[0].nodeMs).toFixed(2),
			(one.ms / 1000).toFixed(2),
			(one.ms / runs[0].ms).toFixed(2),
			oneDecimal(one.peakMb),
			one.calls,
			(one.calls / least).toFixed(2),
			one.atOnce,
			one.added,
		]);
		console.log(`\n${mode}, ${count} people; the least possible number of calls is ${least}`);
		const heading = ['', 'seconds', 'times', 'with n8n s', 'times', 'peak MB', 'calls'];
		console.log(table([...heading, 'times least', 'at once', 'added'], rows));
	}
	await sandbox.close();
}

void main();
