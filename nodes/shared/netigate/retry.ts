import type { NetigateError } from './errors';

/** Waits grow from half a second to half a minute. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * How long Netigate asks to wait, in milliseconds, from a `Retry-After` header in seconds or as an
 * HTTP date; undefined where there is none or it cannot be read.
 */
export function retryAfterMs(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' && typeof header !== 'number') return undefined;
	const text = String(header).trim();
	if (/^\d+$/.test(text)) return Number(text) * 1000;
	const date = Date.parse(text);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Decides whether a failed call is sent again, and after how many milliseconds.
 *
 * What surely was not done may be sent again; what may have been done only when the call is `repeatable`. What
 * Netigate refused stays refused, and a redirect leads to the same place next time. If Netigate asks for a wait,
 * it gets it, or the call is given up when that is longer than the user allows.
 *
 * @param attempt how often the call was sent so far, from 1
 * @param leftMs what is left of the time the user allows for retries
 * @param random a number from 0 to 1, which spreads parallel runs
 * @returns the wait in milliseconds, or undefined: give up
 */
export function waitBeforeRetry(
	{ outcome, status = 0, askedMs }: Pick<NetigateError, 'outcome' | 'status' | 'askedMs'>,
	{
		attempt,
		repeatable,
		leftMs,
		random,
	}: {
		attempt: number;
		repeatable: boolean;
		leftMs: number;
		random: number;
	},
): number | undefined {
	if (outcome === 'refused' || (status >= 300 && status < 400)) return undefined;
	if (outcome === 'unknown' && !repeatable) return undefined;
	const grown = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
	// Pause a little even where it asks for no wait, or many requests would come back at once.
	const wait = askedMs || Math.round(grown * (0.5 + random / 2));
	return wait <= leftMs ? wait : undefined;
}
