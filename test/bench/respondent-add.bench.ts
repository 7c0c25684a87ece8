import { sampleIds, startSandbox, type Sandbox } from '../sandbox';
import { measure, oneDecimal, table, type Contender } from './contender';

/*
 * 10,000 contacts into one sendout, 50 ms a call: respondent.add against n8n's HTTP Request node with one
 * POST an item, a script that knows all beforehand and makes the bare calls, and a node that makes these calls
 * through n8n; each in a fresh process, at the same local Netigate. Then one contact with "Add Again" into a sendout
 * that is empty, and into one that has 100,000 respondents.
 */

const COUNT = 10_000;
const LATENCY_MS = 50;
const ROUNDS = 3;
const survey = sampleIds.surveys.postEvent;
const sendout = sampleIds.sendouts.postEventEmail;

async function main() {
	const sandbox = await startSandbox({ latencyMs: LATENCY_MS });
	const common = {
		url: sandbox.url,
		apiKey: sandbox.apiKey,
		items: { count: COUNT, fields: { email: 'person#@example.com', name: 'Name #' } },
	};
	const locator = (value: number) => ({ __rl: true, mode: 'id', value: String(value) });
	const contenders: Contender[] = [
		{
			...common,
			name: 'Netigate: Respondent > Add',
			warmUp: 200,
			type: 'n8n-nodes-netigate.netigate',
			parameters: {
				resource: 'respondent',
				operation: 'add',
				surveyId: locator(survey),
				sendoutId: locator(sendout),
				contact: '={{ $json.email }}',
				sendInvitation: true,
				backgroundData: {
					mappingMode: 'defineBelow',
					value: { [sampleIds.labels.firstName]: '={{ $json.name }}' },
				},
				options: {},
			},
		},
		{
			...common,
			name: 'HTTP Request, one POST an item',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			base: { file: 'HttpRequest/HttpRequest.node.js', className: 'HttpRequest' },
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
		},
	];
	const [own, http] = contenders;
	const bare = { ...own, name: 'Script, bare calls', script: 'run-bare.ts' };
	const through = { ...own, name: 'n8n, bare calls', type: 'test.bare' };
	const run = async (contender: Contender) => {
		sandbox.reset();
		const before = sandbox.state.respondents.size;
		const figures = await measure(contender);
		return {
			...figures,
			calls: sandbox.calls.length,
			atOnce: sandbox.maxInFlight,
			added: sandbox.state.respondents.size - before,
		};
	};
	type Run = Awaited<ReturnType<typeof run>>;
	const turns = [bare, through, own];
	const rounds = turns.map((): Run[] => []);
	// In turns, so that what else the machine does strikes all alike.
	for (let round = 0; round < ROUNDS; round++) {
		for (const [index, one] of turns.entries()) rounds[index].push(await run(one));
	}
	const [least, node, ours] = rounds.map((all) =>
		all.reduce((best, one) => (one.nodeMs < best.nodeMs ? one : best)),
	);
	const theirs = await run(http);
	const rows = [least, node, ours, theirs].map((one) => [
		one.name,
		oneDecimal(one.nodeMs / 1000),
		(one.nodeMs / least.nodeMs).toFixed(2),
		oneDecimal(one.peakMb),
		one.calls,
		one.atOnce,
		one.added,
		one.error ?? '',
	]);
	console.log(
		`${COUNT} contacts, ${LATENCY_MS} ms a call, the fastest of ${ROUNDS} but for HTTP Request, Node ${process.version}`,
	);
	console.log(
		table(['', 'seconds', 'times', 'peak MB', 'calls', 'at once', 'added', 'error'], rows),
	);
	console.log(
		`Netigate is ${oneDecimal(theirs.nodeMs / ours.nodeMs)} times as fast as HTTP Request, with ${oneDecimal((ours.peakMb / theirs.peakMb) * 100)} % of the memory.`,
	);
	await addOne(sandbox, { ...own, items: { ...own.items, count: 1 } });
	await sandbox.close();
}

/** However many there are, their list is not read. */
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
			// A warm-up would forget those who are there.
			const { nodeMs } = await measure({ ...contender, parameters, warmUp: undefined });
			times.push(nodeMs);
		}
		rows.push([count, Math.min(...times), sandbox.calls.length]);
	}
	console.log('\nOne contact with "Add Again", without a warm-up:');
	console.log(table(['respondents there', 'ms', 'calls'], rows));
}

void main();
