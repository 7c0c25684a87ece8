import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { add } from '../../../nodes/Netigate/resources/respondent/add';
import { quarantineSettings } from '../../../nodes/shared/invite/quarantineSettings';
import { parameterReader } from '../../../nodes/shared/n8n/itemParameters';

/** Returns a function that reads the settings of an item with this number of days. */
function reader(quarantine: IDataObject) {
	const parameters = { surveyId: 501, quarantineDays: '={{ $json.days }}', quarantine };
	const node = { type: 'n8n-nodes-netigate.netigate', parameters };
	const context = { getNode: () => node, getTimezone: () => 'UTC' };
	const read = parameterReader(context as unknown as IExecuteFunctions, add.fields);
	return (days: number) => quarantineSettings(read(0, { json: { days } }));
}

const RULE = { scope: 'all', after: 'responded', max: 2, days: 90 };
const withDays = (days: number) => ({ scope: 'survey', after: 'invited', max: 1, days });

test.each([
	['days', 30, {}, [withDays(30)]],
	['rules', 0, { rules: { rule: [RULE] } }, [RULE]],
	['days and rules', 1, { rules: { rule: [RULE] } }, [withDays(1), RULE]],
	['a sample', 0, { samplePercent: 50 }, []],
	['consent', 0, { consent: true }, []],
])('the quarantine is active with only %s', (_, days, quarantine, rules) => {
	const settings = reader(quarantine)(days);
	expect(settings).toMatchObject({ survey: '501', days, timeZone: 'UTC' });
	expect(settings?.rules).toMatchObject(rules);
	expect(settings?.rules).toHaveLength(rules.length);
});

test('without days and settings, there is no quarantine', () => {
	expect(reader({})(0)).toBeUndefined();
});

test.each([{ exempt: true }, { group: 'Sales' }])('%j alone is refused', (quarantine) => {
	expect(() => reader(quarantine)(0)).toThrow('contains settings but no rule');
});

test('items with the same number of days share a list of rules, but no more than 1,000 lists are kept', () => {
	const read = reader({});
	const rulesFor = (days: number) => read(days)!.rules;
	const first = rulesFor(1);
	for (let days = 2; days <= 1000; days++) rulesFor(days);
	expect(rulesFor(1)).toBe(first);
	rulesFor(1001);
	expect(rulesFor(1)).not.toBe(first);
	expect(rulesFor(1)).toEqual(first);
});
