import type { IExecuteFunctions } from 'n8n-workflow';
import { previewReader } from '../../../nodes/shared/invite/preview';
import type { Batch, ItemRun } from '../../../nodes/shared/n8n/itemRun';
import type { Parameters } from '../../../nodes/shared/n8n/parameters';

const TEST = { quarantine: { test: true } };

/** n8n's context after a Quarantine node that output this item. */
const contextAfter = (json: object) =>
	({
		getNode: () => ({ name: 'Invite' }),
		getParentNodes: () => [{ name: 'Quarantine', type: 'n8n-nodes-netigate.netigateQuarantine' }],
		getWorkflowDataProxy: () => ({ $items: () => [{ json }] }),
	}) as unknown as IExecuteFunctions;

interface Given {
	testRun?: boolean;
	/** What the Quarantine node before this one output. Absent if an agent calls the node as a tool. */
	before?: object;
	/** The items, and whether each asks for a preview. */
	items: Array<[item: object, preview: boolean]>;
}

function read({ testRun = false, before, items }: Given) {
	const hints: string[] = [];
	const run = { preview: false } as ItemRun;
	const n8n = before && { context: contextAfter(before) };
	const batch = { testRun, n8n, hint: (text: string) => void hints.push(text) };
	const readItem = previewReader(batch as never as Batch, run, ({ item }) => item);
	const results = items.map(([item, preview]) => {
		try {
			return readItem({ item, flag: () => preview } as Partial<Parameters> as Parameters);
		} catch (error) {
			return (error as Error).message;
		}
	});
	return { preview: run.preview, hints: hints.length, results };
}

const anna = { email: 'anna@example.com' };
const tried = { ...anna, ...TEST };

test.each<[string, Given, boolean, number]>([
	[
		'one item asks for it',
		{
			items: [
				[anna, false],
				[anna, true],
				[anna, false],
			],
		},
		true,
		0,
	],
	['no item asks for it', { items: [[anna, false]] }, false, 0],
	[
		'no Quarantine node tried out anything',
		{ testRun: true, before: {}, items: [[anna, false]] },
		false,
		0,
	],
	[
		'a Quarantine node only tried it out',
		{ testRun: true, before: TEST, items: [[anna, false]] },
		true,
		1,
	],
	['that was not in a test run', { before: TEST, items: [[anna, false]] }, false, 0],
	['the user asked for it too', { testRun: true, before: TEST, items: [[anna, true]] }, true, 0],
	[
		'an item shows it',
		{
			testRun: true,
			items: [
				[tried, false],
				[tried, false],
			],
		},
		true,
		1,
	],
	['an item shows it, and the user asked for it', { items: [[tried, true]] }, true, 0],
])('a run is only a preview or not if %s', (_, given, preview, hints) => {
	expect(read(given)).toEqual({ preview, hints, results: given.items.map(([item]) => item) });
});

test('people whom a Quarantine node only tried out in a test run are refused later', () => {
	expect(
		read({
			items: [
				[tried, false],
				[anna, false],
			],
		}),
	).toEqual({
		preview: false,
		hints: 0,
		results: [expect.stringContaining('only tried out whether to ask this person'), anna],
	});
});
