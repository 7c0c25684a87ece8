import { listed, recordsIn, type NetigateClient } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import { readAnswerSets } from './pages';
import type { AnswerSet } from '../netigate/types';

/**
 * The answer sets of a respondent (row 8); the documented sample has no answers in them.
 *
 * @param known whether the id comes from Netigate: then 404 says that there are none
 */
export async function setsOfRespondent(
	client: NetigateClient,
	surveyId: number,
	respondentId: number,
	known = false,
): Promise<AnswerSet[]> {
	const answer = await client
		.get(`/surveys/${surveyId}/answers/respondent/${respondentId}`)
		.catch((error: unknown) => {
			if (known && error instanceof NetigateError && error.status === 404) return null;
			throw error;
		});
	return listed<AnswerSet>(answer, 'AnswerSetId');
}

/** The sets with their answers: those that came without are read each by row 7. */
export async function withAnswers(
	client: NetigateClient,
	surveyId: number,
	sets: readonly AnswerSet[],
): Promise<AnswerSet[]> {
	const empty = sets.filter(({ Answers }) => recordsIn(Answers).length === 0);
	const read = await readAnswerSets(
		client,
		surveyId,
		empty.map(({ AnswerSetId }) => AnswerSetId),
	);
	const full = new Map(read.map((set) => [set.AnswerSetId, set]));
	return sets.map((set) => full.get(set.AnswerSetId) ?? set);
}
