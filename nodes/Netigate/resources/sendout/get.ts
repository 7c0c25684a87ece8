import type { Action } from '../../action';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';

export const get: Action = {
	operation: 'get',
	name: 'Get',
	action: 'Get sendout',
	description: 'Reads one sendout with its reminders',
	fields: [surveyId, sendoutId],
	call: {
		number: 11,
		method: 'GET',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}',
		id: 'SendoutId',
	},
};
