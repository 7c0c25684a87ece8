import type { Action } from '../../action';
import { surveyId } from '../../../shared/n8n/locators';

export const getQuestions: Action = {
	operation: 'getQuestions',
	name: 'Get Questions',
	action: 'Get survey questions',
	description:
		'Lists the questions in a survey with their items, alternatives, rows and columns. Answers refer to the IDs of the question items.',
	fields: [surveyId],
	call: { number: 4, method: 'GET', path: '/surveys/{surveyId}/questions', list: 'QuestionId' },
};
