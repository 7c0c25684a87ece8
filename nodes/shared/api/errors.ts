/**
 * What is known about a call that did not bring an answer:
 * - `refused`: Netigate said no (400, 401, 404); nothing was done, and asking again changes nothing.
 * - `notDone`: it surely did not happen (429, 503, no connection), so it may be sent again.
 * - `unknown`: it may have happened (time-out, lost connection, 500, unreadable answer).
 */
export type Outcome = 'refused' | 'notDone' | 'unknown';

/** A call to Netigate that failed. Never holds headers, so never the API key. */
export class NetigateError extends Error {
	readonly outcome: Outcome;

	/** The HTTP status, where there was an answer. */
	readonly status?: number;

	/** What the user can do now. */
	readonly advice: string;

	/** True after a time-out: the request may still be at work, so looking for its result proves nothing. */
	readonly late: boolean;

	/** For how many milliseconds Netigate asks to be left alone, where it said so. */
	readonly askedMs?: number;

	constructor(
		message: string,
		{
			outcome,
			status,
			advice,
			late = false,
			askedMs,
		}: { outcome: Outcome; status?: number; advice: string; late?: boolean; askedMs?: number },
	) {
		super(message);
		this.name = 'NetigateError';
		this.outcome = outcome;
		this.late = late;
		this.askedMs = askedMs;
		this.status = status;
		this.advice = advice;
	}
}

/** A parameter, or a field of an item, that cannot be sent as it is. Nothing was sent. */
export class InputError extends Error {
	/** What the user can do now. */
	readonly advice: string;

	constructor(message: string, advice: string) {
		super(message);
		this.name = 'InputError';
		this.advice = advice;
	}
}

/** Something that keeps a whole run, and not one item of it, from being sent. Nothing was sent. */
export class RunError extends InputError {}
