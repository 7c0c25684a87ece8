import { LedgerError } from '../tables/errors';

const TABLE = 'The data table "netigate_list_rows"';

/** Two runs at one list would not see what the other writes. */
export function listIsBusy(until: unknown): LedgerError {
	const when =
		typeof until === 'string' ? ` The next run waits for it until ${until} at the latest.` : '';
	return new LedgerError(
		'failed',
		'Another run is bringing this respondent list up to date right now',
		`Nothing was sent. Run it again when the other one has ended.${when} If that one was killed, the list is free by then.`,
	);
}

export function takenOver(): LedgerError {
	return new LedgerError(
		'failed',
		'Another run has taken over this respondent list',
		'This run was not heard of for two minutes, for instance because n8n stood still. What it sent is remembered; the rest is left to the other run.',
	);
}

export function otherKey(itsKey: string): LedgerError {
	return new LedgerError(
		'key',
		`${TABLE} was written with another hash key (${itsKey}), so nobody in it would be recognised and everybody would be added again`,
		'It was copied from another n8n, the instance ID changed, or another "Hash Secret" is set. Set Options, Hash Secret to what it was; where none was set, to the instance ID of the n8n that it comes from (Help, About n8n).',
	);
}

export function unreadableRow(id: number): LedgerError {
	return new LedgerError(
		'shape',
		`Row ${id} of ${TABLE.replace('The', 'the')} cannot be read`,
		'Somebody changed it by hand. Give its columns "state", "respondentId" and "cells" their old values. Deleting the row makes the next run add this contact again.',
	);
}

/** A failure of the table, in words for a memory that must not be lost. */
export function memoryError(error: LedgerError): LedgerError {
	const advice: Partial<Record<LedgerError['problem'], string>> = {
		missing:
			'Somebody deleted or renamed it, and with it all that is known of the list. Bring it back under this name. Without it the next run adds everybody again: only let that happen if the list in Netigate was emptied first.',
		full: 'Delete data tables or rows you no longer need, or have N8N_DATA_TABLES_MAX_SIZE_BYTES raised. An n8n on PostgreSQL counts deleted rows until the database has cleaned up: try again some minutes later.',
	};
	const own = advice[error.problem];
	if (own) return new LedgerError(error.problem, error.message, own);
	if (/has no column/.test(error.message)) {
		return new LedgerError(
			'shape',
			error.message,
			'Somebody renamed or removed it. Give it its old name back. Do not delete the table: everybody would be added again.',
		);
	}
	if (error.problem === 'failed' && /cannot be used/.test(error.message)) {
		return new LedgerError(
			'failed',
			error.message,
			"Try again. If it stays so, see whether n8n's Data Table node works in this project.",
		);
	}
	return error;
}
