import type { IDataObject } from 'n8n-workflow';
import type { Action } from '../../actions/action';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';

export const deactivate: Action = {
	operation: 'deactivate',
	name: 'Deactivate',
	action: 'Deactivate a sendout',
	description: 'Stops a sendout: Netigate sends no more invitations and reminders of it',
	fields: [surveyId, sendoutId],
	call: {
		number: 14,
		method: 'POST',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/deactivate',
		body: () => ({}),
		repeatable: true,
		emptyAllowed: true,
		// The answer is not documented; it is taken to be the sendout.
		output: (answer, parameters) =>
			typeof answer === 'object' && answer !== null && !Array.isArray(answer)
				? (answer as IDataObject)
				: { SendoutId: parameters.id('sendoutId'), Survey: parameters.id('surveyId') },
	},
};
