/** Runs a limited number of tasks at a time; the others wait their turn, first come first served. */
type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * @param max how many tasks may run at once, 1 or more
 * @returns a function that runs a task as soon as there is room and passes on what it returns or throws
 */
export function limitTo(max: number): Limiter {
	let running = 0;
	const waiting: Array<() => void> = [];
	return async (task) => {
		if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
		else running++;
		try {
			return await task();
		} finally {
			const next = waiting.shift();
			// The place is handed on, not freed, so that no other task slips in.
			if (next) next();
			else running--;
		}
	};
}

/**
 * Does `work` for each entry, at most `max` at a time, started in order. Unlike `Promise.all` over a
 * mapped array it holds only `max` promises, however long the list.
 *
 * @param stop asked before each start; once true, or where one fails, nothing more is started
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
 * `Promise.all` that fails only when nothing of it is under way any more: a read that went on would be tried
 * again and again after its run has ended.
 */
export async function allDone<T extends readonly unknown[] | []>(under: T) {
	await Promise.allSettled(under);
	return await Promise.all(under);
}

/** Gives what was read, or why it cannot be, to all who ask for it by this name. */
export type ReadOnce = <T>(name: string, read: () => Promise<T>) => Promise<T>;

/**
 * @param failures `kept`, or forgotten, so that the next who asks has it read anew: Netigate may answer again by then
 * @returns a function that reads what several need only once
 */
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
