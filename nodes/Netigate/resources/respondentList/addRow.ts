import type { Action } from '../../action';
import type { Parameters } from '../../../shared/n8n/parameters';
import { listId } from '../../../shared/n8n/locators';
import { contactAndType } from '../../fields/respondents';
import { cellData, cellHint, cells, LABELS, rowOutput } from './rowFields';
import { recipientOf } from '../../../shared/n8n/recipients';

const contactOf = (parameters: Parameters) => recipientOf(parameters).contact;

export const addRow: Action = {
	operation: 'addRow',
	name: 'Add Row',
	action: 'Add row to respondent list',
	description:
		"Adds a person to a respondent list. Store the RespondentId from the output. Netigate can't list rows, so this ID is the only way to find the row again.",
	fields: [listId, ...contactAndType, cells],
	calls: [29, 32],
	call: {
		number: 32,
		method: 'POST',
		path: '/bgdata/bgdocuments/{listId}/rows',
		check: (parameters) => [contactOf(parameters), parameters.mapping('cells')],
		readFirst: LABELS,
		body: (parameters, labels) => ({
			contactDetails: contactOf(parameters),
			cellData: cellData(parameters, labels),
		}),
		hint: cellHint,
		output: rowOutput,
		whenLost: (parameters) =>
			`Couldn't confirm whether the row was added, because Netigate can't list rows. Look for "${contactOf(parameters)}" in the respondent list in Netigate before you run this item again.`,
	},
};
