import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, Handler, OpenAPIBackend, Request } from 'openapi-backend';
import { activateReply, changesOf, emptyReply, shape } from './answer';
import { changed } from './changes';
import { buildBackend, operationsOf, readDocument, type Operation } from './document';
import type { Exchange } from './exchange';
import { worksThough, type Fault, type Faults } from './faults';
import { works } from './handlers';
import { formattedTree } from './markup';
import { keyAs } from './key';
import { invalid, Refusal } from './refusal';
import { describeErrors } from './requestErrors';
import { deleteEnded } from './retention';
import type { Call, World } from './world';

/** A response that breaks docs/internals/openapi.yaml: a bug of the sandbox itself. */
export interface Violation {
	operationId: string | null;
	status: number;
	message: string;
	body: unknown;
}

/** The parts of the sandbox that the API uses. */
interface Host {
	world: () => World;
	faults: Faults;
	isKey: (key: unknown) => boolean;
	violations: Violation[];
	/** Ends waiting when the sandbox closes. */
	closing: AbortSignal;
	/** Ends the current delays of calls. */
	waiting: () => AbortSignal;
}

/** A response: a status and a body to send as JSON, or a fault to simulate. */
export interface Reply {
	status: number;
	body: unknown;
	/** Sent instead of the body. */
	text?: string;
	/** Intentionally differs from docs/internals/openapi.yaml, so it isn't checked. */
	unchecked?: boolean;
	/** Replaces or changes the response. */
	fault?: Fault;
}

/** Thrown to end a call before its work. */
class Struck {
	constructor(readonly fault: Fault) {}
}

export const operations: ReadonlyMap<string, Operation> = new Map(
	operationsOf(readDocument()).map((operation) => [operation.operationId, operation]),
);

type Args = [Exchange, Host];

const backends = new Map<string, Promise<OpenAPIBackend>>();

/** Compiling all validators takes a moment, so each base path has one backend for all sandboxes. */
function backendFor(basePath: string): Promise<OpenAPIBackend> {
	let backend = backends.get(basePath);
	if (!backend) {
		backend = buildBackend({
			basePath,
			handlers: handlers(),
			security: (context: Context, ...[, host]: Args) =>
				host.isKey(context.request.headers['x-api-key']),
		});
		backends.set(basePath, backend);
	}
	return backend;
}

function handlers(): Record<string, Handler> {
	const byOperation = [...operations.values()].map((operation): [string, Handler] => [
		operation.operationId,
		(context: Context, exchange: Exchange, host: Host) => work(operation, context, exchange, host),
	]);
	return {
		...Object.fromEntries(byOperation),
		postRoutingHandler: async (context: Context, ...[exchange, host]: Args) => {
			const { record } = exchange;
			record.operationId = context.operation?.operationId ?? null;
			// Faults don't apply again to delayed work.
			if (exchange.late) return;
			exchange.faults = host.faults.strike(record);
			record.faults = exchange.faults.map((fault) => fault.kind);
			await wait(exchange, host);
			const fatal = exchange.faults.find((fault) => fault.kind !== 'latency');
			if (fatal && !worksThough(fatal)) throw new Struck(fatal);
		},
		postSecurityHandler: (context: Context, ...[exchange]: Args) => {
			if (!context.security?.authorized || exchange.text === undefined) return;
			const type = String(exchange.request.headers['content-type'] ?? '');
			if (type.split(';')[0].trim().toLowerCase() !== 'application/json') {
				throw invalid('A request with a body needs Content-Type: application/json');
			}
		},
		unauthorizedHandler: () => {
			throw new Refusal(401, 'The API key is missing or not valid');
		},
		notFound: () => {
			throw new Refusal(404, 'There is no such call');
		},
		validationFail: (context: Context) => {
			throw describeErrors(context.validation.errors ?? []);
		},
	};
}

async function wait(exchange: Exchange, host: Host): Promise<void> {
	const faultMs = exchange.faults.reduce((sum, fault) => sum + (fault.ms ?? 0), 0);
	const ms = host.world().settings.latencyMs + faultMs;
	if (ms > 0) await pause(ms, host);
}

/** @throws when the sandbox closes */
async function pause(ms: number, { waiting, closing }: Host): Promise<void> {
	await sleep(ms, undefined, { signal: waiting() }).catch(() => closing.throwIfAborted());
}

function work(operation: Operation, context: Context, exchange: Exchange, host: Host): Reply {
	const world = host.world();
	world.people.catchUp();
	deleteEnded(world);
	const call: Call = {
		ids: Object.fromEntries(
			Object.entries(context.request.params).map(([name, value]) => [name, readId(name, value)]),
		),
		query: context.request.query as Record<string, string | undefined>,
		body: context.request.requestBody as unknown,
	};
	const plain = works[operation.operationId](world, call as Call<never>);
	const answer = formattedTree(operation.operationId, plain, world.settings);
	exchange.record.workDone = true;
	const creates = operation.responses['201'] !== undefined;
	const isBatch = operation.operationId === 'addRespondents';
	const reply: Reply = {
		status: creates ? world.settings.createdStatus : 200,
		body: shape(operation, answer, world.settings),
		unchecked:
			answer === null ||
			(Array.isArray(answer) && answer.includes(null)) ||
			// Only a setting can return something other than a list.
			(isBatch && !Array.isArray(answer)),
	};
	if (/^(de)?activateSendout$/.test(operation.operationId)) {
		Object.assign(reply, activateReply(world.settings));
	}
	return reply;
}

const apiKeyOf = ({ request }: Exchange) => String(request.headers['x-api-key']);

/** The document's check accepts 1e3 as an integer, but an ID in a path has only digits. */
function readId(name: string, value: unknown): number {
	if (!/^[0-9]+$/.test(String(value))) throw new Refusal(404, `${name} is not a valid id`);
	return Number(value);
}

/** The API of one sandbox: from a request to its response. */
export class Api {
	private readonly late = new Set<Promise<unknown>>();

	private constructor(
		private readonly backend: OpenAPIBackend,
		private readonly host: Host,
	) {}

	static async build(basePath: string, host: Host): Promise<Api> {
		return new Api(await backendFor(basePath), host);
	}

	/** @throws AbortError when the sandbox closes in the meantime */
	async answer(exchange: Exchange, fullPath: string): Promise<Reply> {
		const { record, text } = exchange;
		const request: Request = {
			method: record.method,
			path: fullPath,
			query: record.query,
			headers: exchange.request.headers as Request['headers'],
			// An object saves the backend from parsing it several times.
			body:
				typeof record.body === 'object' && record.body !== null ? record.body : text || undefined,
		};
		const reply = await this.reply(request, exchange);
		this.check(record.operationId, reply);
		const { settings } = this.host.world();
		Object.assign(reply, emptyReply(record.operationId, reply.body, settings));
		if (reply.status < 300) {
			reply.body = changed(reply.body, changesOf(record.operationId, settings));
		} else {
			if (settings.echoKey && reply.body instanceof Object) {
				const { Message } = reply.body as { Message?: string };
				const key = keyAs(settings.echoKey, apiKeyOf(exchange));
				reply.body = { ...reply.body, Message: `${Message} (X-API-KEY: ${key})` };
			}
			if (settings.errorHttpStatus !== 'same') reply.status = settings.errorHttpStatus;
		}
		if (settings.byteOrderMark) reply.text = `\uFEFF${reply.text ?? JSON.stringify(reply.body)}`;
		reply.fault ??= exchange.faults.find((fault) => fault.kind !== 'latency');
		if (reply.fault?.workAfterMs !== undefined)
			this.workLater(request, exchange, reply.fault.workAfterMs);
		return reply;
	}

	/** Waits for all delayed work. */
	async settled(): Promise<void> {
		while (this.late.size > 0) await Promise.all(this.late);
	}

	private workLater(request: Request, exchange: Exchange, ms: number): void {
		const world = this.host.world();
		const working = pause(ms, this.host)
			.then(async () => {
				const late = { ...exchange, faults: [], late: true };
				// A reset cancels earlier requests.
				if (this.host.world() === world) await this.reply(request, late);
			})
			// The sandbox was closed in the meantime.
			.catch(() => {})
			.finally(() => this.late.delete(working));
		this.late.add(working);
	}

	private async reply(request: Request, exchange: Exchange): Promise<Reply> {
		try {
			return (await this.backend.handleRequest(request, exchange, this.host)) as Reply;
		} catch (error) {
			if (error instanceof Refusal) return { status: error.status, body: error.body };
			if (error instanceof Struck) {
				return { status: 200, body: null, fault: error.fault };
			}
			if (this.host.closing.aborted) throw error;
			return this.violation(exchange.record.operationId, 200, `sandbox failed: ${String(error)}`);
		}
	}

	/** Replaces a response that doesn't match the document with a 500. */
	private check(operationId: string | null, reply: Reply): void {
		if (reply.fault || reply.unchecked || operationId === null) return;
		const operation = operations.get(operationId)!;
		// 202 isn't documented. Its response has the same form as with 201.
		const status = reply.status === 202 ? 201 : reply.status;
		if (operation.responses[String(status)] === undefined) {
			Object.assign(reply, this.violation(operationId, status, 'undocumented status'));
			return;
		}
		const { errors } = this.backend.validator.validateResponse(reply.body, operationId, status);
		if (!errors) return;
		const [first] = errors;
		const message = `${first.instancePath || '/'} ${first.message}`;
		Object.assign(reply, this.violation(operationId, status, message, reply.body));
	}

	private violation(
		operationId: string | null,
		status: number,
		message: string,
		body?: unknown,
	): Reply {
		this.host.violations.push({ operationId, status, message, body });
		const loud = `SANDBOX VIOLATES docs/internals/openapi.yaml at ${operationId}: ${message}`;
		return { status: 500, body: new Refusal(500, loud).body };
	}
}
