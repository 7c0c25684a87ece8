import { ExecutionLifecycleHooks } from 'n8n-core';
import type { IDataObject, INode } from 'n8n-workflow';
import { QUARANTINE_TABLE } from '../../nodes/shared/quarantine/ledger/table';
import {
	byMode,
	hintsIn,
	host,
	paired,
	positions,
	reasons,
	results,
	ruleOf,
	run,
	sandbox,
	setClock,
	TOOL,
} from './quarantineRuns';

describe('reserve', () => {
	test('checks, reserves and settles a single new contact in one inner workflow', async () => {
		await run();
		const before = host.calls;
		const { outputs } = await run({ emails: ['bo@example.com'] });
		expect(host.calls - before).toBe(1);
		expect(results(outputs[0])).toMatchObject([{ status: 'allowed' }]);
		// Known contacts and several contacts need more reads.
		const again = await run({ emails: ['bo@example.com'] });
		expect(results(again.outputs[1])).toMatchObject([{ reason: 'invitedRecently' }]);
		expect(host.events().map(({ state }) => state)).toEqual(['final', 'final']);
	});

	test("outputs everyone in order in the one output of an agent's tool", async () => {
		await run({ emails: ['bo@example.com'] });
		const emails = ['bo@example.com', '', 'anna@example.com'];
		const { outputs } = await run({ type: TOOL, emails, onError: 'continueRegularOutput' });
		expect(outputs).toHaveLength(1);
		expect(results(outputs[0]).map(({ status }) => status)).toEqual([
			'quarantined',
			undefined,
			'allowed',
		]);
		expect(outputs[0][1].json.error).toEqual(expect.stringContaining('empty'));
		expect((await run({ emails: ['anna@example.com'] })).outputs[1]).toHaveLength(1);
	});

	test('outputs each item at Allowed or Quarantined, in order, paired, with its own fields', async () => {
		await run({ emails: ['bo@example.com'] });
		const { outputs, error } = await run({
			emails: ['anna@example.com', 'bo@example.com', 'cem@example.com', ' ANNA@example.com'],
		});
		expect(error).toBeUndefined();
		const [allowed, quarantined] = outputs;
		expect(positions(allowed)).toEqual([0, 2]);
		expect(paired(allowed)).toEqual([0, 2]);
		expect(positions(quarantined)).toEqual([1, 3]);
		expect(paired(quarantined)).toEqual([1, 3]);
		expect(allowed[0].json.email).toBe('anna@example.com');
		expect(results(allowed)[0]).toEqual({
			status: 'allowed',
			reasons: [],
			explanation: 'May be asked: no earlier contact is known',
			surveyId: 501,
			reservationId: expect.any(String),
		});
		expect(reasons(quarantined)).toEqual(['invitedRecently', 'duplicateInRun']);
		const [{ lastContactAt, eligibleAt, rule }] = results(quarantined);
		expect(rule).toEqual({ scope: 'survey', after: 'invited', max: 1, days: 30 });
		expect(Date.parse(eligibleAt as string) - Date.parse(lastContactAt as string)).toBe(
			30 * 86_400_000,
		);
	});

	test('stores only a keyed hash, and the contact itself with "Store Contact"', async () => {
		await run();
		expect(JSON.stringify(host.rows(QUARANTINE_TABLE.name))).not.toContain('anna');
		expect(host.events()[0].contact).toMatch(/^[\w-]{43}$/);
		await run({ emails: ['bo@example.com'], options: { storeContact: true } });
		expect(host.events()).toMatchObject([{}, { address: 'bo@example.com' }]);
	});

	test('treats plus addresses as one person only if set', async () => {
		const emails = ['anna@example.com', 'anna+shop@example.com'];
		expect((await run({ emails })).outputs.map((items) => items.length)).toEqual([2, 0]);
		const folded = await run({
			emails: ['bo@example.com', 'bo+shop@example.com'],
			options: { foldPlusAddress: true },
		});
		expect(reasons(folded.outputs[1])).toEqual(['duplicateInRun']);
	});

	test('allows exempt people, with a reason', async () => {
		const options = { exempt: '={{ $json.email.endsWith("@example.org") }}' };
		const emails = ['vip@example.org', 'anna@example.com'];
		await run({ emails, options });
		const { outputs } = await run({ emails, options });
		expect(reasons(outputs[0])).toEqual(['exempt']);
		expect(reasons(outputs[1])).toEqual(['invitedRecently']);
	});

	test('requires all rules to allow, with groups by name or from the list', async () => {
		const group = byMode('Customers', 'name');
		await run({ parameters: { surveyId: byMode('502'), group } });
		const rules = {
			rule: [ruleOf(), ruleOf({ scope: 'group', group: byMode('customers', 'list'), days: 7 })],
		};
		const { outputs } = await run({ parameters: { rules } });
		expect(results(outputs[1])[0]).toMatchObject({
			reason: 'invitedRecently',
			rule: { scope: 'group', group: 'customers', days: 7 },
		});
	});

	test('finds the claim of the first try with n8n\'s "Retry On Fail"', async () => {
		let calls = 0;
		const { executeWorkflow } = host.additionalData;
		const failingOnce: typeof executeWorkflow = async (...args) => {
			const response = await executeWorkflow!(...args);
			// The claim was made, but the response was lost.
			if (++calls === 4) throw new Error('connection lost');
			return response;
		};
		const { outputs, error } = await run({
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 0,
			additionalData: { executeWorkflow: failingOnce },
		});
		expect(error).toBeUndefined();
		expect(calls).toBeGreaterThan(4);
		expect(outputs.map((items) => items.length)).toEqual([1, 0]);
		expect(host.events()).toHaveLength(1);
	});
});

describe('an invalid contact', () => {
	const emails = ['anna@example.com', '', undefined, { a: 1 }, '4.9E+11', 'bo@example.com'];

	test('stops the workflow before anything is remembered', async () => {
		const { error, outputs } = await run({ emails });
		expect(error?.message).toContain('The contact is empty [item 1]');
		expect(error?.description).toContain("Check the value of 'Contact'");
		expect(outputs.flat()).toEqual([]);
		expect(host.events()).toEqual([]);
	});

	test('goes to the error output, and the others are decided', async () => {
		const { outputs } = await run({ emails, onError: 'continueErrorOutput' });
		expect(positions(outputs[0])).toEqual([0, 5]);
		expect(outputs[1]).toEqual([]);
		expect(paired(outputs[2])).toEqual([1, 2, 3, 4]);
		expect(outputs[2][0].json).toMatchObject({
			position: 1,
			error: expect.stringContaining('The contact is empty'),
		});
	});

	test('is never output at Allowed, even if the workflow continues on error', async () => {
		const { outputs } = await run({ emails, onError: 'continueRegularOutput' });
		expect(positions(outputs[0])).toEqual([0, 5]);
		expect(positions(outputs[1])).toEqual([1, 2, 3, 4]);
		expect(outputs[1].every(({ json }) => typeof json.error === 'string')).toBe(true);
	});
});

describe('Allowed outputs no one else', () => {
	const settings = ['stopWorkflow', 'continueErrorOutput', 'continueRegularOutput'] as const;

	test.each(settings)('with "Always Output Data" and On Error "%s"', async (onError) => {
		await run();
		const { outputs, hints } = await run({ alwaysOutputData: true, onError });
		expect(outputs[0]).toEqual([]);
		expect(results(outputs[1])).toMatchObject([{ reason: 'invitedRecently' }]);
		expect(hints).toMatchObject([
			{ type: 'warning', message: expect.stringContaining("'Always Output Data' was ignored") },
		]);
	});

	test('and keeps "Always Output Data" in the workflow', async () => {
		await run();
		const hooks = new ExecutionLifecycleHooks('trigger', '1', {} as never);
		let node: INode | undefined;
		hooks.addHandler('workflowExecuteBefore', (workflow) => {
			node = workflow.nodes.Node;
		});
		const { outputs } = await run({ alwaysOutputData: true, additionalData: { hooks } });
		expect([outputs[0], node?.alwaysOutputData]).toEqual([[], true]);
	});

	test('and gives no hint about "Always Output Data" in a tool', async () => {
		const result = await run({ alwaysOutputData: true, type: TOOL });
		expect(hintsIn(result)).not.toContain('Always Output Data');
	});

	test.each(settings)('with an unknown operation and On Error "%s"', async (onError) => {
		const { outputs, error } = await run({ operation: 'reserveContact', onError });
		expect(outputs[0]).toEqual([]);
		if (onError === 'stopWorkflow') expect(error?.message).toContain('"reserveContact"');
	});
});

test('Check decides like Reserve, and stores nothing', async () => {
	const first = await run({ operation: 'check' });
	const second = await run({ operation: 'check' });
	const [result] = results(first.outputs[0]);
	expect(result.status).toBe('allowed');
	expect(result).not.toHaveProperty('reservationId');
	expect(second.outputs[0]).toHaveLength(1);
	expect(host.events()).toEqual([]);
});

describe('the explanation', () => {
	test('says when someone was asked, and when they may be asked again', async () => {
		setClock('2026-03-04T23:30:00Z');
		await run();
		const { outputs } = await run({ timezone: 'Europe/Stockholm' });
		expect(results(outputs[1])[0].explanation).toBe(
			'Asked on 5 March 2026; may be asked again from 4 April 2026',
		);
	});

	test('says "reserved" until it is confirmed', async () => {
		await run({ options: { holdMinutes: 30 } });
		const waiting = await run();
		expect(results(waiting.outputs[1])).toMatchObject([
			{
				reason: 'invitedRecently',
				explanation: expect.stringMatching(/^Reserved on .* not confirmed yet/),
			},
		]);
		expect(waiting.hints[0].message).toContain('1 reserved, not confirmed yet');
		await run({ operation: 'confirm' });
		expect(results((await run()).outputs[1])).toMatchObject([
			{ reason: 'invitedRecently', explanation: expect.stringMatching(/^Asked on /) },
		]);
	});
});

describe('get many', () => {
	const report = async (parameters: IDataObject = {}) => {
		const { outputs, error } = await run({
			operation: 'getMany',
			emails: ['nobody@example.com', 'not read'],
			// A report on all surveys has no contact and no survey.
			parameters: { contact: undefined, surveyId: undefined, ...parameters } as IDataObject,
		});
		if (error) throw new Error(error.message);
		return outputs[0].map(({ json }) => json);
	};

	test('lists each quarantined contact once, with the rule and the end date', async () => {
		await run({ emails: ['anna@example.com', 'bo@example.com'], options: { storeContact: true } });
		const held = await report();
		const contacts = held.map(({ contact }) => contact);
		expect(contacts.sort()).toEqual(['anna@example.com', 'bo@example.com']);
		expect(held[0].quarantine).toEqual({
			status: 'quarantined',
			reason: 'invitedRecently',
			reasons: ['invitedRecently'],
			explanation: expect.stringMatching(/^Asked on .* may be asked again from /),
			rule: { scope: 'survey', after: 'invited', max: 1, days: 30 },
			lastContactAt: expect.any(String),
			eligibleAt: expect.any(String),
			surveyId: 501,
		});
	});

	test('lists only the hash if the contact was not stored', async () => {
		await run();
		const held = await report();
		expect(held).toEqual([
			{ contactHash: expect.any(String), quarantine: expect.objectContaining({ surveyId: 501 }) },
		]);
		expect(JSON.stringify(held)).not.toContain('anna');
	});

	test('leaves out people who may be asked despite earlier events', async () => {
		const rules = { rule: [ruleOf({ scope: 'all', max: 2 })] };
		await run();
		expect(await report({ rules })).toEqual([]);
		await run({ operation: 'lift' });
		expect(await report()).toEqual([]);
	});

	test('applies the limit', async () => {
		await run({ emails: Array.from({ length: 60 }, (_, i) => `p${i}@example.com`) });
		expect(await report({ limit: 2 })).toHaveLength(2);
		expect(await report()).toHaveLength(50);
		expect(await report({ returnAll: true })).toHaveLength(60);
	});

	test('returns an error instead of an empty report if the ledger is unavailable', async () => {
		await run();
		host.deleteTable();
		await expect(report()).rejects.toThrow('is gone');
	});
});

test('a weekly workflow asks every week, even when clocks change', async () => {
	const timezone = 'Europe/Stockholm';
	const rules = { rule: [ruleOf({ days: 7, unit: 'calendarDays' })] };
	// The clocks go forward on 29 March 2026.
	for (const [now, allowed] of [
		['2026-03-23T08:00:07Z', 1],
		['2026-03-29T21:59:59Z', 0],
		['2026-03-30T07:00:01Z', 1],
	] as const) {
		setClock(now);
		expect((await run({ timezone, parameters: { rules } })).outputs[0]).toHaveLength(allowed);
	}
});

describe('refused before anything is stored', () => {
	const calendar = ruleOf({ days: 6.5, unit: 'calendarDays' });
	const ledger = { ledger: 'workflow', ledgerWorkflow: byMode('ledger', 'list') };
	const minutes = "'Hold (Minutes)' isn't a number from 0 to 52560000";
	const days = "'Keep (Days)' isn't a whole number from 0 to 36500";

	test.each<[string, IDataObject[], string]>([
		['no rule', [], 'There are no rules'],
		['a rule that allows nothing', [{ max: 0 }], 'At Most'],
		['a fraction of a contact', [{ max: 1.5 }], "'Rule: At Most' isn't a whole number"],
		['no days', [{ days: 0 }], "Rule isn't valid: at most 1 within 0 days"],
		['days that are not a number', [{ days: 'many' }], 'Days'],
		['half a calendar day', [calendar], '6.5 calendar days'],
		['another unit', [{ ...calendar, unit: 'weeks' }], 'weeks'],
	])('%s', async (_, rule, message) => {
		const { error } = await run({ parameters: { rules: { rule } } });
		expect(error?.message).toContain(message);
		expect(host.events()).toEqual([]);
	});

	test.each<[string, IDataObject, string]>([
		['a fraction of a day in Keep (Days)', { keepDays: 1.5 }, "'Keep (Days)' isn't a whole number"],
		['too many days for a date', { keepDays: 1e12 }, days],
		['the same with a ledger workflow', { keepDays: 1e12, ...ledger }, days],
		['too long a hold for a date', { holdMinutes: 1e12 }, minutes],
		['the same with a ledger workflow', { holdMinutes: 1e12, ...ledger }, minutes],
		['a release without a hold', { releaseOnFailure: true }, "'Release on Failure' releases held"],
	])('%s', async (_, options, message) => {
		const { error } = await run({ options });
		expect(error?.message).toContain(message);
		expect(host.events()).toEqual([]);
	});
});

describe('record and lift', () => {
	const at = '2026-01-15T10:00:00';

	test("a recorded event counts from its date, in the workflow's time zone", async () => {
		const { outputs } = await run({
			operation: 'record',
			parameters: { event: 'responded', at },
			timezone: 'Europe/Stockholm',
		});
		expect(results(outputs[0])).toEqual([{ status: 'recorded', reason: 'recorded' }]);
		expect(host.events()).toMatchObject([
			{ kind: 'responded', at: '2026-01-15T09:00:00.000Z', state: 'final' },
		]);
		const again = await run({ operation: 'record', parameters: { event: 'responded', at } });
		expect(results(again.outputs[0])).toEqual([{ status: 'recorded', reason: 'alreadyRecorded' }]);
	});

	test.each([
		[{}, 60],
		[{ rules: { rule: [ruleOf({ days: 7 }), ruleOf({ days: 90, scope: 'all' })] } }, 120],
		[{ options: { keepDays: 45 } }, 45],
		[{ options: { keepDays: 5 } }, 30],
	])(
		'with %j, an event is kept for %i days',
		async ({ options, ...parameters }: IDataObject, days) => {
			const reserve = async (email: string) => {
				await run({ emails: [email], parameters, options: (options ?? {}) as IDataObject });
				return host.events().length;
			};
			setClock('2026-01-01T12:00:00Z');
			await reserve('anna@example.com');
			jest.setSystemTime(Date.now() + (days - 0.1) * 86_400_000);
			expect(await reserve('bo@example.com')).toBe(2);
			jest.setSystemTime(Date.now() + 1.2 * 86_400_000);
			expect(await reserve('cem@example.com')).toBe(2);
		},
	);

	test.each<[string, IDataObject, IDataObject]>([
		['a rule', { rules: { rule: [ruleOf({ days: '={{ $json.days }}' })] } }, {}],
		['Keep (Days)', {}, { keepDays: '={{ $json.days }}' }],
	])(
		'if the days in %s come from an expression, fewer days do not remove events that more days need',
		async (_, parameters, options) => {
			const reserve = async (email: string, days: number) => {
				const items = [{ email, days }];
				const { error } = await run({ emails: [], items, parameters, options });
				expect(error).toBeUndefined();
			};
			setClock('2026-01-01T12:00:00Z');
			await reserve('anna@example.com', 200);
			const first = expect.objectContaining({ at: '2026-01-01T12:00:00.000Z' });
			const useFewDays = async (months: number) => {
				for (let month = 0; month < months; month++) {
					jest.setSystemTime(Date.now() + 30 * 86_400_000);
					await reserve(`${Date.now()}@example.com`, 7);
				}
			};
			await useFewDays(6);
			expect(host.events()).toContainEqual(first);
			// The lower number applies once no run has used the higher one for that long.
			await useFewDays(3);
			expect(host.events()).not.toContainEqual(first);
		},
	);

	test('without Keep (Days), a recorded event is kept for its age plus 30 days', async () => {
		const recorded = async (date: string) => {
			const parameters = { event: 'invited', at: date };
			return reasons((await run({ operation: 'record', parameters })).outputs[0]);
		};
		setClock('2026-06-01T12:00:00Z');
		expect(await recorded('2026-01-01')).toEqual(['recorded']);
		expect(await recorded('2025-01-01')).toEqual(['tooOld']);
		setClock('2026-06-20T12:00:00Z');
		await run({ emails: ['bo@example.com'], workflowId: 'w2' });
		expect(host.events()).toHaveLength(2);
	});

	test('events older than Keep (Days) are not recorded, and the hint says so', async () => {
		const longAgo = { event: 'invited', at: '={{ $now.minus({ days: $json.position * 20 }) }}' };
		const emails = ['anna@example.com', 'bo@example.com', 'cem@example.com'];
		const { outputs, hints } = await run({
			operation: 'record',
			emails,
			parameters: longAgo,
			options: { keepDays: 30 },
		});
		expect(results(outputs[0])).toEqual([
			{ status: 'recorded', reason: 'recorded' },
			{ status: 'recorded', reason: 'recorded' },
			{ status: 'unchanged', reason: 'tooOld' },
		]);
		expect(hints[0].message).toContain("1 older than 'Keep (Days)'");
		expect(host.events()).toHaveLength(2);
	});

	test.each([
		['that is invalid', '={{ $json.position === 0 ? "soon" : $now }}', "'When' isn't a valid date"],
		[
			'with a five-digit year',
			'={{ $now.plus({ years: $json.position === 0 ? 50000 : 0 }) }}',
			"'When' is in the year 52",
		],
	])('a date %s fails its item, and the other item is recorded', async (_, date, message) => {
		const { outputs } = await run({
			operation: 'record',
			emails: ['anna@example.com', 'bo@example.com'],
			parameters: { event: 'invited', at: date },
			onError: 'continueErrorOutput',
		});
		expect(positions(outputs[0])).toEqual([1]);
		expect(outputs[1][0].json.error).toContain(message);
	});

	test.each<[string, IDataObject, Array<[string, string]>]>([
		[
			'all surveys',
			{},
			[
				['501', ''],
				['777', 'Support'],
			],
		],
		['a group', { optOutFor: 'group', group: byMode('Support', 'name') }, [['777', 'support']]],
		['a survey', { optOutFor: 'survey', surveyId: byMode('777') }, [['777', '']]],
	])('an opt-out from %s counts after ten years, even for the exempt', async (_, of, surveys) => {
		const event = { event: 'optedOut', at: '2016-03-04', surveyId: byMode(''), ...of };
		const record = async () =>
			results(
				(await run({ operation: 'record', parameters: event, options: { keepDays: 30 } }))
					.outputs[0],
			);
		expect(await record()).toEqual([{ status: 'recorded', reason: 'recorded' }]);
		expect(await record()).toEqual([{ status: 'recorded', reason: 'alreadyRecorded' }]);
		const refused = async (surveyId: string, group: string) => {
			const parameters = { surveyId: byMode(surveyId), group: byMode(group, 'name') };
			const { outputs, error } = await run({ parameters, options: { exempt: true } });
			expect(error).toBeUndefined();
			return outputs[1].length === 1;
		};
		const asked = [
			['501', ''],
			['777', ''],
			['777', 'support'],
			['777', 'Other'],
		];
		for (const [survey, group] of asked) {
			const covered =
				surveys.length === 2 ||
				surveys.some(([one, within]) => one === survey && (!within || within === group));
			expect([survey, group, await refused(survey, group)]).toEqual([survey, group, covered]);
		}
	});

	test('lifting one survey says that an opt-out from all surveys remains', async () => {
		await run({ operation: 'record', parameters: { event: 'optedOut' } });
		const lift = async (liftScope: string) =>
			results((await run({ operation: 'lift', parameters: { liftScope } })).outputs[0]);
		const explanation = expect.stringContaining('Still opted out of all surveys');
		expect(await lift('survey')).toEqual([{ status: 'unchanged', events: 0, explanation }]);
		expect(await lift('all')).toEqual([{ status: 'lifted', events: 1 }]);
		expect((await run()).outputs[0]).toHaveLength(1);
	});

	test("an opt-out from a group needs the group's name", async () => {
		const parameters = { event: 'optedOut', optOutFor: 'group', surveyId: byMode('') };
		const { error } = await run({ operation: 'record', parameters });
		expect(error?.message).toContain("'Group' is empty");
	});

	test('an event from an expression can be an opt-out from all surveys', async () => {
		const parameters = { event: '={{ "optedOut" }}', group: byMode('Support', 'name') };
		const { error } = await run({ operation: 'record', parameters });
		expect(error).toBeUndefined();
		const { outputs } = await run({ parameters: { surveyId: byMode('777') } });
		expect(reasons(outputs[1])).toEqual(['optedOut']);
	});

	test('Lift allows the contact again, but only for its survey', async () => {
		await run();
		const liftedFrom = async (parameters: IDataObject) =>
			results((await run({ operation: 'lift', parameters })).outputs[0]);
		const unchanged = { status: 'unchanged', events: 0 };
		const other = { liftScope: 'survey', surveyId: byMode('777') };
		expect(await liftedFrom(other)).toEqual([unchanged]);
		expect(await liftedFrom({})).toEqual([{ status: 'lifted', events: 1 }]);
		expect((await run()).outputs[0]).toHaveLength(1);
	});

	test('Lift refuses an invisible group name, and lifts nothing else instead', async () => {
		await run();
		for (const value of ['', '\u200b', ' \u00a0\u00ad']) {
			const group = byMode(value, 'name');
			const { error } = await run({ operation: 'lift', parameters: { liftScope: 'group', group } });
			expect(error?.message).toContain("'Group' is empty");
		}
		expect((await run()).outputs[1]).toHaveLength(1);
	});
});

test('a history of 130,000 contacts is recorded in one run', async () => {
	const emails = Array.from({ length: 130_000 }, (_, index) => `p${index}@example.com`);
	const { outputs, error } = await run({ operation: 'record', emails });
	expect(error).toBeUndefined();
	expect(outputs[0]).toHaveLength(130_000);
	expect(new Set(reasons(outputs[0]))).toEqual(new Set(['recorded']));
});

describe('the block list', () => {
	test('quarantines blocked people if the node has a credential, and is read once per run', async () => {
		const before = sandbox.calls.length;
		const { outputs, hints } = await run({
			credential: undefined,
			emails: ['Blocked@Example.com', 'anna@example.com', 'blocked+x@example.com'],
		});
		expect(reasons(outputs[1])).toEqual(['blocked']);
		expect(hints[0].message).toContain('1 on the block list');
		expect(positions(outputs[0])).toEqual([1, 2]);
		expect(sandbox.calls.length - before).toBe(1);
	});

	test('is not read without the option or without a credential', async () => {
		const before = sandbox.calls.length;
		const emails = ['blocked@example.com'];
		await run({ credential: undefined, emails, options: { skipBlocked: false } });
		await run({ emails });
		expect(sandbox.calls.length).toBe(before);
	});

	test('allows no one if it cannot be read', async () => {
		sandbox.faults.add({ kind: '400', path: '/accounts/blocklist' });
		const { error } = await run({ credential: undefined });
		const { outputs } = await run({ credential: undefined, onError: 'continueRegularOutput' });
		sandbox.faults.clear();
		expect(error).toBeDefined();
		expect(outputs.map((items) => items.length)).toEqual([0, 1]);
		expect(host.events()).toEqual([]);
	});
});

describe('a run from the editor', () => {
	test('decides, stores nothing, and says so', async () => {
		const { outputs, hints } = await run({ mode: 'manual' });
		expect(results(outputs[0])).toMatchObject([{ status: 'allowed', test: true }]);
		expect(hints[0].message).toContain('Test run: nothing was remembered');
		expect(host.events()).toEqual([]);
		for (const operation of ['confirm', 'release', 'record', 'lift']) {
			const done = await run({ operation, mode: 'manual' });
			expect(results(done.outputs[0])).toEqual([{ status: 'unchanged', reason: 'testRun' }]);
		}
		expect(host.events()).toEqual([]);
	});

	test('changes no rows, not even to keep events longer', async () => {
		await run();
		const before = host.rows(QUARANTINE_TABLE.name);
		const parameters = { rules: { rule: [ruleOf({ days: 300 })] } };
		for (const operation of ['check', 'reserve', 'getMany', 'find', 'forget'])
			expect((await run({ operation, parameters, mode: 'manual' })).error).toBeUndefined();
		expect(host.rows(QUARANTINE_TABLE.name)).toEqual(before);
	});

	test('stores events with "Record in Test Runs"', async () => {
		const { outputs } = await run({ mode: 'manual', options: { recordInTestRuns: true } });
		expect(results(outputs[0])).not.toHaveProperty('0.test');
		expect(host.events()).toHaveLength(1);
	});
});
