import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ICredentialTestFunctions, IDataObject } from 'n8n-workflow';
import { NetigateApi } from '../../credentials/NetigateApi.credentials';
import { baseUrlOf, withoutKey } from '../../nodes/shared/netigate/server';
import { netigateApiTest } from '../../nodes/shared/n8n/credentialTest';
import { listen, stopListening } from '../sandbox/loopback';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';

/* The API key stays out of reach of people who may use the credential but not see it, and of proxies. */

const sandbox = useSandbox();

/** A proxy that records the text of every request, and refuses tunnels. */
const seen: string[] = [];
const proxy = createServer((request, response) => {
	seen.push([request.url, ...request.rawHeaders].join(' '));
	response.end('[]');
}).on('connect', (request, socket) => {
	seen.push([request.method, request.url, ...request.rawHeaders].join(' '));
	socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
});
let proxyUrl = '';
const proxied = process.env.HTTP_PROXY;
const direct = process.env.NO_PROXY;

beforeAll(async () => {
	await listen(proxy);
	proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => await stopListening(proxy));
beforeEach(() => seen.splice(0));
afterEach(() => {
	for (const [name, value] of Object.entries({ HTTP_PROXY: proxied, NO_PROXY: direct }))
		if (value === undefined) delete process.env[name];
		else process.env[name] = value;
});

const throughHttpProxy = () => Object.assign(process.env, { HTTP_PROXY: proxyUrl, NO_PROXY: '' });

const { apiKey } = sandbox;
const OWN = { apiKey, url: 'https://www.netigate.se/api/v1.2' };
const REMOTE = { apiKey, url: 'https://netigate.example.com/api/v1.2' };
const LOCAL = { apiKey, url: 'https://127.0.0.1:1/api/v1.2' };
const plain = () => sandbox;

const reading = (requestOptions: IDataObject) => ({
	resource: 'survey',
	operation: 'getMany',
	requestOptions: { retryForSeconds: 0, ...requestOptions },
});

const INSECURE = { allowUnauthorizedCerts: true };
const PROXY = /'Proxy' can't be used with a base URL that starts with http:/;
const IGNORED = /'Ignore SSL Issues \(Insecure\)' can't be used/;

describe.each(['run', 'route'] as const)('Request Options in n8n: %s', (way) => {
	const errorOf = async (
		to: { apiKey: string; url: string },
		requestOptions: IDataObject,
		more: IDataObject = {},
	) => {
		const request = { parameters: { ...reading(requestOptions), ...more }, items: [{}] };
		if (way === 'run') return (await createEngine(to).run(request)).error?.message ?? '';
		return await createEngine(to)
			.route(request)
			.then(() => '')
			.catch(({ message }: Error) => message);
	};

	test.each([
		['a proxy before http://', plain, () => ({ proxy: proxyUrl }), PROXY],
		['ignored certificates of Netigate', () => OWN, () => INSECURE, IGNORED],
		['ignored certificates of another server', () => REMOTE, () => INSECURE, IGNORED],
		[
			'ignored certificates with a proxy',
			() => LOCAL,
			() => ({ ...INSECURE, proxy: proxyUrl }),
			IGNORED,
		],
	])('%s are refused', async (_, to, options, expected) => {
		expect(await errorOf(to(), options())).toMatch(expected);
		expect(seen).toEqual([]);
		expect(sandbox.calls).toEqual([]);
	});

	test.each([
		{ operation: 'nothing' },
		{ operation: '={{ "getMany" }}' },
		{ resource: 'nothing' },
		{ resource: '={{ "survey" }}' },
		{ resource: '__CUSTOM_API_CALL__', operation: '__CUSTOM_API_CALL__' },
	])('parameters without an action send no request: %o', async (more) => {
		const error = await errorOf(plain(), { proxy: proxyUrl, ...INSECURE }, more);
		expect(error).toMatch(/^There is no (operation ".+" for the )?resource ".+"$/);
		expect(await errorOf(plain(), {}, more)).toBe(error);
		expect(seen).toEqual([]);
		expect(sandbox.calls).toEqual([]);
	});

	test('HTTP_PROXY is refused for http://', async () => {
		throughHttpProxy();
		expect(await errorOf(plain(), {})).toMatch(/go through a proxy, which could read the API key/);
		expect(seen.join()).not.toContain(apiKey);
		expect(sandbox.calls).toEqual([]);
	});

	test('NO_PROXY makes HTTP_PROXY harmless', async () => {
		throughHttpProxy();
		process.env.NO_PROXY = '127.0.0.1';
		expect(await errorOf(plain(), {})).toBe('');
		expect(seen).toEqual([]);
	});

	test('https:// reaches a proxy only as a tunnel', async () => {
		await errorOf(REMOTE, { proxy: proxyUrl });
		expect(seen[0]).toMatch(/^CONNECT netigate\.example\.com:443/);
		expect(seen.join()).not.toContain(apiKey);
	});

	test('this machine may use its own certificate', async () => {
		expect(await errorOf(LOCAL, INSECURE)).toMatch(/can't be reached|refused the connection/);
	});
});

describe('A server that repeats the key', () => {
	const masked = '[API key]';
	const bare = apiKey.replaceAll('-', '');

	/** The error if the server responds with this status, header and body. */
	async function errorFrom(status: number, location: string, body: string): Promise<string> {
		const server = createServer((_, response) => {
			response.writeHead(status, { location }).end(body);
		});
		const url = `http://127.0.0.1:${await listen(server)}/api/v1.2`;
		const { error } = await createEngine({ url, apiKey }).run({ parameters: reading({}) });
		await stopListening(server);
		return `${error?.message} ${error?.description}`;
	}

	test.each([
		['in its path', `https://login.example.com/${apiKey}?key=${bare}`, 'to login.example.com'],
		['as a password', `https://key:${apiKey}@login.example.com/`, 'to login.example.com'],
		['as a host', `https://${bare.toUpperCase()}.example.com/`, 'a redirect (HTTP 302)'],
		['as part of a host', `https://x.${apiKey}.example.com/`, 'a redirect (HTTP 302)'],
		['as a host, escaped', `https://%30${apiKey.slice(1)}.example.com/`, 'a redirect (HTTP 302)'],
	])('%s of a redirect shows no part of it', async (_, location, expected) => {
		const error = await errorFrom(302, location, '');
		expect(error).toContain(expected);
		expect(sandbox.showsKey(error)).toBe(false);
	});

	const escaped = (encode: (code: number) => string) =>
		[...apiKey].map((one) => encode(one.charCodeAt(0))).join('');

	test.each([
		['capitals', apiKey.toUpperCase()],
		['no dashes', bare],
		['JSON', escaped((code) => `\\u00${code.toString(16)}`)],
		['nested JSON', escaped((code) => `\\\\\\u00${code.toString(16).toUpperCase()}`)],
		['a URL', escaped((code) => `%${code.toString(16)}`)],
		['HTML', escaped((code) => `&#${code};`)],
		['HTML, hexadecimal', escaped((code) => `&#x${code.toString(16)};`)],
		['HTML with zeros', escaped((code) => `&#0${code};`)],
		['HTML without semicolons', escaped((code) => `&#x00${code.toString(16)}`)],
		['nested HTML', escaped((code) => `&amp;#${code};`)],
		['a URL within a URL', escaped((code) => `%25${code.toString(16)}`)],
		['JavaScript', escaped((code) => `\\\\x${code.toString(16)}`)],
		['JavaScript, with braces', escaped((code) => `\\\\u{${code.toString(16)}}`)],
		['HTML, dashes only', apiKey.replaceAll('-', '&#45;')],
	])('in a message with %s shows no part of it', async (_, form) => {
		const error = await errorFrom(400, '', `{"StatusCode":400,"Message":"Bad key ${form}."}`);
		expect(error).toContain(`Netigate refused: Bad key ${masked}.`);
	});
});

test('finds a key with any number of dashes', () => {
	const keyOf = (dashes: number) => `a${'-'.repeat(dashes)}12345678`;
	for (const dashes of [0, 1, 13, 30])
		expect(withoutKey(keyOf(dashes), { apiKey: keyOf(12) })).toBe('[API key]');
});

test.each([
	['https://anna:secret@netigate.example.com/api/v1.2', ''],
	['https://netigate.example.com/api/v1.2?key=secret', ' (netigate.example.com)'],
	['https://netigate.example.com/api/v1.2#secret', ' (netigate.example.com)'],
	['https://netigate.example.com:99999/secret', ''],
	['ftp://netigate.example.com/secret', ' (netigate.example.com)'],
	['netigate.example.com/secret', ''],
])('the error for the base URL %s shows only its host', (baseUrl, host) => {
	expect(() => baseUrlOf({ server: 'custom', baseUrl })).toThrow(
		new RegExp(`isn't a complete web address${host.replace(/\W/g, '\\$&')}$`),
	);
});

test('the lists in the editor are not read through HTTP_PROXY', async () => {
	throughHttpProxy();
	const lists = createEngine(sandbox).load('listSearch', 'searchSurveys', {});
	await expect(lists).rejects.toThrow(/go through a proxy/);
	expect(seen.join()).not.toContain(apiKey);
});

test('the credential test is not sent through HTTP_PROXY', async () => {
	const uris: string[] = [];
	// The proxy responds to every address.
	const request = async ({ uri }: { uri: string }) => {
		uris.push(uri);
		return { statusCode: 200, headers: {}, body: '[]' };
	};
	const context = { helpers: { request } } as unknown as ICredentialTestFunctions;
	const data = { apiKey, server: 'custom', baseUrl: sandbox.url };
	const test = { id: 'k', name: 'Netigate', type: 'netigateApi', data };
	const { status, message } = await netigateApiTest.call(context, test);
	expect(status).toBe('Error');
	expect(message).toMatch(/go through a proxy/);
	expect(uris).toEqual(['http://127.0.0.1:2/']);
});

test("other nodes can't use the credential unless its owner allows their domains", () => {
	const { properties } = new NetigateApi();
	const [domains] = properties.filter(({ name }) => name === 'allowedHttpRequestDomains');
	expect(domains.default).toBe('none');
});
