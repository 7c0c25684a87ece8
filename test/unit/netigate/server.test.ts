import {
	baseUrlOf,
	isOnThisMachine,
	oldVersionHint,
	placeOf,
	withoutKey,
} from '../../../nodes/shared/netigate/server';

const custom = (baseUrl?: string) => ({ server: 'custom', baseUrl }) as const;

test.each([
	[{}, 'https://www.netigate.se/api/v1.2'],
	[{ server: 'de' }, 'https://www.ntgt.de/api/v1.2'],
	[{ server: 'other' }, 'https://www.netigate.se/api/v1.2'],
	[custom(' https://api.example.com:8443/v1.2// '), 'https://api.example.com:8443/v1.2'],
	[custom('http://127.0.0.1:5678'), 'http://127.0.0.1:5678'],
	[custom(`https://a.example/${'x'.repeat(1982)}`), `https://a.example/${'x'.repeat(1982)}`],
] as const)('the base URL of %j is %s', (credential, url) => {
	expect(baseUrlOf(credential as object)).toBe(url);
});

const INCOMPLETE = "The base URL in the Netigate credential isn't a complete web address";

test.each([
	[undefined, INCOMPLETE],
	['api.example.com', INCOMPLETE],
	['ftp://api.example.com', `${INCOMPLETE} (api.example.com)`],
	['https://api.example.com/?v=1', `${INCOMPLETE} (api.example.com)`],
	['https://anna:secret@api.example.com', INCOMPLETE],
	['https://api.example.com:99999', INCOMPLETE],
	[`ftp://a.example/${'x'.repeat(1984)}`, `${INCOMPLETE} (a.example)`],
	[`https://a.example/${'x'.repeat(1983)}`, INCOMPLETE],
	[
		'http://api.example.com',
		'The base URL in the Netigate credential starts with http://, so the API key would be sent unencrypted',
	],
])('rejects the base URL %s', (baseUrl, message) => {
	expect(() => baseUrlOf(custom(baseUrl))).toThrow(new Error(message));
});

test.each([
	['http://localhost:5678', true],
	['http://127.1.2.3', true],
	['http://[::1]:5678', true],
	['https://localhost.example.com', false],
])('whether %s is on this machine: %s', (url, expected) => {
	expect(isOnThisMachine(new URL(url))).toBe(expected);
});

test.each([
	['https://api.example.com/v1.0', 'v1.0'],
	['https://api.example.com/V1.1/', 'V1.1'],
	['https://api.example.com/v1.2', undefined],
	['https://api.example.com/v1.10', undefined],
])('the outdated version that a hint names for %s: %s', (url, version) => {
	const hint = oldVersionHint(custom(url));
	expect(hint).toEqual(version && expect.stringContaining(` ends in ${version}, a version`));
});

const GUID = '3f2b8c1e-0000-4000-8000-0123456789ab';

test('the place of an account has a fixed format, so that later versions find its entries', () => {
	expect(placeOf({ server: 'de', apiKey: GUID }, 'secret')).toBe('www.ntgt.de');
	expect(placeOf(custom('https://www.netigate.se/api/v1.1'), 'secret')).toBe('www.netigate.se');
	const place = 'api.example.com:8443 jp2MIo1o';
	const own = { ...custom('https://api.example.com:8443/v1.2'), apiKey: ` ${GUID.toUpperCase()} ` };
	expect(placeOf(own, 'secret')).toBe(place);
});

test.each([
	['as it is', GUID],
	['in capitals', GUID.toUpperCase()],
	['without dashes', GUID.replaceAll('-', '')],
	['in a URL', GUID.replaceAll('-', '%2D').replace('3', '%33').replace('f', '%2566')],
	['in JSON', GUID.replaceAll('-', String.raw`\u002d`).replace('b', String.raw`\\x62`)],
	['in HTML', GUID.replaceAll('-', '&#45;').replace('b', '&amp;#x62;').replace('c', '&#x043;')],
])('removes the API key %s', (_, text) => {
	expect(withoutKey(`Key ${text}!`, { apiKey: ` -${GUID}- ` })).toBe('Key [API key]!');
});

test.each([
	['', 'Key !', 'Key !'],
	['abcdefg', 'Key abcdefg!', 'Key abcdefg!'],
	['abcd-efg', 'Key abcd-efg!', 'Key abcd-efg!'],
	['abcd-efgh', 'Key abcd-efgh!', 'Key [API key]!'],
	['abcdefgh', 'Key abcdefgh, not abcdefg!', 'Key [API key], not abcdefg!'],
	['a.c.e.g.i', 'Key a.c.e.g.i, not abcdefghi!', 'Key [API key], not abcdefghi!'],
])('with the key "%s", "%s" becomes "%s"', (apiKey, text, shown) => {
	expect(withoutKey(text, { apiKey })).toBe(shown);
});
