import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { optionsOf } from '../shared/results/fields';
import { toId } from '../shared/n8n/parameters';
import { describeValue } from '../shared/values/dates';
import { InputError } from '../shared/api/errors';
import type { GivenCondition } from './conditions';
import type { TriggerSettings } from './poll';

/**
 * Survey ids from the list, or from what an expression gives: one id, several in a list, or several in a
 * text such as `501, 502`.
 *
 * @throws InputError when there is none, or one that is no id
 */
export function readSurveyIds(value: unknown): number[] {
	const given: unknown[] =
		typeof value === 'string'
			? value.replace(/^\s*\[|\]\s*$/g, '').split(/[,;\s]+/)
			: Array.isArray(value)
				? value
				: [value];
	const ids = given
		.filter((one) => one !== '' && one !== null && one !== undefined)
		.map((one) => toId(one, 'Survey'));
	if (ids.length > 0) return [...new Set(ids)];
	throw new InputError(
		`No survey is chosen: "Survey" gives ${describeValue(value)}`,
		'Choose at least one survey from the list.',
	);
}

/** The parameters of the trigger. */
export function readSettings(context: IPollFunctions): TriggerSettings {
	const { condition = [] } = context.getNodeParameter('conditions', {}) as {
		condition?: GivenCondition[];
	};
	const options = context.getNodeParameter('options', {}) as IDataObject;
	return {
		surveyIds: readSurveyIds(context.getNodeParameter('surveyIds', [])),
		event: context.getNodeParameter('event', 'completed') === 'updated' ? 'updated' : 'completed',
		conditions: condition,
		pageSize: toId(options.pageSize ?? 100, 'Page Size'),
		options: optionsOf(options, {
			simplify: context.getNodeParameter('simplify', true) !== false,
			includeAnswers: true,
		}),
	};
}
