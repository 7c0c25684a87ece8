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
