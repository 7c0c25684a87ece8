import {
	missingLinkHint,
	refusePast,
	reminderBody,
	reminderCreation,
	STILL_NOW_MS,
	type NewReminder,
} from '../../../shared/invite/dispatch';
import { SettingError } from '../../../shared/netigate/errors';
import type { Sendout, SendoutLogic } from '../../../shared/netigate/types';
import type { Action } from '../../action';
import { allowPastDates, reminderFields } from '../../fields/dispatch';
import { optionsWith } from '../../../shared/n8n/fields';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import { nameOf } from '../../fields/name';
import type { Parameters } from '../../../shared/n8n/parameters';

function sendDateOf(parameters: Parameters): string {
	const date = parameters.date('sendDate');
	if (date !== undefined) {
		if (!parameters.collection('options').flag('allowPastDates'))
			refusePast(date, 'The reminder', Date.now() - STILL_NOW_MS);
		return date;
	}
	throw new SettingError(
		"'Send Date' is empty",
		'Enter when to send the reminder, e.g. {{ $now.plus(7, "days") }}.',
	);
}

const givenIn = (parameters: Parameters) => ({
	name: parameters.text('name'),
	sendoutLogic: parameters.choice<SendoutLogic>('sendoutLogic'),
	sendDate: sendDateOf(parameters),
	sender: parameters.optionalText('sender'),
	subject: parameters.optionalText('subject'),
	message: parameters.optionalText('message'),
});

export const create: Action = {
	operation: 'create',
	name: 'Create',
	action: 'Create reminder',
	description:
		"Adds a reminder to a sendout, e.g. for people who haven't completed the survey after a week",
	fields: [
		surveyId,
		sendoutId,
		nameOf('reminder', 'First reminder'),
		...reminderFields,
		optionsWith([allowPastDates]),
	],
	calls: [11, 18, 19],
	call: {
		number: 19,
		method: 'POST',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/reminders',
		check: givenIn,
		// The sendout's type determines which fields its reminders need.
		readFirst: '/surveys/{surveyId}/sendouts/{sendoutId}',
		body: (parameters, sendout) => {
			const { DispatchType, SendDate } = (sendout as Partial<Sendout> | null)?.Primary ?? {};
			return reminderBody(givenIn(parameters), { type: DispatchType ?? '', sendDate: SendDate });
		},
		// Existing reminders are read from the list of reminders (call 18), not from the sendout. Otherwise,
		// an old reminder might be mistaken for the new one.
		creates: ({ path, body }) => reminderCreation(path, body as NewReminder),
		hint: (parameters) => missingLinkHint(parameters.optionalText('message')),
	},
};
