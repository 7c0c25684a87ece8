import { InputError, NetigateError } from '../netigate/errors';
import { KEY_ADVICE } from '../quarantine/ledger/contactKey';
import { LedgerError } from '../tables/errors';
import type { Loss, Strangers } from './diff';

/** A sync that would change more than it should. */
class UnsafeSync extends InputError {
	override readonly ofRun = true;
}

/** What to do about a contact that may or may not be in the list. */
export const WAY_OUT =
	'Look for the contact in the respondent list in Netigate and delete its row if it is there. Then run once with \'Options > When Unknown\' set to "Add Again".';

const refused = (message: string, advice: string, status = 400) =>
	new NetigateError(message, { outcome: 'refused', status, advice });

export const notDone = () =>
	refused(
		"Netigate reports that the change wasn't made",
		'Check the row in Netigate. The next run tries again.',
	);

export const lostAdd = (contact: string, message: string, status?: number) =>
	new NetigateError(
		`${message}. Couldn't confirm whether "${contact}" was added, because Netigate can't list rows`,
		{
			outcome: 'unknown',
			status,
			advice: `From now on, the contact is reported as unknown and never added automatically. ${WAY_OUT}`,
		},
	);

export const rowGone = (respondentId: number, { message, status }: NetigateError) =>
	refused(
		`This contact's row (${respondentId}) is no longer in the respondent list: ${message}`,
		'Someone deleted the row in Netigate. The next run adds the contact again unless you remove it from the directory.',
		status,
	);

/** For two contacts that Netigate treats as the same, such as login names that differ only in punctuation. */
export const rowTaken = (respondentId: number) =>
	refused(
		`Row ${respondentId} wasn't cleared because Netigate assigned it to another contact in the directory`,
		'Netigate treats the two contacts as one, e.g. two spellings of a login name. From now on, the row belongs to the contact in the directory.',
	);

export function notSent(why: Error): NetigateError {
	const { status, advice = 'Run the workflow again. Completed changes are recorded.' } =
		why as Partial<NetigateError>;
	return new NetigateError(`Not sent: ${why.message}`, { outcome: 'notDone', status, advice });
}

export function notRemembered(status: string, respondentId: number, why: Error): LedgerError {
	return new LedgerError(
		'failed',
		`Row ${respondentId} was ${status}, but the list memory couldn't be updated: ${why.message}`,
		status === 'added'
			? `The next run reports the contact as unknown. ${WAY_OUT}`
			: 'The next run repeats the change, which is harmless.',
	);
}

export function tooMuchLost(loss: Loss, maxPercent: number): UnsafeSync {
	const percent = Math.round((loss.rows / loss.of) * 1000) / 10;
	return new UnsafeSync(
		`Nothing was sent: ${loss.rows} of ${loss.of} rows in the respondent list (${percent}%) would be cleared or lose a value. The limit is ${maxPercent}%`,
		"Check whether the directory returned everyone. If this many people really left or lost a value, raise 'Options > Max Missing Share (Percent)' for one run.",
	);
}

export function nearlyAllNew({ people, of, remembered }: Strangers): UnsafeSync {
	const who = `${people} of ${of} ${of === 1 ? 'person' : 'people'} in the directory would be added to the respondent list`;
	const goOn =
		'To add them anyway, set \'Options > First Run\' to "Add", run once, and set it back to "Stop and Ask".';
	return remembered === 0
		? new UnsafeSync(
				`Nothing was sent: this is the first recorded run for this list, and ${who}`,
				`First check the list in Netigate, because anyone already in it would be added a second time. If there was an earlier run, its list memory is lost. Restore the data table "netigate_list_rows" in this project, or empty the list. ${goOn}`,
			)
		: new UnsafeSync(
				`Nothing was sent: ${who}, because few or none of them are among the ${remembered} people in the list memory`,
				`Check whether 'Contact' still uses the same field and whether this is the right list. Otherwise, anyone already in it would be added a second time. Sync needs the whole directory in each run. To add only new people, use Add Row. ${goOn}`,
			);
}

export function listIsBusy(until: unknown): LedgerError {
	const when =
		typeof until === 'string'
			? ` The next run waits for it until ${until} at the latest. If the other run crashed, the list is free by then.`
			: '';
	return new LedgerError(
		'failed',
		'Another run is syncing this respondent list',
		`Nothing was sent. Try again when the other run has ended.${when}`,
	);
}

export const takenOver = () =>
	new LedgerError(
		'failed',
		'Another run has taken over this respondent list',
		'This run wrote nothing for two minutes, e.g. because n8n was blocked. The changes it sent are recorded, and the other run will make the rest.',
	);

export const otherKey = (itsKey: string) =>
	new LedgerError(
		'key',
		`The data table "netigate_list_rows" was written with another hash key (${itsKey}), so no one in it would be recognized and everyone would be added again`,
		KEY_ADVICE,
	);

function memoryAdvice({ problem, message, advice }: LedgerError): string {
	if (problem === 'missing')
		return 'Someone deleted or renamed it. Restore it under this name, or empty the list in Netigate, because the next run would add everyone again.';
	if (problem === 'full')
		return 'Delete data tables or rows you no longer need, or raise N8N_DATA_TABLES_MAX_SIZE_BYTES. On PostgreSQL, deleted rows count until the database cleans up, so try again in a few minutes.';
	if (/has no column/.test(message))
		return "Someone renamed or removed it. Restore the column, but don't delete the table, or everyone will be added again.";
	return /can't be used/.test(message)
		? "Try again. If this keeps happening, check whether n8n's Data Table node works in this project."
		: advice;
}

/** Rewords a data table error for the list memory, which must not be lost because it isn't stored anywhere else. */
export const memoryError = (error: Error): Error =>
	error instanceof LedgerError
		? new LedgerError(error.problem, error.message, memoryAdvice(error))
		: error;
