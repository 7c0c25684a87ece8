import { toProxy } from '../../../nodes/shared/n8n/requestOptions';

const proxy = (value: unknown) => toProxy(value, 'Proxy');

test.each([
	['host:3128', 'http', 'host', 3128],
	['127.0.0.1:3128', 'http', '127.0.0.1', 3128],
	['[::1]:3128', 'http', '[::1]', 3128],
	['http://host:80', 'http', 'host', 80],
	['http://host', 'http', 'host', 80],
	['https://host', 'https', 'host', 443],
	['HTTPS://Proxy.Example.com:8443/', 'https', 'proxy.example.com', 8443],
	[' proxy.example.com:8080\u00a0', 'http', 'proxy.example.com', 8080],
	['proxy.example.com', 'http', 'proxy.example.com', 80],
])('%p is a proxy', (value, protocol, host, port) => {
	expect(proxy(value)).toEqual({ protocol, host, port });
});

test('reads the user and password before the host', () => {
	expect(proxy('http://anna:p%40ss@host:3128')).toEqual({
		protocol: 'http',
		host: 'host',
		port: 3128,
		auth: { username: 'anna', password: 'p@ss' },
	});
	expect(proxy('anna:secret@127.0.0.1:3128')).toMatchObject({
		host: '127.0.0.1',
		auth: { username: 'anna', password: 'secret' },
	});
});

test.each([undefined, null, ''])('%p means no proxy', (value) => {
	expect(proxy(value)).toBeUndefined();
});

test.each([
	'socks5://host:1080',
	'ftp://host:21',
	'http://',
	'http://host:0',
	'host:99999',
	'host:port',
	'host:3128/path',
	'http://one:3128 http://two:3128',
	'a:1, b:2',
	3128,
	true,
	{ host: 'host', port: 3128 },
	['http://host:3128'],
])('rejects %p', (value) => {
	expect(() => proxy(value)).toThrow(/^'Proxy' isn't a valid proxy: /);
});

test.each(['socks5://anna:secret@host:1080', 'http://host:3128?key=secret', 'http://host#secret'])(
	'rejects %s without showing its password',
	(value) => expect(() => proxy(value)).toThrow(/^'Proxy' isn't a valid proxy$/),
);
