import { useSandbox } from '../sandbox/useSandbox';
import { ExecutionLifecycleHooks } from 'n8n-core';
import {
	NodeConnectionTypes,
	type IDataObject,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import { QUARANTINE_TABLE, forgetTable } from '../../nodes/shared/quarantine/ledger/table';
import { forgetLocations } from '../../nodes/shared/tables/tableLocation';
import { NetigateQuarantine } from '../../nodes/NetigateQuarantine/NetigateQuarantine.node';
import { createEngine, type RunRequest, type RunResult } from './harness';
import { LedgerHost } from './quarantineLedger';
import { testSince } from './since';

const TYPE = 'n8n-nodes-netigate.netigateQuarantine';
const MINUTE = 60_000;

const sandbox = useSandbox();
/** As n8n makes a tool of it: one output, for the agent. */
const tool = new NetigateQuarantine();
tool.description.outputs = [NodeConnectionTypes.AiTool];
const engine = createEngine(sandbox, {
	[TYPE]: new NetigateQuarantine(),
	[`${TYPE}Tool`]: tool,
});
let host: LedgerHost;
let executions = 0;

beforeEach(() => {
	host = new LedgerHost();
	forgetTable('w1');
	forgetLocations();
	jest.useRealTimers();
});

interface Ask extends Partial<RunRequest> {
	operation?: string;
	emails?: unknown[];
	options?: IDataObject;
	execution?: string;
}

async function run({
	operation = 'reserve',
	emails = ['anna@example.com'],
	options = {},
	execution,
	parameters = {},
	...more
}: Ask): Promise<RunResult> {
	const deciding = operation === 'reserve' || operation === 'check';
	return await engine.run({
		type: TYPE,
		credential: false,
		outputs: deciding && !more.type ? 2 : 1,
		items: emails.map((email, position) => ({ email, position })) as IDataObject[],
		parameters: {
			operation,
			contact: '={{ $json.email }}',
			surveyId: { __rl: true, mode: 'id', value: '501' },
			options,
			...parameters,
		},
		...more,
		additionalData: {
			executionId: execution ?? `e${++executions}`,
			...host.additionalData,
			...more.additionalData,
		},
	});
}

const told = (items: INodeExecutionData[]) =>
	items.map(({ json }) => (json.quarantine as IDataObject | undefined) ?? {});

const positions = (items: INodeExecutionData[]) => items.map(({ json }) => json.position);

const paired = (items: INodeExecutionData[]) =>
	items.map(({ pairedItem }) => (pairedItem as { item: number }).item);

describe('reserve', () => {
	test('who comes alone is asked about, reserved and settled in one inner workflow', async () => {
		await run({});
		const before = host.calls;
		const { outputs } = await run({ emails: ['bo@example.com'] });
		expect(host.calls - before).toBe(1);
		expect(told(outputs[0])).toMatchObject([{ status: 'allowed' }]);
		// Of whom something is known, or who comes with others, more has to be looked at.
		const again = await run({ emails: ['bo@example.com'] });
		expect(told(again.outputs[1])).toMatchObject([{ reason: 'invitedRecently' }]);
		expect(host.events().map(({ state }) => state)).toEqual(['final', 'final']);
	});

	test("an agent's tool tells of everybody, in order, in its one output", async () => {
		await run({ emails: ['bo@example.com'] });
		const emails = ['bo@example.com', '', 'anna@example.com'];
		const { outputs } = await run({
			type: `${TYPE}Tool`,
			emails,
			onError: 'continueRegularOutput',
		});
		expect(outputs).toHaveLength(1);
		expect(told(outputs[0]).map(({ status }) => status)).toEqual([
			'quarantined',
			undefined,
			'allowed',
		]);
		expect(outputs[0][1].json.error).toEqual(expect.stringContaining('empty'));
		expect((await run({ emails: ['anna@example.com'] })).outputs[1]).toHaveLength(1);
	});

	test('each item leaves at one of two outputs, in order, paired, its own fields kept', async () => {
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
		expect(told(allowed)[0]).toEqual({
			status: 'allowed',
			reason: null,
			explanation: 'May be asked: no earlier contact is known',
			rule: null,
			lastContactAt: null,
			eligibleAt: null,
			surveyId: 501,
			reservationId: expect.any(String),
		});
		expect(told(quarantined).map(({ reason }) => reason)).toEqual([
			'invitedRecently',
			'duplicateInRun',
		]);
		const [{ lastContactAt, eligibleAt, rule }] = told(quarantined);
		expect(rule).toEqual({ scope: 'survey', after: 'invited', max: 1, days: 30 });
		expect(Date.parse(eligibleAt as string) - Date.parse(lastContactAt as string)).toBe(
			30 * 86_400_000,
		);
	});

	test('the hint sums up', async () => {
		await run({ emails: ['bo@example.com'] });
		const { hints } = await run({
			emails: ['anna@example.com', 'bo@example.com', 'anna@example.com', 'cem@example.com'],
		});
		expect(hints.map(({ message }) => message)).toEqual([
			'2 allowed, 2 quarantined (1 invited recently, 1 twice in this run)',
		]);
	});

	test('only a keyed hash of the contact is kept', async () => {
		await run({});
		expect(JSON.stringify(host.rows(QUARANTINE_TABLE.name))).not.toContain('anna');
		expect(host.events()[0].contact).toMatch(/^[\w-]{43}$/);
	});

	test('the contact is kept too when asked to', async () => {
		await run({ options: { storeContact: true } });
		expect(host.events()).toMatchObject([{ address: 'anna@example.com' }]);
	});

	test('plus addresses are one person only when asked to be', async () => {
		const emails = ['anna@example.com', 'anna+shop@example.com'];
		expect((await run({ emails })).outputs.map((items) => items.length)).toEqual([2, 0]);
		const folded = await run({
			emails: ['bo@example.com', 'bo+shop@example.com'],
			options: { foldPlusAddress: true },
		});
		expect(told(folded.outputs[1]).map(({ reason }) => reason)).toEqual(['duplicateInRun']);
	});

	test('who is exempt is allowed, and marked', async () => {
		const options = { exempt: '={{ $json.email.endsWith("@example.org") }}' };
		const emails = ['vip@example.org', 'anna@example.com'];
		await run({ emails, options });
		const { outputs } = await run({ emails, options });
		expect(told(outputs[0]).map(({ reason }) => reason)).toEqual(['exempt']);
		expect(told(outputs[1]).map(({ reason }) => reason)).toEqual(['invitedRecently']);
	});

	test('several rules, groups by name or from the list, all must allow', async () => {
		const group = { __rl: true, mode: 'name', value: 'Customers' };
		await run({ parameters: { surveyId: { __rl: true, mode: 'id', value: '502' }, group } });
		const rules = {
			rule: [
				{ scope: 'survey', after: 'invited', max: 1, days: 30 },
				{
					scope: 'group',
					group: { __rl: true, mode: 'list', value: 'customers' },
					after: 'invited',
					max: 1,
					days: 7,
				},
			],
		};
		const { outputs } = await run({ parameters: { rules } });
		expect(told(outputs[1])[0]).toMatchObject({
			reason: 'invitedRecently',
			rule: { scope: 'group', group: 'customers', days: 7 },
		});
	});

	test('n8n\'s own "Retry On Fail" finds the claim of the first try', async () => {
		let calls = 0;
		const { executeWorkflow } = host.additionalData;
		const failingOnce: typeof executeWorkflow = async (...args) => {
			const answer = await executeWorkflow!(...args);
			// The claim was made, but its answer got lost.
			if (++calls === 4) throw new Error('connection lost');
			return answer;
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

describe('a contact that cannot be read', () => {
	const emails = ['anna@example.com', '', undefined, { a: 1 }, 'x@y@z', 'bo@example.com'];

	test('stops the workflow before anything is remembered', async () => {
		const { error, outputs } = await run({ emails });
		expect(error?.message).toContain('The contact is empty [item 2]');
		expect(error?.description).toContain('Check what the "Contact" field gives');
		expect(outputs.flat()).toEqual([]);
		expect(host.events()).toEqual([]);
	});

	test('leaves at the error output, and the others are decided', async () => {
		const { outputs } = await run({ emails, onError: 'continueErrorOutput' });
		expect(positions(outputs[0])).toEqual([0, 5]);
		expect(outputs[1]).toEqual([]);
		expect(paired(outputs[2])).toEqual([1, 2, 3, 4]);
		expect(outputs[2][0].json).toMatchObject({
			position: 1,
			error: expect.stringContaining('The contact is empty'),
		});
	});

	test('never leaves at Allowed, also when the workflow is to continue', async () => {
		const { outputs } = await run({ emails, onError: 'continueRegularOutput' });
		expect(positions(outputs[0])).toEqual([0, 5]);
		expect(positions(outputs[1])).toEqual([1, 2, 3, 4]);
		expect(outputs[1].every(({ json }) => typeof json.error === 'string')).toBe(true);
	});
});

/** The options by which a ledger of this kind is chosen. */
const keptIn = (kind: string) =>
	kind === 'workflow' ? { ledger: kind, ledgerWorkflow: { value: 'ledger' } } : {};

test.each(['data table', 'workflow'])(
	'stopped while it reserves in a %s, it leaves nobody reserved',
	async (kind) => {
		const options = keptIn(kind);
		await run({ options, emails: ['first@example.com'] });
		let stop = () => {};
		let calls = 0;
		host.before = async () => {
			calls++;
			stop();
		};
		await run({ options, onStart: (cancel) => (stop = cancel) });
		// The node goes on when the execution has ended already.
		for (let seen = -1; seen !== calls; ) {
			seen = calls;
			for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
		}
		host.before = async () => {};
		expect(calls).toBeGreaterThan(1);
		expect(told((await run({ options })).outputs[0])).toMatchObject([{ status: 'allowed' }]);
	},
);

test.each(['data table', 'workflow'])(
	'when its time is up as soon as it has reserved in a %s, it leaves nobody reserved',
	async (kind) => {
		const options = keptIn(kind);
		await run({ options, emails: ['first@example.com'] });
		const before = host.calls;
		await run({ options, emails: ['second@example.com'] });
		let left = host.calls - before;
		let deadline = Infinity;
		let stop = () => {};
		let over = () => {};
		const back = new Promise<void>((resolve) => (over = resolve));
		await run({
			options,
			onStart: (cancel) => (stop = cancel),
			additionalData: {
				executionTimeoutTimestamp: { valueOf: () => deadline } as never,
				executeWorkflow: async (...given) => {
					if (left === 0) over();
					const answer = await host.executeWorkflow(...given);
					if (--left === 0) {
						deadline = 0;
						stop();
					}
					return answer;
				},
			},
		});
		await back;
		for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
		expect(told((await run({ options })).outputs[0])).toMatchObject([{ status: 'allowed' }]);
	},
);

describe('nobody leaves at Allowed who is not allowed', () => {
	const settings = ['stopWorkflow', 'continueErrorOutput', 'continueRegularOutput'] as const;

	test.each(settings)('with "Always Output Data", on error "%s"', async (onError) => {
		await run({});
		const { outputs, hints } = await run({ alwaysOutputData: true, onError });
		expect(outputs[0]).toEqual([]);
		expect(told(outputs[1])).toMatchObject([{ reason: 'invitedRecently' }]);
		expect(hints).toMatchObject([
			{ type: 'warning', message: expect.stringContaining('"Always Output Data"') },
		]);
	});

	test('"Always Output Data" stays as it was set in the workflow', async () => {
		await run({});
		const hooks = new ExecutionLifecycleHooks('trigger', '1', {} as never);
		let node: INode | undefined;
		hooks.addHandler('workflowExecuteBefore', (workflow) => {
			node = workflow.nodes.Node;
		});
		const { outputs } = await run({ alwaysOutputData: true, additionalData: { hooks } });
		expect([outputs[0], node?.alwaysOutputData]).toEqual([[], true]);
	});

	test('"Always Output Data" of an agent is none of its tool', async () => {
		const { hints } = await run({ alwaysOutputData: true, type: `${TYPE}Tool` });
		expect(hints.map(({ message }) => message).join()).not.toContain('Always Output Data');
	});

	test.each(settings)('of an operation that there is not, on error "%s"', async (onError) => {
		const { outputs, error } = await run({ operation: 'reserveContact', onError });
		expect(outputs[0]).toEqual([]);
		if (onError === 'stopWorkflow') expect(error?.message).toContain('"reserveContact"');
	});
});

describe('check', () => {
	test('decides like reserve, and remembers nothing', async () => {
		const first = await run({ operation: 'check' });
		const second = await run({ operation: 'check' });
		expect(told(first.outputs[0])).toMatchObject([{ status: 'allowed', reservationId: null }]);
		expect(second.outputs[0]).toHaveLength(1);
		expect(host.events()).toEqual([]);
	});
});

describe('hold, confirm and release', () => {
	test('held, confirmed elsewhere, quarantined', async () => {
		await run({ options: { holdMinutes: 30 } });
		expect(host.events()).toMatchObject([{ state: 'held' }]);
		const { outputs, hints } = await run({ operation: 'confirm' });
		expect(told(outputs[0])).toEqual([{ status: 'confirmed', reason: 'confirmed' }]);
		expect(hints[0].message).toBe('1 confirmed (1 held before)');
		expect(host.events()).toMatchObject([{ state: 'final' }]);
	});

	test('released, the next is allowed; one that was sent by another execution stays', async () => {
		await run({ execution: 'first', options: { holdMinutes: 30 } });
		const released = await run({ operation: 'release' });
		expect(told(released.outputs[0])).toEqual([{ status: 'released', reason: 'released' }]);
		expect((await run({})).outputs[0]).toHaveLength(1);
		const unchanged = await run({ operation: 'release' });
		expect(told(unchanged.outputs[0])).toEqual([
			{ status: 'unchanged', reason: 'nothingToRelease' },
		]);
		expect((await run({})).outputs[1]).toHaveLength(1);
	});

	const testGivingBack = testSince('2.33', 'telling a node of the end of its execution');

	testGivingBack('given back at the end of the execution when nobody confirmed', async () => {
		await run({ options: { holdMinutes: 30, releaseOnFailure: true } });
		await new Promise((resolve) => setImmediate(resolve));
		expect(host.events()).toEqual([]);
	});

	describe('when the execution ends after a Confirm of it', () => {
		const options = { holdMinutes: 30, releaseOnFailure: true };

		/** Reserves, and gives back how to end the execution. */
		const reserved = async (execution: string) => {
			const hooks = new ExecutionLifecycleHooks('trigger', execution, {} as never);
			const end = hooks.runHook.bind(hooks);
			hooks.runHook = async (name, given) => {
				if (name !== 'workflowExecuteAfter') await end(name, given);
			};
			const { run: ended } = await run({ execution, options, additionalData: { hooks } });
			return async () => await end('workflowExecuteAfter', [ended, {}] as never);
		};

		const confirm = async (execution: string, more: Ask = {}) => {
			host.room = 0;
			await run({ operation: 'confirm', execution, ...more });
			host.room = Infinity;
		};

		testGivingBack('failed, what is held stays: they were invited', async () => {
			const end = await reserved('failed');
			await confirm('failed');
			await end();
			expect(host.events()).toMatchObject([{ state: 'held' }]);
		});

		testGivingBack.each([
			['that went on', { onError: 'continueRegularOutput' as const }],
			['"When Unavailable" let pass', { options: { whenUnavailable: 'allow' } }],
			['of an unreadable contact', { emails: [''] }],
			['of another execution, a sub-workflow', { mode: 'integrated' as const, execution: 'sub' }],
		])('the same for one %s', async (title, more) => {
			const end = await reserved(title);
			await confirm(title, more);
			await end();
			expect(host.events()).toMatchObject([{ state: 'held' }]);
		});

		testGivingBack('given back when only another execution failed', async () => {
			const end = await reserved('mine');
			await confirm('of somebody else');
			await end();
			expect(host.events()).toEqual([]);
		});

		testGivingBack('failed and retried: what is left is given back', async () => {
			const end = await reserved('retried');
			await confirm('retried');
			await run({ operation: 'confirm', execution: 'retried', emails: ['bo@example.com'] });
			await end();
			expect(host.events()).toMatchObject([{ state: 'final' }]);
		});
	});

	testGivingBack('in a sub-workflow, which ends before anybody is invited, it warns', async () => {
		const options = { holdMinutes: 30, releaseOnFailure: true };
		const sub = await run({ mode: 'integrated', options });
		expect(sub.hints.map(({ message }) => message).join()).toContain('This is a sub-workflow');
		const main = await run({ emails: ['bo@example.com'], options });
		expect(main.hints.map(({ message }) => message).join()).not.toContain('sub-workflow');
	});

	test('the hold is in minutes', async () => {
		const before = Date.now();
		await run({ options: { holdMinutes: 30 } });
		const until = Date.parse(String(host.events()[0].until));
		expect(until).toBeGreaterThanOrEqual(before + 30 * MINUTE);
		expect(until).toBeLessThanOrEqual(Date.now() + 30 * MINUTE);
	});

	test('releasing on failure without a hold is refused, since nothing would be held', async () => {
		const { error } = await run({ options: { releaseOnFailure: true } });
		expect(error?.message).toContain('"Release on Failure" gives back held reservations');
		expect(host.events()).toEqual([]);
	});
});

describe('several items of one contact', () => {
	const twice = {
		rules: { rule: [{ scope: 'survey', after: 'invited', max: 2, days: 30 }] },
	};
	const emails = ['anna@example.com', 'anna@example.com'];
	const step = async (operation: string, item: INodeExecutionData) =>
		told((await run({ operation, items: [item.json] })).outputs[0]);

	test('one confirmed and one released: what was sent stays, what was not is free', async () => {
		const options = { holdMinutes: 30 };
		const [sent, failed] = (await run({ emails, options, parameters: twice })).outputs[0];
		expect(await step('confirm', { json: sent.json })).toEqual([
			{ status: 'confirmed', reason: 'confirmed' },
		]);
		expect(await step('release', { json: sent.json })).toEqual([
			{ status: 'unchanged', reason: 'nothingToRelease' },
		]);
		expect(await step('release', { json: failed.json })).toEqual([
			{ status: 'released', reason: 'released' },
		]);
		expect(host.events()).toMatchObject([{ state: 'final' }]);
	});

	test('the ID decides, whichever is released first', async () => {
		const [first, second] = (await run({ emails, options: { holdMinutes: 30 }, parameters: twice }))
			.outputs[0];
		await step('release', { json: first.json });
		expect(await step('release', { json: first.json })).toMatchObject([
			{ reason: 'nothingToRelease' },
		]);
		expect(await step('confirm', { json: second.json })).toMatchObject([{ reason: 'confirmed' }]);
	});
});

describe('an item reserved for one survey, then for another', () => {
	const forSurvey = (value: string) => ({ surveyId: { __rl: true, mode: 'id', value } });
	const reservedTwice = async () => {
		const options = { holdMinutes: 30 };
		const first = (await run({ options, parameters: forSurvey('501') })).outputs[0];
		const items = first.map(({ json }) => json);
		return (await run({ items, options, parameters: forSurvey('502') })).outputs[0];
	};
	const step = async (operation: string, items: INodeExecutionData[], survey: string) =>
		(
			await run({
				operation,
				items: items.map(({ json }) => json),
				parameters: forSurvey(survey),
			})
		).outputs[0];
	const states = () => host.events().map(({ survey, state }) => [survey, state]);

	test('each is confirmed for its own', async () => {
		const items = await reservedTwice();
		expect(told(await step('confirm', items, '501'))).toMatchObject([{ reason: 'confirmed' }]);
		expect(states()).toEqual([
			['501', 'final'],
			['502', 'held'],
		]);
		expect(told(await step('confirm', items, '502'))).toMatchObject([{ reason: 'confirmed' }]);
		expect(states()).toEqual([
			['501', 'final'],
			['502', 'final'],
		]);
	});

	test('each is given back for its own', async () => {
		const items = await reservedTwice();
		expect(told(await step('release', items, '501'))).toMatchObject([{ reason: 'released' }]);
		expect(states()).toEqual([['502', 'held']]);
		expect(told(await step('release', items, '502'))).toMatchObject([{ reason: 'released' }]);
		expect(states()).toEqual([]);
	});
});

describe('the sentence beside the reason', () => {
	test('says when somebody was asked, and from when they may be asked again', async () => {
		jest.useFakeTimers({
			now: Date.parse('2026-03-04T23:30:00Z'),
			doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'setInterval'],
		});
		await run({});
		const { outputs } = await run({ timezone: 'Europe/Stockholm' });
		expect(told(outputs[1])[0].explanation).toBe(
			'Asked on 5 March 2026; may be asked again from 4 April 2026',
		);
	});

	test('says "reserved" until it is confirmed', async () => {
		await run({ options: { holdMinutes: 30 } });
		const waiting = await run({});
		expect(told(waiting.outputs[1])).toMatchObject([
			{
				reason: 'invitedRecently',
				explanation: expect.stringMatching(/^Reserved on .* not confirmed yet/),
			},
		]);
		expect(waiting.hints[0].message).toContain('1 reserved, not confirmed yet');
		await run({ operation: 'confirm' });
		expect(told((await run({})).outputs[1])).toMatchObject([
			{ reason: 'invitedRecently', explanation: expect.stringMatching(/^Asked on /) },
		]);
	});
});

describe('get many', () => {
	const report = async (parameters: IDataObject = {}) => {
		const { outputs, error } = await run({
			operation: 'getMany',
			emails: ['nobody@example.com', 'not read'],
			// As a report on all surveys it has neither contact nor survey.
			parameters: { contact: undefined, surveyId: undefined, ...parameters } as IDataObject,
		});
		if (error) throw new Error(error.message);
		return outputs[0].map(({ json }) => json);
	};

	test('tells who is kept back, by which rule and until when, each once', async () => {
		await run({ emails: ['anna@example.com', 'bo@example.com'], options: { storeContact: true } });
		const held = await report();
		expect(held.map(({ contact }) => contact).sort()).toEqual([
			'anna@example.com',
			'bo@example.com',
		]);
		expect(held[0].quarantine).toEqual({
			status: 'quarantined',
			reason: 'invitedRecently',
			explanation: expect.stringMatching(/^Asked on .* may be asked again from /),
			rule: { scope: 'survey', after: 'invited', max: 1, days: 30 },
			lastContactAt: expect.any(String),
			eligibleAt: expect.any(String),
			surveyId: 501,
			reservationId: null,
		});
	});

	test('tells no address where none was stored', async () => {
		await run({});
		const held = await report();
		expect(held).toMatchObject([{ contact: null, contactHash: expect.any(String) }]);
		expect(JSON.stringify(held)).not.toContain('anna');
	});

	test('leaves out who may be asked, whatever the past', async () => {
		const rules = { rule: [{ scope: 'all', after: 'invited', max: 2, days: 30 }] };
		await run({});
		expect(await report({ rules })).toEqual([]);
		await run({ operation: 'lift' });
		expect(await report()).toEqual([]);
	});

	test('gives as many as are asked for', async () => {
		await run({ emails: Array.from({ length: 60 }, (_, i) => `p${i}@example.com`) });
		expect(await report({ limit: 2 })).toHaveLength(2);
		expect(await report()).toHaveLength(50);
		expect(await report({ returnAll: true })).toHaveLength(60);
	});

	test('a ledger that cannot be used is an error, not an empty report', async () => {
		await run({});
		host.deleteTable();
		await expect(report()).rejects.toThrow('is gone');
	});
});

describe('days of the calendar', () => {
	const weekly = {
		rules: { rule: [{ scope: 'survey', after: 'invited', max: 1, days: 7, unit: 'calendarDays' }] },
	};

	test('a weekly workflow asks every week, also when clocks change', async () => {
		const timezone = 'Europe/Stockholm';
		// The clocks go forward on 29 March 2026.
		for (const [now, allowed] of [
			['2026-03-23T08:00:07Z', 1],
			['2026-03-29T21:59:59Z', 0],
			['2026-03-30T07:00:01Z', 1],
		] as const) {
			jest.useFakeTimers({
				now: Date.parse(now),
				doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'setInterval'],
			});
			expect((await run({ timezone, parameters: weekly })).outputs[0]).toHaveLength(allowed);
		}
	});

	test('are whole days, and no other unit is taken', async () => {
		const rule = { scope: 'survey', after: 'invited', max: 1, days: 6.5, unit: 'calendarDays' };
		const half = await run({ parameters: { rules: { rule: [rule] } } });
		expect(half.error?.message).toContain('6.5 days of the calendar');
		const other = await run({ parameters: { rules: { rule: [{ ...rule, unit: 'weeks' }] } } });
		expect(other.error?.message).toContain('weeks');
		expect(host.events()).toEqual([]);
	});
});

test('Keep Days are whole days', async () => {
	const { error } = await run({ options: { keepDays: 1.5 } });
	expect(error?.message).toContain('"Keep Days" is not a whole number');
	expect(host.events()).toEqual([]);
});

test.each([
	['keepDays', '"Keep Days" is not a whole number from 1 to 36500'],
	['holdMinutes', '"Hold Minutes" is not a number from 0 to 52560000'],
])('%s that no date can hold are refused by name', async (name, message) => {
	for (const ledger of ['dataTable', 'workflow']) {
		const ledgerWorkflow = { __rl: true, mode: 'list', value: 'ledger' };
		const { error } = await run({ options: { [name]: 1e12, ledger, ledgerWorkflow } });
		expect(error?.message).toContain(message);
	}
	expect(host.events()).toEqual([]);
});

describe('record and lift', () => {
	const at = '2026-01-15T10:00:00';

	test('what happened elsewhere counts from its date, in the time zone of the workflow', async () => {
		const { outputs } = await run({
			operation: 'record',
			parameters: { event: 'responded', at },
			timezone: 'Europe/Stockholm',
		});
		expect(told(outputs[0])).toEqual([{ status: 'recorded', reason: 'recorded' }]);
		expect(host.events()).toMatchObject([
			{ kind: 'responded', at: '2026-01-15T09:00:00.000Z', state: 'final' },
		]);
		const again = await run({ operation: 'record', parameters: { event: 'responded', at } });
		expect(told(again.outputs[0])).toEqual([{ status: 'recorded', reason: 'alreadyRecorded' }]);
	});

	test('what is older than Keep Days is not recorded, and said', async () => {
		const longAgo = { event: 'invited', at: '={{ $now.minus({ days: $json.position * 20 }) }}' };
		const emails = ['anna@example.com', 'bo@example.com', 'cem@example.com'];
		const { outputs, hints } = await run({
			operation: 'record',
			emails,
			parameters: longAgo,
			options: { keepDays: 30 },
		});
		expect(told(outputs[0])).toEqual([
			{ status: 'recorded', reason: 'recorded' },
			{ status: 'recorded', reason: 'recorded' },
			{ status: 'unchanged', reason: 'tooOld' },
		]);
		expect(hints[0].message).toContain('1 older than Keep Days');
		expect(host.events()).toHaveLength(2);
	});

	test('a date that is none fails that item', async () => {
		const { outputs } = await run({
			operation: 'record',
			emails: ['anna@example.com', 'bo@example.com'],
			parameters: { event: 'invited', at: '={{ $json.position === 0 ? "soon" : $now }}' },
			onError: 'continueErrorOutput',
		});
		expect(positions(outputs[0])).toEqual([1]);
		expect(outputs[1][0].json.error).toContain('"When" is no date');
	});

	test('a date of a year with five digits fails that item, and the others are remembered', async () => {
		const seconds = '={{ $now.plus({ years: $json.position === 0 ? 50000 : 0 }) }}';
		const { outputs } = await run({
			operation: 'record',
			emails: ['anna@example.com', 'bo@example.com'],
			parameters: { event: 'invited', at: seconds },
			onError: 'continueErrorOutput',
		});
		expect(positions(outputs[0])).toEqual([1]);
		expect(outputs[1][0].json.error).toContain('"When" is in the year 52');
	});

	test('lifted, the next is allowed', async () => {
		await run({});
		const { outputs } = await run({ operation: 'lift' });
		expect(told(outputs[0])).toEqual([{ status: 'lifted', reason: null, events: 1 }]);
		expect((await run({})).outputs[0]).toHaveLength(1);
	});

	test('lifted for a group whose name nobody sees is refused, and lifts no survey without a group', async () => {
		await run({});
		for (const value of ['', '\u200b', ' \u00a0\u00ad']) {
			const group = { __rl: true, mode: 'name', value };
			const { error } = await run({ operation: 'lift', parameters: { liftScope: 'group', group } });
			expect(error?.message).toContain('"Group" is empty');
		}
		expect((await run({})).outputs[1]).toHaveLength(1);
	});

	test('lifted for another survey only, nothing changes', async () => {
		await run({});
		const { outputs } = await run({
			operation: 'lift',
			parameters: { liftScope: 'survey', surveyId: { __rl: true, mode: 'id', value: '777' } },
		});
		expect(told(outputs[0])).toEqual([{ status: 'unchanged', reason: null, events: 0 }]);
		expect((await run({})).outputs[1]).toHaveLength(1);
	});
});

test('a history of 130,000 contacts is recorded in one run', async () => {
	const emails = Array.from({ length: 130_000 }, (_, index) => `p${index}@example.com`);
	const { outputs, error } = await run({ operation: 'record', emails });
	expect(error).toBeUndefined();
	expect(outputs[0]).toHaveLength(130_000);
	expect(new Set(told(outputs[0]).map(({ reason }) => reason))).toEqual(new Set(['recorded']));
});

describe('the block list', () => {
	test('with a credential, who is blocked is quarantined; read once per run', async () => {
		const before = sandbox.calls.length;
		const { outputs } = await run({
			credential: undefined,
			emails: ['Blocked@Example.com', 'anna@example.com', 'blocked+x@example.com'],
		});
		expect(told(outputs[1]).map(({ reason }) => reason)).toEqual(['blocked']);
		expect(positions(outputs[0])).toEqual([1, 2]);
		expect(sandbox.calls.length - before).toBe(1);
	});

	test('without the option or without a credential it is not read', async () => {
		const before = sandbox.calls.length;
		const emails = ['blocked@example.com'];
		await run({ credential: undefined, emails, options: { skipBlocked: false } });
		await run({ emails });
		expect(sandbox.calls.length).toBe(before);
	});

	test('when it cannot be read, nobody is allowed', async () => {
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
	test('decides, remembers nothing, and says so', async () => {
		const { outputs, hints } = await run({ mode: 'manual' });
		expect(outputs[0]).toHaveLength(1);
		expect(hints[0].message).toContain('Test run: nothing was remembered');
		expect(host.events()).toEqual([]);
		for (const operation of ['confirm', 'release', 'record', 'lift']) {
			const done = await run({ operation, mode: 'manual' });
			expect(told(done.outputs[0])).toEqual([{ status: 'unchanged', reason: 'testRun' }]);
		}
		expect(host.events()).toEqual([]);
	});

	test('remembers when asked to', async () => {
		await run({ mode: 'manual', options: { recordInTestRuns: true } });
		expect(host.events()).toHaveLength(1);
	});
});

describe('a ledger that cannot be used', () => {
	const gone = 'The data table "netigate_quarantine" is gone';

	test('stops with what happened and what to do; the next run starts anew', async () => {
		await run({});
		host.deleteTable();
		const { error, outputs } = await run({});
		expect(error?.message).toContain(gone);
		expect(error?.description).toContain('run the workflow again');
		expect(outputs.flat()).toEqual([]);
		expect((await run({})).error).toBeUndefined();
	});

	test('a retry of the execution that found it gone stops too, and allows nobody', async () => {
		await run({});
		host.deleteTable();
		await run({ execution: 'tried twice' });
		await run({});
		const { error, outputs } = await run({ execution: 'tried twice' });
		expect(error?.message).toContain(gone);
		expect(outputs.flat()).toEqual([]);
	});

	test('lets pass where the user chose that, marked, with a warning', async () => {
		await run({});
		host.deleteTable();
		const { outputs, hints } = await run({ options: { whenUnavailable: 'allow' } });
		expect(told(outputs[0])).toMatchObject([{ status: 'allowed', reason: 'ledgerUnavailable' }]);
		expect(hints[0]).toMatchObject({ type: 'warning' });
		expect(hints[0].message).toContain(gone);
	});

	test('even then keeps back who is twice in the run, or blocked', async () => {
		await run({});
		host.deleteTable();
		const { outputs } = await run({
			emails: ['anna@example.com', 'Anna@example.com', 'blocked@example.com'],
			options: { whenUnavailable: 'allow' },
			credential: undefined,
		});
		expect(outputs.map(told)).toMatchObject([
			[{ status: 'allowed', reason: 'ledgerUnavailable' }],
			[
				{ status: 'quarantined', reason: 'duplicateInRun' },
				{ status: 'quarantined', reason: 'blocked' },
			],
		]);
	});

	test.each(['continueErrorOutput', 'continueRegularOutput'] as const)(
		'with On Error "%s", nobody leaves at Allowed',
		async (onError) => {
			await run({});
			host.deleteTable();
			const { outputs } = await run({ emails: ['bo@example.com', 'cem@example.com'], onError });
			expect(outputs[0]).toEqual([]);
			expect(outputs.at(-1)!.map(({ json }) => json.error)).toEqual([
				expect.stringContaining(gone),
				expect.stringContaining(gone),
			]);
		},
	);

	test('of another key: nobody is taken for new', async () => {
		await run({});
		const { error } = await run({ options: { hashSecret: 'another' } });
		expect(error?.message).toContain('written with another hash key');
		expect(error?.description).toContain('Hash Secret');
	});

	test('with a row that somebody changed by hand', async () => {
		await run({});
		host.tables.get(QUARANTINE_TABLE.name)!.add({ ...host.events()[0], kind: 'something' });
		const { error } = await run({});
		expect(error?.message).toContain('cannot be read');
	});

	test('when there is no room, old events are removed and it is tried again', async () => {
		const old = { event: 'invited', at: '2020-01-01' };
		await run({ operation: 'record', parameters: old, options: { keepDays: 5000 } });
		expect(host.events()).toHaveLength(1);
		host.failures.push(new Error('Data table size limit exceeded: 50MB used'));
		const { error, hints } = await run({ emails: ['bo@example.com'] });
		expect(error).toBeUndefined();
		expect(host.events()).toMatchObject([{ state: 'final', kind: 'invited' }]);
		expect(hints.map(({ message }) => message).join()).toContain('tables of this n8n were full');
		const next = await run({ emails: ['cem@example.com'] });
		expect(next.hints.map(({ message }) => message).join()).not.toContain('full');
	});

	test.each([0, 1, 2, 3])(
		'with no room at step %d of a confirmation, old events are removed and it is confirmed all the same',
		async (before) => {
			const old = { event: 'invited', at: '2020-01-01' };
			await run({ operation: 'record', parameters: old, options: { keepDays: 5000 } });
			await run({ emails: ['bo@example.com'], options: { holdMinutes: 30 } });
			const steps = Array.from({ length: before }, () => undefined);
			host.failures.push(...steps, new Error('Data table size limit exceeded: 200MB used'));
			const { outputs, error } = await run({ operation: 'confirm', emails: ['bo@example.com'] });
			expect(error).toBeUndefined();
			expect(told(outputs[0])).toEqual([{ status: 'confirmed', reason: 'confirmed' }]);
			expect(host.events()).toMatchObject([{ state: 'final', kind: 'invited' }]);
		},
	);

	test('where nothing can be removed either, it says what helps, and who was held stays held', async () => {
		await run({ options: { holdMinutes: 30 } });
		host.room = 0;
		const { error } = await run({ operation: 'confirm' });
		expect(error?.message).toContain('no room left');
		expect(error?.description).toContain('N8N_DATA_TABLES_MAX_SIZE_BYTES');
		expect(host.events()).toMatchObject([{ state: 'held' }]);
	});

	test('rows that shift while they are read are read again', async () => {
		await run({ operation: 'check' });
		host.failures.push(
			new Error('synchronization error: result count changed during pagination'),
			new Error('synchronization error: result count changed during pagination'),
		);
		const { error } = await run({ operation: 'check' });
		expect(error).toBeUndefined();
	});
});

describe('a ledger workflow', () => {
	const ledger = {
		ledger: 'workflow',
		ledgerWorkflow: { __rl: true, mode: 'list', value: 'ledger' },
	};

	test('decides and remembers like the data table', async () => {
		const emails = ['anna@example.com', 'bo@example.com', 'anna@example.com'];
		const { outputs } = await run({ emails, options: ledger });
		expect(positions(outputs[0])).toEqual([0, 1]);
		const again = await run({ emails, options: ledger });
		expect(told(again.outputs[1]).map(({ reason }) => reason)).toEqual([
			'invitedRecently',
			'invitedRecently',
			'invitedRecently',
		]);
		expect(host.events()).toEqual([]);
	});

	test('not chosen: said before anything happens', async () => {
		const { error } = await run({ options: { ledger: 'workflow' } });
		expect(error?.message).toContain('"Ledger Workflow" is empty');
	});

	test('that is not there', async () => {
		const options = { ...ledger, ledgerWorkflow: { __rl: true, mode: 'id', value: 'none' } };
		const { error } = await run({ options });
		expect(error?.message).toContain('The ledger workflow is not there');
	});

	test('tells who is held, too', async () => {
		await run({ options: { ...ledger, storeContact: true } });
		const { outputs } = await run({ operation: 'getMany', options: ledger });
		expect(outputs[0].map(({ json }) => json.contact)).toEqual(['anna@example.com']);
	});

	test('written with another key is told apart', async () => {
		host.nonsense = [{ ...sound, key: 'f00d' }];
		const { error, outputs } = await run({ options: ledger });
		expect(error?.message).toContain('written with another hash key (f00d)');
		expect(error?.description).toContain('Hash Secret');
		expect(outputs.flat()).toEqual([]);
	});

	const sound = { contract: 1, key: 'f00d', keepDays: 0, read: 1, written: 0, records: [] };
	const record = { contact: 'c', version: 0, events: [] };

	test.each<[string, IDataObject[]]>([
		['nothing', []],
		['an item of something else', [{ ok: true }]],
		['another version of the contract', [{ ...sound, contract: 2 }]],
		['an answer without a key', [{ ...sound, key: null }]],
		['a key that no node has', [{ ...sound, key: '[object Object]' }]],
		['one contact too few', [{ ...sound, read: 0 }]],
		['one contact too many', [{ ...sound, read: 2 }]],
		['no count of contacts', [{ ...sound, read: undefined }]],
		['no days', [{ ...sound, keepDays: '400' }]],
		['no records', [{ ...sound, records: undefined }]],
		['somebody else', [{ ...sound, records: [record] }]],
		['a version that is a text', [{ ...sound, records: [{ ...record, version: '1' }] }]],
		['no list of events', [{ ...sound, records: [{ ...record, events: 'none' }] }]],
		['an event of another shape', [{ ...sound, records: [{ ...record, events: [{ at: 0 }] }] }]],
	])('that answers with %s is an error, never an invitation', async (_, answer) => {
		host.nonsense = answer;
		const { error, outputs } = await run({ options: ledger });
		expect(error?.message).toContain('The ledger workflow answered with');
		expect(outputs.flat()).toEqual([]);
		const allowing = await run({ options: { ...ledger, whenUnavailable: 'allow' } });
		expect(told(allowing.outputs[0])).toMatchObject([{ reason: 'ledgerUnavailable' }]);
	});
});

describe('rules that cannot be kept', () => {
	test.each([
		['none at all', { rule: [] }, 'There is no rule'],
		['no contact allowed', { rule: [{ max: 0 }] }, 'At Most'],
		['half a contact', { rule: [{ max: 1.5 }] }, '"Rule: At Most" is not a whole number'],
		['no days', { rule: [{ days: 0 }] }, 'cannot be kept'],
		['days that are no number', { rule: [{ days: 'many' }] }, 'Days'],
	])('%s', async (_, rules, message) => {
		const { error } = await run({ parameters: { rules } });
		expect(error?.message).toContain(message);
		expect(host.events()).toEqual([]);
	});
});
