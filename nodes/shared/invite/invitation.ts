import { NetigateError } from '../netigate/errors';

/**
 * What a workflow has to know about somebody whose invitation failed, to decide whether they may be asked again:
 * `mayBeInvited` where they perhaps were invited, or will be once the sendout is activated.
 */
export function invitationOf(error: Error): { mayBeInvited?: true } {
	const unknown = error instanceof NetigateError && error.outcome === 'unknown';
	return unknown ? { mayBeInvited: true } : {};
}
