import type { Creation } from '../netigate/createOnce';
import type { BackgroundDataLabel, Dispatch, Sendout } from '../netigate/types';

/** Whether a name in Netigate is the one that was given. */
export const sameName = (a: unknown, b: string) =>
	typeof a === 'string' && a.trim().normalize('NFC') === b.trim().normalize('NFC');

/** A new sendout (row 12) among the sendouts of its survey (row 10). */
export function sendoutCreation(
	surveyPath: string,
	{ name, type }: { name: string; type: string },
): Creation<Sendout> {
	return {
		list: `${surveyPath}/sendouts`,
		idOf: ({ SendoutId }) => SendoutId,
		isIt: ({ Primary }) => sameName(Primary?.Name, name) && Primary.DispatchType === type,
		called: `sendout "${name}"`,
		// It invites nobody until it is activated, so a second one by mistake does no harm.
		sendAgain: true,
	};
}

/** A new reminder (row 19) among the reminders of its sendout (row 18). Never sent again: people would be reminded twice. */
export function reminderCreation(
	sendoutPath: string,
	{ name, sendoutLogic }: { name: string; sendoutLogic: string },
): Creation<Dispatch> {
	return {
		list: `${sendoutPath}/reminders`,
		idOf: ({ DispatchId }) => DispatchId,
		isIt: ({ Name, SendoutLogic }) => sameName(Name, name) && SendoutLogic === sendoutLogic,
		called: `reminder "${name}"`,
	};
}

/** New background data (row 21) among the labels of its sendout (row 20). */
export function labelCreation(
	sendoutPath: string,
	{ name }: { name: string },
): Creation<BackgroundDataLabel> {
	return {
		list: `${sendoutPath}/labels`,
		idOf: ({ BGDataLabelId }) => BGDataLabelId,
		isIt: ({ Name }) => sameName(Name, name),
		called: `background data "${name}"`,
		sendAgain: true,
	};
}
