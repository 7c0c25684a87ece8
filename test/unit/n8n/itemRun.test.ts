import { type Batch, ItemRun } from '../../../nodes/shared/n8n/itemRun';
import type { Parameters } from '../../../nodes/shared/n8n/parameters';

const runOf = (count: number) =>
	new ItemRun({
		items: Array.from({ length: count }, () => ({ parameters: () => ({}) as Parameters })),
		client: { cancelled: () => false },
		continueOnFail: false,
	} as unknown as Batch);

test.each([
	['few items', 1000, []],
	['many items', 2500, [{ position: 0, readByThen: 1000 }]],
])('what has to be known is begun to be read in the midst of %s', async (_, count, expected) => {
	const begun: object[] = [];
	let read = 0;
	const requests = await runOf(count).read(
		() => ({ number: read++ }),
		async ({ position }) => begun.push({ position, readByThen: read }),
	);
	expect(begun).toEqual(expected);
	expect(requests.map(({ position }) => position)).toEqual(requests.map((__, index) => index));
	expect(requests).toHaveLength(count);
});

test('other work gets its turn while many items are read', async () => {
	let turns = 0;
	const timer = setInterval(() => turns++, 0);
	const reading = runOf(5000).read(() => ({}));
	await reading;
	clearInterval(timer);
	expect(turns).toBeGreaterThan(0);
});
