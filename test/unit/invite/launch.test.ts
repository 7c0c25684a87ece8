import type { IDataObject } from 'n8n-workflow';
import { launch } from '../../../nodes/Netigate/resources/sendout/launch';
import { launch as launchOne } from '../../../nodes/shared/invite/launch/launch';
import type { ItemOutcome } from '../../../nodes/shared/n8n/itemRun';
import { NetigateError } from '../../../nodes/shared/netigate/errors';
import { DirectSandbox } from '../../sandbox/directSandbox';
import { Refusal } from '../../sandbox/refusal';
import { ANNA, BEN, brief, CARL, ENDED, Inviting } from './inviting';

const NOW = Date.parse('2026-12-01T12:00:00Z');

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW));
afterEach(() => jest.restoreAllMocks());

const remindersOf = (...reminder: IDataObject[]) => ({ reminders: { reminder } });
const skip = { options: { existing: 'skip' } };

/** Launches one sendout, "First", for all items, unless the parameters say otherwise. */
class Launching extends Inviting {
	async run(given: Array<string | IDataObject>, earlier: Record<string, ItemOutcome> = {}) {
		const parameters = {
			mode: 'oneForAll',
			name: 'First',
			type: 'EMAIL',
			sender: 'surveys@example.com',
			subject: 'Hello',
			message: '[link]',
		};
		return await this.runAction(launch, parameters, given, earlier);
	}

	get names(): string[] {
		return [...this.sandbox.state.sendouts.values()].map(({ primary }) => primary.Name);
	}
}

test('a launch creates labels, adds people, creates reminders, and then activates the sendout', async () => {
	const launching = new Launching();
	launching.parameters = {
		labels: {
			label: [
				{ name: 'First name', value: '={{ $json.name }}' },
				{ name: 'Region', value: '={{ $json.region }}' },
			],
		},
		...remindersOf({ name: 'Soon', afterDays: 1 }, { afterDays: 7 }),
	};
	const outcomes = await launching.run([
		{ email: ANNA, name: 'Anna', region: 'North' },
		{ email: BEN, name: '', region: 'South' },
	]);
	const { state, calls } = launching.sandbox;
	const [{ id, reminders, primary, documentId }] = state.sendouts.values();
	expect(calls).toEqual([
		'getBlocklist',
		'getSendouts',
		'createSendout',
		'createLabel',
		'createLabel',
		'addRespondents',
		'createReminder',
		'createReminder',
		'activateSendout',
	]);
	expect(primary).toMatchObject({ Name: 'First', Activated: true });
	const { labels } = state.document(documentId);
	expect(labels.map(({ Name }) => Name)).toEqual(['First name', 'Region']);
	const [first, region] = labels.map(({ BGDataLabelId }) => BGDataLabelId);
	expect([...state.rows.values()].map(({ cells }) => Object.fromEntries(cells))).toEqual([
		{ [first]: 'Anna', [region]: 'North' },
		{ [region]: 'South' },
	]);
	expect(reminders.map(({ Name }) => Name)).toEqual(['Soon', 'Reminder 2']);
	expect(outcomes).toMatchObject(
		[ANNA, BEN].map((contact) => ({
			json: {
				...{ status: 'launched', contact, reason: 'invited', Email: contact },
				...{ sendoutId: id, sendoutName: 'First' },
				reminders: reminders.map(({ DispatchId, Name, SendDate }) => ({
					DispatchId,
					Name,
					SendDate,
				})),
			},
		})),
	);
	expect(outcomes.map(({ json }) => (json as IDataObject).pairing)).toEqual([undefined, undefined]);
});

describe('a launch that stops', () => {
	const NOBODY = 'No one was invited. Finish it';

	test.each([
		['create', /sendouts$/, /^Netigate refused: No$/, 'Compare'],
		['labels', /labels$/, /was created, but its background data couldn't be created: /, NOBODY],
		['respondents', /batch$/, /was created, but some people couldn't be added: /, NOBODY],
		['reminders', /reminders$/, /was created, but its reminders couldn't be created: /, NOBODY],
		[
			'activate',
			/activate$/,
			/was created, but it couldn't be activated: /,
			"Don't launch it again.",
		],
	])('at the step "%s" fails all items', async (step, path, message, advice) => {
		const launching = new Launching(
			{},
			{ refusedContacts: step === 'respondents' ? [ANNA, BEN] : [] },
		);
		launching.parameters = {
			labels: { label: [{ name: 'Region', value: 'North' }] },
			...remindersOf({}),
		};
		launching.before(new RegExp(`^POST.*${path.source}`));
		const outcomes = await launching.run([ANNA, BEN]);
		const [sendout] = launching.sandbox.state.sendouts.values();
		expect(outcomes.map(({ json }) => json)).toEqual(
			[ANNA, BEN].map((contact) => ({
				...(step === 'create' ? {} : { sendoutId: sendout.id }),
				step,
				contact,
				...(step === 'activate' ? { mayBeInvited: true } : {}),
			})),
		);
		for (const outcome of outcomes)
			expect('error' in outcome && outcome.error).toMatchObject({
				message: expect.stringMatching(message),
				advice: expect.stringContaining(advice),
				outcome: step === 'activate' ? 'unknown' : 'refused',
			});
	});

	test.each([
		['invites the others if the run continues on failure', true, [BEN], 1],
		['invites no one by default', false, [BEN], 0],
		['invites no one if everyone is refused', true, [ANNA, BEN], 0],
	])('because someone is refused %s', async (_, continueOnFail, refusedContacts, times) => {
		const launching = new Launching({}, { refusedContacts });
		launching.continueOnFail = continueOnFail;
		const outcomes = await launching.run([ANNA, BEN]);
		const [{ id }] = launching.sandbox.state.sendouts.values();
		expect(launching.activations).toBe(times);
		if (times === 1)
			expect(outcomes).toMatchObject([
				{ json: { status: 'launched', contact: ANNA } },
				{
					error: { outcome: 'refused' },
					json: { sendoutId: id, step: 'respondents', activated: true, contact: BEN },
				},
			]);
		else expect(outcomes).toMatchObject([ANNA, BEN].map(() => ({ json: { step: 'respondents' } })));
	});
});

describe('a stopped sendout that Netigate activated immediately', () => {
	const reminders = /^POST .*reminders$/;
	const labels = /^POST .*labels$/;

	test.each<[string, boolean, RegExp | undefined, string[]]>([
		['may have invited the people in it', true, reminders, []],
		['may have invited the others if someone is refused', true, undefined, [BEN]],
		['invited no one if everyone is refused', false, undefined, [ANNA, BEN]],
		['invited no one if no one was added', false, labels, []],
	])('%s', async (_, mayBeInvited, path, refusedContacts) => {
		const launching = new Launching({}, { refusedContacts });
		const { state } = launching.sandbox;
		const addSendout = state.addSendout.bind(state);
		jest.spyOn(state, 'addSendout').mockImplementation((...given) => {
			const sendout = addSendout(...given);
			sendout.primary.Activated = true;
			return sendout;
		});
		launching.continueOnFail = false;
		launching.parameters = { labels: { label: [{ name: 'Region' }] }, ...remindersOf({}) };
		if (path) launching.before(path);
		const advice = mayBeInvited
			? 'Netigate activated it immediately, so the people in it may already have been invited.'
			: 'No one was invited.';
		const error = {
			advice: expect.stringContaining(advice),
			outcome: mayBeInvited ? 'unknown' : 'refused',
		};
		const outcomes = await launching.run([ANNA, BEN]);
		expect(outcomes).toMatchObject([ANNA, BEN].map((contact) => ({ error, json: { contact } })));
		const marks = outcomes.map(({ json }) => 'mayBeInvited' in json!);
		expect(marks).toEqual([mayBeInvited, mayBeInvited]);
	});
});

test('people matched by order are marked', async () => {
	const launching = new Launching({}, { addedEmail: 'null' });
	expect(await launching.run([ANNA, BEN])).toMatchObject([
		{ json: { status: 'launched', pairing: 'byOrder' } },
		{ json: { status: 'launched', pairing: 'byOrder' } },
	]);
});

describe('a reminder whose response is lost', () => {
	/**
	 * Launches a sendout with one reminder.
	 * @param onPost called before each request to create the reminder. Can add a reminder or lose the response
	 * @param onWait called while the client waits
	 */
	async function run(
		onPost: (post: number, add: () => void) => void,
		onWait: (post: number, add: () => void) => void = () => {},
	) {
		const sandbox = new DirectSandbox();
		const { state } = sandbox;
		state.addSurvey({ SurveyId: 501, Name: 'Fair', EndDate: '2096-01-01T00:00:00Z' });
		const sendDate = '2027-03-01T09:00:00Z';
		const texts = { sender: 'surveys@example.com', subject: 'Hello', message: '[link]' };
		const body = { name: 'First', type: 'EMAIL' as const, sendDate, ...texts };
		const reminder = { ...body, name: 'Later', sendDate: '2027-03-08T09:00:00Z' };
		const reminders = [{ ...reminder, sendoutLogic: 'ALL' as const }];
		let posts = 0;
		const add = () => {
			const [sendout] = state.sendouts.values();
			state.addReminder(sendout, { ...reminders[0], logic: 'ALL' });
		};
		sandbox.beforeCall = (_, { method, path }) => {
			if (method === 'POST' && path.endsWith('/reminders')) onPost(++posts, add);
		};
		const client = {
			...sandbox.client,
			settle: async () => await Promise.resolve(onWait(posts, add)),
		};
		const reading = { type: 'EMAIL' };
		const anna = { contact: ANNA, key: ANNA, reading, sendMail: true, values: [] };
		const plan = {
			surveyId: 501,
			sendout: body,
			body,
			labels: [],
			reminders,
			withoutLink: undefined,
		};
		const launched = await launchOne(client, plan, [anna], {
			batchSize: 100,
			goOnWithoutRefused: false,
			hint: () => {},
			before: [],
			once: async (_, read) => await read(),
		});
		const reads = sandbox.calls.filter((call) => call === 'getReminders').length;
		const [sendout] = state.sendouts.values();
		return { ...launched, posts, reads, isActive: sendout.primary.Activated };
	}

	const lose = () => {
		throw new Refusal(500, 'Internal error');
	};

	test('is found if it was created', async () => {
		const { posts, reads, isActive, reminders } = await run((_, add) => (add(), lose()));
		expect({ posts, reads, isActive, found: reminders.length }).toEqual({
			...{ posts: 1, reads: 1, isActive: true, found: 1 },
		});
	});

	test('is created again if it was not created, and the number of reminders is checked', async () => {
		const { posts, reads, isActive, reminders } = await run((post) => post === 1 && lose());
		expect({ posts, reads, isActive, found: reminders.length }).toEqual({
			...{ posts: 2, reads: 3, isActive: true, found: 1 },
		});
	});

	test('is not read if nothing was lost', async () => {
		expect(await run(() => {})).toMatchObject({ posts: 1, reads: 0, isActive: true });
	});

	test('keeps the sendout from being activated if it was created twice', async () => {
		let isLate = true;
		const launched = await run(
			(post) => post === 1 && lose(),
			(post, add) => {
				if (post === 2 && isLate) add();
				isLate &&= post !== 2;
			},
		);
		expect(launched).toMatchObject({
			isActive: false,
			stopped: {
				step: 'reminders',
				error: { message: 'The sendout has 2 reminders instead of 1', outcome: 'unknown' },
			},
		});
	});
});

describe('people in an existing sendout with the same name', () => {
	test('are not invited again, and the sendout is activated again', async () => {
		const launching = new Launching();
		launching.parameters = skip;
		launching.addSendout(7001, { members: [ANNA] });
		expect(brief(await launching.run([ANNA, BEN]))).toEqual(['existing', 'launched']);
		expect([launching.activations, launching.names]).toEqual([2, ['First', 'First']]);
		expect(launching.hints).toHaveLength(1);
	});

	test('are invited if it is not active, and a hint mentions it', async () => {
		const launching = new Launching();
		launching.addSendout(7001, { members: [ANNA], isActive: false });
		launching.addSendout(7002, { members: [ANNA], isActive: false, name: 'Second' });
		expect(brief(await launching.run([ANNA]))).toEqual(['launched']);
		expect(launching.hints.filter((hint) => hint.includes('Sendout 700'))).toEqual([
			expect.stringMatching(/^Sendout 7001 has the same name and isn't active/),
		]);
	});

	test.each([
		['is activated if this step created it', 7001, 'existing', 1],
		['is not activated if another step created it', 7002, 'existing, not active', 0],
	])('can be in a stopped one, which %s', async (_, sendoutId, expected, times) => {
		const launching = new Launching();
		launching.parameters = skip;
		const { primary } = launching.addSendout(7001, { members: [ANNA], isActive: false });
		primary.DoneDate = '2026-11-01T00:00:00Z';
		const earlier = { error: new Error('It failed'), json: { sendoutId } };
		expect(brief(await launching.run([ANNA], { [ANNA]: earlier }))).toEqual([expected]);
		expect(launching.activations).toBe(times);
	});

	test('keep the others from being invited if activating it fails and stops the run', async () => {
		const launching = new Launching();
		Object.assign(launching, { parameters: skip, continueOnFail: false });
		launching.addSendout(7001, { members: [ANNA] });
		launching.before(/activate$/);
		const outcomes = await launching.run([ANNA, BEN]);
		expect(outcomes).toMatchObject([
			{ json: { sendoutId: 7001, contact: ANNA, mayBeInvited: true } },
		]);
		expect(launching.names).toEqual(['First']);
	});
});

test('someone whom an earlier attempt may have invited is not invited again', async () => {
	const launching = new Launching();
	launching.parameters = skip;
	const earlier = {
		error: new NetigateError('It failed', { outcome: 'unknown', advice: '' }),
		json: { sendoutId: 7009, contact: ANNA, mayBeInvited: true },
	};
	expect(await launching.run([ANNA], { [ANNA]: earlier })).toEqual([earlier]);
	expect(launching.names).toEqual([]);
});

/** Two items with the same person and different names of sendouts. */
const twice = ['First', 'Second'].map((name) => ({ email: ANNA, name }));

describe('with one sendout per item', () => {
	const own = { mode: 'onePerItem', name: '={{ $json.name }}', ...skip };

	test('a person can be in several sendouts, including those of other runs at the same time', async () => {
		const launching = new Launching({}, { listedAfterMs: 60_000 });
		launching.parameters = own;
		const runs = [twice, [{ email: ANNA, name: 'Third' }], [twice[0]]];
		const results = await Promise.all(runs.map(async (items) => brief(await launching.run(items))));
		expect(results).toEqual([['launched', 'launched'], ['launched'], ['existing']]);
		expect(launching.names.sort()).toEqual(['First', 'Second', 'Third']);
	});

	test('two sendouts must not have the same name', async () => {
		const launching = new Launching();
		launching.parameters = own;
		const items = [ANNA, BEN].map((email) => ({ email, name: 'First' }));
		const refused = '2 sendouts would have the name "First", one for each person';
		expect(brief(await launching.run([...items, twice[1]]))).toEqual([
			refused,
			refused,
			'launched',
		]);
		expect(launching.names).toEqual(['Second']);
	});
});

test('a person is added to a shared sendout only once', async () => {
	const launching = new Launching();
	expect(brief(await launching.run(twice))).toEqual(['launched', 'duplicateInInput']);
});

test('items that differ from the first item of a shared sendout are refused', async () => {
	const launching = new Launching();
	launching.parameters = { subject: '={{ $json.subject }}', name: '={{ $json.subject }}' };
	const items = [ANNA, BEN, CARL].map((email, index) => ({ email, subject: `Hello ${index % 2}` }));
	expect(brief(await launching.run(items))).toEqual([
		'launched',
		"This item's sender, subject or message differs from the first item of the shared sendout",
		'launched',
	]);
	expect(launching.names).toEqual(['Hello 0']);
});

describe('dates in the past', () => {
	const past = { sendDate: '2026-11-30T12:00:00Z' };
	const allowed = { options: { allowPastDates: true } };

	test.each([
		['are refused for the sendout', past, /^The sendout might be sent immediately/],
		['are allowed if the user chose that', { ...past, ...allowed }, /^launched$/],
	])('%s', async (_, parameters, expected) => {
		const launching = new Launching();
		launching.parameters = parameters;
		expect(brief(await launching.run([ANNA]))).toEqual([expect.stringMatching(expected)]);
	});

	test.each([
		['refused', false, /^The reminder "Reminder 1" might be sent immediately/],
		['allowed if the user chose that', true, /^launched$/],
	])(
		'of reminders are %s, even if they pass during the run',
		async (_, allowPastDates, expected) => {
			const launching = new Launching();
			const options = { existing: 'skip', allowPastDates };
			launching.parameters = { ...remindersOf({ afterDays: 1 }), options };
			launching.addSendout(7001, { members: [CARL] });
			launching.before(/activate$/, 1, () =>
				jest.spyOn(Date, 'now').mockReturnValue(NOW + 90_000_000),
			);
			const outcomes = await launching.run([CARL, ANNA]);
			expect(brief(outcomes)).toEqual(['existing', expect.stringMatching(expected)]);
		},
	);
});

test('a preview says that the survey has ended', async () => {
	const launching = new Launching(ENDED);
	launching.parameters = { preview: true };
	expect(brief(await launching.run([ANNA]))).toEqual(['wouldAdd']);
	expect(launching.hints[0]).toMatch(/^The survey "Fair" \(501\) ended on/);
	expect(launching.names).toEqual([]);
});

test('a preview says that the survey ends before the sendout is sent', async () => {
	const launching = new Launching({ EndDate: '2026-12-05T00:00:00Z' });
	launching.parameters = { preview: true, sendDate: '2026-12-04T00:00:00Z' };
	await launching.run([ANNA]);
	expect(launching.hints).toEqual([expect.stringMatching(/^Preview: would invite 1/)]);
	launching.parameters.sendDate = '2026-12-06T00:00:00Z';
	await launching.run([ANNA]);
	expect(launching.hints[1]).toMatch(/^The survey .* before the sendout is sent/);
});

test('a hint says that a message has no link', async () => {
	const launching = new Launching();
	launching.parameters = { message: 'Hello', options: { allowWithoutLink: true } };
	expect(brief(await launching.run([ANNA]))).toEqual(['launched']);
	expect(launching.hints[0]).toMatch(/^The message doesn't seem to contain a survey link/);
});
