import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './faults';
import { invalid } from './refusal';

/** One call in the log. Headers aren't stored, because they contain the key. */
export interface CallRecord {
	/** The ID in docs/internals/openapi.yaml, or null if no call matches. */
	operationId: string | null;
	method: string;
	/** The path without the base path and the query. */
	path: string;
	query: Record<string, string | string[]>;
	body: unknown;
	/** The HTTP status that was sent. Null while in flight and if the connection was dropped. */
	status: number | null;
	/** The real time, in milliseconds since 1970. */
	startedAt: number;
	finishedAt: number | null;
	/** The kinds of faults that occurred. */
	faults: string[];
	/** Whether the work of the call was done. */
	workDone: boolean;
}

/** A request that the sandbox is handling. */
export interface Exchange {
	request: IncomingMessage;
	response: ServerResponse;
	record: CallRecord;
	/** The raw body, or undefined if there is none. */
	text: string | undefined;
	faults: Fault[];
	/** Whether this is the delayed work of a call. */
	late?: boolean;
}

/** Reads the whole body. @throws Refusal 400 if it isn't UTF-8 */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	if (chunks.length === 0) return undefined;
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
	} catch {
		throw invalid('The request body is not UTF-8');
	}
}

export function readQuery(search: URLSearchParams): Record<string, string | string[]> {
	const query: Record<string, string | string[]> = {};
	for (const name of new Set(search.keys())) {
		const values = search.getAll(name);
		query[name] = values.length === 1 ? values[0] : values;
	}
	return query;
}

/** Parses JSON. Anything else stays text. */
export function tryJson(text: string | undefined): unknown {
	if (text === undefined || text === '') return undefined;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
