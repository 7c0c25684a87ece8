import { startSandbox, type Sandbox } from '../sandbox';
import { itemsOf, type Credential } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { until } from '../run/until.mjs';

const survey = 501;
const sendout = 7001;
const trigger = 'Netigate Trigger';

/** n8n allows no cron of seconds, but any number of poll times, so this is every five seconds. */
const everyFiveSeconds = {
	item: Array.from({ length: 12 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 5} * * * * *`,
	})),
};

let n8n: N8nServer;
let sandbox: Sandbox;
let credential: Credential;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await startN8n();
	credential = await createSandboxCredential(n8n.api, sandbox);
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
});

beforeEach(() => sandbox.reset());

async function importTrigger(parameters: Record<string, unknown> = {}) {
	return await n8n.api.importWorkflow(
		{
			name: 'Answers',
			nodes: [
				{
					id: '5f0c0010-0000-4000-8000-000000000001',
					name: trigger,
					type: 'n8n-nodes-netigate.netigateTrigger',
					typeVersion: 1,
					position: [0, 0],
					parameters: {
						pollTimes: everyFiveSeconds,
						surveyIds: [survey],
						event: 'completed',
						...parameters,
					},
				},
				{
					id: '5f0c0010-0000-4000-8000-000000000002',
					name: 'End',
					type: 'n8n-nodes-base.noOp',
					typeVersion: 1,
					position: [220, 0],
					parameters: {},
				},
			],
			connections: { [trigger]: { main: [[{ node: 'End', type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1' },
		},
		{ credentials: { netigateApi: credential } },
	);
}

/** @returns why the workflow's trigger refused to start, if it did */
async function refusal(workflowId: string): Promise<string | null> {
	try {
		await n8n.api.activate(workflowId);
		return null;
	} catch (error) {
		return (error as Error).message;
	}
}

/** The answer set ids that started executions, an array for each. */
async function givenBy(workflowId: string): Promise<number[][]> {
	const executions = await n8n.api.executions({ workflowId }, 100);
	const given: number[][] = [];
	for (const { id } of executions.reverse()) {
		const execution = await n8n.api.waitForExecution(id);
		given.push(itemsOf(execution, trigger).map(({ json }) => json.answerSetId));
	}
	return given;
}

/** Invites people; the sandbox lets them answer one to three seconds later. */
function invite(from: number, count: number) {
	const group = sandbox.state.sendout(survey, sendout);
	for (let index = from; index < from + count; index++) {
		sandbox.state.addRespondent(group, `person${index}@example.com`);
	}
	sandbox.people.activate(group);
}

describe('The trigger in an active workflow', () => {
	test('gives 200 answers over several polls and a restart, each exactly once', async () => {
		sandbox.changeSettings({ answerAfterMs: 1000, answerDurationMs: 2000 });
		const history = sandbox.state.addAnswerSets(survey, 30).map(({ AnswerSetId }) => AnswerSetId);
		const workflow = await importTrigger();
		await n8n.api.activate(workflow.id);
		for (let group = 0; group < 5; group++) {
			invite(group * 20, 20);
			await new Promise((resolve) => setTimeout(resolve, 3_000));
		}
		invite(100, 20);
		await n8n.restart();
		for (let group = 6; group < 10; group++) {
			invite(group * 20, 20);
			await new Promise((resolve) => setTimeout(resolve, 3_000));
		}
		const answered = () =>
			[...sandbox.state.answerSets.values()].filter(
				({ Survey, Completed, AnswerSetId }) =>
					Survey === survey && Completed !== null && !history.includes(AnswerSetId),
			);
		await until(
			'200 answers to be given',
			120_000,
			async () => {
				return (await givenBy(workflow.id)).flat().length >= 200;
			},
			1_000,
		);
		expect(answered()).toHaveLength(200);
		const pollsBefore = sandbox.calls.length;
		await until('two more polls', 120_000, async () => sandbox.calls.length >= pollsBefore + 2);
		const given = await givenBy(workflow.id);
		await n8n.api.deactivate(workflow.id);
		expect(given.length).toBeGreaterThan(2);
		expect(given.flat().sort()).toEqual(
			answered()
				.map(({ AnswerSetId }) => AnswerSetId)
				.sort(),
		);
		expect(sandbox.violations).toEqual([]);
	});

	test('continues where it was if changed and published again, and starts from now if activated again', async () => {
		const workflow = await importTrigger();
		await n8n.api.activate(workflow.id);
		const first = sandbox.state.addAnswerSet(survey).AnswerSetId;
		const saved = await n8n.api.workflow(workflow.id);
		const nodes = saved.nodes.map((node: { name: string; parameters: object }) =>
			node.name === trigger
				? { ...node, parameters: { ...node.parameters, options: { keyBy: 'id' } } }
				: node,
		);
		await n8n.api.call('PATCH', `/rest/workflows/${workflow.id}`, {
			nodes,
			connections: saved.connections,
			settings: saved.settings,
			name: saved.name,
			versionId: saved.versionId,
		});
		await n8n.api.activate(workflow.id);
		await until(
			'the answer to be given',
			120_000,
			async () => {
				return (await givenBy(workflow.id)).flat().includes(first);
			},
			500,
		);
		await n8n.api.deactivate(workflow.id);
		sandbox.state.addAnswerSet(survey);
		await n8n.api.activate(workflow.id);
		const last = sandbox.state.addAnswerSet(survey).AnswerSetId;
		await until(
			'the last answer to be given',
			120_000,
			async () => {
				return (await givenBy(workflow.id)).flat().includes(last);
			},
			500,
		);
		await n8n.api.deactivate(workflow.id);
		expect((await givenBy(workflow.id)).flat()).toEqual([first, last]);
	});

	test("is refused at activation if a condition doesn't fit its question", async () => {
		const workflow = await importTrigger({
			surveyIds: [502],
			conditions: { condition: [{ questionItemId: 12105, operation: 'atMost', value: '2' }] },
		});
		expect(await refusal(workflow.id)).toMatch(/can't be used for the question .*Anything else\?/);
	});

	test('shows a sample if run manually, and its position stays', async () => {
		const workflow = await importTrigger({ surveyIds: [502] });
		const execution = await n8n.api.run(workflow.id, trigger);
		expect(execution.status).toBe('success');
		const items = itemsOf(execution, trigger);
		expect(items.length).toBeGreaterThan(0);
		expect(items[0].json).toMatchObject({ surveyId: 502, completed: true });
		expect((await n8n.api.workflow(workflow.id)).staticData ?? {}).toEqual({});
		expect(JSON.stringify(execution)).not.toContain(sandbox.apiKey);
	});
});
