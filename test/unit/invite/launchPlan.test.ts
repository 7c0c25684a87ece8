import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { launch } from '../../../nodes/Netigate/resources/sendout/launch';
import {
	differenceBetween,
	launchReader,
	refusePastDates,
} from '../../../nodes/shared/invite/launch/plan';
import { parameterReader } from '../../../nodes/shared/n8n/itemParameters';

/** Summer time in Berlin begins on the next day. */
const SEND_DATE = '2027-03-27T09:00:00Z';

/** Returns a function that creates the plan for an item. */
function reader(more: IDataObject = {}) {
	const parameters = {
		surveyId: 501,
		mode: 'oneForAll',
		name: 'First',
		type: 'EMAIL',
		sendDate: SEND_DATE,
		sender: 'surveys@example.com',
		subject: 'Hello',
		message: '[link]',
		contact: 'anna@example.com',
		sendInvitation: true,
		...more,
	};
	const node = { type: 'n8n-nodes-netigate.netigate', parameters };
	const context = { getNode: () => node, getTimezone: () => 'Europe/Berlin' };
	const read = parameterReader(context as unknown as IExecuteFunctions, launch.fields);
	const readRequest = launchReader(SEND_DATE);
	return (json: IDataObject = {}) => readRequest(read(0, { json })).plan;
}

const planWith = (more: IDataObject) => reader(more)();
const remindersOf = (...reminder: IDataObject[]) => ({ reminders: { reminder } });
const labelsOf = (...label: IDataObject[]) => ({ labels: { label } });

test.each([
	[{}, '2027-04-03T08:00:00Z'],
	[{ afterDays: 1 }, '2027-03-28T08:00:00Z'],
	[{ afterDays: 1.5 }, '2027-03-28T20:00:00Z'],
	[{ afterDays: 0.25 }, '2027-03-27T15:00:00Z'],
	[{ when: 'date', date: '2027-04-01T12:00:00Z' }, '2027-04-01T12:00:00Z'],
])('a reminder with %j is sent at %s', (given, sendDate) => {
	const { reminders } = planWith(remindersOf(given));
	expect(reminders).toEqual([
		{
			...{ name: 'Reminder 1', sendoutLogic: 'NOT_COMPLETED', sendDate },
			...{ sender: 'surveys@example.com', subject: 'Hello', message: '[link]' },
		},
	]);
});

test('an error names a reminder whose date is missing', () => {
	expect(() => planWith(remindersOf({ name: 'Late', when: 'date' }))).toThrow(
		'The reminder "Late" has no date',
	);
});

test.each([
	['ALL', 'ALL', true],
	['ALL', 'COMPLETED', true],
	['COMPLETED', 'ALL', true],
	['COMPLETED', 'COMPLETED', true],
	['COMPLETED', 'NOT_COMPLETED', false],
])('the same reminder for %s and %s is refused: %s', (one, other, refused) => {
	const [first, second] = [one, other].map((sendoutLogic) => ({ sendoutLogic }));
	const both = () => planWith(remindersOf(first, second));
	if (refused)
		expect(both).toThrow(
			'"Reminder 1" and "Reminder 2" would send the same message at the same time',
		);
	else expect(both).not.toThrow();
	expect(() => planWith(remindersOf(first, { ...second, afterDays: 8 }))).not.toThrow();
});

test('the date of a reminder may not be in the past, but a send date may be 15 minutes old', () => {
	jest.spyOn(Date, 'now').mockReturnValue(Date.parse(SEND_DATE) + 300_000);
	const now = '2027-03-27T09:05:00Z';
	const planAt = (date: string) => planWith(remindersOf({ when: 'date', date }));
	expect(() => refusePastDates(planAt('2027-03-27T09:06:00Z'), now)).not.toThrow();
	expect(() => refusePastDates(planAt('2027-03-27T09:04:00Z'), now)).toThrow(
		'The reminder "Reminder 1" might be sent immediately',
	);
	expect(() => refusePastDates(planWith({}), '2027-03-27T09:15:00Z')).not.toThrow();
	expect(() => refusePastDates(planWith({}), '2027-03-27T09:15:01Z')).toThrow(
		'The sendout might be sent immediately',
	);
	jest.restoreAllMocks();
});

test('background data may not appear twice', () => {
	const labels = ['Region', 'Name', 'Region'].map((name) => ({ name, value: 'x' }));
	expect(() => planWith(labelsOf(...labels))).toThrow('The background data "Region" appears twice');
	expect(planWith(labelsOf(...labels.slice(1))).labels).toEqual([
		{ name: 'Name', labelType: 'TEXT' },
		{ name: 'Region', labelType: 'TEXT' },
	]);
});

describe('an error names the first message without a link:', () => {
	const bare = { message: 'Hello' };

	test.each([
		['The message', { ...bare, ...remindersOf(bare) }],
		['The message for reminder 2', remindersOf({}, { ...bare, afterDays: 8 })],
		[
			'The message for reminder Late',
			remindersOf({ ...bare, name: 'Late' }, { ...bare, afterDays: 8 }),
		],
	])('%s', (named, parameters) => {
		expect(() => planWith(parameters)).toThrow(`${named} doesn't seem to contain a survey link`);
		const allowed = { ...parameters, options: { allowWithoutLink: true } };
		expect(planWith(allowed).withoutLink).toBe(named);
	});
});

test('items share a plan if their values are the same', () => {
	const plan = reader({ subject: '={{ $json.subject }}' });
	const [one, same, other] = ['Hello', 'Hello', 'Hi'].map((subject) => plan({ subject }));
	expect(same).toBe(one);
	expect(other).not.toBe(one);
	expect(other.sendout.subject).toBe('Hi');
	const fixed = reader();
	expect(fixed()).toBe(fixed({ subject: 'Hi' }));
});

test.each([
	['type', { type: 'TWOWAY' }],
	['sender, subject or message', { sender: 'other@example.com' }],
	['sender, subject or message', { subject: 'Hi' }],
	['sender, subject or message', { message: 'Hi [link]' }],
	['background data fields', labelsOf({ name: 'Region', value: 'x' })],
	['reminders', remindersOf({})],
	[undefined, { name: 'Second', sendDate: '2027-03-28T09:00:00Z' }],
	[undefined, {}],
])('the difference between two plans is %s for %j', (expected, more) => {
	expect(differenceBetween(planWith({}), planWith(more))).toBe(expected);
});

test('reminders that differ only in their dates are treated as the same', () => {
	const [one, other] = [7, 8].map((afterDays) => planWith(remindersOf({ afterDays })));
	expect(differenceBetween(one, other)).toBeUndefined();
});
