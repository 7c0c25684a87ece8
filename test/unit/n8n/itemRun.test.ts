import { ItemRun, type Batch, type ItemOutcome } from '../../../nodes/shared/n8n/itemRun';
import type { Parameters } from '../../../nodes/shared/n8n/parameters';
import { RunError } from '../../../nodes/shared/netigate/errors';

const runOf = (count: number, earlier: Array<ItemOutcome | undefined> = []) =>
	new ItemRun({
		items: Array.from({ length: count }, (_, index) => ({
			parameters: () => ({}) as Parameters,
			earlier: earlier[index],
		})),
		client: { cancelled: () => false },
		continueOnFail: false,
	} as unknown as Batch);

test.each([
	['few items', 1000, []],
	['many items', 2500, [{ position: 0, readByThen: 1000 }]],
])('starts reading ahead while it checks %s, if there are many', async (_, count, expected) => {
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

test('lets other work run while many items are read', async () => {
	let turns = 0;
	let now = 0;
	// A fast machine would finish before other work is due, so the clock moves with each call.
	const clock = jest.spyOn(Date, 'now').mockImplementation(() => now++);
	const timer = setInterval(() => turns++, 0);
	await runOf(5000).read(() => ({}));
	clearInterval(timer);
	clock.mockRestore();
	expect(turns).toBeGreaterThan(0);
});

test('a duplicate does not fail with its group, so the next group is still sent', async () => {
	const done: ItemOutcome = { json: { status: 'added' } };
	const run = runOf(3);
	const [first, second, third] = await run.read(() => ({}));
	run.markDuplicate(1, 0, 'anna@example.com');
	await run.send([{ requests: [first, second] }, { requests: [third] }], 1, async (group) => {
		run.settle(group.requests[0].position, done);
		throw new RunError('Netigate is down', 'Try again.');
	});
	const skipped = { contact: 'anna@example.com', reason: 'duplicateInInput', duplicateOfItem: 0 };
	expect(run.end()).toEqual([done, { json: { status: 'skipped', ...skipped } }, done]);
});

describe('a retry of a run that stops at failures, after an earlier try finished the first group', () => {
	const added: ItemOutcome = { json: { status: 'added' } };
	const down = new Error('Netigate is down');

	/** Prepares and sends two groups of one item each. */
	async function retry(unreadable: number[]) {
		const run = runOf(2, [added]);
		const requests = await run.read((_, number) => ({ number }));
		const groups = requests.map((request) => ({ requests: [request] }));
		const prepared = await run.prepare(groups, async (group) => {
			if (unreadable.includes(group.requests[0].number)) throw down;
			return group;
		});
		await run.send(prepared, 1, async ({ requests: [{ position, earlier }] }) =>
			run.settle(position, earlier ?? added),
		);
		return run.end();
	}

	test('fails if nothing can be read: the second group is never left out silently', async () => {
		expect(await retry([0, 1])).toEqual([added, { error: down }]);
	});

	test('still does the second group if only the first cannot be read', async () => {
		expect(await retry([0])).toEqual([added, added]);
	});

	test('fails if only the second group cannot be read', async () => {
		expect(await retry([1])).toEqual([added, { error: down }]);
	});
});
