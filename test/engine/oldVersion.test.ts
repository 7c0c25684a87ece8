import type { ICredentialTestFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { netigateApiTest } from '../../nodes/shared/n8n/credentialTest';
import { withSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';

/** Returns the credential test's message for this base URL. */
async function messageFor(apiKey: string, baseUrl: string) {
	const request = async ({ uri, headers }: IHttpRequestOptions & { uri: string }) => {
		const response = await fetch(uri, { headers: headers as Record<string, string> });
		return { statusCode: response.status, headers: {}, body: await response.text() };
	};
	const context = { helpers: { request } } as unknown as ICredentialTestFunctions;
	const data = { apiKey, server: 'custom', baseUrl };
	const test = { id: '1', name: 'Test', type: 'netigateApi', data };
	return (await netigateApiTest.call(context, test)).message;
}

test.each([
	['v1.0', true],
	['V1.1/', true],
	['v1.2', false],
	['v1.10', false],
])('a base URL that ends in /%s gives a hint: %p', async (version, hinted) => {
	await withSandbox({ basePath: `/api/${version.replace(/\/$/, '')}` }, async ({ url, apiKey }) => {
		const baseUrl = version.endsWith('/') ? `${url}/` : url;
		const { hints, output } = await createEngine({ url: baseUrl, apiKey }).run({
			items: [{}, {}],
			parameters: { resource: 'category', operation: 'getMany' },
		});
		expect(output.length).toBeGreaterThan(1);
		const old = expect.stringMatching(/ends in v1\.[01],.* Use v1\.2 instead\.$/i);
		expect(hints.map(({ message }) => message)).toEqual(hinted ? [old] : []);
		expect(await messageFor(apiKey, baseUrl)).toEqual(hinted ? old : 'Connection successful!');
	});
});
