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

/** The answer set IDs that started each execution. */
async function givenBy(workflowId: string): Promise<number[][]> {
	const executions = await n8n.api.executions({ workflowId }, 100);
	const given: number[][] = [];
	for (const { id } of executions.reverse()) {
		const execution = await n8n.api.waitForExecution(id);
		given.push(itemsOf(execution, trigger).map(({ json }) => json.answerSetId));
	}
	return given;
}

/** Invites people, who answer one to three seconds later in the sandbox. */
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
		const given = async () => (await givenBy(workflow.id)).flat().length;
		const untilGiven = async (count: number) =>
			await until(
				`${count} answers to be output`,
				120_000,
				async () => (await given()) >= count,
				500,
			);
		for (const count of [40, 80]) {
			invite(count - 40, 40);
			await untilGiven(count);
		}
		invite(80, 40);
		await n8n.restart();
		for (const count of [160, 200]) {
			invite(count - 40, 40);
			await untilGiven(count);
		}
		const answered = () =>
			[...sandbox.state.answerSets.values()].filter(
				({ Survey, Completed, AnswerSetId }) =>
					Survey === survey && Completed !== null && !history.includes(AnswerSetId),
			);
		expect(answered()).toHaveLength(200);
		const before = sandbox.calls.length;
		await until('two more polls', 120_000, () => sandbox.calls.length >= before + 2);
		const outputs = await givenBy(workflow.id);
		await n8n.api.deactivate(workflow.id);
		expect(outputs.length).toBeGreaterThan(2);
		expect(outputs.flat().sort()).toEqual(
			answered()
				.map(({ AnswerSetId }) => AnswerSetId)
				.sort(),
		);
	});

	test('continues where it stopped after a change, and starts from now if activated again', async () => {
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

	test('outputs a sample in a manual run, and keeps its position', async () => {
		const workflow = await importTrigger({ surveyIds: [502] });
		const execution = succeeded(await n8n.api.run(workflow.id, trigger));
		const [first] = jsonOf(execution, trigger);
		expect(first).toMatchObject({ surveyId: 502, completed: true });
		expect((await n8n.api.workflow(workflow.id)).staticData ?? {}).toEqual({});
		expect(JSON.stringify(execution)).not.toContain(sandbox.apiKey);
	});
});
