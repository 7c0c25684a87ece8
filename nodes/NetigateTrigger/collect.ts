import type { NetigateClient, Query } from '../shared/netigate/client';
import { toDate } from '../shared/netigate/dates';
import type { AnswerSet } from '../shared/netigate/types';
import { readHeads } from '../shared/results/answerSets';
import { readChosen } from '../shared/results/pages';
import {
	byChange,
	changedAt,
	checkDates,
	minuteOf,
	newestOf,
	OVERLAP_MINUTES,
	reachedBy,
	type PrintKey,
	type TriggerEvent,
} from './changes';
import { EMPTY_MEMORY, Recall, SETTLING_MS, type Found, type SurveyMemory } from './memory';

/** If our clock and Netigate's clock differ by more than this, activation needs another call. */
const CLOCKS_APART_MS = 26 * 3_600_000;

export interface Reading {
	client: NetigateClient;
	key: PrintKey;
	surveyId: number;
	event: TriggerEvent;
	pageSize?: number;
	/** The approximate maximum number of answer sets to read with their answers. */
	most: number;
	outOfTime: () => boolean;
}

export const filterOf = (event: TriggerEvent, since?: string): Query => ({
	...(since === undefined ? {} : { updated: since }),
	...(event === 'completed' ? { completed: true } : {}),
});

/** All sets that can trigger an event, without their answers (call 5). Throws the same errors as `checkDates`. */
async function readDated({ client, surveyId, event }: Reading, since?: string) {
	const heads = await readHeads(client, surveyId, filterOf(event, since));
	checkDates(heads);
	return heads;
}

async function readSets(reading: Reading, chosen: readonly AnswerSet[]) {
	const { client, surveyId, event, pageSize, outOfTime } = reading;
	const sets: AnswerSet[] = [];
	const completed = event === 'completed';
	const choice = { surveyId, chosen, completed, pageSize, stop: outOfTime };
	for await (const page of readChosen(client, choice)) for (const set of page) sets.push(set);
	return sets;
}

/**
 * Reads what changed in a survey since `memory.since`. If nothing is new, a poll takes one call (call 5).
 * Only two groups of sets are read with their answers: sets that haven't been output yet, oldest change
 * first, and sets that may have changed again since their output, newest change first. At most `most` sets
 * from each group are read, so that neither group delays the other.
 */
export async function collect(memory: SurveyMemory, reading: Reading): Promise<Found> {
	const { event, most } = reading;
	const heads = await readDated(reading, memory.since);
	const recall = new Recall(memory, event, reading.key);
	const inOrder = [...heads].sort(byChange);
	const open = inOrder.filter((head) => recall.isOpen(head));
	const changing = inOrder.filter((head) => !recall.isOpen(head) && recall.isSettling(head));
	const wanted = [...open.slice(0, most), ...changing.reverse().slice(0, most)];
	return { heads, sets: await readSets(reading, wanted) };
}

/**
 * A survey's first memory, which skips all existing answers. It starts an hour before Netigate's newest
 * change and treats everything since then as already output, so our clock doesn't matter.
 */
export async function startMemory(reading: Reading, now: number): Promise<SurveyMemory> {
	const { event, most } = reading;
	const from = toDate(now - CLOCKS_APART_MS);
	let heads = await readDated(reading, from);
	const start = (minuteOf(reachedBy(heads, now)) - OVERLAP_MINUTES) * 60_000;
	// All answers since the start must be read, because those that aren't marked would be output.
	if (toDate(start) < from) heads = await readDated(reading);
	if (heads.length === 0) return EMPTY_MEMORY;
	const recall = new Recall(EMPTY_MEMORY, event, reading.key);
	if (event === 'completed') return recall.skip({ heads, sets: [] }, now);
	// Sets that changed just before activation may change again within the same second.
	const last = reachedBy(heads, now) || newestOf(heads.map(changedAt));
	const settling = toDate(Date.parse(last) - SETTLING_MS);
	const changing = heads.filter((head) => changedAt(head) >= settling).sort(byChange);
	return recall.skip({ heads, sets: await readSets(reading, changing.slice(-most)) }, now);
}
