/** The maximum number of inputs in a group. `readKeys` reads this many keys with a single filter. */
const LARGEST = 50;

interface Waiting {
	input: unknown;
	resolve: (turn: { followers: Waiting[] } | { result: unknown }) => void;
	reject: (error: unknown) => void;
}

/** Those that wait for the running group, by scope. */
const queues = new Map<string, Waiting[]>();

/**
 * Runs inputs together, as a database commits several transactions with one write. The first input runs at once.
 * Inputs that arrive in the meantime run together next, in the order of arrival.
 * @param scope inputs in different scopes never run together
 * @param run returns one result per input. The first input of each group decides whose `run` is called
 * @throws the error of `run`, for every input of the group
 */
export async function inGroup<T, R>(
	scope: string,
	input: T,
	run: (inputs: readonly T[]) => Promise<readonly R[]>,
): Promise<R> {
	const queue = queues.get(scope);
	let followers: Waiting[] = [];
	if (queue) {
		const turn = await new Promise<Parameters<Waiting['resolve']>[0]>((resolve, reject) => {
			queue.push({ input, resolve, reject });
		});
		if ('result' in turn) return turn.result as R;
		followers = turn.followers;
	} else queues.set(scope, []);
	const running = run([input, ...followers.map((one) => one.input as T)]);
	return await running
		.then(
			(results) => {
				for (const [index, { resolve }] of followers.entries())
					resolve({ result: results[index + 1] });
				return results[0];
			},
			async (error: unknown) => {
				for (const { reject } of followers) reject(error);
				return await Promise.reject(error);
			},
		)
		.finally(() => {
			const [next, ...others] = queues.get(scope)!.splice(0, LARGEST);
			if (next) next.resolve({ followers: others });
			else queues.delete(scope);
		});
}
