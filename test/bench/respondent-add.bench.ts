import { sampleIds, startSandbox } from '../sandbox';
import { measure, oneDecimal, table, type Contender } from './contender';

/*
 * 10,000 contacts into one sendout, 50 ms a call: respondent.add against n8n's HTTP Request node with one
 * POST an item, both through the engine, each in a fresh process, at the same local Netigate.
 */

const COUNT = 10_000;
const LATENCY_MS = 50;
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
	const rows: Array<Array<string | number>> = [];
	const measured = [];
	for (const contender of contenders) {
		sandbox.reset();
		const before = sandbox.state.respondents.size;
		const figures = await measure(contender);
		measured.push(figures);
		rows.push([
			figures.name,
			oneDecimal(figures.ms / 1000),
			oneDecimal(figures.peakMb),
			sandbox.calls.length,
			sandbox.maxInFlight,
			sandbox.state.respondents.size - before,
			figures.error ?? '',
		]);
	}
	console.log(`${COUNT} contacts, ${LATENCY_MS} ms a call, Node ${process.version}`);
	console.log(table(['', 'seconds', 'peak MB', 'calls', 'at once', 'added', 'error'], rows));
	const [own, other] = measured;
	console.log(
		`Netigate is ${oneDecimal(other.ms / own.ms)} times as fast, with ${oneDecimal((own.peakMb / other.peakMb) * 100)} % of the memory.`,
	);
	await sandbox.close();
}

void main();
