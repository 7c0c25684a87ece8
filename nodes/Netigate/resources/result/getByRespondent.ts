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
import { resultsByItem, type ResultItem } from '../../../shared/results/reader';

const respondentId: INodeProperties = {
	displayName: 'Respondent ID',
	name: 'respondentId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 60001',
	description: 'The RespondentId from Add or Get Many of respondents',
};

async function resultsOfRespondent({ parameters, client, reader }: ResultItem) {
	const survey = parameters.id('surveyId');
	const respondent = parameters.id('respondentId');
	const options = resultOptionsOf(parameters, parameters.flag('includeAnswers'));
	const sets = await readSetsOfRespondent(client, survey, respondent);
	return await reader.results(
		survey,
		options.includeAnswers ? await withAnswers(client, survey, sets) : sets,
		options,
	);
}

export const getByRespondent: Action = {
	operation: 'getByRespondent',
	name: 'Get by Respondent',
	action: 'Get results by respondent',
	description: 'Reads what one respondent answered, possibly several times',
	fields: [surveyId, respondentId, includeAnswers, simplify, resultOptions],
	calls: [4, 7, 8, 10, 15, 20, 30],
	together: resultsByItem(resultsOfRespondent),
	onlyReads: true,
};
