import { allDone } from '../basics/concurrency';
import { chunks } from '../basics/lists';
import { listed, type NetigateClient, type Query } from '../netigate/client';
import { orEmpty } from '../netigate/lists';
import { isDate, toDate } from '../netigate/dates';
import { NetigateError, oversized } from '../netigate/errors';
import { isRecord } from '../netigate/members';
import type { AnswerSet } from '../netigate/types';
import { idOf, READ_AHEAD, readAnswerSets, readIds } from './answerSets';

/** Far more pages than a survey is expected to have, in case Netigate never stops returning pages. */
const MAX_PAGES = 20_000;

/** Netigate's default page size (call 6). */
const DEFAULT_PAGE_SIZE = 100;

const MAX_SIZES = 6;

/**
 * If a page is shorter than requested and its length is a multiple of this number, Netigate may have cut it off,
 * because limits are usually round numbers.
 */
const ROUND = 10;

/**
 * If the missing sets would fit on this number of pages, they are read one by one. Otherwise, all pages are read again.
 */
const MAX_MISSING_PAGES = 2;

const MAX_PASSES = 3;

/** If no more than this many sets are chosen, they are read one by one. For more sets, reading pages takes fewer calls. */
const FEW = 10;

/** Added to a range of dates on each side, in case Netigate's bounds are exclusive. */
const MARGIN_MS = 1000;

type Page = Awaited<ReturnType<typeof readPage>>;

/**
 * A page of answer sets with their answers (call 6). `TotalPages` is Infinity if Netigate doesn't return the number of
 * pages.
 */
export async function readPage(client: NetigateClient, surveyId: number, query: Query) {
	const survey = `/surveys/${surveyId}`;
	const ask = async () => await client.get(`${survey}/answersWithData`, query);
	const response = query.page === 1 ? await orEmpty(ask, client, survey) : await ask();
	const page = isRecord(response) ? response : { AnswerSets: response };
	if ('AnswerSets' in page) {
		const { TotalPages } = page;
		const AnswerSets = listed<AnswerSet>(page.AnswerSets, 'AnswerSetId');
		const isCounted = Number.isSafeInteger(TotalPages);
		return { TotalPages: isCounted ? (TotalPages as number) : Infinity, AnswerSets };
	}
	throw new NetigateError("Netigate's response doesn't contain the requested page", {
		outcome: 'unknown',
		advice: "Try again. If this keeps happening, lower 'Options > Page Size'.",
	});
}

/**
 * Requests a page. If Netigate refuses its size, halves the size until Netigate accepts it, because the limit of call 6
 * isn't documented.
 */
export async function withTakenSize<T extends object>(
	pageSize: number,
	ask: (pageSize: number) => Promise<T>,
): Promise<{ response: T; pageSize: number }> {
	let refusal: unknown;
	for (let size = pageSize, tries = 0; size >= 1 && tries < MAX_SIZES; tries++) {
		const response = await ask(size).catch((error: unknown): undefined => {
			refusal ??= error;
			if (!(error instanceof NetigateError) || error.status !== 400) throw error;
		});
		if (response) return { response, pageSize: size };
		size = Math.floor(size / 2);
	}
	throw refusal;
}

export interface PageRequest {
	surveyId: number;
	filter: Query;
	pageSize?: number;
	limit?: number;
	/** Called if it couldn't be checked whether sets moved between pages. */
	unchecked?: (failure: NetigateError) => void;
}

/**
 * Whether a page other than the first was refused because it doesn't exist. This happens if Netigate doesn't return the
 * number of pages, or if sets were deleted in the meantime. Refusals for other reasons, e.g. by a proxy, don't count.
 */
async function isBeyondEnd(
	error: unknown,
	page: number,
	total: number,
	fetchPage: (page: number) => Promise<Page>,
) {
	const { status, outcome } = error as Partial<NetigateError>;
	if (total === Infinity) return [400, 404].includes(status!);
	return outcome === 'refused' && (await fetchPage(1)).TotalPages < page;
}

/**
 * Yields the sets on each page that haven't been seen yet, in order. If the number of pages isn't known, stops at the
 * first page without new sets.
 * @returns the number of pages, and the length of the longest one
 */
async function* onePass(
	client: NetigateClient,
	{ surveyId, filter, limit = Infinity }: PageRequest,
	requestedSize: number,
	seen: Set<number>,
): AsyncGenerator<AnswerSet[], { pages: number; longest: number }> {
	const { response: first, pageSize } = await withTakenSize(
		requestedSize,
		async (pagesize) => await readPage(client, surveyId, { ...filter, page: 1, pagesize }),
	);
	const fetchPage = async (page: number) =>
		await readPage(client, surveyId, { ...filter, page, pagesize: pageSize });
	// Netigate may return smaller pages than requested.
	const size = first.AnswerSets.length || pageSize;
	const inPass = new Set<number>();
	const ahead: Array<Promise<Page>> = [];
	let page = first;
	let total = first.TotalPages;
	for (let pages = 1, longest = 0; ; pages++) {
		if (pages > MAX_PAGES) throw oversized(`has more than ${MAX_PAGES} pages`, 'notDone');
		longest = Math.max(longest, page.AnswerSets.length);
		const fresh = page.AnswerSets.filter(({ AnswerSetId }) => !seen.has(AnswerSetId));
		const wanted = fresh.slice(0, limit - seen.size);
		for (const { AnswerSetId } of wanted) seen.add(AnswerSetId);
		yield wanted;
		const left = limit - seen.size;
		if (left <= 0) return { pages, longest };
		let more = Math.min(READ_AHEAD, Math.ceil(left / size));
		if (total === Infinity) {
			more = 1;
			const before = inPass.size;
			for (const { AnswerSetId } of page.AnswerSets) inPass.add(AnswerSetId);
			if (inPass.size === before) return { pages: pages - 1, longest };
		}
		while (pages + ahead.length < total && ahead.length < more) {
			const response = fetchPage(pages + ahead.length + 1);
			// Prevents an unhandled rejection if this request fails after the caller has stopped early.
			response.catch(() => {});
			ahead.push(response);
		}
		const next = ahead.shift();
		if (!next) return { pages, longest };
		page = await next
			.catch(async (error: unknown) => {
				if (await isBeyondEnd(error, pages + 1, total, fetchPage))
					return { TotalPages: pages, AnswerSets: [] };
				throw error;
			})
			.catch(async (error: unknown) => {
				await Promise.allSettled(ahead);
				throw error;
			});
		total = Math.max(total, page.TotalPages);
	}
}

/**
 * Yields answer sets with their answers, each set once, page by page in Netigate's order (call 6). While people answer,
 * a set can move to a page that was already read. If there are several pages, such missing sets are found in the list
 * of all sets (call 5). If Netigate cuts pages off, sets are missing as well, so all pages are read again with the
 * smaller page size.
 */
export async function* answerSetPages(client: NetigateClient, request: PageRequest) {
	const { surveyId, filter, limit = Infinity, unchecked = () => {} } = request;
	let pageSize = Math.min(request.pageSize ?? DEFAULT_PAGE_SIZE, limit);
	const seen = new Set<number>();
	for (let passes = 1; ; passes++) {
		const { pages, longest } = yield* onePass(client, request, pageSize, seen);
		const cut = longest > 0 && longest < pageSize && longest % ROUND === 0;
		if (seen.size >= limit || (pages <= 1 && !cut)) return;
		const all = await readIds(client, surveyId, filter).catch((error: unknown) => {
			if (!(error instanceof NetigateError) || client.cancelled()) throw error;
			unchecked(error);
			return [];
		});
		const missing = all.filter((id) => !seen.has(id));
		const few = MAX_MISSING_PAGES * (cut ? 1 : pageSize);
		if (cut) pageSize = longest;
		if (missing.length > few && passes < MAX_PASSES) continue;
		yield (await readAnswerSets(client, surveyId, missing)).slice(0, limit - seen.size);
		return;
	}
}

interface Choice {
	surveyId: number;
	/** The sets to read, as returned by call 5. */
	chosen: readonly AnswerSet[];
	/** Whether all chosen sets are completed. */
	completed: boolean;
	pageSize?: number;
	/** Reading stops when this function returns true. */
	stop?: () => boolean;
}

/**
 * Reads the pages that contain the chosen sets (call 6). A list with the same filter shows which pages these are (call
 * 5).
 */
async function* fromPages(client: NetigateClient, choice: Choice) {
	const { surveyId, chosen, completed, pageSize: requestedSize = DEFAULT_PAGE_SIZE } = choice;
	if (!chosen.every(({ Created }) => isDate(Created))) return;
	const created = chosen.map(({ Created }) => Created).sort();
	// Calls 5 and 6 filter by creation date in the same way.
	const filter = {
		from: toDate(Date.parse(created[0]) - MARGIN_MS),
		to: toDate(Date.parse(created.at(-1)!) + MARGIN_MS),
		...(completed ? { completed } : {}),
	};
	const all = await readIds(client, surveyId, filter);
	const wanted = new Set(chosen.map(idOf));
	const pagesOf = (size: number) => [
		...new Set(all.flatMap((id, place) => (wanted.has(id) ? [Math.floor(place / size) + 1] : []))),
	];
	const fetchPage = async (page: number, pagesize: number) =>
		(await readPage(client, surveyId, { ...filter, page, pagesize })).AnswerSets;
	const found = (sets: readonly AnswerSet[]) =>
		sets.filter(({ AnswerSetId }) => wanted.delete(AnswerSetId));

	const saveCalls = ({ length }: readonly number[]) => length > 0 && length < wanted.size;

	if (!saveCalls(pagesOf(requestedSize))) return;
	const { response: first, pageSize } = await withTakenSize(
		requestedSize,
		async (size) => await fetchPage(pagesOf(size)[0], size),
	);
	yield found(first);
	// Netigate may return smaller pages than requested.
	const size = first.length || pageSize;
	const others = pagesOf(size);
	for (const next of saveCalls(others) ? chunks(others, READ_AHEAD) : []) {
		if (choice.stop?.()) return;
		const pages = await allDone(next.map(async (page) => await fetchPage(page, size)));
		for (const sets of pages) yield found(sets);
	}
}

/**
 * Yields the chosen sets with their answers, in batches. A small number of sets are read one by one (call 7). A larger
 * number is read from pages, and then any sets that weren't on these pages are read one by one. Deleted sets are left
 * out.
 */
export async function* readChosen(client: NetigateClient, choice: Choice) {
	const { surveyId, chosen, stop = () => false } = choice;
	const found = new Set<number>();
	if (chosen.length > FEW) {
		for await (const sets of fromPages(client, choice)) {
			for (const set of sets) found.add(idOf(set));
			yield sets;
		}
	}
	const missing = chosen.map(idOf).filter((id) => !found.has(id));
	for (const [round, ids] of chunks(missing, READ_AHEAD).entries()) {
		// At least one batch is read, so that every poll makes progress.
		if (stop() && (round > 0 || found.size > 0)) return;
		yield await readAnswerSets(client, surveyId, ids);
	}
}
