import { NetigateError } from './errors';
import { retryAfterMs } from './retry';

/** One HTTP exchange as the transport saw it. `body` is the text as it came. */
export interface HttpAnswer {
	status: number;
	headers: Record<string, unknown>;
	body: string;
}

const STATUS_ADVICE: Record<number, string> = {
	400: 'Check the values of this item against what Netigate says above.',
	401: 'Check the API key and the server in the Netigate credential. The key comes from your Netigate account manager.',
	403: 'Ask your Netigate account manager whether this API key may do this.',
	404: 'Check the ids: the survey, sendout or other object may be in another account, or gone.',
};

/**
 * Takes the wrapper off an answer: Netigate's service sometimes answers `{"AddRowResult": …}` instead
 * of the object itself. An object with exactly one key ending in `Result` is unwrapped, anything else
 * is returned as it is (contract: "Wrapped answers").
 */
export function unwrap(answer: unknown): unknown {
	if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return answer;
	const entries = Object.entries(answer);
	return entries.length === 1 && entries[0][0].endsWith('Result') ? entries[0][1] : answer;
}

function parseJson(text: string): { value: unknown } | undefined {
	try {
		return { value: JSON.parse(text) as unknown };
	} catch {
		return undefined;
	}
}

/** Netigate's own `Message` of an error object (contract: "Errors"), or undefined. */
function messageOf(body: string): string | undefined {
	const parsed = unwrap(parseJson(body)?.value);
	if (typeof parsed !== 'object' || parsed === null) return undefined;
	const message = (parsed as { Message?: unknown }).Message;
	return typeof message === 'string' && message !== '' ? message : undefined;
}

function describeUnreadable(body: string): string {
	if (body.trim() === '') return 'The answer was empty';
	if (/^\s*<(!doctype|html)/i.test(body)) return 'The answer was a web page, not data';
	return 'The answer was cut off or is no JSON';
}

/**
 * Reads an HTTP answer of Netigate.
 *
 * @param now milliseconds since 1970, for a wait that is asked for by date
 * @returns the parsed, unwrapped body of a 2xx answer; an empty 2xx body is `undefined` when
 *   `emptyAllowed`
 * @throws NetigateError with Netigate's own message for any other status, and for a 2xx answer that
 *   cannot be read: the work may then have been done, so its outcome is `unknown`
 */
export function readAnswer(
	answer: HttpAnswer,
	{ emptyAllowed = false, now = Date.now() }: { emptyAllowed?: boolean; now?: number } = {},
): unknown {
	const { status, headers, body } = answer;
	if (status >= 200 && status < 300) {
		if (emptyAllowed && body.trim() === '') return undefined;
		const parsed = parseJson(body);
		if (parsed) return unwrap(parsed.value);
		throw new NetigateError(`${describeUnreadable(body)} (HTTP ${status})`, {
			outcome: 'unknown',
			status,
			advice:
				'A proxy may stand between n8n and Netigate, or the base URL in the credential is wrong. If this keeps happening, open the base URL in a browser.',
		});
	}
	const own = messageOf(body);
	if (status === 429 || status === 503) {
		const askedMs = retryAfterMs(headers['retry-after'], now);
		const asks =
			askedMs === undefined ? '' : ` It asks to wait for ${Math.ceil(askedMs / 1000)} seconds.`;
		throw new NetigateError(`Netigate is busy (HTTP ${status})${own ? `: ${own}` : ''}`, {
			outcome: 'notDone',
			status,
			askedMs,
			advice: `Nothing was done.${asks} Try again later, or raise "Retry for (Seconds)" under Request Options.`,
		});
	}
	if (status >= 500 || status < 400 || status === 408) {
		throw new NetigateError(`Netigate failed (HTTP ${status})${own ? `: ${own}` : ''}`, {
			outcome: 'unknown',
			status,
			// Whoever gave up waiting in between says nothing about the server behind it.
			late: status === 504 || status === 408,
			advice: 'Look in Netigate whether it was done before you send it again.',
		});
	}
	throw new NetigateError(
		own ? `Netigate refused: ${own}` : `Netigate refused the request (HTTP ${status})`,
		{ outcome: 'refused', status, advice: STATUS_ADVICE[status] ?? STATUS_ADVICE[400] },
	);
}
