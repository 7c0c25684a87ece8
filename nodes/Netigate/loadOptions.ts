import type {
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import type { BackgroundDataLabel } from '../shared/netigate/types';
import { readableText } from '../shared/input/text';
import { labelsIn } from '../shared/input/labels';
import {
	isChosen,
	listPath,
	optionsIn,
	readForList,
	searchSendouts,
	sendoutPath,
} from '../shared/n8n/listSearch';
import { errorText } from '../shared/n8n/shown';

const BY_EXPRESSION =
	"The sendout or list is chosen by an expression, so its fields aren't known until the workflow runs. Choose 'Map Automatically'.";

/** Turns labels into fields to map. */
function toMapperFields(labels: BackgroundDataLabel[]): ResourceMapperField[] {
	return labels.map(({ BGDataLabelId, Name, Type, Options }) => {
		const options = (Options ?? [])
			.slice()
			.sort((a, b) => a.Order - b.Order)
			.map(({ Option }) => ({ name: readableText(Option), value: Option }));
		return {
			id: String(BGDataLabelId),
			displayName: Name,
			required: false,
			defaultMatch: false,
			display: true,
			...(Type === 'ORDINAL' && options.length > 0
				? { type: 'options' as const, options }
				: { type: 'string' as const }),
		};
	});
}

/**
 * Returns no labels while nothing is chosen, because an empty choice isn't an error. If a result has no
 * fields, the editor shows the most recent notice, so every result sets its own.
 */
function labelFields(
	needed: string[],
	pathOf: (context: ILoadOptionsFunctions) => string,
	advice: string,
	none: string,
) {
	return async function (this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
		if (!needed.every((name) => isChosen(this, name))) {
			const isExpression = (name: string) =>
				String(this.getCurrentNodeParameter(name, { extractValue: true })).startsWith('=');
			const emptyFieldsNotice = needed.some(isExpression) ? BY_EXPRESSION : advice;
			return { fields: [], emptyFieldsNotice };
		}
		const labels = labelsIn(await readForList(this, `${pathOf(this)}/labels`));
		const names = labels.map(({ Name }) => Name).join(', ');
		return {
			fields: toMapperFields(labels),
			emptyFieldsNotice:
				labels.length === 0 ? none : errorText(`Uses the item fields with these names: ${names}`),
		};
	};
}

/** The background data of the chosen sendout (call 20). */
export const getSendoutLabels = labelFields(
	['surveyId', 'sendoutId'],
	sendoutPath,
	"Choose a survey and a sendout above. The sendout's background data then appears here.",
	'This sendout has no background data. Create it in Netigate or with Background Data > Create.',
);

/** The labels of the chosen respondent list (call 29). */
export const getListLabels = labelFields(
	['listId'],
	listPath,
	'Choose a respondent list above. Its labels then appear here.',
	'This respondent list has no labels. Create them in Netigate.',
);

/** The labels of the chosen respondent list (call 29), in Netigate's order. */
export async function getListLabelOptions(this: ILoadOptionsFunctions) {
	const labels = labelsIn(await readForList(this, `${listPath(this)}/labels`));
	return labels.map(({ BGDataLabelId, Name }) => ({
		name: `${Name} (${BGDataLabelId})`,
		value: BGDataLabelId,
	}));
}

export async function getSendoutOptions(this: ILoadOptionsFunctions) {
	return optionsIn(await searchSendouts.call(this));
}
