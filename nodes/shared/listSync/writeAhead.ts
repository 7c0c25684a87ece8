import { limitTo } from '../basics/concurrency';
import type { Line, ListMemory } from './memory';

/** The result of writing a person's row. */
export type Done =
	| { status: 'added' | 'updated' | 'cleared'; respondentId: number }
	| { error: Error; respondentId?: number }
	/** Not sent, because the run had to stop first. */
	| { stoppedBy: Error };

/** The line to record and the result. If `done` is absent, nothing was sent. */
interface Sent {
	of: object;
	line: Line;
	done?: Done;
}

/** A change to the list. `mark` is recorded before the change is sent, and the line from `send` afterward. */
export interface Task<Of extends object = object> {
	of: Of;
	mark: Line;
	/** Sends the change, unless the run has to stop; never throws. */
	send: () => Promise<Sent>;
}

/** The maximum number of tasks that are marked but have no result yet. */
const MAX_AHEAD = 64;

/** The maximum time in milliseconds that a result waits to be written together with others. */
const LATEST_MS = 1000;

/**
 * Runs tasks. Each task is marked in the memory before it is sent, and its result is recorded soon afterward.
 * Writing is slow, so marks and results are written in batches. More tasks are marked in advance if sending would
 * otherwise have to wait for a write to finish.
 * @param done receives each result that is written
 * @param stopped once it returns true, no more tasks are marked
 * @returns the results that couldn't be written, and the reason
 */
export async function writeAhead(
	tasks: readonly Task[],
	memory: ListMemory,
	done: Map<object, Done>,
	atOnce: number,
	stopped: () => boolean,
): Promise<{ unwritten: Sent[]; failure?: Error }> {
	const limited = limitTo(atOnce);
	const running = new Set<Promise<void>>();
	const results: Sent[] = [];
	let ahead = Math.min(2 * atOnce, MAX_AHEAD);
	let next = 0;
	let writtenAt = Date.now();

	for (;;) {
		const due =
			results.length >= ahead / 2 ||
			running.size === 0 ||
			(results.length > 0 && Date.now() - writtenAt >= LATEST_MS);
		if (!due) {
			await Promise.race(running);
			continue;
		}
		const batch = stopped() ? [] : tasks.slice(next, next + ahead - running.size);
		const finished = results.splice(0);
		if (finished.length + batch.length === 0) return { unwritten: [] };
		next += batch.length;
		try {
			await memory.write([...finished.map(({ line }) => line), ...batch.map(({ mark }) => mark)]);
		} catch (failure) {
			await Promise.all(running);
			return { unwritten: [...finished, ...results], failure: failure as Error };
		}
		writtenAt = Date.now();
		for (const sent of finished) if (sent.done) done.set(sent.of, sent.done);
		if (batch.length > 0 && next < tasks.length && running.size < atOnce)
			ahead = Math.min(2 * ahead, MAX_AHEAD);
		for (const { send } of batch) {
			const sending = limited(send).then((sent) => {
				results.push(sent);
				running.delete(sending);
			});
			running.add(sending);
		}
	}
}
