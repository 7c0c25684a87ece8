import { LOOK_FIRST, NetigateError } from './errors';
import { asDocumented, isDocumented, isRecord } from './members';

export interface HttpAnswer {
	status: number;
	headers: Record<string, unknown>;
	body: string;
	/** The parts of a long list that were kept, instead of its text. */
	entries?: unknown[];
}

const STATUS_ADVICE: Record<number, string> = {
	400: "Compare this item's values with Netigate's message.",
	401: 'Check the API key and the server in the Netigate credential. Get the key from your Netigate account manager.',
	403: 'Ask your Netigate account manager whether this API key has permission.',
	404: "Check the IDs: the survey, sendout or other object may be in another account or deleted, e.g. by Netigate's Full Delete.",
};

/** Removes a wrapper such as `{"AddRowResult": …}` (contract: "Wrapped answers"). */
export function unwrap(answer: unknown): unknown {
	if (!isRecord(answer)) return answer;
	const names = Object.keys(answer);
	const wrappers = names.filter((name) => /.result$/i.test(name));
	if (wrappers.length !== 1 || names.some(isDocumented)) return answer;
	const inner = answer[wrappers[0]];
	return names.length === 1 || (typeof inner === 'object' && inner !== null) ? inner : answer;
}

/** Parses JSON, with or without a byte order mark. Undefined if the text isn't valid JSON. */
export function parseJson(text: string): { value: unknown } | undefined {
	try {
		return { value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
	} catch {
		return undefined;
	}
}

/** Netigate's own `StatusCode` and `Message` for a failed call (contract: "Errors"). */
interface OwnError {
	code?: number;
	message?: string;
}

function ownErrorIn(response: unknown): OwnError | undefined {
	const object = Array.isArray(response) && response.length === 1 ? unwrap(response[0]) : response;
	if (!isRecord(object)) return undefined;
	const { StatusCode, Message, ...others } = object;
	const message = typeof Message === 'string' && Message.trim() !== '' ? Message : undefined;
	const code = typeof StatusCode === 'number' ? StatusCode : undefined;
	if (code !== undefined && code >= 200 && code < 600)
		return code < 300 ? undefined : { code, message };
	// Without a valid code, the object is an error if it contains a message but no data.
	const isError = message !== undefined || 'StatusCode' in object;
	const hasData = Object.entries(others).some(
		([name, value]) =>
			isDocumented(name) && value !== null && !(Array.isArray(value) && value.length === 0),
	);
	return isError && !hasData ? { message } : undefined;
}

function describeUnreadable(body: string): string {
	if (body.trim() === '') return 'The response was empty';
	if (/^\s*<(!doctype|html)/i.test(body)) return 'The response was a web page, not data';
	return "The response was cut off or isn't JSON";
}

/** The wait in a `Retry-After` header (seconds or an HTTP date), in milliseconds. */
export function retryAfterMs(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' && typeof header !== 'number') return undefined;
	const text = String(header).trim();
	if (/^\d+$/.test(text)) return Number(text) * 1000;
	const date = Date.parse(text);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Redirects are never followed, because that would send the API key to another address. */
function redirectError(status: number, headers: HttpAnswer['headers']): NetigateError {
	const { location } = headers;
	const host =
		typeof location === 'string' && URL.canParse(location) ? new URL(location).host : undefined;
	return new NetigateError(
		`Netigate returned a redirect${host ? ` to ${host}` : ''} (HTTP ${status})`,
		{
			outcome: 'unknown',
			status,
			advice: `Redirects aren't followed, so that the API key isn't sent anywhere else. ${LOOK_FIRST} Check the server and base URL in the Netigate credential, or ask your administrator about a proxy or login page in between.`,
		},
	);
}

/**
 * A 503 means that nothing was done only if it comes from Netigate itself or says how long to wait. If a gateway sent
 * the 503, the server may have carried out the request.
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
			advice: `Nothing was done.${asks} Try again later, or raise 'Retry For (Seconds)' under 'Request Options'.`,
		});
	}
	if (status >= 300 && status < 400) return redirectError(status, headers);
	if (status >= 500 || status < 400 || status === 408) {
		return new NetigateError(`Netigate failed (HTTP ${status})${own ? `: ${own}` : ''}`, {
			outcome: 'unknown',
			status,
			// A gateway gave up waiting, but the server behind it may still be working on the request.
			mayStillRun: status === 408 || (status >= 502 && status !== 503),
			advice: LOOK_FIRST,
		});
	}
	return new NetigateError(
		own ? `Netigate refused: ${own}` : `Netigate refused the request (HTTP ${status})`,
		{ outcome: 'refused', status, advice: STATUS_ADVICE[status] ?? STATUS_ADVICE[400] },
	);
}

/**
 * If the HTTP status indicates success but `StatusCode` doesn't, `StatusCode` takes precedence. If the HTTP status reports
 * a failure and `StatusCode` differs, the one with the less certain outcome applies.
 */
function statusOf(status: number, { code }: OwnError = {}): number {
	if (status < 300) return code ?? 500;
	const uncertain = (each: number) => each >= 500 && each !== 503;
	return code !== undefined && uncertain(code) && !uncertain(status) ? code : status;
}

interface ReadOptions {
	emptyAllowed?: boolean | 204;
	onlyReads?: boolean;
	/** The current time in milliseconds since 1970. Needed if `Retry-After` is a date. */
	now?: number;
}

/**
 * Reads an HTTP response and converts it to the documented form.
 * @returns `undefined` for an empty 2xx body if `emptyAllowed` is set, and for a 204 response to a read
 * @throws NetigateError for any other status, and for a 2xx response that is unreadable or contains an error
 * object
 */
export function readAnswer(
	{ status, headers, body, entries }: HttpAnswer,
	{ emptyAllowed = false, onlyReads = false, now = Date.now() }: ReadOptions = {},
): unknown {
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
		// An empty 200 may also come from something between n8n and Netigate.
		accepted: empty && status > 200,
		advice: `${LOOK_FIRST} A proxy may be between n8n and Netigate, or the base URL in the credential may be wrong. If this keeps happening, open the base URL in a browser.`,
	});
}

/** Our code for requests that n8n blocks because of their address, before they are sent. */
export const NOT_ALLOWED_BY_N8N = 'NOT_ALLOWED_BY_N8N';

/** Error codes for connections that were never established, so the request can't have arrived. */
export const NEVER_CONNECTED =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|NOT_ALLOWED_BY_N8N)$/;

/** Matches messages from the JavaScript engine, which users can't understand. */
const INTERNAL_WORDS = /cannot read|undefined|is not (a function|iterable)|unexpected token/i;

export function noAnswerError(code: string, message: string): NetigateError {
	if (code === NOT_ALLOWED_BY_N8N) {
		return new NetigateError("n8n isn't allowed to connect to the base URL in the credential", {
			outcome: 'refused',
			advice:
				"n8n's protection against requests to internal addresses blocked the request. Ask your n8n administrator to add the host name to N8N_SSRF_ALLOWED_HOSTNAMES, or the IP address to N8N_SSRF_ALLOWED_IP_RANGES (127.0.0.1/32 for the local sandbox).",
		});
	}
	if (NEVER_CONNECTED.test(code)) {
		return new NetigateError(`Netigate can't be reached (${code})`, {
			outcome: 'notDone',
			advice:
				'Nothing was sent. Check the server or base URL in the Netigate credential, and whether n8n can connect to it.',
		});
	}
	if (/CERT|SSL|SELF_SIGNED|ALTNAME/.test(code)) {
		return new NetigateError(`The connection to Netigate isn't trusted (${code})`, {
			outcome: 'notDone',
			advice:
				"Nothing was sent, because the TLS certificate wasn't accepted. Check the base URL, or whether a proxy intercepts TLS connections.",
		});
	}
	const timedOut = code === 'ETIMEDOUT' || code === 'ECONNABORTED';
	const why = code || (INTERNAL_WORDS.test(message) ? 'no response' : message);
	return new NetigateError(
		timedOut
			? "Netigate didn't respond in time"
			: `The connection to Netigate was lost before the response was complete (${why})`,
		{ outcome: 'unknown', mayStillRun: true, advice: LOOK_FIRST },
	);
}
