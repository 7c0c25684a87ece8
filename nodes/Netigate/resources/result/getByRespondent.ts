import type { INodeProperties } from 'n8n-workflow';
import type { Action } from '../../action';
import { surveyId } from '../../../shared/n8n/locators';
import {
	includeAnswers,
	resultOptions,
	resultOptionsOf,
	simplify,
} from '../../../shared/results/fields';
import { readSetsOfRespondent, withAnswers } from '../../../shared/results/answerSets';
import { resultsByItem } from '../../../shared/results/reader';

const respondentId: INodeProperties = {
	displayName: 'Respondent ID',
	name: 'respondentId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 60001',
	description: 'The RespondentId from Respondent > Add or Get Many',
};

export const getByRespondent: Action = {
	operation: 'getByRespondent',
	name: 'Get by Respondent',
	action: 'Get results by respondent',
	description: 'Reads all answers from one respondent, who may have answered several times',
	fields: [surveyId, respondentId, includeAnswers, simplify, resultOptions],
	calls: [2, 4, 7, 8, 10, 15, 20, 30],
	together: resultsByItem(async ({ parameters, client, reader }) => {
		const survey = parameters.id('surveyId');
		const respondent = parameters.id('respondentId');
		const options = resultOptionsOf(parameters, parameters.flag('includeAnswers'));
		const heads = await readSetsOfRespondent(client, survey, respondent);
		const sets = options.includeAnswers ? await withAnswers(client, survey, heads) : heads;
		return await reader.results(survey, sets, options);
	}),
	onlyReads: true,
};
