import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';
import { adding, launching, locator } from './sendoutParameters';

/*
 * A Netigate whose lists, activation and sendouts behave in other ways than the documentation lets one think: lists
 * lag, a success says nothing, a new sendout is active, an activated one is not called so.
 */

const sandbox = useSandbox();

const sendout = sampleIds.sendouts.postEventEmail;

const people = ['anna', 'ben', 'cleo'].map((name) => ({ email: `${name}@example.com` }));

const requestOptions = { settleSeconds: 0.05, retryForSeconds: 1 };

/** Longer than anybody looks with these options. */
const LAG_MS = 2000;

const add = adding({ requestOptions });

const launch = launching({
	existing: 'add',
	reminders: { reminder: [{ name: 'First', when: 'afterDays', afterDays: 7 }] },
	requestOptions,
});

const run = async (parameters: IDataObject) =>
	await createEngine(sandbox).run({
		items: people,
		parameters,
		onError: 'continueErrorOutput',
		retryOnFail: true,
		maxTries: 3,
		waitBetweenTries: 1,
	});

const launched = () =>
	[...sandbox.state.sendouts.values()].filter(({ primary }) => primary.Name === 'Launched');

const emails = () =>
	[...sandbox.state.respondents.values()]
		.filter(({ sendoutId }) => sendoutId === sendout)
		.map(({ Email }) => Email)
		.sort();

test.each([202, 204])(
	'people added, %s answered and listed much later: each is there once, and told as perhaps invited',
	async (status) => {
		sandbox.changeSettings({ listedAfterMs: LAG_MS });
		sandbox.faults.add({ operationId: 'addRespondents', kind: 'empty', status, workDone: true });
		const { output, errorOutput } = await run(add);
		expect(output).toEqual([]);
		expect(errorOutput.map(({ json }) => json.message)).toMatchObject(
			people.map(() => ({ mayBeInvited: true })),
		);
		expect(emails()).toEqual(people.map(({ email }) => email));
	},
);

test.each([true, false])(
	'one person refused with 400, and added all the same (%p): told as it is, and not asked twice by the next run',
	async (workDone) => {
		sandbox.faults.add({ operationId: 'addRespondent', kind: '400', workDone, times: 1 });
		const one = async () =>
			await createEngine(sandbox).run({
				items: people.slice(0, 1),
				parameters: add,
				onError: 'continueErrorOutput',
			});
		const { output, errorOutput } = await one();
		expect(output.map(({ json }) => json.status)).toEqual(workDone ? ['added'] : []);
		expect(errorOutput.map(({ json }) => json.error)).toEqual(
			workDone ? [] : [expect.stringContaining('Netigate refused: Invalid argument')],
		);
		expect(emails()).toHaveLength(workDone ? 1 : 0);
		await one();
		expect(emails()).toHaveLength(1);
		expect(sandbox.state.invitations).toHaveLength(1);
	},
);

test('a reminder made, 202 answered and listed much later: one reminder, and nobody is invited', async () => {
	sandbox.changeSettings({ listedAfterMs: LAG_MS });
	sandbox.faults.add({
		operationId: 'createReminder',
		kind: 'empty',
		status: 202,
		workDone: true,
	});
	const { output, errorOutput } = await run(launch);
	expect(output).toEqual([]);
	expect(errorOutput).toHaveLength(people.length);
	// Each try makes a sendout of its own, which is not activated.
	for (const { primary, reminders } of launched())
		expect([primary.Activated, reminders.length]).toEqual([false, 1]);
});

test('a new sendout that is active at once: it is not launched again, and nobody told that they were not invited', async () => {
	sandbox.faults.add({
		operationId: 'createSendout',
		kind: 'answer',
		changes: [{ do: 'set', member: 'Activated', value: true }],
	});
	sandbox.faults.add({ operationId: 'createReminder', kind: '400' });
	const { errorOutput } = await run(launch);
	expect(launched()).toHaveLength(1);
	for (const { json } of errorOutput) {
		expect(json.error).toContain('Do not launch it again');
		expect(json.error).not.toContain('nobody was invited');
		expect(json.message).toMatchObject({ mayBeInvited: true });
	}
});

test('an activation that is refused since the sendout is active: it is launched', async () => {
	sandbox.faults.add({ operationId: 'activateSendout', kind: '400', workDone: true });
	const { output, errorOutput } = await run(launch);
	expect(errorOutput).toEqual([]);
	expect(output.map(({ json }) => json.status)).toEqual(people.map(() => 'launched'));
	expect(launched()).toHaveLength(1);
});

test('an activation that is refused: a retry makes no second sendout, and the refusal is told', async () => {
	sandbox.faults.add({ operationId: 'activateSendout', kind: '400' });
	// Whether it is active all the same cannot be read.
	sandbox.faults.add({ operationId: 'getSendout', kind: '500' });
	const { errorOutput } = await run(launch);
	expect(errorOutput).toHaveLength(people.length);
	expect(errorOutput[0].json.error).toContain('Netigate refused: Invalid argument');
	expect(launched()).toHaveLength(1);
});

describe('an activation after which the sendout is not called active', () => {
	const inactive = [
		{ do: 'set' as const, member: 'Activated', value: false },
		{ do: 'set' as const, member: 'DoneDate', value: null },
	];

	test.each([
		['respondent.add', add],
		['sendout.launch', launch],
	])('%s says so', async (_, parameters) => {
		sandbox.faults.add({ operationId: 'activateSendout', kind: 'answer', changes: inactive });
		sandbox.faults.add({ operationId: 'getSendout', kind: 'answer', changes: inactive });
		const { output, hints } = await run(parameters);
		expect(output).toHaveLength(people.length);
		expect(hints.map(({ message }) => message).join()).toContain(
			'does not call the sendout active',
		);
		expect(sandbox.calls.filter((call) => call.operationId === 'activateSendout')).toHaveLength(1);
	});

	test('says nothing where the next look shows it active', async () => {
		sandbox.faults.add({ operationId: 'activateSendout', kind: 'answer', changes: inactive });
		const { hints } = await run(add);
		expect(hints.map(({ message }) => message).join()).not.toContain('active');
	});
});

test('a sendout that is over counts as one in which people are, although it is no longer called active', async () => {
	await run({ ...launch, existing: 'skip' });
	sandbox.faults.add({
		operationId: 'getSendouts',
		kind: 'answer',
		changes: [
			{ do: 'set', member: 'Activated', value: false },
			{ do: 'set', member: 'DoneDate', value: '2026-01-05T08:00:00Z' },
		],
	});
	const { output } = await run({ ...launch, options: { existing: 'skip' }, existing: undefined });
	expect(output.map(({ json }) => json.reason)).toEqual(people.map(() => 'existing'));
	expect(launched()).toHaveLength(1);
});

test.each([null, 1, undefined])(
	'whoever is in a sendout of the kind %p is found',
	async (value) => {
		await run({ ...launch, options: { existing: 'skip' } });
		const kind = { member: 'DispatchType', value };
		sandbox.faults.add({
			operationId: 'getSendouts',
			kind: 'answer',
			changes: [value === undefined ? { do: 'remove', ...kind } : { do: 'set', ...kind }],
		});
		const { output } = await run({ ...launch, options: { existing: 'skip' } });
		expect(output.map(({ json }) => json.reason)).toEqual(people.map(() => 'existing'));
		expect(launched()).toHaveLength(1);
	},
);

test('the API key is in no output, even if Netigate repeats it', async () => {
	sandbox.changeSettings({ echoKey: true, refusedContacts: people.map(({ email }) => email) });
	const { errorOutput } = await run(add);
	expect(errorOutput).toHaveLength(people.length);
	expect(JSON.stringify(errorOutput)).toContain('[API key]');
	expect(JSON.stringify(errorOutput)).not.toContain(sandbox.apiKey);
});

describe('people who are in the sendout already, shown in another way', () => {
	describe('a log-in name in other capitals', () => {
		const logIns = (...names: string[]) => names.map((email) => ({ email }));
		const loginSendout = () =>
			[...sandbox.state.sendouts.values()].find(
				({ surveyId, primary }) =>
					surveyId === sampleIds.surveys.postEvent && primary.DispatchType === 'LOGIN',
			)!;
		const addLogIn = () => ({ ...add, sendoutId: locator(loginSendout().id) });
		const launchLogIn = () => ({
			...launch,
			...{ type: 'LOGIN', reminders: {}, options: { existing: 'skip' } },
		});
		const told = async (parameters: IDataObject, ...names: string[]) => {
			const { output } = await createEngine(sandbox).run({ items: logIns(...names), parameters });
			return output.map(({ json }) => json.reason ?? json.status);
		};

		test.each([
			['respondent.add', addLogIn, 'added'],
			['sendout.launch', launchLogIn, 'launched'],
		])('%s takes it for the same person, there already or in the same run', async (_, of, done) => {
			expect(await told(of(), 'emp-anna', 'EMP-Anna')).toEqual([done, 'duplicateInInput']);
			expect(await told(of(), 'Emp-Anna')).toEqual(['existing']);
		});
	});

	test('with nobody who shows a contact nobody is added, and the way out is told', async () => {
		await run(add);
		sandbox.changeSettings({ listedEmail: 'null' });
		const { output, errorOutput } = await run(add);
		expect(output).toEqual([]);
		expect(errorOutput[0].json.error).toContain('set "If Already in This Sendout" to "Add Again"');
		expect(emails()).toEqual(people.map(({ email }) => email));
	});

	test.each([null, '', 'a***@example.com', 'a••@example.com', 'b1946ac92492d234'])(
		'nor is anybody who is not found among them while one shows %p',
		async (Email) => {
			await run(add);
			sandbox.faults.add({
				operationId: 'getRespondents',
				kind: 'answer',
				changes: [{ do: 'set', member: 'Email', value: Email, at: 0 }],
			});
			const { output, errorOutput } = await run(add);
			expect(output.map(({ json }) => json.reason)).toEqual(['existing', 'existing']);
			expect(errorOutput[0].json.error).toContain(
				'shows no contact that can be read for 1 of its 3',
			);
			expect(emails()).toEqual(people.map(({ email }) => email));
		},
	);

	test('where Netigate does not activate an active sendout again, nobody is told to activate it', async () => {
		await run(add);
		await run({ ...launch, options: { existing: 'skip' } });
		sandbox.faults.add({ operationId: 'activateSendout', kind: '400' });
		for (const parameters of [add, { ...launch, options: { existing: 'skip' } }]) {
			const { output, errorOutput } = await run(parameters);
			expect([output.length, errorOutput.length]).toEqual([0, people.length]);
			for (const { json } of errorOutput) {
				expect(json.error).toContain('which is active, but Netigate did not activate it again');
				expect(json.error).not.toContain('Sendout > Activate');
				expect(json.message).toMatchObject({ mayBeInvited: true });
			}
		}
	});

	describe.each(['masked', 'named'] as const)('with every contact %s', (listedEmail) => {
		const bySms = {
			...{ ...add, sendoutId: locator(sampleIds.sendouts.postEventSms) },
			contact: '={{ $json.mobile }}',
		};
		const mobiles = ['46735123401', '46735123402'].map((mobile) => ({ mobile }));
		const addBy = async (parameters: IDataObject, items: IDataObject[]) =>
			await createEngine(sandbox).run({ items, parameters, onError: 'continueErrorOutput' });
		const countOf = (id: number) => sandbox.state.sendout(501, id).respondentIds.length;

		test.each([
			['addresses', add, people, sendout],
			['numbers', bySms, mobiles, sampleIds.sendouts.postEventSms],
		] as const)(
			'nobody is added twice, after a lost answer or in another run: %s',
			async (_, parameters, items, id) => {
				sandbox.changeSettings({ listedEmail });
				sandbox.faults.add({
					operationId: 'addRespondents',
					kind: '500',
					workDone: true,
					times: 1,
				});
				for (const existing of ['skip', 'skip']) {
					const { output } = await addBy({ ...parameters, existing }, [...items]);
					expect(output.filter(({ json }) => json.pairing)).toEqual([]);
					expect(countOf(id)).toBe(items.length);
				}
				sandbox.faults.clear();
				sandbox.faults.add({ operationId: 'addRespondents', kind: '500', workDone: true });
				await addBy({ ...parameters, existing: 'add' }, [...items]);
				expect(countOf(id)).toBe(2 * items.length);
			},
		);
	});

	test.each([
		['null', 3],
		['firstNull', 1],
	] as const)('nor is anything launched for them (%s)', async (listedEmail, hidden) => {
		await run({ ...launch, options: { existing: 'skip' } });
		sandbox.changeSettings({ listedEmail });
		const { output, errorOutput } = await run({ ...launch, options: { existing: 'skip' } });
		expect(errorOutput).toHaveLength(hidden);
		expect(errorOutput[0].json.error).toContain(`for ${hidden} of its 3 respondents`);
		expect(output.map(({ json }) => json.reason)).not.toContain(undefined);
		expect(launched()).toHaveLength(1);
	});
});

test.each(['9999-12-31T23:59:59Z', '-'])(
	'a sendout that is not active, with %p for when it was done, is not activated',
	async (DoneDate) => {
		sandbox.faults.add({ operationId: 'createReminder', kind: '400' });
		await run(launch);
		sandbox.faults.clear();
		sandbox.faults.add({
			operationId: 'getSendouts',
			kind: 'answer',
			changes: [{ do: 'set', member: 'DoneDate', value: DoneDate }],
		});
		const before = launched().map(({ id }) => id);
		await run({ ...launch, options: { existing: 'skip' } });
		const active = launched().filter(({ primary }) => primary.Activated);
		expect(active.filter(({ id }) => before.includes(id))).toEqual([]);
	},
);
