import { NetigateError } from '../../../../shared/api/errors';
import { LedgerError } from '../../../../shared/ledger/errors';

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
