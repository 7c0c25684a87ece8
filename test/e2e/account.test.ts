import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../run/editor.mjs';
import { itemsOf, type Credential, type Workflow } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { root } from '../run/paths.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { chromiumPath } from '../run/services.mjs';
import { sampleIds, startSandbox, type Sandbox, type Settings } from '../sandbox';
import { EditorPage } from './editorPage';
import { describeWith } from './needs';

const { surveys, sendouts } = sampleIds;

let n8n: N8nServer;
let sandbox: Sandbox;

beforeAll(async () => {
	[sandbox, n8n] = await Promise.all([startSandbox(), startN8n()]);
});

beforeEach(() => sandbox.reset());

afterEach(() => expect(sandbox.violations).toEqual([]));

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
});

describeWith(['chromium'])('"Check account" in the editor', () => {
	let editor: EditorPage;

	beforeAll(async () => {
		editor = new EditorPage(await openEditor(n8n, chromiumPath()!, { height: 1000 }));
	});

	afterAll(async () => await editor?.page.context().browser()?.close());

	test('with a credential of one’s own, one click gives the report', async () => {
		const { id } = await n8n.api.importWorkflow({
			name: 'Check',
			nodes: [
				{
					id: '5f0e0011-0000-4000-8000-000000000001',
					name: 'Start',
					type: 'n8n-nodes-base.manualTrigger',
					typeVersion: 1,
					position: [0, 0],
					parameters: {},
				},
				{
					id: '5f0e0011-0000-4000-8000-000000000002',
					name: 'Check Account',
					type: 'n8n-nodes-netigate.netigate',
					typeVersion: 1,
					position: [220, 0],
					parameters: { resource: 'account', operation: 'check' },
				},
			],
			connections: { Start: { main: [[{ node: 'Check Account', type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1' },
		});
		await editor.openWorkflow(id);
		await editor.openNode('Check Account');
		await editor.page.getByRole('button', { name: 'Connect to Netigate' }).click();
		const modal = editor.part('editCredential-modal');
		const fill = async (parameter: string, text: string) =>
			await editor.part(`parameter-input-${parameter}`, modal).locator('input').fill(text);
		await editor.choose(editor.part('parameter-input-server', modal), 'Custom');
		await fill('apiKey', sandbox.apiKey);
		await fill('baseUrl', sandbox.url);
		await editor.part('credential-save-button', modal).click();
		await modal.waitFor({ state: 'hidden' });
		await editor.part('node-execute-button').first().click();
		const output = editor.part('output-panel');
		await output.getByText(/facts are as expected/).waitFor();
		await output.getByText('GET /surveys/{surveyId}/answersWithData').first().waitFor();
		await editor.picture('15-account-check');
		const text = await output.innerText();
		expect(text).toContain("You're good to go");
		expect(new Set(sandbox.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
		expect(editor.errors).toEqual([]);
	});
});

describe('workflows/check-your-account.json', () => {
	const [first, second] = ['first@example.com', 'second@example.com'];
	let credential: Credential;

	// Not earlier: the test before creates the first credential of this n8n itself.
	beforeAll(async () => {
		credential = await createSandboxCredential(n8n.api, sandbox);
	});

	/** Imports the example as its notes say, and runs it. */
	async function run(understood: 'yes' | 'no') {
		const file = join(root, 'workflows', 'check-your-account.json');
		const workflow = JSON.parse(readFileSync(file, 'utf8')) as Workflow;
		for (const node of workflow.nodes) {
			if (node.name === 'Fill In') {
				const filled: Record<string, string> = {
					baseUrl: sandbox.url,
					surveyId: String(surveys.postEvent),
					sendoutId: String(sendouts.postEventEmail),
					understood,
				};
				const { assignments } = node.parameters.assignments as {
					assignments: Array<{ name: string; value: string }>;
				};
				for (const one of assignments) one.value = filled[one.name] ?? one.value;
			}
			if (node.type === 'n8n-nodes-base.httpRequest')
				node.credentials = { netigateApi: { id: credential.id, name: credential.name } };
		}
		const { id } = await n8n.api.importWorkflow(workflow, {
			credentials: { netigateApi: credential },
		});
		const execution = await n8n.api.run(id, 'Start');
		const items = (node: string) => itemsOf(execution, node).map(({ json }) => json);
		return { execution, items };
	}

	const writes = () => sandbox.calls.filter(({ method }) => method !== 'GET');
	const written = () => writes().map(({ operationId }) => operationId);

	test('shows each step and does nothing until the user confirms', async () => {
		const { execution, items } = await run('no');
		expect(execution.status).toBe('success');
		expect(items('Show the Plan').map(({ step }) => step)).toEqual([
			'add',
			'again',
			'lower',
			'upper',
			'mixed',
			'activate',
			'remind',
			'deactivate',
		]);
		expect(writes()).toEqual([]);
	});

	test.each<[Partial<Settings>, Record<string, string>]>([
		[
			{},
			{
				duplicates: 'add',
				'batch-value': 'either',
				'ordinal-unseen': 'reject',
				'partial-batch': 'rejectAll',
				'success-codes': 'HTTP 200',
				'empty-cells': 'emptyText',
				'activate-answer': 'sendout',
			},
		],
		[
			{
				repeatedContacts: 'reject',
				batchValueMember: 'Value',
				createdStatus: 201,
				wrapped: 'always',
				activateAnswer: 'empty',
				emptyCells: 'null',
			},
			{
				duplicates: 'refused',
				'batch-value': 'Value',
				'success-codes': 'HTTP 201',
				'activate-answer': 'empty',
				'empty-cells': 'null',
				'partial-batch': 'not seen',
			},
		],
		[
			{
				batchValueMember: 'value',
				partialBatch: 'addUntilBad',
				createdStatus: 201,
				emptyCells: 'omitted',
				wrapped: 'always',
			},
			{
				'batch-value': 'value',
				'partial-batch': 'addUntilBad',
				'success-codes': 'HTTP 201',
				'empty-cells': 'omitted',
			},
		],
		[
			{ repeatedContacts: 'add', unknownOrdinal: 'accept', batchValueMember: 'Value' },
			{ 'batch-value': 'Value', 'ordinal-unseen': 'accept or ignore', 'partial-batch': 'not seen' },
		],
	])('with %j it reports %j', async (settings, expected) => {
		sandbox.changeSettings(settings);
		const { execution, items } = await run('yes');
		expect(execution.status).toBe('success');
		const findings = items('Findings');
		const answers = findings.filter(({ question }) => question);
		expect(
			Object.fromEntries(answers.map(({ question, answer }) => [question, answer])),
		).toMatchObject(expected);
		// Each step runs once, for the two addresses only, and the report contains no personal data.
		expect(written().filter((name) => name !== 'getCells')).toEqual([
			'addRespondent',
			'addRespondent',
			'addRespondents',
			'addRespondents',
			'addRespondents',
			'activateSendout',
			'createReminder',
			'deactivateSendout',
		]);
		const contacts = new Set(sandbox.state.invitations.map(({ contact }) => contact));
		expect([...contacts].every((one) => [first, second].includes(one))).toBe(true);
		const steps = findings.filter(({ step }) => step);
		expect(steps.every(({ willDo, done }) => willDo && done)).toBe(true);
		expect(JSON.stringify(findings)).not.toMatch(/@|60\d{3}|3000\d{6}|4001/);
		expect(
			sandbox.state.sendout(surveys.postEvent, sendouts.postEventEmail).primary.Activated,
		).toBe(false);
	});

	test('a sendout with people in it is rejected before anything is written', async () => {
		const sendout = sandbox.state.sendout(surveys.postEvent, sendouts.postEventEmail);
		sandbox.state.addRespondent(sendout, 'somebody@example.com', new Map());
		const { execution } = await run('yes');
		expect(execution.status).toBe('error');
		expect(writes()).toEqual([]);
	});
});
