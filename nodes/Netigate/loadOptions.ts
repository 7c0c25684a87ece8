import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { labelsIn } from '../shared/input/labels';
import { listPath, readForList, searchSendouts } from '../shared/n8n/listSearch';

/** The labels of the chosen respondent list (row 29), in Netigate's order. */
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
