import { AdvisedError } from '../basics/errors';

/**
 * The outcome of a failed call:
 * - `refused` (400, 401, 404): nothing was done, and sending it again changes nothing.
 * - `notDone` (429, Netigate's own 503, no connection): it surely wasn't done, so it may be sent again.
 * - `unknown` (timeout, lost connection, 500, unreadable response): it may have been done.
 */
type Outcome = 'refused' | 'notDone' | 'unknown';

export const LOOK_FIRST = 'Check in Netigate whether it was done before you send it again.';

interface Details {
	outcome: Outcome;
	/** The HTTP status, if there was a response. */
	status?: number;
	advice: string;
	/** The request may still run, so its result may appear later. */
	mayStillRun?: boolean;
	/** Netigate accepted it without showing the result, so it must never be sent again. */
	accepted?: boolean;
	/** How long Netigate asks to wait, in milliseconds. */
	askedMs?: number;
}

/** A call to Netigate that failed. Never holds headers, so never the API key. */
export class NetigateError extends AdvisedError {
	readonly outcome: Outcome;
	readonly status?: number;
	readonly mayStillRun: boolean;
	readonly accepted: boolean;
	readonly askedMs?: number;

	constructor(message: string, details: Details) {
		super(message, details.advice);
		this.outcome = details.outcome;
		this.mayStillRun = details.mayStillRun ?? false;
		this.accepted = details.accepted ?? false;
		this.askedMs = details.askedMs;
		this.status = details.status;
	}
}

/** A parameter or field that can't be sent. Nothing was sent. */
export class InputError extends AdvisedError {}

/** An error of the whole run rather than of one item. Nothing was sent. */
export class RunError extends InputError {
	override readonly ofRun = true;
}

/** Errors of the JavaScript engine. Users can't understand their messages. */
const SURPRISES = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Whether an error is a fault in the code rather than a message for the user. */
export const isSurprise = (error: unknown): boolean =>
	!(error instanceof Error) || SURPRISES.some((kind) => error instanceof kind);

/** Turns any error into one about a call to Netigate. The outcome of other errors is `unknown`. */
export function asNetigateError(error: unknown, advice = LOOK_FIRST): NetigateError {
	if (error instanceof NetigateError) return error;
	const unclear = "Netigate's response can't be read";
	const message = isSurprise(error) ? unclear : (error as Error).message;
	return new NetigateError(message, { outcome: 'unknown', advice });
}

/** A failure after an earlier request that may have been done, so the outcome is unknown. */
export function leftOpen(failure: NetigateError, advice = LOOK_FIRST): NetigateError {
	if (failure.outcome === 'unknown') return failure;
	return new NetigateError(failure.message, { outcome: 'unknown', status: failure.status, advice });
}
