import { sampleIds, startSandbox, type Sandbox } from '../sandbox';
import { adding, fastest, measure, oneDecimal, people, runAt, type Contender } from './contender';
import { table } from '../run/results.mjs';

/*
 * Adds 10,000 contacts to one sendout at 50 ms per call. Compares respondent.add with n8n's HTTP Request node (one
 * POST per item), with a script that makes only the bare calls, and with a node that makes these calls through n8n.
 * Each runs in a new process with the same sandbox. Then adds one contact with "Always Invite Again" to an empty
 * sendout, and to one with 100,000 respondents.
 */

const COUNT = 10_000;
const LATENCY_MS = 50;
const ROUNDS = 3;
const survey = sampleIds.surveys.postEvent;
const sendout = sampleIds.sendouts.postEventEmail;

async function main() {
	const sandbox = await startSandbox({ latencyMs: LATENCY_MS });
	const common = { url: sandbox.url, apiKey: sandbox.apiKey, items: people(COUNT) };
	const own: Contender = {
		...common,
		...adding,
		name: 'Netigate: Respondent > Add',
		warmUp: 200,
	};
	const http: Contender = {
		...common,
		name: 'HTTP Request, one POST per item',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			method: 'POST',
			url: `${sandbox.url}/surveys/${survey}/sendouts/${sendout}/respondents`,
			authentication: 'none',
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'X-API-KEY', value: sandbox.apiKey }] },
			sendBody: true,
			contentType: 'json',
			specifyBody: 'json',
			jsonBody: `={{ JSON.stringify({ contactDetails: $json.email, sendMail: true, backgroundData: [{ Key: "${sampleIds.labels.firstName}", Value: $json.name }] }) }}`,
			options: {},
		},
	};
	const bare = { ...own, name: 'Script, bare calls', script: 'run-bare.ts' };
	const through = { ...own, name: 'n8n, bare calls', type: 'test.bare' };
	const [least, node, ours] = await fastest(sandbox, [bare, through, own], ROUNDS);
	const theirs = await runAt(sandbox, http);
	const rows = [least, node, ours, theirs].map((one) => [
		one.name,
		oneDecimal(one.nodeMs / 1000),
		(one.nodeMs / least.nodeMs).toFixed(2),
		oneDecimal(one.peakMb),
		one.calls,
		one.atOnce,
		one.added,
	]);
	console.log(
		`${COUNT} contacts, ${LATENCY_MS} ms per call, the fastest of ${ROUNDS} except for HTTP Request, Node ${process.version}`,
	);
	console.log(table(['', 'seconds', 'times', 'peak MB', 'calls', 'at once', 'added'], rows));
	console.log(
		`Netigate is ${oneDecimal(theirs.nodeMs / ours.nodeMs)} times as fast as HTTP Request, with ${oneDecimal((ours.peakMb / theirs.peakMb) * 100)} % of the memory.`,
	);
	await addOne(sandbox, { ...own, items: { ...own.items, count: 1 } });
	await sandbox.close();
}

/** The time must not depend on the list of respondents, which isn't read. */
async function addOne(sandbox: Sandbox, contender: Contender) {
	const rows: Array<Array<string | number>> = [];
	for (const count of [0, 100_000]) {
		const times: number[] = [];
		for (let round = 0; round < ROUNDS; round++) {
			sandbox.reset();
			const { state } = sandbox;
			const record = state.sendout(survey, sendout);
			for (let at = 0; at < count; at++) state.addRespondent(record, `old${at}@example.com`);
			sandbox.clearCalls();
			const parameters = { ...contender.parameters, existing: 'add' };
			// A warm-up would reset the sandbox.
			const { nodeMs } = await measure({ ...contender, parameters, warmUp: undefined });
			times.push(nodeMs);
		}
		rows.push([count, Math.min(...times), sandbox.calls.length]);
	}
	console.log('\nOne contact with "Always Invite Again", without a warm-up:');
	console.log(table(['respondents there', 'ms', 'calls'], rows));
}

void main();
