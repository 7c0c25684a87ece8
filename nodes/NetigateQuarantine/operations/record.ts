import { toNetigateDate } from '../../shared/values/dates';
import type { Parameters } from '../../shared/n8n/parameters';
import type { PastEvent } from '../../shared/quarantine/ledger/entries';
import { placeOf, remember } from './remember';
import type { Operation } from './run';

/** Remembers what happened elsewhere, from its own date on. */
export const record: Operation = {
	deciding: false,
	async perform(run) {
		const now = Date.now();
		await remember(
			run,
			(asked, key): PastEvent => ({
				...placeOf(asked, key, run.options.storeContact),
				kind: asked.parameters.raw('event', 'invited') === 'responded' ? 'responded' : 'invited',
				at: timeOf(asked.parameters, now),
			}),
			async (ledger, events) =>
				(await ledger.record(events)).map((reason) => ({ status: 'recorded', reason })),
		);
	},
};

function timeOf(parameters: Parameters, now: number): number {
	const date = toNetigateDate(parameters.raw('at', ''), parameters.timeZone, 'When');
	return date === undefined ? now : Date.parse(date);
}
