import { AdvisedError } from '../basics/errors';

/**
 * What became of a call that failed:
 * - `refused` (400, 401, 404): nothing was done, and sending it again changes nothing.
 * - `notDone` (429, Netigate's own 503, no connection): it was surely not done, so it may be sent again.
 * - `unknown` (time-out, lost connection, 500, unreadable response): it may have been done.
 */
type Outcome = 'refused' | 'notDone' | 'unknown';

/** Advice for an `unknown` outcome. */
export const LOOK_FIRST = 'Check in Netigate whether it was done before you send it again.';

interface Details {
	outcome: Outcome;
	/** The HTTP status, if there was a response. */
	status?: number;
	advice: string;
	/** The request may still be under way, so looking for its result proves nothing. */
	mayStillRun?: boolean;
	/** Netigate said yes without saying to what: it is or will be done, and must never be sent again. */
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

/** A parameter, or a field of an item, that cannot be sent as it is. Nothing was sent. */
export class InputError extends AdvisedError {}

/** A reason not to send the whole run, rather than one item. Nothing was sent. */
export class RunError extends InputError {
	override readonly ofRun = true;
}

/** What the JavaScript engine throws when code meets something unexpected. Users can't understand its messages. */
const SURPRISES = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Whether an error is a fault in the code rather than a message for the user. */
export function isSurprise(error: unknown): boolean {
	return !(error instanceof Error) || SURPRISES.some((kind) => error instanceof kind);
}

/**
 * Turns any error into one about a call to Netigate. The outcome of other errors is `unknown`, and a fault in the code
 * gets a message that users can understand.
 *
 * @param advice for errors that have none
 */
export function asNetigateError(error: unknown, advice = LOOK_FIRST): NetigateError {
	if (error instanceof NetigateError) return error;
	const message = isSurprise(error)
		? "Netigate's response can't be read"
		: (error as Error).message;
	return new NetigateError(message, { outcome: 'unknown', advice });
}

/** A failure after an earlier request that may have been done: its outcome is not known. */
export function leftOpen(failure: NetigateError, advice = LOOK_FIRST): NetigateError {
	if (failure.outcome === 'unknown') return failure;
	return new NetigateError(failure.message, { outcome: 'unknown', status: failure.status, advice });
}
