import { sampleIds, startSandbox, type Sandbox } from '../sandbox';
import { itemsOf, type Credential, type Workflow } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { until } from '../run/until.mjs';

const COUNT = 5000;

const survey = sampleIds.surveys.postEvent;
const sendout = sampleIds.sendouts.postEventEmail;

const locator = (value: number) => ({ __rl: true, mode: 'id', value: String(value) });

/** A list of people comes in, and each is added with "If Already in This Sendout: Skip". */
const workflow = (path: string, quarantine: object = {}): Workflow => ({
	name: 'Invite many',
	nodes: [
		{
			id: 'a1',
			name: 'People',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2.1,
			position: [0, 0],
			webhookId: path,
			parameters: { httpMethod: 'POST', path, options: {} },
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
				quarantine,
				options: { batchSize: 25 },
			},
		},
	],
	connections: {
		People: { main: [[{ node: 'Each', type: 'main', index: 0 }]] },
		Each: { main: [[{ node: 'Invite', type: 'main', index: 0 }]] },
	},
	settings: { executionOrder: 'v1' },
});

const peopleCalled = (name: string, count: number) =>
	Array.from({ length: count }, (_, index) => ({ email: `${name}${index}@example.com` }));

const people = peopleCalled('person', COUNT);

let n8n: N8nServer;
let sandbox: Sandbox;
let credential: Credential;

beforeAll(async () => {
	// Two hundred batches, four at a time: some seconds, so that it can be killed in the middle.
	[sandbox, n8n] = await Promise.all([startSandbox({ latencyMs: 100 }), startN8n()]);
	credential = await createSandboxCredential(n8n.api, sandbox);
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

test('n8n is killed in the middle of 5,000 invitations: a second run invites the others once each', async () => {
	const { id: workflowId } = await n8n.api.importWorkflow(workflow('invite-many'), {
		credentials: { netigateApi: credential },
	});
	await n8n.api.activate(workflowId);

	await n8n.api.webhook('invite-many', { people });
	await until('a quarter to be added', 120_000, async () => respondents().length >= COUNT / 4);
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

describe('with a quarantine', () => {
	const COUNT_HERE = 200;

	/** Runs the workflow. @returns the number of items per status or reason */
	async function told(path: string, workflowId: string, given: object[]) {
		const before = (await n8n.api.executions({ workflowId })).length;
		await n8n.api.webhook(path, { people: given });
		await until('the run to end', 120_000, async () => {
			const all = await n8n.api.executions({ workflowId });
			return all.length > before && all[0].status === 'success';
		});
		const [{ id }] = await n8n.api.executions({ workflowId }, 1);
		const counts: Record<string, number> = {};
		for (const { json } of itemsOf(await n8n.api.execution(id), 'Invite')) {
			const what = String(json.reason ?? json.status);
			counts[what] = (counts[what] ?? 0) + 1;
		}
		return counts;
	}

	/** Starts a run, and kills n8n once `when` is true. */
	async function killedRun(name: string, quarantine: object, when: () => boolean) {
		const path = `kill-${name}`;
		const { id } = await n8n.api.importWorkflow(workflow(path, quarantine), {
			credentials: { netigateApi: credential },
		});
		await n8n.api.activate(id);
		const given = peopleCalled(name, COUNT_HERE);
		await n8n.api.webhook(path, { people: given });
		await until('the moment to kill', 120_000, async () => Promise.resolve(when()));
		await n8n.kill9();
		sandbox.faults.clear();
		await n8n.start();
		await n8n.api.waitForWebhook('POST', path);
		return async (people: object[] = given) => await told(path, id, people);
	}

	const invitedOf = (name: string) =>
		invitations()
			.map(({ contact }) => contact)
			.filter((contact) => contact.startsWith(name));

	/** Whether a batch was sent, which the sandbox never answers. */
	const sending = () => sandbox.calls.some(({ operationId }) => operationId === 'addRespondents');

	beforeEach(() => {
		sandbox.reset();
		sandbox.changeSettings({ latencyMs: 100 });
	});

	test('killed between reserving and sending, everyone counts as asked', async () => {
		sandbox.faults.add({ kind: 'hang', operationId: 'addRespondents' });
		const again = await killedRun('reserved', { group: 'Kill' }, sending);
		expect(await again()).toEqual({ invitedRecently: COUNT_HERE });
		expect(invitedOf('reserved')).toEqual([]);
	});

	test('with a hold no one is lost: once it is over, everyone is invited once', async () => {
		sandbox.faults.add({ kind: 'hang', operationId: 'addRespondents' });
		const again = await killedRun('held', { group: 'Kill', holdMinutes: 1 }, sending);
		let counts: Record<string, number> = {};
		await until(
			'the hold to be over',
			120_000,
			async () => {
				counts = await again();
				return counts.added === COUNT_HERE;
			},
			10_000,
		);
		expect(await again()).toEqual({ invitedRecently: COUNT_HERE });
		expect(invitedOf('held')).toHaveLength(COUNT_HERE);
		expect(new Set(invitedOf('held')).size).toBe(COUNT_HERE);
	});

	test('killed in the middle of sending, no one is invited twice', async () => {
		const some = () => respondents().length >= COUNT_HERE / 4;
		const again = await killedRun('middle', { group: 'Kill' }, some);
		await again();
		// People who were added by then wait for the sendout's activation, which comes with the next added person.
		expect(await again(peopleCalled('middle-new', 1))).toEqual({ added: 1 });
		const invited = invitedOf('middle');
		expect(invited.length).toBeGreaterThanOrEqual(COUNT_HERE / 4);
		expect(new Set(invited).size).toBe(invited.length);
		expect(sandbox.violations).toEqual([]);
	});
});
