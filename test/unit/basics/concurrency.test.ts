import { allDone, forEachInTurns, forEachLimited } from '../../../nodes/shared/basics/concurrency';

/** Work under way, which ends when the test says so. */
function underWay() {
	const ends = new Map<number, (failure?: Error) => void>();
	const begin = async (index: number) =>
		await new Promise<void>((resolve, reject) =>
			ends.set(index, (failure) => (failure ? reject(failure) : resolve())),
		);
	return { ends, begin };
}

const turn = async () => await new Promise((resolve) => setImmediate(resolve));

test('where one of a list fails, no other begins, and it ends when nothing is under way', async () => {
	const { ends, begin } = underWay();
	let ended = false;
	const all = forEachLimited([0, 1, 2, 3, 4], 2, begin).finally(() => (ended = true));
	const failed = expect(all).rejects.toThrow('refused');
	ends.get(0)!(new Error('refused'));
	await turn();
	expect([ended, [...ends.keys()]]).toEqual([false, [0, 1]]);
	ends.get(1)!();
	await failed;
	expect([...ends.keys()]).toEqual([0, 1]);
});

test('where one of several reads fails, the others are waited for', async () => {
	const { ends, begin } = underWay();
	let ended = false;
	const all = allDone([begin(0), begin(1)]).finally(() => (ended = true));
	const failed = expect(all).rejects.toThrow('refused');
	ends.get(0)!(new Error('refused'));
	await turn();
	expect(ended).toBe(false);
	ends.get(1)!();
	await failed;
});

test('what they give comes in their order', async () => {
	await expect(allDone([Promise.resolve(1), 'two'])).resolves.toEqual([1, 'two']);
});

test('a long loop lets other work run, in the order of the entries', async () => {
	const done: number[] = [];
	let now = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => (now += 5));
	const turns: number[] = [];
	const other = setInterval(() => turns.push(done.length), 0);
	await forEachInTurns([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], (entry) => done.push(entry));
	clearInterval(other);
	jest.restoreAllMocks();
	expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
	expect(turns).toContain(3);
});
