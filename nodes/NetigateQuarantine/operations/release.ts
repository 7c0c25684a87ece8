import { remember, reservedPlaceOf } from './remember';
import type { Operation } from './run';

/** Sending failed: gives the reservation back. */
export const release: Operation = {
	deciding: false,
	perform: async (run) =>
		await remember(
			run,
			(asked, key) => reservedPlaceOf(asked, key, false),
			async (ledger, places) =>
				(await ledger.release(places)).map((reason) => ({
					status: reason === 'released' ? 'released' : 'unchanged',
					reason,
				})),
		),
};
