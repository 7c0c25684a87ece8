import type { IDataObject } from 'n8n-workflow';
import { hintsIn, reasons, results, ruleOf, run, setClock, TOOL } from './quarantineRuns';

/* The Check operation with a time per item. */

const NOW = '2026-03-31T12:00:00Z';
const ANNA = 'anna@example.com';
const BO = 'bo@example.com';

const parametersWith = (at: string): IDataObject => ({
	at,
	rules: { rule: [ruleOf()] },
});

/** Checks tickets, each with an address and a date. */
const check = async (tickets: Array<[string, unknown]>, options: IDataObject = {}, more = {}) =>
	await run({
		operation: 'check',
		options,
		parameters: parametersWith('={{ $json.date }}'),
		items: tickets.map(([email, date]) => ({ email, date })) as IDataObject[],
		...more,
	});

beforeEach(() => setClock(NOW));

test('a replay decides by date, outputs items in their order, and ends with a summary', async () => {
	const all = await check(
		[
			[ANNA, '2026-03-20'],
			[BO, '2026-03-02T08:00:00Z'],
			[ANNA, '2026-03-01'],
		],
		{ countThisRun: true },
	);
	const [allowed, quarantined] = all.outputs;
	expect(results(allowed).map(({ status, test }) => ({ status, test }))).toEqual(
		new Array(2).fill({ status: 'allowed', test: true }),
	);
	expect(quarantined).toHaveLength(2);
	expect(results(quarantined)[0]).toMatchObject({
		reason: 'invitedRecently',
		explanation: 'Asked on 1 March 2026; may be asked again from 31 March 2026',
	});
	const explanation = '3 items: 2 would have been asked; 1 asked recently';
	expect(quarantined[1]).toEqual({
		json: {
			quarantine: {
				...{ status: 'summary', explanation, items: 3, allowed: 2 },
				notAsked: { invitedRecently: 1 },
			},
		},
		pairedItem: [],
	});
	expect(hintsIn(all)).toContain(explanation);
});

test("the ledger counts as of each item's time, or not at all if turned off", async () => {
	await run();
	const later = await check([
		[ANNA, '2026-03-30'],
		[ANNA, '2026-04-20'],
		[ANNA, '2026-05-01'],
	]);
	expect(later.outputs.map(reasons)).toEqual([[undefined, undefined], ['invitedRecently']]);
	const [, now] = (await run({ operation: 'check' })).outputs;
	expect(reasons(now)).toEqual(['invitedRecently']);
	const [without] = (await run({ operation: 'check', options: { withoutLedger: true } })).outputs;
	expect(results(without)).toMatchObject([{ status: 'allowed', test: true }]);
});

test('an item without a valid date fails', async () => {
	const all = await check(
		[
			[ANNA, '2026-03-01'],
			[BO, 'soon'],
		],
		{},
		{ onError: 'continueRegularOutput' },
	);
	expect(results(all.outputs[0])).toHaveLength(1);
	expect(all.outputs[1][0].json).toMatchObject({
		contact: BO,
		error: expect.stringContaining("'When' isn't a valid date: \"soon\" [item 1]"),
	});
	const { error } = await check([
		[ANNA, '2026-03-01'],
		[BO, null],
	]);
	expect(error?.message).toContain("'When' is empty");
});

test('a single item is summarized too, and a tool outputs the summary last', async () => {
	const all = await check([[ANNA, '2026-03-01']], { countThisRun: true }, { type: TOOL });
	expect(results(all.outputs[0]).map(({ status }) => status)).toEqual(['allowed', 'summary']);
	expect(results(all.outputs[0])[1].explanation).toBe('1 item: 1 would have been asked');
});
