import { readAnswerSet } from '../../../shared/results/pages';
import type { Action } from '../../action';
import { surveyId } from '../../../shared/n8n/locators';
import {
	answerSetId,
	resultOptions,
	resultOptionsOf,
	simplify,
} from '../../../shared/results/fields';
import { oneByOne, type ItemRun } from '../../../shared/results/oneByOne';

async function oneResult({ parameters, client, reader }: ItemRun) {
	const survey = parameters.id('surveyId');
	const id = parameters.id('answerSetId');
	const options = resultOptionsOf(parameters);
	return await reader.results(survey, [await readAnswerSet(client, survey, id)], options);
}

export const get: Action = {
	operation: 'get',
	name: 'Get',
	action: 'Get a result',
	description: 'Reads all that one person answered in a survey',
	fields: [surveyId, answerSetId, simplify, resultOptions],
	calls: [4, 7, 10, 15, 20, 30],
	together: oneByOne(oneResult),
	onlyReads: true,
	asTool: 'whole',
};
