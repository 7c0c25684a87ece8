import type { NetigateClient, Query } from '../shared/netigate/client';
import { toDate } from '../shared/netigate/dates';
import type { AnswerSet } from '../shared/netigate/types';
import { readHeads } from '../shared/results/answerSets';
import { readChosen } from '../shared/results/pages';
import { byChange, changedAt, checkDates, newestOf, reachedBy, type TriggerEvent } from './changes';
import { EMPTY_MEMORY, memoryBefore, Recall, type Found, type SurveyMemory } from './memory';

/** How far Netigate's clock and ours may differ before activation costs another call. */
const CLOCKS_APART_MS = 26 * 3_600_000;

/** Sets changed this shortly before the newest, at activation, may still change twice within one second. */
const SETTLING_SECONDS = 120;

export interface Reading {
	client: NetigateClient;
	surveyId: number;
	event: TriggerEvent;
	pageSize?: number;
	/** Roughly the most answer sets that are read with their answers. */
	most: number;
	/** Whether it is time to stop with what has been read. */
	outOfTime: () => boolean;
}

/** The filter for the answer sets that an event is about, all or those changed since a date. */
export function filterOf(event: TriggerEvent, since?: string): Query {
	return {
		...(since === undefined ? {} : { updated: since }),
		...(event === 'completed' ? { completed: true } : {}),
	};
}

/** All sets that an event is about, without their answers (call 5); see `checkDates`. */
async function readDated({ client, surveyId, event }: Reading, since?: string) {
	const heads = await readHeads(client, surveyId, filterOf(event, since));
	checkDates(heads);
	return heads;
}

async function readSets(
	{ client, surveyId, event, pageSize, outOfTime }: Reading,
	chosen: readonly AnswerSet[],
): Promise<AnswerSet[]> {
	const sets: AnswerSet[] = [];
	const completed = event === 'completed';
	const choice = { surveyId, chosen, completed, pageSize, stop: outOfTime };
	for await (const some of readChosen(client, choice)) sets.push(...some);
	return sets;
}

/**
 * The sets to read with their answers: open ones, oldest change first, and for `updated` those that may still be
 * changing, newest first. At most `most` of each, so that neither keeps the other waiting.
 */
function wantedOf(heads: readonly AnswerSet[], recall: Recall, most: number): AnswerSet[] {
	const inOrder = [...heads].sort(byChange);
	const open = inOrder.filter((head) => recall.isOpen(head));
	const changing = inOrder.filter((head) => !recall.isOpen(head) && recall.isSettling(head));
	return [...open.slice(0, most), ...changing.reverse().slice(0, most)];
}

/**
 * Reads what changed in a survey since the memory's `since`: one call lists the sets (call 5), and only those that
 * may be new are read with their answers. So a poll with nothing new takes one call. What one poll cannot take
 * is left to the next.
 */
export async function collect(memory: SurveyMemory, reading: Reading): Promise<Found> {
	const { event, most } = reading;
	const heads = await readDated(reading, memory.since);
	const wanted = wantedOf(heads, new Recall(memory, event), most);
	return { heads, sets: await readSets(reading, wanted) };
}

/**
 * The memory with which a survey starts: from now on, without its history.
 *
 * "Now" is Netigate's: an hour before its newest change, with everything since then marked as given. So it makes
 * no difference how far its clock and ours are apart.
 */
export async function startMemory(reading: Reading, now: number): Promise<SurveyMemory> {
	const { event, most } = reading;
	const recent = toDate(now - CLOCKS_APART_MS);
	let heads = await readDated(reading, recent);
	if (reachedBy(heads, now) === '') heads = await readDated(reading);
	if (heads.length === 0) return EMPTY_MEMORY;
	const newest = reachedBy(heads, now);
	const before = newest === '' ? EMPTY_MEMORY : memoryBefore(newest);
	const since = heads.filter((head) => changedAt(head) >= before.since);
	const recall = new Recall(before, event);
	if (event === 'completed') return recall.skip({ heads: since, sets: [] }, now);
	// Their answers are needed to notice a change within the second of the activation.
	const last = newest || newestOf(heads.map(changedAt));
	const settling = toDate(Date.parse(last) - SETTLING_SECONDS * 1000);
	const changing = since.filter((head) => changedAt(head) >= settling).sort(byChange);
	return recall.skip({ heads: since, sets: await readSets(reading, changing.slice(-most)) }, now);
}
