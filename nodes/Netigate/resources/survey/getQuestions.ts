import type { Action } from '../../action';
import { surveyId } from '../../../shared/n8n/locators';

export const getQuestions: Action = {
	operation: 'getQuestions',
	name: 'Get Questions',
	action: 'Get the questions of a survey',
	description:
		'Lists the questions of a survey with their items, alternatives, rows and columns. The ids of the question items are the ones that answers name.',
	fields: [surveyId],
	call: { number: 4, method: 'GET', path: '/surveys/{surveyId}/questions', list: 'QuestionId' },
};
