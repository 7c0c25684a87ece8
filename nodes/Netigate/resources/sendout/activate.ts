import type { Action } from '../../actions/action';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';

export const activate: Action = {
	operation: 'activate',
	name: 'Activate',
	action: 'Activate a sendout',
	description:
		'Lets a sendout go out: Netigate invites its respondents who have not been invited yet. Activate again after adding respondents.',
	fields: [surveyId, sendoutId],
	call: {
		number: 13,
		method: 'POST',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/activate',
		body: () => ({}),
	},
};
