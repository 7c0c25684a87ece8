import { sampleIds, startSandbox, type Sandbox } from '../sandbox';
import { itemsOf, type Workflow } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { until } from '../run/until.mjs';

const COUNT = 5000;

const survey = sampleIds.surveys.postEvent;
const sendout = sampleIds.sendouts.postEventEmail;

const locator = (value: number) => ({ __rl: true, mode: 'id', value: String(value) });

/** A list of people comes in, and each is added with "If Already in This Sendout: Skip". */
const workflow: Workflow = {
	name: 'Invite many',
	nodes: [
		{
			id: 'a1',
			name: 'People',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2.1,
			position: [0, 0],
			webhookId: '5f0c0000-0000-4000-8000-0000000000bb',
			parameters: { httpMethod: 'POST', path: 'invite-many', options: {} },
		},
		{
			id: 'a2',
			name: 'Each',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			position: [200, 0],
			parameters: { fieldToSplitOut: 'body.people', options: {} },
		},
		{
			id: 'a3',
			name: 'Invite',
			type: 'n8n-nodes-netigate.netigate',
			typeVersion: 1,
			position: [400, 0],
			parameters: {
				resource: 'respondent',
				operation: 'add',
				surveyId: locator(survey),
				sendoutId: locator(sendout),
				contact: '={{ $json.email }}',
				sendInvitation: true,
				backgroundData: { mappingMode: 'defineBelow', value: {} },
				existing: 'skip',
				options: { batchSize: 25 },
			},
		},
	],
	connections: {
		People: { main: [[{ node: 'Each', type: 'main', index: 0 }]] },
		Each: { main: [[{ node: 'Invite', type: 'main', index: 0 }]] },
	},
	settings: { executionOrder: 'v1' },
};

const people = Array.from({ length: COUNT }, (_, index) => ({
	email: `person${index}@example.com`,
}));

let n8n: N8nServer;
let sandbox: Sandbox;

beforeAll(async () => {
	// Two hundred batches, four at a time: some seconds, so that it can be killed in the middle.
	[sandbox, n8n] = await Promise.all([startSandbox({ latencyMs: 100 }), startN8n()]);
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
});

const respondents = () =>
	[...sandbox.state.respondents.values()].filter(({ sendoutId }) => sendoutId === sendout);

const invitations = () =>
	sandbox.state.invitations.filter(
		({ sendoutId, kind }) => sendoutId === sendout && kind === 'invitation',
	);

test('n8n is killed in the middle of 5,000 invitations: a second run invites the others, each once', async () => {
	const credential = await createSandboxCredential(n8n.api, sandbox);
	const { id: workflowId } = await n8n.api.importWorkflow(workflow, {
		credentials: { netigateApi: credential },
	});
	await n8n.api.activate(workflowId);

	await n8n.api.webhook('invite-many', { people });
	await until('a quarter to be added', 60_000, async () => respondents().length >= COUNT / 4);
	await n8n.kill9();
	expect(respondents().length).toBeLessThan(COUNT);

	await n8n.start();
	await n8n.api.waitForWebhook('POST', 'invite-many');
	const before = respondents().length;
	expect(before).toBeGreaterThanOrEqual(COUNT / 4);
	expect(before).toBeLessThan(COUNT);

	await n8n.api.webhook('invite-many', { people });
	await until('the second run to end', 120_000, async () => {
		const [latest, ...others] = await n8n.api.executions({ workflowId });
		return others.length === 1 && latest.status === 'success';
	});
	const [{ id }] = await n8n.api.executions({ workflowId }, 1);
	const told: Record<string, number> = {};
	for (const { json } of itemsOf(await n8n.api.execution(id), 'Invite')) {
		const what = String(json.reason ?? json.status);
		told[what] = (told[what] ?? 0) + 1;
	}
	expect(told).toEqual({ added: COUNT - before, existing: before });

	expect(respondents()).toHaveLength(COUNT);
	expect(new Set(respondents().map(({ Email }) => Email)).size).toBe(COUNT);
	expect(invitations()).toHaveLength(COUNT);
	expect(new Set(invitations().map(({ respondentId }) => respondentId)).size).toBe(COUNT);
	expect(sandbox.violations).toEqual([]);
});
