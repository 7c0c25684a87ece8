import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleIds, startSandbox, type Sandbox } from '../sandbox';
import { itemsOf, type Credential, type Execution, type Workflow } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { root } from '../run/paths.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { until } from '../run/until.mjs';
import { OtherSystem } from './otherSystem';

const { support } = sampleIds.surveys;
const settings = { surveyId: support };

let n8n: N8nServer;
let sandbox: Sandbox;
let credential: Credential;
/** The CRM, or the chat. */
let receiver: OtherSystem;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await startN8n();
	credential = await createSandboxCredential(n8n.api, sandbox);
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
});

beforeEach(async () => {
	sandbox.reset();
	receiver = await new OtherSystem().start();
});

afterEach(async () => {
	await receiver?.close();
	expect(sandbox.violations).toEqual([]);
});

/** The example as it is shipped, its addresses those of the receiver. */
async function example(file: string): Promise<Workflow> {
	const text = await readFile(join(root, 'workflows', file), 'utf8');
	return JSON.parse(text.replace(/https:\/\/(chat|crm)\.example\.com/g, receiver.url)) as Workflow;
}

async function importExample(workflow: Workflow, parameters = {}, settings = {}) {
	return await n8n.api.importWorkflow(workflow, {
		credentials: { netigateApi: credential },
		parameters,
		settings,
	});
}

function succeeded(execution: Execution): void {
	expect({
		status: execution.status,
		error: execution.data.resultData.error?.message,
	}).toEqual({ status: 'success', error: undefined });
}

describe('workflows/unhappy-customer-alert.json', () => {
	test('tells sales who is unhappy and what they said, and reports no one else', async () => {
		const everyFewSeconds = Array.from({ length: 12 }, (_, index) => ({
			mode: 'custom',
			cronExpression: `${index * 5} * * * * *`,
		}));
		const workflow = await importExample(await example('unhappy-customer-alert.json'), {
			'Unhappy Answer': {
				pollTimes: { item: everyFewSeconds },
				surveyIds: [support],
				conditions: {
					condition: [{ questionItemId: 12100, operation: 'atMost', value: '2' }],
				},
			},
		});
		await n8n.api.activate(workflow.id);
		const asked = () =>
			sandbox.calls.filter(({ operationId }) => operationId === 'getAnswerSets').length;
		await until('the trigger to start from now', 120_000, async () => asked() > 0);
		const atStart = asked();
		await until('the first poll', 120_000, async () => asked() > atStart);
		const answer = (satisfaction: string, respondentId: number, comment: string) => {
			sandbox.changeSettings({
				answerScript: {
					12100: satisfaction,
					12102: ['Chat', 'Phone'],
					12104: { Speed: 'Poor', Friendliness: 'Good', Knowledge: 'Fair' },
					12105: comment,
				},
			});
			sandbox.state.addAnswerSet(support, { respondentId });
		};
		answer('Very satisfied', sampleIds.respondents.ben, 'All is well.');
		answer('Very unsatisfied', sampleIds.respondents.dora, 'Please call me "today".');
		await until('the message', 120_000, async () => receiver.received.length > 0);
		await n8n.api.deactivate(workflow.id);
		expect(receiver.received).toHaveLength(1);
		const [{ method, path, body }] = receiver.received;
		expect({ method, path, contact: body.contact }).toEqual({
			method: 'POST',
			path: '/hooks/sales',
			contact: 'dora@example.com',
		});
		const text = String(body.text);
		expect(text).toContain('dora@example.com answered: Very unsatisfied');
		expect(text).toContain('• What did you use? Chat, Phone');
		expect(text).toContain(
			'• How do you rate us? Speed: Poor, Friendliness: Good, Knowledge: Fair',
		);
		expect(text).toContain('• Anything else? Please call me "today".');
		expect(text).toContain('First name: Dora, Region: West');
		const [{ id }] = await n8n.api.executions({ workflowId: workflow.id }, 1);
		succeeded(await n8n.api.waitForExecution(id));
	});
});

describe('workflows/results-to-crm.json', () => {
	test("writes every contact's latest answer, and the same again when it is run again", async () => {
		receiver.has = [
			{ id: 1, email: ' Anna@Example.com' },
			{ id: 2, email: 'nobody@example.com' },
			{ id: 3, email: '' },
			{ id: 4, email: 'ben@example.com' },
		];
		const workflow = await importExample(await example('results-to-crm.json'), {}, settings);
		const execution = await n8n.api.run(workflow.id, 'Every Night');
		succeeded(execution);
		const { state } = sandbox;
		const last = (id: number) => state.answerSets.get(id)!;
		const first = [...receiver.received];
		expect(first).toMatchObject([
			{
				method: 'PUT',
				path: '/contacts/1/survey',
				body: { answeredAt: last(sampleIds.answerSets.big).Updated, completed: true },
			},
			{
				method: 'PUT',
				path: '/contacts/4/survey',
				body: { answeredAt: last(sampleIds.answerSets.ben).Updated, completed: true },
			},
		]);
		for (const { body } of first) {
			expect(body.satisfaction).toBeGreaterThanOrEqual(1);
			expect(body.comment).not.toBe('');
		}
		expect(itemsOf(execution, 'Without Address').map(({ json }) => json.id)).toEqual([3]);
		succeeded(await n8n.api.run(workflow.id, 'Every Night'));
		expect(receiver.received.slice(first.length)).toEqual(first);
	});
});

describe('workflows/results-to-spreadsheet.json', () => {
	test('creates a spreadsheet with one row per answer and one column per question', async () => {
		sandbox.state.addAnswerSets(support, 230);
		const workflow = await example('results-to-spreadsheet.json');
		workflow.nodes.push({
			id: '5f0c0003-0000-4000-8000-000000000099',
			name: 'Read Back',
			type: 'n8n-nodes-base.extractFromFile',
			typeVersion: 1,
			position: [660, 0],
			parameters: { operation: 'xlsx', options: {} },
		});
		workflow.connections.Spreadsheet = {
			main: [[{ node: 'Read Back', type: 'main', index: 0 }]],
		};
		const imported = await importExample(workflow, {}, settings);
		const execution = await n8n.api.run(imported.id, "When clicking 'Execute workflow'");
		succeeded(execution);
		const completed = [...sandbox.state.answerSets.values()].filter(
			({ Survey, Completed }) => Survey === support && Completed !== null,
		);
		const rows = itemsOf(execution, 'Read Back').map(({ json }) => json);
		expect(rows.map((row) => row.answerSetId)).toEqual(
			expect.arrayContaining(completed.map(({ AnswerSetId }) => AnswerSetId)),
		);
		expect(rows).toHaveLength(completed.length);
		const anna = rows.find((row) => row.answerSetId === sampleIds.answerSets.anna);
		expect(anna).toMatchObject({
			contact: 'anna@example.com',
			'How satisfied are you?': expect.any(String),
			'Score: How satisfied are you?': expect.any(Number),
			'How do you rate us?: Speed': expect.stringMatching(/Poor|Fair|Good/),
			'Anything else? (2)': expect.any(String),
		});
		const [file] = itemsOf(execution, 'Spreadsheet');
		expect(file.binary.data).toMatchObject({ fileName: 'results.xlsx' });
	});
});
