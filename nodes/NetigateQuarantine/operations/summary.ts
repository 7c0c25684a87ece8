import { REASONS } from '../../shared/n8n/summary';
import type { Reason } from '../../shared/quarantine/rules/rules';

/**
 * Sums up a run: "128 allowed, 14 quarantined (12 invited recently, 2 twice in this run)".
 *
 * @param results what became of each item; undefined for one that failed
 * @param failed how many items failed
 * @param deciding whether people were allowed or quarantined, so that both are told even when there are none
 * @param wordOf what the reason of an item is called, where it is not the reason itself
 */
export function summary(
	results: ReadonlyArray<{ status: string; reason: Reason | string | null } | undefined>,
	failed: number,
	deciding = true,
	wordOf: (index: number) => string | undefined = () => undefined,
): string {
	const counts = new Map<string, { all: number; reasons: Map<string, number> }>();
	if (deciding)
		for (const status of ['allowed', 'quarantined'])
			counts.set(status, { all: 0, reasons: new Map() });
	results.forEach((result, index) => {
		if (!result) return;
		const count = counts.get(result.status) ?? { all: 0, reasons: new Map<string, number>() };
		counts.set(result.status, count);
		count.all++;
		const reason = wordOf(index) ?? result.reason;
		if (reason) count.reasons.set(reason, (count.reasons.get(reason) ?? 0) + 1);
	});
	const parts = [...counts].map(([status, { all, reasons }]) => {
		const told = [...reasons]
			.sort((a, b) => b[1] - a[1])
			.map(([reason, count]) => `${count} ${REASONS[reason] ?? reason}`);
		return `${all} ${status}${told.length ? ` (${told.join(', ')})` : ''}`;
	});
	if (failed > 0) parts.push(`${failed} failed`);
	return parts.join(', ');
}
