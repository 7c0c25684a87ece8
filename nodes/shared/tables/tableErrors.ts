import { LedgerError, messageOf } from './errors';
import type { Table } from './rowStore';

/**
 * A failure of n8n's Data Table node in words that say what to do.
 *
 * @param lose told that the table is gone; gives the failure then
 */
export function toldByTable(error: unknown, { name }: Table, lose: () => LedgerError): LedgerError {
	if (error instanceof LedgerError) return error;
	const message = messageOf(error);
	if (/data table .*(not found|could not be found)|could not find the data table/i.test(message)) {
		return lose();
	}
	const column = /unknown column name '([^']+)'|Column\(s\) "([^"]+)" do not exist/i.exec(message);
	if (column) return shapeError(name, column[1] ?? column[2]);
	if (/could not get parameter|unrecognized node type|no version/i.test(message)) {
		return new LedgerError(
			'failed',
			'This n8n has no data tables that nodes can make: they need n8n 2.3 or later, on PostgreSQL better 2.5',
			'Update n8n. Until then the quarantine can keep its ledger in a database of your own: import a ledger workflow of this package, and choose it under Options, Ledger.',
		);
	}
	if (/size limit exceeded/i.test(message)) {
		return new LedgerError(
			'full',
			'There is no room left in the data tables of this n8n',
			'Delete data tables or rows you no longer need, have N8N_DATA_TABLES_MAX_SIZE_BYTES raised, or keep the ledger in a database of your own (Options, Ledger). An n8n on PostgreSQL counts deleted rows until the database has cleaned up: try again some minutes later.',
		);
	}
	return new LedgerError(
		'failed',
		`The data table "${name}" cannot be used: ${message || 'no reason given'}`,
		"Try again. If it stays so, see whether n8n's Data Table node works in this project, or keep the ledger in a database of your own (Options, Ledger).",
	);
}

/** Rows came or went while a page was turned. */
export function shifted(error: unknown): boolean {
	return /result count changed during pagination/i.test(messageOf(error));
}

/** Somebody changed the columns of the table. */
export function shapeError(table: string, columns: string): LedgerError {
	return new LedgerError(
		'shape',
		`The data table "${table}" has no column "${columns}"`,
		'Somebody renamed or removed it. Give it its old name back; or delete the table, and a new, empty one is made.',
	);
}
