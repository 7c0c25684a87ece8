import { changedSets } from '../../../shared/results/chosen';
import { answerSetPages, readHeads } from '../../../shared/results/pages';
import type { Result } from '../../../shared/results/reader';
import type { Action } from '../../actions/action';
import { returnAllAndLimit } from '../../../shared/n8n/limits';
import { surveyId } from '../../../shared/n8n/locators';
import { limitOf } from '../../actions/request';
import {
	filterOf,
	filters,
	includeAnswers,
	pagedResultOptions,
	pageSizeOf,
	resultOptionsOf,
	simplify,
} from '../../../shared/results/fields';
import { oneByOne, type ItemRun } from './oneByOne';

async function manyResults({ parameters, client, reader, hint }: ItemRun): Promise<Result[]> {
	const survey = parameters.id('surveyId');
	const filter = filterOf(parameters);
	const limit = limitOf(parameters);
	const options = resultOptionsOf(parameters, parameters.flag('includeAnswers', true));
	if (!options.includeAnswers) {
		const heads = (await readHeads(client, survey, filter)).slice(0, limit);
		return await reader.results(survey, heads, options);
	}
	const results: Result[] = [];
	const read = filter.updated === undefined ? answerSetPages : changedSets;
	const pages = read(client, {
		surveyId: survey,
		filter,
		limit,
		pageSize: pageSizeOf(parameters),
		unchecked: (failure) =>
			hint(
				`Whether answers moved between pages while they were read could not be checked (${failure.message}). If people were answering just then, one may be missing: run it again.`,
			),
	});
	for await (const sets of pages) {
		for (const result of await reader.results(survey, sets, options)) results.push(result);
	}
	return results;
}

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many results',
	description: 'Reads what people answered in a survey: one item for each person who answered',
	fields: [surveyId, includeAnswers, ...returnAllAndLimit, filters, simplify, pagedResultOptions],
	calls: [4, 5, 6, 7, 10, 15, 20, 30],
	together: oneByOne(manyResults),
	onlyReads: true,
	asTool: 'whole',
};
