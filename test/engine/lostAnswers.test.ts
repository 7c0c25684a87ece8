import type { IDataObject } from 'n8n-workflow';
import { type Fault, type Sandbox } from '../sandbox';
import { useSandbox, withSandbox } from '../sandbox/useSandbox';
import { createEngine, type RunResult } from './harness';
import { adding, launching } from './sendoutParameters';

/*
 * Every fault at every step of adding and launching, over real HTTP. What counts is what the sandbox holds
 * in the end: nobody twice, nobody lost without an error that names them.
 */

const faults: Array<[string, Omit<Fault, 'operationId'>]> = [
	['connection lost before the work', { kind: 'dropBefore' }],
	['connection lost after the work', { kind: 'dropAfter' }],
	['429', { kind: '429' }],
	['429 with Retry-After', { kind: '429', retryAfterSeconds: 1 }],
	['503', { kind: '503' }],
	['500 before the work', { kind: '500' }],
	['500 after the work', { kind: '500', workDone: true }],
	['cut-off body', { kind: 'cutBody' }],
	['web page before the work', { kind: 'html' }],
	['web page after the work', { kind: 'html', workDone: true }],
	['empty answer before the work', { kind: 'empty' }],
	['empty answer after the work', { kind: 'empty', workDone: true }],
	['no JSON, before the work', { kind: 'garbage' }],
];

const writes = new Set([
	'createSendout',
	'createLabel',
	'addRespondents',
	'addRespondent',
	'createReminder',
]);

/** Faults of which a call recovers: not a write whose connection broke, since it may still be at work. */
const recoverable = (operationId: string) =>
	faults.filter(([, { kind }]) => kind !== 'dropBefore' || !writes.has(operationId));

/** Beyond any test: a request held back so long is done when the test says so (`settled`). */
const LATE_MS = 600_000;

/** The request may still be under way when it is looked for, so nobody may be sent again. */
const timeouts: typeof faults = [
	['connection lost before the work', { kind: 'dropBefore' }],
	['time-out, never done', { kind: 'hang' }],
	['time-out, done late', { kind: 'latency', ms: LATE_MS }],
];

const requestOptions = { settleSeconds: 0.05, retryForSeconds: 20 };

/** Gives up after two seconds, where the others would wait for minutes. */
const impatient = { ...requestOptions, retryForSeconds: 5, timeout: 2000 };

const add = (more: IDataObject = {}): IDataObject =>
	adding({
		backgroundData: { mappingMode: 'autoMapInputData', value: null },
		options: { batchSize: 3 },
		requestOptions,
		...more,
	});

const launch = launching({
	sendDate: '',
	labels: { label: [{ name: 'Name', labelType: 'TEXT', value: '={{ $json["First name"] }}' }] },
	reminders: {
		reminder: [
			{ name: 'First', when: 'afterDays', afterDays: 7 },
			{ name: 'Second', when: 'afterDays', afterDays: 14 },
		],
	},
	options: { batchSize: 3 },
	requestOptions,
});

const people = Array.from({ length: 7 }, (_, index) => ({
	email: `person${index}@example.com`,
	'First name': `Name${index}`,
}));

const timesInSandbox = ({ state }: Sandbox, contact: string) =>
	[...state.respondents.values()].filter(({ Email }) => Email === contact).length;

const timesInvited = ({ state }: Sandbox, contact: string) =>
	state.invitations.filter((one) => one.contact === contact && one.kind === 'invitation').length;

/** Nobody twice, whoever is not in has an error, and whoever is in has none that lets a workflow ask them again. */
function expectNobodyTwiceOrLost(
	sandbox: Sandbox,
	{ output, errorOutput }: RunResult,
	told: string,
) {
	expect([told, output.length + errorOutput.length]).toEqual([told, people.length]);
	for (const { email } of people) {
		const failed = errorOutput.find(({ json }) => json.email === email)?.json;
		const named = failed !== undefined && String(failed.error) !== '';
		const there = timesInSandbox(sandbox, email);
		const mayBeInvited = (failed?.message as IDataObject | undefined)?.mayBeInvited === true;
		expect([told, email, !named || there === 0 || mayBeInvited]).toEqual([told, email, true]);
		expect([told, email, there <= 1]).toEqual([told, email, true]);
		expect([told, email, there === 1 || named]).toEqual([told, email, true]);
		expect([told, email, timesInvited(sandbox, email) <= 1]).toEqual([told, email, true]);
		const added = output.some(({ json }) => json.Email === email);
		if (added)
			expect([told, email, there, timesInvited(sandbox, email)]).toEqual([told, email, 1, 1]);
	}
}

async function withFault(
	operationId: string,
	[name, fault]: (typeof faults)[number],
	parameters: IDataObject,
	check: (sandbox: Sandbox, result: RunResult, told: string) => void,
): Promise<void> {
	await withSandbox({}, async (sandbox) => {
		sandbox.faults.add({ operationId, times: 1, ...fault });
		const result = await createEngine(sandbox).run({
			items: people,
			parameters,
			onError: 'continueErrorOutput',
		});
		const told = `${operationId}, ${name}`;
		expect([told, sandbox.faults.list()[0].struck]).toEqual([told, 1]);
		expect([told, result.error?.message]).toEqual([told, undefined]);
		check(sandbox, result, told);
	});
}

describe('adding respondents', () => {
	const sandbox = useSandbox();

	test.each([
		'getBlocklist',
		'getSendout',
		'getLabels',
		'getRespondents',
		'addRespondents',
		'addRespondent',
		'activateSendout',
	])('%s goes wrong once: everybody is in once all the same', async (operationId) => {
		await Promise.all(
			recoverable(operationId).map(
				async (fault) =>
					await withFault(operationId, fault, add(), (sandbox, result, told) => {
						expectNobodyTwiceOrLost(sandbox, result, told);
						expect([told, result.errorOutput.map(({ json }) => json.error)]).toEqual([told, []]);
					}),
			),
		);
	});

	test.each(['getRespondents', 'addRespondents', 'activateSendout'])(
		'%s keeps going wrong: nobody twice, and who is not in is named',
		async (operationId) => {
			await Promise.all(
				faults.map(
					async ([name, fault]) =>
						await withSandbox({}, async (sandbox) => {
							sandbox.faults.add({ operationId, ...fault });
							const result = await createEngine(sandbox).run({
								items: people,
								parameters: add({ requestOptions: { ...requestOptions, retryForSeconds: 1 } }),
								onError: 'continueErrorOutput',
							});
							if (result.error) expect(timesInSandbox(sandbox, people[0].email)).toBe(0);
							else expectNobodyTwiceOrLost(sandbox, result, `${operationId}, ${name}`);
						}),
				),
			);
		},
	);

	test.each(timeouts)(
		'%s: nobody is sent again, and who is not in is named',
		async (name, fault) => {
			sandbox.faults.add({ operationId: 'addRespondents', times: 1, ...fault });
			const engine = createEngine(sandbox);
			const result = await engine.run({
				items: people,
				parameters: add({ requestOptions: impatient }),
				onError: 'continueErrorOutput',
			});
			await sandbox.settled();
			expectNobodyTwiceOrLost(sandbox, result, name);
			expect(result.errorOutput.map(({ json }) => json.error)).toEqual(
				Array(3).fill(expect.stringContaining('the request may still be under way')),
			);
			await engine.run({ items: people, parameters: add({ existing: 'skip' }) });
			for (const { email } of people) {
				expect([email, timesInSandbox(sandbox, email), timesInvited(sandbox, email)]).toEqual([
					email,
					1,
					1,
				]);
			}
		},
	);

	test('a re-run with "Existing Contacts: Skip" adds only who is missing, and activates', async () => {
		sandbox.faults.add({ operationId: 'addRespondents', kind: 'dropAfter', after: 1 });
		sandbox.faults.add({ operationId: 'getRespondents', kind: '500', after: 1 });
		const engine = createEngine(sandbox);
		const parameters = add({
			existing: 'skip',
			options: { batchSize: 3 },
			requestOptions: { ...requestOptions, retryForSeconds: 1 },
		});
		const first = await engine.run({ items: people, parameters });
		expect(first.error?.message).toContain('Whether this contact was added cannot be told');
		sandbox.faults.clear();
		const second = await engine.run({ items: people, parameters });
		expect(second.error).toBeUndefined();
		for (const { email } of people)
			expect([email, timesInSandbox(sandbox, email), timesInvited(sandbox, email)]).toEqual([
				email,
				1,
				1,
			]);
	});

	test('n8n\'s own "Retry On Fail" with "Existing Contacts: Skip" adds nobody twice', async () => {
		sandbox.faults.add({ operationId: 'activateSendout', kind: '400', times: 2 });
		// Twice in vain: added by the first try, left alone by the others, activated by the third.
		const { error, output } = await createEngine(sandbox).run({
			items: people,
			parameters: add({ existing: 'skip' }),
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 10,
		});
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => json.status)).toEqual(people.map(() => 'added'));
		for (const { email } of people)
			expect([email, timesInSandbox(sandbox, email), timesInvited(sandbox, email)]).toEqual([
				email,
				1,
				1,
			]);
	});

	test.each(['getSendout', 'getBlocklist'])(
		'a retry that comes to nothing, since %s goes wrong, still tells who was added before',
		async (operationId) => {
			sandbox.faults.add({ operationId, kind: '500', after: 1 });
			const { output } = await createEngine(sandbox).run({
				items: [{ email: 'nobody' }, ...people],
				parameters: add({ requestOptions: { ...requestOptions, retryForSeconds: 1 } }),
				onError: 'continueRegularOutput',
				retryOnFail: true,
				maxTries: 2,
				waitBetweenTries: 10,
			});
			expect(sandbox.faults.list()[0].struck).toBeGreaterThan(0);
			expect(output.map(({ json }) => json.status)).toEqual([
				undefined,
				...people.map(() => 'added'),
			]);
			expect(output[0].json.error).toContain('nothing was done');
			for (const { email } of people) expect(timesInvited(sandbox, email)).toBe(1);
		},
	);

	test('whom Netigate gave back to the first try, a retry does not take for added', async () => {
		sandbox.changeSettings({ repeatedContacts: 'existing' });
		const { output } = await createEngine(sandbox).run({
			items: [{ email: 'nobody' }, people[0], people[0]],
			parameters: add({ existing: 'add', options: { duplicatesInInput: 'add' } }),
			onError: 'continueRegularOutput',
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 10,
		});
		expect(output.map(({ json }) => json.status)).toEqual([undefined, 'added', 'skipped']);
		expect(timesInvited(sandbox, people[0].email)).toBe(1);
	});

	test.each(['add', 'skip'])(
		'a retry of the node with "%s" sends nobody again who may still be under way',
		async (existing) => {
			sandbox.faults.add({ operationId: 'addRespondents', times: 1, kind: 'latency', ms: LATE_MS });
			const { error } = await createEngine(sandbox).run({
				items: people,
				parameters: add({ existing, options: { batchSize: 3 }, requestOptions: impatient }),
				retryOnFail: true,
				maxTries: 3,
				waitBetweenTries: 10,
			});
			expect(error?.message).toContain('may still be under way');
			await sandbox.settled();
			for (const { email } of people.slice(0, 3))
				expect([email, timesInSandbox(sandbox, email)]).toEqual([email, 1]);
		},
	);

	test.each(['rejectAll', 'addGood', 'addUntilBad'] as const)(
		'a contact that Netigate refuses is found in its batch and named (%s)',
		async (partialBatch) => {
			sandbox.changeSettings({ partialBatch, blockedContacts: 'reject' });
			const items = [...people.slice(0, 4), { email: 'blocked@example.com' }, ...people.slice(4)];
			const { output, errorOutput } = await createEngine(sandbox).run({
				items: items as IDataObject[],
				parameters: add({ options: { batchSize: 100, skipBlocked: false } }),
				onError: 'continueErrorOutput',
			});
			expect(output.map(({ json }) => json.Email).sort()).toEqual(people.map(({ email }) => email));
			expect(errorOutput.map(({ json }) => [json.email, json.error])).toEqual([
				['blocked@example.com', expect.stringContaining('Netigate refused: ')],
			]);
			for (const { email } of people)
				expect([email, timesInSandbox(sandbox, email)]).toEqual([email, 1]);
		},
	);

	test('a cancelled execution stops before the next batch', async () => {
		sandbox.changeSettings({ latencyMs: 60 });
		const sent = () => sandbox.calls.filter((call) => call.operationId === 'addRespondents').length;
		const items = Array.from({ length: 400 }, (_, index) => ({
			email: `person${index}@example.com`,
		}));
		const { run } = await createEngine(sandbox).run({
			items,
			parameters: add({ options: { batchSize: 5 } }),
			onStart: (cancel) => {
				const watching = setInterval(() => {
					if (sent() < 3) return;
					clearInterval(watching);
					cancel();
				}, 5);
			},
		});
		expect(run.status).toBe('canceled');
		await sandbox.settled();
		expect(sent()).toBeLessThan(60);
	});
});

describe('launching a sendout', () => {
	const sandbox = useSandbox();

	test.each([
		['an answer without a word', { operationId: 'activateSendout', kind: 'empty', workDone: true }],
		['a lost answer', { operationId: 'activateSendout', kind: '504', workDone: true }],
	] as Array<[string, Fault]>)(
		'a launch whose activation came to %s is not launched again by a retry, whatever fails then',
		async (_, fault) => {
			sandbox.faults.add({ ...fault, times: 1 });
			sandbox.faults.add({ operationId: 'getSendout', kind: '500' });
			sandbox.faults.add({ operationId: 'activateSendout', kind: '503' });
			const { error } = await createEngine(sandbox).run({
				items: people,
				parameters: {
					...launch,
					existing: 'add',
					requestOptions: { ...requestOptions, retryForSeconds: 1 },
				},
				retryOnFail: true,
				maxTries: 2,
				waitBetweenTries: 10,
			});
			expect(error?.description).toContain('Do not launch it again');
			const names = [...sandbox.state.sendouts.values()].map(({ primary }) => primary.Name);
			expect(names.filter((name) => name === 'Launched')).toHaveLength(1);
			for (const { email } of people) expect(timesInvited(sandbox, email)).toBe(1);
		},
	);

	const launched = ({ state }: Sandbox) =>
		[...state.sendouts.values()].filter(({ primary }) => primary.Name === 'Launched');

	test.each([
		'getBlocklist',
		'getSendouts',
		'createSendout',
		'createLabel',
		'addRespondents',
		'addRespondent',
		'createReminder',
		'activateSendout',
	])(
		'%s goes wrong once: everybody is asked once, with two reminders, by one active sendout',
		async (operationId) => {
			await Promise.all(
				recoverable(operationId).map(
					async (fault) =>
						await withFault(operationId, fault, launch, (sandbox, result, told) => {
							const errors = result.errorOutput.map(({ json }) => json.error);
							expect([told, errors]).toEqual([told, []]);
							const active = launched(sandbox).filter(({ primary }) => primary.Activated);
							expect([told, active.length, active[0]?.reminders.length]).toEqual([told, 1, 2]);
							for (const { email } of people) {
								expect([told, email, timesInvited(sandbox, email)]).toEqual([told, email, 1]);
							}
						}),
				),
			);
		},
	);

	test.each(['createSendout', 'createLabel', 'addRespondents', 'createReminder'])(
		'%s is done only after it timed out: the launch stops, and nobody is asked',
		async (operationId) => {
			sandbox.faults.add({ operationId, times: 1, kind: 'latency', ms: LATE_MS });
			const { error } = await createEngine(sandbox).run({
				items: people,
				parameters: { ...launch, requestOptions: impatient },
			});
			expect(error?.message).toContain('may still be under way');
			await sandbox.settled();
			expect(sandbox.state.invitations).toEqual([]);
		},
	);

	test('who came in only after the launch went on without them is invited by a second run', async () => {
		const parameters = (more: IDataObject) => ({ ...launch, ...more });
		sandbox.faults.add({ operationId: 'addRespondents', times: 1, kind: 'latency', ms: LATE_MS });
		const engine = createEngine(sandbox);
		const first = await engine.run({
			items: people,
			parameters: parameters({ requestOptions: impatient }),
			onError: 'continueErrorOutput',
		});
		expect([first.output.length, first.errorOutput.length]).toEqual([4, 3]);
		await sandbox.settled();
		expect(sandbox.state.invitations).toHaveLength(4);
		const second = await engine.run({
			items: people,
			parameters: parameters({ options: { existing: 'skip' } }),
		});
		expect(second.output.map(({ json }) => json.reason)).toEqual(people.map(() => 'existing'));
		for (const { email } of people) {
			expect([email, timesInvited(sandbox, email)]).toEqual([email, 1]);
		}
		expect(launched(sandbox)).toHaveLength(1);
	});
});
