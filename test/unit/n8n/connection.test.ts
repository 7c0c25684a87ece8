import { Readable } from 'node:stream';
import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	IPollFunctions,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { readLong } from '../../../nodes/shared/netigate/lists';
import type { NetigateError } from '../../../nodes/shared/netigate/errors';
import { netigateClient } from '../../../nodes/shared/n8n/connection';

/** A run in this mode; `bodyFor` gives the body of each answer. */
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
				body: bodyFor(options),
			}),
		},
	}) as unknown as IExecuteFunctions;

/** How long, in milliseconds, a read of a run in this mode is given, by what stands in Request Options. */
async function givenToARead(mode: WorkflowExecuteMode, requestOptions?: object): Promise<unknown> {
	const asked: IHttpRequestOptions[] = [];
	const context = contextOf(mode, requestOptions, (options) => {
		asked.push(options);
		return '[]';
	});
	const client = await netigateClient(context, { sleep: async () => {}, now: () => 0 });
	await client.get('/surveys');
	return asked[0].timeout;
}

test('a poll that is tried out has no Request Options to give it longer', async () => {
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
])('a read of a %s run with %j is waited for %d ms', async (mode, requestOptions, expected) => {
	expect(await givenToARead(mode, requestOptions)).toBe(expected);
});

test('a long answer that stops in the middle is given up in time, and read again', async () => {
	const stalled = new Readable({ read() {} });
	stalled.push('[{"SurveyId"');
	const bodies = [stalled, Readable.from([Buffer.from('[{"SurveyId": 1}]')])];
	const requestOptions = { timeout: 50 };
	const context = contextOf('trigger', requestOptions, () => bodies.shift());
	const client = await netigateClient(context, { sleep: async () => {} });
	expect(await readLong(client, '/surveys', {})).toEqual([{ SurveyId: 1 }]);
	expect(stalled.destroyed).toBe(true);
});
