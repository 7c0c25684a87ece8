import type { NetigateClient, Query } from '../shared/api/client';
import { forEachLimited } from '../shared/api/concurrency';
import {
	DEFAULT_PAGE_SIZE,
	PAGES_AHEAD,
	readAnswerSets,
	readHeads,
	readPage,
} from '../shared/results/pages';
import type { AnswerSet } from '../shared/api/types';
import {
	byChange,
	changedAt,
	EMPTY_MEMORY,
	memoryBefore,
	newestOf,
	Recall,
	toDate,
	type Found,
	type SurveyMemory,
	type TriggerEvent,
} from './memory';

/** Netigate's clock and ours may be so far apart before activation costs another call. */
const CLOCKS_APART_MS = 26 * 3_600_000;

/** A set that changed within so many seconds of the newest is read again: it may change twice in a second. */
const SETTLING_SECONDS = 120;

export interface Reading {
	client: NetigateClient;
	surveyId: number;
	event: TriggerEvent;
	pageSize?: number;
	/** No more answer sets than about this many are read with their answers. */
	most: number;
	/** True when it is time to come back with what there is. */
	outOfTime: () => boolean;
}

function filterOf(event: TriggerEvent, since?: string): Query {
	return {
		...(since === undefined ? {} : { updated: since }),
		...(event === 'completed' ? { completed: true } : {}),
	};
}

/**
 * The sets to read with their answers: what is open, oldest change first, and for `updated` what may just be
 * changing, newest first. No more than `most` of each, so that neither keeps the other waiting.
 */
function wantedOf(
	heads: readonly AnswerSet[],
	recall: Recall,
	{ event, most }: Reading,
): AnswerSet[] {
	const newest = newestOf(heads.map(changedAt));
	const settling = newest === '' ? '' : toDate(Date.parse(newest) - SETTLING_SECONDS * 1000);
	const open: AnswerSet[] = [];
	const changing: AnswerSet[] = [];
	for (const head of [...heads].sort(byChange)) {
		if (recall.isOpen(head)) open.push(head);
		else if (event === 'updated' && changedAt(head) >= settling) changing.push(head);
	}
	return [...open.slice(0, most), ...changing.reverse().slice(0, most)];
}

/**
 * Reads what changed in a survey since the memory's `since` (row 6).
 *
 * Most polls take one call: what changed in the last hour fits on a page. Where it does not, the list of
 * all of it comes first (row 5, one answer, in which nothing moves), and the sets that are wanted are read
 * oldest change first: from the page on which that list says they are, or each by itself (row 7) where they
 * are few or not on that page. So it makes no difference in which order Netigate lists them, and what one
 * poll cannot take is left to the next.
 */
export async function collect(memory: SurveyMemory, reading: Reading): Promise<Found> {
	const { client, surveyId, event, outOfTime, pageSize = DEFAULT_PAGE_SIZE } = reading;
	const filter = filterOf(event, memory.since);
	const pageOf = async (page: number) =>
		await readPage(client, surveyId, { ...filter, page, pagesize: pageSize });
	const first = await pageOf(1);
	if (first.TotalPages <= 1) return { heads: first.AnswerSets!, sets: first.AnswerSets! };

	const heads = await readHeads(client, surveyId, filter);
	const found = new Map(first.AnswerSets!.map((set) => [set.AnswerSetId, set]));
	const wanted = wantedOf(heads, new Recall(memory, event), reading).filter(
		({ AnswerSetId }) => !found.has(AnswerSetId),
	);
	const size = first.AnswerSets!.length || pageSize;
	const place = new Map(heads.map(({ AnswerSetId }, index) => [AnswerSetId, index]));
	const pages = new Set(
		wanted.map(({ AnswerSetId }) => Math.floor(place.get(AnswerSetId)! / size) + 1),
	);
	if (pages.size < wanted.length) {
		await forEachLimited(
			[...pages],
			PAGES_AHEAD,
			async (page) => {
				for (const set of (await pageOf(page)).AnswerSets!) found.set(set.AnswerSetId, set);
			},
			outOfTime,
		);
	}
	const missing = wanted.map(({ AnswerSetId }) => AnswerSetId).filter((id) => !found.has(id));
	for (let at = 0; at < missing.length && !outOfTime(); at += PAGES_AHEAD) {
		const some = await readAnswerSets(client, surveyId, missing.slice(at, at + PAGES_AHEAD));
		for (const set of some) found.set(set.AnswerSetId, set);
	}
	return { heads, sets: [...found.values()] };
}

/**
 * The memory with which a survey starts: from now, not from history.
 *
 * "Now" is Netigate's: an hour before its newest change, with all there is since then marked as given. So
 * it makes no difference how far its clock and ours are apart.
 */
export async function startMemory(reading: Reading, now: number): Promise<SurveyMemory> {
	const { client, surveyId, event } = reading;
	const recent = toDate(now - CLOCKS_APART_MS);
	let heads = await readHeads(client, surveyId, filterOf(event, recent));
	if (heads.length === 0) heads = await readHeads(client, surveyId, filterOf(event));
	if (heads.length === 0) return EMPTY_MEMORY;
	const newest = newestOf(heads.map(changedAt));
	const before = memoryBefore(newest);
	// Their answers are needed to notice a change within the very second of the activation.
	const found = event === 'updated' ? await collect(before, { ...reading, most: 0 }) : undefined;
	const since = heads.filter((head) => changedAt(head) >= before.since);
	return new Recall(before, event).skip(
		{ heads: [...since, ...(found?.heads ?? [])], sets: found?.sets ?? [] },
		now,
	);
}
