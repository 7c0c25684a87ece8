import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import type { Credential, Workflow } from '../run/n8n-api.mjs';
import { startLanguageModel, type Asked, type LanguageModel, type Says } from './languageModel';
import { example, useCredential, useN8n } from './server';

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);
let model: LanguageModel;
let says: (asked: Asked, turn: number) => Says;
let webhookId: string;
let withPeople: string;

beforeAll(async () => {
	model = await startLanguageModel((asked) => says(asked, asked.messages.length));
	const openAiApi = await n8n.api.createCredential({
		name: 'Test model',
		type: 'openAiApi',
		data: {
			apiKey: 'no-key-needed',
			url: model.url,
			header: false,
			allowedHttpRequestDomains: 'all',
		},
	});
	webhookId = await publish({ openAiApi });
	withPeople = await publish({ openAiApi }, ['Answers of a Person', 'Block List']);
});

/** Publishes the example with these tools turned on. @returns the ID of its chat's webhook */
async function publish(credentials: Record<string, Credential>, switchedOn: string[] = []) {
	const text = await readFile(example('survey-assistant.json'), 'utf8');
	const workflow = JSON.parse(text) as Workflow;
	const path = randomUUID();
	for (const node of workflow.nodes) {
		if (switchedOn.includes(node.name)) delete node.disabled;
		if (node.name === 'Question') node.webhookId = path;
	}
	const { id } = await n8n.api.importWorkflow(workflow, {
		credentials: { netigateApi, ...credentials },
		// In the example, only people logged in to n8n can open the chat.
		parameters: { Question: { public: true } },
	});
	await n8n.api.activate(id);
	await n8n.api.waitForWebhook('POST', `${path}/chat`);
	return path;
}

afterAll(async () => await model?.close());

beforeEach(() => (model.asked.length = 0));

let session = 0;

const chat = async (chatInput: string, path = webhookId) =>
	await n8n.api.webhook(`${path}/chat`, {
		...{ action: 'sendMessage', sessionId: `session-${++session}`, chatInput },
	});

/** Asks the assistant in a new conversation. */
async function ask(chatInput: string, path = webhookId): Promise<string> {
	const { status, body } = await chat(chatInput, path);
	expect({ status, body }).toMatchObject({ status: 200, body: { output: expect.any(String) } });
	return (body as { output: string }).output;
}

/** The tools' results in the model's last call, newest last. */
const toolResults = ({ messages }: Asked) =>
	messages.filter(({ role }) => role === 'tool').map(({ content }) => content ?? '');

/** A model that calls these tools one after the other, then returns their results. */
function calls(...tools: Array<[string, Record<string, unknown>]>) {
	says = (asked) => {
		const results = toolResults(asked);
		const next = tools[results.length];
		return next ? { tool: next[0], with: next[1] } : { text: results.join('\n') };
	};
}

describe('workflows/survey-assistant.json', () => {
	test('offers the model only tools that look up no one, each with a description', async () => {
		says = () => ({ text: 'Hello.' });
		expect(await ask('Hello')).toBe('Hello.');
		const tools = model.asked[0].tools!.map(({ function: tool }) => tool);
		expect(tools.map(({ name }) => name).sort()).toEqual([
			'Questions_of_a_Survey',
			'Results_of_a_Survey',
			'Sendouts_of_a_Survey',
			'Surveys',
		]);
		for (const { description } of tools) expect(description.length).toBeGreaterThan(20);
		const results = tools.find(({ name }) => name === 'Results_of_a_Survey')!;
		expect(results.parameters).toMatchObject({
			properties: { survey_id: { type: 'number' }, since: { type: 'string' } },
		});
	});

	test('finds the survey, then reads its results', async () => {
		calls(['Surveys', {}], ['Results_of_a_Survey', { survey_id: surveys.support, since: '' }]);
		const answer = await ask('How satisfied are the customers of our support?');
		expect(answer).toContain('Support survey');
		expect(answer).toContain('How satisfied are you?');
		expect(sandbox.calls.map(({ operationId }) => operationId)).toEqual(
			expect.arrayContaining(['getSurveys', 'getAnswerSetsWithData']),
		);
		// The question wasn't about people, so the model sees no contacts.
		expect(JSON.stringify(model.asked)).not.toContain('anna@example.com');
	});

	test("reads one person's answers if that tool is turned on", async () => {
		calls(['Answers_of_a_Person', { survey_id: surveys.support, contact: 'Ben@example.com' }]);
		const answer = await ask('What did ben@example.com say?', withPeople);
		expect(JSON.parse(answer)).toMatchObject([
			{ answerSetId: sampleIds.answerSets.ben, respondentId: sampleIds.respondents.ben },
		]);
	});

	test('reads questions, sendouts and the block list', async () => {
		calls(
			['Questions_of_a_Survey', { survey_id: surveys.support }],
			['Sendouts_of_a_Survey', { survey_id: surveys.support }],
			['Block_List', { contact: 'blocked@example.com' }],
		);
		const answer = await ask('May we write to blocked@example.com?', withPeople);
		expect(answer).toContain('Would you contact us again?');
		expect(answer).toContain(String(sendouts.supportEmail));
		expect(answer).toMatch(/"blocked":\s*true/);
	});

	test('reports a missing survey to the model, which can continue', async () => {
		calls(['Results_of_a_Survey', { survey_id: 7, since: '' }], ['Surveys', {}]);
		const answer = await ask('How did it go?');
		expect(answer).toContain('Survey 7 not found');
		expect(answer).toContain('Support survey');
	});

	test("can't write even if a model invents a tool, and sends the key only to Netigate", async () => {
		says = () => ({ tool: 'Add_Respondent', with: { contact: 'anna@example.com' } });
		expect((await chat('Invite anna@example.com!')).status).toBe(500);
		calls(['Surveys', {}]);
		await ask('Which surveys are there?');
		expect(sandbox.calls.map(({ method }) => method)).toEqual(['GET']);
		expect(sandbox.state.invitations).toEqual([]);
		expect(JSON.stringify(model.asked)).not.toContain(sandbox.apiKey);
		expect(await n8n.logs()).not.toContain(sandbox.apiKey);
	});
});
