import { sharedLock } from '../../../nodes/shared/basics/sharedLock';

/** A task that the test ends, and that logs when it begins and ends. */
function task(name: string, log: string[]) {
	let end: () => void = () => {};
	const ended = new Promise<void>((resolve) => (end = resolve));
	return {
		run: async () => {
			log.push(`${name} begins`);
			await ended;
			log.push(`${name} ends`);
			return name;
		},
		end,
	};
}

const pause = async () => await new Promise((resolve) => setImmediate(resolve));

test('runs shared tasks at the same time, and an exclusive task after them and before later ones', async () => {
	const lock = sharedLock();
	const log: string[] = [];
	const [a, b, alone, c] = ['a', 'b', 'alone', 'c'].map((name) => task(name, log));
	const all = [lock.shared(a.run), lock.shared(b.run), lock.alone(alone.run), lock.shared(c.run)];
	await pause();
	expect(log).toEqual(['a begins', 'b begins']);
	a.end();
	await pause();
	expect(log).not.toContain('alone begins');
	b.end();
	await pause();
	expect(log).toEqual(['a begins', 'b begins', 'a ends', 'b ends', 'alone begins']);
	c.end();
	alone.end();
	expect(await Promise.all(all)).toEqual(['a', 'b', 'alone', 'c']);
	expect(log.slice(-3)).toEqual(['alone ends', 'c begins', 'c ends']);
});

test('runs two exclusive tasks one after the other', async () => {
	const lock = sharedLock();
	const log: string[] = [];
	const [a, b] = ['a', 'b'].map((name) => task(name, log));
	const both = [lock.alone(a.run), lock.alone(b.run)];
	a.end();
	b.end();
	await Promise.all(both);
	expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a failed task blocks no other task', async () => {
	const lock = sharedLock();
	const fail = async () => {
		throw new Error('no');
	};
	const results = await Promise.allSettled([
		lock.shared(fail),
		lock.alone(fail),
		lock.shared(async () => 1),
		lock.alone(async () => 2),
	]);
	expect(results.map(({ status }) => status)).toEqual([
		'rejected',
		'rejected',
		'fulfilled',
		'fulfilled',
	]);
});
