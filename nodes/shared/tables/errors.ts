import { AdvisedError } from '../basics/errors';

/**
 * - `missing`: the table or workflow is not there
 * - `shape`: it is there but is not what it should be (a renamed column, a malformed answer)
 * - `key`: it was written with another hash key
 * - `full`: there is no room for another row
 * - `failed`: anything else, such as a database that does not answer
 */
type LedgerProblem = 'missing' | 'shape' | 'key' | 'full' | 'failed';

/** The ledger cannot be used. Nothing was decided, and nobody may be taken for allowed. */
export class LedgerError extends AdvisedError {
	override readonly ofRun = true;

	constructor(
		readonly problem: LedgerProblem,
		message: string,
		advice: string,
	) {
		super(message, advice);
	}
}

/** All that an error of n8n's says. */
export function messageOf(error: unknown): string {
	const { message, description } = error as { message?: unknown; description?: unknown };
	return [message, description].filter((text) => typeof text === 'string').join(' ');
}
