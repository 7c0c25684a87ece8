import { limitTo } from '../basics/concurrency';

/** Something to be sent that must not be forgotten: `mark` is remembered before, what `send` gives after. */
export interface Task<Line> {
	mark: Line;
	/** Sends it, or not if the run is to stop; never throws. */
	send: () => Promise<Line>;
	/** Called when what came of it is remembered. */
	remembered: () => void;
}

interface WriteAheadOptions<Line> {
	/** Remembers lines; when it throws, nothing more is sent. */
	write: (lines: Line[]) => Promise<void>;
	/** How many tasks may be under way at once. */
	atOnce: number;
	/** Once true, nothing more is marked. */
	stopped: () => boolean;
	now: () => number;
}

/** What was not remembered any more, and why. */
interface Unwritten<Line> {
	answered: Array<{ task: Task<Line>; line: Line }>;
	failure?: unknown;
}

/** More than that are never marked and not answered for. */
const MOST_AHEAD = 64;

/** An answer is remembered after so many milliseconds, even if no other has come. */
const LATEST_MS = 1000;

/**
 * Runs tasks so that whatever may have been sent stands in the memory before it is sent, and its answer
 * soon after. Writing takes a while, so several marks and answers are written together; how many are
 * marked ahead grows only where the sending would have to wait for the writing.
 *
 * @returns answers that could not be written any more
 */
export async function writeAhead<Line>(
	tasks: ReadonlyArray<Task<Line>>,
	{ write, atOnce, stopped, now }: WriteAheadOptions<Line>,
): Promise<Unwritten<Line>> {
	const limited = limitTo(atOnce);
	const running = new Set<Promise<void>>();
	const answered: Unwritten<Line>['answered'] = [];
	let ahead = Math.min(2 * atOnce, MOST_AHEAD);
	let next = 0;
	let writtenAt = now();

	const start = (task: Task<Line>) => {
		const run = limited(task.send).then((line) => {
			answered.push({ task, line });
			running.delete(run);
		});
		running.add(run);
	};

	for (;;) {
		const rest = stopped() ? 0 : tasks.length - next;
		const due =
			answered.length >= ahead / 2 ||
			running.size === 0 ||
			(answered.length > 0 && now() - writtenAt >= LATEST_MS);
		if (!due) {
			await Promise.race(running);
			continue;
		}
		const done = answered.splice(0);
		const free = ahead - running.size;
		const batch = tasks.slice(next, next + Math.min(rest, free));
		if (done.length + batch.length === 0) return { answered: [] };
		next += batch.length;
		try {
			await write([...done.map(({ line }) => line), ...batch.map(({ mark }) => mark)]);
		} catch (failure) {
			await Promise.all(running);
			return { answered: [...done, ...answered], failure };
		}
		writtenAt = now();
		for (const { task } of done) task.remembered();
		if (batch.length > 0 && next < tasks.length && running.size < atOnce)
			ahead = Math.min(2 * ahead, MOST_AHEAD);
		for (const task of batch) start(task);
	}
}
