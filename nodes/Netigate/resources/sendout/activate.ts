import type { IDataObject } from 'n8n-workflow';
import type { Action } from '../../action';
import { isRecord } from '../../../shared/netigate/members';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import type { Parameters } from '../../../shared/n8n/parameters';

/** The sendout as returned by call 13 (and presumably call 14), or only its IDs if the response is empty. */
export function switchedSendout(response: unknown, parameters: Parameters): IDataObject {
	return isRecord(response)
		? (response as IDataObject)
		: { SendoutId: parameters.id('sendoutId'), Survey: parameters.id('surveyId') };
}

export const activate: Action = {
	operation: 'activate',
	name: 'Activate',
	action: 'Activate sendout',
	description:
		'Activates a sendout, so that Netigate invites its respondents. Activate it again after adding respondents.',
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
