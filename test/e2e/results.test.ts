import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { itemsOf, type Workflow } from '../run/n8n-api.mjs';
import { until } from '../run/until.mjs';
import { OtherSystem } from './otherSystem';
import {
	chosen,
	example as fileOf,
	jsonOf,
	latest,
	succeeded,
	use,
	useCredential,
	useN8n,
} from './server';
import { everyTwoSeconds, node } from './workflows';

const { support } = sampleIds.surveys;

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);
/** The CRM or chat that receives data. */
const receiver = use(new OtherSystem());

beforeEach(() => (receiver.received.length = 0));

/** The example, with the receiver's URLs. */
async function example(file: string): Promise<Workflow> {
	const text = await readFile(fileOf(file), 'utf8');
	return JSON.parse(text.replace(/https:\/\/(chat|crm)\.example\.com/g, receiver.url)) as Workflow;
}

async function importExample(workflow: Workflow, more: object = {}) {
	return await n8n.api.importWorkflow(workflow, { credentials: { netigateApi }, ...more });
}

describe('workflows/unhappy-customer-alert.json', () => {
	test("sends only an unhappy person's answers to sales", async () => {
		const parameters = {
			'Unhappy Answer': {
				pollTimes: everyTwoSeconds,
				surveyIds: [support],
				conditions: {
					condition: [{ questionItemId: 12100, operation: 'atMost', value: '2' }],
				},
			},
		};
		const file = await example('unhappy-customer-alert.json');
		const workflow = await importExample(file, { parameters });
		await n8n.api.activate(workflow.id);
		const asked = () =>
			sandbox.calls.filter(({ operationId }) => operationId === 'getAnswerSets').length;
		await until('the trigger to start from now', 120_000, () => asked() > 0);
		const atStart = asked();
		await until('the first poll', 120_000, () => asked() > atStart);
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
		await until('the message', 120_000, () => receiver.received.length > 0);
		await n8n.api.deactivate(workflow.id);
		expect(receiver.received).toHaveLength(1);
		const [{ method, path, body }] = receiver.received;
		expect({ method, path, contact: body.contact }).toEqual({
			method: 'POST',
			path: '/hooks/sales',
			contact: 'dora@example.com',
		});
		const text = String(body.text);
		expect(text).toContain(
			'dora@example.com answered “How satisfied are you?” with: Very unsatisfied',
		);
		expect(text).toContain('• What did you use? Chat, Phone');
		expect(text).toContain(
			'• How do you rate us? Speed: Poor, Friendliness: Good, Knowledge: Fair',
		);
		expect(text).toContain('• Anything else? Please call me "today".');
		expect(text).toContain('First name: Dora, Region: West');
		succeeded(await latest(n8n, workflow.id));
	});
});

describe('workflows/results-to-crm.json', () => {
	test("writes every contact's latest answer, and the same data in another run", async () => {
		receiver.has = [
			{ id: 1, email: ' Anna@Example.com' },
			{ id: 2, email: 'nobody@example.com' },
			{ id: 3, email: '' },
			{ id: 4, email: 'ben@example.com' },
		];
		const workflow = await importExample(await example('results-to-crm.json'), {
			parameters: { 'Latest Answer': chosen(support) },
		});
		const execution = succeeded(await n8n.api.run(workflow.id, 'Every Night'));
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
		expect(jsonOf(execution, 'Without Address')).toMatchObject([{ id: 3 }]);
		succeeded(await n8n.api.run(workflow.id, 'Every Night'));
		expect(receiver.received.slice(first.length)).toEqual(first);
	});
});

describe('workflows/results-to-spreadsheet.json', () => {
	test('creates a spreadsheet with one row per answer and one column per question', async () => {
		sandbox.state.addAnswerSets(support, 230);
		const workflow = await example('results-to-spreadsheet.json');
		const read = node('Read Back', 'extractFromFile', 1, { operation: 'xlsx', options: {} });
		workflow.nodes.push({ ...read, id: randomUUID(), position: [660, 0] });
		workflow.connections.Spreadsheet = {
			main: [[{ node: 'Read Back', type: 'main', index: 0 }]],
		};
		const { id } = await importExample(workflow, {
			parameters: { 'All Results': chosen(support) },
		});
		const execution = succeeded(await n8n.api.run(id, "When clicking 'Execute workflow'"));
		const completed = [...sandbox.state.answerSets.values()].filter(
			({ Survey, Completed }) => Survey === support && Completed !== null,
		);
		const rows = jsonOf(execution, 'Read Back');
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
