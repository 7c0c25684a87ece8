import type { IHttpRequestOptions } from 'n8n-workflow';
import { RunError } from '../netigate/errors';
import { baseUrlOf, isOnThisMachine, type NetigateCredential } from '../netigate/server';
import { NEVER_CONNECTED, NOT_ALLOWED_BY_N8N } from '../netigate/responses';
import { inTime } from './limits';
import type { Proxy } from './requestOptions';

/** The message of n8n's own protection against requests to internal addresses. Its errors have no code. */
const NOT_ALLOWED = /resolves to a restricted IP address|destination hostname is restricted/;

/** The code of a network failure, from the error or one of its causes. */
export function codeOf(error: unknown): string {
	for (let at = error, depth = 0; at && depth < 5; depth++) {
		const { code, httpCode, cause, message } = at as Record<string, unknown>;
		if (typeof message === 'string' && NOT_ALLOWED.test(message)) return NOT_ALLOWED_BY_N8N;
		// n8n 1.100 to 2.33 drops the cause but keeps its code as `httpCode`.
		for (const named of [code, httpCode]) {
			if (typeof named === 'string' && /^[A-Z][A-Z_0-9]+$/.test(named)) return named;
		}
		at = cause;
	}
	return '';
}

export const PROBE_MS = 5000;

/**
 * Checks that plain HTTP doesn't go through a proxy, such as the one in `HTTP_PROXY`, because the proxy could
 * read the API key. Nodes can't read these variables. So this sends a request without the key to a port on which
 * nothing listens. Only a proxy would respond.
 * @param send sends a HEAD request, whose response has no body
 * @throws RunError if there is a proxy
 */
export async function refuseHiddenProxy(
	credential: Partial<NetigateCredential>,
	send: (url: string) => Promise<unknown>,
): Promise<void> {
	const { protocol, hostname } = new URL(baseUrlOf(credential));
	if (protocol !== 'http:') return;
	const code = await inTime(PROBE_MS, async () => await send(`http://${hostname}:2/`)).then(
		() => '',
		codeOf,
	);
	if (NEVER_CONNECTED.test(code)) return;
	throw new RunError(
		`Requests to http://${hostname} go through a proxy, which could read the API key`,
		`Add ${hostname} to n8n's NO_PROXY setting, or use a base URL that starts with https://.`,
	);
}

/**
 * The connection's options. People who may use the credential but not see it can set Request Options, so these
 * must not let anyone read the API key.
 * @throws RunError if they would
 */
export function connectionOf(
	credential: Partial<NetigateCredential>,
	{ proxy, allowUnauthorizedCerts }: { proxy?: Proxy; allowUnauthorizedCerts: boolean },
): Pick<IHttpRequestOptions, 'proxy' | 'skipSslCertificateValidation'> {
	const url = new URL(baseUrlOf(credential));
	if (proxy && url.protocol === 'http:') {
		throw new RunError(
			"'Proxy' can't be used with a base URL that starts with http://, because the proxy could read the API key",
			'Remove the proxy, or use a base URL that starts with https://.',
		);
	}
	if (allowUnauthorizedCerts && (proxy || !isOnThisMachine(url))) {
		throw new RunError(
			`'Ignore SSL Issues (Insecure)' can't be used ${proxy ? "together with 'Proxy'" : `with ${url.host}`}, because others could read the API key`,
			'Turn it off. If the certificate comes from your own network, ask your n8n administrator to trust it with NODE_EXTRA_CA_CERTS.',
		);
	}
	return {
		...(proxy ? { proxy } : {}),
		...(allowUnauthorizedCerts ? { skipSslCertificateValidation: true } : {}),
	};
}
