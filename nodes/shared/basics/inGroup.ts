/** The maximum number of inputs in a group, few enough to find their rows with a single filter. */
const LARGEST = 50;

/** How long others wait for a group. It may never end, for example if n8n doesn't finish a call. */
const PATIENCE_MS = 10_000;

interface Waiting {
	input: unknown;
	resolve: (turn: { followers: Waiting[] } | { result: unknown }) => void;
	reject: (error: unknown) => void;
}

/** Inputs that wait for the running group, by scope. */
const queues = new Map<string, Waiting[]>();

/**
 * Runs inputs together, as a database commits several transactions with one write. The first input runs at once.
 * Inputs that arrive in the meantime run together next, in the order of arrival. If a group takes too long, the next
 * one starts anyway.
 * @param scope inputs in different scopes never run together
 * @param run returns one result per input. The first input of each group decides whose `run` is called
 * @param limit aborts when the others stop waiting for the group that this input leads
 * @throws the error of `run`, for every input of the group. If the group takes too long, all inputs but the first fail
 */
export async function inGroup<T, R>(
	scope: string,
	input: T,
	run: (inputs: readonly T[]) => Promise<readonly R[]>,
	limit: () => AbortSignal = () => AbortSignal.timeout(PATIENCE_MS),
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
	const signal = limit();
	let over = false;
	const end = (tell: (follower: Waiting, index: number) => void) => {
		if (over) return;
		over = true;
		signal.removeEventListener('abort', giveUp);
		for (const [index, follower] of followers.entries()) tell(follower, index + 1);
		const [next, ...others] = queues.get(scope)!.splice(0, LARGEST);
		if (next) next.resolve({ followers: others });
		else queues.delete(scope);
	};
	const giveUp = () => {
		end(({ reject }) => reject(signal.reason));
	};
	signal.addEventListener('abort', giveUp);
	return await run([input, ...followers.map((one) => one.input as T)]).then(
		(results) => {
			end(({ resolve }, index) => resolve({ result: results[index] }));
			return results[0];
		},
		async (error: unknown) => {
			end(({ reject }) => reject(error));
			return await Promise.reject(error);
		},
	);
}

/**
 * Like `inGroup`, but if a group fails, each of its inputs runs again on its own. Another input or a stopped execution
 * may have caused the failure.
 * @param run `again` is true if a group with this input has failed. Its work may be done or still in progress
 */
export async function inGroupOrAlone<T, R>(
	scope: string,
	input: T,
	run: (inputs: readonly T[], again: boolean) => Promise<readonly R[]>,
): Promise<R> {
	let size = 0;
	const first = async (inputs: readonly T[]) => {
		size = inputs.length;
		return await run(inputs, false);
	};
	return await inGroup(scope, input, first).catch(async (error: unknown) => {
		if (size === 1) throw error;
		return (await run([input], true))[0];
	});
}
