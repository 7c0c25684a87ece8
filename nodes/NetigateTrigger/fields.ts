import type { INodeProperties, IPollFunctions } from 'n8n-workflow';
import { toIds } from '../shared/input/numbers';
import { describeValue } from '../shared/input/text';
import { singleParameters } from '../shared/n8n/itemParameters';
import { InputError } from '../shared/netigate/errors';
import { pagedResultOptions, resultOptionsOf, simplify } from '../shared/results/fields';
import type { TriggerEvent } from './changes';
import type { Condition } from './conditions';

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
			description: 'Someone started, continued or finished the survey (once per change)',
		},
		{
			name: 'Answer Completed',
			value: 'completed',
			description: 'Someone finished the survey (once per answer)',
		},
	],
};

function operation(name: string, value: string, description: string) {
	return { name, value, description, action: description.replace(',', '') };
}

const conditions: INodeProperties = {
	displayName: 'Conditions',
	name: 'conditions',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Condition',
	default: {},
	description: 'Only answers that meet all conditions start the workflow',
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
						'The question whose answer is compared with the value. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
				},
				{
					displayName: 'Operation',
					name: 'operation',
					type: 'options',
					noDataExpression: true,
					default: 'atMost',
					options: [
						operation('At Least', 'atLeast', 'The score is this number or higher'),
						operation('At Most', 'atMost', 'The score is this number or lower'),
						operation('Contains', 'contains', 'The answer contains this text'),
						operation('Equals', 'equals', 'The answer is this text, or its score is this number'),
					],
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					placeholder: 'e.g. 2',
					description:
						"The number or text to compare with. The score is the first of these that exists: the answer's number from 0 to 10, its weight, the number in its text, or its position (starting at 1).",
				},
			],
		},
	],
};

export const fields = [surveyIds, event, conditions, simplify, pagedResultOptions];

/**
 * Survey IDs from the list or an expression, e.g. `501, 502`.
 * @throws InputError if an ID is invalid or there are none
 */
export function readSurveyIds(value: unknown): number[] {
	const ids = toIds(value, 'Surveys');
	if (ids.length > 0) return ids;
	throw new InputError(
		`No surveys are chosen: 'Surveys' is ${describeValue(value)}`,
		'Choose at least one survey from the list.',
	);
}

export type TriggerSettings = ReturnType<typeof readSettings>;

export function readSettings(context: IPollFunctions) {
	const parameters = singleParameters(context, fields);
	return {
		surveyIds: readSurveyIds(parameters.raw('surveyIds')),
		event: parameters.choice<TriggerEvent>('event'),
		conditions: parameters.entries('conditions', 'condition').map((condition) => ({
			questionItemId: condition.id('questionItemId'),
			operation: condition.choice<Condition['operation']>('operation'),
			value: condition.text('value'),
		})),
		pageSize: parameters.collection('options').whole('pageSize'),
		options: resultOptionsOf(parameters),
	};
}
