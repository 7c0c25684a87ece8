import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../../sandbox';
import { useSandbox } from '../../sandbox/useSandbox';
import { createEngine, type RunRequest } from '../harness';
import { byId } from './cases';
import { actions, callsOf, caseOf, parametersOf, tried } from './run';

const { surveys, sendouts, documents, documentLabels, rows } = sampleIds;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const run = async (
	key: string,
	items: IDataObject[],
	more: IDataObject = {},
	rest: Partial<RunRequest> = {},
) => await engine.run({ items, parameters: parametersOf(key, more), ...rest });

const bodies = (operationId: string) => callsOf(sandbox, operationId).map(({ body }) => body);

describe('IDs', () => {
	const locators = tried.flatMap((key) =>
		actions[key].fields
			.filter(({ type }) => type === 'resourceLocator')
			.map(({ name }) => [key, name] as const),
	);

	test.each(locators)("%s: n8n marks an entered %s that isn't valid", async (key, name) => {
		for (const bad of ['abc', '-5', '', '7001/../x']) {
			const running = run(key, [caseOf(key).items[0]], { [name]: byId(bad) });
			await expect(running).rejects.toThrow(/has issues/);
		}
		expect(sandbox.calls).toEqual([]);
	});
});

describe('lists', () => {
	test('return the number of items in Limit without Return All', async () => {
		const { output } = await run('survey.getMany', [{}], { returnAll: false, limit: 3 });
		expect(output).toHaveLength(3);
	});

	test('have a limit of 50 by default', async () => {
		sandbox.changeSettings({ manySurveys: 100 });
		const { output } = await engine.run({
			items: [{}],
			parameters: { resource: 'survey', operation: 'getMany' },
		});
		expect(output).toHaveLength(50);
	});
});

describe('rows of a respondent list', () => {
	const anna = { list: documents.employees, row: rows.anna };
	const cellsOf = (row: number) => sandbox.state.rows.get(row)!.cells;

	test('clearing sends a DELETE with a body, which empties the cells', async () => {
		const labelIds = [documentLabels.firstName, documentLabels.department];
		const { output } = await run('respondentList.clearRow', [anna], { labelIds });
		expect(output[0].json).toEqual({ deleted: true, respondentId: rows.anna, labelIds });
		expect(callsOf(sandbox, 'deleteCells')).toMatchObject([
			{ method: 'DELETE', body: { labels: labelIds } },
		]);
		expect([...cellsOf(rows.anna).keys()]).toEqual([
			documentLabels.lastName,
			documentLabels.employeeNumber,
		]);
	});

	test("clearing as an agent's tool sends the body too", async () => {
		await engine.route({ items: [anna], parameters: parametersOf('respondentList.clearRow') });
		expect(bodies('deleteCells')).toEqual([{ labels: [documentLabels.firstName] }]);
		expect(cellsOf(rows.anna).has(documentLabels.firstName)).toBe(false);
	});

	test('clearing is refused without labels, as from an empty expression', async () => {
		const { error } = await run('respondentList.clearRow', [anna], { labelIds: '={{ [] }}' });
		expect(error?.message).toMatch(/'Labels' is empty/);
		expect(callsOf(sandbox, 'deleteCells')).toEqual([]);
	});

	test('reading without labels returns all cells by label name', async () => {
		const { output } = await run('respondentList.getRow', [anna], { labelIds: [] });
		expect(output[0].json.values).toEqual({
			'First name': 'Anna',
			'Last name': 'Andersson',
			'Employee number': '1001',
			Department: 'Sales',
			Location: '',
		});
	});

	test('labels are read once for all rows', async () => {
		const items = Array.from({ length: 20 }, () => anna);
		const { output } = await run('respondentList.getRow', items);
		expect(output).toHaveLength(20);
		expect(callsOf(sandbox, 'getBgDocumentLabels')).toHaveLength(1);
	});

	const cells = (value: IDataObject) => ({ cells: { mappingMode: 'defineBelow', value } });

	test("updating writes only given values, in the option's spelling", async () => {
		const given = {
			[documentLabels.location]: ' frankfurt ',
			[documentLabels.lastName]: '',
			[documentLabels.firstName]: null,
		};
		const { output } = await run('respondentList.updateRow', [anna], cells(given));
		expect(bodies('editCells')).toEqual([
			{ cellData: [{ Key: String(documentLabels.location), Value: 'Frankfurt' }] },
		]);
		expect(output[0].json.values).toMatchObject({ 'First name': 'Anna', Location: 'Frankfurt' });
	});

	test('cells can be mapped by label name', async () => {
		const item = { ...anna, 'last name': 'Berg', City: 'not a label' };
		await run('respondentList.updateRow', [item], {
			cells: { mappingMode: 'autoMapInputData', value: null },
		});
		expect(bodies('editCells')).toEqual([
			{ cellData: [{ Key: String(documentLabels.lastName), Value: 'Berg' }] },
		]);
	});

	test.each(['updateRow', 'addRow'])(
		'%s lists the labels if no field matches one',
		async (operation) => {
			const { error } = await run(
				`respondentList.${operation}`,
				[{ ...anna, email: 'new@example.com', Vorname: 'Anna' }],
				{ cells: { mappingMode: 'autoMapInputData', value: null } },
			);
			expect(error?.message).toContain('and the labels are "First name", "Last name"');
			expect(sandbox.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
		},
	);

	test('updating is refused without any value', async () => {
		const blank = { [documentLabels.location]: '' };
		const { error } = await run('respondentList.updateRow', [anna], cells(blank));
		expect(error?.message).toMatch(/no values to write/);
		expect(callsOf(sandbox, 'editCells')).toEqual([]);
	});
});

describe('sendouts and reminders', () => {
	const support = { survey: surveys.support, sendout: sendouts.supportEmail, name: 'New' };
	const sendout = () => bodies('createSendout')[0];

	test.each([
		["the date picker, in the workflow's time zone", '2037-03-01T09:00:00', '08:00:00'],
		['a text with a time zone', '2037-03-01T09:00:00+05:00', '04:00:00'],
		['an expression', '={{ DateTime.fromISO("2037-03-01T09:00:00.500Z") }}', '09:00:00'],
	])('a send date from %s is sent as UTC seconds', async (_, sendDate, time) => {
		await run('sendout.create', [support], { sendDate }, { timezone: 'Europe/Berlin' });
		expect(sendout()).toMatchObject({ sendDate: `2037-03-01T${time}Z` });
	});

	test('an empty send date means now', async () => {
		const before = Date.now();
		const { error } = await run('sendout.create', [support], { sendDate: '' });
		expect(error).toBeUndefined();
		const { sendDate } = sendout() as { sendDate: string };
		expect(sendDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
		expect(Date.parse(sendDate)).toBeGreaterThan(before - 2000);
		expect(Date.parse(sendDate)).toBeLessThanOrEqual(Date.now());
	});

	test('a login sendout is created without date, sender, subject and message', async () => {
		const { error } = await run('sendout.create', [support], { type: 'LOGIN' });
		expect(error).toBeUndefined();
		expect(sendout()).toEqual({
			name: 'New',
			type: 'LOGIN',
			sendDate: '',
			sender: '',
			subject: '',
			message: '',
		});
	});

	test('messages without a link are sent, with one hint for all items', async () => {
		const { output, hints } = await run('sendout.create', [support, { ...support, name: 'Two' }], {
			message: '<p style="color: red">Hello</p> please answer',
		});
		expect(output).toHaveLength(2);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/contain a survey link/),
		]);
	});

	test("a reminder follows its sendout's rules: SMS has no subject and a short sender", async () => {
		const sms = { survey: surveys.postEvent, sendout: sendouts.postEventSms, name: 'New' };
		const refused = await run('reminder.create', [sms]);
		expect(refused.error?.description).toMatch(/at most 11/);
		expect(callsOf(sandbox, 'createReminder')).toEqual([]);
		const { error } = await run('reminder.create', [sms], { sender: 'ExampleCo' });
		expect(error).toBeUndefined();
		expect(bodies('createReminder')).toEqual([
			expect.not.objectContaining({ subject: expect.anything() }),
		]);
	});

	test('a reminder in the past is refused before any request', async () => {
		const { error } = await run('reminder.create', [support], { sendDate: '2020-01-01' });
		expect(error?.message).toMatch(/date is in the past/);
		expect(callsOf(sandbox, 'createReminder')).toEqual([]);
	});

	test('a sendout is read once for its three new reminders', async () => {
		const items = ['A', 'B', 'C'].map((name) => ({ ...support, name }));
		const { output } = await run('reminder.create', items);
		expect(output.map(({ json }) => json.Name)).toEqual(['A', 'B', 'C']);
		expect(callsOf(sandbox, 'getSendout')).toHaveLength(1);
	});
});

describe('copying a survey', () => {
	test("sends all fields in Netigate's format", async () => {
		await run('survey.copy', [{ survey: surveys.support }], {
			additionalFields: {
				name: 'Copy',
				description: 'For us',
				startDate: '2037-03-01T09:00:00',
				endDate: '2037-04-01T09:00:00Z',
				categoryId: byId(51),
				copyAnswers: false,
				copyLogic: true,
				sendoutIds: [7011, 7012],
				active: false,
			},
		});
		expect(callsOf(sandbox, 'copySurvey')[0].query).toEqual({
			surveyname: 'Copy',
			description: 'For us',
			startdate: '2037-03-01T08:00:00Z',
			enddate: '2037-04-01T09:00:00Z',
			categoryid: '51',
			copyanswers: 'False',
			copylogic: 'True',
			copysendoutids: '7011,7012',
			active: 'False',
		});
	});

	test('sends no fields that are not set', async () => {
		const { output } = await run('survey.copy', [{ survey: surveys.support }], {
			additionalFields: {},
		});
		expect(callsOf(sandbox, 'copySurvey')[0].query).toEqual({});
		expect(output[0].json.Name).toBe('Support survey');
	});
});

describe('the block list', () => {
	test('is read once for 1,000 contacts', async () => {
		const items = Array.from({ length: 1000 }, (_, index) => ({ email: `a${index}@example.com` }));
		const { output } = await run('blocklist.check', items);
		expect(output).toHaveLength(1000);
		expect(sandbox.calls).toHaveLength(1);
	});
});

test('a run that stops at a failure says which items were completed', async () => {
	sandbox.faults.add({ kind: '400', operationId: 'createCategory', after: 2 });
	const items = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => ({ name }));
	const { error } = await run('category.create', items, {
		requestOptions: { maxInFlight: 1 },
	});
	expect(error?.message).toMatch(/\[item 2\]/);
	expect(error?.description).toMatch(/Already completed: items 0 to 1\./);
	expect(callsOf(sandbox, 'createCategory')).toHaveLength(3);
});
