import type { INodeProperties } from 'n8n-workflow';
import type { Action } from '../../action';
import { surveyId } from '../../../shared/n8n/locators';
import { answerSetId } from '../../../shared/results/fields';

const questionItemId: INodeProperties = {
	displayName: 'Question Item ID',
	name: 'questionItemId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 12100',
	description: 'The QuestionItemId from Survey > Get Questions',
};

export const getAnswer: Action = {
	operation: 'getAnswer',
	name: 'Get Answer',
	action: 'Get answer to question',
	description: "Reads one person's answer to one question",
	fields: [surveyId, answerSetId, questionItemId],
	call: {
		number: 9,
		method: 'GET',
		path: '/surveys/{surveyId}/answers/{answerSetId}/questionitem/{questionItemId}',
		repeatable: true,
		list: 'AnswerId',
	},
};
