import axios, { type AxiosResponse, type Method } from 'axios';
import type { Sandbox } from '../sandbox';

export interface Caller {
	(method: Method, path: string, body?: unknown, timeout?: number): Promise<AxiosResponse>;
}

/**
 * Calls a sandbox over real HTTP with its key. Accepts any status. The response is parsed as JSON, or stays text.
 */
export function callerOf(sandbox: Sandbox, headers: Record<string, string> = {}): Caller {
	return async (method, path, body, timeout) =>
		await axios.request({
			timeout,
			baseURL: sandbox.url,
			url: path,
			method,
			headers: {
				'X-API-KEY': sandbox.apiKey,
				...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
				...headers,
			},
			data: body,
			validateStatus: () => true,
			// Text is sent unchanged, so that tests can send invalid JSON.
			transformRequest: (data: unknown) =>
				typeof data === 'string' || data === undefined ? data : JSON.stringify(data),
		});
}

/** Calls the routes under /admin. */
export function adminOf(sandbox: Sandbox): Caller {
	return async (method, path, body) =>
		await axios.request({
			baseURL: new URL('/admin', sandbox.url).href,
			url: path,
			method,
			data: body,
			validateStatus: () => true,
		});
}

/** A respondent to add, in the API's format. */
export const person = (contactDetails: string, backgroundData: unknown[] = []) => ({
	contactDetails,
	sendMail: true,
	backgroundData,
});
