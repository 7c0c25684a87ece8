import type { Action } from '../../action';
import { listId } from '../../../shared/n8n/locators';

export const get: Action = {
	operation: 'get',
	name: 'Get',
	action: 'Get respondent list',
	description: "Reads one respondent list with its labels. Netigate can't list its rows.",
	fields: [listId],
	call: { number: 28, method: 'GET', path: '/bgdata/bgdocuments/{listId}', id: 'BGDocumentId' },
};
