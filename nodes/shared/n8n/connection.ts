import {
	sleep,
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
import { RunError } from '../api/errors';
import { describeValue } from '../values/dates';
import { baseUrlOf, type NetigateCredential } from '../api/server';

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
	proxy?: string;
	timeout?: number;
	maxInFlight?: number;
	retryForSeconds?: number;
	settleSeconds?: number;
}

const DEFAULT_TIMEOUT_MS = 300_000;
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

function proxyOf(address: string): IHttpRequestOptions['proxy'] {
	const url = new URL(address);
	return {
		host: url.hostname,
		port: Number(url.port),
		protocol: url.protocol.replace(/:$/, ''),
		...(url.username
			? {
					auth: {
						username: decodeURIComponent(url.username),
						password: decodeURIComponent(url.password),
					},
				}
			: {}),
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
		timeout: timeout && timeout > 0 ? timeout : DEFAULT_TIMEOUT_MS,
		...(proxy ? { proxy: proxyOf(proxy) } : {}),
		...(allowUnauthorizedCerts ? { skipSslCertificateValidation: true } : {}),
	};
	return async (request) => {
		try {
			const response = (await context.helpers.httpRequestWithAuthentication.call(
				context,
				CREDENTIAL,
				{ ...toHttpOptions(baseUrl, request), ...extra },
			)) as { statusCode: number; headers: Record<string, unknown>; body: unknown };
			const { statusCode, headers, body } = response;
			const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
			return { kind: 'answer', answer: { status: statusCode, headers, body: text } };
		} catch (error) {
			return noAnswer(error);
		}
	};
}

/** `Request Options` as the user set them; they are the same for all items of a run. */
export function requestOptionsOf(context: CallingContext): RequestOptions {
	const parameters = context.getNode().parameters;
	if (parameters.requestOptions === undefined) return {};
	if ('getInputData' in context && 'getItemIndex' in context) {
		return (context as IExecuteSingleFunctions).getNodeParameter(
			'requestOptions',
			{},
		) as RequestOptions;
	}
	if ('getInputData' in context) {
		return (context as IExecuteFunctions).getNodeParameter(
			'requestOptions',
			0,
			{},
		) as RequestOptions;
	}
	return {};
}

/**
 * A number of `Request Options`, which an expression may give as a text.
 *
 * @throws RunError when it is none, or out of bounds: with 0 requests at once nothing would ever be sent
 */
function numberOf(
	label: string,
	given: unknown,
	preset: number,
	least = 0,
	most = Infinity,
): number {
	if (given === undefined) return preset;
	const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
	const whole = most === Infinity || Number.isInteger(value);
	if (typeof value === 'number' && value >= least && value <= most && value < Infinity && whole)
		return value;
	throw new RunError(
		`"${label}" cannot be ${describeValue(given)}`,
		most === Infinity
			? `Give a number of ${least} or more under Request Options in the settings of the node.`
			: `Give a whole number from ${least} to ${most} under Request Options in the settings of the node.`,
	);
}

/** n8n's own "Batching": off below 0, and 0 items a batch are one. */
function paceOf({ batching }: RequestOptions): Pace | undefined {
	const { batchSize, batchInterval } = batching?.batch ?? {};
	const everyMs = numberOf('Batch Interval (ms)', batchInterval, 0);
	const requests = numberOf('Items per Batch', batchSize, -1, -1, Number.MAX_SAFE_INTEGER);
	return everyMs > 0 && requests >= 0 ? { requests: Math.max(1, requests), everyMs } : undefined;
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
	const options = requestOptionsOf(context);
	const transport = n8nTransport(context, baseUrlOf(credential), options);
	const signal =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	return createClient(transport, {
		maxInFlight: numberOf(
			'Requests at Once',
			options.maxInFlight,
			DEFAULT_MAX_IN_FLIGHT,
			1,
			MOST_IN_FLIGHT,
		),
		retryForMs:
			numberOf('Retry for (Seconds)', options.retryForSeconds, DEFAULT_RETRY_SECONDS) * 1000,
		settleMs:
			numberOf(
				'Wait After a Lost Answer (Seconds)',
				options.settleSeconds,
				DEFAULT_SETTLE_SECONDS,
			) * 1000,
		pace: paceOf(options),
		sleep,
		now: () => Date.now(),
		random: Math.random,
		cancelled: () => signal?.aborted === true,
		...overrides,
	});
}
