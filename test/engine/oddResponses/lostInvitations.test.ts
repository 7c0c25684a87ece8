import type { IDataObject } from 'n8n-workflow';
import type { Fault, Sandbox } from '../../sandbox';
import { useSandbox, withSandbox } from '../../sandbox/useSandbox';
import { createEngine, type RunRequest, type RunResult } from '../harness';
import { adding, launching } from '../sendoutParameters';
import { lostResponses } from './lostResponses';

/*
 * Every lost response (lostResponses.ts) at every step of adding and launching. In the end, no one may be in the
 * sandbox twice, and no one may be missing without an error that names them.
 */

const invitations = lostResponses.filter(({ invite }) => invite);
const WRITES = /^(create|add)/;

/** Responses from which the action recovers: reads are always repeated. */
const recoverable = (operationId: string) =>
	invitations.filter(
		({ invite, fault }) =>
			invite === 'recovers' || (fault.kind === 'dropBefore' && !WRITES.test(operationId)),
	);

/** Faults that repeat; a request that hangs each time would only take long. */
const repeating = invitations.filter(
	({ fault }) => !['hang', 'drip', 'latency'].includes(fault.kind),
);

const mayStillRun = invitations.filter(({ invite }) => invite === 'mayStillRun');

const late = mayStillRun.find(({ fault }) => fault.kind === 'latency')!.fault;

const requestOptions = { settleSeconds: 0.05, retryForSeconds: 20 };

/** Gives up after two seconds. */
const impatient = { ...requestOptions, retryForSeconds: 5, timeout: 2000 };

const shortRetries = { ...requestOptions, retryForSeconds: 1 };

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
		reminder: [7, 14].map((afterDays) => ({ name: `${afterDays}`, when: 'afterDays', afterDays })),
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

/** Checks that everyone (or each of these) is in the sandbox once and was invited once. */
function expectEachOnce(sandbox: Sandbox, contacts = people.map(({ email }) => email)) {
	const times = contacts.map((email) => [
		...[email, timesInSandbox(sandbox, email), timesInvited(sandbox, email)],
	]);
	expect(times).toEqual(contacts.map((email) => [email, 1, 1]));
}

const launched = ({ state }: Sandbox) =>
	[...state.sendouts.values()].filter(({ primary }) => primary.Name === 'Launched');

const run = async (sandbox: Sandbox, parameters: IDataObject, more: Partial<RunRequest> = {}) =>
	await createEngine(sandbox).run({ items: people, parameters, ...more });

const errorOutput = { onError: 'continueErrorOutput' } as const;

const retrying = (maxTries: number) => ({ retryOnFail: true, maxTries, waitBetweenTries: 10 });

/**
 * Checks that no one is there twice, that missing people have an error, and that people who are there have no error
 * that lets a workflow ask them again.
 */
function expectNobodyTwiceOrLost(sandbox: Sandbox, result: RunResult, when: string) {
	const { output, errorOutput: failures } = result;
	expect([when, output.length + failures.length]).toEqual([when, people.length]);
	for (const { email } of people) {
		const failed = failures.find(({ json }) => json.email === email)?.json;
		const named = failed !== undefined && String(failed.error) !== '';
		const there = timesInSandbox(sandbox, email);
		const invited = timesInvited(sandbox, email);
		const mayBeInvited = (failed?.message as IDataObject | undefined)?.mayBeInvited === true;
		const added = output.some(({ json }) => json.Email === email);
		expect({
			...{ when, email, there, invited },
			tellsTheTruth: !named || there === 0 || mayBeInvited,
			inOrNamed: there === 1 || named,
		}).toEqual({
			...{ when, email, tellsTheTruth: true, inOrNamed: true },
			there: added || there === 1 ? 1 : 0,
			invited: added || invited === 1 ? 1 : 0,
		});
	}
}

/** Runs it once per response, each with its own sandbox. */
async function withEach(
	operationId: string,
	responses: typeof lostResponses,
	parameters: IDataObject,
	check: (sandbox: Sandbox, result: RunResult, when: string) => void,
	times?: number,
): Promise<void> {
	const each = responses.map(async ({ response, fault }) => {
		await withSandbox({}, async (sandbox) => {
			sandbox.faults.add({ ...fault, operationId, times });
			const result = await run(sandbox, parameters, errorOutput);
			const when = `${operationId}, ${response}`;
			expect([when, sandbox.faults.list()[0].struck > 0]).toEqual([when, true]);
			check(sandbox, result, when);
		});
	});
	await Promise.all(each);
}

describe('adding respondents', () => {
	const sandbox = useSandbox();

	test.each([
		...['getBlocklist', 'getSendout', 'getLabels', 'getRespondents'],
		...['addRespondents', 'addRespondent', 'activateSendout'],
	])('adds everyone once if %s fails once', async (operationId) => {
		const check: Parameters<typeof withEach>[3] = (own, result, when) => {
			expect([when, result.error?.message]).toEqual([when, undefined]);
			expectNobodyTwiceOrLost(own, result, when);
			expect([when, result.errorOutput.map(({ json }) => json.error)]).toEqual([when, []]);
		};
		await withEach(operationId, recoverable(operationId), add(), check, 1);
	});

	test.each(['getRespondents', 'addRespondents', 'activateSendout'])(
		'adds no one twice and names missing people if %s keeps failing',
		async (operationId) => {
			const parameters = add({ requestOptions: shortRetries });
			await withEach(operationId, repeating, parameters, (own, result, when) => {
				if (result.error) expect(timesInSandbox(own, people[0].email)).toBe(0);
				else expectNobodyTwiceOrLost(own, result, when);
			});
		},
	);

	test.each(mayStillRun.map(({ response, fault }) => [response, fault] as const))(
		'%s: sends no one again and names missing people',
		async (when, fault) => {
			sandbox.faults.add({ ...fault, operationId: 'addRespondents', times: 1 });
			const result = await run(sandbox, add({ requestOptions: impatient }), errorOutput);
			await sandbox.settled();
			expectNobodyTwiceOrLost(sandbox, result, when);
			expect(result.errorOutput.map(({ json }) => json.error)).toEqual(
				Array(3).fill(expect.stringContaining('the request may still be running')),
			);
			await run(sandbox, add({ existing: 'skip' }));
			expectEachOnce(sandbox);
		},
	);

	test('adds no one twice with n8n\'s "Retry On Fail" and "Existing Contacts: Skip"', async () => {
		sandbox.faults.add({ operationId: 'activateSendout', kind: '400', times: 2 });
		// The first try adds everyone, the others add no one, and the third activates.
		const { error, output } = await run(sandbox, add({ existing: 'skip' }), retrying(3));
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => json.status)).toEqual(people.map(() => 'added'));
		expectEachOnce(sandbox);
	});

	test.each(['getSendout', 'getBlocklist'])(
		'a retry that fails because of %s still reports the people added before',
		async (operationId) => {
			sandbox.faults.add({ operationId, kind: '500', after: 1 });
			const { output } = await run(sandbox, add({ requestOptions: shortRetries }), {
				items: [{ email: 'nobody' }, ...people],
				onError: 'continueRegularOutput',
				...retrying(2),
			});
			expect(sandbox.faults.list()[0].struck).toBeGreaterThan(0);
			expect(output.map(({ json }) => json.status)).toEqual([
				'failed',
				...people.map(() => 'added'),
			]);
			expect(output[0].json.error).toContain('Nothing was changed');
			for (const { email } of people) expect(timesInvited(sandbox, email)).toBe(1);
		},
	);

	test('a contact that Netigate returned as existing to the first try is not reported as added by a retry', async () => {
		sandbox.changeSettings({ repeatedContacts: 'existing' });
		const parameters = add({ existing: 'add', options: { duplicatesInInput: 'add' } });
		const { output } = await run(sandbox, parameters, {
			items: [{ email: 'nobody' }, people[0], people[0]],
			onError: 'continueRegularOutput',
			...retrying(2),
		});
		expect(output.map(({ json }) => json.status)).toEqual(['failed', 'added', 'skipped']);
		expect(timesInvited(sandbox, people[0].email)).toBe(1);
	});

	test.each(['add', 'skip'])(
		'a retry with "%s" does not send people again if their request may still be running',
		async (existing) => {
			sandbox.faults.add({ ...late, operationId: 'addRespondents', times: 1 });
			const parameters = add({ existing, requestOptions: impatient });
			const { error } = await run(sandbox, parameters, retrying(3));
			expect(error?.message).toContain('may still be running');
			await sandbox.settled();
			for (const { email } of people.slice(0, 3))
				expect([email, timesInSandbox(sandbox, email)]).toEqual([email, 1]);
		},
	);

	test('a canceled execution stops before the next batch', async () => {
		sandbox.changeSettings({ latencyMs: 60 });
		const sent = () => sandbox.calls.filter((call) => call.operationId === 'addRespondents').length;
		const { run: execution } = await run(sandbox, add({ options: { batchSize: 5 } }), {
			items: Array.from({ length: 400 }, (_, index) => ({
				email: `person${index}@example.com`,
				'First name': 'Anna',
			})),
			onStart: (cancel) => {
				const watching = setInterval(() => {
					if (sent() < 3) return;
					clearInterval(watching);
					cancel();
				}, 5);
			},
		});
		expect(execution.status).toBe('canceled');
		await sandbox.settled();
		expect(sent()).toBeLessThan(60);
	});
});

describe('launching a sendout', () => {
	const sandbox = useSandbox();

	test.each([
		['empty', { operationId: 'activateSendout', kind: 'empty', workDone: true }],
		['lost', { operationId: 'activateSendout', kind: '504', workDone: true }],
	] as Array<[string, Fault]>)(
		'a retry launches nothing again after the response to the activation was %s, whatever fails then',
		async (_, fault) => {
			sandbox.faults.add({ ...fault, times: 1 });
			sandbox.faults.add({ operationId: 'getSendout', kind: '500' });
			sandbox.faults.add({ operationId: 'activateSendout', kind: '503' });
			const parameters = { ...launch, requestOptions: shortRetries };
			const { error } = await run(sandbox, parameters, retrying(2));
			expect(error?.description).toContain("Don't launch it again");
			expect(launched(sandbox)).toHaveLength(1);
			for (const { email } of people) expect(timesInvited(sandbox, email)).toBe(1);
		},
	);

	test.each([
		...['getBlocklist', 'getSendouts', 'createSendout', 'createLabel', 'addRespondents'],
		...['addRespondent', 'createReminder', 'activateSendout'],
	])(
		'invites everyone once with two reminders and one active sendout if %s fails once',
		async (operationId) => {
			const check: Parameters<typeof withEach>[3] = (own, result, when) => {
				const errors = result.errorOutput.map(({ json }) => json.error);
				expect([when, result.error?.message, errors]).toEqual([when, undefined, []]);
				const active = launched(own).filter(({ primary }) => primary.Activated);
				expect([when, active.length, active[0]?.reminders.length]).toEqual([when, 1, 2]);
				for (const { email } of people)
					expect([when, email, timesInvited(own, email)]).toEqual([when, email, 1]);
			};
			await withEach(operationId, recoverable(operationId), launch, check, 1);
		},
	);

	test.each(['createSendout', 'createLabel', 'addRespondents', 'createReminder'])(
		'stops and invites no one if %s is done only after it timed out',
		async (operationId) => {
			sandbox.faults.add({ ...late, operationId, times: 1 });
			const { error } = await run(sandbox, { ...launch, requestOptions: impatient });
			expect(error?.message).toContain('may still be running');
			await sandbox.settled();
			expect(sandbox.state.invitations).toEqual([]);
		},
	);

	test('people added only after the launch continued without them are invited by a second run', async () => {
		sandbox.faults.add({ ...late, operationId: 'addRespondents', times: 1 });
		const first = await run(sandbox, { ...launch, requestOptions: impatient }, errorOutput);
		expect([first.output.length, first.errorOutput.length]).toEqual([4, 3]);
		await sandbox.settled();
		expect(sandbox.state.invitations).toHaveLength(4);
		const second = await run(sandbox, { ...launch, options: { existing: 'skip' } });
		expect(second.output.map(({ json }) => json.reason)).toEqual(people.map(() => 'existing'));
		for (const { email } of people)
			expect([email, timesInvited(sandbox, email)]).toEqual([email, 1]);
		expect(launched(sandbox)).toHaveLength(1);
	});
});
