import { limitTo } from '../../../nodes/shared/basics/concurrency';
import { inGroup, inGroupOrAlone } from '../../../nodes/shared/basics/inGroup';

const turn = async () => await new Promise((resolve) => setImmediate(resolve));

/** The groups that have begun, the function that runs them, and a function that ends the oldest one. */
function groups() {
	const begun: Array<readonly number[]> = [];
	const ends: Array<(failure?: Error) => void> = [];
	const run = async (inputs: readonly number[], again = false) => {
		// Marks an input that runs again on its own with -1.
		begun.push(again ? [...inputs, -1] : inputs);
		await new Promise<void>((resolve, reject) =>
			ends.push((failure) => (failure ? reject(failure) : resolve())),
		);
		return inputs.map((input) => input * 10);
	};
	const end = async (failure?: Error) => {
		ends.shift()!(failure);
		await turn();
	};
	return { begun, run, end };
}

test('runs at most 50 waiting inputs together, in order, each with its own result', async () => {
	const { begun, run, end } = groups();
	const inputs = Array.from({ length: 60 }, (_, index) => index);
	const results = inputs.map(async (input) => await inGroup('group', input, run));
	const other = inGroup('other', 1, run);
	await turn();
	expect(begun).toEqual([[0], [1]]);
	await end();
	await end();
	await end();
	await end();
	expect(begun).toEqual([[0], [1], inputs.slice(1, 51), inputs.slice(51)]);
	expect(await Promise.all(results)).toEqual(inputs.map((input) => input * 10));
	expect(await other).toBe(10);
	const later = inGroup('group', 61, run);
	await turn();
	expect(begun.at(-1)).toEqual([61]);
	await end();
	expect(await later).toBe(610);
});

test('starts the next group if one takes too long, but no other when the slow one ends', async () => {
	const { begun, run, end } = groups();
	const limit = new AbortController();
	const removed = jest.spyOn(limit.signal, 'removeEventListener');
	const join = async (input: number) => await inGroup('slow', input, run, () => limit.signal);
	const [first, second] = [join(1), join(2)];
	await turn();
	limit.abort(new Error('Too long'));
	await turn();
	expect(begun).toEqual([[1], [2]]);
	const third = join(3);
	await end();
	expect([await first, begun.length]).toEqual([10, 2]);
	await end();
	expect(begun).toEqual([[1], [2], [3]]);
	await end();
	expect([await second, await third]).toEqual([20, 30]);
	expect(removed).toHaveBeenCalledTimes(3);
});

test('runs each input of a failed group once more on its own, but not an input that failed alone', async () => {
	const { begun, run, end } = groups();
	const results = Promise.allSettled(
		[1, 2, 3].map(async (input) => await inGroupOrAlone('alone', input, run)),
	);
	await turn();
	await end(new Error('First'));
	await end(new Error('Group'));
	expect(begun).toEqual([[1], [2, 3], [3, -1], [2, -1]]);
	await end();
	await end(new Error('Second'));
	expect(await results).toEqual([
		{ status: 'rejected', reason: new Error('First') },
		{ status: 'rejected', reason: new Error('Second') },
		{ status: 'fulfilled', value: 30 },
	]);
});

test.each([1, 2])('runs at most %d tasks at once, in order, even after a failure', async (max) => {
	const { begun, run, end } = groups();
	const limited = limitTo(max);
	const results = Promise.allSettled(
		[1, 2, 3].map(async (input) => await limited(async () => await run([input]))),
	);
	await turn();
	expect(begun).toHaveLength(max);
	await end(new Error('First'));
	expect(begun).toHaveLength(max + 1);
	await end();
	await end();
	expect(begun).toEqual([[1], [2], [3]]);
	expect((await results).map(({ status }) => status)).toEqual([
		'rejected',
		'fulfilled',
		'fulfilled',
	]);
	const fourth = limited(async () => await run([4]));
	await turn();
	await end();
	expect(await fourth).toEqual([40]);
});
