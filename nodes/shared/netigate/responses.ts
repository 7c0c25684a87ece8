import { LOOK_FIRST, NetigateError } from './errors';
import { asDocumented, isDocumented, isRecord } from './members';
import { retryAfterMs } from './retry';

/** One HTTP exchange as the transport saw it. `body` is the text as it came. */
export interface HttpAnswer {
	status: number;
	headers: Record<string, unknown>;
	body: string;
	/** What was kept of the entries of a long list; its text is gone. */
	entries?: unknown[];
}

const STATUS_ADVICE: Record<number, string> = {
	400: 'Check the values of this item against what Netigate says above.',
	401: 'Check the API key and the server in the Netigate credential. The key comes from your Netigate account manager.',
	403: 'Ask your Netigate account manager whether this API key may do this.',
	404: 'Check the ids: the survey, sendout or other object may be in another account, or gone.',
};

/**
 * Takes the wrapper off an answer: Netigate sometimes answers `{"AddRowResult": …}` instead of the object itself.
 * An object is unwrapped if one of its keys ends in `Result` and none is documented; anything else is returned as
 * it is (contract: "Wrapped answers").
 */
export function unwrap(answer: unknown): unknown {
	if (!isRecord(answer)) return answer;
	const names = Object.keys(answer);
	const wrappers = names.filter((name) => /.result$/i.test(name));
	if (wrappers.length !== 1 || names.some(isDocumented)) return answer;
	const inner = answer[wrappers[0]];
	return names.length === 1 || (typeof inner === 'object' && inner !== null) ? inner : answer;
}

/** Parses JSON, also behind a byte order mark; undefined where it is none. */
export function parseJson(text: string): { value: unknown } | undefined {
	try {
		return { value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
	} catch {
		return undefined;
	}
}

/** What Netigate says about a call that failed: its own `StatusCode` and `Message` (contract: "Errors"). */
interface OwnError {
	code?: number;
	message?: string;
}

/** The error object in an answer, unwrapped; undefined where the answer is anything else. */
function ownErrorIn(answer: unknown): OwnError | undefined {
	const object = Array.isArray(answer) && answer.length === 1 ? unwrap(answer[0]) : answer;
	if (!isRecord(object)) return undefined;
	const { StatusCode, Message } = object;
	const message = typeof Message === 'string' && Message.trim() !== '' ? Message : undefined;
	const code = typeof StatusCode === 'number' ? StatusCode : undefined;
	if (code !== undefined && code >= 300 && code < 600) return { code, message };
	if (code !== undefined && code >= 200 && code < 300) return undefined;
	// Without a readable code it is recognised by having nothing but its message.
	const others = Object.keys(object).filter((name) => !ERROR_MEMBERS.has(name));
	const told = message !== undefined || 'StatusCode' in object;
	const answers = others.some((name) => isDocumented(name) && !isNothing(object[name]));
	return told && !answers ? { message } : undefined;
}

/** An empty list beside a message is no answer. */
const isNothing = (value: unknown) =>
	value === null || (Array.isArray(value) && value.length === 0);

const ERROR_MEMBERS = new Set(['StatusCode', 'Message']);

function describeUnreadable(body: string): string {
	if (body.trim() === '') return 'The answer was empty';
	if (isWebPage(body)) return 'The answer was a web page, not data';
	return 'The answer was cut off or is not JSON';
}

const isWebPage = (body: string) => /^\s*<(!doctype|html)/i.test(body);

/** Gateways that gave up waiting: nobody knows how far the server behind them has come. */
const gaveUpWaiting = (status: number) => status === 408 || (status >= 502 && status !== 503);

/** A redirect is never followed: it would take the API key to another address. */
function redirectError(status: number, headers: HttpAnswer['headers']): NetigateError {
	const { location } = headers;
	const host = typeof location === 'string' ? /^\w+:\/\/([\w.:-]+)/.exec(location)?.[1] : undefined;
	return new NetigateError(
		`Instead of an answer came a redirect${host ? ` to ${host}` : ''} (HTTP ${status})`,
		{
			outcome: 'unknown',
			status,
			advice: `Redirects are not followed, so that the API key goes nowhere else. ${LOOK_FIRST} Check the server and base URL in the Netigate credential, or ask who runs the proxy or log-in page in between.`,
		},
	);
}

/**
 * The error of an answer with this status. Too busy, and so not done, counts where Netigate says it itself or asks
 * for a wait: a 503 of a gateway that says neither leaves open what the server behind it has done.
 */
function failureOf(
	status: number,
	error: OwnError | undefined,
	headers: HttpAnswer['headers'],
	now: number,
): NetigateError {
	const own = error?.message;
	const askedMs = retryAfterMs(headers['retry-after'], now);
	if (status === 429 || (status === 503 && (error !== undefined || askedMs !== undefined))) {
		const asks =
			askedMs === undefined ? '' : ` It asks you to wait ${Math.ceil(askedMs / 1000)} seconds.`;
		return new NetigateError(`Netigate is busy (HTTP ${status})${own ? `: ${own}` : ''}`, {
			outcome: 'notDone',
			status,
			askedMs,
			advice: `Nothing was done.${asks} Try again later, or raise "Retry for (Seconds)" under Request Options.`,
		});
	}
	if (status >= 300 && status < 400) return redirectError(status, headers);
	if (status >= 500 || status < 400 || status === 408) {
		return new NetigateError(`Netigate failed (HTTP ${status})${own ? `: ${own}` : ''}`, {
			outcome: 'unknown',
			status,
			mayStillRun: gaveUpWaiting(status),
			advice: LOOK_FIRST,
		});
	}
	return new NetigateError(
		own ? `Netigate refused: ${own}` : `Netigate refused the request (HTTP ${status})`,
		{ outcome: 'refused', status, advice: STATUS_ADVICE[status] ?? STATUS_ADVICE[400] },
	);
}

/**
 * Which status counts where HTTP and Netigate's own `StatusCode` differ (that they agree is only inferred):
 * Netigate's own within a success, else the one that leaves more open.
 */
function statusOf(status: number, { code }: OwnError = {}): number {
	if (status < 300) return code ?? 500;
	const open = (one: number) => one >= 500 && one !== 503;
	return code !== undefined && open(code) && !open(status) ? code : status;
}

/**
 * Reads an HTTP answer of Netigate: the one place that brings it to the documented form, whether it is wrapped
 * or bare, begins with a byte order mark, or has members in other capitals or ids as text.
 *
 * @param now milliseconds since 1970, for a wait that Netigate asks for by date
 * @returns the parsed, unwrapped body of a 2xx answer, its members as documented; an empty 2xx body is
 *   `undefined` when `emptyAllowed`, and so is 204 to a read: there is nothing, as in an empty list
 * @throws NetigateError with Netigate's own message for any other status and for an error object in a 2xx
 *   answer; also for a 2xx answer that cannot be read, with the outcome `unknown`: the work may have been done
 */
export function readAnswer(
	answer: HttpAnswer,
	{
		emptyAllowed = false,
		onlyReads = false,
		now = Date.now(),
	}: { emptyAllowed?: boolean | 204; onlyReads?: boolean; now?: number } = {},
): unknown {
	const { status, headers, body, entries } = answer;
	const success = status >= 200 && status < 300;
	if (success && entries) return entries;
	const empty = body.replace(/^\uFEFF/, '').trim() === '';
	const fine = emptyAllowed === true || emptyAllowed === status;
	if (success && empty && (fine || (onlyReads && status === 204))) return undefined;
	const parsed = empty ? undefined : parseJson(body);
	const read = parsed && unwrap(asDocumented(parsed.value));
	const own = parsed && ownErrorIn(read);
	if (!success || own) throw failureOf(statusOf(status, own), own, headers, now);
	if (parsed) return read;
	throw new NetigateError(`${describeUnreadable(body)} (HTTP ${status})`, {
		outcome: 'unknown',
		status,
		// Created, accepted, no content. A 200 without a word may also come from something in between.
		accepted: empty && status > 200,
		advice: `${LOOK_FIRST} A proxy may stand between n8n and Netigate, or the base URL in the credential is wrong. If this keeps happening, open the base URL in a browser.`,
	});
}
