import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
	createClient,
	type ClientOptions,
	type NetigateRequest,
	type Transport,
} from '../../nodes/shared/netigate/client';
import { changesOf, shape } from './answer';
import { operations } from './api';
import { changed } from './changes';
import { Clock } from './clock';
import { works } from './handlers';
import { People } from './people';
import { Refusal } from './refusal';
import { defaultSettings, type Settings } from './settings';
import { SandboxState } from './state';

const routes = [...operations.values()].map((operation) => ({
	operation,
	pattern: new RegExp(
		`^${operation.method} ${operation.path.replace(/\{(\w+)\}/g, '(?<$1>\\d+)')}$`,
	),
}));

/** Creates a client for tests. It neither waits nor retries, unless `options` say so. */
export const clientOf = (transport: Transport, options: Partial<ClientOptions> = {}) =>
	createClient(transport, {
		maxInFlight: 4,
		retryForMs: 0,
		settleMs: 0,
		sleep: async () => {},
		now: () => 0,
		random: () => 0,
		cancelled: () => false,
		connection: randomUUID(),
		...options,
	});

const START = '2026-09-27T12:00:00Z';

const ENDURING = { maxInFlight: 8, retryForMs: 60_000 };

/** A response as a client receives it. */
export const responded = (status: number, body: unknown) => ({
	kind: 'answer' as const,
	answer: { status, headers: {}, body: JSON.stringify(body) ?? '' },
});

/**
 * A sandbox with an empty account, called without HTTP and without checks, for tests with many thousands of calls. Its
 * clock is frozen.
 */
export class DirectSandbox {
	readonly settings: Settings = { ...defaultSettings };
	readonly clock = new Clock();
	readonly state = new SandboxState(this.settings, () => this.clock.date());
	readonly people = new People(this.state, this.settings, this.clock);
	/** The operations called, in order. */
	readonly calls: string[] = [];
	maxInFlight = 0;
	private inFlight = 0;

	/** Called before each call's work. Can change the account or throw a Refusal. Calls are numbered from 1. */
	beforeCall: (call: number, request: NetigateRequest) => void = () => {};

	constructor(settings: Partial<Settings> = {}, at: number | string = START) {
		Object.assign(this.settings, settings);
		this.clock.freeze();
		this.clock.set(at);
	}

	readonly client = clientOf(async (request) => {
		const call = this.calls.push(routeOf(request).operation.operationId);
		this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
		await nextTurn();
		try {
			this.beforeCall(call, request);
			return responded(200, this.work(request));
		} catch (error) {
			if (error instanceof Refusal) return responded(error.status, error.body);
			throw error;
		} finally {
			this.inFlight--;
		}
	}, ENDURING);

	/** @returns the response to a request @throws Refusal */
	work(request: NetigateRequest): unknown {
		const { operation, ids } = routeOf(request);
		const query = Object.entries(request.query ?? {}).map(([name, value]) => [name, String(value)]);
		const response = works[operation.operationId](this, {
			ids,
			query: Object.fromEntries(query) as Record<string, string>,
			body: request.body as never,
		});
		const { settings } = this;
		return changed(
			shape(operation, response, settings),
			changesOf(operation.operationId, settings),
		);
	}
}

function routeOf({ method, path }: NetigateRequest) {
	for (const { operation, pattern } of routes) {
		const match = pattern.exec(`${method} ${path}`);
		if (!match) continue;
		const ids = Object.entries(match.groups ?? {}).map(([name, id]) => [name, Number(id)]);
		return { operation, ids: Object.fromEntries(ids) as Record<string, number> };
	}
	throw new Error(`No call ${method} ${path}`);
}
