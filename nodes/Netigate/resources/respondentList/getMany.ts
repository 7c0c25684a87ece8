import type { Action } from '../../action';
import { returnAllAndLimit } from '../../../shared/n8n/fields';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many respondent lists',
	description: "Lists the account's respondent lists with their labels and options",
	fields: returnAllAndLimit,
	call: { number: 27, method: 'GET', path: '/bgdata/bgdocuments', list: 'BGDocumentId' },
};
