import { ExecutionLifecycleHooks } from 'n8n-core';
import type { INodeExecutionData } from 'n8n-workflow';
import {
	byMode,
	hintsIn,
	host,
	reasons,
	results,
	ruleOf,
	run,
	type QuarantineRequest,
} from './quarantineRuns';
import { testSince } from './since';

/* How reservations are held, confirmed and released. */

const MINUTE = 60_000;
const hold = { holdMinutes: 30 };
const releasing = { ...hold, releaseOnFailure: true };

describe('hold, confirm and release', () => {
	test('Confirm in another execution confirms a held reservation', async () => {
		await run({ options: hold });
		expect(host.events()).toMatchObject([{ state: 'held' }]);
		const { outputs, hints } = await run({ operation: 'confirm' });
		expect(results(outputs[0])).toEqual([{ status: 'confirmed', reason: 'confirmed' }]);
		expect(hints[0].message).toBe('1 confirmed (1 held before)');
		expect(host.events()).toMatchObject([{ state: 'final' }]);
	});

	test('Release allows the contact again, but keeps a final reservation of another execution', async () => {
		await run({ execution: 'first', options: hold });
		const released = await run({ operation: 'release' });
		expect(results(released.outputs[0])).toEqual([{ status: 'released', reason: 'released' }]);
		expect((await run()).outputs[0]).toHaveLength(1);
		const unchanged = await run({ operation: 'release' });
		expect(results(unchanged.outputs[0])).toEqual([
			{ status: 'unchanged', reason: 'nothingToRelease' },
		]);
		expect((await run()).outputs[1]).toHaveLength(1);
	});

	test('Hold is in minutes', async () => {
		const before = Date.now();
		await run({ options: hold });
		const until = Date.parse(String(host.events()[0].until));
		expect(until).toBeGreaterThanOrEqual(before + 30 * MINUTE);
		expect(until).toBeLessThanOrEqual(Date.now() + 30 * MINUTE);
	});
});

describe('Release on Failure', () => {
	const testReleasing = testSince('2.33', 'telling a node that its execution ended');

	testReleasing('releases at the end of the execution if nothing was confirmed', async () => {
		await run({ options: releasing });
		await new Promise((resolve) => setImmediate(resolve));
		expect(host.events()).toEqual([]);
	});

	/** Reserves, and returns how to end the execution. */
	const reserved = async (execution: string) => {
		const hooks = new ExecutionLifecycleHooks('trigger', execution, {} as never);
		const end = hooks.runHook.bind(hooks);
		hooks.runHook = async (name, given) => {
			if (name !== 'workflowExecuteAfter') await end(name, given);
		};
		const { run: ended } = await run({ execution, options: releasing, additionalData: { hooks } });
		return async () => await end('workflowExecuteAfter', [ended, {}] as never);
	};

	const failConfirm = async (execution: string, more: QuarantineRequest = {}) => {
		host.capacity = 0;
		await run({ operation: 'confirm', execution, ...more });
		host.capacity = Infinity;
	};

	testReleasing.each<[string, QuarantineRequest]>([
		['', {}],
		['that continued on error', { onError: 'continueRegularOutput' }],
		['that "When Unavailable" ignored', { options: { whenUnavailable: 'allow' } }],
		['for an invalid contact', { emails: [''] }],
		['in a sub-workflow', { mode: 'integrated', execution: 'sub' }],
	])(
		'keeps the hold after a failed Confirm %s, because people were invited',
		async (title, more) => {
			const end = await reserved(title);
			await failConfirm(title, more);
			await end();
			expect(host.events()).toMatchObject([{ state: 'held' }]);
		},
	);

	testReleasing('releases if only another execution failed', async () => {
		const end = await reserved('mine');
		await failConfirm('another');
		await end();
		expect(host.events()).toEqual([]);
	});

	testReleasing('releases the rest after a failed Confirm was retried', async () => {
		const end = await reserved('retried');
		await failConfirm('retried');
		await run({ operation: 'confirm', execution: 'retried', emails: ['bo@example.com'] });
		await end();
		expect(host.events()).toMatchObject([{ state: 'final' }]);
	});

	testReleasing('warns in a sub-workflow, which ends before anyone is invited', async () => {
		const sub = await run({ mode: 'integrated', options: releasing });
		expect(hintsIn(sub)).toContain("In a sub-workflow, 'Release on Failure' releases");
		const main = await run({ emails: ['bo@example.com'], options: releasing });
		expect(hintsIn(main)).not.toContain('sub-workflow');
	});
});

describe('several items with the same contact', () => {
	const reserveTwice = async () => {
		const emails = ['anna@example.com', 'anna@example.com'];
		const parameters = { rules: { rule: [ruleOf({ max: 2 })] } };
		return (await run({ emails, options: hold, parameters })).outputs[0];
	};
	const step = async (operation: string, { json }: INodeExecutionData) =>
		results((await run({ operation, items: [json] })).outputs[0]);

	test('are confirmed and released separately', async () => {
		const [sent, failed] = await reserveTwice();
		expect(await step('confirm', sent)).toEqual([{ status: 'confirmed', reason: 'confirmed' }]);
		expect(await step('release', sent)).toEqual([
			{ status: 'unchanged', reason: 'nothingToRelease' },
		]);
		expect(await step('release', failed)).toEqual([{ status: 'released', reason: 'released' }]);
		expect(host.events()).toMatchObject([{ state: 'final' }]);
	});

	test('are matched by ID, in any order', async () => {
		const [first, second] = await reserveTwice();
		await step('release', first);
		expect(await step('release', first)).toMatchObject([{ reason: 'nothingToRelease' }]);
		expect(await step('confirm', second)).toMatchObject([{ reason: 'confirmed' }]);
	});
});

test.each([
	['confirm', 'confirmed', [['501', 'final']]],
	['release', 'released', []],
])(
	'for an item reserved for two surveys, each reservation is %sed for its own survey',
	async (operation, reason, done) => {
		const forSurvey = (survey: string) => ({ surveyId: byMode(survey) });
		const jsonOf = (items: INodeExecutionData[]) => items.map(({ json }) => json);
		const step = async (items: INodeExecutionData[], survey: string) =>
			(await run({ operation, items: jsonOf(items), parameters: forSurvey(survey) })).outputs[0];
		const states = () => host.events().map(({ survey, state }) => [survey, state]);

		const first = (await run({ options: hold, parameters: forSurvey('501') })).outputs[0];
		const items = (await run({ items: jsonOf(first), options: hold, parameters: forSurvey('502') }))
			.outputs[0];
		expect(reasons(await step(items, '501'))).toEqual([reason]);
		expect(states()).toEqual([...done, ['502', 'held']]);
		expect(reasons(await step(items, '502'))).toEqual([reason]);
		expect(states()).toEqual([...done, ...done.map(([, state]) => ['502', state])]);
	},
);

test.each(['', null, undefined, 7, {}])(
	'an item whose reservation ID was changed to %j uses any reservation for the contact',
	async (reservationId) => {
		const items = [{ email: 'anna@example.com', quarantine: { reservationId, surveyId: 501 } }];
		for (const [operation, reason] of [
			['release', 'released'],
			['confirm', 'confirmed'],
		]) {
			await run({ options: hold });
			expect(reasons((await run({ operation, items })).outputs[0])).toEqual([reason]);
		}
	},
);

test.each([
	['reserve', 'allowed', 'Someone may be asked twice', '1 reserved, not confirmed yet'],
	['confirm', 'unchanged', 'Nothing was recorded', '1 confirmed'],
])(
	'if "When Unavailable" is set to allow, %s says what was not done',
	async (operation, status, note, summary) => {
		await run({ options: hold });
		host.failures.push(new Error('The database is locked'));
		const failed = await run({ operation, options: { whenUnavailable: 'allow' } });
		expect(results(failed.outputs[0])).toMatchObject([{ status }]);
		expect(hintsIn(failed)).toContain(note);
		expect(hintsIn(await run({ operation }))).toContain(summary);
	},
);

describe.each([
	['a data table', {}],
	['a workflow', { ledger: 'workflow', ledgerWorkflow: { value: 'ledger' } }],
])('a run stopped while it reserves in %s leaves no one reserved', (_, options) => {
	const turns = async (count: number) => {
		for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
	};

	test('at any step', async () => {
		await run({ options, emails: ['first@example.com'] });
		let stop = () => {};
		let calls = 0;
		host.before = async () => {
			calls++;
			stop();
		};
		await run({ options, onStart: (cancel) => (stop = cancel) });
		// The node continues after the execution has ended.
		for (let seen = -1; seen !== calls; ) {
			seen = calls;
			await turns(20);
		}
		host.before = async () => {};
		expect(calls).toBeGreaterThan(1);
		expect(results((await run({ options })).outputs[0])).toMatchObject([{ status: 'allowed' }]);
	});

	test('if it times out right after reserving', async () => {
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
					const response = await host.executeWorkflow(...given);
					if (--left === 0) {
						deadline = 0;
						stop();
					}
					return response;
				},
			},
		});
		await back;
		await turns(100);
		expect(results((await run({ options })).outputs[0])).toMatchObject([{ status: 'allowed' }]);
	});

	test('even if the ledger fails once when the reservations are removed', async () => {
		await run({ options, emails: ['first@example.com'] });
		const before = host.calls;
		await run({ options, emails: ['second@example.com'] });
		let left = host.calls - before;
		let stop = () => {};
		let over = () => {};
		const again = new Promise<void>((resolve) => (over = resolve));
		await run({
			options,
			onStart: (cancel) => (stop = cancel),
			additionalData: {
				executeWorkflow: async (...given) => {
					if (left === 0) {
						setTimeout(over, 200);
						left--;
						throw new Error('The database is busy');
					}
					const response = await host.executeWorkflow(...given);
					if (--left === 0) stop();
					return response;
				},
			},
		});
		await again;
		await turns(100);
		expect(results((await run({ options })).outputs[0])).toMatchObject([{ status: 'allowed' }]);
	});
});
