import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { webhookKey } from '../run/n8n-api.mjs';
import { chosen, example, useCredential, useN8n } from './server';

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);
let session: string | undefined;

const PATH = '/mcp/netigate-surveys';

/** Sends a JSON-RPC message like an MCP client over Streamable HTTP. */
async function post(message: object, key = webhookKey.value): Promise<Response> {
	return await fetch(n8n.url + PATH, {
		method: 'POST',
		headers: {
			...{ [webhookKey.name]: key, accept: 'application/json, text/event-stream' },
			...{ 'content-type': 'application/json', ...(session && { 'mcp-session-id': session }) },
		},
		body: JSON.stringify({ jsonrpc: '2.0', ...message }),
	});
}

let id = 0;

/** A request's result. The server responds with JSON, or with a stream that contains one event. */
async function request<T>(method: string, params: object = {}): Promise<T> {
	const response = await post({ id: ++id, method, params });
	const text = await response.text();
	session ??= response.headers.get('mcp-session-id') ?? undefined;
	const data = /^data: (.*)$/m.exec(text)?.[1] ?? text;
	const { result } = JSON.parse(data) as { result?: T };
	if (!result) throw new Error(`${response.status} ${text}`);
	return result;
}

/** A tool's result for the model. */
async function call(name: string, given: object = {}): Promise<unknown> {
	const { content } = await request<{ content: Array<{ text: string }> }>('tools/call', {
		name,
		arguments: given,
	});
	try {
		return JSON.parse(content[0].text);
	} catch {
		return content[0].text;
	}
}

beforeAll(async () => {
	const { id: workflow } = await n8n.api.importWorkflow(example('mcp-survey-tools.json'), {
		credentials: { netigateApi },
		parameters: { 'Add a Person': chosen(surveys.postEvent, sendouts.postEventEmail) },
	});
	await n8n.api.activate(workflow);
	await n8n.api.waitForWebhook('POST', 'netigate-surveys');
	await request('initialize', {
		protocolVersion: '2025-03-26',
		capabilities: {},
		clientInfo: { name: 'test', version: '1' },
	});
	await post({ method: 'notifications/initialized' });
});

describe('workflows/mcp-survey-tools.json', () => {
	test('offers six tools, but none to a client without the key', async () => {
		const { tools } = await request<{ tools: Array<{ name: string; description: string }> }>(
			'tools/list',
		);
		expect(tools.map(({ name }) => name).sort()).toEqual(
			['Add_a_Person', 'Results', 'Sendouts', 'Summary', 'Surveys', 'Who_Was_Invited'].sort(),
		);
		for (const { description } of tools) expect(description.length).toBeGreaterThan(20);
		expect((await post({ id: 1, method: 'tools/list' }, 'wrong')).status).toBe(403);
	});

	test('reads surveys, sendouts, results, the summary and the respondents', async () => {
		const survey_id = surveys.support;
		const listed = (await call('Surveys')) as object[];
		for (const one of listed)
			expect(Object.keys(one).sort()).toEqual(
				['Activated', 'EndDate', 'Name', 'StartDate', 'SurveyId'].sort(),
			);
		expect(await call('Sendouts', { survey_id })).toContainEqual(
			expect.objectContaining({ SendoutId: sendouts.supportEmail }),
		);
		const results = await call('Results', { survey_id, since: '' });
		expect(results).toContainEqual(
			expect.objectContaining({ completed: true, answers: expect.any(Object) }),
		);
		expect(JSON.stringify(results)).not.toMatch(/@|missingFields/);
		expect(await call('Summary', { survey_id })).toMatchObject([{ surveyId: survey_id }]);
		const invited = await call('Who_Was_Invited', { survey_id, sendout_id: sendouts.supportEmail });
		expect(invited).toContainEqual(
			expect.objectContaining({ answerStatus: 'completed', RespondentId: expect.any(Number) }),
		);
		// The output must not contain personal links.
		expect(JSON.stringify(invited)).not.toMatch(/http|missingFields/);
		expect(sandbox.calls.every(({ method }) => method === 'GET')).toBe(true);
	});

	test('invites a person only if the contact is entered twice, and only once', async () => {
		const contact = 'new@example.com';
		for (const confirmed of [{}, { confirmed_contact: '' }, { confirmed_contact: 'yes' }]) {
			const [preview] = (await call('Add_a_Person', { contact, ...confirmed })) as object[];
			expect(preview).toMatchObject({ status: 'wouldAdd', contact });
		}
		expect(sandbox.state.invitations).toEqual([]);
		const confirmed = { contact, confirmed_contact: contact };
		expect(await call('Add_a_Person', confirmed)).toMatchObject([{ status: 'added', contact }]);
		expect(await call('Add_a_Person', confirmed)).toMatchObject([
			{ status: 'skipped', reason: 'existing' },
		]);
		expect(sandbox.state.invitations).toHaveLength(1);
	});
});
