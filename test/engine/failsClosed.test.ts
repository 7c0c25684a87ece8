import type { IDataObject } from 'n8n-workflow';
import { createEngine } from './harness';
import { run as quarantine, ruleOf, sandbox } from './quarantineRuns';
import { launching } from './sendoutParameters';

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
		const goesOn = await quarantine({
			operation,
			timezone,
			parameters: { rules },
			onError: 'continueRegularOutput',
		});
		expect(goesOn.outputs[0].filter(({ json }) => json.error === undefined)).toEqual([]);
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
