import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { countBy } from '../../nodes/shared/basics/lists';
import { sampleIds, type Sandbox } from '../sandbox';
import { withSandbox } from '../sandbox/useSandbox';
import { LedgerHost } from './quarantineLedger';
import {
	calmDown,
	expectDecent,
	forSequences,
	goesOn,
	impatient,
	isInvitable,
	items,
	keyOf,
	onError,
	patient,
	run,
	settings,
} from './sequences';
import { adding } from './sendoutParameters';
import { troubles } from './troubles';

/*
 * Adding with settings under "Quarantine" while random faults happen: no one is asked twice within the window, and
 * people who weren't asked aren't quarantined unless their item reports something else.
 */

const sendout = sampleIds.sendouts.postEventEmail;

let sequenceNumber = 0;

test('whatever goes wrong: nobody twice within the window, nobody kept back who was not asked', async () => {
	const sequences = fc.record({
		items,
		holdMinutes: fc.constantFrom(0, 60),
		batchSize: fc.constantFrom(1, 2, 100),
		existing: fc.constantFrom('add', 'skip', 'whenAllowed'),
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
		/** Whether the same people were invited to a survey with the same ID on another server. */
		elsewhere: fc.boolean(),
	});
	await forSequences(0.2, sequences, async (sequence) => {
		await withSandbox({}, async (sandbox) => {
			const host = new LedgerHost();
			const own = `s${++sequenceNumber}`;
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
						quarantine: {
							holdMinutes: sequence.holdMinutes,
							// Sequences run in parallel and share the locks of the process.
							hashSecret: own,
							ledger: sequence.ledger,
							ledgerWorkflow: { __rl: true, mode: 'id', value: 'ledger' },
						},
						existing: sequence.existing,
						options: { batchSize: sequence.batchSize },
						requestOptions: request,
					}),
					workflowId: own,
					additionalData: { executionId: `${own}-${execution}`, ...host.additionalData },
					...more,
				});

			if (sequence.elsewhere) {
				await withSandbox({}, async (other) => {
					await once(patient, { onError: 'continueErrorOutput' }, 'elsewhere', other);
				});
			}
			for (const fault of sequence.troubles) sandbox.faults.add(fault);
			const first = await once(
				impatient,
				{ onError: sequence.onError, retryOnFail: sequence.retryOnFail },
				'first',
			);
			expectDecent(sandbox, first);
			await calmDown(sandbox);
			for (const [contact, count] of added()) expect([contact, count]).toEqual([contact, 1]);

			const second = await once(patient, { onError: 'continueErrorOutput' }, 'second');
			expectDecent(sandbox, second);
			for (const [contact, count] of added()) expect([contact, count]).toEqual([contact, 1]);

			if (!goesOn(sequence.onError)) return;
			const perhaps = new Set(
				first.outputs.flat().flatMap(({ json, pairedItem }) => {
					const { item } = pairedItem as { item: number };
					const open = (json.message as IDataObject | undefined)?.mayBeInvited === true;
					return open ? [keyOf(given[item].email)] : [];
				}),
			);
			const asked = added();
			for (const { email } of given) {
				const key = keyOf(email);
				if (!isInvitable(email) || perhaps.has(key)) continue;
				expect([key, asked.get(key)]).toEqual([key, 1]);
			}
		});
	});
}, 7_200_000);
