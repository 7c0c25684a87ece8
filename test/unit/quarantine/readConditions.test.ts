import type { INodeProperties } from 'n8n-workflow';
import { quarantine } from '../../../nodes/Netigate/resources/respondent/quarantineField';
import { addedFlag } from '../../../nodes/shared/n8n/addedOptions';
import { ParameterReader } from '../../../nodes/shared/n8n/parameters';
import type { Source } from '../../../nodes/shared/n8n/storedValues';
import { conditionsOf, groupAndRules } from '../../../nodes/shared/quarantine/settings';

const source = { prefix: '', timeZone: 'Europe/Berlin' };

const reader = (values: Record<string, unknown>, more: Partial<Source> = {}) =>
	new ParameterReader(quarantine.options as INodeProperties[], {
		...source,
		value: (name) => values[name],
		stored: (name) => values[name],
		...more,
	});

/** Reads the settings if one expression returns all of them. */
const returned = (values: Record<string, unknown>) =>
	new ParameterReader([quarantine], {
		...source,
		value: () => values,
		stored: () => '={{ $json.settings }}',
	}).collection('quarantine');

const open = { days: ['monday', 'sunday'], from: '09:00', to: '17:00' };
const hoursOf = (sendingHours: unknown) => conditionsOf(reader({ sendingHours })).hours;
const next = (sendingHours: unknown, at = '2026-12-24T12:00:00Z') =>
	new Date(hoursOf(sendingHours)!.nextOpening(Date.parse(at))).toISOString();

test('nothing is checked if nothing was added', () => {
	expect(conditionsOf(reader({}))).toEqual({
		...{ exempt: false, samplePercent: undefined, hours: undefined },
	});
	expect(addedFlag(reader({}), 'consent')).toBeUndefined();
});

test.each([
	[{ window: [open] }, '2026-12-27T08:00:00.000Z'],
	[{ window: [{ ...open, days: 'Monday' }] }, '2026-12-28T08:00:00.000Z'],
	[{ window: [open], timeZone: [{ timeZone: 'UTC' }] }, '2026-12-27T09:00:00.000Z'],
	[{ window: [open], holidays: [{ dates: '2026-12-27' }] }, '2026-12-28T08:00:00.000Z'],
	[
		{ window: [open], holidays: [{ dates: [new Date('2026-12-27T10:00:00Z')] }] },
		'2026-12-28T08:00:00.000Z',
	],
	[{ window: [open], holidays: [{ dates: [] }] }, '2026-12-27T08:00:00.000Z'],
	[{ window: [{ ...open, from: '22:00', to: '2:00' }] }, '2026-12-27T21:00:00.000Z'],
	[{ window: [{ ...open, from: '0:00', to: '24:00' }] }, '2026-12-26T23:00:00.000Z'],
	[{ window: [{ ...open, from: '09:59' }] }, '2026-12-27T08:59:00.000Z'],
])('%j opens at %s', (sendingHours, expected) => {
	expect(next(sendingHours)).toBe(expected);
});

test.each<[unknown, string]>([
	[{}, "'Sending Hours' has no window"],
	[{ window: [{ ...open, days: [] }] }, "'Days' is empty"],
	[{ window: [{ ...open, days: ['someday'] }] }, "'Days' has no such option"],
	[{ window: [{ ...open, to: '09:00' }] }, 'never opens: 09:00 to 09:00'],
	[{ window: [{ ...open, from: '24:00' }] }, 'never opens: 24:00 to 17:00'],
	[{ window: [{ ...open, from: '25:00' }] }, "isn't a valid time"],
	[{ window: [{ ...open, from: '08:60' }] }, "isn't a valid time"],
	[{ window: [{ ...open, to: '24:01' }] }, "isn't a valid time"],
	[{ window: [{ ...open, from: '9' }] }, "isn't a valid time"],
	[{ window: [{ ...open, from: '' }] }, "'From' under 'Sending Hours' isn't a valid time"],
	[{ window: [{ ...open, to: null }] }, "'To' under 'Sending Hours' isn't a valid time"],
	[{ window: ['monday'] }, "'Window' must be an object"],
	[{ window: [open, null] }, "'Window 2' must be an object"],
	[{ window: [open], holidays: ['2026-12-25'] }, "'Holidays' must be an object"],
	[{ window: [open], timeZone: [{ timeZone: 'Berlin' }] }, "doesn't exist"],
	[{ window: [open], timeZone: [{ timeZone: 'UTC' }, {}] }, 'several time zones'],
	[{ window: [open], holidays: [{ dates: 'Christmas' }] }, "isn't a valid date"],
	[{ window: [open], holidays: [{ dates: NaN }] }, 'Dates'],
	[{ window: [open], holidays: [{ dates: { a: 1 } }] }, 'Dates'],
	[{ window: [open], holidays: [{ dates: ['perhaps'] }] }, 'Dates'],
	[{ window: [open], holidays: [{ dates: true }] }, 'Dates'],
	[{ window: [open], holidays: [{ dates: '' }] }, "'Holidays: Dates' is empty"],
	['always', 'must be an object, not'],
])('rejects %j', (sendingHours, problem) => {
	expect(() => hoursOf(sendingHours)).toThrow(problem);
});

test('rejects hours that holidays close for more than a year', () => {
	const day = (index: number) => new Date(Date.now() + (index - 2) * 86_400_000).toISOString();
	const dates = Array.from({ length: 400 }, (_, index) => day(index).slice(0, 10));
	expect(() => hoursOf({ window: [open], holidays: [{ dates }] })).toThrow('more than a year');
});

test('accepts holidays of 366 days, but not of 367', () => {
	const now = Date.parse('2026-12-24T00:00:00Z');
	jest.spyOn(Date, 'now').mockReturnValue(now);
	const window = { from: '00:00', to: '24:00' };
	const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
	const closedFor = (count: number) => {
		const dates = Array.from({ length: count }, (_, index) =>
			new Date(now + index * 86_400_000).toISOString().slice(0, 10),
		);
		const timeZone = [{ timeZone: 'UTC' }];
		return hoursOf({ window: [{ ...window, days }], timeZone, holidays: [{ dates }] });
	};
	expect(closedFor(366)?.nextOpening(now)).toBe(Date.parse('2027-12-25T00:00:00Z'));
	expect(() => closedFor(367)).toThrow('more than a year');
	jest.restoreAllMocks();
});

test('a window that ends after midnight closes at that time', () => {
	const night = { window: [{ days: ['sunday'], from: '22:00', to: '2:30' }] };
	expect(next(night, '2026-12-28T01:29:00Z')).toBe('2026-12-28T01:29:00.000Z');
	expect(next(night, '2026-12-28T01:30:00Z')).toBe('2027-01-03T21:00:00.000Z');
});

test('the same settings are read once, but separately for each time zone', () => {
	const sendingHours = { window: [open] };
	expect(hoursOf(sendingHours)).toBe(hoursOf({ window: [{ ...open }] }));
	const elsewhere = conditionsOf(reader({ sendingHours }, { timeZone: 'America/New_York' })).hours;
	expect(elsewhere?.nextOpening(Date.parse('2026-12-24T12:00:00Z'))).toBe(
		Date.parse('2026-12-27T14:00:00Z'),
	);
	expect(hoursOf(sendingHours)).not.toBe(elsewhere);
});

test.each<[object[], object]>([
	[[{ days: 36_500 }], [{ days: 36_500 }]],
	[
		[{ days: 0.5 }, { scope: 'all', group: 'NPS', max: 2, days: 7, unit: 'calendarDays' }],
		[{ days: 0.5 }, { scope: 'all', max: 2, days: 7, unit: 'calendarDays' }],
	],
])('reads the rules %j', (given, expected) => {
	const one = { scope: 'survey', after: 'invited', max: 1 };
	const rule = given.map((more) => ({ ...one, unit: 'hours24', ...more }));
	expect(groupAndRules(returned({ rules: { rule } })).rules).toEqual(
		(expected as object[]).map((more) => ({ ...one, ...more })),
	);
});

test.each<[object[], string]>([
	[[], 'There are no rules'],
	[[{ days: 0 }], "Rule isn't valid: at most 1 within 0 days"],
	[[{ days: 36_500.5 }], "Rule isn't valid: at most 1 within 36500.5 days"],
	[[{}, { days: 0 }], "Rule 2 isn't valid: at most 1 within 0 days"],
	[[{ days: 1.5, unit: 'calendarDays' }], "Rule isn't valid: 1.5 calendar days"],
	[[{ scope: 'group' }], 'no group is specified'],
])('rejects the rules %j', (given, problem) => {
	const one = { scope: 'survey', after: 'invited', max: 1, days: 30, unit: 'hours24' };
	const rule = given.map((more) => ({ ...one, ...more }));
	expect(() => groupAndRules(returned({ rules: { rule } }))).toThrow(problem);
});

test.each([
	['', 'is empty'],
	[null, 'is empty'],
	[101, 'from 0 to 100'],
	['50%', 'from 0 to 100'],
])('rejects a sample of %j', (samplePercent, problem) => {
	expect(() => conditionsOf(reader({ samplePercent }))).toThrow(problem);
});

test.each(['', null, 'maybe'])('rejects consent of %j', (consent) => {
	expect(() => addedFlag(reader({ consent }), 'consent')).toThrow("'Consent' is neither");
});

test('rejects empty consent from a model', () => {
	const settings = reader({ consent: '' }, { tool: true, leavesOut: true });
	expect(() => addedFlag(settings, 'consent')).toThrow("'Consent' is neither");
});

describe('one expression that returns the settings', () => {
	const saturday = { days: ['saturday'], from: '10:00', to: '12:00' };

	test('is read like separate settings', () => {
		const sendingHours = { window: [saturday], holidays: [{ dates: '2026-12-26' }] };
		const settings = returned({ consent: false, samplePercent: 10, sendingHours });
		expect(addedFlag(settings, 'consent')).toBe(false);
		expect(conditionsOf(settings).samplePercent).toBe(10);
		const opening = conditionsOf(settings).hours?.nextOpening(Date.parse('2026-12-24T12:00:00Z'));
		expect(opening).toBe(Date.parse('2027-01-02T09:00:00Z'));
	});

	test.each([undefined, null, ''])('is rejected if consent is %j', (consent) => {
		expect(() => addedFlag(returned({ consent }), 'consent')).toThrow("'Consent' is neither");
	});

	test('keeps the group of a rule', () => {
		const rule = { scope: 'group', group: 'NPS', after: 'invited', max: 1, days: 30 };
		const { rules } = groupAndRules(returned({ rules: { rule: [rule] } }));
		expect(rules).toMatchObject([{ scope: 'group', group: 'NPS', days: 30 }]);
	});

	test('may return only the sending hours', () => {
		const stored: Record<string, unknown> = { sendingHours: '={{ $json.hours }}' };
		const settings = reader(
			{ sendingHours: { window: saturday } },
			{ stored: (name) => stored[name] },
		);
		const opening = conditionsOf(settings).hours?.nextOpening(Date.parse('2026-12-24T12:00:00Z'));
		expect(opening).toBe(Date.parse('2026-12-26T09:00:00Z'));
	});
});
