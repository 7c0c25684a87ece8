import { Readable } from 'node:stream';
import type {
	ICredentialTestFunctions,
	IExecuteFunctions,
	IHttpRequestOptions,
	IPollFunctions,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import type { NetigateError } from '../../../nodes/shared/netigate/errors';
import { netigateApiTest } from '../../../nodes/shared/n8n/credentialTest';
import { netigateClient } from '../../../nodes/shared/n8n/connection';
import { refuseHiddenProxy } from '../../../nodes/shared/n8n/connectionSafety';

/** A run in this mode. `bodyFor` returns the body of each response. */
const contextOf = (
	mode: WorkflowExecuteMode,
	requestOptions: object | undefined,
	bodyFor: (options: IHttpRequestOptions) => unknown,
) =>
	({
		getMode: () => mode,
		getNode: () => ({ type: 'n8n-nodes-netigate.netigate', parameters: { requestOptions } }),
		getTimezone: () => 'UTC',
		getInputData: () => [],
		getNodeParameter: () => requestOptions,
		getCredentials: async () => ({ apiKey: 'k', server: 'se' }),
		helpers: {
			httpRequestWithAuthentication: async (_: string, options: IHttpRequestOptions) => ({
				statusCode: 200,
				headers: {},
				body: await bodyFor(options),
			}),
		},
	}) as unknown as IExecuteFunctions;

/** The time limit in milliseconds of a read in this mode with these Request Options. */
async function readTimeLimit(mode: WorkflowExecuteMode, requestOptions?: object): Promise<unknown> {
	const requests: IHttpRequestOptions[] = [];
	const context = contextOf(mode, requestOptions, (options) => {
		requests.push(options);
		return '[]';
	});
	const client = await netigateClient(context, { sleep: async () => {}, now: () => 0 });
	await client.get('/surveys');
	return requests[0].timeout;
}

test('the error in a test poll does not suggest Request Options, because a trigger has none', async () => {
	const context = {
		getMode: () => 'manual',
		getNode: () => ({ type: 'n8n-nodes-netigate.netigateTrigger', parameters: {} }),
		getTimezone: () => 'UTC',
		getCredentials: async () => ({ apiKey: 'k', server: 'se' }),
		helpers: {
			httpRequestWithAuthentication: async () => {
				throw Object.assign(new Error('timeout'), { code: 'ECONNABORTED' });
			},
		},
	} as unknown as IPollFunctions;
	let now = 0;
	const client = await netigateClient(context, {
		sleep: async () => {},
		now: () => (now += 5_000),
	});
	const advice = await client.get('/surveys').catch((error: NetigateError) => error.advice);
	expect(advice).toMatch(/A test run waits 12 seconds\.$/);
});

test.each<[WorkflowExecuteMode, object | undefined, number]>([
	['manual', undefined, 12_000],
	['manual', { maxInFlight: 2 }, 12_000],
	['manual', { timeout: 90_000 }, 90_000],
	['manual', { retryForSeconds: 60 }, 300_000],
	['trigger', undefined, 300_000],
	['webhook', { timeout: 5_000 }, 5_000],
])('a read in a %s run with %j times out after %d ms', async (mode, requestOptions, expected) => {
	expect(await readTimeLimit(mode, requestOptions)).toBe(expected);
});

test('a long response that stops in the middle times out and is read again', async () => {
	const stalled = new Readable({ read() {} });
	stalled.push('[{"SurveyId"');
	const bodies = [stalled, Readable.from([Buffer.from('[{"SurveyId": 1}]')])];
	const requestOptions = { timeout: 50 };
	const context = contextOf('trigger', requestOptions, () => bodies.shift());
	const client = await netigateClient(context, { sleep: async () => {} });
	expect(await client.get('/surveys')).toEqual([{ SurveyId: 1 }]);
	expect(stalled.destroyed).toBe(true);
});

/** A body that sends a byte from time to time and never ends. */
function dripping(): Readable {
	const body = new Readable({ read() {} });
	const timer = setInterval(() => body.push(' '), 5);
	return body.on('close', () => clearInterval(timer));
}

/** A body of this size, sent as fast as possible. */
const large = (megabytes: number) =>
	Readable.from(Array.from({ length: megabytes }, () => Buffer.alloc(2 ** 20, ' ')));

const write = { method: 'POST', path: '/surveys', repeatable: false } as const;
const read = { method: 'GET', path: '/surveys', repeatable: true } as const;

const clientFor = async (bodyFor: (options: IHttpRequestOptions) => unknown) =>
	await netigateClient(contextOf('trigger', { timeout: 60, retryForSeconds: 0 }, bodyFor), {
		sleep: async () => {},
	});

test.each([
	['a read', read, 'notDone'],
	['a write, which may have been done', write, 'unknown'],
])('a dripping response ends %s at its time limit', async (_, request, outcome) => {
	const body = dripping();
	const client = await clientFor(() => body);
	await expect(client.send(request)).rejects.toMatchObject({
		message: "Netigate didn't respond in time",
		outcome,
	});
	expect(body.destroyed).toBe(true);
});

test('a request without any response ends at its time limit and is stopped in n8n', async () => {
	let signal: AbortSignal | undefined;
	const client = await clientFor(async ({ abortSignal }) => {
		signal = abortSignal as AbortSignal;
		return await new Promise(() => {});
	});
	await expect(client.send(read)).rejects.toThrow("Netigate didn't respond in time");
	expect(signal?.aborted).toBe(true);
});

test.each([
	['a read', read, 'notDone'],
	['a write, which may have been done', write, 'unknown'],
])('a response larger than 100 MB ends %s', async (_, request, outcome) => {
	const body = large(102);
	const client = await netigateClient(
		contextOf('trigger', { retryForSeconds: 0 }, () => body),
		{ sleep: async () => {} },
	);
	await expect(client.send(request)).rejects.toMatchObject({
		message: "Netigate's response is larger than 100 MB, so it wasn't read",
		advice: expect.stringMatching(/check the base URL/i),
		outcome,
	});
	expect(body.destroyed).toBe(true);
});

/** Makes every time limit short. */
const endSoon = () =>
	jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
		const controller = new AbortController();
		setTimeout(() => controller.abort(), 60);
		return controller.signal;
	});

test('the search for a hidden proxy times out', async () => {
	endSoon();
	const credential = { server: 'custom', baseUrl: 'http://127.0.0.1/api/v1.2' } as const;
	const endless = async () => await new Promise(() => {});
	await expect(refuseHiddenProxy(credential, endless)).rejects.toThrow('go through a proxy');
	jest.restoreAllMocks();
});

test('the credential test times out and rejects an endless response', async () => {
	endSoon();
	const messageFor = async (body: Readable) => {
		const request = async () => ({ statusCode: 200, headers: {}, body });
		const data = { apiKey: 'k', server: 'se' };
		const credential = { id: '1', name: 'Test', type: 'netigateApi', data };
		const context = { helpers: { request } } as unknown as ICredentialTestFunctions;
		return (await netigateApiTest.call(context, credential)).message;
	};
	expect(await messageFor(dripping())).toMatch("Netigate didn't respond in time");
	expect(await messageFor(Readable.from([Buffer.from('[]')]))).toBe('Connection successful!');
	expect(await messageFor(Readable.from([Buffer.from('['.repeat(200))]))).toMatch(
		"isn't the Netigate",
	);
	jest.restoreAllMocks();
});

describe("a request that n8n's protection against internal addresses blocks", () => {
	const messages = [
		'The request was blocked because it resolves to a restricted IP address',
		'The request was blocked because the destination hostname is restricted',
	];
	const advice = /N8N_SSRF_ALLOWED_HOSTNAMES.* N8N_SSRF_ALLOWED_IP_RANGES/;

	test.each(messages)('%s: the credential test names the settings', async (message) => {
		const request = jest.fn().mockRejectedValue(new Error(message));
		const data = { apiKey: 'k', server: 'custom', baseUrl: 'http://127.0.0.1:4010/api/v1.2' };
		const result = await netigateApiTest.call(
			{ helpers: { request } } as unknown as ICredentialTestFunctions,
			{ id: '1', name: 'Netigate', type: 'netigateApi', data },
		);
		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(advice) });
	});

	test.each(messages)('%s: the node names the settings and tries once', async (message) => {
		const attempt = jest.fn(() => {
			throw Object.assign(new Error('Wrapped'), { cause: new Error(message) });
		});
		const client = await netigateClient(contextOf('trigger', undefined, attempt));
		await expect(client.get('/surveys')).rejects.toMatchObject({
			...{ message: expect.stringContaining("isn't allowed"), outcome: 'refused' },
			advice: expect.stringMatching(advice),
		});
		expect(attempt).toHaveBeenCalledTimes(1);
	});
});
