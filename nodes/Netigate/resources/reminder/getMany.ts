import type { Action } from '../../action';
import { returnAllAndLimit } from '../../../shared/n8n/fields';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many reminders',
	description: 'Lists the reminders in a sendout, with their dates and recipients',
	fields: [surveyId, sendoutId, ...returnAllAndLimit],
	call: {
		number: 18,
		method: 'GET',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/reminders',
		list: 'DispatchId',
	},
};
