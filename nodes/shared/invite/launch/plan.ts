import { DateTime } from 'luxon';
import { reminderBody, sendoutBody, type DispatchTexts, type NewSendout } from '../dispatch';
import { InputError } from '../../netigate/errors';
import type { LabelType } from '../../netigate/types';

/** A reminder as the user wants it. Its date is counted from the send date, or given. */
export interface PlannedReminder {
	name: string;
	sendoutLogic: string;
	/** Days after the send date, or undefined if `date` is given. */
	afterDays?: number;
	/** As `toNetigateDate` gives it. */
	date?: string;
	/** Subject and message are those of the sendout if empty. */
	subject: string;
	message: string;
}

/** A new sendout with all that belongs to it, except the people. */
export interface LaunchPlan {
	surveyId: number;
	sendout: NewSendout;
	labels: Array<{ name: string; labelType: LabelType }>;
	reminders: PlannedReminder[];
}

/** The bodies of a plan's requests, all checked. */
export interface LaunchBodies {
	sendout: object;
	labels: object[];
	reminders: Array<{ name: string; sendoutLogic: string; body: object }>;
}

/**
 * When a reminder goes out: at its own date, or some days after the send date at the same time of day in the
 * workflow's time zone.
 *
 * @param sendDate the sendout's, as `toNetigateDate` gives it
 * @throws InputError when it has no date
 */
function reminderDate(reminder: PlannedReminder, sendDate: string, zone: string): string {
	const { name, afterDays, date } = reminder;
	if (afterDays === undefined) {
		if (date === undefined) {
			throw new InputError(
				`The reminder "${name}" has no date`,
				'Choose its date, or set "When" to "Days After the Send Date".',
			);
		}
		return date;
	}
	const whole = Math.floor(afterDays);
	const at = DateTime.fromISO(sendDate, { zone }).plus({
		days: whole,
		hours: (afterDays - whole) * 24,
	});
	return at.toUTC().startOf('second').toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
}

/**
 * Checks a plan and makes the bodies of its requests (calls 12, 19 and 21).
 *
 * @param zone the workflow's time zone
 * @throws InputError for the first thing that Netigate wouldn't accept
 */
export function bodiesOf(plan: LaunchPlan, zone: string): LaunchBodies {
	const { sendout, labels, reminders } = plan;
	const names = new Set<string>();
	for (const { name } of labels) {
		if (names.has(name))
			throw new InputError(`The background data "${name}" is there twice`, 'Take one of them out.');
		names.add(name);
	}
	return {
		sendout: sendoutBody(sendout),
		labels: labels.map(({ name, labelType }) => ({ name, labelType })),
		reminders: reminders.map((reminder, index) => {
			const name = reminder.name === '' ? `Reminder ${index + 1}` : reminder.name;
			const sendDate = reminderDate({ ...reminder, name }, sendout.sendDate, zone);
			const body = reminderBody(
				{
					name,
					sendoutLogic: reminder.sendoutLogic,
					sendDate,
					sender: sendout.sender,
					subject: reminder.subject || sendout.subject,
					message: reminder.message || sendout.message,
				},
				sendout,
			);
			return { name, sendoutLogic: reminder.sendoutLogic, body };
		}),
	};
}

const textsOf = ({ sender, subject, message }: DispatchTexts) => ({ sender, subject, message });

/**
 * How two items differ that are to share a sendout, in the user's words, or undefined if they can share it. Names and
 * dates may differ: those of the first item count.
 */
export function differenceBetween(first: LaunchPlan, other: LaunchPlan): string | undefined {
	if (first === other) return undefined;
	const parts: Array<[string, (plan: LaunchPlan) => unknown]> = [
		['survey', ({ surveyId }) => surveyId],
		['type', ({ sendout }) => sendout.type],
		['sender, subject or message', ({ sendout }) => textsOf(sendout)],
		['background data fields', ({ labels }) => labels],
		[
			'reminders',
			({ reminders }) =>
				reminders.map(({ name, sendoutLogic, subject, message }) => ({
					name,
					sendoutLogic,
					subject,
					message,
				})),
		],
	];
	return parts.find(([, part]) => JSON.stringify(part(first)) !== JSON.stringify(part(other)))?.[0];
}
