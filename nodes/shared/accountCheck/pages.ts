import { isRecord } from '../netigate/members';
import { recordsIn } from '../netigate/client';
import { either, unseen, type Shown } from './shown';
import { FAR_AHEAD, type Account } from './walk';

const SIZES = [100, 200, 500, 1000];
const DEEP_SIZES = [...SIZES, 2000, 5000, 10_000];

interface PageSizes {
	/** The largest size that was honoured. */
	largest: number;
	over?: 'reject' | 'clamp';
	/** The smallest size that was not. */
	refused?: number;
	/** Whether a page cut short could have been seen up to this size. */
	seenTo: number;
}

const found = new WeakMap<Account, Promise<PageSizes | undefined>>();

/** Whether Netigate takes a page of this size; tried on a time without answers, so that nothing is read. */
async function isTaken(
	{ reader }: Account,
	surveyId: number,
	pagesize: number,
): Promise<boolean | undefined> {
	const { failure, status } = await reader.probe(
		'6',
		{ surveyId },
		{ from: FAR_AHEAD, page: 1, pagesize },
	);
	if (!failure) return true;
	return failure.outcome === 'refused' || (status !== undefined && status >= 400)
		? false
		: undefined;
}

/**
 * How many answer sets a page really has when more were asked for. Looks at the page after the last one, which
 * is empty unless pages are shorter than asked for.
 */
async function cutTo(
	{ reader, heads }: Account,
	surveyId: number,
	pagesize: number,
): Promise<number | undefined> {
	const page = Math.ceil(heads.length / pagesize) + 1;
	const { value } = await reader.probe('6', { surveyId }, { page, pagesize });
	const sets = isRecord(value) ? recordsIn(value.AnswerSets) : [];
	if (sets.length === 0) return undefined;
	// Either this page is full, or it is the last one and those before it hold the rest.
	const { value: next } = await reader.probe('6', { surveyId }, { page: page + 1, pagesize });
	const more = isRecord(next) && recordsIn(next.AnswerSets).length > 0;
	return more ? sets.length : Math.round((heads.length - sets.length) / (page - 1));
}

/** The largest size that is taken, found between one that is taken and one that is refused. */
async function between(
	account: Account,
	surveyId: number,
	taken: number,
	refused: number,
): Promise<number> {
	let [low, high] = [taken, refused];
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (await isTaken(account, surveyId, middle)) low = middle;
		else high = middle;
	}
	return low;
}

async function look(account: Account): Promise<PageSizes | undefined> {
	const { surveyId, heads, deep } = account;
	if (surveyId === undefined) return undefined;
	let largest = 0;
	for (const size of deep ? DEEP_SIZES : SIZES) {
		const taken = await isTaken(account, surveyId, size);
		if (taken === undefined) return undefined;
		if (!taken) {
			const exact = deep ? await between(account, surveyId, largest, size) : largest;
			return { largest: exact, over: 'reject', refused: deep ? exact + 1 : size, seenTo: size };
		}
		const cut = heads.length > 0 ? await cutTo(account, surveyId, size) : undefined;
		if (cut !== undefined) return { largest: cut, over: 'clamp', refused: size, seenTo: size };
		largest = size;
	}
	return { largest, seenTo: Math.min(largest, heads.length) };
}

async function sizesOf(account: Account): Promise<PageSizes | undefined> {
	let sizes = found.get(account);
	if (!sizes) found.set(account, (sizes = look(account)));
	return await sizes;
}

const NO_SURVEY = 'There is no survey whose answers could be read';

/** The largest page of call 6. */
export async function largestPage(account: Account): Promise<Shown> {
	const expected = '100 or more';
	const sizes = await sizesOf(account);
	if (!sizes) return unseen(expected, NO_SURVEY);
	const { largest, over, refused, seenTo } = sizes;
	const enough = largest >= 100;
	return {
		answer: largest,
		seen: over
			? `${largest} are taken; ${refused} are ${over === 'reject' ? 'refused' : 'cut'}`
			: `${largest} are taken${seenTo < largest ? `; a page cut short could be seen up to ${seenTo}` : ''}`,
		expected,
		asExpected: enough,
		meaning: 'nothing',
	};
}

/** What asking for more than the largest page does. */
export async function pageSizeOver(account: Account): Promise<Shown> {
	const expected = 'Refused, or cut';
	const sizes = await sizesOf(account);
	if (!sizes) return unseen(expected, NO_SURVEY);
	if (!sizes.over) return unseen(expected, `Up to ${sizes.largest} nothing was refused or cut`);
	return either(sizes.over, sizes.over === 'reject' ? 'Refused' : 'Cut', expected);
}

/** Whether a page says how many there are, also where nothing is found. */
export function totalPages({ page, emptyPage }: Account): Shown {
	const expected = 'A whole number';
	if (!page) return unseen(expected, NO_SURVEY);
	const kind = (value: unknown) =>
		value === undefined
			? 'omitted'
			: value === null
				? 'null'
				: Number.isInteger(value)
					? 'given'
					: 'other';
	const { TotalPages: total } = page as { TotalPages?: unknown };
	const empty = isRecord(emptyPage?.value) ? emptyPage.value.TotalPages : undefined;
	const told = typeof empty === 'number' ? String(empty) : kind(empty);
	return {
		answer: kind(total),
		seen: `${kind(total)}; ${told} where nothing is found`,
		expected,
		asExpected: kind(total) === 'given',
		meaning: 'nothing',
	};
}
