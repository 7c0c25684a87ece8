import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { dictionaryOf, matchHint, type Pair } from '../../../shared/input/backgroundData';
import { labelsIn } from '../../../shared/input/labels';
import { asList } from '../../../shared/netigate/client';
import { NetigateError } from '../../../shared/netigate/errors';
import type { Row } from '../../../shared/netigate/types';
import type { Call } from '../../action';
import type { Parameters } from '../../../shared/n8n/parameters';

/** The path of call 29, which every row action makes first. */
export const LABELS = '/bgdata/bgdocuments/{listId}/labels';

export const rowId: INodeProperties = {
	displayName: 'Respondent ID',
	name: 'respondentId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 61001',
	description:
		"The RespondentId that Add Row returned for this row. Netigate can't list the rows in a list.",
};

export const cells: INodeProperties = {
	displayName: 'Cells',
	name: 'cells',
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null },
	description: 'The values for the row. Empty values are omitted, because Netigate rejects them.',
	typeOptions: {
		loadOptionsDependsOn: ['listId.value'],
		resourceMapper: {
			resourceMapperMethod: 'getListLabels',
			mode: 'map',
			addAllFields: true,
			supportAutoMap: true,
			fieldWords: { singular: 'label', plural: 'labels' },
			valuesLabel: 'Cells',
			// n8n's error would appear in red even before a list is chosen, so a notice says what to do.
			hideNoDataError: true,
		},
	},
};

export const labelIds: INodeProperties = {
	displayName: 'Label Names or IDs',
	name: 'labelIds',
	type: 'multiOptions',
	typeOptions: {
		loadOptionsMethod: 'getListLabelOptions',
		loadOptionsDependsOn: ['listId.value'],
	},
	default: [],
	description:
		'The labels of the cells to read or clear. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** The row's cells in the format that Netigate expects. @throws InputError as `dictionaryOf` does */
export function cellData(parameters: Parameters, labels: unknown): Pair[] {
	return dictionaryOf(parameters.mapping('cells'), parameters.item, labelsIn(labels));
}

/** A hint if some labels in the list have no field. @throws SettingError if none has one */
export const cellHint: NonNullable<Call['hint']> = (parameters, labels) =>
	matchHint(parameters.mapping('cells'), [parameters.item], labelsIn(labels));

/**
 * Adds `values` to a row, keyed by label name (calls 30 to 32). If a name was already used, the label's ID is
 * appended: `City (4805)`.
 * @param labels the response to call 29
 */
export function withValues(row: Row, labels: unknown) {
	const named = new Map<string, string>();
	const used = new Set<string>();
	for (const { BGDataLabelId, Name } of labelsIn(labels)) {
		let name = Name;
		while (used.has(name)) name = `${name} (${BGDataLabelId})`;
		used.add(name);
		named.set(String(BGDataLabelId), name);
	}
	const cells = asList<NonNullable<Row['Cells']>[number]>(row.Cells);
	const values = cells
		.filter(({ labelId }) => labelId !== undefined)
		.map(({ labelId, value }): [string, string | null] => [
			named.get(String(labelId)) ?? String(labelId),
			value,
		]);
	return { ...row, values: Object.fromEntries(values) };
}

export const rowOutput: NonNullable<Call['output']> = (answer, _, labels) => {
	const [row] = asList<Row>(answer);
	if (typeof row !== 'object' || row === null) {
		throw new NetigateError("Netigate's response doesn't contain the row", {
			outcome: 'unknown',
			advice: 'Check the respondent list in Netigate before you run this item again.',
		});
	}
	return withValues(row, labels) as unknown as IDataObject;
};
