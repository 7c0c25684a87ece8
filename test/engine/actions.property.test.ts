import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { countBy } from '../../nodes/shared/basics/lists';
import { callsOf as rowsOf } from '../../nodes/Netigate/action';
import { type Sandbox, sampleIds } from '../sandbox';
import { withSandbox } from '../sandbox/useSandbox';
import { actions, caseOf, itemOf, operations, parametersOf, tried } from './actions/run';
import { DataTables } from './dataTables';
import type { RunResult } from './harness';
import { syncing } from './sendoutParameters';
import {
	endFaults,
	expectCleanRun,
	forSequences,
	continuesOnError,
	impatient,
	onError,
	patient,
	run,
	settings,
} from './sequences';
import { troubles } from './troubles';

/*
 * Runs every action while random faults happen and responses have odd forms. The run must report what the
 * sandbox contains in the end.
 */

/** Enough for ten thousand sequences on a busy machine. */
const LONG = 7_200_000;

/** All the calls that an action may make. */
function operationsOfAction(key: string): string[] {
	const rows = new Set(rowsOf(actions[key]));
	return operations.filter((one) => rows.has(one['x-call'])).map((one) => one.operationId);
}

/** Lists the names in the account, per action that creates them. Comparing before and after shows what it made. */
const holdings: Record<string, (sandbox: Sandbox) => string[]> = {
	'sendout.create': ({ state }) => [...state.sendouts.values()].map(({ primary }) => primary.Name),
	'reminder.create': ({ state }) =>
		[...state.sendouts.values()].flatMap(({ reminders }) => reminders.map(({ Name }) => Name)),
	'backgroundData.create': ({ state }) => state.labels.map(({ Name }) => Name),
	'category.create': ({ state }) => [...state.categories.values()].map(({ Name }) => Name),
	'survey.copy': ({ state }) => [...state.surveys.values()].map(({ Name }) => Name),
	'respondentList.addRow': ({ state }) => [...state.rows.values()].map(({ contact }) => contact),
};

/** Matches errors that say the request may have been done. */
const LEAVES_OPEN =
	/Look (for|in|at)|couldn't determine|whether|may (have been|be) (done|created|added)/i;

/** How each item ended: done, failed for sure, or perhaps done. */
function endsOf(result: RunResult): Map<number, 'done' | 'failed' | 'open'> {
	const ends = new Map<number, 'done' | 'failed' | 'open'>();
	for (const output of result.outputs.flat()) {
		const { json } = output;
		const text = JSON.stringify(json);
		const end = json.error === undefined ? 'done' : LEAVES_OPEN.test(text) ? 'open' : 'failed';
		ends.set(itemOf(output), end);
	}
	return ends;
}

const nameOf = (item: IDataObject): string => String(item.name ?? item.email);

test(
	'creates nothing twice or unreported, and shows no program internals, whatever Netigate returns',
	async () => {
		const sequences = fc.constantFrom(...tried).chain((key) =>
			fc.record({
				key: fc.constant(key),
				count: fc.integer({ min: 1, max: 3 }),
				troubles: troubles(operationsOfAction(key)),
				settings,
				onError,
				retryOnFail: fc.boolean(),
			}),
		);
		await forSequences(0.3, sequences, async (sequence) => {
			await withSandbox({}, async (sandbox) => {
				const { key } = sequence;
				const { items, setup } = caseOf(key);
				setup?.(sandbox);
				sandbox.changeSettings(sequence.settings);
				const given = items.slice(0, sequence.count);
				const holds = holdings[key] ?? (() => []);
				const before = countBy(holds(sandbox));
				for (const fault of sequence.troubles) sandbox.faults.add(fault);
				const result = await run(sandbox, {
					items: given,
					parameters: parametersOf(key, { requestOptions: impatient }),
					onError: sequence.onError,
					retryOnFail: sequence.retryOnFail,
				});
				expectCleanRun(sandbox, result);
				if (continuesOnError(sequence.onError)) expect(result.error).toBeUndefined();
				await endFaults(sandbox);
				if (!holdings[key]) return;
				const ends = endsOf(result);
				const after = countBy(holds(sandbox));
				for (const [index, item] of given.entries()) {
					const made = (after.get(nameOf(item)) ?? 0) - (before.get(nameOf(item)) ?? 0);
					expect([nameOf(item), made <= 1]).toEqual([nameOf(item), true]);
					const end = ends.get(index);
					if (end === 'done') expect([nameOf(item), made]).toEqual([nameOf(item), 1]);
					if (end === 'failed')
						expect([nameOf(item), made, result]).toEqual([nameOf(item), 0, result]);
				}
			});
		});
	},
	LONG,
);

describe('activating a sendout', () => {
	test(
		'reports success only if it is active, and failure only if it is not',
		async () => {
			const sequences = fc.record({
				troubles: troubles(['activateSendout', 'activateSendout', 'getSendout', 'getSendouts']),
				settings,
				retryOnFail: fc.boolean(),
			});
			await forSequences(0.05, sequences, async (sequence) => {
				await withSandbox({}, async (sandbox) => {
					sandbox.changeSettings(sequence.settings);
					const { items } = caseOf('sendout.activate');
					for (const fault of sequence.troubles) sandbox.faults.add(fault);
					const result = await run(sandbox, {
						items: [items[0]],
						parameters: parametersOf('sendout.activate', { requestOptions: impatient }),
						onError: 'continueRegularOutput',
						retryOnFail: sequence.retryOnFail,
					});
					expectCleanRun(sandbox, result);
					await endFaults(sandbox);
					const { survey, sendout } = items[0] as { survey: number; sendout: number };
					const { Activated } = sandbox.state.sendout(survey, sendout).primary;
					const end = endsOf(result).get(0);
					if (end === 'done') expect(Activated).toBe(true);
					if (end === 'failed') expect(Activated).toBe(false);
				});
			});
		},
		LONG,
	);
});

describe('syncing a respondent list', () => {
	const list = sampleIds.documents.members;
	const city = String(sampleIds.documentLabels.firstName + 10);

	const parameters = (requestOptions: IDataObject) =>
		syncing({
			cells: { mappingMode: 'defineBelow', value: { [city]: '={{ $json.city }}' } },
			options: { firstRun: 'add' },
			requestOptions,
		});

	const sequences = fc.record({
		people: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1, maxLength: 6 }),
		cities: fc.tuple(fc.constantFrom('Lund', 'Kiel'), fc.constantFrom('Lund', 'Kiel', 'Oslo')),
		troubles: troubles([
			'getBgDocument',
			'getBgDocumentLabels',
			'addRow',
			'addRow',
			'editCells',
			'getCells',
		]),
		settings,
		onError,
		retryOnFail: fc.boolean(),
	});

	test(
		'adds no row twice, and reports exactly the rows that exist, whatever goes wrong',
		async () =>
			await forSequences(0.1, sequences, async (sequence) => {
				await withSandbox({}, async (sandbox) => {
					const tables = new DataTables();
					sandbox.changeSettings(sequence.settings);
					const itemsFor = (town: string) =>
						sequence.people.map((index) => ({ email: `p${index}@example.com`, city: town }));
					const rows = () =>
						countBy(
							[...sandbox.state.rows.values()].flatMap(({ contact, documentId }) =>
								documentId === list && /^p\d/.test(contact) ? [contact] : [],
							),
						);
					const sync = async (town: string, request: IDataObject, mode: string, retry: boolean) =>
						await run(sandbox, {
							items: itemsFor(town),
							parameters: parameters(request),
							onError: mode as 'stopWorkflow',
							retryOnFail: retry,
							additionalData: { executeWorkflow: tables.executeWorkflow },
						});
					for (const fault of sequence.troubles) sandbox.faults.add(fault);
					const first = await sync(
						sequence.cities[0],
						impatient,
						sequence.onError,
						sequence.retryOnFail,
					);
					expectCleanRun(sandbox, first);
					await endFaults(sandbox);
					for (const [contact, count] of rows()) expect([contact, count]).toEqual([contact, 1]);
					for (const { json, pairedItem } of first.outputs.flat()) {
						const { item } = pairedItem as { item?: number };
						if (item === undefined) continue;
						const { email } = itemsFor('')[item];
						if (json.status === 'unknown') continue;
						if (json.error === undefined) expect([...rows().keys()]).toContain(email);
						else if (!LEAVES_OPEN.test(JSON.stringify(json)))
							expect([...rows().keys()]).not.toContain(email);
					}
					const second = await sync(sequence.cities[1], patient, 'continueErrorOutput', false);
					expectCleanRun(sandbox, second);
					for (const [contact, count] of rows()) expect([contact, count]).toEqual([contact, 1]);
					for (const { json, pairedItem } of second.outputs.flat()) {
						const { item } = pairedItem as { item?: number };
						// Contacts that may be in the list already are reported as unknown, and not added again.
						if (item === undefined || json.error !== undefined || json.status === 'unknown')
							continue;
						expect([...rows().keys()]).toContain(itemsFor('')[item].email);
					}
				});
			}),
		LONG,
	);
});
