import { readFileSync } from 'node:fs';
import type { Workflow } from '../run/n8n-api.mjs';
import { sampleIds, type Settings } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { chosen, example, jsonOf, useCredential, useN8n } from './server';

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();
const restricted = useCredential(n8n, sandbox);
const allowed = useCredential(n8n, sandbox, {
	allowedHttpRequestDomains: 'domains',
	allowedDomains: '127.0.0.1',
});

describe('workflows/check-your-account.json', () => {
	const [first, second] = ['first@example.com', 'second@example.com'];
	/** Imports the example, sets it up according to its notes, and runs it. */
	async function run(understood: 'yes' | 'no', netigateApi = allowed) {
		const file = example('check-your-account.json');
		const check = JSON.parse(readFileSync(file, 'utf8')) as Workflow;
		for (const node of check.nodes) {
			if (node.name === 'Fill In') {
				const filled: Record<string, string> = {
					baseUrl: sandbox.url,
					understood,
				};
				const { assignments } = node.parameters.assignments as {
					assignments: Array<{ name: string; value: string }>;
				};
				for (const one of assignments) one.value = filled[one.name] ?? one.value;
			}
			if (node.name === 'People Before')
				Object.assign(node.parameters, chosen(surveys.postEvent, sendouts.postEventEmail));
			if (node.type === 'n8n-nodes-base.httpRequest')
				node.credentials = { netigateApi: { id: netigateApi.id, name: netigateApi.name } };
		}
		const { id } = await n8n.api.importWorkflow(check, { credentials: { netigateApi } });
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

	test('sends nothing from HTTP Request nodes if their domain is not allowed', async () => {
		await run('yes', restricted);
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
	])('with %j, reports %j', async (settings, expected) => {
		sandbox.changeSettings(settings);
		const { execution, items } = await run('yes');
		expect(execution.status).toBe('success');
		const findings = items('Findings');
		const answers = findings.filter(({ question }) => question);
		expect(
			Object.fromEntries(answers.map(({ question, answer }) => [question, answer])),
		).toMatchObject(expected);
		// Each step runs once and only for the two addresses, and the report contains no personal data.
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

	test('rejects a sendout with respondents before anything is written', async () => {
		const sendout = sandbox.state.sendout(surveys.postEvent, sendouts.postEventEmail);
		sandbox.state.addRespondent(sendout, 'someone@example.com', new Map());
		const { execution } = await run('yes');
		expect(execution.status).toBe('error');
		expect(writes()).toEqual([]);
	});
});
