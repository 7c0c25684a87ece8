import { readBody } from '../netigate/lists';

interface Body extends AsyncIterable<Uint8Array> {
	destroy: (error?: Error) => void;
}

const isStream = (body: unknown): body is Body =>
	typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/** The text of a body that isn't a stream. */
const textOf = (body: unknown): string =>
	typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);

/** The longest delay that JavaScript's timers support. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const timedOut = () => Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' });

/**
 * Fails when the time is up, even if the work never ends. n8n's own timeout starts over with each byte, so a slow
 * response could take forever.
 * @param work receives a signal that stops its requests at that time
 */
export async function inTime<T>(
	ms: number,
	work: (timeoutSignal: AbortSignal) => Promise<T>,
): Promise<T> {
	const timeoutSignal = AbortSignal.timeout(Math.min(Math.ceil(ms), MAX_TIMEOUT_MS));
	let stop = () => {};
	const timeout = new Promise<never>((_, reject) => {
		stop = () => reject(timedOut());
		timeoutSignal.addEventListener('abort', stop);
	});
	try {
		return await Promise.race([timeout, work(timeoutSignal)]);
	} finally {
		timeoutSignal.removeEventListener('abort', stop);
	}
}

/** Reads a body (see `readBody`). Closes a streamed body if the time is up or the body is too large. */
export async function readInTime(
	body: unknown,
	timeoutSignal: AbortSignal,
	keep?: (entry: unknown) => unknown,
	clean = (text: string) => text,
): ReturnType<typeof readBody> {
	if (!isStream(body)) return { body: clean(textOf(body)) };
	const stop = () => body.destroy(timedOut());
	timeoutSignal.addEventListener('abort', stop);
	if (timeoutSignal.aborted) stop();
	try {
		return await readBody(body, keep, clean);
	} finally {
		timeoutSignal.removeEventListener('abort', stop);
	}
}
