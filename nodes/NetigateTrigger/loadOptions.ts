import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { readableText } from '../shared/input/text';
import { optionsIn, readForList, searchSurveys, sendoutsOf } from '../shared/n8n/listSearch';
import { errorText } from '../shared/n8n/shown';
import { listed } from '../shared/netigate/client';
import type { Question, Survey } from '../shared/netigate/types';
import { Questions, type QuestionEntry } from '../shared/results/questions';
import { choicesOf } from '../shared/results/reading';
import { isScored } from './conditions';
import { readSurveyIds } from './fields';

/** The account's surveys (call 1), active ones first. */
export async function getSurveyOptions(this: ILoadOptionsFunctions) {
	return optionsIn(await searchSurveys.call(this));
}

function chosenSurveys(context: ILoadOptionsFunctions): number[] | INodePropertyOptions {
	try {
		return readSurveyIds(context.getCurrentNodeParameter('surveyIds'));
	} catch {
		return { name: 'Choose a Survey First', value: '' };
	}
}

const TYPES: Record<string, string> = {
	TEXT_FIELD: 'free text',
	RADIOBUTTON: 'one choice',
	DROPDOWN: 'one choice',
	WEIGHTED_RADIOBUTTON: 'one choice, weighted',
	CHECKBOX: 'several choices',
	MATRIX: 'matrix',
};

function questionOption(entry: QuestionEntry, prefix: string): INodePropertyOptions {
	const { list, scale } = choicesOf(entry);
	const alternatives = list
		.slice(0, 12)
		.map(({ Text }, at) =>
			isScored(entry) ? `${Text} = ${scale.scores[at] ?? 'no score'}` : Text,
		);
	return {
		name: `${prefix}${entry.key} (${TYPES[entry.type] ?? entry.type})`,
		value: entry.id,
		...(alternatives.length > 0 ? { description: errorText(alternatives.join(' · ')) } : {}),
	};
}

/** The questions from the chosen surveys (call 4), in order. */
export async function getQuestionOptions(this: ILoadOptionsFunctions) {
	const ids = chosenSurveys(this);
	if (!Array.isArray(ids)) return [ids];
	const several = ids.length > 1;
	const surveys = several ? listed<Survey>(await readForList(this, '/surveys'), 'SurveyId') : [];
	const options: INodePropertyOptions[] = [];
	for (const id of ids) {
		const survey = surveys.find(({ SurveyId }) => SurveyId === id);
		const name = readableText(survey?.Name) || id;
		const tree = await readForList(this, `/surveys/${id}/questions`);
		for (const entry of new Questions(listed<Question>(tree, 'QuestionId')).all())
			options.push(questionOption(entry, several ? `${name}: ` : ''));
	}
	return options;
}

/** The sendouts from the chosen surveys (call 10). */
export async function getSendoutOptions(this: ILoadOptionsFunctions) {
	const ids = chosenSurveys(this);
	if (!Array.isArray(ids)) return [ids];
	const options: INodePropertyOptions[] = [];
	for (const id of ids) options.push(...optionsIn(await sendoutsOf(this, id)));
	return options;
}
