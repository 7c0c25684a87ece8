import type { IDataObject } from 'n8n-workflow';
import { countBy, groupBy } from '../basics/lists';
import type { Batch, ItemOutcome } from './itemRun';

type Outcomes = ReadonlyArray<ItemOutcome | undefined>;

/** The wording for reasons that summaries don't show by name. */
const WORDS: Record<string, string> = {
	invitedRecently: 'invited recently',
	respondedRecently: 'responded recently',
	reserved: 'reserved, not confirmed yet',
	duplicateInInput: 'duplicate',
	duplicateInRun: 'duplicate',
	optedOut: 'opted out',
	noConsent: 'without consent',
	notSampled: 'not sampled',
	outsideHours: 'outside sending hours',
	onBlockList: 'on the block list',
	testRun: 'test run',
	confirmed: 'held before',
	alreadyFinal: 'final before',
	recorded: 'new',
	alreadyRecorded: 'known before',
	tooOld: "older than 'Keep (Days)'",
	nothingToRelease: 'nothing to release',
	reservedElsewhere: 'being decided by another run',
	ledgerUnavailable: 'without the ledger',
};

interface Counted {
	status: string;
	reason?: string | null;
}

const firstOf = (json: ItemOutcome['json']) => (Array.isArray(json) ? json[0] : json);

/** @param reasonOf returns the reason to count for an outcome that isn't a failure */
export function countedIn(
	outcomes: Outcomes,
	reasonOf: (json: IDataObject, position: number) => unknown,
): Counted[] {
	const failed: Counted[] = [];
	const counted: Counted[] = [];
	for (const [position, outcome] of outcomes.entries()) {
		if (!outcome) continue;
		const json = firstOf(outcome.json) ?? {};
		if ('error' in outcome)
			failed.push({ status: 'failed', reason: json.mayBeInvited ? 'possibly invited' : null });
		else {
			const reason = reasonOf(json, position) as Counted['reason'];
			counted.push({ status: String(json.status), reason });
		}
	}
	return [...counted, ...failed];
}

/**
 * Returns e.g. "12 added, 3 skipped (2 existing, 1 blocked), 1 failed".
 * @param first the statuses to show first
 * @param always whether to show these statuses even if no outcome has them
 */
export function summaryOf(counted: readonly Counted[], first: readonly string[], always = false) {
	const byStatus = groupBy(counted, ({ status }) => status);
	const statuses = [...new Set([...first, ...byStatus.keys()])];
	const parts = statuses.flatMap((status) => {
		const entries = byStatus.get(status) ?? [];
		if (entries.length === 0 && !always) return [];
		const reasons = [...countBy(entries.flatMap(({ reason }) => reason ?? []))]
			.sort((a, b) => b[1] - a[1])
			.map(([reason, times]) => `${times} ${WORDS[reason] ?? reason}`);
		return `${entries.length} ${status}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`;
	});
	return parts.join(', ');
}

const WHAT_IF_WORDS: Record<string, string> = {
	invitedRecently: 'asked recently',
};

/** The decisions as counts and as text, e.g. "1,613 items: 1,240 would have been asked; 373 asked recently". */
export function whatIfOf(counted: readonly Counted[]) {
	const number = (count: number) => count.toLocaleString('en');
	const items = counted.length;
	const allowed = counted.filter(({ status }) => status === 'allowed').length;
	const others = counted.filter(({ status }) => status !== 'allowed');
	const counts = [...countBy(others.map(({ status, reason }) => reason ?? status))];
	counts.sort((a, b) => b[1] - a[1]);
	const parts = counts.map(
		([reason, times]) => `${number(times)} ${WHAT_IF_WORDS[reason] ?? WORDS[reason] ?? reason}`,
	);
	const explanation = [
		`${number(items)} ${items === 1 ? 'item' : 'items'}: ${number(allowed)} would have been asked`,
		...(parts.length > 0 ? [parts.join(', ')] : []),
	].join('; ');
	return { explanation, items, allowed, notAsked: Object.fromEntries(counts) };
}

/** Which item was refused first. Its error is in the output. */
function firstRefusal(outcomes: Outcomes): string {
	const first = outcomes.findIndex(
		(outcome) => outcome && ('error' in outcome || firstOf(outcome.json)?.status === 'refused'),
	);
	return first < 0 ? '' : ` (first: item ${first})`;
}

interface Summary {
	preview: boolean;
	done: 'added' | 'launched';
	really: string;
	/** A sentence to add to the summary. */
	note?: string;
}

/** Summarizes a run or preview that invites people, and warns if a test run really sent something. */
export function tellSummary(
	{ hint, testRun }: Batch,
	outcomes: Outcomes,
	{ preview, done, really, note }: Summary,
): void {
	const hintWithNote = (summary: string) =>
		hint(note ? `${summary.replace(/\.$/, '')}. ${note}` : summary);
	const counted = countedIn(outcomes, ({ status, reason }) =>
		status === 'skipped' ? String(reason) : null,
	);
	const count = (...statuses: string[]) =>
		counted.filter(({ status }) => statuses.includes(status)).length;
	if (preview) {
		hintWithNote(
			`Preview: would invite ${count('wouldAdd')}, skip ${count('skipped')}, refuse ${count('refused', 'failed')}${firstRefusal(outcomes)}. Nothing was sent.`,
		);
		return;
	}
	hintWithNote(summaryOf(counted, [done, 'skipped']));
	if (testRun && count(done) > 0) {
		hint(
			`This test run really ${really} these people. To check without sending, turn on 'Preview'.`,
		);
	}
}
