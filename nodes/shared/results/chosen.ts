import type { NetigateClient } from '../netigate/client';
import { allDone } from '../basics/concurrency';
import { isDate, toDate } from '../netigate/dates';
import type { AnswerSet } from '../netigate/types';
import {
	DEFAULT_PAGE_SIZE,
	PAGES_AHEAD,
	readAnswerSets,
	readHeads,
	readIds,
	readPage,
	withTakenSize,
	type PageRequest,
} from './pages';

/** So many sets are read one by one; beyond that, pages take fewer calls. */
const FEW = 10;

interface Choice {
	surveyId: number;
	/** The sets to read, as the list without answers (row 5) tells them. */
	chosen: readonly AnswerSet[];
	/** Whether only completed sets are among them. */
	completed: boolean;
	pageSize?: number;
	/** Asked after each portion; once true, nothing more is read. */
	stop?: () => boolean;
}

/** A date some seconds later, or earlier; bounds may be inclusive or not. */
const shifted = (date: string, seconds: number) => toDate(Date.parse(date) + seconds * 1000);

/** The filter of rows 5 and 6 with which all chosen sets are listed: by creation, which both compare alike. */
function windowOf({ chosen, completed }: Choice) {
	const created = chosen.map(({ Created }) => Created).sort();
	return {
		from: shifted(created[0], -1),
		to: shifted(created[created.length - 1], 1),
		...(completed ? { completed: true } : {}),
	};
}

/**
 * Reads chosen sets from the pages on which they stand (row 6, by creation). The list of the same filter
 * (row 5) tells which pages these are, so it makes no difference in which order Netigate lists them.
 */
async function* fromPages(client: NetigateClient, choice: Choice): AsyncGenerator<AnswerSet[]> {
	const { surveyId, chosen, stop = () => false } = choice;
	if (!chosen.every(({ Created }) => isDate(Created))) return;
	const askedSize = choice.pageSize ?? DEFAULT_PAGE_SIZE;
	const filter = windowOf(choice);
	const listed = await readIds(client, surveyId, filter);
	const wanted = new Set(chosen.map(({ AnswerSetId }) => AnswerSetId));
	const pagesOf = (size: number) => [
		...new Set(
			listed.flatMap((id, place) => (wanted.has(id) ? [Math.floor(place / size) + 1] : [])),
		),
	];
	const pageOf = async (page: number, pagesize: number) =>
		await readPage(client, surveyId, { ...filter, page, pagesize });
	const take = (sets: readonly AnswerSet[]) =>
		sets.filter(({ AnswerSetId }) => wanted.delete(AnswerSetId));

	let pages = pagesOf(askedSize);
	if (pages.length === 0 || pages.length >= wanted.size) return;
	const { answer: first, pageSize } = await withTakenSize(
		askedSize,
		async (size) => await pageOf(pagesOf(size)[0], size),
	);
	pages = pagesOf(pageSize);
	yield take(first.AnswerSets!);
	// Netigate may hold less to be a page than was asked for.
	const size = first.AnswerSets!.length;
	const full = Math.min(pageSize, listed.length - (pages[0] - 1) * pageSize);
	const cut = size > 0 && size < full;
	pages = cut ? pagesOf(size) : pages.slice(1);
	for (let at = 0; at < pages.length && !stop(); at += PAGES_AHEAD) {
		const next = pages.slice(at, at + PAGES_AHEAD);
		const some = await allDone(next.map(async (page) => await pageOf(page, cut ? size : pageSize)));
		for (const { AnswerSets } of some) yield take(AnswerSets!);
	}
}

/**
 * Reads chosen sets with their answers, a portion at a time: few of them each by itself (row 7), many from
 * pages, and what is not found there again by itself. Those that are gone are left out.
 */
export async function* readChosen(
	client: NetigateClient,
	choice: Choice,
): AsyncGenerator<AnswerSet[]> {
	const { surveyId, chosen, stop = () => false } = choice;
	const found = new Set<number>();
	if (chosen.length > FEW) {
		for await (const sets of fromPages(client, choice)) {
			for (const { AnswerSetId } of sets) found.add(AnswerSetId);
			if (sets.length > 0) yield sets;
		}
	}
	const missing = chosen.map(({ AnswerSetId }) => AnswerSetId).filter((id) => !found.has(id));
	for (let at = 0; at < missing.length; at += PAGES_AHEAD) {
		// Something is always read, so that every poll gets further.
		if (stop() && (at > 0 || found.size > 0)) return;
		const sets = await readAnswerSets(client, surveyId, missing.slice(at, at + PAGES_AHEAD));
		if (sets.length > 0) yield sets;
	}
}

/**
 * Some of the answer sets that fit a filter, with their answers: for a filter that Netigate does not know, and
 * for `updated`, of which it is not known whether call 6 compares it with the change or with the creation
 * (contract, row 6). Call 5 tells which sets there are, and only those chosen of them are read.
 *
 * @param choose those of the sets that are wanted, in their order
 */
export async function* chosenSets(
	client: NetigateClient,
	{ surveyId, filter, limit = Infinity, pageSize }: PageRequest,
	choose: (heads: readonly AnswerSet[]) => Promise<AnswerSet[]>,
): AsyncGenerator<AnswerSet[]> {
	const heads = await choose(await readHeads(client, surveyId, filter));
	const completed = filter.completed === true;
	yield* readChosen(client, {
		surveyId,
		chosen: heads.slice(0, limit),
		completed,
		pageSize,
	});
}
