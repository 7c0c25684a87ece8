import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import type { Credential } from '../run/n8n-api.mjs';
import { until } from '../run/until.mjs';
import { sampleIds } from '../sandbox';
import type { Question } from '../sandbox/types';
import { useSandbox } from '../sandbox/useSandbox';
import { createMailCredential, MailServer } from './mailServer';
import { chosen, ended, example, use, useCredential, useN8n } from './server';

const survey = sampleIds.surveys.postEvent;

const sandbox = useSandbox({}, { once: true });
const mailServer = use(new MailServer());
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);
let smtp: Credential;

beforeAll(async () => {
	smtp = await createMailCredential(n8n.api, mailServer);
});

beforeEach(() => (mailServer.mails.length = 0));

const recommend: Question = {
	QuestionId: 11_050,
	Order: 0,
	Text: 'Would you recommend us to a friend?',
	Description: '',
	QuestionItems: [
		{
			QuestionItemId: 11_150,
			Order: 1,
			Type: 'RADIOBUTTON',
			Text: '',
			BackgroundLabel: null,
			Rows: Array.from({ length: 11 }, (_, score) => ({
				Order: score + 1,
				Text: String(score),
				Weight: null,
			})),
			Columns: [],
		},
	],
};

/** Invites someone, who answers if a score is given. */
function invited(at: number, region: string, score?: number, comment = 'Nothing to add.') {
	const { state } = sandbox;
	const sendout = state.sendout(survey, sampleIds.sendouts.postEventEmail);
	const label = state.document(sendout.documentId).labels[4].BGDataLabelId;
	const cells = new Map([[label, region]]);
	const person = state.addRespondent(sendout, `guest${at}@example.com`, cells);
	if (score === undefined) return;
	const items = state.questions.get(survey)!.flatMap((question) => question.QuestionItems);
	const comments = items.find(({ Type }) => Type === 'TEXT_FIELD')!.QuestionItemId;
	sandbox.changeSettings({ answerScript: { 11_150: String(score), [comments]: comment } });
	state.addAnswerSet(survey, { respondentId: person.RespondentId });
}

test('emails a headline, bars, groups and comments to the organizer two days after the event', async () => {
	sandbox.state.questions.get(survey)!.unshift(recommend);
	const nasty = 'Too <b>loud</b> & {{ $json.event }} cost $& 5 < 6';
	const scores = [10, 9, 10, 9, 8, 7, 9, 10, 6, 3, 0, 10];
	scores.forEach((score, at) => {
		const comment = at === 0 ? nasty : at === 1 ? 'A wonderful evening.\nThanks!' : '';
		invited(at, at % 2 ? 'North' : 'South', score, comment);
	});
	for (let at = 20; at < 28; at++) invited(at, 'West');
	for (let count = 0; count < 5; count++) sandbox.state.addAnswerSet(survey);
	invited(30, 'North', 0);
	[...sandbox.state.answerSets.values()].at(-1)!.Completed = null;

	const { api } = n8n;
	const { id } = await api.importWorkflow(example('post-event-report.json'), {
		credentials: { netigateApi, smtp },
		settings: { event: 'Summer Summit & Friends' },
		// Two days are too long for a test.
		parameters: {
			'Days Later': { amount: 1, unit: 'seconds' },
			Summary: { ...chosen(survey), groupBy: 'Region' },
		},
	});
	await api.activate(id);
	await api.webhook('event-over-report', {
		event: 'Buy here',
		days: 0,
		organizer: 'a@example.net',
	});
	await ended(n8n, id, 1);

	expect(mailServer.mails).toHaveLength(1);
	const [{ from, to, subject, body }] = mailServer.mails;
	expect({ from, to }).toEqual({ from: 'surveys@example.com', to: ['organizer@example.com'] });
	// 12 of 21 invited people finished, which is 57.1%. With 5 who used a general link, these are 17 people. With the
	// unfinished one, there are 18 answers. 12 promoters minus 4 detractors, divided by 18, is 44.4%.
	expect(subject).toBe(
		'Summer Summit & Friends: 17 people finished the survey (net promoter score: 44.4)',
	);
	expect(body).toContain('<h1');
	expect(body).toContain('Summer Summit &amp; Friends');
	expect(body).toContain('57.1%');
	expect(body).toContain('Response rate: 12 of 21 invited people finished');
	expect(body).toContain('People who finished, including 5 without an invitation');
	expect(body).toContain('5 people finished without an invitation, e.g. through a general link.');
	expect(body).toContain('1 person started but didn’t finish. The answers below include theirs.');
	expect(body).toContain('18 answers');
	expect(body).toContain('16 answers, several choices possible');
	expect(body).toMatch(/class="bar" width="50%"/);
	expect(body).toMatch(/By <span dir="auto">Region<[\s\S]*North[\s\S]*South[\s\S]*West/);
	expect(body).toContain('A wonderful evening.<br>Thanks!');
	expect(body).toContain(
		'Too &lt;b&gt;loud&lt;/b&gt; &amp; &#123;&#123; &#36;json.event &#125;&#125; cost &#36;&amp; 5 &lt; 6',
	);
	expect(body).not.toMatch(/undefined|\[object|\{\{|guest\d/);
	// The email loads nothing from the internet.
	expect(body).not.toMatch(/https?:|src=|url\(/);
	expect(body).toContain('prefers-color-scheme: dark');
	// Saved so that people can open it in a browser.
	if (process.env.NETIGATE_TEST_REPORT) await writeFile(process.env.NETIGATE_TEST_REPORT, body);
});

test("reminds only people who haven't answered, once, with their own link", async () => {
	const { api } = n8n;
	const { id } = await api.importWorkflow(example('remind-who-has-not-answered.json'), {
		credentials: { netigateApi, smtp },
		parameters: {
			Invite: chosen(survey, sampleIds.sendouts.postEventEmail),
			// A week is too long for a test.
			'A Week Later': { amount: 8, unit: 'seconds' },
		},
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

	// With the same list again, people already in the sendout were reminded by the earlier run.
	await api.webhook('invite-and-remind', { people: given });
	await ended(n8n, id, 2);
	expect(mailServer.mails).toHaveLength(1);
});
