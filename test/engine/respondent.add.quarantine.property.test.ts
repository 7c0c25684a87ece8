import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { countBy } from '../../nodes/shared/basics/lists';
import { keysIn, unpack } from '../../nodes/shared/tables/wideRows';
import { sampleIds, type Sandbox } from '../sandbox';
import { withSandbox } from '../sandbox/useSandbox';
import { LedgerHost } from './quarantineLedger';
import {
	endFaults,
	expectCleanRun,
	forSequences,
	continuesOnError,
	impatient,
	isInvitable,
	items,
	keyOf,
	mayBeHidden,
	onError,
	patient,
	run,
	settings,
	outcomesByItem,
} from './sequences';
import type { RunResult } from './harness';
import { adding } from './sendoutParameters';
import { troubles } from './troubles';

/*
 * Adding with a quarantine while random faults happen: no one is asked twice within the window, and
 * people who weren't asked aren't quarantined unless their item reports something else.
 */

const sendout = sampleIds.sendouts.postEventEmail;

let sequenceNumber = 0;

/** Matches items and errors that say the ledger doesn't know the outcome. */
const UNSETTLED =
	/"(confirmed|released)":false|Not confirmed in|Still counted as invited|may stay reserved/;

/** Checks that an item or an error, not only a hint, reports reservations that were neither confirmed nor released. */
function expectUnsettledReported(runs: readonly RunResult[]): void {
	const reported = runs.flatMap(({ outputs, error }) => [
		JSON.stringify(outputs),
		error?.description ?? '',
	]);
	expect(reported.join()).toMatch(UNSETTLED);
}

test('asks no one twice within the window, and quarantines only people who were asked, whatever goes wrong', async () => {
	const sequences = fc.record({
		items,
		holdMinutes: fc.constantFrom(0, 60),
		batchSize: fc.constantFrom(1, 2, 100),
		existing: fc.constantFrom('add', 'skip', 'whenAllowed'),
		/** The days and the advanced rule, at least one of which keeps everyone from being asked twice. */
		rules: fc.constantFrom<[number | string, number?]>(
			[30],
			['={{ $itemIndex % 2 ? 30 : 400 }}', 0.000001],
			[0, 30],
			[0.000001, 30],
		),
		ledger: fc.constantFrom('dataTable', 'workflow'),
		troubles: troubles([
			'getBlocklist',
			'getSendout',
			...['addRespondents', 'addRespondents', 'addRespondent', 'addRespondent'],
			'getRespondents',
			'activateSendout',
		]),
		settings,
		onError,
		retryOnFail: fc.boolean(),
		/** The inner calls of the first run that fail. */
		outage: fc.record({
			from: fc.nat({ max: 9 }),
			calls: fc.constantFrom(0, 0, 1, 2, 30),
		}),
		/** Whether another run with the same people starts at the same time. */
		overlap: fc.boolean(),
		/** After n8n got a new database, the second run may have the ID of the first. */
		secondId: fc.constantFrom('first', 'second'),
		/** Whether the same people were invited to a survey with the same ID on another server. */
		elsewhere: fc.boolean(),
	});
	await forSequences(0.2, sequences, async (sequence) => {
		await withSandbox({}, async (sandbox) => {
			const host = new LedgerHost();
			const own = `s${++sequenceNumber}`;
			const [days, rule] = sequence.rules;
			const given = sequence.items;
			sandbox.changeSettings(sequence.settings);
			const before = new Set(sandbox.state.respondents.keys());
			const added = () =>
				countBy(
					[...sandbox.state.respondents.values()].flatMap(({ sendoutId, RespondentId, Email }) =>
						sendoutId === sendout && !before.has(RespondentId) ? [keyOf(Email)] : [],
					),
				);
			const once = async (
				request: IDataObject,
				more: object,
				execution: string,
				server: Sandbox = sandbox,
			) =>
				await run(server, {
					items: given,
					parameters: adding({
						quarantineDays: days,
						quarantine: {
							...(rule ? { rules: { rule: [{ days: rule }] } } : {}),
							holdMinutes: sequence.holdMinutes,
							// Sequences run in parallel and share the locks of the process.
							ledger: sequence.ledger,
							ledgerWorkflow: { __rl: true, mode: 'id', value: 'ledger' },
						},
						existing: sequence.existing,
						options: { batchSize: sequence.batchSize },
						requestOptions: request,
					}),
					workflowId: own,
					hashSecret: `the secret of ${own}`.padEnd(20, '.'),
					additionalData: { executionId: `${own}-${execution}`, ...host.additionalData },
					...more,
				});

			if (sequence.elsewhere) {
				await withSandbox({}, async (other) => {
					await once(patient, { onError: 'continueErrorOutput' }, 'elsewhere', other);
				});
			}
			for (const fault of sequence.troubles) sandbox.faults.add(fault);
			const { from, calls } = sequence.outage;
			const begin = host.calls + from;
			host.before = async () => {
				if (host.calls > begin && host.calls <= begin + calls)
					throw new Error('no data tables here');
			};
			const overlapping = sequence.overlap
				? once(impatient, { onError: 'continueErrorOutput' }, 'overlapping')
				: undefined;
			const first = await once(
				impatient,
				{ onError: sequence.onError, retryOnFail: sequence.retryOnFail },
				'first',
			);
			const runs = [first, ...(overlapping ? [await overlapping] : [])];
			host.before = async () => {};
			for (const one of runs) expectCleanRun(sandbox, one);
			const rows = host.events();
			if (unpack(rows, keysIn(rows)).some(({ state }) => state === 'held'))
				expectUnsettledReported(runs);
			await endFaults(sandbox);
			for (const [contact, count] of added()) expect([contact, count]).toEqual([contact, 1]);

			const second = await once(patient, { onError: 'continueErrorOutput' }, sequence.secondId);
			expectCleanRun(sandbox, second);
			for (const [contact, count] of added()) expect([contact, count]).toEqual([contact, 1]);

			if (!continuesOnError(sequence.onError)) return;
			const perhaps = new Set(
				runs.flatMap(({ outputs }) =>
					outputs.flat().flatMap(({ json, pairedItem }) => {
						const { item } = pairedItem as { item: number };
						const open =
							(json.message as IDataObject | undefined)?.mayBeInvited === true ||
							UNSETTLED.test(JSON.stringify(json));
						return open ? [keyOf(given[item].email)] : [];
					}),
				),
			);
			for (const [index, outcome] of outcomesByItem(second, given).entries())
				if (mayBeHidden(outcome, sequence.settings)) perhaps.add(keyOf(given[index].email));
			const asked = added();
			for (const { email } of given) {
				const key = keyOf(email);
				if (!isInvitable(email) || perhaps.has(key)) continue;
				expect([key, asked.get(key)]).toEqual([key, 1]);
			}
		});
	});
}, 7_200_000);
