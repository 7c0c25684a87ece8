import { AdvisedError } from '../basics/errors';

/**
 * The outcome of a failed call:
 * - `refused` (400, 401, 404): nothing was done, and sending it again would have the same result.
 * - `notDone` (429, Netigate's own 503, no connection): it definitely wasn't done, so it may be sent again.
 * - `unknown` (timeout, lost connection, 500, unreadable response): it may have been done.
 */
type Outcome = 'refused' | 'notDone' | 'unknown';

export const LOOK_FIRST = 'Before you send it again, check in Netigate whether it was done.';

interface Details {
	outcome: Outcome;
	/** The HTTP status, if there was a response. */
	status?: number;
	advice: string;
	/** The request may still be running, so its result may appear later. */
	mayStillRun?: boolean;
	/** Netigate accepted the request but didn't return the result, so it must never be sent again. */
	accepted?: boolean;
	/** How long Netigate asks the client to wait, in milliseconds. */
	askedMs?: number;
}

/** The error for a failed call to Netigate. It never contains headers, so it can't contain the API key. */
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

	override get reason(): string {
		return this.outcome;
	}

	withAdvice(advice: string): NetigateError {
		return new NetigateError(this.message, { ...this, advice });
	}
}

const CHECK_URL =
	'Check the base URL in the Netigate credential, and whether a proxy in between changes responses.';

/** The error for a response far larger than Netigate is expected to send. @param what e.g. `has too many levels` */
export const oversized = (what: string, outcome: Outcome = 'unknown'): NetigateError =>
	new NetigateError(`Netigate's response ${what}, so it wasn't read`, {
		outcome,
		advice: outcome === 'unknown' ? `${LOOK_FIRST} ${CHECK_URL}` : CHECK_URL,
	});

/** An error in a parameter or field. Nothing was sent. */
export class InputError extends AdvisedError {
	override readonly reason: string = 'invalidValue';
}

/** A contact that can't be used. */
export class ContactError extends InputError {
	override readonly reason = 'invalidContact';
}

/** An invalid setting. If all items share it, the workflow stops, even if it should continue on failure. */
export class SettingError extends InputError {}

/** An invalid setting for the whole run. Nothing was sent. */
export class RunError extends SettingError {
	override readonly ofRun = true;
}

/** JavaScript engine errors, whose messages users can't understand. */
const SURPRISES = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Whether an error comes from a bug in the code and isn't meant for the user. */
export const isSurprise = (error: unknown): boolean =>
	!(error instanceof Error) || SURPRISES.some((kind) => error instanceof kind);

/** Turns any error into a NetigateError. If it wasn't one already, its outcome is `unknown`. */
export function asNetigateError(error: unknown, advice = LOOK_FIRST): NetigateError {
	if (error instanceof NetigateError) return error;
	const unclear = "Netigate's response can't be read";
	const message = isSurprise(error) ? unclear : (error as Error).message;
	return new NetigateError(message, { outcome: 'unknown', advice });
}

/** The error to report if an earlier attempt at the request may have succeeded. Its outcome is unknown. */
export function leftOpen(failure: NetigateError, advice = LOOK_FIRST): NetigateError {
	if (failure.outcome === 'unknown') return failure;
	return new NetigateError(failure.message, { outcome: 'unknown', status: failure.status, advice });
}
