import { NetigateError, SettingError } from '../../../shared/netigate/errors';
import type { Action } from '../../action';
import { listId } from '../../../shared/n8n/locators';
import type { Parameters } from '../../../shared/n8n/parameters';
import { labelIds, rowId } from './rowFields';

function chosen(parameters: Parameters): number[] {
	const ids = parameters.ids('labelIds');
	if (ids.length > 0) return ids;
	throw new SettingError(
		'No labels are chosen, so no cells can be cleared',
		'Choose the labels whose cells should be cleared. Get Labels lists them all.',
	);
}

export const clearRow: Action = {
	operation: 'clearRow',
	name: 'Clear Row',
	action: 'Clear respondent list row',
	description:
		"Empties a person's cells in a respondent list. The row itself remains, because Netigate can't delete rows.",
	fields: [listId, rowId, { ...labelIds, required: true }],
	call: {
		number: 33,
		method: 'DELETE',
		path: '/bgdata/bgdocuments/{listId}/rows/{respondentId}',
		repeatable: true,
		emptyAllowed: true,
		body: (parameters) => ({ labels: chosen(parameters) }),
		output: (answer, parameters) => {
			if (answer !== false) {
				const respondentId = parameters.id('respondentId');
				return { deleted: true, respondentId, labelIds: chosen(parameters) };
			}
			throw new NetigateError("Netigate reports that the cells weren't cleared", {
				outcome: 'refused',
				advice: "Check this item's respondent and labels.",
			});
		},
	},
};
