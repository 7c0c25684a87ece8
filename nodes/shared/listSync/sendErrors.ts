import { NetigateError, RunError } from '../netigate/errors';
import { LedgerError } from '../tables/errors';
import type { Loss, Strangers } from './diff';

/** What the user can do about a contact of whom it is not known whether they are in the list. */
export const WAY_OUT =
	'Look for the contact in the respondent list in Netigate, and if it is there, delete that row. Then run once with Options, When Unknown set to Add Again.';

export const silentAdd = () =>
	new NetigateError('Netigate answered without the row', { outcome: 'unknown', advice: '' });

export function lostAdd(contact: string, why: NetigateError): NetigateError {
	return new NetigateError(
		`${why.message}. Whether "${contact}" was added cannot be told, since Netigate cannot list rows`,
		{
			outcome: 'unknown',
			status: why.status,
			advice: `From now on the contact is reported as unknown, and never added again by itself. ${WAY_OUT}`,
		},
	);
}

export function rowGone(respondentId: number, why: NetigateError): NetigateError {
	return new NetigateError(
		`The row ${respondentId} of this contact is not in the respondent list any more: ${why.message}`,
		{
			outcome: 'refused',
			status: why.status,
			advice:
				'Somebody deleted it in Netigate. It is forgotten now, so the next run adds the contact anew, unless it is taken out of the directory.',
		},
	);
}

/** Two contacts that are one to Netigate, such as a log-in name in other capitals. */
export const rowTaken = (respondentId: number) =>
	new NetigateError(
		`The row ${respondentId} was not cleared: Netigate gave it to another contact of this run`,
		{
			outcome: 'refused',
			advice:
				'Netigate takes the two contacts for one, for instance a log-in name in other capitals. The row belongs to the contact in the directory from now on.',
		},
	);

/** It was done, but nobody will know. */
export function notRemembered(status: string, respondentId: number, why: Error): LedgerError {
	return new LedgerError(
		'failed',
		`The row ${respondentId} was ${status}, but that could not be remembered: ${why.message}`,
		status === 'added'
			? `The next run reports the contact as unknown. ${WAY_OUT}`
			: 'The next run does it again, which does no harm.',
	);
}

/** The error of somebody who was left out because the run had to stop. */
export function notSent(why: Error): NetigateError {
	const { status, advice } = why as Partial<NetigateError>;
	return new NetigateError(`Not sent: ${why.message}`, {
		outcome: 'notDone',
		status,
		advice: advice ?? 'Run it again: what was done is remembered.',
	});
}

/** The error of a run that the guard stopped. */
export function tooMuchLost(loss: Loss, maxPercent: number): RunError {
	const percent = Math.round((loss.rows / loss.of) * 1000) / 10;
	return new RunError(
		`Nothing was sent: ${loss.rows} of ${loss.of} rows of the respondent list (${percent} %) would be cleared or lose a value, and at most ${maxPercent} % may`,
		'Look whether the directory answered in full. If so many people really left or lost a value, raise Options, Max Missing Share for one run.',
	);
}

/** The error of a run that would add nearly everybody. */
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
