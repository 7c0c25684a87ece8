import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './faults';
import { invalid } from './refusal';

/** One call in the log. Headers, and with them the key, are never kept. */
export interface CallRecord {
	/** As in docs/internals/openapi.yaml; null if no call matches. */
	operationId: string | null;
	method: string;
	/** After the base path, without the query. */
	path: string;
	query: Record<string, string | string[]>;
	body: unknown;
	/** The HTTP status sent; null while in flight, and if the connection was dropped. */
	status: number | null;
	/** Milliseconds since 1970, of the real clock. */
	startedAt: number;
	finishedAt: number | null;
	/** The kinds of faults that struck. */
	faults: string[];
	/** Whether the work of the call was done. */
	workDone: boolean;
}

/** One request on its way through the sandbox. */
export interface Exchange {
	request: IncomingMessage;
	response: ServerResponse;
	record: CallRecord;
	/** The raw body; undefined without a body. */
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

/** Parses JSON; anything else stays text. */
export function tryJson(text: string | undefined): unknown {
	if (text === undefined || text === '') return undefined;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
