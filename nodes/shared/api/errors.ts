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

/** What the JavaScript engine throws where code meets what it did not expect; its words say nothing to users. */
const SURPRISES = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Whether an error is a fault of this package, or of what it runs in, and no answer to the user. */
export function isSurprise(error: unknown): boolean {
	return !(error instanceof Error) || SURPRISES.some((kind) => error instanceof kind);
}

/**
 * An error as one about a call to Netigate. Anything else than such an error leaves open what was done, and a
 * fault in our own code is told in words that say something to users.
 *
 * @param advice what the user can do when it is none yet
 */
export function asNetigateError(
	error: unknown,
	advice = 'Look in Netigate whether it was done before you send it again.',
): NetigateError {
	if (error instanceof NetigateError) return error;
	const message = isSurprise(error)
		? 'Netigate answered in a way that this node cannot read'
		: (error as Error).message;
	return new NetigateError(message, { outcome: 'unknown', advice });
}

/** A failure after something was sent that may have been done all the same: its outcome is not known. */
export function leftOpen(
	failure: NetigateError,
	advice = 'Look in Netigate whether it was done before you send it again.',
): NetigateError {
	if (failure.outcome === 'unknown') return failure;
	return new NetigateError(failure.message, { outcome: 'unknown', status: failure.status, advice });
}
