import { remember, reservedPlaceOf } from './remember';
import type { Operation } from './run';

/** After sending: makes held reservations final. */
export const confirm: Operation = {
	deciding: false,
	perform: async (run) =>
		await remember(
			run,
			(asked, key) => reservedPlaceOf(asked, key, run.options.storeContact),
			async (ledger, places) =>
				(await ledger.confirm(places, Date.now())).map((reason) => ({
					status: 'confirmed',
					reason,
				})),
		),
};
