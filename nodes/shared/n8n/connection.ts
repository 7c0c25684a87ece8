import { createHash } from 'crypto';
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
import { InputError, NetigateError, RunError } from '../netigate/errors';
import { baseUrlOf, withoutKey, type NetigateCredential } from '../netigate/server';
import { codeOf, connectionOf, PROBE_MS, refuseHiddenProxy } from './connectionSafety';
import { parameterReader, singleParameters } from './itemParameters';
import { ParameterReader } from './parameters';
import { inTime, readInTime } from './limits';
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

function toHttpOptions(baseUrl: string, request: NetigateRequest): IHttpRequestOptions {
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
		// The response is a stream so that its time and size can be limited.
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// Following a redirect would forward the API key and turn a POST into a GET.
		disableFollowRedirect: true,
	};
}

/** The headers without the API key, which may be part of a redirect's address. */
const cleanHeaders = (headers: IN8nHttpFullResponse['headers'], clean: (text: string) => string) =>
	Object.fromEntries(
		Object.entries(headers ?? {}).map(([name, value]) => [
			name,
			typeof value === 'string' ? clean(value) : value,
		]),
	);

/** A copy of the context with this signal, which stops its requests. n8n ignores the signal in the request options. */
function withCancelSignal(context: CallingContext, signal: AbortSignal): CallingContext {
	if (!('getExecutionCancelSignal' in context)) return context;
	const value = () => signal;
	return Object.create(context, { getExecutionCancelSignal: { value } }) as CallingContext;
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
	const canceled =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	const exchange = async (request: NetigateRequest, ms: number, timeoutSignal: AbortSignal) => {
		const abortSignal = canceled ? AbortSignal.any([canceled, timeoutSignal]) : timeoutSignal;
		const response = (await context.helpers.httpRequestWithAuthentication.call(
			withCancelSignal(context, abortSignal),
			CREDENTIAL,
			{
				...toHttpOptions(baseUrl, request),
				...connection,
				timeout: ms,
				abortSignal,
			},
		)) as IN8nHttpFullResponse;
		const { statusCode: status, body } = response;
		const headers = cleanHeaders(response.headers, clean);
		return { status, headers, ...(await readInTime(body, timeoutSignal, request.keep, clean)) };
	};
	return async (request, withinMs = DEFAULT_TIMEOUT_MS) => {
		const ms = timeout || withinMs;
		try {
			const answer = await inTime(
				ms,
				async (timeoutSignal) => await exchange(request, ms, timeoutSignal),
			);
			return { kind: 'answer', answer };
		} catch (error) {
			if (error instanceof NetigateError) return { kind: 'oversized', error };
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
async function requestOptionsOf(context: CallingContext): Promise<RequestOptions> {
	return await Promise.resolve()
		.then(() => readRequestOptions(readerFor(context).collection('requestOptions')))
		.catch((error: unknown) => {
			if (!(error instanceof InputError)) throw error;
			throw new RunError(
				error.message,
				`${error.advice} The option is under 'Request Options' in the node's settings.`,
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
		'getInputData' in context ? ". To wait longer, set 'Timeout' under 'Request Options'" : '';
	return {
		ms: EDITOR_READ_MS,
		advice: `A test run waits ${EDITOR_READ_MS / 1000} seconds${longer}.`,
	};
}

/**
 * @throws InputError if the credential's base URL isn't valid, RunError if a Request Option isn't or if others could
 * read the API key
 */
export async function netigateClient(
	context: CallingContext,
	overrides: Partial<ClientOptions> = {},
): Promise<NetigateClient> {
	const credential = await context.getCredentials<NetigateCredential>(CREDENTIAL);
	const options = await requestOptionsOf(context);
	const { batchSize, batchInterval } = options;
	const connection = connectionOf(credential, options);
	await refuseHiddenProxy(credential, async (url) => {
		const probe = { url, timeout: PROBE_MS, ignoreHttpStatusErrors: true };
		return await context.helpers.httpRequest({ method: 'HEAD', ...probe });
	});
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
		connection: createHash('sha256')
			.update(JSON.stringify([credential, options]))
			.digest('base64url'),
		...overrides,
	});
}
