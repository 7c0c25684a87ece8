import type { Clock } from './clock';
import type { People } from './people';
import type { Settings } from './settings';
import type { SandboxState } from './state';

export interface World {
	state: SandboxState;
	settings: Settings;
	clock: Clock;
	people: People;
}

/** A checked request: IDs as numbers, query values as text, the body as documented. */
export interface Call<Body = unknown> {
	ids: Record<string, number>;
	query: Record<string, string | undefined>;
	body: Body;
}

/** Does a call's work and returns its bare response. @throws Refusal */
export type Work = (world: World, call: Call<never>) => unknown;
