import type { Action } from '../../actions/action';
import { returnAllAndLimit } from '../../../shared/n8n/limits';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many respondents',
	description: 'Lists the respondents of a sendout, with their contact and personal survey link',
	fields: [surveyId, sendoutId, ...returnAllAndLimit],
	call: {
		number: 15,
		method: 'GET',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/respondents',
		repeatable: true,
		list: true,
	},
};
