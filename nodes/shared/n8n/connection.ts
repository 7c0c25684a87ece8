import {
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type IExecuteSingleFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IPollFunctions,
} from 'n8n-workflow';
import {
	createClient,
	type ClientOptions,
	type Exchange,
	type NetigateClient,
	type NetigateRequest,
	type Pace,
	type Transport,
} from '../api/client';
import { InputError, RunError } from '../api/errors';
import { baseUrlOf, type NetigateCredential } from '../api/server';
import { toFlag } from '../values/flags';
import { toNumber, type NumberLimits } from '../values/numbers';
import { toProxy, type Proxy } from '../values/proxy';
import { isTestRun } from './testRun';

export const CREDENTIAL = 'netigateApi';

/** Every n8n context from which Netigate can be called with the user's credential. */
export type CallingContext =
	| IExecuteFunctions
	| IExecuteSingleFunctions
	| ILoadOptionsFunctions
	| IPollFunctions;

/** `Request Options` of the node: n8n's own, and those that this node adds. */
export interface RequestOptions {
	batching?: { batch?: { batchSize?: number; batchInterval?: number } };
	allowUnauthorizedCerts?: boolean;
	proxy?: Proxy;
	timeout?: number;
	maxInFlight?: number;
	retryForSeconds?: number;
	settleSeconds?: number;
}

const DEFAULT_TIMEOUT_MS = 300_000;
/** Somebody waits in front of the editor. */
export const HURRY_MS = 12_000;
export const DEFAULT_MAX_IN_FLIGHT = 4;
export const MOST_IN_FLIGHT = 16;
export const DEFAULT_RETRY_SECONDS = 60;
export const DEFAULT_SETTLE_SECONDS = 2;

/** The request in n8n's words, for the client below and for n8n's own routing alike. */
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
		// As text both ways: n8n drops an empty object as body, and an answer that was parsed for us could no
		// longer be told from one that was cut off.
		...(request.body ? { body: JSON.stringify(request.body) } : {}),
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// The API key would go along to wherever a redirect leads, and a POST would become a GET there.
		disableFollowRedirect: true,
	};
}

/** The code of a network failure, wherever n8n put it: on the error, or on what it wraps. */
function codeOf(error: unknown): string {
	for (let at = error, depth = 0; at && depth < 5; depth++) {
		const { code, httpCode, cause } = at as Record<string, unknown>;
		// n8n 1.100 to 2.33 drops the cause, and keeps its code as `httpCode`.
		for (const named of [code, httpCode]) {
			if (typeof named === 'string' && /^[A-Z][A-Z_0-9]+$/.test(named)) return named;
		}
		at = cause;
	}
	return '';
}

function noAnswer(error: unknown): Exchange {
	const code = codeOf(error);
	if (code === 'ERR_CANCELED') return { kind: 'cancelled' };
	// Only the message is taken over: the error itself can hold the headers, and so the API key.
	return { kind: 'noAnswer', code, message: error instanceof Error ? error.message : 'no answer' };
}

/**
 * Sends requests through n8n's HTTP layer with the credential of the node.
 *
 * A failure that is none of the network, such as a missing credential or a domain that the credential
 * does not allow, has no code and did not leave n8n.
 */
export function n8nTransport(
	context: CallingContext,
	baseUrl: string,
	options: RequestOptions,
): Transport {
	const { timeout, proxy, allowUnauthorizedCerts } = options;
	const extra: Partial<IHttpRequestOptions> = {
		...(proxy ? { proxy } : {}),
		...(allowUnauthorizedCerts ? { skipSslCertificateValidation: true } : {}),
	};
	return async (request, withinMs = DEFAULT_TIMEOUT_MS) => {
		try {
			const response = (await context.helpers.httpRequestWithAuthentication.call(
				context,
				CREDENTIAL,
				{ ...toHttpOptions(baseUrl, request), ...extra, timeout: timeout || withinMs },
			)) as { statusCode: number; headers: Record<string, unknown>; body: unknown };
			const { statusCode, headers, body } = response;
			const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
			return { kind: 'answer', answer: { status: statusCode, headers, body: text } };
		} catch (error) {
			return noAnswer(error);
		}
	};
}

function readRequestOptions(given: IDataObject): RequestOptions {
	const batch = ((given.batching ?? {}) as { batch?: IDataObject }).batch ?? {};
	const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
		value === undefined ? undefined : read(value);
	const number = (value: unknown, label: string, limits: NumberLimits = { min: 0 }) =>
		optional(value, () => toNumber(value, label, limits));
	return {
		batching: {
			batch: {
				batchSize: number(batch.batchSize, 'Items per Batch', { min: -1, whole: true }),
				batchInterval: number(batch.batchInterval, 'Batch Interval (ms)'),
			},
		},
		allowUnauthorizedCerts: optional(given.allowUnauthorizedCerts, (value) =>
			toFlag(value, 'Ignore SSL Issues (Insecure)'),
		),
		proxy: toProxy(given.proxy, 'Proxy'),
		timeout: number(given.timeout, 'Timeout'),
		// With 0 requests at once nothing would ever be sent.
		maxInFlight: number(given.maxInFlight, 'Requests at Once', {
			min: 1,
			max: MOST_IN_FLIGHT,
			whole: true,
		}),
		retryForSeconds: number(given.retryForSeconds, 'Retry for (Seconds)'),
		settleSeconds: number(given.settleSeconds, 'Wait After a Lost Answer (Seconds)'),
	};
}

/**
 * `Request Options` as the user set them; they are the same for all items of a run.
 *
 * @throws RunError for one that cannot be used
 */
export async function requestOptionsOf(context: CallingContext): Promise<RequestOptions> {
	if (context.getNode().parameters.requestOptions === undefined || !('getInputData' in context))
		return {};
	const given =
		'getItemIndex' in context
			? (context as IExecuteSingleFunctions).getNodeParameter('requestOptions', {})
			: (context as IExecuteFunctions).getNodeParameter('requestOptions', 0, {});
	return await Promise.resolve(given as IDataObject)
		.then(readRequestOptions)
		.catch((error: unknown) => {
			if (!(error instanceof InputError)) throw error;
			throw new RunError(
				error.message,
				`${error.advice} It is under Request Options in the settings of the node.`,
			);
		});
}

/** n8n's own "Batching": off below 0, and 0 items a batch are one. */
function paceOf({ batching }: RequestOptions): Pace | undefined {
	const { batchSize = -1, batchInterval = 0 } = batching?.batch ?? {};
	return batchInterval > 0 && batchSize >= 0
		? { requests: Math.max(1, batchSize), everyMs: batchInterval }
		: undefined;
}

/** A test run does not let people wait, unless they said themselves how long to. */
function hurryOf(
	context: CallingContext,
	{ timeout, retryForSeconds }: RequestOptions,
): ClientOptions['hurry'] {
	if (!isTestRun(context) || timeout || retryForSeconds !== undefined) return undefined;
	const advice = `A test run waits ${HURRY_MS / 1000} seconds; Timeout under Request Options gives it longer.`;
	return { ms: HURRY_MS, advice };
}

/**
 * A client for the account of the node's credential.
 *
 * @throws InputError when the credential's base URL, or one of the Request Options, cannot be used
 */
export async function netigateClient(
	context: CallingContext,
	overrides: Partial<ClientOptions> = {},
): Promise<NetigateClient> {
	const credential = await context.getCredentials<NetigateCredential>(CREDENTIAL);
	const options = await requestOptionsOf(context);
	const transport = n8nTransport(context, baseUrlOf(credential), options);
	const signal =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	return createClient(transport, {
		maxInFlight: options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
		retryForMs: (options.retryForSeconds ?? DEFAULT_RETRY_SECONDS) * 1000,
		settleMs: (options.settleSeconds ?? DEFAULT_SETTLE_SECONDS) * 1000,
		pace: paceOf(options),
		hurry: hurryOf(context, options),
		sleep,
		now: () => Date.now(),
		random: Math.random,
		cancelled: () => signal?.aborted === true,
		...overrides,
	});
}
