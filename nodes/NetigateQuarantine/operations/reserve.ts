import { decide } from './decide';
import type { Operation } from './run';

/** Decides for each item, and remembers the allowed ones. */
export const reserve: Operation = {
	deciding: true,
	perform: async (run) => await decide(run, true),
};
