import { readBody } from '../netigate/lists';

export interface Body extends AsyncIterable<Uint8Array> {
	destroy: (error?: Error) => void;
}

export const isStream = (body: unknown): body is Body =>
	typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/** The text of a body that isn't a stream. */
export const textOf = (body: unknown): string =>
	typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);

/** The limit of JavaScript's timers. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const timedOut = () => Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' });

/**
 * Fails once the time is over, even if the work never ends. n8n's own timeout starts over with each byte, so a slow
 * response could take forever.
 * @param work gets a signal that stops its requests at that time
 */
export async function inTime<T>(ms: number, work: (late: AbortSignal) => Promise<T>): Promise<T> {
	const late = AbortSignal.timeout(Math.min(Math.ceil(ms), MAX_TIMEOUT_MS));
	let stop = () => {};
	const over = new Promise<never>((_, reject) => {
		stop = () => reject(timedOut());
		late.addEventListener('abort', stop);
	});
	try {
		return await Promise.race([over, work(late)]);
	} finally {
		late.removeEventListener('abort', stop);
	}
}

/** Reads a streamed body (see `readBody`), and closes it if the time is over or the body is too large. */
export async function readStream(
	body: Body,
	late: AbortSignal,
	keep?: (entry: unknown) => unknown,
	clean?: (text: string) => string,
): Promise<Awaited<ReturnType<typeof readBody>>> {
	const stop = () => body.destroy(timedOut());
	late.addEventListener('abort', stop);
	if (late.aborted) stop();
	try {
		return await readBody(body, keep, clean);
	} finally {
		late.removeEventListener('abort', stop);
	}
}
