import type { INodeProperties } from 'n8n-workflow';
import { pagedResultOptions, simplify } from '../shared/results/fields';

const surveyIds: INodeProperties = {
	displayName: 'Survey Names or IDs',
	name: 'surveyIds',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getSurveyOptions' },
	default: [],
	required: true,
	description:
		'The surveys whose answers start the workflow. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

const event: INodeProperties = {
	displayName: 'Event',
	name: 'event',
	type: 'options',
	noDataExpression: true,
	default: 'completed',
	options: [
		{
			name: 'Answer Changed',
			value: 'updated',
			description: 'Somebody began, went on or finished: once for each change',
		},
		{
			name: 'Answer Completed',
			value: 'completed',
			description: 'Somebody finished the survey: once for each answer',
		},
	],
};

const conditions: INodeProperties = {
	displayName: 'Conditions',
	name: 'conditions',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Condition',
	default: {},
	description: 'Only answers that fulfil all of these start the workflow',
	options: [
		{
			displayName: 'Condition',
			name: 'condition',
			values: [
				{
					displayName: 'Question Name or ID',
					name: 'questionItemId',
					type: 'options',
					typeOptions: {
						loadOptionsMethod: 'getQuestionOptions',
						loadOptionsDependsOn: ['surveyIds'],
					},
					default: '',
					description:
						'The question whose answer is compared. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
				},
				{
					displayName: 'Operation',
					name: 'operation',
					type: 'options',
					noDataExpression: true,
					default: 'atMost',
					options: [
						{
							name: 'At Least',
							value: 'atLeast',
							description: 'The score is this number or higher',
							action: 'The score is this number or higher',
						},
						{
							name: 'At Most',
							value: 'atMost',
							description: 'The score is this number or lower',
							action: 'The score is this number or lower',
						},
						{
							name: 'Contains',
							value: 'contains',
							description: 'The answer has this text in it',
							action: 'The answer has this text in it',
						},
						{
							name: 'Equals',
							value: 'equals',
							description: 'The answer is this text, or its score this number',
							action: 'The answer is this text or its score this number',
						},
					],
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					placeholder: 'e.g. 2',
					description:
						'The number or text to compare with. The score is the number of the answer where answers go from 0 to 10; else the weight of a weighted question; else the number, where answers are called by numbers; else the position of the answer from 1.',
				},
			],
		},
	],
};

export const fields: INodeProperties[] = [
	surveyIds,
	event,
	conditions,
	simplify,
	pagedResultOptions,
];
