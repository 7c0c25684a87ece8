import type { IDataObject } from 'n8n-workflow';
import { useSandbox } from '../sandbox/useSandbox';
import { NetigateQuarantine } from '../../nodes/NetigateQuarantine/NetigateQuarantine.node.js';
import { createEngine, type RunRequest } from './harness';
import { expectExplained } from './sequences';
import { adding, launching, locator } from './sendoutParameters';

const sandbox = useSandbox();
const engine = createEngine(sandbox, { 'test.quarantine': new NetigateQuarantine() });

const requestOptions = { settleSeconds: 0.02, retryForSeconds: 0 };

const ACTIONS = {
	add: (more: IDataObject = {}) => adding({ requestOptions, ...more }),
	launch: (more: IDataObject = {}) => launching({ requestOptions, mode: 'oneForAll', ...more }),
};

/** Fields in an item that look like the node's output. */
const MISLEADING: IDataObject = {
	...{ status: 'added', reason: 'invited', explanation: 'All is well', contact: 'x@example.com' },
	...{ error: 'no', mayBeInvited: true, activated: true, SurveyURL: 'https://example.com/x' },
	...{ message: { mayBeInvited: true, contact: 'x@example.com' }, item: { status: 'added' } },
};

const PEOPLE = [
	{ email: 'anna@example.com', firstName: 'Anna' },
	{ email: 'ANNA@example.com', firstName: 'Anna' },
	{ email: 'blocked@example.com', firstName: 'Bo' },
	{ email: 'nobody', firstName: 'Cleo' },
].map((person) => ({ ...MISLEADING, ...person }));

const STATUSES = { add: 'added', launch: 'launched' };

describe.each(['add', 'launch'] as const)('%s', (action) => {
	const run = async (more: IDataObject, rest: Partial<RunRequest>) => {
		const result = await engine.run({ items: PEOPLE, parameters: ACTIONS[action](more), ...rest });
		expect(result.error).toBeUndefined();
		return result;
	};

	test.each<[string, IDataObject, Partial<RunRequest>, string[]]>([
		['the error output', {}, { onError: 'continueErrorOutput' }, [STATUSES[action], 'failed']],
		['one output', {}, { onError: 'continueRegularOutput' }, [STATUSES[action], 'failed']],
		['a preview', { preview: true }, {}, ['wouldAdd', 'refused']],
		[
			'a preview with the error output',
			{ preview: true },
			{ onError: 'continueErrorOutput' },
			['wouldAdd', 'failed'],
		],
	])('each item names the person and the reason: %s', async (_, more, rest, [done, failed]) => {
		const { outputs } = await run(more, rest);
		const items = outputs.flat().map(({ json }) => json);
		const [anna, again, blocked, nobody] = items;
		expect(items.map(({ status, contact, reason }) => [status, contact, reason])).toEqual([
			[done, 'anna@example.com', 'invited'],
			['skipped', 'anna@example.com', 'duplicateInInput'],
			['skipped', 'blocked@example.com', 'blocked'],
			[failed, 'nobody', 'invalidContact'],
		]);
		for (const json of items) expectExplained(json);
		expect(again.explanation).toBe(
			"Item 0 has the same contact, so this person isn't invited twice",
		);
		expect(blocked.explanation).toBe(
			"This contact is on Netigate's block list, so no invitation is sent",
		);
		expect(nobody.explanation).toBe(
			'"nobody" isn\'t a valid email address: it has no @. Check the email address.',
		);
		for (const [index, json] of items.entries()) {
			const { email, firstName } = PEOPLE[index];
			expect(json).toMatchObject({ email, firstName });
			// The item's own values appear only in `item`.
			expect(json.mayBeInvited).toBeUndefined();
			expect(json.activated).toBeUndefined();
			expect((json.message as IDataObject | undefined)?.mayBeInvited).toBeUndefined();
			expect(json.item).toMatchObject({ explanation: 'All is well', mayBeInvited: true });
			if (json !== anna) expect(json.SurveyURL).toBeUndefined();
			if (json !== nobody) expect(json.error).toBeUndefined();
		}
		if (failed === 'failed') {
			expect(nobody.error).toMatch(/^"nobody" isn't .* \[item 3\]\. Check/);
			expect(nobody.message).toEqual({ contact: 'nobody' });
		}
	});

	test('failed items leave through the error output, paired with their input', async () => {
		const { output, errorOutput, run: done } = await run({}, { onError: 'continueErrorOutput' });
		expect([output.length, errorOutput.length]).toEqual([3, 1]);
		const [item] = done.data.resultData.runData.Node[0].data!.main[1]!;
		expect(item).toMatchObject({ pairedItem: { item: 3 } });
		// n8n stores the run as JSON.
		const stored = JSON.parse(JSON.stringify(item)) as { json: IDataObject };
		expect(stored.json).toMatchObject({ status: 'failed', contact: 'nobody' });
		expect(stored.json).not.toHaveProperty('mayBeInvited');
	});

	test.each(['continueErrorOutput', 'continueRegularOutput'] as const)(
		'reports someone who may have been invited: %s',
		async (onError) => {
			sandbox.faults.add({ operationId: 'activateSendout', kind: 'html' });
			const { outputs } = await run({}, { onError, items: [{ email: 'anna@example.com' }] });
			const [{ json }] = outputs.flat();
			expect(json).toMatchObject({
				...{ status: 'failed', contact: 'anna@example.com', reason: 'unknown' },
				...{ mayBeInvited: true, email: 'anna@example.com' },
				message: { contact: 'anna@example.com', mayBeInvited: true },
			});
			expectExplained(json);
		},
	);

	test.each<[string, IDataObject, string, RegExp]>([
		['without an invitation', { sendInvitation: false }, 'linkOnly', /send the personal link/],
		...(action === 'add'
			? ([
					[
						'not activated',
						{ options: { activate: false } },
						'notActivated',
						/until the sendout is activated/,
					],
				] as Array<[string, IDataObject, string, RegExp]>)
			: []),
	])('%s', async (_, more, reason, explanation) => {
		const { output } = await run(more, { items: [{ email: 'anna@example.com' }] });
		expect(output[0].json).toMatchObject({
			reason,
			explanation: expect.stringMatching(explanation),
		});
	});
});

const circular: IDataObject = {};
circular.message = circular;

const UNWRITABLE: Array<[string, IDataObject]> = [
	['a large integer', { contact: 10n as never }],
	['an object that contains itself', circular],
	[
		'a field named __proto__',
		JSON.parse('{ "__proto__": { "mayBeInvited": true } }') as IDataObject,
	],
];

test.each(UNWRITABLE)('an item with %s keeps its outcome', async (_, fields) => {
	const items = ['anna@example.com', 'nobody'].map((email) => ({ ...fields, email }));
	const parameters = ACTIONS.add();
	const { output, errorOutput } = await engine.run({
		...{ items, parameters, onError: 'continueErrorOutput' },
	});
	expect(output.map(({ json }) => [json.email, json.reason])).toEqual([
		['anna@example.com', 'invited'],
	]);
	expect(errorOutput.map(({ json }) => [json.email, json.reason])).toEqual([
		['nobody', 'invalidContact'],
	]);
	expect([output, errorOutput].flat().map(({ json }) => json.mayBeInvited)).toEqual([
		undefined,
		undefined,
	]);
});

test('an error says nothing about a quarantine that is only a field of an item', async () => {
	sandbox.changeSettings({ refusedContacts: ['bo@example.com'] });
	const items = ['anna@example.com', 'bo@example.com'].map((email) => ({
		...{ email, quarantine: { confirmed: false, released: false } },
	}));
	const { error } = await engine.run({
		items,
		parameters: ACTIONS.add({ options: { batchSize: 1 } }),
	});
	expect(error?.description).toMatch(/Already completed: item 0\.$/);
});

test('an error names people whom a Quarantine node reserved but who were not sent', async () => {
	const quarantine = { status: 'allowed', reservationId: 'r1' };
	const people: IDataObject[] = ['anna', 'bo', 'cem'].map((name) => ({
		...{ email: `${name}@example.com`, quarantine },
	}));
	people[2].quarantine = null;
	const reserved =
		"Reserved by a Quarantine node, so still counted as invited unless they're released";
	const none = await engine.run({
		...{ items: people, onError: 'continueErrorOutput' },
		parameters: ACTIONS.add({ sendoutId: locator('={{ "x" }}') }),
	});
	expect(none.error?.description).toContain(`${reserved}: items 0 to 1. No one was invited.`);
	sandbox.changeSettings({ refusedContacts: ['bo@example.com'] });
	const { error } = await engine.run({
		items: people,
		parameters: ACTIONS.add({ options: { batchSize: 1 }, requestOptions: { maxInFlight: 1 } }),
	});
	expect(error?.description).toContain(`Already completed: item 0. ${reserved}: item 1.`);
});

test('an item without a source reaches the error output with everything in `message`', async () => {
	const { error, run } = await engine.run({
		parameters: ACTIONS.add(),
		onError: 'continueErrorOutput',
		alone: true,
	});
	expect(error).toBeUndefined();
	const [item] = run.data.resultData.runData.Node[0].data!.main[1]!;
	expect(item.json).toEqual({
		error: "The contact is empty [item 0]. Check the value of 'Contact' for this item.",
		message: expect.objectContaining({ status: 'failed', contact: '', reason: 'invalidContact' }),
	});
});

test.each(['continueErrorOutput', 'continueRegularOutput'] as const)(
	'the quarantine node also names the person: %s',
	async (onError) => {
		const { outputs } = await engine.run({
			items: PEOPLE.slice(3).map(({ email }) => ({ ...MISLEADING, email })),
			type: 'test.quarantine',
			outputs: 2,
			parameters: {
				...{ operation: 'check', contact: '={{ $json.email }}', contactType: 'email' },
				surveyId: locator(501),
			},
			onError,
		});
		const [{ json }] = outputs.flat();
		expect(json).toMatchObject({ status: 'failed', contact: 'nobody', reason: 'invalidContact' });
		expectExplained(json);
	},
);
