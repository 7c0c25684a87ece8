import {
	sleep,
	type IExecuteFunctions,
	type IExecuteSingleFunctions,
	type IHttpRequestOptions,
	type IN8nHttpFullResponse,
	type ILoadOptionsFunctions,
	type IPollFunctions,
} from 'n8n-workflow';
import {
	createClient,
	type ClientOptions,
	type NetigateClient,
	type NetigateRequest,
	type Transport,
} from '../netigate/client';
import type { HttpAnswer } from '../netigate/responses';
import { readBody } from '../netigate/lists';
import { InputError, RunError } from '../netigate/errors';
import { baseUrlOf, withoutKey, type NetigateCredential } from '../netigate/server';
import { codeOf, connectionOf, refuseHiddenProxy } from './connectionSafety';
import { parameterReader, singleParameters } from './itemParameters';
import { ParameterReader } from './parameters';
import { DEFAULT_RETRY_SECONDS, readable } from './requestOptions';
import { isTestRun } from './testRun';

export const CREDENTIAL = 'netigateApi';

type CallingContext =
	| IExecuteFunctions
	| IExecuteSingleFunctions
	| ILoadOptionsFunctions
	| IPollFunctions;

const DEFAULT_TIMEOUT_MS = 300_000;
/** How long a read may take while someone is waiting in the editor. */
export const EDITOR_READ_MS = 12_000;

export function toHttpOptions(baseUrl: string, request: NetigateRequest): IHttpRequestOptions {
	return {
		baseURL: baseUrl,
		url: request.path,
		method: request.method,
		qs: request.query ?? {},
		headers: {
			Accept: 'application/json',
			...(request.body ? { 'Content-Type': 'application/json' } : {}),
		},
		// Both the request and the response are text, because n8n drops a body that is an empty object, and
		// parsing a response could hide that it was cut off.
		...(request.body ? { body: JSON.stringify(request.body) } : {}),
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// Following a redirect would forward the API key and turn a POST into a GET.
		disableFollowRedirect: true,
	};
}

/** The headers without the API key, which may be part of a redirect's address. */
const headersOf = ({ headers }: IN8nHttpFullResponse, clean: (text: string) => string) =>
	Object.fromEntries(
		Object.entries(headers ?? {}).map(([name, value]) => [
			name,
			typeof value === 'string' ? clean(value) : value,
		]),
	);

/** An HTTP response from n8n, with its body as text and without the API key. */
export function toAnswer(
	response: IN8nHttpFullResponse,
	credential: NetigateCredential,
): HttpAnswer {
	const { statusCode, body } = response;
	const clean = (text: string) => withoutKey(text, credential);
	const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
	return { status: statusCode, headers: headersOf(response, clean), body: clean(text) };
}

interface Body extends AsyncIterable<Uint8Array> {
	destroy: (error: Error) => void;
}

const isStream = (body: unknown): body is Body =>
	typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/** The limit of JavaScript's timers. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Reads a streamed body within a time limit, because n8n's own timeout only covers the headers. */
async function inTime<T>(body: Body, ms: number, read: () => Promise<T>): Promise<T> {
	const deadline = AbortSignal.timeout(Math.min(Math.ceil(ms), LONGEST_TIMEOUT_MS));
	const stop = () => body.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }));
	deadline.addEventListener('abort', stop);
	try {
		return await read();
	} finally {
		deadline.removeEventListener('abort', stop);
	}
}

/** A request that fails without a code, e.g. because its domain isn't allowed, was never sent. */
function n8nTransport(
	context: CallingContext,
	credential: NetigateCredential,
	connection: Partial<IHttpRequestOptions>,
	timeout: number,
): Transport {
	const baseUrl = baseUrlOf(credential);
	const clean = (text: string) => withoutKey(text, credential);
	return async (request, withinMs = DEFAULT_TIMEOUT_MS) => {
		const { long, keep } = request;
		const ms = timeout || withinMs;
		try {
			const response = (await context.helpers.httpRequestWithAuthentication.call(
				context,
				CREDENTIAL,
				{
					...toHttpOptions(baseUrl, request),
					...connection,
					...(long ? { encoding: 'stream' } : {}),
					timeout: ms,
				},
			)) as IN8nHttpFullResponse;
			const { statusCode: status, body } = response;
			if (!isStream(body)) return { kind: 'answer', answer: toAnswer(response, credential) };
			const read = await inTime(body, ms, async () => await readBody(body, keep, clean));
			return { kind: 'answer', answer: { status, headers: headersOf(response, clean), ...read } };
		} catch (error) {
			const code = codeOf(error);
			if (code === 'ERR_CANCELED') return { kind: 'cancelled' };
			// Only the message is used, because the error itself may contain the headers, including the API key.
			const message = error instanceof Error ? clean(error.message) : 'no response';
			return { kind: 'noAnswer', code, message };
		}
	};
}

function readRequestOptions(given: ParameterReader) {
	const [batch] = given.entries('batching', 'batch') as Array<ParameterReader | undefined>;
	return {
		// In n8n's own "Batching" option, a negative number turns batching off, and 0 items per batch means 1.
		batchSize: batch?.whole('batchSize') ?? -1,
		batchInterval: batch?.number('batchInterval') ?? 0,
		allowUnauthorizedCerts: given.flag('allowUnauthorizedCerts'),
		proxy: given.proxy('proxy'),
		timeout: given.number('timeout'),
		maxInFlight: given.whole('maxInFlight'),
		retryForSeconds: given.has('retryForSeconds') ? given.number('retryForSeconds') : undefined,
		settleSeconds: given.number('settleSeconds'),
	};
}

type RequestOptions = ReturnType<typeof readRequestOptions>;

/** Reads the options, which are the same for all items in a run. Polls and editor lists have none. */
function readerFor(context: CallingContext): ParameterReader {
	if ('getItemIndex' in context) return singleParameters(context, readable);
	if (!('getInputData' in context)) {
		const nothing = () => undefined;
		const source = { value: nothing, stored: nothing, prefix: '', timeZone: '' };
		return new ParameterReader(readable, source);
	}
	const [item = { json: {} }] = context.getInputData();
	return parameterReader(context, readable)(0, item);
}

/** @throws RunError for an invalid option */
export async function requestOptionsOf(context: CallingContext): Promise<RequestOptions> {
	return await Promise.resolve()
		.then(() => readRequestOptions(readerFor(context).collection('requestOptions')))
		.catch((error: unknown) => {
			if (!(error instanceof InputError)) throw error;
			throw new RunError(
				error.message,
				`${error.advice} The option is under Request Options in the node's settings.`,
			);
		});
}

/** Someone is waiting for a test run, so its limit is short unless the user sets one. */
function readTimeLimitOf(
	context: CallingContext,
	{ timeout, retryForSeconds }: RequestOptions,
): ClientOptions['readTimeLimit'] {
	if (!isTestRun(context) || timeout || retryForSeconds !== undefined) return undefined;
	// Polls have no Request Options.
	const longer =
		'getInputData' in context ? ". To wait longer, set 'Timeout' under Request Options" : '';
	return {
		ms: EDITOR_READ_MS,
		advice: `A test run waits ${EDITOR_READ_MS / 1000} seconds${longer}.`,
	};
}

/** The connection's options from Request Options. @throws RunError if they would let anyone read the API key */
export async function safeConnection(
	context: CallingContext,
	credential: NetigateCredential,
	options?: RequestOptions,
) {
	const connection = connectionOf(credential, options ?? (await requestOptionsOf(context)));
	await refuseHiddenProxy(
		credential,
		async (url) =>
			await context.helpers.httpRequest({ url, timeout: 5000, ignoreHttpStatusErrors: true }),
	);
	return connection;
}

/** @throws InputError if the credential's base URL isn't valid, RunError if a Request Option isn't */
export async function netigateClient(
	context: CallingContext,
	overrides: Partial<ClientOptions> = {},
): Promise<NetigateClient> {
	const credential = await context.getCredentials<NetigateCredential>(CREDENTIAL);
	const options = await requestOptionsOf(context);
	const { batchSize, batchInterval } = options;
	const connection = await safeConnection(context, credential, options);
	const transport = n8nTransport(context, credential, connection, options.timeout);
	const signal =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	return createClient(transport, {
		maxInFlight: options.maxInFlight,
		retryForMs: (options.retryForSeconds ?? DEFAULT_RETRY_SECONDS) * 1000,
		settleMs: options.settleSeconds * 1000,
		pace:
			batchInterval > 0 && batchSize >= 0
				? { requests: Math.max(1, batchSize), everyMs: batchInterval }
				: undefined,
		readTimeLimit: readTimeLimitOf(context, options),
		sleep,
		now: () => Date.now(),
		random: Math.random,
		cancelled: () => signal?.aborted === true,
		...overrides,
	});
}
