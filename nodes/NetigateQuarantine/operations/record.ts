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
				kind: asked.parameters.choice('event'),
				at: timeOf(asked.parameters, now),
			}),
			async (ledger, events) =>
				(await ledger.record(events)).map((reason) => ({ status: 'recorded', reason })),
		);
	},
};

function timeOf(parameters: Parameters, now: number): number {
	const date = parameters.date('at');
	return date === undefined ? now : Date.parse(date);
}
