/** @returns a function that starts tasks in order, with at most `max` running at a time */
export function limitTo(max: number): <T>(task: () => Promise<T>) => Promise<T> {
	let running = 0;
	const waiting: Array<() => void> = [];
	return async (task) => {
		if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
		else running++;
		try {
			return await task();
		} finally {
			const next = waiting.shift();
			// The slot goes straight to the next task in line, so that no other task can take it.
			if (next) next();
			else running--;
		}
	};
}

/**
 * Runs `work` for each entry in order, at most `max` at a time. Never holds more than `max` promises.
 * @param stop checked before each start. Once it returns true or a task fails, no more tasks are started
 */
export async function forEachLimited<T>(
	entries: readonly T[],
	max: number,
	work: (entry: T, index: number) => Promise<void>,
	stop: () => boolean = () => false,
): Promise<void> {
	let next = 0;
	const lane = async () => {
		while (next < entries.length && !stop()) {
			const index = next++;
			const doing = work(entries[index], index);
			doing.catch(() => (next = entries.length));
			await doing;
		}
	};
	await allDone(Array.from({ length: Math.min(max, entries.length) }, lane));
}

/**
 * Like `Promise.all`, but waits for all tasks before it fails. Otherwise, reads could be retried after the run ends.
 */
export async function allDone<T extends readonly unknown[] | []>(tasks: T) {
	await Promise.allSettled(tasks);
	return await Promise.all(tasks);
}

/** Reads the value under this name, or repeats the result or error of an earlier read under the same name. */
export type ReadOnce = <T>(name: string, read: () => Promise<T>) => Promise<T>;

/** @param failures whether to keep a failed read or to forget it, in which case the next call reads again */
export function readOnce(failures: 'kept' | 'forgotten'): ReadOnce {
	const reads = new Map<string, Promise<unknown>>();
	return async <T>(name: string, read: () => Promise<T>) => {
		let reading = reads.get(name) as Promise<T> | undefined;
		if (!reading) {
			reads.set(name, (reading = read()));
			if (failures === 'forgotten') reading.catch(() => reads.delete(name));
		}
		return await reading;
	};
}
