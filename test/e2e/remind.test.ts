import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { until } from '../run/until.mjs';
import { createMailCredential, MailServer } from './mailServer';
import { ended, example, use, useCredential, useN8n } from './server';

const survey = sampleIds.surveys.postEvent;

const sandbox = useSandbox({}, { once: true });
const mailServer = use(new MailServer());
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);

test("people who haven't answered are reminded once with their own link, others aren't", async () => {
	const { api } = n8n;
	const smtp = await createMailCredential(api, mailServer);
	const { id } = await api.importWorkflow(example('remind-who-has-not-answered.json'), {
		credentials: { netigateApi, smtp },
		settings: { surveyId: survey, sendoutId: sampleIds.sendouts.postEventEmail },
		// A week is too long for a test.
		parameters: { 'A Week Later': { amount: 8, unit: 'seconds' } },
	});
	await api.activate(id);
	const respondents = () => [...sandbox.state.respondents.values()];
	const there = (email: string) => respondents().find(({ Email }) => Email === email);
	const people = ['quiet@example.com', 'answers@example.com', 'begins@example.com'];
	const given = [...people, 'nobody'].map((email) => ({ email }));
	await api.webhook('invite-and-remind', { people: given });
	await until('the invitations', 120_000, () => people.every((email) => there(email)));
	const answers = { respondentId: there('answers@example.com')!.RespondentId };
	sandbox.state.addAnswerSet(survey, answers);
	const begins = { respondentId: there('begins@example.com')!.RespondentId, completed: null };
	sandbox.state.addAnswerSet(survey, begins);
	await ended(n8n, id, 1);
	expect(mailServer.mails.map(({ to }) => to)).toEqual([['quiet@example.com']]);
	expect(mailServer.mails[0].body).toContain(there('quiet@example.com')!.SurveyURL);

	// The same list again: people already in the sendout were reminded by the run before.
	await api.webhook('invite-and-remind', { people: given });
	await ended(n8n, id, 2);
	expect(mailServer.mails).toHaveLength(1);
});
