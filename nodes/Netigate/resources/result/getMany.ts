import { chosenSets } from '../../../shared/results/chosen';
import { answerSetPages, readHeads } from '../../../shared/results/pages';
import type { AnswerSet } from '../../../shared/netigate/types';
import type { Result } from '../../../shared/results/reader';
import type { Action } from '../../action';
import { limitOf, returnAllAndLimit } from '../../../shared/n8n/limits';
import { surveyId } from '../../../shared/n8n/locators';
import {
	filterOf,
	filters,
	includeAnswers,
	pagedResultOptions,
	pageSizeOf,
	resultOptionsOf,
	simplify,
} from '../../../shared/results/fields';
import { oneByOne, type ItemRun } from '../../../shared/results/oneByOne';

/** Answer sets that fit the filter, a portion at a time, with their answers or without. */
async function* setsOf(
	{ parameters, client, hint, reader }: ItemRun,
	survey: number,
	sendoutIds: readonly number[],
	limit: number,
) {
	const choose = async (heads: readonly AnswerSet[]) =>
		await reader.inSendouts(survey, heads, sendoutIds);
	const filter = filterOf(parameters);
	const pageSize = pageSizeOf(parameters);
	if (!parameters.flag('includeAnswers')) {
		yield (await choose(await readHeads(client, survey, filter))).slice(0, limit);
		return;
	}
	const request = { surveyId: survey, filter, limit, pageSize };
	if (filter.updated !== undefined || sendoutIds.length > 0) {
		yield* chosenSets(client, request, choose);
		return;
	}
	yield* answerSetPages(client, {
		...request,
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
	for await (const sets of setsOf(run, survey, sendoutIds, limit)) {
		for (const result of await reader.read(survey, sets, options)) results.push(result);
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
