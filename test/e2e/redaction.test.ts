import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { byId, chosen, latest, useCredential, useN8n } from './server';
import { node, own, postedItems, webhook, workflow, type Fields } from './workflows';
import { quarantine } from './quarantine/workflows';

/*
 * Redaction by policy needs a license, but n8n redacts any execution in the same way on request. It hides items and
 * errors, so nothing else, e.g. hints, may contain personal data.
 */

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);

const NAME = 'kim.private';
const people = [`${NAME}@example.com`, NAME, '+46701234567', `${NAME}@example.com`];
const personal = /private|46701234567|example\.com|s\.aspx|\/a\/s\?/i;

/** Runs a workflow of these nodes with the people. @returns its execution as text, without and with redaction */
async function executed(path: string, nodes: Array<ReturnType<typeof own>>) {
	const { id } = await n8n.api.importWorkflow(
		workflow(path, [webhook(path), postedItems(), ...nodes]),
		{ credentials: { netigateApi } },
	);
	await n8n.api.activate(id);
	await n8n.api.webhook(path, { items: people.map((email) => ({ email })) });
	const execution = await latest(n8n, id);
	const read = async (query = '') => {
		const { data } = (await n8n.api.call('GET', `/rest/executions/${execution.id}${query}`)) as {
			data: string;
		};
		return data;
	};
	return { plain: await read(), redacted: await read('?redactExecutionData=true') };
}

const add = (parameters: Fields, onError = 'continueRegularOutput') =>
	own(
		...(['Invite', 'netigate'] as const),
		{
			...{ resource: 'respondent', operation: 'add', contact: '={{ $json.email }}' },
			...chosen(surveys.postEvent, sendouts.postEventEmail),
			...{ quarantineDays: 30, quarantine: { storeContact: true }, options: {} },
			...{ requestOptions: { settleSeconds: 0.1 }, ...parameters },
		},
		{ onError },
	);

/** A ledger workflow whose error quotes its input. */
async function brokenLedger(): Promise<string> {
	const { id } = await n8n.api.importWorkflow(
		workflow('Ledger', [
			node('Start', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' }),
			node('Fail', 'stopAndError', 1, {
				errorMessage: `={{ 'Refused ${people[0]}: ' + JSON.stringify($json) }}`,
			}),
		]),
	);
	await n8n.api.activate(id);
	return id!;
}

test.each<[string, () => Promise<Array<ReturnType<typeof own>>>]>([
	['invites', async () => [add({})]],
	['previews', async () => [add({ preview: true })]],
	['stops', async () => [add({}, 'stopWorkflow')]],
	['reserves', async () => [quarantine({ options: { storeContact: true } })]],
	['fails in the quarantine', async () => [quarantine({ options: { holdMinutes: 0.5 } })]],
	[
		'continues without the ledger',
		async () => {
			const options = {
				...{ ledger: 'workflow', ledgerWorkflow: byId(await brokenLedger()) },
				...{ whenUnavailable: 'allow', storeContact: true },
			};
			return [quarantine({ options })];
		},
	],
])('a redacted execution that %s names no one', async (what, nodes) => {
	const { plain, redacted } = await executed(
		`redacted-${what.replaceAll(' ', '-')}`,
		await nodes(),
	);
	expect(plain).toMatch(personal);
	expect(redacted.match(personal)).toBeNull();
	expect(redacted).toContain('"redacted":true');
});

test('n8n saves no execution of the data tables', async () => {
	const names = (await n8n.api.executions()).map(({ workflowName }) => workflowName as string);
	expect(names.length).toBeGreaterThan(5);
	expect(names.filter((name) => !/^redacted-|^Ledger$/.test(name))).toEqual([]);
});
