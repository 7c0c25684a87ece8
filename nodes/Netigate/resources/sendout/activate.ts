import type { IDataObject } from 'n8n-workflow';
import type { Action } from '../../actions/action';
import { isRecord } from '../../../shared/api/members';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';

export const activate: Action = {
	operation: 'activate',
	name: 'Activate',
	action: 'Activate a sendout',
	description:
		'Lets a sendout go out: Netigate invites its respondents who have not been invited yet. Activate again after adding respondents.',
	fields: [surveyId, sendoutId],
	call: {
		number: 13,
		method: 'POST',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/activate',
		body: () => ({}),
		emptyAllowed: true,
		// Documented is the sendout; an empty success says nothing more than that.
		output: (answer, parameters) =>
			isRecord(answer)
				? (answer as IDataObject)
				: { SendoutId: parameters.id('sendoutId'), Survey: parameters.id('surveyId') },
	},
};
