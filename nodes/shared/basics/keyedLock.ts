import { getOrAdd } from './lists';

/** For each key, what a finished task passes on to the tasks that waited for it. */
export type Notes<N> = Map<string, N>;

/** The last task in the queue for each key, by scope. Scopes are never removed, because there are only a few. */
const scopes = new Map<string, Map<string, Promise<Notes<unknown>>>>();

const NO_NOTES: Notes<unknown> = new Map();

/**
 * Runs the task when no other task in this process holds any of the keys. The task joins the queues of all keys at
 * once, so two tasks can never wait for each other. This doesn't lock other processes out; only the claim protocol
 * does.
 * @param scope the same key in two scopes counts as two keys
 * @param task gets the notes of the tasks it waited for, and returns its own. Anything that the notes rule out doesn't
 * need to be looked up
 */
export async function withKeys<T, N>(
	scope: string,
	keys: Iterable<string>,
	task: (left: Notes<N>) => Promise<{ result: T; leave?: Notes<N> }>,
): Promise<T> {
	let release: (notes: Notes<unknown>) => void = () => {};
	const mine = new Promise<Notes<unknown>>((resolve) => {
		release = resolve;
	});
	const wanted = new Set(keys);
	const before = new Map<string, Promise<Notes<unknown>>>();
	const tails = getOrAdd(scopes, scope, () => new Map<string, Promise<Notes<unknown>>>());
	for (const key of wanted) {
		const tail = tails.get(key);
		if (tail) before.set(key, tail);
		tails.set(key, mine);
	}
	let leave: Notes<unknown> = NO_NOTES;
	try {
		const left: Notes<N> = new Map();
		for (const [key, tail] of before) {
			const notes = await tail;
			if (notes.has(key)) left.set(key, notes.get(key) as N);
		}
		const done = await task(left);
		leave = done.leave ?? NO_NOTES;
		return done.result;
	} finally {
		for (const key of wanted) if (tails.get(key) === mine) tails.delete(key);
		release(leave);
	}
}
