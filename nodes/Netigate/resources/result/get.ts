import type { Action } from '../../action';
import { surveyId } from '../../../shared/n8n/locators';
import { readAnswerSet } from '../../../shared/results/answerSets';
import {
	answerSetId,
	resultOptions,
	resultOptionsOf,
	simplify,
} from '../../../shared/results/fields';
import { resultsByItem } from '../../../shared/results/reader';

export const get: Action = {
	operation: 'get',
	name: 'Get',
	action: 'Get result',
	description: "Reads all of one person's answers in a survey",
	fields: [surveyId, answerSetId, simplify, resultOptions],
	calls: [2, 4, 7, 10, 15, 20, 30],
	together: resultsByItem(async ({ parameters, client, reader }) => {
		const survey = parameters.id('surveyId');
		const id = parameters.id('answerSetId');
		const options = resultOptionsOf(parameters);
		return await reader.results(survey, [await readAnswerSet(client, survey, id)], options);
	}),
	onlyReads: true,
};
