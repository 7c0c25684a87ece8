import { labelsIn } from '../../../shared/input/labels';
import type { Action } from '../../action';
import { listId } from '../../../shared/n8n/locators';
import { labelIds, LABELS, rowId, rowOutput } from './rowFields';

export const getRow: Action = {
	operation: 'getRow',
	name: 'Get Row',
	action: 'Get respondent list row',
	description: "Reads one person's cells in a respondent list",
	fields: [
		listId,
		rowId,
		{ ...labelIds, description: `${labelIds.description} Leave empty for all cells.` },
	],
	calls: [29, 30],
	call: {
		number: 30,
		method: 'POST',
		path: '/bgdata/bgdocuments/{listId}/rows/{respondentId}',
		repeatable: true,
		onlyReads: true,
		check: (parameters) => parameters.ids('labelIds'),
		readFirst: LABELS,
		body: (parameters, read) => {
			const chosen = parameters.ids('labelIds');
			const all = labelsIn(read).map(({ BGDataLabelId }) => BGDataLabelId);
			return { labels: chosen.length > 0 ? chosen : all };
		},
		output: rowOutput,
	},
};
