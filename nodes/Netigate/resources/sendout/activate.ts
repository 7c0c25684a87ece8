import type { IDataObject } from 'n8n-workflow';
import type { Action } from '../../action';
import { isRecord } from '../../../shared/netigate/members';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import type { Parameters } from '../../../shared/n8n/parameters';

/**
 * The sendout that was activated or deactivated: the answer of row 13, as documented, and of row 14, presumably;
 * where the answer is empty, just its ids.
 */
export function switchedSendout(answer: unknown, parameters: Parameters): IDataObject {
	return isRecord(answer)
		? (answer as IDataObject)
		: { SendoutId: parameters.id('sendoutId'), Survey: parameters.id('surveyId') };
}

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
		output: switchedSendout,
	},
};
