import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { listed } from '../shared/netigate/client';
import { Questions } from '../shared/results/questions';
import type { Question, Survey } from '../shared/netigate/types';
import { readForList, searchSurveys, sendoutsOf } from '../shared/n8n/listSearch';
import { isScored } from './conditions';
import { readSurveyIds } from './fields';
import { choicesOf } from '../shared/results/reading';
import { scaleOf } from '../shared/results/scale';

/** The account's surveys (row 1), active ones first. */
export async function getSurveyOptions(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const { results } = await searchSurveys.call(this);
	return results.map(({ name, value }) => ({ name, value: Number(value) }));
}

/** A question's kind, in words. */
const KINDS: Record<string, string> = {
	TEXT_FIELD: 'free text',
	RADIOBUTTON: 'one choice',
	DROPDOWN: 'one choice',
	WEIGHTED_RADIOBUTTON: 'one choice, weighted',
	CHECKBOX: 'several choices',
	MATRIX: 'matrix',
};

/** What a list says, instead of failing, while nobody has chosen a survey. */
const SURVEY_FIRST: INodePropertyOptions[] = [{ name: 'Choose a Survey First', value: '' }];

/** Undefined while no survey is chosen. */
function chosenSurveys(context: ILoadOptionsFunctions): number[] | undefined {
	try {
		return readSurveyIds(context.getCurrentNodeParameter('surveyIds'));
	} catch {
		return undefined;
	}
}

/** The questions of the chosen surveys (row 4), in the order in which they are asked. */
export async function getQuestionOptions(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const ids = chosenSurveys(this);
	if (!ids) return SURVEY_FIRST;
	const names = new Map<number, string>();
	if (ids.length > 1) {
		for (const { SurveyId, Name } of listed<Survey>(
			await readForList(this, '/surveys'),
			'SurveyId',
		)) {
			names.set(SurveyId, Name);
		}
	}
	const options: INodePropertyOptions[] = [];
	for (const id of ids) {
		const tree = listed<Question>(
			await readForList(this, `/surveys/${id}/questions`),
			'QuestionId',
		);
		for (const entry of new Questions(tree).all()) {
			const kind = KINDS[entry.type] ?? entry.type;
			const listed = choicesOf(entry);
			const { scores } = scaleOf(listed, entry.type);
			const alternatives = listed.map(({ Text }, at) =>
				isScored(entry) ? `${Text} = ${scores[at] ?? 'no score'}` : Text,
			);
			options.push({
				name: `${ids.length > 1 ? `${names.get(id) ?? id}: ` : ''}${entry.key} (${kind})`,
				value: entry.id,
				...(alternatives.length > 0 ? { description: alternatives.slice(0, 12).join(' · ') } : {}),
			});
		}
	}
	return options;
}

/** The sendouts of the chosen surveys (row 10). */
export async function getSendoutOptions(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const ids = chosenSurveys(this);
	if (!ids) return SURVEY_FIRST;
	const options: INodePropertyOptions[] = [];
	for (const id of ids) {
		const { results } = await sendoutsOf(this, id);
		options.push(...results.map(({ name, value }) => ({ name, value: Number(value) })));
	}
	return options;
}
