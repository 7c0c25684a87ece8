import { decide } from './decide';
import type { Operation } from './run';

/** Decides for each item, and remembers nothing. */
export const check: Operation = {
	deciding: true,
	perform: async (run) => await decide(run, false),
};
