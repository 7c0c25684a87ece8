import { InputError } from '../../../shared/netigate/errors';
import type { Action } from '../../action';
import { listId } from '../../../shared/n8n/locators';
import { cellData, cellHint, cells, LABELS, rowId, rowOutput } from './rowFields';

export const updateRow: Action = {
	operation: 'updateRow',
	name: 'Update Row',
	action: 'Update respondent list row',
	description:
		"Changes a person's cells in a respondent list. Cells you don't map remain unchanged. To empty cells, use Clear Row.",
	fields: [listId, rowId, cells],
	calls: [29, 31],
	call: {
		number: 31,
		method: 'PUT',
		path: '/bgdata/bgdocuments/{listId}/rows/{respondentId}',
		repeatable: true,
		check: (parameters) => parameters.mapping('cells'),
		readFirst: LABELS,
		body: (parameters, labels) => {
			const pairs = cellData(parameters, labels);
			if (pairs.length > 0) return { cellData: pairs };
			throw new InputError(
				'There are no values to write to the row',
				cellHint(parameters, labels) ??
					"Map at least one cell to a value that isn't empty. To empty cells, use Clear Row.",
			);
		},
		emptyAllowed: 204,
		output: (answer, parameters, labels) =>
			answer === undefined
				? { RespondentId: parameters.id('respondentId') }
				: rowOutput(answer, parameters, labels),
	},
};
