import { NetigateError, RunError } from '../netigate/errors';
import { LedgerError } from '../tables/errors';
import type { Loss, Strangers } from './diff';

/** What to do about a contact that may or may not be in the list. */
export const WAY_OUT =
	'Look for the contact in the respondent list in Netigate, and if it is there, delete that row. Then run once with Options, When Unknown set to Add Again.';

const callError = (
	outcome: NetigateError['outcome'],
	message: string,
	advice: string,
	status?: number,
) => new NetigateError(message, { outcome, status, advice });

export const silentAdd = () => callError('unknown', 'Netigate answered without the row', '');

export const notDone = () =>
	callError(
		'refused',
		'Netigate says that it was not done',
		'Look at the row in Netigate. The next run tries again.',
		400,
	);

export const lostAdd = (contact: string, { message, status }: NetigateError) =>
	callError(
		'unknown',
		`${message}. Whether "${contact}" was added cannot be told, since Netigate cannot list rows`,
		`From now on the contact is reported as unknown, and never added again by itself. ${WAY_OUT}`,
		status,
	);

export const rowGone = (respondentId: number, { message, status }: NetigateError) =>
	callError(
		'refused',
		`The row ${respondentId} of this contact is not in the respondent list any more: ${message}`,
		'Somebody deleted it in Netigate. It is forgotten now, so the next run adds the contact anew, unless it is taken out of the directory.',
		status,
	);

/** For two contacts that are the same to Netigate, such as a login name in a different case. */
export const rowTaken = (respondentId: number) =>
	callError(
		'refused',
		`The row ${respondentId} was not cleared: Netigate gave it to another contact of this run`,
		'Netigate takes the two contacts for one, for instance a log-in name in other capitals. The row belongs to the contact in the directory from now on.',
	);

/** For people who were left out because the run had to stop. */
export function notSent(why: Error): NetigateError {
	const { status, advice = 'Run it again: what was done is remembered.' } =
		why as Partial<NetigateError>;
	return callError('notDone', `Not sent: ${why.message}`, advice, status);
}

export function notRemembered(status: string, respondentId: number, why: Error): LedgerError {
	return new LedgerError(
		'failed',
		`The row ${respondentId} was ${status}, but that could not be remembered: ${why.message}`,
		status === 'added'
			? `The next run reports the contact as unknown. ${WAY_OUT}`
			: 'The next run does it again, which does no harm.',
	);
}

export function tooMuchLost(loss: Loss, maxPercent: number): RunError {
	const percent = Math.round((loss.rows / loss.of) * 1000) / 10;
	return new RunError(
		`Nothing was sent: ${loss.rows} of ${loss.of} rows of the respondent list (${percent} %) would be cleared or lose a value, and at most ${maxPercent} % may`,
		'Look whether the directory answered in full. If so many people really left or lost a value, raise Options, Max Missing Share for one run.',
	);
}

export function nearlyAllNew({ people, of, remembered }: Strangers): RunError {
	const who = `${people} of ${of} ${of === 1 ? 'person' : 'people'} in the directory would be added to the respondent list`;
	const goOn =
		'If they are to be added all the same, set Options, First Run to Add, run once, and set it back to Stop and Ask.';
	return remembered === 0
		? new RunError(
				`Nothing was sent: this is the first run that is remembered for this list, and ${who}`,
				`Look at the list in Netigate, which tells no workflow who is in it: those people would then be in it twice. If a run came before, its memory is lost; bring back the data table "netigate_list_rows" in this project, or empty the list. ${goOn}`,
			)
		: new RunError(
				`Nothing was sent: ${who}, since none or few of them are among the ${remembered} remembered`,
				`Look whether Contact still takes the same field as before, and the list is the right one: people who are in it already would be in it twice. Sync takes the whole directory in each run: were these only those who joined, give it all. To add only newcomers, to a list that Sync does not keep, use Add Row. ${goOn}`,
			);
}

export function listIsBusy(until: unknown): LedgerError {
	const when =
		typeof until === 'string' ? ` The next run waits for it until ${until} at the latest.` : '';
	return new LedgerError(
		'failed',
		'Another run is bringing this respondent list up to date right now',
		`Nothing was sent. Run it again when the other one has ended.${when} If that one was killed, the list is free by then.`,
	);
}

export const takenOver = () =>
	new LedgerError(
		'failed',
		'Another run has taken over this respondent list',
		'This run was not heard of for two minutes, for instance because n8n stood still. What it sent is remembered; the rest is left to the other run.',
	);

export const otherKey = (itsKey: string) =>
	new LedgerError(
		'key',
		`The data table "netigate_list_rows" was written with another hash key (${itsKey}), so nobody in it would be recognised and everybody would be added again`,
		'It was copied from another n8n, the instance ID changed, or another "Hash Secret" is set. Set Options, Hash Secret to what it was; where none was set, to the instance ID of the n8n that it comes from (Help, About n8n).',
	);

export const unreadableRow = (id: number) =>
	new LedgerError(
		'shape',
		`Row ${id} of the data table "netigate_list_rows" cannot be read`,
		'Somebody changed it by hand. Give its columns "state", "respondentId" and "cells" their old values. Deleting the row makes the next run add this contact again.',
	);

/** A failure of the table, with advice for a memory that must not be lost. */
export function memoryError(error: LedgerError): LedgerError {
	const { problem, message } = error;
	let { advice } = error;
	if (problem === 'missing') {
		advice =
			'Somebody deleted or renamed it, and with it all that is known of the list. Bring it back under this name. Without it the next run adds everybody again: only let that happen if the list in Netigate was emptied first.';
	} else if (problem === 'full') {
		advice =
			'Delete data tables or rows you no longer need, or have N8N_DATA_TABLES_MAX_SIZE_BYTES raised. An n8n on PostgreSQL counts deleted rows until the database has cleaned up: try again some minutes later.';
	} else if (/has no column/.test(message)) {
		advice =
			'Somebody renamed or removed it. Give it its old name back. Do not delete the table: everybody would be added again.';
	} else if (problem === 'failed' && /cannot be used/.test(message)) {
		advice = "Try again. If it stays so, see whether n8n's Data Table node works in this project.";
	}
	return new LedgerError(problem, message, advice);
}
