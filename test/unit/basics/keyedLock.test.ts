import { withKeys } from '../../../nodes/shared/basics/keyedLock';

const turn = async () => await new Promise((resolve) => setImmediate(resolve));

test('tasks with a common key run one after another, and get the notes of those they waited for', async () => {
	const begun: string[] = [];
	const seen: Record<string, unknown> = {};
	const ends = new Map<string, (failure?: Error) => void>();
	const start = async (name: string, keys: string[], scope = 'scope') =>
		await withKeys<string, string>(scope, keys, async (left) => {
			begun.push(name);
			seen[name] = [...left];
			await new Promise<void>((resolve, reject) =>
				ends.set(name, (failure) => (failure ? reject(failure) : resolve())),
			);
			return { result: name, leave: new Map(keys.map((key) => [key, name])) };
		});
	const end = async (name: string, failure?: Error) => {
		ends.get(name)!(failure);
		await turn();
	};
	const first = start('first', ['anna', 'bo']);
	const second = start('second', ['bo', 'carla']);
	const third = start('third', ['anna', 'bo']);
	const others = [start('other key', ['dan']), start('other scope', ['anna'], 'other')];
	await turn();
	expect(begun).toEqual(['first', 'other key', 'other scope']);
	await end('first');
	const fourth = start('fourth', ['bo']);
	await turn();
	expect(begun.slice(3)).toEqual(['second']);
	const failed = expect(second).rejects.toThrow('refused');
	await end('second', new Error('refused'));
	await failed;
	expect(begun.slice(3)).toEqual(['second', 'third']);
	await end('third');
	await end('fourth');
	const fifth = start('fifth', ['anna', 'bo']);
	await turn();
	for (const name of ['fifth', 'other key', 'other scope']) await end(name);
	expect(await Promise.all([first, third, fourth, fifth, ...others])).toEqual([
		...['first', 'third', 'fourth', 'fifth', 'other key', 'other scope'],
	]);
	expect(seen).toEqual({
		first: [],
		second: [['bo', 'first']],
		third: [['anna', 'first']],
		fourth: [['bo', 'third']],
		fifth: [],
		'other key': [],
		'other scope': [],
	});
});
