import type { Action } from '../../action';
import { limitOf, returnAllAndLimit } from '../../../shared/n8n/fields';
import { surveyId } from '../../../shared/n8n/locators';
import { readHeads } from '../../../shared/results/answerSets';
import {
	filterOf,
	filters,
	includeAnswers,
	pagedResultOptions,
	resultOptionsOf,
	simplify,
} from '../../../shared/results/fields';
import { answerSetPages, readChosen } from '../../../shared/results/pages';
import {
	resultsByItem,
	type FullResult,
	type Result,
	type ResultItem,
} from '../../../shared/results/reader';

/** The answer sets that match the filters, one page at a time, with or without their answers. */
async function* setsOf(
	{ parameters, client, hint, reader }: ResultItem,
	surveyId: number,
	sendoutIds: readonly number[],
	limit: number,
) {
	const filter = filterOf(parameters);
	const pageSize = parameters.collection('options').whole('pageSize');
	const withAnswers = parameters.flag('includeAnswers');
	// Call 6 can't filter by sendout, and may compare `updated` with the creation date (contract, call 6).
	if (withAnswers && filter.updated === undefined && sendoutIds.length === 0) {
		yield* answerSetPages(client, {
			surveyId,
			filter,
			limit,
			pageSize,
			unchecked: (failure) =>
				hint(
					`Couldn't check whether answers moved between pages while they were read (${failure.message}). If people were answering at that time, a result may be missing. Run it again.`,
				),
		});
		return;
	}
	const heads = await readHeads(client, surveyId, filter);
	const chosen = (await reader.inSendouts(surveyId, heads, sendoutIds)).slice(0, limit);
	if (!withAnswers) yield chosen;
	else {
		const completed = filter.completed === true;
		yield* readChosen(client, { surveyId, chosen, completed, pageSize });
	}
}

async function manyResults(item: ResultItem): Promise<Result[]> {
	const { parameters, reader } = item;
	const survey = parameters.id('surveyId');
	const limit = limitOf(parameters);
	const options = resultOptionsOf(parameters, parameters.flag('includeAnswers'));
	const { sendoutIds } = options;
	await reader.checkSendouts([survey], sendoutIds);
	const results: FullResult[] = [];
	for await (const sets of setsOf(item, survey, sendoutIds, limit)) {
		for (const result of await reader.read(survey, sets, options)) results.push(result);
	}
	return await reader.shaped(survey, results, options);
}

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many results',
	description: "Reads people's answers in a survey, one item per person",
	fields: [surveyId, includeAnswers, ...returnAllAndLimit, filters, simplify, pagedResultOptions],
	calls: [2, 4, 5, 6, 7, 10, 15, 20, 30],
	together: resultsByItem(manyResults),
	onlyReads: true,
};
