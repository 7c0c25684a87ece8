import { liftedOf } from '../shared/quarantine/settings';
import { remember } from './remember';
import type { QuarantineRun } from './run';

/** Ends quarantines: for a survey, for a group, or for all. */
export async function lift(run: QuarantineRun): Promise<void> {
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
	);
}
