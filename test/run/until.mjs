/** Waits for something that does not say when it is ready. */
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until the answer is true.
 * @param {string} what is being waited for, for the message
 * @param {number} timeoutMs
 * @param {() => unknown} ask another answer than true or false is shown in the message
 * @param {number} [pauseMs]
 */
export async function until(what, timeoutMs, ask, pauseMs = 100) {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (answer === true) return;
		if (Date.now() > deadline) {
			const found = typeof answer === 'boolean' ? '' : `, found ${JSON.stringify(answer)}`;
			throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}${found}`);
		}
		await wait(pauseMs);
	}
}
