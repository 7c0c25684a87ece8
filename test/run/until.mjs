/** Waits for something that does not say when it is ready. */
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until the answer is yes.
 * @param {string} what is being waited for, for the message
 * @param {number} timeoutMs
 * @param {() => Promise<boolean> | boolean} ask
 * @param {number} [pauseMs]
 */
export async function until(what, timeoutMs, ask, pauseMs = 100) {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		if (await ask()) return;
		if (Date.now() > deadline) {
			throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}`);
		}
		await wait(pauseMs);
	}
}
