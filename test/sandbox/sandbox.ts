import { setMaxListeners } from 'node:events';
import { Api, operations, type Violation } from './api';
import { Clock } from './clock';
import type { CallRecord } from './exchange';
import { Faults } from './faults';
import { showsKey } from './key';
import { OtherHost, type StrayRequest } from './otherHost';
import { People } from './people';
import { addManySurveys, addSample, demoKey } from './sample';
import { SandboxServer } from './server';
import { applySettings, defaultSettings, type Settings } from './settings';
import { SandboxState } from './state';
import type { World } from './world';

export interface SandboxOptions
	extends Partial<Pick<Settings, 'wrapped' | 'latencyMs' | 'manySurveys'>> {
	/** The default, 0, means a free port. */
	port?: number;
	/** Default: the demo key. */
	apiKey?: string;
	/** The sample account (`true`, the default, or `'sample'`), or an empty one. */
	seed?: boolean | 'sample';
	basePath?: string;
	/** All other settings. See settings.ts. */
	settings?: Partial<Settings>;
}

/** A message from a workflow to a team. */
export interface Alert {
	/** Milliseconds since 1970. */
	at: number;
	text: string;
}

/** A running sandbox. */
export class Sandbox {
	/** The credential's base URL. */
	url = '';
	readonly apiKey: string;
	readonly clock = new Clock();
	readonly settings: Settings = { ...defaultSettings };
	/** Messages that workflows sent to the page `/alerts`, newest first. */
	readonly alerts: Alert[] = [];
	readonly faults = new Faults(new Set(operations.keys()));
	/** Responses that didn't match docs/internals/openapi.yaml. Tests check that there are none. */
	readonly violations: Violation[] = [];
	private world!: World;
	private server!: SandboxServer;
	private closing!: AbortController;
	/** Ends the current delays of calls. */
	private waiting!: AbortController;
	private otherHost!: OtherHost;
	private api!: Api;
	private readonly basePath: string;

	constructor(private readonly options: SandboxOptions) {
		this.apiKey = options.apiKey ?? demoKey;
		this.basePath = options.basePath ?? '/api/v1.2';
	}

	/** The current account. `reset` replaces the object. */
	get state(): SandboxState {
		this.world.people.catchUp();
		return this.world.state;
	}

	get people(): People {
		return this.world.people;
	}

	/** All calls since the start or the last reset, in order. */
	get calls(): readonly CallRecord[] {
		return this.server.calls;
	}

	/** The highest number of calls in flight at the same time. */
	get maxInFlight(): number {
		return this.server.maxInFlight;
	}

	/** Whether a text contains the API key in any form in which a response can repeat it. */
	showsKey(text: string): boolean {
		return showsKey(text, this.apiKey);
	}

	/** Requests to the other host, which is the target of the fault `redirect`. */
	get strayRequests(): readonly StrayRequest[] {
		return this.otherHost.requests;
	}

	/** Waits for all work in flight, including requests of disconnected clients, and does delayed work immediately. */
	async settled(): Promise<void> {
		await this.server.settled(() => this.stopWaiting());
		this.stopWaiting();
		await this.api.settled();
	}

	/** Starts the sandbox. Also works after `close`. */
	async start(): Promise<this> {
		this.closing = new AbortController();
		this.stopWaiting();
		this.otherHost = new OtherHost((text) => text.includes(this.apiKey));
		await this.otherHost.listen();
		const { url } = this.otherHost;
		this.server = new SandboxServer(this.basePath, () => this.api, this, url, this.settings);
		this.reset();
		this.api = await Api.build(this.basePath, {
			world: () => this.world,
			faults: this.faults,
			isKey: (key) => key === this.apiKey,
			violations: this.violations,
			closing: this.closing.signal,
			waiting: () => this.waiting.signal,
		});
		const port = await this.server.listen(this.options.port ?? 0);
		this.url = `http://127.0.0.1:${port}${this.basePath}`;
		return this;
	}

	/** @throws RangeError for an unknown setting or value */
	changeSettings(change: Partial<Settings>): void {
		applySettings(this.settings, change);
		if (change.manySurveys !== undefined) addManySurveys(this.world.state, change.manySurveys);
	}

	clearCalls(): void {
		this.server.clearCalls();
	}

	/** Resets state, settings, faults, log, violations, alerts and clock. */
	reset(): void {
		const { options, settings, clock } = this;
		Object.assign(settings, defaultSettings);
		this.faults.clear();
		this.violations.length = 0;
		this.alerts.length = 0;
		this.otherHost.requests.length = 0;
		this.server.clearCalls();
		clock.reset();
		const state = new SandboxState(
			settings,
			() => clock.date(),
			() => new URL(this.url).origin,
		);
		const people = new People(state, settings, clock);
		this.world = { state, settings, clock, people };
		if (options.seed !== false) addSample(state, clock);
		const { wrapped, latencyMs, manySurveys } = options;
		const given = Object.entries({ wrapped, latencyMs, manySurveys, ...options.settings });
		this.changeSettings(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
	}

	/** Stops immediately and destroys all connections. */
	async close(): Promise<void> {
		this.closing.abort();
		this.stopWaiting();
		await Promise.all([this.server.close(), this.otherHost.close()]);
	}

	private stopWaiting(): void {
		this.waiting?.abort();
		this.waiting = new AbortController();
		// Thousands of calls may be waiting.
		setMaxListeners(0, this.waiting.signal);
	}
}
