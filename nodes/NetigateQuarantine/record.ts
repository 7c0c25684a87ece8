import type { Parameters } from '../shared/n8n/parameters';
import type { PastEvent } from '../shared/quarantine/ledger/ledger';
import { DAY_MS } from '../shared/quarantine/rules/rules';
import { placeOf, remember } from './remember';
import type { QuarantineRun } from './run';

/** Remembers what happened elsewhere, from its own date on. */
export async function record(run: QuarantineRun): Promise<void> {
	const now = Date.now();
	const { keepDays, storeContact } = run.options;
	const isTooOld = ({ at }: PastEvent) => at < now - keepDays * DAY_MS;
	await remember(
		run,
		(item, key): PastEvent => ({
			...placeOf(item, key, storeContact),
			kind: item.parameters.choice('event'),
			at: timeOf(item.parameters, now),
		}),
		async (ledger, events) => {
			// The ledger would forget it at once, or very soon.
			const fresh = events.filter((event) => !isTooOld(event));
			const outcomes = fresh.length > 0 ? await ledger.record(fresh) : [];
			const reasons = new Map(fresh.map((event, index) => [event, outcomes[index]]));
			return events.map((event) => {
				const reason = reasons.get(event);
				return reason ? { status: 'recorded', reason } : { status: 'unchanged', reason: 'tooOld' };
			});
		},
		keepDays,
	);
}

function timeOf(parameters: Parameters, now: number): number {
	const date = parameters.date('at');
	return date === undefined ? now : Date.parse(date);
}
