import { allDone, forEachInTurns, forEachLimited } from '../../../nodes/shared/basics/concurrency';

/** Tasks that end when the test ends them. */
function underWay() {
	const ends = new Map<number, (failure?: Error) => void>();
	const begin = async (index: number) =>
		await new Promise<void>((resolve, reject) =>
			ends.set(index, (failure) => (failure ? reject(failure) : resolve())),
		);
	return { ends, begin };
}

const turn = async () => await new Promise((resolve) => setImmediate(resolve));

test('starts nothing more after a failure, and ends when nothing is running', async () => {
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

test('waits for the other reads if one fails', async () => {
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

test('returns results in the given order', async () => {
	await expect(allDone([Promise.resolve(1), 'two'])).resolves.toEqual([1, 'two']);
});

test('a long loop lets other work run and keeps the order of its entries', async () => {
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
