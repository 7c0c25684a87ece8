import type { Batch, ItemOutcome } from './itemRun';

/** The reasons of the quarantine, as a summary tells them. */
export const REASONS: Record<string, string> = {
	invitedRecently: 'invited recently',
	respondedRecently: 'responded recently',
	reserved: 'reserved, not confirmed yet',
	duplicateInRun: 'twice in this run',
	exempt: 'exempt',
	blocked: 'on the block list',
	testRun: 'test run',
	confirmed: 'held before',
	alreadyFinal: 'final before',
	recorded: 'new',
	alreadyRecorded: 'known before',
	tooOld: 'older than Keep Days',
	released: 'given back',
	nothingToRelease: 'nothing to give back',
	reservedElsewhere: 'being decided elsewhere',
	ledgerUnavailable: 'without the ledger',
};

const WORDS: Record<string, string> = {
	...REASONS,
	blocked: 'blocked',
	duplicateInInput: 'twice in this run',
};

/** "3 skipped (2 existing, 1 blocked)"; undefined for a count of 0. */
function counted(count: number, what: string, reasons: readonly string[] = []) {
	if (count === 0) return undefined;
	const counts = new Map<string, number>();
	for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
	const told = [...counts]
		.sort((a, b) => b[1] - a[1])
		.map(([reason, times]) => `${times} ${WORDS[reason] ?? reason}`);
	return `${count} ${what}${told.length > 0 ? ` (${told.join(', ')})` : ''}`;
}

const firstOf = (json: ItemOutcome['json']) => (Array.isArray(json) ? json[0] : json);

/** Counts outcomes by status, with the reasons of those skipped. */
function count(outcomes: ReadonlyArray<ItemOutcome | undefined>) {
	const statuses = new Map<string, number>();
	const reasons: string[] = [];
	let failed = 0;
	let open = 0;
	for (const outcome of outcomes) {
		if (!outcome) continue;
		const json = firstOf(outcome.json);
		if ('error' in outcome) {
			failed++;
			if (json?.mayBeInvited) open++;
			continue;
		}
		const status = String(json?.status);
		statuses.set(status, (statuses.get(status) ?? 0) + 1);
		if (status === 'skipped') reasons.push(String(json?.reason));
	}
	return { of: (status: string) => statuses.get(status) ?? 0, reasons, failed, open };
}

/** What is wrong with the first item that is refused, which else stands far to the right in the output. */
function firstRefusal(outcomes: ReadonlyArray<ItemOutcome | undefined>): string {
	for (const outcome of outcomes) {
		if (outcome && 'error' in outcome) return ` (first: ${outcome.error.message})`;
		const json = firstOf(outcome?.json);
		if (json?.status === 'refused') return ` (first: ${String(json.reason)})`;
	}
	return '';
}

/** Sums up a preview: "would invite 182, skip 7, refuse 3". */
function previewSummary(outcomes: ReadonlyArray<ItemOutcome | undefined>): string {
	const { of, failed } = count(outcomes);
	const refused = of('refused') + failed;
	return `Preview: would invite ${of('wouldAdd')}, skip ${of('skipped')}, refuse ${refused}${firstRefusal(outcomes)}. Nothing was sent.`;
}

/** Sums up a run: "12 added, 3 skipped (2 existing, 1 blocked), 1 failed". */
function runSummary(
	outcomes: ReadonlyArray<ItemOutcome | undefined>,
	done: 'added' | 'launched',
): string {
	const { of, reasons, failed, open } = count(outcomes);
	const parts = [
		counted(of(done), done),
		counted(of('skipped'), 'skipped', reasons),
		counted(failed, 'failed', new Array<string>(open).fill('perhaps invited')),
	];
	return parts.filter((part) => part !== undefined).join(', ');
}

/** Tells the user how a run or a preview went, and of a test run that it was real. */
export function tellSummary(
	{ hint, testRun }: Batch,
	outcomes: ReadonlyArray<ItemOutcome | undefined>,
	{ preview, done, really }: { preview: boolean; done: 'added' | 'launched'; really: string },
): void {
	if (preview) return hint(previewSummary(outcomes));
	hint(runSummary(outcomes, done));
	if (testRun && count(outcomes).of(done) > 0) {
		hint(
			`This was a test run, but it really ${really} these people. Switch on "Preview" to check without sending.`,
		);
	}
}
