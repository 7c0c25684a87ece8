import { limitTo } from '../basics/concurrency';
import { asNetigateError, leftOpen, LOOK_FIRST, NetigateError } from './errors';
import { listIn } from './members';
import { noAnswerError, readAnswer, type HttpAnswer } from './responses';

export { asList, entriesIn, listed, recordsIn } from './members';

export type Query = Record<string, string | number | boolean>;

/** A call to Netigate. `path` is below the base URL and complete, e.g. `/surveys/501`. */
export interface NetigateRequest {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	path: string;
	query?: Query;
	/** Sent as JSON, even `{}`: activate and deactivate need that (calls 13 and 14). */
	body?: object;
	/**
	 * True only if doing it twice is the same as doing it once. Such a call is sent again even if its response was
	 * lost; any other only if it surely was not done.
	 */
	repeatable: boolean;
	/** A POST that changes nothing, as call 30. A repeatable GET only reads anyway. */
	reads?: boolean;
	/** Whether an empty 2xx response is fine; 204: only with that status. */
	emptyAllowed?: boolean | 204;
	/** Whether to read the response as it comes: n8n's helper keeps texts that it has read until memory is short. */
	long?: boolean;
	/** What to keep of each entry of a long list: such a response is never held whole. */
	keep?: (entry: unknown) => unknown;
	/** Called with every HTTP response before it is read. */
	seen?: (answer: HttpAnswer) => void;
}

/** What the network did with a request. */
export type Exchange =
	| { kind: 'answer'; answer: HttpAnswer }
	| { kind: 'noAnswer'; code: string; message: string }
	| { kind: 'cancelled' };

/**
 * Sends one request once. Never throws for what the network or the server does.
 *
 * @param withinMs when to give up waiting for the response; without it the transport decides
 */
export type Transport = (request: NetigateRequest, withinMs?: number) => Promise<Exchange>;

export interface ClientOptions {
	/** The number of requests that may be under way at once. */
	maxInFlight: number;
	/** How long a call is tried again, in milliseconds. */
	retryForMs: number;
	/** For a user who waits: until something was written, all tries of a read together get this time. */
	readTimeLimit?: { ms: number; advice?: string };
	/** The time that a request whose response was lost gets to finish, in milliseconds. */
	settleMs: number;
	sleep: (ms: number) => Promise<void>;
	/** In milliseconds since 1970. */
	now: () => number;
	random: () => number;
	/** True once the execution was cancelled: nothing more is sent. */
	cancelled: () => boolean;
	/** Without it, requests are sent as fast as possible. */
	pace?: Pace;
}

export interface Pace {
	requests: number;
	everyMs: number;
}

export interface NetigateClient {
	readonly maxInFlight: number;
	readonly cancelled: () => boolean;
	/**
	 * Sends a request, again if that is safe, and returns the unwrapped response.
	 *
	 * @throws NetigateError if it was refused or given up, or its outcome is not known
	 */
	send: (request: NetigateRequest) => Promise<unknown>;
	/** Waits until a request whose response was lost has had time to finish. */
	settle: () => Promise<void>;
	/** A plain read: `send` with GET, repeatable. */
	get: (path: string, query?: Query) => Promise<unknown>;
}

/** Whether a call changes nothing. */
export const onlyRead = ({ method, repeatable, reads }: NetigateRequest) =>
	reads ?? (method === 'GET' && repeatable);

/** The error of a read that failed: nothing can have been done, so there is nothing to look for in Netigate. */
function readFailed(failure: NetigateError, more = ''): NetigateError {
	if (failure.outcome !== 'unknown') return failure;
	return new NetigateError(failure.message, {
		outcome: 'notDone',
		status: failure.status,
		advice: `${READ_ADVICE} ${more}`.trim(),
	});
}

const READ_ADVICE =
	'Nothing was changed, because this only reads. Try again later. If this continues, check the base URL in the Netigate credential.';

/** The error of a request that was not sent, because the execution was cancelled before. */
export const cancelledError = () =>
	new NetigateError('The execution was cancelled', {
		outcome: 'notDone',
		advice: 'Nothing was sent for this item.',
	});

/** Waits grow from half a second to half a minute. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Decides whether a failed call is sent again. If it surely was not done, it is; if it may have been done, only if it
 * is `repeatable`. A refusal stays one, and a redirect leads to the same place next time.
 *
 * @param attempt how often the call was sent so far, from 1
 * @param leftMs the time that is left for retries
 * @param random a number from 0 to 1, which spreads parallel runs
 * @returns the wait in milliseconds; undefined: give up
 */
function waitBeforeRetry(
	{ outcome, status = 0, askedMs }: NetigateError,
	repeatable: boolean,
	attempt: number,
	leftMs: number,
	random: number,
): number | undefined {
	if (outcome === 'refused' || (status >= 300 && status < 400)) return undefined;
	if (outcome === 'unknown' && !repeatable) return undefined;
	const grown = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
	// Even a wait of 0 seconds gets a pause, or many requests would come back at once.
	const wait = askedMs || Math.round(grown * (0.5 + random / 2));
	return wait <= leftMs ? wait : undefined;
}

/** @returns a function that gives a request its turn: the milliseconds that it has to wait */
function turnsOf(pace: Pace | undefined, now: () => number): () => number {
	let begun = -Infinity;
	let sent = 0;
	return () => {
		if (!pace) return 0;
		const next = begun + pace.everyMs;
		if (sent >= pace.requests || now() >= next) {
			begun = Math.max(now(), next);
			sent = 0;
		}
		sent++;
		return begun - now();
	};
}

/** @throws NetigateError if the exchange brought no response, or one that is a failure */
function readExchange(exchange: Exchange, request: NetigateRequest, now: number): unknown {
	if (exchange.kind === 'cancelled') {
		throw request.repeatable
			? cancelledError()
			: new NetigateError('The execution was cancelled while waiting for the response', {
					outcome: 'unknown',
					advice: LOOK_FIRST,
				});
	}
	if (exchange.kind === 'noAnswer') throw noAnswerError(exchange.code, exchange.message);
	const { emptyAllowed, seen, keep } = request;
	const { answer } = exchange;
	seen?.(answer);
	const read = readAnswer(answer, { emptyAllowed, onlyReads: onlyRead(request), now });
	// Anything but a list stays as it came, for `readList` to refuse: it isn't worth another try.
	return (keep && !answer.entries && listIn(read)?.map(keep)) || read;
}

/** The time that one call gets for all its tries. */
class TimeForTries {
	private deadline = Infinity;

	/** @param onlyRetries whether the first try may take longer */
	constructor(
		readonly ms: number,
		private readonly onlyRetries: boolean,
	) {}

	/** Begins with the first try, so that waiting for a turn takes nothing from it. @returns the time limit of a try */
	begin(now: number): number | undefined {
		if (this.deadline === Infinity) this.deadline = now + this.ms;
		return this.onlyRetries ? undefined : Math.max(1, this.leftMs(now));
	}

	leftMs(now: number): number {
		return this.deadline - now;
	}
}

class Client implements NetigateClient {
	readonly maxInFlight: number;

	readonly cancelled: () => boolean;

	private readonly limited: ReturnType<typeof limitTo>;

	private readonly waitForTurn: () => number;

	/** A 429 is about the whole account: until it is over, no other request of this run goes out either. */
	private pausedUntil = 0;

	/** Whether anything but reads was sent. */
	private written = false;

	constructor(
		private readonly transport: Transport,
		private readonly options: ClientOptions,
	) {
		this.maxInFlight = options.maxInFlight;
		this.cancelled = options.cancelled;
		this.limited = limitTo(Math.max(1, options.maxInFlight));
		this.waitForTurn = turnsOf(options.pace, options.now);
	}

	readonly settle = async () => await this.options.sleep(this.options.settleMs);

	readonly get = async (path: string, query?: Query) =>
		await this.send({ method: 'GET', path, query, repeatable: true });

	readonly send = async (request: NetigateRequest): Promise<unknown> => {
		const { now, random, sleep, readTimeLimit, retryForMs, cancelled } = this.options;
		const reads = onlyRead(request);
		this.written ||= !reads;
		const limit = this.written ? undefined : readTimeLimit;
		const time = new TimeForTries(limit?.ms ?? retryForMs, limit === undefined);
		// A try whose response was lost may have done it, whatever happens to the next ones.
		let mayBeDone = false;
		for (let attempt = 1; ; attempt++) {
			const result = await this.limited(async () => await this.sendOnce(request, time));
			if ('value' in result) return result.value;
			const { failure } = result;
			mayBeDone ||= failure.outcome === 'unknown' && !reads;
			const reported = mayBeDone ? leftOpen(failure) : failure;
			if (cancelled()) throw reported;
			const left = time.leftMs(now());
			const wait = waitBeforeRetry(failure, request.repeatable, attempt, left, random());
			if (wait === undefined) throw reads ? readFailed(reported, limit?.advice) : reported;
			await sleep(wait);
		}
	};

	/** Sends a request once, when it is its turn. */
	private async sendOnce(
		request: NetigateRequest,
		time: TimeForTries,
	): Promise<{ value: unknown } | { failure: NetigateError }> {
		const { now, sleep, cancelled } = this.options;
		try {
			const pause = Math.max(this.pausedUntil - now(), this.waitForTurn());
			if (pause > 0) await sleep(pause);
			const withinMs = time.begin(now());
			if (cancelled()) throw cancelledError();
			const exchange = await this.transport(request, withinMs);
			return { value: readExchange(exchange, request, now()) };
		} catch (error) {
			const failure = asNetigateError(error);
			const { askedMs } = failure;
			// Noted before this place is free, or the next request would slip out first.
			if (askedMs !== undefined && askedMs <= time.ms)
				this.pausedUntil = Math.max(this.pausedUntil, now() + askedMs);
			return { failure };
		}
	}
}

/**
 * Wraps a transport into a client that never has more than `maxInFlight` requests under way, waits as long as 429 and
 * 503 ask for, and repeats only what can be repeated.
 */
export function createClient(transport: Transport, options: ClientOptions): NetigateClient {
	return new Client(transport, options);
}
