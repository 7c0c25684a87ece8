import type {
	ILoadOptionsFunctions,
	INodePropertyOptions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import type { BackgroundDataLabel } from '../shared/netigate/types';
import { labelsIn } from '../shared/input/labels';
import {
	isChosen,
	listPath,
	readForList,
	searchSendouts,
	sendoutPath,
} from '../shared/n8n/listSearch';

/**
 * No fields while nothing is chosen, which isn't an error. An expression returns its id only in a run.
 *
 * The editor keeps the last notice it was given, and shows it wherever it shows no fields, so each result has its
 * own notice.
 */
function notChosen(
	context: ILoadOptionsFunctions,
	names: string[],
	advice: string,
): ResourceMapperFields {
	const expression = names.some((name) =>
		String(context.getCurrentNodeParameter(name, { extractValue: true })).startsWith('='),
	);
	return {
		fields: [],
		emptyFieldsNotice: expression
			? "An expression chooses it, so its fields are known only when the workflow runs. Choose 'Map Automatically'."
			: advice,
	};
}

/** What "Map Automatically" does if there are fields, otherwise why there are none. */
function noticeFor(labels: BackgroundDataLabel[], none: string): string {
	if (labels.length === 0) return none;
	const names = labels.map(({ Name }) => Name).join(', ');
	return `Item fields with the same names are used: ${names}`;
}

/** Labels as fields to map: TEXT as text, ORDINAL as a choice of its options in their order. */
function toMapperFields(labels: BackgroundDataLabel[]): ResourceMapperField[] {
	return labels.map(({ BGDataLabelId, Name, Type, Options }) => {
		const options = (Options ?? [])
			.slice()
			.sort((a, b) => a.Order - b.Order)
			.map(({ Option }) => ({ name: Option, value: Option }));
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

/** The background data of the chosen sendout (call 20). */
export async function getSendoutLabels(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const needed = ['surveyId', 'sendoutId'];
	if (!needed.every((name) => isChosen(this, name))) {
		return notChosen(
			this,
			needed,
			'Choose a survey and a sendout above. Their background data then appears here.',
		);
	}
	const labels = labelsIn(await readForList(this, `${sendoutPath(this)}/labels`));
	return {
		fields: toMapperFields(labels),
		emptyFieldsNotice: noticeFor(
			labels,
			'This sendout has no background data. Create it in Netigate or with Background Data > Create.',
		),
	};
}

/** The labels of the chosen respondent list (call 29). */
export async function getListLabels(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	if (!isChosen(this, 'listId')) {
		return notChosen(
			this,
			['listId'],
			'Choose a respondent list above. Its labels then appear here.',
		);
	}
	const labels = labelsIn(await readForList(this, `${listPath(this)}/labels`));
	return {
		fields: toMapperFields(labels),
		emptyFieldsNotice: noticeFor(
			labels,
			'This respondent list has no labels. Create them in Netigate.',
		),
	};
}

/** The labels of the chosen respondent list (call 29), in Netigate's order. */
export async function getListLabelOptions(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const labels = labelsIn(await readForList(this, `${listPath(this)}/labels`));
	return labels.map(({ BGDataLabelId, Name }) => ({
		name: `${Name} (${BGDataLabelId})`,
		value: BGDataLabelId,
	}));
}

/** The sendouts of the chosen survey, for choosing several. */
export async function getSendoutOptions(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const { results } = await searchSendouts.call(this);
	return results.map(({ name, value }) => ({ name, value: Number(value) }));
}
