import { AdvisedError } from '../basics/errors';

/**
 * What is known about a call that did not bring an answer:
 * - `refused`: Netigate said no (400, 401, 404); nothing was done, and asking again changes nothing.
 * - `notDone`: it was surely not done (429, Netigate's own 503, no connection), so it may be sent again.
 * - `unknown`: it may have been done (time-out, lost connection, 500, unreadable answer).
 */
type Outcome = 'refused' | 'notDone' | 'unknown';

/** What to do about an outcome that is `unknown`. */
export const LOOK_FIRST = 'Look in Netigate whether it was done before you send it again.';

/** A call to Netigate that failed. Never holds headers, so never the API key. */
export class NetigateError extends AdvisedError {
	readonly outcome: Outcome;

	/** The HTTP status, where there was an answer. */
	readonly status?: number;

	/** True where the request may still be under way: looking for its result then proves nothing. */
	readonly mayStillRun: boolean;

	/**
	 * True where Netigate said yes, though not to what: it is done then, or will be, even where it is in no list
	 * yet. It must never be sent again.
	 */
	readonly accepted: boolean;

	/** How many milliseconds Netigate asks to wait, if it does. */
	readonly askedMs?: number;

	constructor(
		message: string,
		{
			outcome,
			status,
			advice,
			mayStillRun = false,
			accepted = false,
			askedMs,
		}: {
			outcome: Outcome;
			status?: number;
			advice: string;
			mayStillRun?: boolean;
			accepted?: boolean;
			askedMs?: number;
		},
	) {
		super(message, advice);
		this.outcome = outcome;
		this.mayStillRun = mayStillRun;
		this.accepted = accepted;
		this.askedMs = askedMs;
		this.status = status;
	}
}

/** A parameter, or a field of an item, that cannot be sent as it is. Nothing was sent. */
export class InputError extends AdvisedError {}

/** Something that keeps the whole run from being sent, not just one item. Nothing was sent. */
export class RunError extends InputError {
	override readonly ofRun = true;
}

/** What the JavaScript engine throws where code meets something unexpected; its words mean nothing to users. */
const SURPRISES = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Whether an error is a fault in this package or what it runs in, rather than a message for the user. */
export function isSurprise(error: unknown): boolean {
	return !(error instanceof Error) || SURPRISES.some((kind) => error instanceof kind);
}

/**
 * Turns any error into one about a call to Netigate. One that was not such an error leaves open what was done; a
 * fault in our own code gets a message that users can understand.
 *
 * @param advice what the user can do, for an error that does not say it
 */
export function asNetigateError(error: unknown, advice = LOOK_FIRST): NetigateError {
	if (error instanceof NetigateError) return error;
	const message = isSurprise(error)
		? 'Netigate answered in a way that this node cannot read'
		: (error as Error).message;
	return new NetigateError(message, { outcome: 'unknown', advice });
}

/** A failure after something was sent that may have been done all the same: its outcome is not known. */
export function leftOpen(failure: NetigateError, advice = LOOK_FIRST): NetigateError {
	if (failure.outcome === 'unknown') return failure;
	return new NetigateError(failure.message, { outcome: 'unknown', status: failure.status, advice });
}
