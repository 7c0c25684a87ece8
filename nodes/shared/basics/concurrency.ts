/** @returns a function that runs a task as soon as fewer than `max` are running, first come first served */
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
			// The slot is passed on rather than freed, so that no other task slips in.
			if (next) next();
			else running--;
		}
	};
}

/**
 * Does `work` for each entry, at most `max` at a time, started in order. It never holds more than `max` promises.
 * @param stop checked before each start. Once it is true, or a task fails, no more tasks are started
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

/** Like `Promise.all`, but fails only after all tasks end, so that no read is retried after its run has ended. */
export async function allDone<T extends readonly unknown[] | []>(tasks: T) {
	await Promise.allSettled(tasks);
	return await Promise.all(tasks);
}

/** Returns what was read under this name, or fails with the error of that read. */
export type ReadOnce = <T>(name: string, read: () => Promise<T>) => Promise<T>;

/** @param failures whether a failed read is kept, or forgotten so that the next call reads again */
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
