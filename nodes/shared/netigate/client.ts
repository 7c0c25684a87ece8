import { limitTo } from '../basics/concurrency';
import { asNetigateError, leftOpen, LOOK_FIRST, NetigateError } from './errors';
import { listIn } from './members';
import { noAnswerError, readAnswer, type HttpAnswer } from './responses';

export { asList, entriesIn, listed, recordsIn } from './members';

export type Query = Record<string, string | number | boolean>;

export interface NetigateRequest {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** The path below the base URL, e.g. `/surveys/501`. */
	path: string;
	query?: Query;
	/** Sent as JSON, even if it is `{}`: API calls 13 and 14 need that. */
	body?: object;
	/**
	 * Whether sending the request twice has the same effect as sending it once. If so, it is sent again after
	 * a lost response.
	 */
	repeatable: boolean;
	/** Set for a POST that changes nothing, such as call 30. A repeatable GET is always treated as a read. */
	reads?: boolean;
	/** Whether to accept an empty 2xx response. `204` accepts it only with that status. */
	emptyAllowed?: boolean | 204;
	/** For a long list: returns the part of an entry to keep, so that the whole response is never held in memory. */
	keep?: (entry: unknown) => unknown;
	/** Called with every HTTP response before it is read. */
	seen?: (answer: HttpAnswer) => void;
}

export type Exchange =
	| { kind: 'answer'; answer: HttpAnswer }
	| { kind: 'noAnswer'; code: string; message: string }
	| { kind: 'oversized'; error: NetigateError }
	| { kind: 'cancelled' };

/** Sends a request once and never throws. `withinMs` replaces the transport's own time limit. */
export type Transport = (request: NetigateRequest, withinMs?: number) => Promise<Exchange>;

export interface ClientOptions {
	maxInFlight: number;
	retryForMs: number;
	/**
	 * The total time limit for all attempts at a read, set only if a user is waiting. It no longer applies
	 * after a write.
	 */
	readTimeLimit?: { ms: number; advice?: string };
	/** How long to wait for a request to finish after its response was lost. */
	settleMs: number;
	sleep: (ms: number) => Promise<void>;
	/** The current time in milliseconds since 1970. */
	now: () => number;
	random: () => number;
	/** True once the execution has been canceled. Nothing more is sent after that. */
	cancelled: () => boolean;
	/** The same for all clients with the same credential and request options. Doesn't reveal the API key. */
	connection: string;
	/** If omitted, requests are sent as fast as possible. */
	pace?: Pace;
}

interface Pace {
	requests: number;
	everyMs: number;
}

export interface NetigateClient {
	readonly maxInFlight: number;
	readonly cancelled: () => boolean;
	/** As in `ClientOptions`. */
	readonly connection: string;
	/**
	 * Sends a request, and sends it again after a failure if that is safe. @returns the unwrapped response
	 * @throws NetigateError
	 */
	send: (request: NetigateRequest) => Promise<unknown>;
	/** Waits so that a request whose response was lost has time to finish. */
	settle: () => Promise<void>;
	get: (path: string, query?: Query) => Promise<unknown>;
}

const onlyRead = ({ method, repeatable, reads }: NetigateRequest) =>
	reads ?? (method === 'GET' && repeatable);

const READ_ADVICE =
	'Nothing was changed, because this call only reads. Try again later. If this keeps happening, check the base URL in the Netigate credential.';

/** The error for a failed read. A read never changes anything, so its outcome is never unknown. */
function readFailed(failure: NetigateError, more = ''): NetigateError {
	if (failure.outcome !== 'unknown') return failure;
	const { message, status } = failure;
	return new NetigateError(message, {
		outcome: 'notDone',
		status,
		advice: `${READ_ADVICE} ${more}`.trim(),
	});
}

export const cancelledError = () =>
	new NetigateError('The execution was canceled', {
		outcome: 'notDone',
		advice: 'Nothing was sent for this item.',
	});

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;

/**
 * A failed call is sent again if it definitely wasn't done or is `repeatable`. Refusals and redirects aren't
 * retried, because the next response would be the same.
 * @param attempt the number of attempts so far
 * @param random a number from 0 to 1 that spreads out the retries of parallel runs
 * @returns the wait in milliseconds, or undefined to give up
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
	const grown = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
	// Pause even if Netigate asks for 0 seconds. Otherwise, many requests would be sent at the same time.
	const wait = askedMs || Math.round(grown * (0.5 + random / 2));
	return wait <= leftMs ? wait : undefined;
}

/** @returns a function that returns how long the next request has to wait, in milliseconds */
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

/** @throws NetigateError if there is no response or it reports a failure */
function readExchange(exchange: Exchange, request: NetigateRequest, now: number): unknown {
	if (exchange.kind === 'cancelled') {
		throw request.repeatable
			? cancelledError()
			: new NetigateError('The execution was canceled while waiting for the response', {
					outcome: 'unknown',
					advice: LOOK_FIRST,
				});
	}
	if (exchange.kind === 'oversized') throw exchange.error;
	if (exchange.kind === 'noAnswer') throw noAnswerError(exchange.code, exchange.message);
	const { emptyAllowed, seen, keep } = request;
	const { answer } = exchange;
	seen?.(answer);
	const read = readAnswer(answer, { emptyAllowed, onlyReads: onlyRead(request), now });
	// Anything but a list is returned unchanged, because `readList` rejects it without a retry.
	return (keep && !answer.entries && listIn(read)?.map(keep)) || read;
}

interface TimeForTries {
	ms: number;
	/** Whether `ms` also limits the first attempt. */
	isLimit: boolean;
	/** Set by the first attempt, so that the time spent waiting for its turn isn't included. */
	deadline?: number;
}

class Client implements NetigateClient {
	readonly maxInFlight: number;
	readonly cancelled: () => boolean;
	readonly connection: string;
	private readonly limited: ReturnType<typeof limitTo>;
	private readonly waitForTurn: () => number;
	/** When the pause ends. A 429 applies to the whole account, so it pauses all requests from this run. */
	private pausedUntil = 0;
	/** Whether anything other than reads has been sent. */
	private written = false;

	constructor(
		private readonly transport: Transport,
		private readonly options: ClientOptions,
	) {
		this.maxInFlight = options.maxInFlight;
		this.cancelled = options.cancelled;
		this.connection = options.connection;
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
		const time: TimeForTries = { ms: limit?.ms ?? retryForMs, isLimit: limit !== undefined };
		let mayBeDone = false;
		for (let attempt = 1; ; attempt++) {
			const result = await this.limited(async () => await this.sendOnce(request, time));
			if ('value' in result) return result.value;
			const { failure } = result;
			mayBeDone ||= failure.outcome === 'unknown' && !reads;
			const reported = mayBeDone ? leftOpen(failure) : failure;
			if (cancelled()) throw reported;
			const left = (time.deadline ?? Infinity) - now();
			const wait = waitBeforeRetry(failure, request.repeatable, attempt, left, random());
			if (wait === undefined) throw reads ? readFailed(reported, limit?.advice) : reported;
			await sleep(wait);
		}
	};

	private async sendOnce(
		request: NetigateRequest,
		time: TimeForTries,
	): Promise<{ value: unknown } | { failure: NetigateError }> {
		const { now, sleep, cancelled } = this.options;
		try {
			const pause = Math.max(this.pausedUntil - now(), this.waitForTurn());
			if (pause > 0) await sleep(pause);
			time.deadline ??= now() + time.ms;
			const withinMs = time.isLimit ? Math.max(1, time.deadline - now()) : undefined;
			if (cancelled()) throw cancelledError();
			const exchange = await this.transport(request, withinMs);
			return { value: readExchange(exchange, request, now()) };
		} catch (error) {
			const failure = asNetigateError(error);
			const { askedMs } = failure;
			// Set before this slot is freed. Otherwise, the next request would be sent without the pause.
			if (askedMs !== undefined && askedMs <= time.ms)
				this.pausedUntil = Math.max(this.pausedUntil, now() + askedMs);
			return { failure };
		}
	}
}

export const createClient = (transport: Transport, options: ClientOptions): NetigateClient =>
	new Client(transport, options);
