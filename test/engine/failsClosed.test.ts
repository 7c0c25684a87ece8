import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import { createEngine } from './harness';
import { run as quarantine, ruleOf, sandbox } from './quarantineRuns';
import { launching, locator } from './sendoutParameters';

/* Values that can't be read or can't be meant stop a run before anything is sent. */

const engine = createEngine(sandbox);

const anna = [{ email: 'anna@example.com' }];

const launch = async (more: IDataObject, timezone = 'Europe/Berlin') =>
	await engine.run({ items: anna, parameters: launching(more), timezone });

const writes = () => sandbox.calls.filter(({ method }) => method !== 'GET');

describe("a time zone that doesn't exist", () => {
	const timezone = 'Europe/Berlni';
	const refusal = {
		message: expect.stringContaining('time zone doesn\'t exist: "Europe/Berlni"'),
		description: expect.stringContaining("Choose a time zone under 'Timezone'"),
	};

	test.each(['reserve', 'check', 'getMany'])('%s: calendar days are refused', async (operation) => {
		await quarantine();
		const rules = { rule: [ruleOf({ unit: 'calendarDays' })] };
		const { error } = await quarantine({ operation, timezone, parameters: { rules } });
		expect(error).toMatchObject(refusal);
		const continuesOnError = await quarantine({
			operation,
			timezone,
			parameters: { rules },
			onError: 'continueRegularOutput',
		});
		expect(continuesOnError.outputs[0].filter(({ json }) => json.error === undefined)).toEqual([]);
	});

	test.each([
		['a date', { sendDate: '2037-03-01 09:00' }],
		['days after', { reminders: { reminder: [{ when: 'afterDays', afterDays: 7 }] } }],
	])('%s is refused', async (_, more) => {
		const { error } = await launch(more, timezone);
		expect(error).toMatchObject(refusal);
		expect(writes()).toEqual([]);
	});
});

describe('dates of a launch', () => {
	const past = (ms: number) => new Date(Date.now() - ms).toISOString();
	const MINUTE = 60_000;
	const DAY = 24 * 60 * MINUTE;
	const onDate = (date: string, more: IDataObject = {}) => ({
		name: 'R',
		when: 'date',
		date,
		...more,
	});
	const after = (afterDays: number, more: IDataObject = {}) => ({
		name: 'R',
		when: 'afterDays',
		afterDays,
		...more,
	});
	const reminders = (...reminder: IDataObject[]) => ({ reminders: { reminder } });

	test.each<[string, IDataObject, string]>([
		['yesterday', { sendDate: past(DAY) }, 'date is in the past'],
		['16 minutes ago', { sendDate: past(15.9 * MINUTE) }, 'date is in the past'],
		[
			'seconds for milliseconds',
			{ sendDate: '={{ new Date(1900000000) }}' },
			'date is in the past',
		],
		['a reminder now', reminders(onDate(past(0))), "isn't later than its sendout"],
		[
			'a reminder that has passed, after its sendout',
			{ sendDate: past(9 * MINUTE), ...reminders(onDate(past(2 * MINUTE))) },
			'date is in the past',
		],
		['after 0 days', reminders(after(0)), "isn't later than its sendout"],
		['after less than a second', reminders(after(0.000001)), "isn't later than its sendout"],
		['after 1e9 days', reminders(after(1e9)), "isn't a number from 0 to 3650"],
		[
			'after the year 9999',
			{ sendDate: '9999-12-01', ...reminders(after(90)) },
			'in the year 10000',
		],
		[
			'two reminders after the same number of days',
			reminders(after(7), after(7, { name: 'S' })),
			'same message at the same time',
		],
		[
			'two reminders with the same date in different forms',
			{
				sendDate: '2037-03-01T09:00:00Z',
				...reminders(after(7), onDate('2037-03-08T09:00:00Z', { name: 'S' })),
			},
			'same message at the same time',
		],
		[
			'two reminders that some people would get twice',
			reminders(after(7, { sendoutLogic: 'ALL' }), after(7)),
			'same message at the same time',
		],
	])('%s: refused before anything is created', async (_, more, why) => {
		for (const preview of [true, false]) {
			const { error, output } = await launch({ sendDate: '', ...more, preview });
			// A preview shows a refused item, unless a setting is wrong for all items.
			expect(output[0]?.json.explanation ?? error?.message).toContain(why);
		}
		expect(writes()).toEqual([]);
	});

	test.each<[string, IDataObject]>([
		['none', { sendDate: '' }],
		['now', { sendDate: '={{ $now }}', ...reminders(after(0.01)) }],
		['now, before a short wait', { sendDate: past(10 * MINUTE) }],
		['now, in a text without a zone', { sendDate: "={{ $now.toFormat('yyyy-MM-dd HH:mm') }}" }],
		[
			'past on purpose',
			{ sendDate: past(9 * DAY), ...reminders(after(7)), options: { allowPastDates: true } },
		],
		[
			'two reminders for different people',
			reminders(after(7), after(7, { sendoutLogic: 'COMPLETED' })),
		],
		['two reminders with different texts', reminders(after(7), after(7, { subject: 'Last call' }))],
	])('%s: launched', async (_, more) => {
		const { error, output } = await launch(more, 'Asia/Tokyo');
		expect(error).toBeUndefined();
		expect(output[0].json.status).toBe('launched');
	});

	test("reports what the first attempt launched if a reminder's date passes before the second", async () => {
		const soon = new Date(Date.now() + 30 * MINUTE).toISOString();
		sandbox.faults.add({ operationId: 'createSendout', kind: '400', after: 1, times: 1 });
		const now = Date.now;
		const clock = jest
			.spyOn(Date, 'now')
			.mockImplementation(() => now() + sandbox.faults.list()[0].struck * 60 * MINUTE);
		const { error } = await engine
			.run({
				items: ['anna', 'ben'].map((name) => ({ email: `${name}@example.com`, name })),
				parameters: launching({
					mode: 'onePerItem',
					name: '=Launched {{ $json.name }}',
					sendDate: '',
					requestOptions: { maxInFlight: 1 },
					...reminders(onDate(soon)),
				}),
				retryOnFail: true,
				waitBetweenTries: 1,
				maxTries: 2,
			})
			.finally(() => clock.mockRestore());
		expect(error?.message).toMatch(/date is in the past.*item 1/);
		expect(error?.description).toContain('Already completed: item 0.');
	});

	test.each([
		['a month ago', past(30 * DAY), {}, false],
		['an hour ago, on purpose', past(60 * MINUTE), { allowPastDates: true }, true],
		['now', '={{ $now }}', {}, true],
	])('a reminder %s', async (_, sendDate, options, allowed) => {
		const { error } = await engine.run({
			items: anna,
			parameters: launching({
				resource: 'reminder',
				operation: 'create',
				sendoutId: locator(sampleIds.sendouts.postEventEmail),
				sendDate,
				options,
			}),
		});
		expect(error?.message).toEqual(
			allowed ? undefined : expect.stringContaining('date is in the past'),
		);
		expect(writes()).toHaveLength(allowed ? 1 : 0);
	});
});
