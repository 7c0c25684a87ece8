import type { IDataObject } from 'n8n-workflow';
import { QUARANTINE_TABLE } from '../../nodes/shared/quarantine/ledger/table';
import { sampleIds } from '../sandbox';
import type { RunRequest } from './harness';
import { engine, host, inExecution, ruleOf, run, sandbox } from './quarantineRuns';
import { adding, locator } from './sendoutParameters';

/* Adding people with settings under "Quarantine": one action reserves, invites, confirms and releases. */

const ONCE = { rules: { rule: [ruleOf()] } };

interface Ask extends Partial<RunRequest> {
	quarantine?: IDataObject;
	more?: IDataObject;
	execution?: string;
}

async function add(emails: string[], { quarantine = ONCE, more, execution, ...rest }: Ask = {}) {
	return await engine.run({
		items: emails.map((email) => ({ email })),
		parameters: adding({
			quarantine,
			existing: Object.keys(quarantine).length > 0 ? 'whenAllowed' : 'skip',
			requestOptions: { settleSeconds: 0.02, retryForSeconds: 0 },
			...more,
		}),
		...rest,
		additionalData: inExecution(rest.additionalData, execution),
	});
}

/** The status that the quarantine node reports for a contact. */
async function check(email: string, operation = 'check') {
	const parameters = { surveyId: locator(sampleIds.surveys.postEvent) };
	const { outputs } = await run({ operation, emails: [email], parameters });
	const [item] = outputs.flat();
	return (item.json.quarantine as IDataObject).status;
}

const outcomesOf = (output: Array<{ json: IDataObject }>) =>
	output.map(({ json }) => [json.contact, json.status, json.reason]);

/** Makes the ledger fail from now on. */
const breakLedger = () =>
	host.failures.push(...Array.from({ length: 20 }, () => new Error('no data tables here')));

const withErrors = { onError: 'continueErrorOutput' } as const;

const invited = () => sandbox.state.invitations.map(({ contact }) => contact).sort();

const ANNA = 'anna@example.com';
const BO = 'bo@example.com';
const CEM = 'cem@example.com';

test('skips people invited within the window, and outputs the dates', async () => {
	await add([ANNA]);
	const { output, hints, error } = await add([ANNA, BO]);
	expect(error).toBeUndefined();
	expect(outcomesOf(output)).toEqual([
		[ANNA, 'skipped', 'invitedRecently'],
		[BO, 'added', 'invited'],
	]);
	expect(output[0].json.quarantine).toMatchObject({
		status: 'quarantined',
		reason: 'invitedRecently',
		lastContactAt: expect.any(String),
		eligibleAt: expect.any(String),
	});
	const { explanation, quarantine } = output[0].json;
	expect(explanation).toEqual(expect.any(String));
	expect(explanation).toBe((quarantine as IDataObject).explanation);
	expect(invited()).toEqual([ANNA, BO]);
	expect(hints.map(({ message }) => message)).toEqual([
		'1 added, 1 skipped (1 invited recently). Quarantine: 1 advanced rule.',
	]);
});

test('shares its ledger with the quarantine node', async () => {
	await add([ANNA]);
	expect(await check(ANNA)).toBe('quarantined');
	expect(await check(BO, 'record')).toBe('recorded');
	expect(outcomesOf((await add([BO])).output)).toEqual([[BO, 'skipped', 'invitedRecently']]);
});

/** A request in which the days, not a rule, turn the quarantine on. */
const days = (quarantineDays: unknown, more: IDataObject = {}) => ({
	quarantine: {},
	more: { quarantineDays, ...more } as IDataObject,
});

test('a number of days is enough to turn the quarantine on', async () => {
	for (const existing of ['skip', 'whenAllowed', 'add']) await add([ANNA], days(30, { existing }));
	expect(invited()).toEqual([ANNA]);
	expect(await check(ANNA)).toBe('quarantined');
	const { output } = await add([ANNA, BO], days(30, { existing: 'whenAllowed' }));
	expect(outcomesOf(output)).toEqual([
		[ANNA, 'skipped', 'invitedRecently'],
		[BO, 'added', 'invited'],
	]);
});

test('rules apply in addition to the days', async () => {
	const inGroup = { group: 'NPS', rules: { rule: [ruleOf({ scope: 'group', days: 90 })] } };
	const both = { quarantine: inGroup, more: { quarantineDays: 0.000001, existing: 'add' } };
	await add([ANNA], both);
	const { output, hints } = await add([ANNA], both);
	expect(outcomesOf(output)).toEqual([[ANNA, 'skipped', 'invitedRecently']]);
	expect(output[0].json.quarantine).toMatchObject({ rule: { scope: 'group', days: 90 } });
	expect(hints[0].message).toContain('not again within 0.000001 days and 1 advanced rule.');
	// A longer time in days applies although the rule would allow another invitation.
	const short = { rules: { rule: [ruleOf({ days: 0.000001 })] } };
	await new Promise((resolve) => setTimeout(resolve, 150));
	const longer = { quarantine: short, more: { quarantineDays: 30, existing: 'add' } };
	expect(outcomesOf((await add([ANNA], longer)).output)).toEqual([
		[ANNA, 'skipped', 'invitedRecently'],
	]);
});

test.each<[unknown, string]>([
	[-1, "'Not Again Within (Days)' isn't a number from 0 to 36500: \"-1\""],
	[36_501, '36501'],
	['30 days', '"30 days"'],
	['1.000', '"1.000"'],
	[true, 'true'],
	['={{ NaN }}', '"NaN"'],
	['={{ $json.days }}', 'is empty: its expression returns nothing'],
	['={{ $json.email }}', '"anna@example.com"'],
])('days that are not a number are refused with their value: %s', async (quarantineDays, error) => {
	const run = await add([ANNA], days(quarantineDays));
	expect(run.error?.message).toContain(error);
	expect(run.error?.message).toContain('Not Again Within (Days)');
	expect(invited()).toEqual([]);
});

test.each<[unknown, string]>([
	[30, '30 days'],
	['7', '7 days'],
	['6,5', '6.5 days'],
	[1, '1 day'],
])('days can be given as %j', async (quarantineDays, text) => {
	const { hints } = await add([ANNA], days(quarantineDays));
	expect(hints[0].message).toBe(`1 added. Quarantine: not again within ${text}.`);
});

test('days from an expression can differ between items', async () => {
	const people = [
		{ email: ANNA, days: 30 },
		{ email: BO, days: 0 },
		{ email: CEM, days: '0.000001' },
	];
	const perItem = { ...days('={{ $json.days }}', { existing: 'add' }), items: people };
	await add([], perItem);
	await new Promise((resolve) => setTimeout(resolve, 150));
	const { output, hints } = await add([], perItem);
	expect(outcomesOf(output)).toEqual([
		[ANNA, 'skipped', 'invitedRecently'],
		[BO, 'added', 'invited'],
		[CEM, 'added', 'invited'],
	]);
	expect(hints[0].message).toContain(
		'Quarantine: not again within 0.000001 to 30 days, off for 1 item.',
	);
	expect(output.map(({ json }) => 'quarantine' in json)).toEqual([true, false, true]);
});

test.each<[IDataObject]>([
	[{ rules: {} }],
	[{ rules: { rule: [] } }],
	[{ keepDays: 100 }],
	[{ exempt: false }],
])('advanced settings without days or a rule are refused: %j', async (quarantine) => {
	for (const more of [{}, { preview: true }, { quarantineDays: 0, existing: 'whenAllowed' }]) {
		const { error, output } = await add([ANNA], {
			quarantine,
			more: { existing: 'skip', ...more },
		});
		const text = JSON.stringify([error?.message, error?.description, output]);
		expect(text).toContain("'Advanced Quarantine Settings' contains settings but no rule");
	}
	expect(invited()).toEqual([]);
	// The number of days is enough.
	await add([ANNA], { quarantine, more: { quarantineDays: 30 } });
	expect(await check(ANNA)).toBe('quarantined');
});

const NONE =
	'No quarantine was active in this node, so other sendouts may ask the same people at any time.';

test.each<[string, Ask, string]>([
	['no settings', days(0), `1 added. ${NONE}`],
	[
		'no settings, and people are always invited again',
		days(0, { existing: 'add' }),
		'1 added. No quarantine was active in this node, so the same people may be asked again at any time.',
	],
	['no settings, in a preview', days(0, { preview: true }), `Nothing was sent. ${NONE}`],
	[
		'days, in a preview',
		days(30, { preview: true }),
		'Nothing was sent. Quarantine: not again within 30 days.',
	],
	[
		'two rules',
		{ quarantine: { rules: { rule: [ruleOf(), ruleOf({ scope: 'all' })] } } },
		'Quarantine: 2 advanced rules.',
	],
	[
		'a quarantine node before this one',
		{ ...days(0), items: [{ email: ANNA, quarantine: { status: 'allowed' } }] },
		'The quarantine was checked before this node.',
	],
])('the hint says whether a quarantine was active: %s', async (_, ask, message) => {
	const { hints } = await add([ANNA], ask);
	expect(hints.map(({ message: one }) => one)).toEqual([expect.stringContaining(message)]);
});

test('without settings there is no quarantine, and people in the sendout are skipped', async () => {
	await add([ANNA], { quarantine: {} });
	const { output } = await add([ANNA], { quarantine: {} });
	expect(outcomesOf(output)).toEqual([[ANNA, 'skipped', 'existing']]);
	expect(host.calls).toBe(0);
});

test('someone already in the sendout is invited again after the window', async () => {
	const short = { rules: { rule: [{ days: 0.000001 }] } };
	await add([ANNA], { quarantine: short });
	await new Promise((resolve) => setTimeout(resolve, 150));
	expect(outcomesOf((await add([ANNA], { quarantine: short })).output)).toEqual([
		[ANNA, 'added', 'invited'],
	]);
	expect(invited()).toEqual([ANNA, ANNA]);
});

test('an invalid address leaves no one reserved', async () => {
	const { error } = await add([ANNA, 'nobody', BO]);
	expect(error?.message).toContain('nobody');
	expect(host.events()).toEqual([]);
	expect(outcomesOf((await add([ANNA, BO])).output)).toEqual([
		[ANNA, 'added', 'invited'],
		[BO, 'added', 'invited'],
	]);
});

/** Expects the quarantine node to report these statuses. */
async function expectStatuses(expected: Record<string, string>) {
	for (const [email, status] of Object.entries(expected))
		expect([email, await check(email)]).toEqual([email, status]);
}

test('releases people who were refused or not sent, and keeps the others', async () => {
	sandbox.changeSettings({ refusedContacts: [BO] });
	const { error } = await add([ANNA, BO, CEM], { more: { options: { batchSize: 1 } } });
	expect(error).toBeDefined();
	const statusOf = (email: string) => (invited().includes(email) ? 'quarantined' : 'allowed');
	await expectStatuses({ [ANNA]: statusOf(ANNA), [BO]: 'allowed', [CEM]: statusOf(CEM) });
});

test('with the error output, invites everyone else and releases only the refused person', async () => {
	sandbox.changeSettings({ refusedContacts: [BO] });
	const { output, errorOutput } = await add([ANNA, BO, CEM], withErrors);
	expect(outcomesOf(output).map(([contact]) => contact)).toEqual([ANNA, CEM]);
	expect(errorOutput).toHaveLength(1);
	await expectStatuses({ [ANNA]: 'quarantined', [BO]: 'allowed', [CEM]: 'quarantined' });
});

test.each([0, 60])(
	'never releases a reservation after a lost response (hold of %s minutes)',
	async (holdMinutes) => {
		sandbox.faults.add({ kind: 'dropAfter', operationId: 'addRespondent' });
		const { errorOutput } = await add([ANNA], {
			quarantine: { ...ONCE, holdMinutes },
			more: { existing: 'add' },
			onError: 'continueErrorOutput',
		});
		expect(errorOutput[0].json.message).toMatchObject({ mayBeInvited: true });
		expect(host.events()).toMatchObject([{ state: 'final' }]);
		expect(outcomesOf((await add([ANNA])).output)).toEqual([[ANNA, 'skipped', 'invitedRecently']]);
	},
);

test('adds no one again to a sendout that could not be activated', async () => {
	sandbox.faults.add({ kind: '400', operationId: 'activateSendout' });
	await add([ANNA], withErrors);
	sandbox.faults.clear();
	expect(outcomesOf((await add([ANNA])).output)).toEqual([[ANNA, 'skipped', 'invitedRecently']]);
});

test('confirms invited people if there is a hold', async () => {
	await add([ANNA], { quarantine: { ...ONCE, holdMinutes: 60 } });
	expect(host.events()).toMatchObject([{ state: 'final' }]);
});

test.each([
	[0, 'whenAllowed', 'existing'],
	[60, 'whenAllowed', 'existing'],
	[0, 'add', 'optedOut'],
	[60, 'add', 'optedOut'],
])(
	'does not invite someone who opts out between two tries (hold of %s minutes, %s)',
	async (holdMinutes, existing, reason) => {
		const quarantine = { ...ONCE, holdMinutes };
		const attempt = { quarantine, more: { existing }, execution: 'again', started: 1 };
		await add([ANNA, BO], attempt);
		const parameters = { event: 'optedOut', optOutFor: 'all' };
		await run({ operation: 'record', emails: [ANNA], parameters });
		const { output, error } = await add([ANNA, CEM], attempt);
		expect(error).toBeUndefined();
		expect(outcomesOf(output)).toEqual([
			[ANNA, 'skipped', reason],
			[CEM, 'added', 'invited'],
		]);
		expect(invited()).toEqual([ANNA, BO, CEM]);
	},
);

test('invites everyone once if runs overlap', async () => {
	const runs = await Promise.all(Array.from({ length: 5 }, async () => await add([ANNA, BO])));
	expect(invited()).toEqual([ANNA, BO]);
	for (const { output, error } of runs) {
		expect(error).toBeUndefined();
		expect(output).toHaveLength(2);
	}
});

test('a preview changes nothing in the ledger, and shows who would be quarantined', async () => {
	await add([ANNA]);
	const rows = () => JSON.stringify(host.rows(QUARANTINE_TABLE.name));
	const before = rows();
	const { output, hints } = await add([ANNA, BO, 'nobody'], { more: { preview: true } });
	expect(outcomesOf(output).slice(0, 2)).toEqual([
		[ANNA, 'skipped', 'invitedRecently'],
		[BO, 'wouldAdd', 'invited'],
	]);
	expect(output[2].json.status).toBe('refused');
	expect(rows()).toBe(before);
	expect(host.rows(QUARANTINE_TABLE.name).find(({ kind }) => kind === 'keep')?.ordinal).toBe(400);
	expect(hints[0].message).toContain('would invite 1, skip 1, refuse 1');
});

test('asks a duplicate as often as the rules allow', async () => {
	const { output } = await add([ANNA, ` ${ANNA.toUpperCase()}`], {
		more: { options: { duplicatesInInput: 'add' } },
	});
	expect(output.map(({ json }) => [json.status, json.reason])).toEqual([
		['added', 'invited'],
		['skipped', 'duplicateInRun'],
	]);
});

test('invites no one if the ledger is unavailable', async () => {
	breakLedger();
	const { error } = await add([ANNA]);
	expect(error).toBeDefined();
	expect(invited()).toEqual([]);
});

test('invites everyone without the ledger if the user chose that, with a warning', async () => {
	breakLedger();
	const { output, hints } = await add([ANNA], {
		quarantine: { ...ONCE, whenUnavailable: 'allow' },
	});
	expect(outcomesOf(output)).toEqual([[ANNA, 'added', 'invited']]);
	expect(hints.map(({ message }) => message).join()).toContain('Someone may be asked twice');
});

/** A deadline that the test triggers. */
function deadline() {
	let at = Infinity;
	return { reach: () => (at = 0), executionTimeoutTimestamp: { valueOf: () => at } as never };
}

test.each([
	['manually', undefined],
	['by its timeout', deadline()],
])('a run that is stopped %s releases people who were not sent', async (_, timed) => {
	sandbox.faults.add({ kind: 'latency', operationId: 'addRespondent', ms: 600_000 });
	let cancel = () => {};
	const running = add([ANNA, BO, CEM], {
		quarantine: { ...ONCE, holdMinutes: 30 },
		more: { options: { batchSize: 1 }, requestOptions: { maxInFlight: 1 } },
		onStart: (stop) => (cancel = stop),
		additionalData: timed,
	});
	const sent = () => sandbox.calls.some(({ operationId }) => operationId === 'addRespondent');
	while (!sent()) await new Promise((resolve) => setImmediate(resolve));
	timed?.reach();
	cancel();
	await running;
	await sandbox.settled();
	expect(host.events().map(({ state }) => state)).toContain('final');
	// Anna's request was sent before the stop, and was done.
	const people = [...sandbox.state.respondents.values()].map(({ Email }) => Email);
	expect([ANNA, BO, CEM].filter((one) => people.includes(one))).toEqual([ANNA]);
	await expectStatuses({ [ANNA]: 'quarantined', [BO]: 'allowed', [CEM]: 'allowed' });
});

test('a test run in the editor really invites, so the ledger stores it', async () => {
	await add([ANNA], { mode: 'manual' });
	expect(invited()).toEqual([ANNA]);
	expect(await check(ANNA)).toBe('quarantined');
});

test.each([{ quarantine: ONCE }, { quarantineDays: 30 }])(
	'without access to the ledger, an AI agent gets an error and no one is invited: %j',
	async (settings) => {
		// n8n removes these hidden settings from a node of the tool's type.
		const type = 'n8n-nodes-netigate.netigate';
		const request = { type, items: [{ email: ANNA }], parameters: adding(settings) };
		await expect(engine.route(request)).rejects.toThrow(/AI agent/);
		expect(invited()).toEqual([]);
	},
);
