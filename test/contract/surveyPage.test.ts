import { sampleIds } from '../sandbox';
import { partialDelete, fullDelete } from '../sandbox/retention';
import { useSandbox } from '../sandbox/useSandbox';

const sandbox = useSandbox({}, { once: true });
const survey = sampleIds.surveys.support;

function invite(contact = 'ada@example.com', sendout: number = sampleIds.sendouts.supportEmail) {
	const found = [...sandbox.state.sendouts.values()].find(({ id }) => id === sendout)!;
	return sandbox.state.addRespondent(found, contact);
}

async function open(url: string) {
	const response = await fetch(url);
	return { status: response.status, text: await response.text() };
}

async function send(url: string, fields: Record<string, string> | string[][] = {}) {
	const body = new URLSearchParams(fields);
	body.set('s', new URL(url).searchParams.get('s')!);
	const response = await fetch(url.split('?')[0], { method: 'POST', body });
	return { status: response.status, text: await response.text() };
}

const answers = [
	['q12100', 'Very unsatisfied'],
	['q12101', 'No'],
	['q12102', 'Chat'],
	['q12102', 'Phone'],
	['q12103', 'Reports'],
	['q12104.2', 'Fair'],
	['q12105', 'No & <b>never</b>'],
	['q12106', '40'],
];

const answersOf = (respondentId: number) =>
	sandbox.state
		.answerSetsOfRespondent(respondentId)
		.map((set) => [
			set.Completed !== null,
			sandbox.state.answersOf(set).map((one) => [one.QuestionText, one.AnswerText]),
		]);

test('answers of all types are saved, shown again, and sent once', async () => {
	const { SurveyURL: url, RespondentId: id } = invite();
	const first = await open(url);
	expect(first).toMatchObject({ status: 200, text: expect.stringContaining('Send answers') });
	const saved = await send(url, [...answers.slice(1), ['do', 'save']]);
	expect(saved.text).toContain('Your answers were saved');
	expect(answersOf(id)).toMatchObject([[false, expect.anything()]]);
	const again = await open(url);
	expect(again.text).toMatch(/value="Phone"\s+checked/);
	for (const part of ['No &amp; &lt;b&gt;never', 'value="40"']) expect(again.text).toContain(part);
	expect(again.text).not.toContain('<b>never');

	expect((await send(url, [...answers, ['do', 'send']])).text).toContain('Thank you');
	const given = [
		['', 'Very unsatisfied'],
		['', 'No'],
		['What did you use?', ''],
		['Chat', ''],
		['Phone', ''],
		['', 'Reports'],
		['Friendliness', 'Fair'],
		['Anything else?', 'No & <b>never</b>'],
		['From 0 to 100', '40'],
	];
	expect(answersOf(id)).toEqual([[true, given]]);
	const headers = { 'X-API-KEY': sandbox.apiKey };
	const list = await fetch(`${sandbox.url}/surveys/${survey}/answers/respondent/${id}`, {
		headers,
	});
	expect(await list.text()).toContain(`"Respondent":${id}`);

	expect((await open(url)).text).toContain('already answered');
	await send(url, [['q12100', 'Satisfied']]);
	expect(answersOf(id)).toEqual([[true, given]]);
});

test.each([
	[{}, 'Choose an answer.'],
	[{ q12100: 'Excellent' }, 'Choose one of the answers.'],
	[{ q12100: 'Satisfied', q12106: 'many' }, 'Enter a number'],
])('the form %j shows a message next to the field and stores nothing', async (fields, message) => {
	const { SurveyURL: url, RespondentId: id } = invite();
	const { status, text } = await send(url, fields);
	expect(status).toBe(400);
	expect(text).toContain(message);
	expect(text).toMatch(/aria-describedby="q\d+-error"/);
	expect(answersOf(id)).toEqual([]);
});

test('unsubscribing needs a click on a button', async () => {
	const { SurveyURL, Email } = invite();
	const url = SurveyURL.replace('s.aspx', 'unsubscribe.aspx');
	expect((await open(url)).text).toContain('Stop all survey messages');
	expect(sandbox.state.isBlocked(Email)).toBe(false);
	expect((await send(url)).text).toContain('Unsubscribed');
	expect(sandbox.state.isBlocked(Email)).toBe(true);
});

test('texts are formatted if set', async () => {
	const { SurveyURL: url } = invite();
	expect((await open(url)).text).not.toMatch(/<strong>How|<div>|<p>How/);
	sandbox.changeSettings({ texts: 'html' });
	const { text } = await open(url);
	expect(text).toMatch(/<legend>\s*<(p|span|div)>|<legend>\s*\u200b/);
	expect(text).not.toMatch(/ style=/);
});

test.each<[string, number, (url: string) => string]>([
	['a wrong check number', 404, (url) => `${url}1`],
	['an unknown respondent', 404, (url) => url.replace(/X\d+X/, 'X9X')],
	['no code', 404, (url) => url.split('?')[0]],
	['an anonymized person', 404, (url) => (partialDelete(sandbox.state, survey), url)],
	['a deleted survey', 404, (url) => (fullDelete(sandbox.state, survey), url)],
	['a survey that ended', 410, (url) => (sandbox.changeSettings({ surveys: 'ended' }), url)],
])('a link with %s has status %d', async (_, status, change) => {
	expect((await open(change(invite().SurveyURL))).status).toBe(status);
});
