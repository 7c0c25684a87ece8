import type { IPollFunctions } from 'n8n-workflow';
import { singleParameters } from '../shared/n8n/itemParameters';
import { pageSizeOf, resultOptionsOf } from '../shared/results/fields';
import { InputError } from '../shared/netigate/errors';
import { toIds } from '../shared/input/ids';
import { describeValue } from '../shared/input/text';
import { fields } from './fields';
import type { TriggerSettings } from './poll';

/**
 * Survey ids from the list, or from what an expression gives: one id, several in a list, or several in a
 * text such as `501, 502`.
 *
 * @throws InputError when there is none, or one is not an id
 */
export function readSurveyIds(value: unknown): number[] {
	const ids = toIds(value, 'Surveys');
	if (ids.length > 0) return ids;
	throw new InputError(
		`No survey is chosen: "Surveys" gives ${describeValue(value)}`,
		'Choose at least one survey from the list.',
	);
}

/** The parameters of the trigger. */
export function readSettings(context: IPollFunctions): TriggerSettings {
	const parameters = singleParameters(context, fields);
	return {
		surveyIds: readSurveyIds(parameters.raw('surveyIds')),
		event: parameters.choice('event'),
		conditions: parameters.entries('conditions', 'condition').map((condition) => ({
			questionItemId: condition.id('questionItemId'),
			operation: condition.choice('operation'),
			value: condition.text('value'),
		})),
		pageSize: pageSizeOf(parameters),
		options: resultOptionsOf(parameters),
	};
}
