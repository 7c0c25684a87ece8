import type { Action } from '../../action';
import { returnAllAndLimit } from '../../../shared/n8n/fields';
import { surveyId } from '../../../shared/n8n/locators';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many sendouts',
	description:
		'Lists the sendouts in a survey, with their types, dates, reminders and active status',
	fields: [surveyId, ...returnAllAndLimit],
	call: { number: 10, method: 'GET', path: '/surveys/{surveyId}/sendouts', list: 'SendoutId' },
};
