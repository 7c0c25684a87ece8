import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import type { AnswerChange } from '../sandbox/changes';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine, type RunRequest } from './harness';
import { launching, locator, outcomeIn } from './sendoutParameters';

const survey = sampleIds.surveys.support;
const DAY = 24 * 60 * 60 * 1000;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const parameters = (more: IDataObject = {}): IDataObject =>
	launching({
		surveyId: locator(survey),
		mode: 'onePerItem',
		name: '=Sales call {{ $json.deal }}',
		sendDate: '2037-03-01T09:00:00Z',
		labels: {
			label: [
				{ name: 'First name', labelType: 'TEXT', value: '={{ $json.name }}' },
				{ name: 'Region', labelType: 'ORDINAL', value: 'North' },
			],
		},
		reminders: {
			reminder: [
				{ name: 'After a week', when: 'afterDays', afterDays: 7, sendoutLogic: 'NOT_COMPLETED' },
			],
		},
		requestOptions: { settleSeconds: 0.02, retryForSeconds: 5 },
		...more,
	});

const launch = async (
	items: IDataObject[],
	more: IDataObject = {},
	rest: Partial<RunRequest> = {},
) => await engine.run({ items, parameters: parameters(more), ...rest });

const deals = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		email: `buyer${index}@example.com`,
		name: `Name${index}`,
		deal: index,
	}));

const launched = () =>
	[...sandbox.state.sendouts.values()].filter(({ primary }) =>
		primary.Name.startsWith('Sales call'),
	);

/** The status or skip reason of each item. */
const statuses = (output: INodeExecutionData[]) => output.map(({ json }) => outcomeIn(json));

const skip = { options: { existing: 'skip' } };

const withErrors = { onError: 'continueErrorOutput' } as const;

const operations = () => sandbox.calls.map((call) => call.operationId);

test('launches one sendout per item, with background data and a reminder after a week', async () => {
	const { output, error } = await launch(deals(1));
	expect(error).toBeUndefined();
	expect(output[0].json).toMatchObject({
		status: 'launched',
		Email: 'buyer0@example.com',
		sendoutName: 'Sales call 0',
		reminders: [{ Name: 'After a week', SendDate: '2037-03-08T09:00:00Z' }],
	});
	const [sendout] = launched();
	expect(sendout.primary).toMatchObject({ Activated: true, SendDate: '2037-03-01T09:00:00Z' });
	expect(sendout.reminders).toHaveLength(1);
	const cells = sandbox.state.rows.get(sendout.respondentIds[0])!.cells;
	expect([...cells.values()]).toEqual(['Name0', 'North']);
});

test('activates last, so that no incomplete sendout is sent', async () => {
	await launch(deals(1));
	expect(operations().slice(2)).toEqual([
		'createSendout',
		'createLabel',
		'createLabel',
		'addRespondent',
		'createReminder',
		'activateSendout',
	]);
});

test('Netigate sends the invitation at the send date and the reminder a week later', async () => {
	await launch(deals(2));
	expect(sandbox.state.invitations).toEqual([]);
	sandbox.clock.advance(Date.parse('2037-03-01T09:00:01Z') - sandbox.clock.now());
	expect(sandbox.state.invitations.map(({ contact, kind }) => [contact, kind])).toEqual([
		['buyer0@example.com', 'invitation'],
		['buyer1@example.com', 'invitation'],
	]);
	sandbox.clock.advance(7 * DAY);
	expect(sandbox.state.invitations.filter(({ kind }) => kind === 'reminder')).toHaveLength(2);
});

test('One Sendout for All creates a single sendout with everyone in it', async () => {
	const { output } = await launch(deals(250), { mode: 'oneForAll' });
	expect(output).toHaveLength(250);
	expect(new Set(output.map(({ json }) => json.sendoutId)).size).toBe(1);
	expect(launched()).toHaveLength(1);
	expect(launched()[0].respondentIds).toHaveLength(250);
	expect(operations().filter((id) => id === 'addRespondents')).toHaveLength(3);
	expect(sandbox.maxInFlight).toBeLessThanOrEqual(4);
});

test("One Sendout for All refuses texts that differ, because people would see another person's name", async () => {
	const { output, errorOutput } = await launch(
		deals(3),
		{ mode: 'oneForAll', message: '=Hello {{ $json.name }}, [survey link]' },
		withErrors,
	);
	expect(output).toHaveLength(1);
	const refusal = expect.stringContaining(
		"'s sender, subject or message differs from the first item",
	);
	expect(errorOutput.map(({ json }) => json.error)).toEqual([refusal, refusal]);
});

test.each([
	['SMS', '46735123456', { sender: 'ExampleCo', subject: '' }],
	['LOGIN', 'Employee 17', { sender: '', subject: '', message: '', reminders: {} }],
	['TWOWAY', '46735123456', {}],
])('launches a sendout of type %s', async (type, contact, more) => {
	const items = [{ email: contact, name: 'Anna', deal: 1 }];
	const { output, error } = await launch(items, { type, ...more });
	expect(error).toBeUndefined();
	expect(output[0].json).toMatchObject({ status: 'launched', Email: contact });
	expect(launched()[0].primary).toMatchObject({ DispatchType: type, Activated: true });
});

describe('refused before the first write', () => {
	const sms = (sender: string, more = {}) => ({ type: 'SMS', sender, ...more });
	const reminded = (more: IDataObject) => ({
		reminders: { reminder: [{ name: 'Early', ...more }] },
	});
	const early = reminded({ when: 'date', date: '2037-02-01T09:00:00Z' });
	const negative = reminded({ when: 'afterDays', afterDays: -1 });
	const twice = ['1', '2'].map((value) => ({ name: 'A', labelType: 'TEXT', value }));

	const item = /\[item 0\]/;
	test.each<[string, IDataObject, string, RegExp?]>([
		['an SMS sender of 16 digits', sms('4673512345600000'), "isn't valid for SMS"],
		['an SMS sender with a space', sms('My Company'), "isn't valid for SMS"],
		[
			'an SMS number without a country code',
			sms('Example', { contact: '0735123456' }),
			'has no country code',
			item,
		],
		['no subject', { subject: '={{ "" }}' }, "'Subject' is empty"],
		['no message', { message: '={{ "" }}' }, "'Message' is empty"],
		['a bad address', { contact: 'nobody' }, "isn't a valid email address", item],
		[
			'an invalid date',
			{ sendDate: '=soon{{ "" }}' },
			"'Send Date' isn't a valid date: \"soon\"",
			item,
		],
		['a reminder before the sendout', early, "isn't later than its sendout", item],
		[
			'a reminder after -1 days',
			negative,
			"'Reminder: After (Days)' isn't a number from 0 to 3650",
		],
		['duplicate background data', { labels: { label: twice } }, '"A" appears twice'],
	])('%s', async (_, more, message, place = /^(?!.*\[item)/) => {
		const { error } = await launch([{ email: 'a@example.com', name: 'Anna', deal: 1 }], more);
		expect(error?.message).toContain(message);
		// A setting that is wrong for all items is reported without an item.
		expect(error?.message).toMatch(place);
		expect(sandbox.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
	});
});

describe('a message without a link', () => {
	const message = 'Hello, please answer.';

	const reminder = [{ name: 'Soon', when: 'afterDays', afterDays: 1, message }];

	test.each([
		[{ message }, "The message doesn't seem to contain a survey link"],
		[
			{ reminders: { reminder } },
			"The message for reminder Soon doesn't seem to contain a survey link",
		],
	])('is refused before anything is created: %j', async (more, refusal) => {
		const { error } = await launch(deals(1), more);
		expect(error?.message).toContain(refusal);
		expect(error?.description).toContain('Allow Without Link');
		expect(sandbox.calls).toEqual([]);
	});

	test('is sent with a hint if the user allows it', async () => {
		const options = { allowWithoutLink: true };
		const { hints, output } = await launch(deals(1), { message, options });
		expect(output[0].json.status).toBe('launched');
		expect(hints.map((hint) => hint.message)).toEqual([
			expect.stringContaining("doesn't seem to contain a survey link"),
			expect.stringMatching(/^1 launched. No quarantine was active/),
		]);
	});
});

test('refuses several sendouts with the same name, and suggests two solutions', async () => {
	const { error } = await launch(deals(3), { name: 'Summer party' });
	expect(error?.message).toContain('3 sendouts would have the name "Summer party"');
	expect(error?.description).toContain('"One Sendout for All"');
	expect(error?.description).toContain('its own name');
	expect(sandbox.calls).toEqual([]);
});

test('treats items as duplicates if their send dates differ by a second, as with $now', async () => {
	const [deal] = deals(1);
	const items = ['2037-03-01T09:00:00Z', '2037-03-01T09:00:01Z'].map((at) => ({ ...deal, at }));
	const { output } = await launch(items, { sendDate: '={{ $json.at }}' });
	expect(statuses(output)).toEqual(['launched', 'duplicateInInput']);
	expect(launched()).toHaveLength(1);
});

test('a preview shows what would be launched and when, and sends nothing', async () => {
	await launch(deals(1), skip);
	sandbox.clearCalls();
	const [week, later] = [7, 1.5].map((afterDays) => ({
		...{ name: `After ${afterDays} days`, when: 'afterDays', afterDays },
		sendoutLogic: 'NOT_COMPLETED',
	}));
	const reminders = { reminder: [week, later] };
	const { output, hints } = await launch(deals(2), { ...skip, reminders, preview: true });
	const existing = { status: 'skipped', reason: 'existing', contact: 'buyer0@example.com' };
	expect(output.map(({ json }) => json)).toEqual([
		expect.objectContaining(existing),
		{
			...deals(2)[1],
			status: 'wouldAdd',
			contact: 'buyer1@example.com',
			reason: 'invited',
			explanation: 'Would be added, and Netigate would send the invitation',
			sendoutName: 'Sales call 1',
			sendDate: '2037-03-01T09:00:00Z',
			reminders: [
				{ Name: 'After 7 days', SendDate: '2037-03-08T09:00:00Z' },
				{ Name: 'After 1.5 days', SendDate: '2037-03-02T21:00:00Z' },
			],
		},
	]);
	expect(hints[0].message).toContain('before the sendout is sent');
	expect(hints[1].message).toContain('would invite 1, skip 1, refuse 0');
	expect(sandbox.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('launches two sendouts for one person if their names and dates differ', async () => {
	const dates = ['2037-01-08T09:00:00Z', '2037-04-01T09:00:00Z'];
	const items = dates.map((at) => ({ email: 'hr@example.com', name: 'HR', deal: at, at }));
	const { output } = await launch(items, { sendDate: '={{ $json.at }}', reminders: {} });
	expect(statuses(output)).toEqual(['launched', 'launched']);
	expect(launched().map(({ primary }) => primary.SendDate)).toEqual(dates);
});

describe('with "Existing Sendouts: Never Invite Again" and an incomplete list of sendouts', () => {
	const answer = (changes: AnswerChange[]) => {
		sandbox.faults.add({ kind: 'answer', operationId: 'getSendouts', changes, times: 9 });
	};
	const replaced = async (value: (listed: unknown[]) => unknown) => {
		const path = `/surveys/${survey}/sendouts`;
		const headers = { 'X-API-Key': sandbox.apiKey };
		const listed = await fetch(`${sandbox.url}${path}`, { headers });
		answer([{ do: 'replace', value: value((await listed.json()) as unknown[]) }]);
	};

	test.each<[string, AnswerChange[]]>([
		['Activated is missing', [{ do: 'remove', member: 'Activated' }]],
		['Activated is null', [{ do: 'set', member: 'Activated', value: null }]],
		['Activated is invalid', [{ do: 'set', member: 'Activated', value: 'yes' }]],
		['the name is missing', [{ do: 'remove', member: 'Name' }]],
		['the ID is missing', [{ do: 'remove', member: 'SendoutId' }]],
		['Primary is missing', [{ do: 'remove', member: 'Primary' }]],
		['Primary is null', [{ do: 'set', member: 'Primary', value: null }]],
		['the entries are not objects', [{ do: 'replace', value: ['a', null] }]],
	])('no one is invited: %s', async (_, changes) => {
		await launch(deals(1), skip);
		answer(changes);
		const { error } = await launch(deals(2), skip);
		expect(error?.message).toContain("doesn't show which");
		expect(error?.description).toContain('No one was invited');
		expect(launched()).toHaveLength(1);
	});

	test.each<[string, unknown]>([
		['has no details', { SendoutId: 7999 }],
		['is null, because it may stand for any sendout', null],
		['is text', 'about these'],
	])('no one is invited if one of several sendouts %s', async (_, entry) => {
		await launch(deals(1), skip);
		await replaced((listed) => [...listed, entry]);
		expect((await launch(deals(2), skip)).error?.message).toContain("doesn't show which");
		expect(launched()).toHaveLength(1);
	});

	test('inactive sendouts are ignored', async () => {
		await launch(deals(1), skip);
		const draft = { SendoutId: 7999, Primary: { Activated: false, Name: null } };
		await replaced((listed) => [draft, ...listed]);
		const { output } = await launch(deals(2), skip);
		expect(statuses(output)).toEqual(['existing', 'launched']);
	});

	test('people are still invited with "Always Invite Again"', async () => {
		answer([{ do: 'remove', member: 'Activated' }]);
		expect((await launch(deals(1))).output).toHaveLength(1);
	});
});

test('a stopped run lists other items that were completed or started', async () => {
	sandbox.faults.add({ operationId: 'createReminder', kind: '400', times: 2 });
	const { error } = await launch(deals(4));
	expect(launched()).toHaveLength(4);
	expect(error?.description).toMatch(/Already completed: items? \d.*\./);
	expect(error?.description).toMatch(/Started or possibly completed: item \d\.$/);
});

test('the next launch names the inactive sendout of a launch that stopped', async () => {
	sandbox.faults.add({ kind: '400', operationId: 'createReminder', times: 1 });
	await launch(deals(1));
	const [stopped] = launched();
	const { hints } = await launch(deals(1));
	expect(hints.map(({ message }) => message)).toContainEqual(
		expect.stringContaining(`Sendout ${stopped.id} has the same name and isn't active`),
	);
	const others = await launch([{ email: 'other@example.com', deal: 'other' }]);
	expect(JSON.stringify(others.hints)).not.toContain("isn't active");
});

test.each<[string, string, string, string, IDataObject?]>([
	[
		'createLabel',
		'labels',
		"its background data couldn't be created",
		'No one was invited. Finish',
	],
	['addRespondent', 'respondents', "some people couldn't be added", 'No one was invited. Finish'],
	[
		'createReminder',
		'reminders',
		"its reminders couldn't be created",
		'No one was invited. Finish',
	],
	['activateSendout', 'activate', "it couldn't be activated", 'Check', { mayBeInvited: true }],
])(
	'if %s fails, the error names the sendout and the step, and the sendout stays inactive',
	async (operationId, step, what, advice, more = {}) => {
		sandbox.faults.add({ operationId, kind: '400', times: 2 });
		const { error } = await launch(deals(1));
		const [sendout] = launched();
		expect(error?.message).toContain(`The sendout ${sendout.id} was created, but ${what}: `);
		expect(error?.description).toContain(advice);
		expect(sendout.primary.Activated).toBe(false);
		const { output, errorOutput } = await launch(deals(3), {}, withErrors);
		expect(output).toHaveLength(2);
		expect(errorOutput[0].json.message).toEqual({
			sendoutId: expect.any(Number),
			step,
			contact: expect.stringMatching(/^buyer/),
			...more,
		});
	},
);

test('a launch that stopped before inviting anyone starts over when n8n tries again', async () => {
	sandbox.faults.add({ operationId: 'createReminder', kind: '400', times: 1 });
	const again = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
	const { output } = await launch(deals(1), {}, again);
	expect(statuses(output)).toEqual(['launched']);
	expect(launched().map(({ primary }) => primary.Activated)).toEqual([false, true]);
});

test('a run that launches nothing activates the active sendout again, in case someone was added late', async () => {
	await launch(deals(1), skip);
	const { output } = await launch(deals(1), skip);
	expect(statuses(output)).toEqual(['existing']);
	expect(output[0].json).not.toHaveProperty('activated');
	expect(operations().filter((id) => id === 'activateSendout')).toHaveLength(2);
});

test("someone who may be a respondent with a hidden contact isn't invited", async () => {
	await launch(deals(1), skip);
	const changes: AnswerChange[] = [{ do: 'set', member: 'Email', value: 'b***@example.com' }];
	sandbox.faults.add({ kind: 'answer', operationId: 'getRespondents', changes });
	const { error } = await launch([{ ...deals(1)[0], email: 'other@example.com' }], skip);
	expect(error?.message).toContain("Couldn't confirm whether this contact is already in the");
	expect(launched()).toHaveLength(1);
});

test('marks people who were matched only by their order', async () => {
	const changes: AnswerChange[] = [{ do: 'set', member: 'Email', value: null }];
	sandbox.faults.add({ kind: 'answer', operationId: 'addRespondents', changes });
	const { output } = await launch(deals(2), { mode: 'oneForAll' });
	expect(output.map(({ json }) => json.pairing)).toEqual(['byOrder', 'byOrder']);
});

test('a reminder that is already due is refused, even if its sendout is sent now', async () => {
	const [sendDate, date] = [60_000, 10_000].map((ago) => new Date(Date.now() - ago).toISOString());
	const reminder = [{ name: 'Due', when: 'date', date, sendoutLogic: 'NOT_COMPLETED' }];
	const { error } = await launch(deals(1), { sendDate, reminders: { reminder } });
	expect(error?.message).toContain('The reminder "Due" might be sent immediately');
	expect(launched()).toEqual([]);
});

test('launches nothing if the list of respondents cannot be read', async () => {
	await launch(deals(1), skip);
	sandbox.faults.add({ operationId: 'getRespondents', kind: '400' });
	const { error } = await launch(deals(2), skip);
	expect(error?.description).toContain('No one was invited.');
	expect(launched()).toHaveLength(1);
});
