import fc from 'fast-check';
import { sampleIds } from '../sandbox';
import { outboxOf } from '../sandbox/outbox';
import type { DispatchType, SendoutLogic } from '../sandbox/types';
import { useSandbox } from '../sandbox/useSandbox';

const sandbox = useSandbox({}, { once: true });
const DAY = 86_400_000;
const LINK = '[your placeholder for the survey link]';
const data = (name: string) => `[your placeholder for the background data ${name}]`;

/** A sendout of the support survey. */
function sendoutOf(message: string, type: DispatchType = 'EMAIL', sendDate = sandbox.clock.date()) {
	const texts = { sender: 'Support', subject: `For ${data('First name')}`, message };
	const sendout = sandbox.state.addSendout(sampleIds.surveys.support, {
		...{ name: 'Test', type, logic: 'ALL', sendDate, ...texts },
	});
	sandbox.state.addLabel(sendout.documentId, 'First name', 'TEXT', [], 77);
	return sendout;
}

const remindAfter = (
	sendout: ReturnType<typeof sendoutOf>,
	days: number,
	logic: SendoutLogic = 'NOT_COMPLETED',
) =>
	sandbox.state.addReminder(sendout, {
		...{ name: 'Reminder', type: sendout.primary.DispatchType, logic },
		sendDate: new Date(sandbox.clock.now() + days * DAY).toISOString(),
		...{ sender: 'Support', subject: 'Again', message: LINK },
	});

const sent = () => outboxOf(sandbox.state).map(({ kind, to }) => `${kind} to ${to}`);

describe('the text of a message', () => {
	test.each([
		[`Hello ${data('First name')}!`, 'Ada', 'Hello Ada!\n\nLINK'],
		[`Hello ${data('first name')},`, undefined, 'Hello,\n\nLINK'],
		[`Hello ${data('Unknown')}, ${LINK}`, 'Ada', 'Hello, LINK'],
		[`Hi ${data('First name')}: ${LINK}`, LINK, `Hi ${LINK}: LINK`],
		[`Hi ${data('First name')}: ${LINK}`, '$& $1', 'Hi $& $1: LINK'],
	])('%s with the first name %s', (message, first, expected) => {
		const sendout = sendoutOf(message, 'SMS');
		const cells = new Map(first === undefined ? [] : [[77, first]]);
		const { SurveyURL } = sandbox.state.addRespondent(sendout, '46701234567', cells);
		sandbox.people.activate(sendout);
		const [message1] = outboxOf(sandbox.state);
		expect(message1.text).toBe(expected.replace(/LINK$/, () => SurveyURL));
		expect(message1).toMatchObject({ channel: 'sms', subject: null, link: SurveyURL });
		expect(new URL(SurveyURL).origin).toBe(new URL(sandbox.url).origin);
	});

	test('an email has a subject and an unsubscribe link, and the placeholder from the settings is filled in', () => {
		sandbox.changeSettings({ linkPlaceholder: '##link##' });
		const sendout = sendoutOf('Hello: ##link##');
		const { SurveyURL } = sandbox.state.addRespondent(
			sendout,
			'ada@example.com',
			new Map([[77, 'Ada']]),
		);
		sandbox.people.activate(sendout);
		const unsubscribe = SurveyURL.replace('s.aspx', 'unsubscribe.aspx');
		expect(outboxOf(sandbox.state)).toMatchObject([
			{
				...{ channel: 'email', to: 'ada@example.com', sender: 'Support', subject: 'For Ada' },
				text: `Hello: ${SurveyURL}\n\nUnsubscribe: ${unsubscribe}`,
			},
		]);
	});
});

describe('the outbox', () => {
	test.each<[string, DispatchType, boolean, string[]]>([
		['an active sendout writes to everyone except blocked people', 'EMAIL', true, ['ada']],
		['an inactive sendout writes to no one', 'EMAIL', false, []],
		['a login list writes to no one', 'LOGIN', true, []],
	])('%s', (_, type, active, people) => {
		const sendout = sendoutOf(LINK, type);
		remindAfter(sendout, 7);
		for (const contact of ['ada@example.com', 'blocked@example.com'])
			sandbox.state.addRespondent(sendout, contact);
		if (active) sandbox.people.activate(sendout);
		sandbox.clock.advance(8 * DAY);
		expect(sent()).toEqual([
			...people.map((name) => `reminder to ${name}@example.com`),
			...people.map((name) => `invitation to ${name}@example.com`),
		]);
	});

	test('moving the clock sends due messages, and the newest is listed first', () => {
		const inThreeDays = new Date(sandbox.clock.now() + 3 * DAY).toISOString();
		const sendout = sendoutOf(LINK, 'EMAIL', inThreeDays);
		remindAfter(sendout, 7);
		sandbox.state.addRespondent(sendout, 'ada@example.com');
		sandbox.people.activate(sendout);
		expect(sent()).toEqual([]);
		sandbox.clock.advance(4 * DAY);
		expect(sent()).toEqual(['invitation to ada@example.com']);
		sandbox.clock.advance(4 * DAY);
		expect(sent()).toEqual(['reminder to ada@example.com', 'invitation to ada@example.com']);
	});

	test("an answer after a reminder's date does not prevent it", () => {
		const sendout = sendoutOf(LINK);
		remindAfter(sendout, 7);
		const ada = sandbox.state.addRespondent(sendout, 'ada@example.com');
		sandbox.people.activate(sendout);
		const { people } = sandbox;
		sandbox.clock.advance(8 * DAY);
		people.answerNow(ada, true);
		expect(sent()).toContain('reminder to ada@example.com');
	});

	test('people who answered get no reminder, and blocked people get nothing', () => {
		const person = fc.record({
			answersAfter: fc.constantFrom(null, 1, 6, 8),
			blockedAfter: fc.constantFrom(null, 0, 2, 9),
			how: fc.constantFrom('page', 'list'),
		});
		const remindsAfter = fc.constantFrom(3, 7);
		fc.assert(
			fc.property(
				fc.array(person, { maxLength: 6 }),
				remindsAfter,
				fc.integer({ min: 1, max: 4 }),
				(people, reminder, step) => {
					sandbox.reset();
					const sendout = sendoutOf(LINK);
					remindAfter(sendout, reminder);
					const all = people.map((one, index) => ({
						...one,
						respondent: sandbox.state.addRespondent(sendout, `p${index}@example.com`),
					}));
					let activated = false;
					let day = 0;
					for (; day <= 12; day += 1) {
						for (const { answersAfter, blockedAfter, how, respondent } of all) {
							const { RespondentId: respondentId, Email, surveyId } = respondent;
							if (blockedAfter === day) sandbox.state.blocklist.add(Email);
							if (answersAfter !== day) continue;
							if (how === 'page') sandbox.people.submit(respondent, () => [], true);
							else sandbox.state.addAnswerSet(surveyId, { respondentId });
						}
						if (!activated) sandbox.people.activate(sendout);
						activated = true;
						// The account isn't read between the steps.
						if (day % step === 0) outboxOf(sandbox.state);
						sandbox.clock.advance(DAY);
					}
					const was = (kind: string, id: number) =>
						outboxOf(sandbox.state).filter((one) => one.kind === kind && one.respondentId === id);
					for (const { answersAfter, blockedAfter, respondent } of all) {
						const invited = was('invitation', respondent.RespondentId).length;
						const reminded = was('reminder', respondent.RespondentId).length;
						expect(invited).toBe(blockedAfter === 0 ? 0 : 1);
						const before = (days: number | null) => days !== null && days < reminder;
						expect(reminded).toBe(before(answersAfter) || before(blockedAfter) ? 0 : 1);
					}
				},
			),
			{ numRuns: 60 },
		);
	});
});
