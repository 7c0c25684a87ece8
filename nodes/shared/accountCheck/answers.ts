import { groupBy } from '../basics/lists';
import type { Query } from '../netigate/client';
import { isDate, toDate } from '../netigate/dates';
import { asList, isRecord, recordsIn } from '../netigate/members';
import type {
	Answer,
	AnswerSet,
	Question,
	QuestionItem,
	QuestionItemAlternative,
} from '../netigate/types';
import { readableText } from '../basics/plainText';
import { FAR_AHEAD, type Account, type Shown } from './account';
import { fullSets } from './texts';

const NO_SURVEY = 'There is no survey to read answers from';
const NO_DATES = 'There are no answers with dates to compare';
const NONE_LATER = 'No answer was changed after it was started';
const DATE_REFUSED = "Netigate didn't accept the date";

const SIZES = [100, 200, 500, 1000];
const DEEP_SIZES = [...SIZES, 2000, 5000, 10_000];

interface PageSizes {
	largest: number;
	/** The smallest size over the limit, and how Netigate treats it. */
	over?: { size: number; is: 'reject' | 'clamp' };
}

/** The number of answer sets on a page of call 6. */
async function countOn(account: Account, page: number, pagesize: number): Promise<number> {
	const { value } = await account.probeAnswers(6, { page, pagesize });
	return isRecord(value) ? recordsIn(value.AnswerSets).length : 0;
}

/**
 * The actual page length if Netigate shortens pages; otherwise, undefined. If it shortens pages, the page after the
 * expected last one isn't empty.
 */
async function cutTo(account: Account, size: number): Promise<number | undefined> {
	const total = account.heads.length;
	if (total === 0) return undefined;
	const page = Math.ceil(total / size) + 1;
	const count = await countOn(account, page, size);
	if (count === 0) return undefined;
	// This page is either full or the last one. If it is the last one, the pages before it contain the rest.
	const isFull = (await countOn(account, page + 1, size)) > 0;
	return isFull ? count : Math.round((total - count) / (page - 1));
}

/** Whether call 6 accepts this page size, tested on a period without answers. */
async function takes(account: Account, pagesize: number): Promise<boolean | undefined> {
	const query = { from: FAR_AHEAD, page: 1, pagesize };
	const { failure, status = 0 } = await account.probeAnswers(6, query);
	if (!failure) return true;
	return failure.outcome === 'refused' || status >= 400 ? false : undefined;
}

async function measurePages(account: Account): Promise<PageSizes | undefined> {
	if (account.surveyId === undefined) return undefined;
	const { deep } = account;
	let largest = 0;
	for (const size of deep ? DEEP_SIZES : SIZES) {
		const taken = await takes(account, size);
		if (taken === undefined) return undefined;
		if (!taken) {
			let refused = size;
			while (deep && refused - largest > 1) {
				const middle = Math.floor((largest + refused) / 2);
				if (await takes(account, middle)) largest = middle;
				else refused = middle;
			}
			return { largest, over: { size: refused, is: 'reject' } };
		}
		const cut = await cutTo(account, size);
		if (cut !== undefined) return { largest: cut, over: { size, is: 'clamp' } };
		largest = size;
	}
	return { largest };
}

const pageSizes = async (account: Account) =>
	await account.once('page sizes', async () => await measurePages(account));

export async function largestPage(account: Account): Promise<Shown> {
	const sizes = await pageSizes(account);
	if (!sizes) return NO_SURVEY;
	const { largest, over } = sizes;
	const answers = account.heads.length;
	const limit = over
		? `; ${over.size} are ${over.is === 'reject' ? 'refused' : 'cut'}`
		: answers < largest
			? `; a cut at ${answers} or more can't be detected`
			: '';
	return { answer: largest, seen: `${largest} are accepted${limit}`, asExpected: largest >= 100 };
}

export async function pageSizeOver(account: Account): Promise<Shown> {
	const sizes = await pageSizes(account);
	if (!sizes) return NO_SURVEY;
	if (!sizes.over) return `No page size up to ${sizes.largest} was refused or cut`;
	const { is } = sizes.over;
	return { answer: is, seen: is === 'reject' ? 'Refused' : 'Cut' };
}

function countForm(value: unknown): string {
	if (value === undefined) return 'omitted';
	if (value === null) return 'null';
	return Number.isInteger(value) ? 'given' : 'other';
}

export function totalPages(account: Account): Shown {
	const [page] = account.responses(6);
	if (!isRecord(page)) return NO_SURVEY;
	const form = countForm(page.TotalPages);
	const { emptyPage } = account;
	const empty = isRecord(emptyPage) ? emptyPage.TotalPages : undefined;
	const shown = typeof empty === 'number' ? empty : countForm(empty);
	const seen = `${form}; ${shown} on an empty page`;
	return { answer: form, seen, asExpected: form === 'given' };
}

const dated = ({ heads }: Account): AnswerSet[] =>
	heads.filter(({ Created, Updated }) => isDate(Created) && isDate(Updated));

const latest = (sets: readonly AnswerSet[], member: 'Created' | 'Updated') =>
	sets.reduce((best, set) => (set[member] > best[member] ? set : best));

/** Whether call 5 with this filter lists an answer set; undefined if that isn't clear. */
async function lists(account: Account, listed: AnswerSet, query: Query) {
	const { value, failure } = await account.probeAnswers(5, query);
	if (failure) return undefined;
	const sets = recordsIn<AnswerSet>(value);
	const found = sets.find(({ AnswerSetId }) => AnswerSetId === listed.AnswerSetId);
	// The person may have continued answering in the meantime.
	return found && found.Updated !== listed.Updated ? undefined : found !== undefined;
}

export async function dateBounds(account: Account): Promise<Shown> {
	const sets = dated(account);
	if (sets.length === 0) return NO_DATES;
	const last = latest(sets, 'Created');
	const first = sets.reduce((best, set) => (set.Created > best.Created ? best : set));
	const changed = latest(sets, 'Updated');
	const bounds = {
		from: await lists(account, last, { from: last.Created }),
		to: await lists(account, first, { to: first.Created }),
		updated: await lists(account, changed, { updated: changed.Updated }),
	};
	const words = Object.entries(bounds).map(([name, includes]) => {
		const word = includes === undefined ? 'unknown' : includes ? 'inclusive' : 'exclusive';
		return [name, word];
	});
	const known = new Set(words.map(([, word]) => word));
	known.delete('unknown');
	if (known.size === 0) return "Netigate didn't accept the dates";
	const [answer] = known.size === 1 ? known : ['mixed'];
	return { answer, seen: words.map((word) => word.join(' ')).join(', ') };
}

/** Of the sets that changed after they were started, the last one to change, and a date just before that change. */
function changedLater(account: Account): { set: AnswerSet; updated: string } | undefined {
	const later = dated(account).filter(
		({ Created, Updated }) => Date.parse(Updated) - Date.parse(Created) >= 2000,
	);
	if (later.length === 0) return undefined;
	const set = latest(later, 'Updated');
	return { set, updated: toDate(Date.parse(set.Updated) - 1000) };
}

const BY_CHANGE = { answer: 'changed', seen: 'Answers changed since that date are found' };
const BY_CREATION = {
	answer: 'created',
	seen: "Answers that were started before that date but changed since then aren't found",
};

export async function updatedWithoutData(account: Account): Promise<Shown> {
	const changed = changedLater(account);
	if (!changed) return NONE_LATER;
	const found = await lists(account, changed.set, { updated: changed.updated });
	if (found === undefined) return DATE_REFUSED;
	if (found) return BY_CHANGE;
	return {
		...BY_CREATION,
		asExpected: false,
		meaning: 'stop',
		whatToDo:
			"The trigger and 'Changed Since' miss people who take more than an hour to finish. Use Get Many on a schedule instead, and please report this finding.",
	};
}

export async function updatedWithData(account: Account): Promise<Shown> {
	const changed = changedLater(account);
	if (!changed) return NONE_LATER;
	const query = { updated: changed.updated, page: 1, pagesize: 100 };
	const { value } = await account.probeAnswers(6, query);
	if (!isRecord(value)) return DATE_REFUSED;
	const sets = recordsIn<AnswerSet>(value.AnswerSets);
	if (sets.some(({ AnswerSetId }) => AnswerSetId === changed.set.AnswerSetId)) return BY_CHANGE;
	return sets.length >= 100 ? 'Too many answers changed at once' : BY_CREATION;
}

export function answerOrder(account: Account): Shown {
	const sets = dated(account);
	if (sets.length < 2) return "There aren't two answers to compare";
	const fits = (['Created', 'Updated'] as const).flatMap((member) => {
		const dates = sets.map((set) => set[member]);
		const rises = dates.slice(1).every((date, index) => dates[index] <= date);
		const falls = dates.slice(1).every((date, index) => dates[index] >= date);
		const name = member.toLowerCase();
		return [...(rises ? [`${name}Asc`] : []), ...(falls ? [`${name}Desc`] : [])];
	});
	return { answer: fits.join(' or ') || 'none', seen: `Seen in ${sets.length} answers` };
}

const NO_SUCH_ANSWERS = 'No answers to this type of question were read';

/** The records in each answer set for each question item of this type. */
function answersTo(account: Account, type: string) {
	const sets = fullSets(account);
	const questions = account.records<Question>(4);
	const items = questions.flatMap(({ QuestionItems }) => asList<QuestionItem>(QuestionItems));
	const bySet = sets.map(({ Answers }) =>
		groupBy(asList<Answer>(Answers).filter(isRecord), ({ QuestionItem }) => QuestionItem),
	);
	return items
		.filter(({ Type }) => Type === type)
		.flatMap((item) =>
			bySet.map((byItem) => ({ item, answers: byItem.get(item.QuestionItemId) ?? [] })),
		)
		.filter(({ answers }) => answers.length > 0);
}

/** Compares two strings, either of which may contain markup. */
const sameText = (a: unknown, b: unknown) => readableText(a) === readableText(b);

export function checkboxTitle(account: Account): Shown {
	const all = answersTo(account, 'CHECKBOX').filter(
		({ item: { Text } }) => typeof Text === 'string' && Text !== '',
	);
	if (all.length === 0) return NO_SUCH_ANSWERS;
	const titled = all.filter(({ item, answers }) =>
		sameText(answers[0].QuestionText, item.Text),
	).length;
	return { answer: titled > 0 ? 'with' : 'without', seen: `In ${titled} of ${all.length}` };
}

export function matrixAnswers(account: Account): Shown {
	const all = answersTo(account, 'MATRIX');
	if (all.length === 0) return NO_SUCH_ANSWERS;
	const textsIn = (list: QuestionItem['Rows']) =>
		new Set(asList<QuestionItemAlternative>(list).map(({ Text }) => readableText(Text)));
	const textsOf = new Map(
		all.map(({ item }) => [item, { rows: textsIn(item.Rows), columns: textsIn(item.Columns) }]),
	);
	const records = all.flatMap(({ item, answers }) =>
		answers.map(({ QuestionText, AnswerText }) => ({
			row: textsOf.get(item)!.rows.has(readableText(QuestionText)),
			column: textsOf.get(item)!.columns.has(readableText(AnswerText)),
		})),
	);
	const rows = records.filter(({ row }) => row).length;
	const columns = records.filter(({ column }) => column).length;
	const asExpected = rows === records.length && columns === records.length;
	return {
		answer: asExpected ? 'row and column' : 'other',
		seen: `Of ${records.length} records, ${rows} with the row in QuestionText and ${columns} with the column in AnswerText`,
		asExpected,
		meaning: 'take care',
		whatToDo:
			'Before you rely on results from matrix questions, compare one of them with what Netigate shows.',
	};
}
