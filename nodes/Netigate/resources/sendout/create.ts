import { toNetigateDate } from '../../../shared/input/dates';
import {
	missingLinkHint,
	newSendoutOf,
	sendoutBody,
	sendoutCreation,
	type NewSendout,
} from '../../../shared/invite/dispatch';
import type { Action } from '../../action';
import { dispatchFields } from '../../fields/dispatch';
import { surveyId } from '../../../shared/n8n/locators';
import { nameOf } from '../../fields/name';

export const create: Action = {
	operation: 'create',
	name: 'Create',
	action: 'Create sendout',
	description:
		'Creates a sendout for a survey. To invite people, add respondents, then activate it.',
	fields: [surveyId, nameOf('sendout', 'Event of 12 May'), ...dispatchFields],
	calls: [10, 12],
	call: {
		number: 12,
		method: 'POST',
		path: '/surveys/{surveyId}/sendouts',
		body: (parameters) => {
			const now = toNetigateDate(new Date(), parameters.timeZone, 'Send Date')!;
			return sendoutBody(newSendoutOf(parameters, now));
		},
		creates: ({ path, body }) => sendoutCreation(path, body as NewSendout),
		hint: (parameters) => missingLinkHint(parameters.optionalText('message')),
	},
};
