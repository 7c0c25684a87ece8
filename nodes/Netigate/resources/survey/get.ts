import type { Action } from '../../action';
import { surveyId } from '../../../shared/n8n/locators';

export const get: Action = {
	operation: 'get',
	name: 'Get',
	action: 'Get survey',
	description: 'Reads one survey: its name, language, dates and active status',
	fields: [surveyId],
	call: { number: 2, method: 'GET', path: '/surveys/{surveyId}', id: 'SurveyId' },
};
