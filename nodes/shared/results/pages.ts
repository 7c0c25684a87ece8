import { listed, recordsIn, type NetigateClient, type Query } from '../netigate/client';
import { forEachLimited } from '../basics/concurrency';
import { orEmpty, readList, readLong } from '../netigate/lists';
import { NetigateError } from '../netigate/errors';
import { isId, isRecord } from '../netigate/members';
import type { AnswerSet, AnswerSetPage } from '../netigate/types';

/** How many pages are fetched ahead of whoever takes them. */
export const PAGES_AHEAD = 4;

/** Netigate's own page size where none is asked for (row 6). */
export const DEFAULT_PAGE_SIZE = 100;

/** The largest page is a number like this: one as short as that, though more was asked for, may have been cut. */
const ROUND = 10;

/** Beyond so many pages' worth, sets that moved are looked for by paging again, not one by one. */
const MISSING_PAGES_AT_MOST = 2;

const PASSES_AT_MOST = 3;

export interface PageRequest {
	surveyId: number;
	/** `from`, `to`, `updated`, `completed` of rows 5 and 6. */
	filter: Query;
	pageSize?: number;
	/** No more answer sets than this. */
	limit?: number;
	/** Told when it could not be checked whether answer sets moved between pages. */
	unchecked?: (failure: NetigateError) => void;
}

/** One page of answer sets with their answers (row 6). */
export async function readPage(
	client: NetigateClient,
	surveyId: number,
	query: Query,
): Promise<AnswerSetPage> {
	const survey = `/surveys/${surveyId}`;
	const ask = async () => await readLong(client, `${survey}/answersWithData`, query);
	const answer = query.page === 1 ? await orEmpty(ask, client, survey) : await ask();
	const page = isRecord(answer) ? answer : { AnswerSets: answer };
	if ('AnswerSets' in page) {
		const { TotalPages } = page;
		return {
			...(page as unknown as AnswerSetPage),
			// Where Netigate does not say how many pages there are, the last one tells itself.
			TotalPages: Number.isSafeInteger(TotalPages) ? (TotalPages as number) : Infinity,
			AnswerSets: listed<AnswerSet>(page.AnswerSets, 'AnswerSetId'),
		};
	}
	throw new NetigateError('Netigate answered without the page that was asked for', {
		outcome: 'unknown',
		advice: 'Try again. If this keeps happening, lower "Page Size" under Options.',
	});
}

const SIZES_AT_MOST = 6;

/**
 * Asks for a page of a size that Netigate takes: the largest is not documented (row 6). Where one is refused,
 * half of it is tried.
 *
 * @returns what was answered, and the size with which it was asked for
 * @throws NetigateError the first refusal, where smaller pages are refused too
 */
export async function withTakenSize<T>(
	pageSize: number,
	ask: (pageSize: number) => Promise<T>,
): Promise<{ answer: T; pageSize: number }> {
	let refusal: unknown;
	for (let size = pageSize, tries = 0; size >= 1 && tries < SIZES_AT_MOST; tries++) {
		const outcome = await ask(size).then(
			(answer) => ({ answer }),
			(error: unknown) => ({ error }),
		);
		if ('answer' in outcome) return { answer: outcome.answer, pageSize: size };
		const { error } = outcome;
		refusal ??= error;
		if (!(error instanceof NetigateError) || error.status !== 400) throw error;
		size = Math.floor(size / 2);
	}
	throw refusal;
}

/** All answer sets that fit the filter, without their answers, in one answer (row 5). */
export async function readHeads(
	client: NetigateClient,
	surveyId: number,
	filter: Query,
): Promise<AnswerSet[]> {
	const survey = `/surveys/${surveyId}`;
	const ask = async () => await readLong(client, `${survey}/answers`, filter);
	return listed<AnswerSet>(await orEmpty(ask, client, survey), 'AnswerSetId');
}

/** The ids of all answer sets that fit the filter (row 5), of a list that is never held whole. */
export async function readIds(
	client: NetigateClient,
	surveyId: number,
	filter: Query,
): Promise<number[]> {
	const path = `/surveys/${surveyId}/answers`;
	return await readList(client, path, filter, 'AnswerSetId', (set) => set.AnswerSetId as number);
}

/** One answer set with its answers (row 7). */
export async function readAnswerSet(
	client: NetigateClient,
	surveyId: number,
	answerSetId: number,
): Promise<AnswerSet> {
	const [set] = recordsIn<AnswerSet>(
		await client.get(`/surveys/${surveyId}/answers/${answerSetId}`),
	);
	if (isId(set?.AnswerSetId)) return set;
	throw new NetigateError(`Netigate answered without answer set ${answerSetId}`, {
		outcome: 'unknown',
		advice: 'Check the ids of this item, and look in Netigate.',
	});
}

/** Answer sets by id, several at a time, in the order asked for; those that are gone are left out. */
export async function readAnswerSets(
	client: NetigateClient,
	surveyId: number,
	answerSetIds: readonly number[],
): Promise<AnswerSet[]> {
	const found = new Array<AnswerSet | undefined>(answerSetIds.length);
	await forEachLimited(answerSetIds, Math.min(PAGES_AHEAD, client.maxInFlight), async (id, at) => {
		found[at] = await readAnswerSet(client, surveyId, id).catch((error: unknown) => {
			if (error instanceof NetigateError && error.status === 404) return undefined;
			throw error;
		});
	});
	return found.filter((set) => set !== undefined);
}

/** What one pass through the pages has seen. */
interface Pass {
	/** Answer sets that were passed on, over all passes. */
	seen: Set<number>;
	pages: number;
	/** The most answer sets that came on a page. */
	size: number;
}

/** The pages after the first where their number is not known: until one is empty, or repeats what came. */
async function* pagesUntilLast(
	fetchPage: (page: number) => Promise<AnswerSetPage>,
	first: AnswerSetPage,
): AsyncGenerator<AnswerSetPage> {
	const seen = new Set(first.AnswerSets!.map(({ AnswerSetId }) => AnswerSetId));
	if (seen.size === 0) return;
	for (let number = 2; ; number++) {
		const page = await fetchPage(number).catch((error: unknown) => {
			// There is no such page. Another refusal, as one of a proxy, says nothing about pages.
			if (error instanceof NetigateError && [400, 404].includes(error.status!)) return undefined;
			throw error;
		});
		const fresh = page?.AnswerSets?.filter(({ AnswerSetId }) => !seen.has(AnswerSetId)) ?? [];
		if (!page || fresh.length === 0) return;
		for (const { AnswerSetId } of fresh) seen.add(AnswerSetId);
		yield page;
	}
}

/** The pages in their order, at most `PAGES_AHEAD` under way at a time; an empty list where one has ended. */
async function* pagesInOrder(
	client: NetigateClient,
	{ surveyId, filter }: PageRequest,
	askedSize: number,
	wanted: (answerSetsAPage: number) => number,
): AsyncGenerator<AnswerSetPage> {
	const { answer: first, pageSize } = await withTakenSize(
		askedSize,
		async (pagesize) => await readPage(client, surveyId, { ...filter, page: 1, pagesize }),
	);
	const fetchPage = async (page: number) =>
		await readPage(client, surveyId, { ...filter, page, pagesize: pageSize });
	yield first;
	// What Netigate holds to be a page, should it be less than was asked for.
	const size = first.AnswerSets!.length || pageSize;
	let total = first.TotalPages;
	if (total === Infinity) return yield* pagesUntilLast(fetchPage, first);
	let next = 2;
	const ahead: Array<{ page: number; answer: Promise<AnswerSetPage> }> = [];
	for (;;) {
		const more = Math.min(PAGES_AHEAD, Math.ceil(wanted(size) / size));
		while (next <= total && ahead.length < more) {
			const answer = fetchPage(next);
			// Whoever stops early does not look at these any more.
			answer.catch(() => {});
			ahead.push({ page: next, answer });
			next++;
		}
		const turn = ahead.shift();
		if (!turn) return;
		const page = await turn.answer
			.catch(async (error: unknown) => {
				// Answer sets were deleted meanwhile, and this page is no more.
				const refused = error instanceof NetigateError && error.outcome === 'refused';
				if (!refused || (await fetchPage(1)).TotalPages >= turn.page) throw error;
				return { Page: turn.page, TotalPages: turn.page - 1, AnswerSets: [] };
			})
			.catch(async (error: unknown) => {
				await Promise.allSettled(ahead.map(({ answer }) => answer));
				throw error;
			});
		total = Math.max(total, page.TotalPages);
		yield page;
	}
}

/** One pass through the pages: what has not been seen before, a list a page. */
async function* onePass(
	client: NetigateClient,
	request: PageRequest,
	pageSize: number,
	limit: number,
	pass: Pass,
): AsyncGenerator<AnswerSet[]> {
	const left = () => limit - pass.seen.size;
	for await (const { AnswerSets } of pagesInOrder(client, request, pageSize, left)) {
		pass.pages++;
		pass.size = Math.max(pass.size, AnswerSets!.length);
		const fresh = AnswerSets!
			.filter(({ AnswerSetId }) => !pass.seen.has(AnswerSetId))
			.slice(0, left());
		for (const { AnswerSetId } of fresh) pass.seen.add(AnswerSetId);
		if (fresh.length > 0) yield fresh;
		if (left() <= 0) return;
	}
}

/**
 * Answer sets with their answers, page by page in Netigate's order (row 6), each once.
 *
 * While pages are read, people go on answering: sets move to other pages, and one can slip from a page not
 * yet read to one that was. So after more than one page the list of all sets (row 5, one call) tells which
 * are missing, and those are read too: whoever had answered before is in the result. With `limit` there is
 * no such check, since nobody asked for all.
 *
 * The same check shows that Netigate cuts pages but counts them by the size asked for, which nobody has ruled
 * out: then the pages are read once more in the size that it keeps to.
 *
 * A page that fails is sent again alone, by the client.
 */
export async function* answerSetPages(
	client: NetigateClient,
	request: PageRequest,
): AsyncGenerator<AnswerSet[]> {
	const { surveyId, filter, limit = Infinity, unchecked = () => {} } = request;
	let pageSize = Math.min(request.pageSize ?? DEFAULT_PAGE_SIZE, limit);
	const seen = new Set<number>();
	for (let passes = 1; ; passes++) {
		const pass: Pass = { seen, pages: 0, size: 0 };
		yield* onePass(client, request, pageSize, limit, pass);
		const cut = pass.size > 0 && pass.size < pageSize && pass.size % ROUND === 0;
		if (seen.size >= limit || (pass.pages <= 1 && !cut)) return;
		const listed = await readIds(client, surveyId, filter).catch((error: unknown) => {
			if (!(error instanceof NetigateError) || client.cancelled()) throw error;
			unchecked(error);
			return [];
		});
		const missing = listed.filter((id) => !seen.has(id));
		const few = MISSING_PAGES_AT_MOST * (cut ? 1 : pageSize);
		if (cut) pageSize = pass.size;
		if (missing.length > few && passes < PASSES_AT_MOST) continue;
		const found = (await readAnswerSets(client, surveyId, missing)).slice(0, limit - seen.size);
		if (found.length > 0) yield found;
		return;
	}
}
