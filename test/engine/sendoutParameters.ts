import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';

/* Parameters for the tests of sending, with the survey after an event and its email sendout, and of syncing. */

const survey = sampleIds.surveys.postEvent;
const sendout = sampleIds.sendouts.postEventEmail;

export const locator = (value: unknown) => ({ __rl: true, mode: 'id', value });

/** Adds the items' email addresses. */
export const adding = (more: IDataObject): IDataObject => ({
	resource: 'respondent',
	operation: 'add',
	surveyId: locator(survey),
	sendoutId: locator(sendout),
	contact: '={{ $json.email }}',
	sendInvitation: true,
	...more,
});

/** Activates the same sendout. */
export const activating: IDataObject = {
	resource: 'sendout',
	operation: 'activate',
	surveyId: locator(survey),
	sendoutId: locator(sendout),
};

/** Launches one sendout, "Launched", for all items. */
export const launching = (more: IDataObject): IDataObject => ({
	resource: 'sendout',
	operation: 'launch',
	surveyId: locator(survey),
	mode: 'oneForAll',
	name: 'Launched',
	type: 'EMAIL',
	sender: 'surveys@example.com',
	subject: 'Subject',
	message: '[survey link]',
	contact: '={{ $json.email }}',
	sendInvitation: true,
	...more,
});

/** Syncs the members with the items' email addresses. */
export const syncing = (more: IDataObject): IDataObject => ({
	resource: 'respondentList',
	operation: 'sync',
	listId: locator(String(sampleIds.documents.members)),
	contact: '={{ $json.email }}',
	cells: { mappingMode: 'defineBelow', value: {} },
	missing: 'report',
	options: {},
	requestOptions: { settleSeconds: 0.01, retryForSeconds: 5 },
	...more,
});

/** The outcome of an item: why it was skipped, or its status. */
export const outcomeIn = ({ status, reason }: IDataObject) =>
	status === 'skipped' ? reason : status;
