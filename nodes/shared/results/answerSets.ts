import { forEachLimited } from '../basics/concurrency';
import { listed, recordsIn, type NetigateClient, type Query } from '../netigate/client';
import { orEmpty, readList, undefinedIfMissing } from '../netigate/lists';
import { NetigateError } from '../netigate/errors';
import { isId } from '../netigate/members';
import type { AnswerSet } from '../netigate/types';

/** The number of pages or single answer sets to read in parallel. */
export const READ_AHEAD = 4;

export const idOf = ({ AnswerSetId }: AnswerSet) => AnswerSetId;

/** All answer sets that match the filter, without their answers (call 5). */
export async function readHeads(client: NetigateClient, surveyId: number, filter: Query) {
	const survey = `/surveys/${surveyId}`;
	const ask = async () => await client.get(`${survey}/answers`, filter);
	return listed<AnswerSet>(await orEmpty(ask, client, survey), 'AnswerSetId');
}

/** The ids of all answer sets that match the filter (call 5). The whole list is never in memory. */
export async function readIds(client: NetigateClient, surveyId: number, filter: Query) {
	const path = `/surveys/${surveyId}/answers`;
	return await readList(client, path, filter, 'AnswerSetId', (set) => set.AnswerSetId as number);
}

/** One answer set with its answers (call 7). */
export async function readAnswerSet(client: NetigateClient, surveyId: number, id: number) {
	const response = await client.get(`/surveys/${surveyId}/answers/${id}`);
	const [set] = recordsIn<AnswerSet>(response);
	if (isId(set?.AnswerSetId)) return set;
	throw new NetigateError(`Netigate's response doesn't contain answer set ${id}`, {
		outcome: 'unknown',
		advice: 'Check the IDs in this item, and whether the answer set exists in Netigate.',
	});
}

/** Reads the answer sets with these ids (call 7), in the same order. Skips deleted sets. */
export async function readAnswerSets(
	client: NetigateClient,
	surveyId: number,
	ids: readonly number[],
) {
	const found = new Array<AnswerSet | undefined>(ids.length);
	await forEachLimited(ids, Math.min(READ_AHEAD, client.maxInFlight), async (id, at) => {
		found[at] = await readAnswerSet(client, surveyId, id).catch(undefinedIfMissing);
	});
	return found.filter((set) => set !== undefined);
}

/**
 * A respondent's answer sets (call 8), which may lack their answers. If the id came from Netigate (`fromNetigate`), a
 * 404 response means that there are no sets.
 */
export async function readSetsOfRespondent(
	client: NetigateClient,
	surveyId: number,
	respondentId: number,
	fromNetigate = false,
) {
	const path = `/surveys/${surveyId}/answers/respondent/${respondentId}`;
	const reading = client.get(path);
	const response = await (fromNetigate ? reading.catch(undefinedIfMissing) : reading);
	return listed<AnswerSet>(response, 'AnswerSetId');
}

/** Adds missing answers: sets that came without answers are read again, one by one (call 7). */
export async function withAnswers(
	client: NetigateClient,
	surveyId: number,
	sets: readonly AnswerSet[],
) {
	const empty = sets.filter(({ Answers }) => recordsIn(Answers).length === 0);
	const full = await readAnswerSets(client, surveyId, empty.map(idOf));
	const byId = new Map(full.map((set) => [set.AnswerSetId, set]));
	return sets.map((set) => byId.get(set.AnswerSetId) ?? set);
}
