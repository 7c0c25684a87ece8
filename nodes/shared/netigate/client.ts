import { readAnswer, type HttpAnswer } from './responses';
import { limitTo } from '../basics/concurrency';
import { asNetigateError, leftOpen, LOOK_FIRST, NetigateError } from './errors';
import { entriesIn, isRecord, isEntryId, listIn, unreadable, type EntryId } from './members';
import { waitBeforeRetry } from './retry';

export { asList, entriesIn, listed, recordsIn } from './members';

export type Query = Record<string, string | number | boolean>;

/** A call to Netigate. `path` is below the base URL and complete, e.g. `/surveys/501`. */
export interface NetigateRequest {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	path: string;
	query?: Query;
	/** Sent as JSON, even `{}`: activate and deactivate want that (contract rows 13 and 14). */
	body?: object;
	/**
	 * True only where doing it twice is the same as doing it once. Such a call is sent again even when its
	 * answer was lost; any other only when it surely was not done.
	 */
	repeatable: boolean;
	/** A POST that changes nothing, as row 30; a GET that is repeatable only reads anyway. */
	reads?: boolean;
	/** Whether an empty 2xx answer is fine; 204: only where it says itself that it has no content. */
	emptyAllowed?: boolean | 204;
	/**
	 * Whether the answer may be long. It is read as it comes then: n8n's helper keeps texts that it has read
	 * until memory is short.
	 */
	long?: boolean;
	/** What to keep of each entry of a long list: such an answer is never held whole. */
	keep?: (entry: unknown) => unknown;
	/** Called with every HTTP answer as it came, before it is read. */
	seen?: (answer: HttpAnswer) => void;
}

/** What the network did with a request: an HTTP answer, or none. */
export type Exchange =
	| { kind: 'answer'; answer: HttpAnswer }
	| { kind: 'noAnswer'; code: string; message: string }
	| { kind: 'cancelled' };

/**
 * Sends one request once. Never throws for what the network or the server does.
 *
 * @param withinMs when to give up waiting for the answer; without it the transport knows
 */
export type Transport = (request: NetigateRequest, withinMs?: number) => Promise<Exchange>;

export interface ClientOptions {
	/** How many requests may be under way at once. */
	maxInFlight: number;
	/** How long one call is tried again before it is given up, in milliseconds. */
	retryForMs: number;
	/** Somebody waits: until something was written, a read is given so many milliseconds for all its tries. */
	readTimeLimit?: { ms: number; advice?: string };
	/** How much time a request whose answer was lost gets to finish, in milliseconds. */
	settleMs: number;
	/** Waits this many milliseconds. */
	sleep: (ms: number) => Promise<void>;
	/** The clock, in milliseconds since 1970. */
	now: () => number;
	random: () => number;
	/** True once the execution was cancelled: nothing more is sent. */
	cancelled: () => boolean;
	/** How many requests may go out in how much time; without it as many as can. */
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
	 * Sends a request, again where that is safe, and returns the unwrapped answer.
	 *
	 * @throws NetigateError when it was refused or given up, or its outcome is not known
	 */
	send: (request: NetigateRequest) => Promise<unknown>;
	/** Waits until a request whose answer was lost has had time to finish. */
	settle: () => Promise<void>;
	/** A plain read: `send` with GET, repeatable. */
	get: (path: string, query?: Query) => Promise<unknown>;
}

/** Codes of connections that were never made, so the request cannot have arrived. */
const NEVER_CONNECTED = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
]);

/** Messages of the JavaScript engine, which mean nothing to users. */
const INTERNAL_WORDS = /cannot read|undefined|is not (a function|iterable)|unexpected token/i;

/** @returns the error of a request that got no HTTP answer; its outcome says whether it can have arrived */
export function noAnswerError(code: string, message: string): NetigateError {
	if (NEVER_CONNECTED.has(code)) {
		return new NetigateError(`Netigate cannot be reached (${code})`, {
			outcome: 'notDone',
			advice:
				'Check the server or base URL in the Netigate credential, and whether n8n may connect to it. Nothing was sent.',
		});
	}
	if (/CERT|SSL|SELF_SIGNED|ALTNAME/.test(code)) {
		return new NetigateError(`The connection to Netigate is not trusted (${code})`, {
			outcome: 'notDone',
			advice:
				'The TLS certificate was not accepted. Check the base URL, or a proxy that opens TLS connections. Nothing was sent.',
		});
	}
	const timedOut = code === 'ETIMEDOUT' || code === 'ECONNABORTED';
	const why = code || (INTERNAL_WORDS.test(message) ? 'no answer' : message);
	return new NetigateError(
		timedOut
			? 'Netigate did not answer in time'
			: `The connection to Netigate was lost before the answer was complete (${why})`,
		{
			outcome: 'unknown',
			// However the connection ended, the work at the other end may go on.
			mayStillRun: true,
			advice: LOOK_FIRST,
		},
	);
}

/** A call that changes nothing, however often it is made. */
export const onlyRead = ({ method, repeatable, reads }: NetigateRequest) =>
	reads ?? (method === 'GET' && repeatable);

/** The error of a read that failed: there is nothing to look for in Netigate, since nothing can have been done. */
function readFailed(failure: NetigateError, more = ''): NetigateError {
	if (failure.outcome !== 'unknown') return failure;
	return new NetigateError(failure.message, {
		outcome: 'notDone',
		status: failure.status,
		advice: `${READ_ADVICE} ${more}`.trim(),
	});
}

const READ_ADVICE =
	'This only reads, so nothing was done. Try again later, and check the base URL in the Netigate credential if this keeps happening.';

/** @returns the error of what was not sent, because the execution was cancelled before */
export const cancelledError = () =>
	new NetigateError('The execution was cancelled', {
		outcome: 'notDone',
		advice: 'Nothing was sent for this item.',
	});

/** @returns a function that gives a request its turn: how many milliseconds it has to wait */
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

/**
 * Wraps a transport into a client that never has more than `maxInFlight` requests under way, waits
 * out 429 and 503, and repeats only what can be repeated.
 */
export function createClient(transport: Transport, options: ClientOptions): NetigateClient {
	const limited = limitTo(Math.max(1, options.maxInFlight));
	// A 429 is about the whole account: while it lasts, no other request of this run goes out either.
	let pausedUntil = 0;
	let written = false;
	const waitForTurn = turnsOf(options.pace, options.now);

	async function once(
		request: NetigateRequest,
		begins: () => number | undefined,
	): Promise<unknown> {
		const pause = Math.max(pausedUntil - options.now(), waitForTurn());
		if (pause > 0) await options.sleep(pause);
		const withinMs = begins();
		if (options.cancelled()) throw cancelledError();
		const exchange = await transport(request, withinMs);
		if (exchange.kind === 'cancelled') {
			throw request.repeatable
				? cancelledError()
				: new NetigateError('The execution was cancelled while the answer was awaited', {
						outcome: 'unknown',
						advice: LOOK_FIRST,
					});
		}
		if (exchange.kind === 'noAnswer') throw noAnswerError(exchange.code, exchange.message);
		const { emptyAllowed, seen, keep } = request;
		const { answer } = exchange;
		seen?.(answer);
		const onlyReads = onlyRead(request);
		const read = readAnswer(answer, { emptyAllowed, onlyReads, now: options.now() });
		// What is no list stays as it came, for `readList` to refuse: it is not worth another try.
		return (keep && !answer.entries && listIn(read)?.map(keep)) || read;
	}

	/** Makes all other requests of this run wait as long as Netigate asks for, unless that is too long anyway. */
	function pauseFor({ askedMs }: NetigateError, patienceMs: number): void {
		if (askedMs === undefined || askedMs > patienceMs) return;
		pausedUntil = Math.max(pausedUntil, options.now() + askedMs);
	}

	async function send(request: NetigateRequest): Promise<unknown> {
		written ||= !onlyRead(request);
		const hurry = written ? undefined : options.readTimeLimit;
		const patienceMs = hurry?.ms ?? options.retryForMs;
		// Counted from the first try, so that waiting for a turn takes nothing from the time for retries.
		let deadline: number | undefined;
		const begins = () => {
			deadline ??= options.now() + patienceMs;
			return hurry && Math.max(1, deadline - options.now());
		};
		// A try whose answer was lost may have done it, whatever the next ones come to.
		let open = false;
		for (let attempt = 1; ; attempt++) {
			const result = await limited(
				async () =>
					await once(request, begins).then(
						(value) => ({ value }),
						(thrown: unknown) => {
							const failure = asNetigateError(thrown);
							// Before this place is free, or the next request would slip out first.
							pauseFor(failure, patienceMs);
							return { failure };
						},
					),
			);
			if ('value' in result) return result.value;
			const { failure } = result;
			open ||= failure.outcome === 'unknown' && !onlyRead(request);
			const told = open ? leftOpen(failure) : failure;
			if (options.cancelled()) throw told;
			const wait = waitBeforeRetry(failure, {
				attempt,
				repeatable: request.repeatable,
				leftMs: (deadline ?? Infinity) - options.now(),
				random: options.random(),
			});
			if (wait === undefined) throw onlyRead(request) ? readFailed(told, hurry?.advice) : told;
			await options.sleep(wait);
		}
	}

	return {
		maxInFlight: options.maxInFlight,
		cancelled: options.cancelled,
		settle: async () => await options.sleep(options.settleMs),
		send,
		get: async (path, query) => await send({ method: 'GET', path, query, repeatable: true }),
	};
}

/** A plain read of what may be long. */
export async function readLong(
	client: NetigateClient,
	path: string,
	query: Query,
	keep?: NetigateRequest['keep'],
): Promise<unknown> {
	return await client.send({ method: 'GET', path, query, repeatable: true, long: true, keep });
}

/**
 * Reads a list as long as a survey has people.
 *
 * @param id that of its entries
 * @param keep what is needed of each
 * @throws NetigateError also when an entry has no such id, or is null: somebody would be overlooked
 */
export async function readList<T>(
	client: NetigateClient,
	path: string,
	query: Query,
	id: EntryId,
	keep: (entry: Record<string, unknown>) => T,
): Promise<T[]> {
	const kept = await readLong(client, path, query, (entry) =>
		isRecord(entry) && isEntryId(entry[id]) ? keep(entry) : undefined,
	);
	const entries = entriesIn(kept, id);
	if (entries.every((entry) => entry !== undefined)) return entries as T[];
	throw unreadable(id, true);
}
