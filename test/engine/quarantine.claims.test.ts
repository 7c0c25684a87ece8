import type { IDataObject } from 'n8n-workflow';
import { reasons, results, ruleOf, run, sandbox } from './quarantineRuns';
import { adding, outcomeIn } from './sendoutParameters';

/* How a run recognizes its claims, and how decisions are explained. */

const FUTURE = '2999-03-04T12:00:00Z';

test.each([
	['the same execution that runs again', 1, ['allowed']],
	['another execution with the same ID, after n8n got a new database', 2, ['quarantined']],
])('a claim is recognized by %s: %s', async (_, started, expected) => {
	await run({ execution: '7', started: 1 });
	const { outputs } = await run({ execution: '7', started });
	expect(results(outputs.flat()).map(({ status }) => status)).toEqual(expected);
});

test('on n8n without an execution start, the process recognizes its own claims', async () => {
	await run({ execution: '7', started: null });
	const { outputs } = await run({ execution: '7', started: null });
	expect(reasons(outputs[0])).toEqual([undefined]);
});

test.each(['dataTable', 'workflow'])(
	'a duplicate is reported as such even if an earlier try invited the person (%s)',
	async (ledger) => {
		sandbox.faults.add({ kind: '400', operationId: 'addRespondent', after: 1, times: 1 });
		const { output, error } = await run({
			type: 'n8n-nodes-netigate.netigate',
			credential: undefined,
			emails: ['anna@example.com', 'Anna@example.com', 'bo@example.com'],
			parameters: adding({
				existing: 'add',
				quarantineDays: 30,
				quarantine: { ledger, ledgerWorkflow: { __rl: true, mode: 'id', value: 'ledger' } },
				options: { duplicatesInInput: 'add', batchSize: 1 },
				requestOptions: { maxInFlight: 1 },
			}),
			retryOnFail: true,
			waitBetweenTries: 1,
		});
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => outcomeIn(json))).toEqual(['added', 'duplicateInRun', 'added']);
	},
);

test.each([
	['the rule', { scope: 'group', group: 'NPS' }, '', undefined],
	['the item', { scope: 'group' }, 'NPS', undefined],
	[
		'no one',
		{ scope: 'group' },
		'',
		'A rule counts contacts for a group, but no group is specified',
	],
	['no one, with spaces', { scope: 'group' }, '  ', 'no group is specified'],
])('a rule about a group whose name comes from %s', async (_, rule, group, message) => {
	const parameters = {
		group: { __rl: true, mode: 'name', value: group },
		rules: { rule: [ruleOf(rule)] },
	};
	const { error, outputs } = await run({ parameters: parameters as IDataObject });
	if (message) expect(error?.message).toContain(message);
	else expect(outputs[0]).toHaveLength(1);
});

test.each([
	['invited', 1, 'A contact is recorded for 4 March 2999; may be asked again from 3 April 2999'],
	['responded', 1, 'A contact is recorded for 4 March 2999; may be asked again from 3 April 2999'],
	['invited', 2, 'May be asked: the last contact is planned for 4 March 2999'],
])('a future date (%s, at most %s) is not described as past', async (event, max, explanation) => {
	await run({ operation: 'record', parameters: { event, at: FUTURE } });
	const { outputs } = await run({
		operation: 'check',
		parameters: { rules: { rule: [ruleOf({ after: event, max })] } },
	});
	expect(results(outputs.flat())).toMatchObject([{ explanation }]);
});
