import { itemsOf } from '../run/n8n-api.mjs';
import { until } from '../run/until.mjs';
import { useSandbox } from '../sandbox/useSandbox';
import { jsonOf, succeeded, useCredential, useN8n } from './server';
import { everyTwoSeconds, noOp, own, workflow as workflowOf, type Fields } from './workflows';

const survey = 501;
const sendout = 7001;
const trigger = 'Netigate Trigger';

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);

async function importTrigger(more: Fields = {}) {
	const parameters = { pollTimes: everyTwoSeconds, surveyIds: [survey], event: 'completed' };
	const nodes = [own(trigger, 'netigateTrigger', { ...parameters, ...more }), noOp('End')];
	return await n8n.api.importWorkflow(workflowOf('Answers', nodes), {
		credentials: { netigateApi },
	});
}

/** The answer set IDs that started executions, an array for each. */
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
	test('outputs 200 answers over several polls and a restart, each exactly once', async () => {
		sandbox.changeSettings({ answerAfterMs: 1000, answerDurationMs: 2000 });
		const history = sandbox.state.addAnswerSets(survey, 30).map(({ AnswerSetId }) => AnswerSetId);
		const workflow = await importTrigger();
		await n8n.api.activate(workflow.id);
		const polled = async (times: number) => {
			const before = sandbox.calls.length;
			await until('a poll', 120_000, () => sandbox.calls.length >= before + times);
		};
		for (let group = 0; group < 2; group++) {
			invite(group * 40, 40);
			await polled(1);
		}
		invite(80, 40);
		await n8n.restart();
		for (let group = 3; group < 5; group++) {
			invite(group * 40, 40);
			await polled(1);
		}
		const answered = () =>
			[...sandbox.state.answerSets.values()].filter(
				({ Survey, Completed, AnswerSetId }) =>
					Survey === survey && Completed !== null && !history.includes(AnswerSetId),
			);
		const given200 = async () => (await givenBy(workflow.id)).flat().length >= 200;
		await until('200 answers to be given', 120_000, given200, 1_000);
		expect(answered()).toHaveLength(200);
		await polled(2);
		const given = await givenBy(workflow.id);
		await n8n.api.deactivate(workflow.id);
		expect(given.length).toBeGreaterThan(2);
		expect(given.flat().sort()).toEqual(
			answered()
				.map(({ AnswerSetId }) => AnswerSetId)
				.sort(),
		);
	});

	test('continues where it was if changed and published again, and starts from now if activated again', async () => {
		const workflow = await importTrigger();
		await n8n.api.activate(workflow.id);
		const first = sandbox.state.addAnswerSet(survey).AnswerSetId;
		const saved = await n8n.api.workflow(workflow.id);
		const { name, nodes, connections, settings, versionId } = saved;
		nodes.find((node) => node.name === trigger)!.parameters.options = { keyBy: 'id' };
		const changed = { name, nodes, connections, settings, versionId };
		await n8n.api.call('PATCH', `/rest/workflows/${workflow.id}`, changed);
		await n8n.api.activate(workflow.id);
		const gave = (id: number) => async () => (await givenBy(workflow.id)).flat().includes(id);
		await until('the answer to be given', 120_000, gave(first), 500);
		await n8n.api.deactivate(workflow.id);
		sandbox.state.addAnswerSet(survey);
		await n8n.api.activate(workflow.id);
		const last = sandbox.state.addAnswerSet(survey).AnswerSetId;
		await until('the last answer to be given', 120_000, gave(last), 500);
		await n8n.api.deactivate(workflow.id);
		expect((await givenBy(workflow.id)).flat()).toEqual([first, last]);
	});

	test("is refused at activation if a condition doesn't fit its question", async () => {
		const workflow = await importTrigger({
			surveyIds: [502],
			conditions: { condition: [{ questionItemId: 12105, operation: 'atMost', value: '2' }] },
		});
		await expect(n8n.api.activate(workflow.id)).rejects.toThrow(
			/can't be used for the question .*Anything else\?/,
		);
	});

	test('shows a sample if run manually, and its position stays', async () => {
		const workflow = await importTrigger({ surveyIds: [502] });
		const execution = succeeded(await n8n.api.run(workflow.id, trigger));
		const [first] = jsonOf(execution, trigger);
		expect(first).toMatchObject({ surveyId: 502, completed: true });
		expect((await n8n.api.workflow(workflow.id)).staticData ?? {}).toEqual({});
		expect(JSON.stringify(execution)).not.toContain(sandbox.apiKey);
	});
});
