import type { INodeProperties } from 'n8n-workflow';
import { describeValue, plainText } from '../input/text';
import { InputError } from '../netigate/errors';

export const DEFAULT_RETRY_SECONDS = 60;

/** As in every declarative node, n8n adds its own options (batching, proxy, timeout). */
export const requestOptions: INodeProperties = {
	displayName: 'Request Options',
	name: 'requestOptions',
	type: 'collection',
	isNodeSetting: true,
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Concurrent Requests',
			name: 'maxInFlight',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 16 },
			default: 4,
			description: 'The maximum number of requests to Netigate at the same time',
		},
		{
			displayName: 'Retry For (Seconds)',
			name: 'retryForSeconds',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: DEFAULT_RETRY_SECONDS,
			description:
				"How long to retry a request if Netigate is busy or can't be reached. A change that Netigate may already have made is sent again only if that is harmless.",
		},
		{
			displayName: 'Wait After a Lost Response (Seconds)',
			name: 'settleSeconds',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 2,
			description:
				'If the response to a change is lost, how long to wait before checking whether the change was made',
		},
	],
};

function ownOfN8n(
	displayName: string,
	name: string,
	type: 'boolean' | 'number' | 'string',
	preset: INodeProperties['default'],
	minValue?: number,
): INodeProperties {
	return { displayName, name, type, default: preset, typeOptions: { minValue } };
}

const batch = [
	ownOfN8n('Items per Batch', 'batchSize', 'number', -1, -1),
	ownOfN8n('Batch Interval (ms)', 'batchInterval', 'number', 0, 0),
];

/** All Request Options, including n8n's own, with only the properties needed to read them. */
export const readable: INodeProperties[] = [
	{
		...requestOptions,
		options: [
			...(requestOptions.options as INodeProperties[]),
			{
				displayName: 'Batching',
				name: 'batching',
				type: 'fixedCollection',
				default: {},
				options: [{ displayName: 'Batching', name: 'batch', values: batch }],
			},
			ownOfN8n('Ignore SSL Issues (Insecure)', 'allowUnauthorizedCerts', 'boolean', false),
			ownOfN8n('Proxy', 'proxy', 'string', ''),
			ownOfN8n('Timeout', 'timeout', 'number', 0, 0),
		],
	},
];

export type Proxy = NonNullable<ReturnType<typeof toProxy>>;

const MAX_PROXY_LENGTH = 2000;

const PORTS: Record<string, number> = { http: 80, https: 443 };

/**
 * Reads `http://user:password@host:3128`. Only the host is required.
 * @throws InputError for any other format, because requests must not bypass the proxy
 */
export function toProxy(value: unknown, label: string) {
	if (value === undefined || value === null || value === '') return undefined;
	const text = typeof value === 'string' ? plainText(value) : '';
	const refused = () =>
		new InputError(
			// A value with one of these characters may contain a password, so it isn't shown.
			`'${label}' isn't a valid proxy${/[@?#]/.test(text) ? '' : `: ${describeValue(value)}`}`,
			"Enter the scheme, host and port, e.g. http://proxy.example.com:3128. Other types of proxy, such as SOCKS, aren't supported.",
		);
	if (text.length > MAX_PROXY_LENGTH || /\s/.test(text)) throw refused();
	try {
		const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
		const protocol = url.protocol.slice(0, -1);
		if (!Object.hasOwn(PORTS, protocol)) throw refused();
		const more = url.pathname.replace(/^\/$/, '') + url.search + url.hash;
		const [username, password] = [url.username, url.password].map(decodeURIComponent);
		if (url.hostname === '' || more !== '' || url.port === '0') throw refused();
		return {
			protocol,
			host: url.hostname,
			port: url.port === '' ? PORTS[protocol] : Number(url.port),
			...(url.username ? { auth: { username, password } } : {}),
		};
	} catch {
		throw refused();
	}
}
