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

/** Answer sets that fit the filter, a portion at a time, with their answers or without. */
async function* setsOf({ parameters, client, hint }: ItemRun, survey: number, most: number) {
	const filter = filterOf(parameters);
	const pageSize = pageSizeOf(parameters);
	if (!parameters.flag('includeAnswers')) {
		yield (await readHeads(client, survey, filter)).slice(0, most);
		return;
	}
	const read = filter.updated === undefined ? answerSetPages : changedSets;
	yield* read(client, {
		surveyId: survey,
		filter,
		limit: most,
		pageSize,
		unchecked: (failure) =>
			hint(
				`Whether answers moved between pages while they were read could not be checked (${failure.message}). If people were answering just then, one may be missing: run it again.`,
			),
	});
}

async function manyResults(run: ItemRun): Promise<Result[]> {
	const { parameters, reader } = run;
	const survey = parameters.id('surveyId');
	const limit = limitOf(parameters);
	const options = resultOptionsOf(parameters, parameters.flag('includeAnswers'));
	const { sendoutIds } = options;
	await reader.checkSendouts([survey], sendoutIds);
	const results: Result[] = [];
	// Netigate does not filter by sendout, so nobody knows how many have to be read for so many.
	for await (const sets of setsOf(run, survey, sendoutIds.length > 0 ? Infinity : limit)) {
		const here = await reader.inSendouts(survey, sets, sendoutIds);
		const wanted = here.slice(0, limit - results.length);
		for (const result of await reader.read(survey, wanted, options)) results.push(result);
		if (results.length >= limit) break;
	}
	return await reader.shaped(survey, results, options);
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
