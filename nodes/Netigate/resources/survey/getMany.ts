import type { Action } from '../../action';
import { returnAllAndLimit } from '../../../shared/n8n/fields';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many surveys',
	description: "Lists the account's surveys, with their names, dates and active status",
	fields: returnAllAndLimit,
	call: { number: 1, method: 'GET', path: '/surveys', list: 'SurveyId' },
};
