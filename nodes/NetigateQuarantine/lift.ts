import { liftedOf } from '../../shared/quarantine/settings';
import { remember } from './remember';
import type { Operation } from './run';

/** Ends quarantines: for a survey, for a group, or for all. */
export const lift: Operation = {
	deciding: false,
	perform: async (run) =>
		await remember(
			run,
			({ contact, parameters }, key) => ({
				contact: key.hash(contact),
				lifted: liftedOf(parameters),
			}),
			async (ledger, lifts) =>
				(await ledger.lift(lifts)).map((events) => ({
					status: events > 0 ? 'lifted' : 'unchanged',
					reason: null,
					events,
				})),
		),
};
