import type { Parameters } from '../../shared/n8n/parameters';
import type { PastEvent } from '../../shared/quarantine/ledger/entries';
import { placeOf, remember } from './remember';
import type { Operation } from './run';
import { DAY_MS } from '../../shared/quarantine/rules/rules';

/** Remembers what happened elsewhere, from its own date on. */
export const record: Operation = {
	deciding: false,
	async perform(run) {
		const now = Date.now();
		const { keepDays } = run.options;
		const isTooOld = ({ at }: PastEvent) => at < now - keepDays * DAY_MS;
		await remember(
			run,
			(asked, key): PastEvent => ({
				...placeOf(asked, key, run.options.storeContact),
				kind: asked.parameters.choice('event'),
				at: timeOf(asked.parameters, now),
			}),
			async (ledger, events) => {
				// The ledger would forget it at once, or very soon.
				const fresh = events.filter((event) => !isTooOld(event));
				const outcomes = fresh.length > 0 ? await ledger.record(fresh) : [];
				const told = new Map(fresh.map((event, index) => [event, outcomes[index]]));
				return events.map((event) => {
					const reason = told.get(event);
					return reason
						? { status: 'recorded', reason }
						: { status: 'unchanged', reason: 'tooOld' };
				});
			},
			keepDays,
		);
	},
};

function timeOf(parameters: Parameters, now: number): number {
	const date = parameters.date('at');
	return date === undefined ? now : Date.parse(date);
}
