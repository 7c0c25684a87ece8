/** Waits for something by polling. */
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Calls `ask` repeatedly until it returns true.
 * @param {string} what is being waited for, for the message
 * @param {number} timeoutMs
 * @param {() => unknown} ask values other than true and false are shown in the message
 * @param {number} [pauseMs]
 */
export async function until(what, timeoutMs, ask, pauseMs = 100) {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (answer === true) return;
		if (Date.now() > deadline) {
			const found = typeof answer === 'boolean' ? '' : `, found ${JSON.stringify(answer)}`;
			throw new Error(`Timed out after ${timeoutMs / 1000} s waiting for ${what}${found}`);
		}
		await wait(pauseMs);
	}
}
