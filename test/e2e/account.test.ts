import { readFileSync } from 'node:fs';
import type { Workflow } from '../run/n8n-api.mjs';
import { sampleIds, type Settings } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { useEditor } from './editorPage';
import { describeWith } from './needs';
import { example, jsonOf, useCredential, useN8n } from './server';
import { manualTrigger, own, workflow } from './workflows';

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();

describeWith(['chromium'])('"Check account" in the editor', () => {
	const editor = useEditor(n8n, { height: 1000 });

	test('one click gives the report', async () => {
		const check = own('Check Account', 'netigate', { resource: 'account', operation: 'check' });
		const { id } = await n8n.api.importWorkflow(workflow('Check', [manualTrigger('Start'), check]));
		await editor.openWorkflow(id);
		await editor.openNode('Check Account');
		const modal = await editor.newCredential();
		await editor.fillCredential(modal, sandbox);
		await editor.saveCredential(modal);
		await editor.part('node-execute-button').first().click();
		const output = editor.part('output-panel');
		await output.getByText(/facts are as expected/).waitFor();
		await output.getByText('GET /surveys/{surveyId}/answersWithData').first().waitFor();
		await editor.picture('15-account-check');
		const text = await output.innerText();
		expect(text).toContain("You're good to go");
		expect(new Set(sandbox.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
	});
});

describe('workflows/check-your-account.json', () => {
	const [first, second] = ['first@example.com', 'second@example.com'];
	// Not earlier: the test before creates the first credential of this n8n itself.
	const credential = useCredential(n8n, sandbox);

	/** Imports the example as its notes say, and runs it. */
	async function run(understood: 'yes' | 'no') {
		const file = example('check-your-account.json');
		const check = JSON.parse(readFileSync(file, 'utf8')) as Workflow;
		for (const node of check.nodes) {
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
		const credentials = { netigateApi: credential };
		const { id } = await n8n.api.importWorkflow(check, { credentials });
		const execution = await n8n.api.run(id, 'Start');
		return { execution, items: (node: string) => jsonOf(execution, node) };
	}

	const writes = () => sandbox.calls.filter(({ method }) => method !== 'GET');
	const written = () => writes().map(({ operationId }) => operationId);

	test('shows each step and does nothing until the user confirms', async () => {
		const { execution, items } = await run('no');
		expect(execution.status).toBe('success');
		const steps = items('Show the Plan').map(({ step }) => step as string);
		expect(steps.join()).toBe('add,again,lower,upper,mixed,activate,remind,deactivate');
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
			...['addRespondent', 'addRespondent', 'addRespondents', 'addRespondents', 'addRespondents'],
			...['activateSendout', 'createReminder', 'deactivateSendout'],
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
		sandbox.state.addRespondent(sendout, 'someone@example.com', new Map());
		const { execution } = await run('yes');
		expect(execution.status).toBe('error');
		expect(writes()).toEqual([]);
	});
});
