import { noteConfirm } from './failedConfirms';
import { remember, reservedPlaceOf } from './remember';
import type { Operation } from './run';

/** After sending: makes held reservations final. */
export const confirm: Operation = {
	deciding: false,
	async perform(run) {
		const status = 'confirmed';
		await remember(
			run,
			(asked, key) => reservedPlaceOf(asked, key, run.options.storeContact),
			async (ledger, places) =>
				(await ledger.confirm(places, Date.now())).map((reason) => ({ status, reason })),
		).finally(() => noteConfirm(run.context, run.allAre(status)));
	},
};
