import fc from 'fast-check';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { countBy } from '../../nodes/shared/basics/lists';
import { sampleIds, type Fault, type FaultKind, type Sandbox } from '../sandbox';
import { withSandbox } from '../sandbox/useSandbox';
import { DataTables } from './dataTables';
import type { RunRequest } from './harness';
import {
	byMode,
	host,
	newLedgers,
	run as reserve,
	sandbox,
	type QuarantineRequest,
} from './quarantineRuns';
import { endFaults, expectCleanRun, forSequences, itemsInError, onError, run } from './sequences';
import { adding, launching, locator, syncing } from './sendoutParameters';

/*
 * Runs one node over several sendouts, surveys or lists with an outage in between: some calls in a row fail, within
 * one try or across two. In the end, no one may be added twice, and no one may be missing without a report.
 */

const { surveys, sendouts, documents } = sampleIds;

interface Target {
	/** The sendouts, surveys or lists. Each item names one. */
	places: Array<{ place: number; survey?: number }>;
	parameters: IDataObject;
	/** Additional parameters of the second run. */
	again: IDataObject;
	/** Everyone in a place as `place email`, including duplicates. */
	there: (sandbox: Sandbox) => string[];
}

const place = locator('={{ $json.place }}');

const targets: Record<string, Target> = {
	'respondent.add': {
		places: [
			{ place: sendouts.postEventEmail, survey: surveys.postEvent },
			{ place: sendouts.supportEmail, survey: surveys.support },
			{ place: sendouts.trainerEmail, survey: surveys.trainer },
		],
		parameters: adding({
			...{ surveyId: locator('={{ $json.survey }}'), sendoutId: place, existing: 'add' },
			options: { skipBlocked: false },
		}),
		again: { existing: 'skip' },
		there: ({ state }) =>
			[...state.respondents.values()].map(({ sendoutId, Email }) => `${sendoutId} ${Email}`),
	},
	'sendout.launch': {
		places: [surveys.postEvent, surveys.support, surveys.trainer].map((id) => ({ place: id })),
		parameters: launching({
			...{ surveyId: place, mode: 'onePerItem', name: '=Launched {{ $json.email }}' },
			options: { skipBlocked: false },
		}),
		again: { options: { existing: 'skip', skipBlocked: false } },
		there: ({ state }) =>
			[...state.sendouts.values()].flatMap(({ primary, surveyId, respondentIds }) =>
				primary.Activated
					? respondentIds.map((id) => `${surveyId} ${state.respondents.get(id)!.Email}`)
					: [],
			),
	},
	'respondentList.sync': {
		places: Object.values(documents).map((id) => ({ place: id })),
		parameters: syncing({ listId: place, options: { firstRun: 'add' } }),
		again: {},
		there: ({ state }) =>
			[...state.rows.values()].map(({ documentId, contact }) => `${documentId} ${contact}`),
	},
};

/** Enough for ten thousand sequences on a busy machine. */
const LONG = 7_200_000;

/** An outage does the most harm if the same items are retried. */
const mode = fc.record({
	onError: fc.oneof(fc.constant('stopWorkflow' as const), onError),
	retryOnFail: fc.constantFrom(true, true, true, false),
});

const kind = fc.constantFrom<FaultKind>(
	'400',
	'500',
	'503',
	'503',
	'html',
	'dropBefore',
	'dropAfter',
);

/** Either several failing calls in a row, or one failing write and one failing read that the retry may need. */
const outage = fc.oneof(
	fc
		.record({ kind, after: fc.nat({ max: 16 }), times: fc.integer({ min: 1, max: 5 }) })
		.map((one): Fault[] => [one]),
	fc.tuple(kind, fc.nat({ max: 4 }), fc.nat({ max: 7 })).map(([how, write, read]): Fault[] => [
		{ kind: how, method: 'POST', after: write, times: 1 },
		{ kind: how, method: 'GET', after: read, times: 1 },
	]),
);

const sequences = fc.record({
	/** The place of each person. */
	people: fc.array(fc.nat({ max: 2 }), { minLength: 2, maxLength: 6 }),
	outage,
	maxInFlight: fc.constantFrom(1, 1, 4),
	mode,
});

const itemOf = ({ pairedItem }: INodeExecutionData) => (pairedItem as { item: number }).item;

let workflows = 0;

test.each(Object.entries(targets))(
	'%s: adds no one twice, and reports everyone who is missing',
	async (_, target) => {
		await forSequences(
			0.2,
			sequences,
			async ({ people, outage: faults, maxInFlight, mode: how }) => {
				await withSandbox({}, async (sandbox) => {
					const { executeWorkflow } = new DataTables();
					const workflowId = `outage ${++workflows}`;
					const items = people.map((at, index) => ({
						email: `p${index}@example.com`,
						...target.places[at],
					}));
					const keys = items.map((item) => `${item.place} ${item.email}`);
					// A failing call isn't repeated, so the outage lasts for this number of calls.
					const requestOptions = { settleSeconds: 0.01, retryForSeconds: 0, maxInFlight };

					async function once(more: IDataObject, request: Partial<RunRequest>) {
						const parameters = { ...target.parameters, requestOptions, ...more };
						const additionalData = { executeWorkflow };
						const result = await run(sandbox, {
							...{ items, parameters, additionalData, workflowId },
							...request,
						});
						expectCleanRun(sandbox, result);
						await endFaults(sandbox);
						const there = countBy(target.there(sandbox).filter((key) => / p\d@/.test(key)));
						for (const [key, count] of there) expect([key, count]).toEqual([key, 1]);
						const invited = countBy(
							sandbox.state.invitations.map(({ respondentId }) => respondentId),
						);
						expect(Math.max(0, ...invited.values())).toBeLessThanOrEqual(1);
						return { ...result, there, outcomes: result.outputs.flat() };
					}

					for (const fault of faults) sandbox.faults.add(fault);
					const first = await once({}, how);
					if (first.error) {
						const named = itemsInError(first.error).map((index) => keys[index]);
						for (const key of first.there.keys()) expect(named).toContain(key);
					} else expect(first.outcomes.map(itemOf).sort()).toEqual([...items.keys()]);
					for (const item of first.outcomes) {
						const key = keys[itemOf(item)];
						if (/"mayBeInvited":true|Couldn't confirm|unknown/.test(JSON.stringify(item.json)))
							continue;
						expect([key, first.there.has(key)]).toEqual([key, item.json.error === undefined]);
					}

					const second = await once(target.again, { onError: 'continueErrorOutput' });
					for (const item of second.outcomes) {
						const key = keys[itemOf(item)];
						// Lists can't be read, so people who may be in one are reported as unknown and not added again.
						if (item.json.status === 'unknown') continue;
						expect([key, item.json.error, second.there.has(key)]).toEqual([key, undefined, true]);
					}
				});
			},
		);
	},
	LONG,
);

test(
	'the quarantine: allows no one twice, and reports everyone',
	async () => {
		const outages = fc.record({
			people: fc.array(fc.nat({ max: 2 }), { minLength: 2, maxLength: 6 }),
			after: fc.nat({ max: 8 }),
			times: fc.integer({ min: 1, max: 4 }),
			blocklistFails: fc.boolean(),
			ledger: fc.constantFrom('dataTable', 'workflow'),
			mode,
		});
		await fc.assert(
			fc.asyncProperty(
				outages,
				async ({ people, after, times, blocklistFails, ledger, mode: how }) => {
					newLedgers();
					sandbox.faults.clear();
					const items = people.map((at, index) => ({
						email: `p${index}@example.com`,
						survey: 501 + at,
					}));
					const once = async (request: QuarantineRequest) => {
						const result = await reserve({
							items,
							credential: undefined,
							parameters: { surveyId: byMode('={{ $json.survey }}') },
							options: { ledger, ledgerWorkflow: byMode('ledger') },
							...request,
						});
						const outcomes = result.outputs.flat();
						if (!result.error) expect(outcomes.map(itemOf).sort()).toEqual([...items.keys()]);
						return { ...result, outcomes, allowed: result.outputs[0].map(itemOf) };
					};
					const broken = new Error('The database is gone');
					host.failures.push(...Array<undefined>(after), ...Array<Error>(times).fill(broken));
					if (blocklistFails) sandbox.faults.add({ kind: '400', times: 1 });
					const first = await once({ maxTries: 2, waitBetweenTries: 1, ...how });
					host.failures.length = 0;
					sandbox.faults.clear();
					const second = await once({ onError: 'continueErrorOutput' });
					for (const index of items.keys()) {
						const count = [first, second].filter(({ allowed }) => allowed.includes(index)).length;
						// If another call fails as well, what should be released may stay reserved.
						expect([index, count]).toEqual([index, times > 1 ? Math.min(count, 1) : 1]);
					}
				},
			),
			{ numRuns: 200 },
		);
	},
	LONG,
);
