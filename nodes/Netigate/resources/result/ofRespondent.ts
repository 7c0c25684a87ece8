import { recordsIn, type NetigateClient } from '../../../shared/api/client';
import { readAnswerSets } from '../../../shared/results/pages';
import type { AnswerSet } from '../../../shared/api/types';

/** The answer sets of a respondent (row 8); the documented sample has no answers in them. */
export async function setsOfRespondent(
	client: NetigateClient,
	surveyId: number,
	respondentId: number,
): Promise<AnswerSet[]> {
	return recordsIn<AnswerSet>(
		await client.get(`/surveys/${surveyId}/answers/respondent/${respondentId}`),
	);
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
