import { REASONS } from '../../shared/quarantine/words';
import type { Reason } from '../../shared/quarantine/rules/decide';

/**
 * Sums up a run: "128 allowed, 14 quarantined (12 invited recently, 2 twice in this run)".
 *
 * @param results what became of each item that did not fail
 * @param failed how many items failed
 * @param deciding whether people were allowed or quarantined, so that both are told even when there are none
 */
export function summary(
	results: ReadonlyArray<{ status: string; reason: Reason | string | null }>,
	failed: number,
	deciding = true,
): string {
	const statuses = deciding
		? ['allowed', 'quarantined']
		: [...new Set(results.map(({ status }) => status))];
	const parts = statuses.map((status) => {
		const ofStatus = results.filter((result) => result.status === status);
		const reasons = new Map<string, number>();
		for (const { reason } of ofStatus)
			if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
		const told = [...reasons]
			.sort((a, b) => b[1] - a[1])
			.map(([reason, count]) => `${count} ${REASONS[reason] ?? reason}`);
		return `${ofStatus.length} ${status}${told.length ? ` (${told.join(', ')})` : ''}`;
	});
	if (failed > 0) parts.push(`${failed} failed`);
	return parts.join(', ');
}
