import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { adminReply } from './admin';
import type { Api, Reply } from './api';
import { readBody, readQuery, tryJson, type CallRecord, type Exchange } from './exchange';
import { changed } from './changes';
import { statusFaults, type Fault } from './faults';
import { listen, stopListening } from './loopback';
import { foreign, servePage } from './pages/serve';
import { Refusal } from './refusal';
import type { Sandbox } from './sandbox';
import type { Settings } from './settings';
import { sendText } from './wire';

/** Long enough to read requests of clients that have disconnected. */
const READ_DELAY_MS = 20;

/** A sandbox's HTTP server. It counts calls in flight, keeps the log, and simulates the faults. */
export class SandboxServer {
	readonly calls: CallRecord[] = [];
	maxInFlight = 0;
	private inFlight = 0;
	/** Work in flight, including work for disconnected clients. */
	private readonly working = new Set<Promise<unknown>>();
	private readonly server: Server;

	constructor(
		private readonly basePath: string,
		private readonly api: () => Api,
		private readonly sandbox: Sandbox,
		private readonly otherHostUrl: string,
		private readonly settings: Settings,
	) {
		this.server = createServer((request, response) => {
			this.serve(request, response).catch((error: unknown) => {
				if (response.headersSent || response.destroyed) response.destroy();
				else this.write(response, 500, new Refusal(500, `Sandbox failed: ${String(error)}`).body);
			});
		});
		// Longer than clients keep idle connections. Otherwise they might write to one that is being closed.
		this.server.keepAliveTimeout = 120_000;
	}

	async listen(port: number): Promise<number> {
		return await listen(this.server, port);
	}

	async close(): Promise<void> {
		await stopListening(this.server);
	}

	/** Waits for work in flight, including requests that just arrived. @param endDelays is called before */
	async settled(endDelays: () => void): Promise<void> {
		do {
			endDelays();
			await Promise.allSettled(this.working);
			await new Promise((resolve) => setTimeout(resolve, READ_DELAY_MS));
		} while (this.working.size > 0);
	}

	clearCalls(): void {
		this.calls.length = 0;
		this.maxInFlight = this.inFlight;
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', 'http://sandbox');
		const method = request.method ?? 'GET';
		if (url.pathname === '/admin' || url.pathname.startsWith('/admin/')) {
			const problem = foreign(request);
			if (problem) {
				this.write(response, 403, new Refusal(403, problem).body);
				return;
			}
			const text = await readBody(request);
			const { status, body } = adminReply(this.sandbox, method, url, text);
			this.write(response, status, body);
			return;
		}
		const isCall = url.pathname.startsWith(`${this.basePath}/`) || 'x-api-key' in request.headers;
		if (!isCall && (await servePage(this.sandbox, request, response, url))) return;
		const record: CallRecord = {
			operationId: null,
			method,
			path: url.pathname.startsWith(`${this.basePath}/`)
				? url.pathname.slice(this.basePath.length)
				: url.pathname,
			query: readQuery(url.searchParams),
			body: undefined,
			status: null,
			startedAt: Date.now(),
			finishedAt: null,
			faults: [],
			workDone: false,
		};
		this.calls.push(record);
		this.inFlight += 1;
		this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
		response.once('close', () => this.leave(record));
		const working = this.reply({ request, response, record, text: undefined, faults: [] }, url);
		this.working.add(working);
		const reply = await working.finally(() => this.working.delete(working));
		// The client has disconnected.
		if (response.destroyed) return;
		const fault = reply.fault?.kind === 'latency' ? undefined : reply.fault;
		// Counted before the response is sent, because the client may call again at once.
		if (fault?.kind !== 'hang' && fault?.kind !== 'drip') this.leave(record);
		if (fault) this.play(fault, reply, record, { request, response });
		else {
			record.status = reply.status;
			this.write(response, reply.status, reply.body, {}, reply.text);
		}
	}

	private leave(record: CallRecord): void {
		if (record.finishedAt !== null) return;
		record.finishedAt = Date.now();
		this.inFlight -= 1;
	}

	private async reply(exchange: Exchange, url: URL): Promise<Reply> {
		try {
			exchange.text = await readBody(exchange.request);
		} catch (error) {
			if (error instanceof Refusal) return { status: error.status, body: error.body };
			throw error;
		}
		exchange.record.body = tryJson(exchange.text);
		return await this.api().answer(exchange, url.pathname);
	}

	private write(
		response: ServerResponse,
		status: number,
		body: unknown,
		more: Record<string, string> = {},
		text = JSON.stringify(body),
	): void {
		if (status === 204) {
			response.writeHead(status, more).end();
			return;
		}
		const headers = { 'Content-Type': JSON_TYPE, ...more };
		sendText(response, this.settings, { status, headers, text });
	}

	/** Simulates a fault, which replaces or changes the response. */
	private play(
		fault: Fault,
		reply: Reply,
		record: CallRecord,
		{ request, response }: Pick<Exchange, 'request' | 'response'>,
	): void {
		const text = textOf(fault);
		if (text !== undefined) {
			record.status = fault.status ?? 200;
			const type = fault.kind === 'html' ? 'text/html; charset=utf-8' : JSON_TYPE;
			this.write(response, record.status, undefined, { 'Content-Type': type }, text);
			return;
		}
		if (isStatusFault(fault)) {
			const { kind, retryAfterSeconds } = fault;
			record.status = Number(kind);
			const headers: Record<string, string> =
				retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
			this.write(response, record.status, refusalOf(record.status), headers);
			return;
		}
		switch (fault.kind) {
			case 'dropBefore':
			case 'dropAfter':
				response.destroy();
				return;
			case 'hang':
				// There is no response until the client or the sandbox gives up.
				return;
			case 'drip': {
				record.status = fault.status ?? 200;
				response.writeHead(record.status, { 'Content-Type': JSON_TYPE }).write('[');
				const dripping = setInterval(() => response.write(' '), 20);
				response.once('close', () => clearInterval(dripping));
				return;
			}
			case 'flood':
				record.status = fault.status ?? 200;
				response.writeHead(record.status, {
					'Content-Type': JSON_TYPE,
					'Content-Encoding': 'gzip',
				});
				response.end((flood ??= gzipSync(Buffer.alloc(FLOOD_BYTES, ' '))));
				return;
			case 'cutBody':
			case 'cutUnseen': {
				record.status = fault.status ?? reply.status;
				const headers = { 'Content-Type': JSON_TYPE };
				const whole = { status: record.status, headers, text: JSON.stringify(reply.body) };
				const cut = fault.kind === 'cutBody' ? 'broken' : 'unseen';
				sendText(response, this.settings, whole, cut);
				return;
			}
			case 'redirect': {
				const { status = 302, to = 'otherHost' } = fault;
				record.status = status;
				const Location = to === 'otherHost' ? `${this.otherHostUrl}/moved` : (request.url ?? '/');
				response.writeHead(status, { Location, 'Content-Length': 0 });
				response.end();
				return;
			}
			case 'answer': {
				const { changes = [], byteOrderMark = false, status = reply.status } = fault;
				const body = reply.status < 300 ? changed(reply.body, changes) : reply.body;
				record.status = status;
				const mark = byteOrderMark ? '\uFEFF' : '';
				this.write(response, status, body, {}, mark + (JSON.stringify(body) ?? ''));
				return;
			}
		}
	}
}

const JSON_TYPE = 'application/json; charset=utf-8';

const DEPTH = 50_000;
const FLOOD_BYTES = 101 * 1024 * 1024;
/** Created only if a test needs it. */
let flood: Buffer | undefined;

const page = `<!DOCTYPE html>
<html><head><title>Service unavailable</title></head>
<body><h1>Service unavailable</h1><p>The proxy could not reach the server.</p></body></html>
`;

const messages: Record<number, string> = {
	400: 'Invalid argument',
	401: 'Unauthorized',
	404: 'Not found',
	429: 'Too many requests',
	500: 'Internal error',
	503: 'Service unavailable',
};

const refusalOf = (status: number) =>
	new Refusal(
		status,
		`${messages[status] ?? 'The server behind failed'} (a fault set in the sandbox)`,
	).body;

/** The text that some faults send instead of the response. */
const textOf = ({ kind, code = 500 }: Fault): string | undefined =>
	({
		html: page,
		empty: '',
		garbage: '{"Surveys": [}{',
		deep: '['.repeat(DEPTH) + ']'.repeat(DEPTH),
		errorInside: JSON.stringify(refusalOf(code)),
	})[kind as string];

type StatusFault = Fault & { kind: (typeof statusFaults)[number] };

const isStatusFault = (fault: Fault): fault is StatusFault =>
	(statusFaults as string[]).includes(fault.kind);
