import { isDate } from './dates';
import type { Dispatch, Sendout } from './types';

/** Whether a sendout is active or was active in the past, which a past "done" date also shows. */
export function isActive({ Primary }: Partial<Sendout> = {}): boolean {
	const { Activated, DoneDate }: Partial<Record<keyof Dispatch, unknown>> = Primary ?? {};
	return Activated === true || (isDate(DoneDate) && Date.parse(DoneDate) <= Date.now());
}

/** Whether Netigate shows that the sendout isn't active and never sent its invitations. */
export const isInactive = (sendout: Partial<Sendout> = {}): boolean =>
	sendout.Primary?.Activated === false && !isActive(sendout);

const HOW = 'To invite them, use Sendout > Activate or activate it in Netigate.';

/** The hint for people who were added to a sendout that isn't active, e.g. by a run that stopped. */
export const waitingHint = (sendoutId: number, people: number) =>
	`Sendout ${sendoutId} isn't active, so the ${people === 1 ? 'person' : `${people} people`} in it may not have been invited yet. ${HOW}`;
