import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resources } from '../../nodes/Netigate/resources';
import { root } from '../run/paths.mjs';
import { useSandbox } from '../sandbox/useSandbox';
import { useN8n } from './server';

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();

describe('the package, installed from its .tgz', () => {
	test('n8n loads all nodes under the names in saved workflows', async () => {
		const { n8n: offered } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
			n8n: { nodes: string[] };
		};
		const types = await n8n.api.nodeTypes('n8n-nodes-netigate.');
		const names = types.map(({ name }) => name as string);
		expect(names).toContain('n8n-nodes-netigate.netigate');
		// n8n also lists an action node as a tool for AI agents.
		expect(new Set(names.map((name) => name.replace(/Tool$/, ''))).size).toBe(offered.nodes.length);
	});

	test('every node has a light and a dark icon', async () => {
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

	test('n8n loads the credential and the nodes that use it', async () => {
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

	test.each<{ title: string; key?: string; url?: string; says?: RegExp; doesNotSay?: RegExp }>([
		{ title: 'the right key succeeds' },
		{ title: 'a wrong key is reported as such', key: wrongKey, says: /key/i },
		{
			title: "an error about an unreachable host doesn't mention the key",
			url: 'https://netigate.invalid/api/v1.2',
			says: /can't be reached.*base url/i,
			doesNotSay: /key/i,
		},
		{ title: "a base URL that isn't the API is reported", url: '/api/v9', says: /base url/i },
		{
			title: 'the key is sent without https only to this machine',
			url: 'http://netigate.example.com/api/v1.2',
			says: /https/i,
		},
	])('$title', async ({ key = sandbox.apiKey, url = '', says, doesNotSay }) => {
		const data = { apiKey: key, server: 'custom', baseUrl: new URL(url, sandbox.url).href };
		const type = 'netigateApi';
		const credential = await n8n.api.createCredential({ name: 'Netigate', type, data });
		const { status, message } = await n8n.api.testCredential(credential, data);
		expect(status).toBe(says ? 'Error' : 'OK');
		if (says) expect(message).toMatch(says);
		if (doesNotSay) expect(message).not.toMatch(doesNotSay);
		expect(message).not.toContain(wrongKey);
	});

	test.each([
		['OK', 'a secret of more than 20 characters'],
		['Error', 'too short'],
	])('the hash secret is also tested: %s', async (expected, hashSecret) => {
		const type = 'netigateHashSecretApi';
		const data = { hashSecret };
		const credential = await n8n.api.createCredential({ name: 'Secret', type, data });
		const { status, message } = await n8n.api.testCredential(credential, data);
		expect(status).toBe(expected);
		expect(message).not.toContain(hashSecret);
	});

	test('the logs contain no key afterwards', async () => {
		const logs = await n8n.logs();
		expect(logs).toContain('n8n.audit.user.credentials.created');
		expect(logs).not.toContain(sandbox.apiKey);
		expect(logs).not.toContain(wrongKey);
	});
});

describe('the actions', () => {
	interface Option {
		value: string;
		action?: string;
		displayOptions?: { hide?: Record<string, unknown[]> };
	}

	interface Field {
		name: string;
		displayOptions?: { show?: Record<string, string[]> };
		options?: Option[];
	}

	const expected = resources.flatMap(({ resource, actions }) =>
		actions.map(({ operation, action }) => [resource, operation, action]),
	);

	/** n8n's own entry at the end of each list, which leads to the HTTP Request node. */
	const CUSTOM_API_CALL = '__CUSTOM_API_CALL__';

	async function shown(type: string): Promise<Array<[string, Option]>> {
		const [description] = await n8n.api.nodeTypes(type);
		return (description.properties as Field[])
			.filter(({ name }) => name === 'operation')
			.flatMap(({ options = [], displayOptions }) =>
				options
					.filter(({ value }) => value !== CUSTOM_API_CALL)
					.map((option): [string, Option] => [displayOptions!.show!.resource[0], option]),
			);
	}

	test("n8n's panel lists every action under Netigate by its action name", async () => {
		const options = await shown('n8n-nodes-netigate.netigate');
		expect(options.map(([resource, { value, action }]) => [resource, value, action])).toEqual(
			expected,
		);
	});

	test('the tool for agents has the same actions, except those that need a workflow', async () => {
		const options = await shown('n8n-nodes-netigate.netigateTool');
		expect(options.map(([resource, { value }]) => [resource, value])).toEqual(
			expected.map(([resource, operation]) => [resource, operation]),
		);
		const hidden = options.filter(([, { displayOptions }]) => displayOptions?.hide?.['@tool']);
		expect(hidden.map(([resource, { value }]) => `${resource}.${value}`)).toEqual([
			'respondentList.sync',
		]);
	});

	test.each(expected)(
		'the editor finds the output fields of %s.%s',
		async (resource, operation) => {
			const path = `/schemas/n8n-nodes-netigate.netigate/1.0.0/${resource}/${operation}.json`;
			const response = await n8n.api.fetch('GET', path);
			expect({ path, status: response.status }).toEqual({ path, status: 200 });
			expect(await response.json()).toMatchObject({
				type: 'object',
				properties: expect.any(Object),
			});
		},
	);
});
