import type { Action } from '../../action';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many background data labels',
	description:
		'Lists the background data labels in a sendout, such as first name or region, with their IDs, types and options',
	fields: [surveyId, sendoutId],
	call: {
		number: 20,
		method: 'GET',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/labels',
		list: 'BGDataLabelId',
	},
};
