import type { IDataObject } from 'n8n-workflow';
import { NetigateQuarantine } from '../../nodes/NetigateQuarantine/NetigateQuarantine.node';
import { forgetTable } from '../../nodes/shared/quarantine/ledger/table';
import { forgetLocations } from '../../nodes/shared/tables/tableLocation';
import { sampleIds } from '../sandbox';
import type { AnswerChange } from '../sandbox/changes';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine, type RunRequest } from './harness';
import { LedgerHost } from './quarantineLedger';
import { adding, launching, locator, outcomeIn } from './sendoutParameters';

/* People already in the sendout, runs that overlap, and outcomes that the ledger couldn't store. */

const survey = sampleIds.surveys.postEvent;
const sendout = sampleIds.sendouts.postEventEmail;
const TYPE = 'n8n-nodes-netigate.netigateQuarantine';
const ANNA = 'anni@example.com';
const BO = 'bobo@example.com';
const CEM = 'cemal@example.com';

const sandbox = useSandbox();
const engine = createEngine(sandbox, { [TYPE]: new NetigateQuarantine() });
let host: LedgerHost;
let executions = 0;

beforeEach(() => {
	host = new LedgerHost();
	forgetTable('w1');
	forgetLocations();
});

const rule = (more: IDataObject = {}) => ({
	rules: { rule: [{ scope: 'survey', after: 'invited', max: 1, days: 30, ...more }] },
});

/** Over as soon as it began. */
const SHORT = rule({ days: 0.000001 });

const requestOptions = { settleSeconds: 0.02, retryForSeconds: 0 };

type More = Partial<RunRequest> & { set?: IDataObject; execution?: string };

const run = async (emails: string[], parameters: IDataObject, { execution, ...more }: More) =>
	await engine.run({
		items: emails.map((email) => ({ email })),
		parameters,
		...more,
		additionalData: { executionId: execution ?? `o${++executions}`, ...host.additionalData },
	});

const add = async (emails: string[], set: IDataObject = {}, more: More = {}) =>
	await run(emails, adding({ requestOptions, ...set }), more);

const launch = async (emails: string[], set: IDataObject = {}, more: More = {}) =>
	await run(emails, launching({ requestOptions, ...set }), more);

/** An operation of the quarantine node for one contact. */
const quarantine = async (operation: string, email: string, set: IDataObject = {}) =>
	await run(
		[email],
		{ operation, contact: '={{ $json.email }}', surveyId: locator(survey), ...set },
		{ type: TYPE, credential: false, outputs: 1 },
	);

const outcomes = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => outcomeIn(json));

const respondents = () => [...sandbox.state.respondents.values()].map(({ Email }) => Email);

const timesIn = (email: string) => respondents().filter((one) => one === email).length;

const place = (email: string) =>
	sandbox.state.addRespondent(sandbox.state.sendout(survey, sendout), email, new Map(), true);

const activations = () =>
	sandbox.calls.filter(({ operationId }) => operationId === 'activateSendout').length;

/** The ledger fails from this inner call on, for a number of calls. */
const failFrom = (call: number, times: number) =>
	host.failures.push(
		...Array.from({ length: call }, () => undefined),
		...Array.from({ length: times }, () => new Error('no data tables here')),
	);

describe('someone already in the sendout', () => {
	const within = { existing: 'whenAllowed', quarantine: rule() };
	const over = { existing: 'whenAllowed', quarantine: SHORT };

	test.each<[string, string[], IDataObject, string]>([
		['never again', [], {}, 'existing'],
		[
			'never again, not even if the quarantine would allow it',
			['ledger'],
			{ quarantine: SHORT },
			'existing',
		],
		['never again, even if the ledger is empty', [], { quarantineDays: 30 }, 'existing'],
		['always', [], { existing: 'add' }, 'added'],
		['always, and the ledger is empty', [], { existing: 'add', quarantineDays: 30 }, 'added'],
		[
			'always, but not yet, because the quarantine also applies',
			['ledger'],
			{ existing: 'add', quarantineDays: 30 },
			'invitedRecently',
		],
		['when allowed, and the ledger knows the invitation', ['ledger'], over, 'added'],
		['when allowed, and the invitation was lifted', ['ledger', 'lift'], within, 'added'],
		['when allowed, but not yet', ['ledger'], within, 'invitedRecently'],
		[
			'when allowed, but not yet, by days',
			['ledger'],
			{ existing: 'whenAllowed', quarantineDays: 30 },
			'invitedRecently',
		],
		[
			'when allowed, but the ledger is empty, by days',
			[],
			{ existing: 'whenAllowed', quarantineDays: 30 },
			'existing',
		],
		['when allowed, but the ledger is empty', [], over, 'existing'],
		[
			'when allowed, but the ledger knows another survey',
			['other'],
			{ ...over, quarantine: rule({ scope: 'all', days: 0.000001 }) },
			'existing',
		],
		[
			'when allowed, but rules only count responses',
			['ledger'],
			{ ...over, quarantine: rule({ after: 'responded' }) },
			'existing',
		],
		[
			'when allowed, but the invitation was not in the counted group',
			['ledger'],
			{ ...over, quarantine: rule({ scope: 'group', group: 'NPS' }) },
			'existing',
		],
		[
			'when allowed, but the ledger fails and that is allowed',
			['ledger', 'fails'],
			{ ...over, quarantine: { ...SHORT, whenUnavailable: 'allow' } },
			'existing',
		],
		[
			'when allowed, but the ledger does not know an exempt person',
			[],
			{ ...over, quarantine: { ...SHORT, exempt: true } },
			'existing',
		],
	])('is invited again: %s', async (_, before, set, outcome) => {
		place(ANNA);
		if (before.includes('ledger')) await quarantine('record', ANNA);
		if (before.includes('other')) await quarantine('record', ANNA, { surveyId: locator(502) });
		if (before.includes('lift')) await quarantine('lift', ANNA, { liftScope: 'survey' });
		await new Promise((resolve) => setTimeout(resolve, 100));
		const preview = before.includes('fails')
			? undefined
			: await add([ANNA, BO], { ...set, preview: true });
		if (before.includes('fails')) failFrom(0, 20);
		const { output, error } = await add([ANNA, BO], set);
		expect(error).toBeUndefined();
		expect(outcomes(output)).toEqual([outcome, 'added']);
		expect(timesIn(ANNA)).toBe(outcome === 'added' ? 2 : 1);
		const expected = (items: typeof output) =>
			outcomes(items).map((one) => (one === 'wouldAdd' ? 'added' : one));
		if (preview) expect(expected(preview.output)).toEqual(outcomes(output));
	});

	test('is refused without a quarantine', async () => {
		const { error } = await add([ANNA], { existing: 'whenAllowed' });
		expect(error?.message).toContain('there is no quarantine');
		expect(timesIn(ANNA)).toBe(0);
	});

	test.each([
		[[], 'have no readable contact'],
		[['ledger'], undefined],
	])(
		'with hidden contacts, is invited only if the ledger knows the person (%j)',
		async (before, refusal) => {
			place(BO);
			sandbox.changeSettings({ listedEmail: 'masked' });
			if (before.length > 0) await quarantine('record', ANNA);
			await new Promise((resolve) => setTimeout(resolve, 100));
			const { error } = await add([ANNA], { existing: 'whenAllowed', quarantine: SHORT });
			if (refusal) expect(error?.message).toContain(refusal);
			else expect(error).toBeUndefined();
			expect(timesIn(ANNA)).toBe(refusal ? 0 : 1);
		},
	);
});

test.each(['dataTable', 'workflow'])(
	'a job that runs twice checks the sendout before it uses its own claim (%s)',
	async (ledger) => {
		const once = {
			existing: 'add',
			quarantine: { ...rule(), ledger, ledgerWorkflow: { value: 'ledger' } },
		};
		const job = { execution: 'job', started: 1 };
		await add([ANNA], once, job);
		const { output } = await add([ANNA, BO], once, job);
		expect(outcomes(output)).toEqual(['existing', 'added']);
		sandbox.faults.add({ kind: '400', operationId: 'getRespondents' });
		const { errorOutput } = await add([ANNA], once, { ...job, onError: 'continueErrorOutput' });
		const [{ json }] = errorOutput;
		expect(json.error).toContain('Check in Netigate whether the contact is in the sendout.');
		expect(json.message).toMatchObject({ mayBeInvited: true });
		expect([timesIn(ANNA), timesIn(BO)]).toEqual([1, 1]);
	},
);

describe('a job that runs again after its first attempt', () => {
	const once = { existing: 'add', quarantine: rule() };
	const job = { execution: 'job', started: 1, onError: 'continueErrorOutput' } as const;

	test('reserved someone but added no one adds them', async () => {
		sandbox.faults.add({ kind: '400', operationId: 'addRespondent', times: 1 });
		host.before = async () => {
			const sent = sandbox.calls.some(({ operationId }) => operationId === 'addRespondent');
			if (sent) throw new Error('no data tables here');
		};
		await add([ANNA], once, job);
		expect([host.events().length, timesIn(ANNA)]).toEqual([1, 0]);
		host.before = async () => {};
		const { output } = await add([ANNA], once, job);
		expect([outcomes(output), timesIn(ANNA)]).toEqual([['added'], 1]);
	});

	test.each([
		['', undefined],
		[', and reports if that fails', "the sendout couldn't be activated"],
	])('activates the sendout if the first attempt only added someone%s', async (_, failure) => {
		await add([ANNA], { ...once, options: { activate: false } }, job);
		if (failure) sandbox.faults.add({ kind: '400', operationId: 'activateSendout', times: 1 });
		const { output, errorOutput } = await add([ANNA], once, job);
		if (failure) expect(errorOutput[0].json.error).toContain(failure);
		else expect(outcomes(output)).toEqual(['existing']);
		expect([activations(), timesIn(ANNA)]).toEqual([1, 1]);
		expect(sandbox.state.invitations).toHaveLength(failure ? 0 : 1);
	});
});

describe('activation', () => {
	test.each([
		['no one is added', [ANNA], [['existing', false]], 0],
		[
			'someone is added',
			[ANNA, BO],
			[
				['existing', undefined],
				['added', undefined],
			],
			1,
		],
	])('if %s', async (_, emails, expected, times) => {
		place(ANNA);
		for (const preview of [true, false]) {
			const { output, error } = await add(emails, { preview });
			expect(error).toBeUndefined();
			const shown = output.map(({ json }) => [
				String(outcomeIn(json)).replace('wouldAdd', 'added'),
				json.activated,
			]);
			expect(shown).toEqual(expected);
		}
		expect(activations()).toBe(times);
	});

	const waiting = (people: string) =>
		`Sendout ${sendout} isn't active, so the ${people} in it may not have been invited yet. To invite them, use Sendout > Activate or activate it in Netigate.`;
	const off = { options: { activate: false } };
	test.each<[string, string[], IDataObject, string | undefined]>([
		['everyone is skipped', [ANNA], {}, '2 people'],
		['the run adds someone but does not activate', [ANNA, CEM], off, '3 people'],
		['everyone is blocked', ['blocked@example.com'], {}, '2 people'],
		['the run activates the sendout', [CEM], {}, undefined],
		['no one gets an invitation from Netigate', [ANNA], { sendInvitation: false }, undefined],
	])('people waiting in it are counted in a hint if %s', async (_, emails, more, people) => {
		[ANNA, BO].forEach(place);
		const { hints } = await add(emails, more);
		const shown = hints.map(({ message }) => message).filter((one) => one.includes("isn't active"));
		expect(shown).toEqual(people ? [waiting(people)] : []);
	});

	test('someone activates the sendout during a run that adds no one', async () => {
		await add([ANNA]);
		sandbox.faults.add({
			kind: 'answer',
			operationId: 'getSendout',
			changes: [{ do: 'set', member: 'Activated', value: false }],
			times: 1,
		});
		const { output, hints } = await add([ANNA]);
		expect([outcomes(output), output[0].json.activated]).toEqual([['existing'], undefined]);
		expect(JSON.stringify(hints)).not.toContain("isn't active");
	});

	test.each([
		[ANNA, ['existing', false]],
		['blocked@example.com', ['blocked', undefined]],
	])(
		'does not fail if the sendout cannot be read again after skipping %s',
		async (email, expected) => {
			place(ANNA);
			const path = `/surveys/${survey}/sendouts/${sendout}`;
			sandbox.faults.add({ kind: '400', path, method: 'GET', after: 1 });
			const isCem = `$json.email === "${CEM}"`;
			const either = (cems: number, others: number) =>
				locator(`={{ ${isCem} ? ${cems} : ${others} }}`);
			const { output, hints, error } = await add([email, email, CEM], {
				surveyId: either(sampleIds.surveys.support, survey),
				sendoutId: either(sampleIds.sendouts.supportEmail, sendout),
			});
			expect(error).toBeUndefined();
			const shown = output.map(({ json }) => [outcomeIn(json), json.activated]);
			const duplicate = ['duplicateInInput', undefined];
			expect(shown).toEqual([expected, duplicate, ['added', undefined]]);
			expect(hints.map(({ message }) => message)).toContain(waiting('person'));
		},
	);

	test('the preview counts them too', async () => {
		place(ANNA);
		const { hints } = await add([ANNA], { preview: true });
		expect(hints.map(({ message }) => message)).toContain(waiting('person'));
	});

	test('an active sendout has no such hint', async () => {
		await add([ANNA]);
		for (const more of [{}, off]) {
			const { hints } = await add([ANNA], more);
			expect(JSON.stringify(hints)).not.toContain("isn't active");
		}
	});

	test('a try that was interrupted after adding is completed', async () => {
		sandbox.faults.add({ kind: '400', operationId: 'activateSendout', times: 1 });
		const retry = { retryOnFail: true, waitBetweenTries: 1 };
		const { error, output } = await add([ANNA], {}, retry);
		expect(error).toBeUndefined();
		expect(output[0].json).not.toHaveProperty('mayBeInvited');
		expect(sandbox.state.invitations).toHaveLength(1);
	});

	test('is skipped if Netigate returns the only person as existing', async () => {
		sandbox.changeSettings({ repeatedContacts: 'existing' });
		place(ANNA);
		await quarantine('record', ANNA);
		await new Promise((resolve) => setTimeout(resolve, 100));
		const { output } = await add([ANNA], { existing: 'whenAllowed', quarantine: SHORT });
		expect(output[0].json).toMatchObject({ reason: 'existing', activated: false });
		expect(activations()).toBe(0);
	});

	test('a run that was interrupted after adding is completed by the next one', async () => {
		sandbox.faults.add({ kind: '400', operationId: 'activateSendout', times: 1 });
		await add([ANNA], {}, { onError: 'continueErrorOutput' });
		expect(sandbox.state.invitations).toHaveLength(0);
		const { output } = await add([ANNA]);
		expect([outcomes(output), sandbox.state.invitations.length]).toEqual([['existing'], 1]);
		// If someone stops the sendout afterwards, it isn't activated again.
		Object.assign(sandbox.state.sendout(survey, sendout).primary, {
			Activated: false,
			DoneDate: null,
		});
		const { output: later } = await add([ANNA]);
		expect([later[0].json.activated, activations()]).toEqual([false, 2]);
	});

	test('a run that was interrupted is completed even if the quarantine allows no one', async () => {
		const once = { existing: 'whenAllowed', quarantine: rule() };
		sandbox.faults.add({ kind: '400', operationId: 'activateSendout', times: 1 });
		await add([ANNA], once, { onError: 'continueErrorOutput' });
		await add([ANNA], once);
		expect(sandbox.state.invitations).toHaveLength(1);
	});

	test('an active sendout is not activated again if the run finds no one in it', async () => {
		await add([ANNA]);
		await add(['blocked@example.com']);
		expect(activations()).toBe(1);
	});

	test('an active sendout is activated again, because people may have been added later', async () => {
		await add([ANNA]);
		const { output } = await add([ANNA]);
		expect(output[0].json).not.toHaveProperty('activated');
		expect(activations()).toBe(2);
	});

	test('an active sendout is activated again if Netigate adds no one twice', async () => {
		sandbox.changeSettings({ repeatedContacts: 'existing' });
		await add([ANNA]);
		await quarantine('record', ANNA);
		await new Promise((resolve) => setTimeout(resolve, 100));
		const { output } = await add([ANNA], { existing: 'whenAllowed', quarantine: SHORT });
		expect(output[0].json.reason).toBe('existing');
		expect(activations()).toBe(2);
	});
});

describe('the ledger fails while reservations are settled', () => {
	const hold = {
		existing: 'add',
		quarantine: { ...rule(), holdMinutes: 60 },
		options: { batchSize: 1 },
	};
	const withErrors = { onError: 'continueErrorOutput' } as const;
	test.each([
		['briefly', 2, undefined],
		['for a long time', 20, false],
	])('%s', async (_, times, left) => {
		sandbox.changeSettings({ refusedContacts: [BO] });
		let failing = 0;
		host.before = async () => {
			if (timesIn(ANNA) > 0 && failing++ < times) throw new Error('no data tables here');
		};
		const { output, errorOutput } = await add([ANNA, BO], hold, withErrors);
		const { confirmed } = output[0].json.quarantine as IDataObject;
		const { released } = (errorOutput[0].json.message as IDataObject).quarantine as IDataObject;
		expect([confirmed, released]).toEqual([left, left]);
	});

	test.each([
		['only during the claim', 3, [true, undefined, undefined]],
		['for a long time', 60, [true, false, false]],
	])('after allowing everyone without it %s', async (_, times, expected) => {
		sandbox.changeSettings({ refusedContacts: [BO] });
		const allow = { ...hold, quarantine: { ...hold.quarantine, whenUnavailable: 'allow' } };
		let claimed = 0;
		let failing = 0;
		host.before = async () => {
			claimed ||= host.events().length;
			if (claimed > 0 && failing++ < times) throw new Error('no data tables here');
		};
		const { output, errorOutput } = await add([ANNA, BO], allow, withErrors);
		const { confirmed } = output[0].json.quarantine as IDataObject;
		const { released } = (errorOutput[0].json.message as IDataObject).quarantine as IDataObject;
		host.before = async () => {};
		forgetTable('w1');
		const again = await add([ANNA], { ...hold, preview: true });
		expect([outcomes(again.output)[0] === 'invitedRecently', confirmed, released]).toEqual(
			expected,
		);
	});

	test('in a run that stops, the error names the items', async () => {
		sandbox.changeSettings({ refusedContacts: [BO] });
		host.before = async () => {
			if (timesIn(ANNA) > 0) throw new Error('no data tables here');
		};
		const { error } = await add([ANNA, BO, CEM], {
			...hold,
			requestOptions: { ...requestOptions, maxInFlight: 1 },
		});
		expect(error?.description).toContain(
			'Not confirmed in the quarantine, so these people may be asked again: item 0.',
		);
		expect(error?.description).toContain(
			'Still counted as invited by the quarantine: items 1 to 2.',
		);
	});
});

test.each([
	['without a quarantine', undefined, 'Alternatively, run this again with'],
	['with a quarantine', rule(), 'end the quarantine with the Netigate Quarantine node'],
])('the advice after a lost response %s fits the settings', async (_, set, advice) => {
	sandbox.faults.add({ kind: 'dropAfter', operationId: 'addRespondent' });
	const { error } = await add([ANNA], { existing: 'add', ...(set ? { quarantine: set } : {}) });
	expect(error?.description).toContain(advice);
	if (set) expect(error?.description).not.toContain('"Never Invite Again"');
	sandbox.faults.clear();
	sandbox.changeSettings({ refusedContacts: [BO] });
	const refused = (await add([BO], { existing: 'add', ...(set ? { quarantine: set } : {}) })).error;
	expect(refused?.message).toContain('Netigate refused');
	expect(refused?.description).not.toContain('Check in Netigate whether the contact');
});

test('marks people who were matched only by their order', async () => {
	const changes: AnswerChange[] = [{ do: 'set', member: 'Email', value: null }];
	sandbox.faults.add({ kind: 'answer', operationId: 'addRespondents', changes });
	const { output } = await add([ANNA, BO]);
	expect(output.map(({ json }) => json.pairing)).toEqual(['byOrder', 'byOrder']);
});

test('with several sendouts, the first item of a person wins, also in the preview', async () => {
	const dispatch = { name: 'Other', type: 'EMAIL', logic: 'ALL', sendDate: null } as const;
	const texts = { sender: 'a@example.com', subject: 'Subject', message: 'Message' };
	const other = sandbox.state.addSendout(survey, { ...dispatch, ...texts } as never).id;
	const items = [
		{ email: BO, to: sendout },
		{ email: ANNA, to: other },
		{ email: ANNA, to: sendout },
	];
	for (const preview of [true, false]) {
		const { output } = await engine.run({
			items,
			parameters: adding({
				requestOptions,
				preview,
				quarantine: rule(),
				sendoutId: locator('={{ $json.to }}'),
			}),
			additionalData: { executionId: `o${++executions}`, ...host.additionalData },
		});
		const done = preview ? 'wouldAdd' : 'added';
		expect(outcomes(output)).toEqual([done, done, 'duplicateInRun']);
	}
});

describe('runs that overlap', () => {
	const many = Array.from({ length: 60 }, (_, index) => `person${index}@example.com`);

	beforeEach(() => sandbox.faults.add({ kind: 'latency', ms: 15 }));

	test.each<[string, () => Array<Promise<{ output: Array<{ json: IDataObject }> }>>]>([
		['a form sent twice', () => [add([ANNA]), add([ANNA])]],
		['a form sent five times', () => [1, 2, 3, 4, 5].map(async () => await add([ANNA]))],
		[
			'one item during a long run',
			() => [add([...many, ANNA], { options: { batchSize: 5 } }), add([ANNA])],
		],
		[
			"an AI agent's tool during a run",
			() => [
				engine
					.route({ parameters: adding({ requestOptions }), items: [{ email: ANNA }] })
					.then((output) => ({ output })),
				add([ANNA]),
			],
		],
		[
			'the same people in different orders',
			() => [
				add([ANNA, BO]),
				add([BO, ANNA]),
				add([` ${BO.toUpperCase()}`, CEM]),
				add([CEM, ANNA]),
			],
		],
		[
			'launches',
			() => [1, 2, 3].map(async () => await launch([ANNA, BO], { options: { existing: 'skip' } })),
		],
	])('%s: everyone is added once, and the others are reported as existing', async (_, begin) => {
		const ended = await Promise.all(begin());
		const shown = ended.flatMap(({ output }) => outcomes(output));
		expect(shown.filter((one) => !['added', 'launched', 'existing'].includes(String(one)))).toEqual(
			[],
		);
		for (const email of new Set(respondents()))
			expect([email, timesIn(String(email))]).toEqual([email, 1]);
	});

	test('everyone is added once, even if Netigate lists new respondents later', async () => {
		sandbox.changeSettings({ listedAfterMs: 60_000 });
		const ended = await Promise.all([add([ANNA]), add([ANNA]), add([ANNA])]);
		expect(ended.flatMap(({ output }) => outcomes(output)).sort()).toEqual([
			'added',
			'existing',
			'existing',
		]);
		expect(timesIn(ANNA)).toBe(1);
	});

	test('a failing run passes on the results of earlier runs', async () => {
		sandbox.changeSettings({ listedAfterMs: 60_000 });
		sandbox.faults.add({ kind: 'latency', operationId: 'addRespondent', ms: 500, times: 1 });
		const pause = async () => await new Promise((resolve) => setTimeout(resolve, 150));
		const first = add([ANNA]);
		await pause();
		const parameters = adding({ requestOptions, quarantine: rule() });
		const type = 'n8n-nodes-netigate.netigate';
		const tool = engine.route({ type, parameters, items: [{ email: ANNA }] }).catch(String);
		await pause();
		const last = add([ANNA]);
		expect(await tool).toContain("can't be used in an AI agent's tool");
		expect(outcomes((await first).output)).toEqual(['added']);
		expect(outcomes((await last).output)).toEqual(['existing']);
	});

	test('after a lost response, the run that waited sends nothing', async () => {
		sandbox.changeSettings({ listedAfterMs: 60_000 });
		sandbox.faults.add({ kind: 'dropAfter', operationId: 'addRespondent' });
		const lost = { onError: 'continueErrorOutput' } as const;
		await Promise.all([add([ANNA], { existing: 'add' }, lost), add([ANNA], {}, lost)]);
		expect(timesIn(ANNA)).toBe(1);
	});

	test('a run that is stopped lets the others go on', async () => {
		sandbox.faults.add({ kind: 'latency', operationId: 'addRespondent', ms: 200, times: 1 });
		let cancel = () => {};
		const first = add([ANNA], {}, { onStart: (stop) => (cancel = stop) });
		const second = add([ANNA, BO], {}, { onError: 'continueErrorOutput' });
		setTimeout(() => cancel(), 60);
		await first.catch(() => undefined);
		expect(outcomes((await second).output)).toContain('added');
		await sandbox.settled();
		expect(timesIn(ANNA)).toBeLessThanOrEqual(1);
		expect(timesIn(BO)).toBe(1);
	});

	test("runs for other people don't wait", async () => {
		sandbox.faults.add({ kind: 'latency', operationId: 'addRespondent', ms: 1500, times: 1 });
		let isDone = false;
		const slow = add([ANNA]).then(() => (isDone = true));
		while (!sandbox.calls.some(({ operationId }) => operationId === 'addRespondent'))
			await new Promise((resolve) => setTimeout(resolve, 5));
		await add([BO]);
		expect(isDone).toBe(false);
		await slow;
	});
});

describe('after a Quarantine node in a test run, which remembers nothing', () => {
	const rules = rule().rules;
	const allowedIn = async (mode: 'manual' | 'trigger', options: IDataObject = {}) => {
		const set = { operation: 'reserve', contact: '={{ $json.email }}', surveyId: locator(survey) };
		const { outputs } = await run(
			[ANNA],
			{ ...set, rules, options },
			{ type: TYPE, credential: false, outputs: 2, mode },
		);
		return outputs[0].map(({ json }) => json);
	};
	const sendings = [
		['Add', adding({ requestOptions }), 'added'],
		['Launch', launching({ requestOptions }), 'launched'],
	] as const;

	test.each(sendings)('%s only shows a preview', async (_, parameters) => {
		const items = await allowedIn('manual');
		const { output, hints, error } = await engine.run({ items, parameters, mode: 'manual' });
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => json.status)).toEqual(['wouldAdd']);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringContaining('This test run only shows a preview'),
			'Preview: would invite 1, skip 0, refuse 0. Nothing was sent. The quarantine was checked before this node.',
		]);
		expect(timesIn(ANNA)).toBe(0);
	});

	test.each(sendings)('%s refuses these items in a production run', async (_, parameters) => {
		const items = await allowedIn('manual');
		const { error } = await engine.run({ items, parameters });
		expect(error?.message).toContain('only tried out whether to ask this person');
		expect(timesIn(ANNA)).toBe(0);
	});

	test.each(sendings)('%s invites if the people were remembered', async (_, parameters, status) => {
		const items = await allowedIn('manual', { recordInTestRuns: true });
		const { output } = await engine.run({ items, parameters, mode: 'manual' });
		expect(output.map(({ json }) => json.status)).toEqual([status]);
		expect(await allowedIn('manual')).toEqual([]);
	});
});
