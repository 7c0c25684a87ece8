import { DateTime } from 'luxon';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { example, useCredential, useN8n } from './server';

/** The time zone of the n8n server of these tests. */
const ZONE = 'Europe/Berlin';

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);

beforeAll(async () => {
	const { support, placement } = sampleIds.surveys;
	for (const [file, surveyId] of [
		['sales-call-with-reminder.json', support],
		['placement-follow-up.json', placement],
	] as const) {
		const { id } = await n8n.api.importWorkflow(example(file), {
			credentials: { netigateApi },
			settings: { surveyId },
		});
		await n8n.api.activate(id);
	}
});

/** Moves the sandbox's clock to a number of minutes after a point in time. */
const goTo = (time: DateTime, minutes: number) =>
	sandbox.clock.advance(time.plus({ minutes }).toMillis() - sandbox.clock.now());

/** What was sent so far, and to whom, in order. */
const sent = () => sandbox.state.invitations.map(({ contact, kind }) => `${kind} to ${contact}`);

const sendoutsOf = (beginning: string) =>
	[...sandbox.state.sendouts.values()].filter(({ primary }) => primary.Name.startsWith(beginning));

/** The background data of the only respondent of a sendout, by label name. */
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

	const logged = (dealId: number, email: string, firstName: string) =>
		n8n.api.webhook('sales-call', {
			dealId,
			email,
			firstName,
			company: 'Example Ltd',
			salesperson: 'Sam Seller',
			callAt: callAt.toISO(),
		});

	test('the prospect is asked the next morning, and a week later reminded unless they have answered', async () => {
		const first = await logged(1, 'paula@example.com', 'Paula');
		expect(first).toMatchObject({ status: 200, body: { status: 'launched' } });
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

	test('a call that is reported twice asks once', async () => {
		await logged(3, 'paula@example.com', 'Paula');
		const { body } = await logged(3, 'paula@example.com', 'Paula');
		expect(body).toMatchObject({ status: 'skipped', reason: 'existing' });
		goTo(askAt, 5);
		expect(sent()).toEqual(['invitation to paula@example.com']);
	});

	test('an invalid address is refused with the reason, and nothing is created', async () => {
		const { body } = await logged(4, 'paula.at.example.com', 'Paula');
		expect(body).toEqual({ status: 'refused', reason: expect.stringContaining('it has no @') });
		expect(sendoutsOf('Sales call')).toEqual([]);
	});
});

describe('workflows/placement-follow-up.json, when someone starts work', () => {
	const firstDay = DateTime.now().setZone(ZONE).startOf('day').plus({ days: 1 });
	const afterWeek = firstDay.plus({ weeks: 1 }).set({ hour: 9 });
	const afterMonths = firstDay.plus({ months: 3 }).set({ hour: 9 });

	const started = (placementId: number, hrEmail = 'hr@example.com') =>
		n8n.api.webhook('placement-started', {
			placementId,
			hrEmail,
			candidate: 'Clara Candidate',
			company: 'Example Ltd',
			firstDay: firstDay.toISODate(),
		});

	test('HR is asked after one week and after three months, each with a reminder unless they have answered', async () => {
		const { body } = await started(1);
		expect(body.questions).toMatchObject([
			{ after: 'One week', status: 'planned' },
			{ after: 'Three months', status: 'planned' },
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

	test('a placement that is reported twice still asks only twice', async () => {
		await started(2);
		const { body } = await started(2);
		expect(body.questions).toMatchObject([
			{ status: 'skipped', reason: 'existing' },
			{ status: 'skipped', reason: 'existing' },
		]);
		goTo(afterMonths, 5);
		expect(sandbox.state.invitations.filter(({ kind }) => kind === 'invitation')).toHaveLength(2);
	});

	test('two placements at one client lead to two follow-ups', async () => {
		await started(3);
		await started(4);
		goTo(afterWeek, 5);
		expect(sent()).toEqual(['invitation to hr@example.com', 'invitation to hr@example.com']);
	});
});
