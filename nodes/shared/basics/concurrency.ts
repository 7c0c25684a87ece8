import { sleep } from 'n8n-workflow';

/** How long a loop runs, in milliseconds, before the rest of n8n gets a turn. */
const TURN_MS = 20;

/** Runs `work` for each entry in order. A long loop lets the rest of n8n run from time to time. */
export async function forEachInTurns<T>(
	entries: Iterable<T>,
	work: (entry: T) => void,
): Promise<void> {
	let began = Date.now();
	for (const entry of entries) {
		if (Date.now() - began >= TURN_MS) {
			await sleep(0);
			began = Date.now();
		}
		work(entry);
	}
}

/** @returns a function that runs tasks in the order of the calls, at most `max` at a time */
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
			// `running` stays the same, because the next waiting task takes this one's slot.
			if (next) next();
			else running--;
		}
	};
}

/**
 * Runs `work` for each entry in order, at most `max` at a time. Never holds more than `max` promises.
 * @param stop called before each entry. Once it returns true or `work` fails, no further entries are started
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

/** Like `Promise.all`, but waits for the other tasks if one fails. Otherwise, their requests could outlast the run. */
export async function allDone<T extends readonly unknown[] | []>(tasks: T) {
	await Promise.allSettled(tasks);
	return await Promise.all(tasks);
}

/** Calls `read` once per name. Later calls with that name get the same result or error. */
export type ReadOnce = <T>(name: string, read: () => Promise<T>) => Promise<T>;

/** @param failures `kept`: later calls throw the same error; `forgotten`: the next call reads again */
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
