import { OWN_DATABASE_PAGE } from '../basics/docs';
import { AdvisedError } from '../basics/errors';
import type { Table } from './rowStore';

/**
 * - `missing`: the table or workflow doesn't exist
 * - `shape`: e.g. a renamed column or a malformed response
 * - `key`: it was written with another hash key
 * - `full`: there is no room for another row
 * - `failed`: anything else
 */
type LedgerProblem = 'missing' | 'shape' | 'key' | 'full' | 'failed';

/** The ledger can't be used. Nothing was decided, so no one is treated as allowed. */
export class LedgerError extends AdvisedError {
	override readonly ofRun = true;
	override readonly reason = 'ledgerUnavailable';

	constructor(
		readonly problem: LedgerProblem,
		message: string,
		advice: string,
	) {
		super(message, advice);
	}
}

/** Whether a run may continue without the ledger. With another hash key, every later run would ask everyone again. */
export const isUnavailable = (error: unknown): error is LedgerError =>
	error instanceof LedgerError && error.problem !== 'key';

export function messageOf(error: unknown): string {
	const { message, description } = error as { message?: unknown; description?: unknown };
	return [message, description].filter((text) => typeof text === 'string').join(' ');
}

/** @param lose called if the table is gone; returns the error to throw */
export function tableError(error: unknown, { name }: Table, lose: () => LedgerError): LedgerError {
	if (error instanceof LedgerError) return error;
	const message = messageOf(error);
	const isMissing = /not found|could not be found|could not find the/i.test(message);
	if (isMissing && /data table/i.test(message)) return lose();
	const column = /unknown column name '([^']+)'|Column\(s\) "([^"]+)" do not exist/i.exec(message);
	if (column) return shapeError(name, column[1] ?? column[2]);
	if (isUnsupported(error)) {
		return new LedgerError(
			'failed',
			"Nodes can't create data tables in this n8n version. They need n8n 2.3 or later (2.5 on PostgreSQL)",
			`Update n8n. Until then, keep the ledger in your own database: ${OWN_DATABASE_PAGE}`,
		);
	}
	if (/size limit exceeded/i.test(message)) {
		return new LedgerError(
			'full',
			'The data tables of this n8n instance are full',
			"Delete data tables or rows you no longer need, raise N8N_DATA_TABLES_MAX_SIZE_BYTES, or keep the ledger in your own database ('Options > Ledger'). On PostgreSQL, deleted rows count until the database cleans up, so try again in a few minutes.",
		);
	}
	return new LedgerError(
		'failed',
		`The data table "${name}" can't be used: ${message || 'no reason given'}`,
		"Try again. If this keeps happening, check whether n8n's Data Table node works in this project, or keep the ledger in your own database ('Options > Ledger').",
	);
}

export function isUnsupported(error: unknown): boolean {
	return /could not get parameter|unrecognized node type|no version/i.test(messageOf(error));
}

/** Whether the error means that rows were added or removed between two pages. */
export function shifted(error: unknown): boolean {
	return /result count changed during pagination/i.test(messageOf(error));
}

/** @param repair which values to restore, and what else the user can do */
export function unreadableRow(table: string, id: number | undefined, repair: string): LedgerError {
	return new LedgerError(
		'shape',
		`Row ${id} in the data table "${table}" can't be read`,
		`Someone edited it. Restore the values of ${repair}.`,
	);
}

export function shapeError(table: string, columns: string): LedgerError {
	return new LedgerError(
		'shape',
		`The data table "${table}" has no column "${columns}"`,
		'Someone renamed or removed it. Restore the column, because people may be invited again if you delete the table.',
	);
}
