import type { Action } from '../../action';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import { switchedSendout } from './activate';

export const deactivate: Action = {
	operation: 'deactivate',
	name: 'Deactivate',
	action: 'Deactivate sendout',
	description: 'Stops a sendout, so that Netigate sends no more invitations or reminders',
	fields: [surveyId, sendoutId],
	call: {
		number: 14,
		method: 'POST',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/deactivate',
		body: () => ({}),
		repeatable: true,
		emptyAllowed: true,
		output: switchedSendout,
	},
};
