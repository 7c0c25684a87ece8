import type { Clock } from './clock';
import type { People } from './people';
import type { Settings } from './settings';
import type { SandboxState } from './state';

/** What a handler works on. */
export interface World {
	state: SandboxState;
	settings: Settings;
	clock: Clock;
	people: People;
}

/** A checked request: ids as numbers, query values as text, the body as the document says. */
export interface Call<Body = unknown> {
	ids: Record<string, number>;
	query: Record<string, string | undefined>;
	body: Body;
}

/** Does the work of one call and gives its bare answer; refuses by throwing a Refusal. */
export type Work = (world: World, call: Call<never>) => unknown;
