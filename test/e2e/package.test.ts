import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../sandbox';
import type { Credential } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { root } from '../run/paths.mjs';

let n8n: N8nServer;
let sandbox: Sandbox;

beforeAll(async () => {
	[sandbox, n8n] = await Promise.all([startSandbox(), startN8n()]);
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
});

describe('the package, installed from its .tgz', () => {
	test('n8n knows each of its nodes, under the name that workflows are saved with', async () => {
		const { n8n: offered } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
			n8n: { nodes: string[] };
		};
		const types = await n8n.api.nodeTypes('n8n-nodes-netigate.');
		const names = types.map(({ name }) => name as string);
		expect(names).toContain('n8n-nodes-netigate.netigate');
		// An action node is there a second time, as a tool for AI agents.
		expect(new Set(names.map((name) => name.replace(/Tool$/, ''))).size).toBe(offered.nodes.length);
	});

	test('every node shows its icon, light and dark', async () => {
		const types = await n8n.api.nodeTypes('n8n-nodes-netigate.');
		expect(types.length).toBeGreaterThan(0);
		for (const { name, iconUrl } of types) {
			expect({ name, iconUrl }).toEqual({
				name,
				iconUrl: { light: expect.any(String), dark: expect.any(String) },
			});
			const icons = [];
			for (const url of [iconUrl.light, iconUrl.dark]) {
				const response = await n8n.api.fetch('GET', `/${url}`);
				expect({ url, status: response.status }).toEqual({ url, status: 200 });
				expect(response.headers.get('content-type')).toContain('image/svg+xml');
				icons.push(await response.text());
			}
			expect(icons[0]).toContain('<svg');
			expect(icons[0]).not.toBe(icons[1]);
		}
	});

	test('n8n knows its credential, and which nodes use it', async () => {
		const types = await n8n.api.credentialTypes();
		const netigate = types.filter(({ name }) => name === 'netigateApi');
		expect(netigate).toHaveLength(1);
		expect(netigate[0]).toMatchObject({
			supportedNodes: expect.arrayContaining(['n8n-nodes-netigate.netigate']),
			documentationUrl: expect.stringMatching(/^https:/),
			iconUrl: { light: expect.any(String), dark: expect.any(String) },
		});
	});
});

describe('the credential test', () => {
	const wrongKey = '11111111-1111-4111-8111-111111111111';

	async function tested(data: Record<string, unknown>) {
		const type = 'netigateApi';
		const credential: Credential = await n8n.api.createCredential({ name: 'Netigate', type, data });
		return await n8n.api.testCredential(credential, data);
	}

	test('the right key succeeds', async () => {
		const { apiKey, url } = sandbox;
		expect(await tested({ apiKey, server: 'custom', baseUrl: url })).toMatchObject({
			status: 'OK',
		});
	});

	test('a wrong key is reported as such', async () => {
		const answer = await tested({ apiKey: wrongKey, server: 'custom', baseUrl: sandbox.url });
		expect(answer.status).toBe('Error');
		expect(answer.message).toMatch(/key/i);
		expect(answer.message).not.toContain(wrongKey);
	});

	test("a host that can't be reached is reported as such, not as a wrong key", async () => {
		const answer = await tested({
			apiKey: sandbox.apiKey,
			server: 'custom',
			baseUrl: 'https://netigate.invalid/api/v1.2',
		});
		expect(answer.status).toBe('Error');
		expect(answer.message).toMatch(/can't be reached.*base url/i);
		expect(answer.message).not.toMatch(/key/i);
	});

	test("a base URL that isn't the API is reported as such, not as a wrong key", async () => {
		const answer = await tested({
			apiKey: sandbox.apiKey,
			server: 'custom',
			baseUrl: sandbox.url.replace('/api/v1.2', '/api/v9'),
		});
		expect(answer.status).toBe('Error');
		expect(answer.message).toMatch(/base url/i);
	});

	test('the key goes nowhere without https, except to this machine', async () => {
		const answer = await tested({
			apiKey: sandbox.apiKey,
			server: 'custom',
			baseUrl: 'http://netigate.example.com/api/v1.2',
		});
		expect(answer.status).toBe('Error');
		expect(answer.message).toMatch(/https/i);
	});

	test('none of this leaves the key in a log', async () => {
		const logs = await n8n.logs();
		expect(logs).toContain('n8n.audit.user.credentials.created');
		expect(logs).not.toContain(sandbox.apiKey);
		expect(logs).not.toContain(wrongKey);
	});
});
