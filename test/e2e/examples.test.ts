import { readFile } from 'node:fs/promises';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { followClock } from '../run/moved-clock.mjs';
import type { Workflow } from '../run/n8n-api.mjs';
import { until } from '../run/until.mjs';
import { OtherSystem } from './otherSystem';
import { chosen, ended, example, nodesRun, succeeded, use, useCredential, useN8n } from './server';

const { surveys, sendouts } = sampleIds;

const support = { Invite: chosen(surveys.support, sendouts.supportEmail) };
const members = {
	'Invite by Email': chosen(surveys.member, sendouts.memberEmail),
	'Invite by SMS': chosen(surveys.member, sendouts.memberSms),
};

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n({ env: followClock(sandbox) });
const netigateApi = useCredential(n8n, sandbox);

async function importExample(
	file: string,
	parameters: Record<string, Record<string, unknown>>,
	change = (text: string) => text,
) {
	const text = await readFile(example(file), 'utf8');
	return await n8n.api.importWorkflow(JSON.parse(change(text)) as Workflow, {
		credentials: { netigateApi },
		parameters,
	});
}

/** The invited people, with the sendout and their background data. */
function asked() {
	const { invitations, respondents, rows, documents } = sandbox.state;
	return invitations.map(({ respondentId, contact, sendoutId }) => {
		const respondent = respondents.get(respondentId)!;
		const labels = [...documents.values()].flatMap(({ labels: all }) => all);
		const cells = [...(rows.get(respondent.RespondentId)?.cells ?? [])];
		const known = cells.map(([id, value]) => [
			labels.find(({ BGDataLabelId }) => BGDataLabelId === id)?.Name,
			value,
		]);
		return { contact, sendoutId, known: Object.fromEntries(known) as Record<string, string> };
	});
}

describe('manual runs with made-up data', () => {
	const event = chosen(surveys.postEvent, sendouts.postEventEmail);

	test.each([
		['post-event-survey.json', { 'Invite Attendees': event }],
		['member-purchase-survey.json', members],
		['placement-follow-up.json', { 'Ask the HR Department': chosen(surveys.placement) }],
		['sales-call-with-reminder.json', { 'Ask the Prospect': chosen(surveys.support) }],
		['survey-after-minutes.json', support],
		['ticket-closed-survey.json', support],
		['remind-who-has-not-answered.json', { Invite: event }],
	])('workflows/%s shows what it would do, and writes nothing', async (file, parameters) => {
		const { id } = await importExample(file, parameters);
		const execution = succeeded(await n8n.api.run(id, 'Try It'));
		const outputs = JSON.stringify(execution.data.resultData.runData);
		expect(outputs).toContain('"status":"wouldAdd"');
		expect(sandbox.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
	});
});

describe('workflows/member-purchase-survey.json', () => {
	let workflowId: string;

	beforeAll(async () => {
		({ id: workflowId } = await importExample('member-purchase-survey.json', members));
		await n8n.api.activate(workflowId);
	});

	afterAll(async () => await n8n.api.deactivate(workflowId));

	let purchases = 0;
	async function buys(member: Record<string, string>) {
		await n8n.api.webhook('member-purchase', member);
		return nodesRun(await ended(n8n, workflowId, ++purchases));
	}

	test('asks by email if the address is known, with the name mapped automatically', async () => {
		await buys({
			email: 'Erika@example.com',
			phone: '+49 151 12345678',
			firstName: 'Erika',
			lastName: 'Ek',
		});
		expect(asked()).toEqual([
			{
				contact: 'erika@example.com',
				sendoutId: sendouts.memberEmail,
				known: { 'First name': 'Erika', 'Last name': 'Ek' },
			},
		]);
	});

	test('asks by SMS if only a phone number is known', async () => {
		await buys({ phone: '+46 73 512 34 56', firstName: 'Sven' });
		expect(asked()).toEqual([
			{
				contact: '46735123456',
				sendoutId: sendouts.memberSms,
				known: { 'First name': 'Sven' },
			},
		]);
	});

	test("doesn't ask a member who buys again a little later", async () => {
		await buys({ email: 'often@example.com' });
		expect(await buys({ email: ' OFTEN@example.com' })).toContain('Not This Time');
		expect(asked().map(({ contact }) => contact)).toEqual(['often@example.com']);
	});

	test('skips people without address and number', async () => {
		expect(await buys({ firstName: 'Nemo' })).toContain('Not Reachable');
		expect(asked()).toEqual([]);
	});

	test('asks at the next purchase if the invitation failed at this one', async () => {
		sandbox.faults.add({ kind: '400', operationId: 'addRespondent', times: 1 });
		expect(await buys({ email: 'later@example.com' })).toContain('Release');
		expect(asked()).toEqual([]);
		await buys({ email: 'later@example.com' });
		expect(asked().map(({ contact }) => contact)).toEqual(['later@example.com']);
	});

	test("doesn't ask again if someone may have been invited, and leaves the check to a person", async () => {
		sandbox.faults.add({ kind: '400', operationId: 'activateSendout', times: 1 });
		const ran = await buys({ email: 'possibly@example.com' });
		expect(ran).toContain('Look in Netigate');
		expect(ran).not.toContain('Release');
		expect(await buys({ email: 'possibly@example.com' })).toContain('Not This Time');
	});
});

describe('workflows/survey-after-minutes.json', () => {
	test('asks once after the delay, even if n8n was restarted in the meantime', async () => {
		const { id } = await importExample('survey-after-minutes.json', support);
		await n8n.api.activate(id);
		await n8n.api.webhook('ticket-closed-later', { email: 'anna@example.net', firstName: 'Anna' });
		await n8n.api.webhook('ticket-closed-later', { email: 'Anna@example.net', firstName: 'Anna' });
		const bothAre = async (wanted: string) => {
			const executions = await n8n.api.executions({ workflowId: id });
			return executions.filter(({ status }) => status === wanted).length === 2;
		};
		await until('both tickets to wait', 120_000, async () => await bothAre('waiting'));
		expect(asked()).toEqual([]);
		sandbox.clock.advance(30 * 60 * 1000);
		await n8n.restart();
		await n8n.api.logIn(n8n.owner);
		await until('both to end', 120_000, async () => await bothAre('success'));
		expect(asked()).toEqual([
			{
				contact: 'anna@example.net',
				sendoutId: sendouts.supportEmail,
				known: { 'First name': 'Anna' },
			},
		]);
		await n8n.api.deactivate(id);
	});
});

describe('workflows/trainer-feedback.json', () => {
	const mail = use(new OtherSystem());

	const day = 24 * 60 * 60 * 1000;

	/** Adds an answer of a trainer's participant, given a number of days ago. */
	function answers(trainer: string, name: string, satisfaction: string, comment: string, days = 1) {
		const { state } = sandbox;
		const sendout = state.sendout(surveys.trainer, sendouts.trainerEmail);
		const { labels } = state.document(sendout.documentId);
		const label =
			labels.find(({ Name }) => Name === 'Trainer') ??
			state.addLabel(sendout.documentId, 'Trainer', 'TEXT', []);
		const cells = new Map(trainer ? [[label.BGDataLabelId, trainer]] : []);
		const contact = `${name}@example.com`;
		const { RespondentId: respondentId } = state.addRespondent(sendout, contact, cells);
		const questions = state.questions.get(surveys.trainer)!.flatMap((one) => one.QuestionItems);
		sandbox.changeSettings({
			answerScript: {
				[questions[0].QuestionItemId]: satisfaction,
				[questions[3].QuestionItemId]: comment,
			},
		});
		const at = new Date(sandbox.clock.now() - days * day).toISOString().replace(/\.\d+Z/, 'Z');
		state.addAnswerSet(surveys.trainer, { respondentId, created: at, updated: at, completed: at });
	}

	test("sends each trainer last week's answers of at least three participants, without names", async () => {
		answers('tom.trainer@example.com', 'anna', 'Very satisfied', 'More exercises, please.');
		answers('tom.trainer@example.com', 'ben', 'Satisfied', '');
		answers('tom.trainer@example.com', 'clara', 'Very satisfied', 'A warmer room.');
		answers('tom.trainer@example.com', 'dora', 'Very unsatisfied', 'From long ago.', 9);
		answers('tina.trainer@example.com', 'emil', 'Unsatisfied', 'Only two of us.');
		answers('tina.trainer@example.com', 'fritz', 'Satisfied', 'Only two of us, too.');
		answers('', 'gina', 'Satisfied', 'I do not know who it was.');
		const { id } = await importExample(
			'trainer-feedback.json',
			{ 'Answers of Last Week': chosen(surveys.trainer) },
			(text) => text.replace('https://mail.example.com', mail.url),
		);
		succeeded(await n8n.api.run(id, 'Every Monday'));
		const sent = mail.received.map(({ body }) => body);
		expect(sent).toEqual([
			{
				to: 'tom.trainer@example.com',
				subject: 'What your participants said',
				text: '3 participants answered last week.\nAverage satisfaction (1 to 5): 4.7\n\n- More exercises, please.\n- A warmer room.',
			},
		]);
		expect(JSON.stringify(sent)).not.toMatch(/anna|ben@|clara/i);
	});
});
