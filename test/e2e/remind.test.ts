import { join } from 'node:path';
import { sampleIds } from '../sandbox';
import { root } from '../run/paths.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { until } from '../run/until.mjs';
import { createMailCredential, startWithMail, type WithMail } from './mailServer';

const survey = sampleIds.surveys.postEvent;
let n8n: WithMail['n8n'];
let sandbox: WithMail['sandbox'];
let mailServer: WithMail['mailServer'];
let stop: WithMail['stop'] | undefined;

beforeAll(async () => {
	({ n8n, sandbox, mailServer, stop } = await startWithMail());
});

afterAll(async () => await stop?.());

test("people who haven't answered are reminded once with their own link, others aren't", async () => {
	const { api } = n8n;
	const netigateApi = await createSandboxCredential(api, sandbox);
	const smtp = await createMailCredential(api, mailServer);
	const file = join(root, 'workflows', 'remind-who-has-not-answered.json');
	const { id } = await api.importWorkflow(file, {
		credentials: { netigateApi, smtp },
		settings: { surveyId: survey, sendoutId: sampleIds.sendouts.postEventEmail },
		// A week is too long for a test.
		parameters: { 'A Week Later': { amount: 8, unit: 'seconds' } },
	});
	await api.activate(id);
	const respondents = () => [...sandbox.state.respondents.values()];
	const there = (email: string) => respondents().find(({ Email }) => Email === email);
	const ended = async (count: number) =>
		await until(`run ${count} to end`, 120_000, async () => {
			const executions = await api.executions({ workflowId: id });
			return executions.filter(({ stoppedAt }) => stoppedAt).length >= count;
		});

	const people = ['quiet@example.com', 'answers@example.com', 'begins@example.com'];
	const given = [...people, 'nobody'].map((email) => ({ email }));
	await api.webhook('invite-and-remind', { people: given });
	await until('the invitations', 120_000, async () =>
		Promise.resolve(people.every((email) => there(email))),
	);
	const answers = { respondentId: there('answers@example.com')!.RespondentId };
	sandbox.state.addAnswerSet(survey, answers);
	const begins = { respondentId: there('begins@example.com')!.RespondentId, completed: null };
	sandbox.state.addAnswerSet(survey, begins);
	await ended(1);

	const [{ id: executionId }] = await api.executions({ workflowId: id }, 1);
	const { status, data } = await api.execution(executionId);
	expect({ status, error: data.resultData.error?.message }).toEqual({ status: 'success' });
	expect(mailServer.mails.map(({ to }) => to)).toEqual([['quiet@example.com']]);
	expect(mailServer.mails[0].body).toContain(there('quiet@example.com')!.SurveyURL);

	// The same list again: people already in the sendout were reminded by the run before.
	await api.webhook('invite-and-remind', { people: given });
	await ended(2);
	expect(mailServer.mails).toHaveLength(1);
	expect(sandbox.violations).toEqual([]);
	await api.deactivate(id);
});
