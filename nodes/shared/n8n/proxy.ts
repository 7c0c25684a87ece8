import { InputError } from '../netigate/errors';
import { describeValue, plainText } from '../input/text';

/** A proxy as n8n's HTTP layer takes it. */
export interface Proxy {
	protocol: string;
	host: string;
	port: number;
	auth?: { username: string; password: string };
}

const PORTS: Record<string, number> = { http: 80, https: 443 };

/**
 * A proxy: `http://host:3128`, with user and password before the host where it wants them. Without a scheme
 * it is taken as http, without a port as the port of its scheme.
 *
 * @returns undefined when it is empty
 * @throws InputError for anything else: a proxy that is left out in silence would let the request past it
 */
export function toProxy(value: unknown, label: string): Proxy | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const text = typeof value === 'string' ? plainText(value) : '';
	const refused = () =>
		new InputError(
			// A proxy can hold a password, so it is not shown.
			`"${label}" is no proxy${/@/.test(text) ? '' : `: ${describeValue(value)}`}`,
			'Give it with scheme, host and port, e.g. http://proxy.example.com:3128. Proxies of other kinds, such as SOCKS, cannot be used.',
		);
	const [, scheme = 'http', rest] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(text) ?? [];
	const protocol = scheme.toLowerCase();
	if (!(protocol in PORTS) || !rest || /\s/.test(text)) throw refused();
	try {
		const url = new URL(`${protocol}://${rest}`);
		const more = url.pathname.replace(/^\/$/, '') + url.search + url.hash;
		if (url.hostname === '' || more !== '' || url.port === '0') throw refused();
		return {
			protocol,
			host: url.hostname,
			port: url.port === '' ? PORTS[protocol] : Number(url.port),
			...(url.username
				? {
						auth: {
							username: decodeURIComponent(url.username),
							password: decodeURIComponent(url.password),
						},
					}
				: {}),
		};
	} catch {
		throw refused();
	}
}
