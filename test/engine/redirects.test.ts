import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngine } from './harness';

/*
 * A server that redirects, and another host to which it redirects: the API key must never come there.
 */

const servers: Server[] = [];

async function listen(answer: (request: IncomingMessage) => [number, Record<string, string>]) {
	const server = createServer((request, response) => {
		request.resume();
		const [status, headers] = answer(request);
		response.writeHead(status, headers).end('[]');
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
});

const read = { resource: 'category', operation: 'getMany', returnAll: true };
const write = { resource: 'category', operation: 'create', name: 'New' };

describe.each([301, 302, 303, 307, 308])('a redirect with %i', (status) => {
	async function setUp(redirects: (request: IncomingMessage) => boolean) {
		const arrived: IncomingMessage[] = [];
		const other = await listen((request) => (arrived.push(request), [200, {}]));
		const url = await listen((request) =>
			redirects(request) ? [status, { location: `${other}${request.url}` }] : [200, {}],
		);
		const apiKey = '11111111-2222-3333-4444-555555555555';
		const engine = createEngine({ url, apiKey });
		return { engine, arrived, host: other.replace('http://', '') };
	}

	test.each([
		['a read', read],
		['a write', write],
	])('%s is not followed, and the error names where it leads', async (_, parameters) => {
		const { engine, arrived, host } = await setUp(({ method }) =>
			parameters === read ? true : method === 'POST',
		);
		const { error } = await engine.run({
			items: [{}],
			parameters: { ...parameters, requestOptions: { settleSeconds: 0, retryForSeconds: 1 } },
		});
		expect(arrived).toEqual([]);
		expect(error?.message).toContain(`redirect to ${host} (HTTP ${status})`);
	});

	test('nor is it by the routing that an agent uses', async () => {
		const { engine, arrived } = await setUp(() => true);
		await expect(engine.route({ items: [{}], parameters: read })).rejects.toThrow(/redirect/);
		expect(arrived).toEqual([]);
	});
});
