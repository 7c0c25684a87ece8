import { DateTime } from 'luxon';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { chosen, ended, example, jsonOf, nodesRun, useCredential, useN8n } from './server';

/** The n8n server's time zone in these tests. */
const ZONE = 'Europe/Berlin';

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);
const workflows = new Map<string, string>();

beforeAll(async () => {
	const { support, placement } = sampleIds.surveys;
	for (const [file, node, surveyId] of [
		['sales-call-with-reminder.json', 'Ask the Prospect', support],
		['placement-follow-up.json', 'Ask the HR Department', placement],
	] as const) {
		const { id } = await n8n.api.importWorkflow(example(file), {
			credentials: { netigateApi },
			parameters: { [node]: chosen(surveyId) },
		});
		await n8n.api.activate(id);
		workflows.set(file, id);
	}
});

/** Calls a workflow and waits until its execution has ended. The response itself contains no result. */
async function call(file: string, path: string, body: object) {
	const workflowId = workflows.get(file)!;
	const before = await n8n.api.executions({ workflowId });
	expect(await n8n.api.webhook(path, body)).toEqual({
		status: 200,
		body: { message: 'Workflow was started' },
	});
	return await ended(n8n, workflowId, before.length + 1);
}

/** Moves the sandbox's clock to a number of minutes after a point in time. */
const goTo = (time: DateTime, minutes: number) =>
	sandbox.clock.advance(time.plus({ minutes }).toMillis() - sandbox.clock.now());

/** The messages sent so far and their recipients, in order. */
const sent = () => sandbox.state.invitations.map(({ contact, kind }) => `${kind} to ${contact}`);

const sendoutsOf = (beginning: string) =>
	[...sandbox.state.sendouts.values()].filter(({ primary }) => primary.Name.startsWith(beginning));

/** The background data of a sendout's only respondent, by label name. */
function backgroundDataOf([sendout]: ReturnType<typeof sendoutsOf>) {
	const { labels } = sandbox.state.documents.get(sendout.documentId)!;
	const { cells } = sandbox.state.rows.get(sendout.respondentIds[0])!;
	return Object.fromEntries(
		labels.map(({ Name, BGDataLabelId }) => [Name, cells.get(BGDataLabelId)]),
	);
}

function answers(contact: string, sendoutName: string): void {
	const [{ respondentIds }] = sendoutsOf(sendoutName);
	const respondents = respondentIds.map((id) => sandbox.state.respondents.get(id)!);
	sandbox.people.answerNow(respondents.find(({ Email }) => Email === contact)!, true);
}

describe('workflows/sales-call-with-reminder.json, when a call was logged', () => {
	const callAt = DateTime.now().setZone(ZONE);
	const askAt = callAt.plus({ days: 1 }).set({ hour: 9, minute: 0, second: 0, millisecond: 0 });
	const remindAt = askAt.plus({ days: 7 });

	const logged = (dealId: number, email: string, firstName: string, more = {}) =>
		call('sales-call-with-reminder.json', 'sales-call', {
			...{ dealId, email, firstName, company: 'Example Ltd', salesperson: 'Sam Seller' },
			...{ callAt: callAt.toISO(), ...more },
		});

	test('asks the prospect the next morning, and reminds them a week later unless they answered', async () => {
		const first = await logged(1, 'paula@example.com', 'Paula');
		expect(nodesRun(first)).toContain('Planned');
		await logged(2, 'quentin@example.com', 'Quentin');
		expect(sendoutsOf('Sales call')).toHaveLength(2);
		expect(backgroundDataOf(sendoutsOf('Sales call 1'))).toEqual({
			'First name': 'Paula',
			Company: 'Example Ltd',
			Salesperson: 'Sam Seller',
		});

		goTo(askAt, -5);
		expect(sent()).toEqual([]);
		goTo(askAt, 5);
		expect(sent()).toEqual([
			'invitation to paula@example.com',
			'invitation to quentin@example.com',
		]);
		answers('paula@example.com', 'Sales call 1');
		goTo(remindAt, -5);
		expect(sent()).toHaveLength(2);
		goTo(remindAt, 5);
		expect(sent().slice(2)).toEqual(['reminder to quentin@example.com']);
		goTo(remindAt, 60 * 24 * 60);
		expect(sent()).toHaveLength(3);
	});

	test('invites a prospect once if a call is reported twice or there are several calls', async () => {
		const last: Array<string | undefined> = [];
		for (const dealId of [3, 3, 4, 5]) {
			const execution = await logged(dealId, 'rita@example.com', 'Buy now: example.net');
			last.push(nodesRun(execution).at(-1));
		}
		expect(last).toEqual(['Planned', 'Not This Time', 'Not This Time', 'Not This Time']);
		goTo(askAt, 5);
		expect(sent()).toEqual(['invitation to rita@example.com']);
		const [{ primary }] = sendoutsOf('Sales call');
		expect(JSON.stringify(primary)).not.toContain('Buy now');
	});

	test.each([
		['an invalid address', 'paula.at.example.com', {}],
		['no deal', 'nora@example.com', { dealId: undefined }],
		['no date', 'sara@example.com', { callAt: undefined }],
		['an invalid date', 'tilda@example.com', { callAt: 'soon' }],
	])('creates nothing with %s, and the execution says why', async (_, email, more) => {
		await logged(6, email, 'Paula', more).catch(() => {});
		expect(sendoutsOf('Sales call')).toEqual([]);
		expect(sent()).toEqual([]);
	});
});

describe('workflows/placement-follow-up.json, when someone starts work', () => {
	const firstDay = DateTime.now().setZone(ZONE).startOf('day').plus({ days: 1 });
	const afterWeek = firstDay.plus({ weeks: 1 }).set({ hour: 9 });
	const afterMonths = firstDay.plus({ months: 3 }).set({ hour: 9 });

	const started = (placementId: number, hrEmail = 'hr@example.com') =>
		call('placement-follow-up.json', 'placement-started', {
			placementId,
			hrEmail,
			candidate: 'Clara Candidate',
			company: 'Example Ltd',
			firstDay: firstDay.toISODate(),
		});

	test('asks HR after one week and after three months, with reminders unless they answered', async () => {
		expect(jsonOf(await started(1), 'Planned')).toMatchObject([
			{ status: 'launched' },
			{ status: 'launched' },
		]);
		expect(backgroundDataOf(sendoutsOf('Placement 1: Three months'))).toEqual({
			Candidate: 'Clara Candidate',
			Company: 'Example Ltd',
			'Asked after': 'Three months',
		});

		goTo(afterWeek, -5);
		expect(sent()).toEqual([]);
		goTo(afterWeek, 5);
		expect(sent()).toEqual(['invitation to hr@example.com']);
		answers('hr@example.com', 'Placement 1: One week');
		goTo(afterMonths, -5);
		expect(sent()).toHaveLength(1);
		goTo(afterMonths, 5);
		expect(sent().slice(1)).toEqual(['invitation to hr@example.com']);
		goTo(afterMonths.plus({ days: 7 }), -5);
		expect(sent()).toHaveLength(2);
		goTo(afterMonths.plus({ days: 7 }), 5);
		expect(sent().slice(2)).toEqual(['reminder to hr@example.com']);
	});

	test('sends no additional surveys if a placement is reported twice', async () => {
		await started(2);
		expect(jsonOf(await started(2), 'Planned')).toMatchObject([
			{ status: 'skipped', reason: 'existing' },
			{ status: 'skipped', reason: 'existing' },
		]);
		goTo(afterMonths, 5);
		expect(sandbox.state.invitations.filter(({ kind }) => kind === 'invitation')).toHaveLength(2);
	});

	test('sends two follow-ups for two placements at one client', async () => {
		await started(3);
		await started(4);
		goTo(afterWeek, 5);
		expect(sent()).toEqual(['invitation to hr@example.com', 'invitation to hr@example.com']);
	});
});
