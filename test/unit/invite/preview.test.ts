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
	/** The item from the preceding Quarantine node. Absent if an agent calls the node as a tool. */
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
const fromTest = { ...anna, ...TEST };

test.each<[string, Given, boolean, number]>([
	[
		'a preview if any item asks for it',
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
	['not a preview if no item asks for it', { items: [[anna, false]] }, false, 0],
	[
		'not a preview if the Quarantine node before it reserved people',
		{ testRun: true, before: {}, items: [[anna, false]] },
		false,
		0,
	],
	[
		'a preview if the Quarantine node before it was only tested',
		{ testRun: true, before: TEST, items: [[anna, false]] },
		true,
		1,
	],
	['not a preview in a published workflow', { before: TEST, items: [[anna, false]] }, false, 0],
	[
		'a preview without a hint if the user asked for it',
		{ testRun: true, before: TEST, items: [[anna, true]] },
		true,
		0,
	],
	[
		'a preview if an item comes from a test of the Quarantine node',
		{
			testRun: true,
			items: [
				[fromTest, false],
				[fromTest, false],
			],
		},
		true,
		1,
	],
	[
		'a preview without a hint if the user asked for it, even with such an item',
		{ items: [[fromTest, true]] },
		true,
		0,
	],
])('a run is %s', (_, given, preview, hints) => {
	expect(read(given)).toEqual({ preview, hints, results: given.items.map(([item]) => item) });
});

test('people from a test run of the Quarantine node are refused in other runs', () => {
	expect(
		read({
			items: [
				[fromTest, false],
				[anna, false],
			],
		}),
	).toEqual({
		preview: false,
		hints: 0,
		results: [expect.stringContaining('only tried out whether to ask this person'), anna],
	});
});
