import type { Answer, QuestionItemAlternative } from '../netigate/types';
import { numberIn } from '../input/numbers';
import { type QuestionEntry } from './questions';
import { UniqueKeys } from '../input/text';
import { scaleOf, type Scale } from './scale';

/** An answer as people read it: a text, the options chosen, or a text by row. */
export type AnswerValue = string | number | string[] | Record<string, string | number | string[]>;

/** A question's answer, and its score where it has one; a matrix has one by row. */
export interface Reading {
	value: AnswerValue;
	score?: number | Record<string, number>;
}

/** Types whose records are single choices; how all types look stands in the contract, "How answers look". */
const CHOICE_TYPES: readonly string[] = ['RADIOBUTTON', 'DROPDOWN', 'WEIGHTED_RADIOBUTTON'];

/** What `AnswerNumeric` says where nothing was chosen by position. */
const NO_NUMBER = -1;

const text = (value: unknown): string =>
	typeof value === 'string'
		? value
		: value === null || value === undefined
			? ''
			: `${value as number}`;

const same = (a: unknown, b: string) => text(a).trim() === b.trim();

function alternativeOf(
	answer: Answer,
	alternatives: readonly QuestionItemAlternative[],
): QuestionItemAlternative | undefined {
	const said = text(answer.AnswerText).trim();
	return said !== ''
		? alternatives.find(({ Text }) => same(Text, said))
		: alternatives.find(({ Order }) => Order === answer.AnswerNumeric);
}

/**
 * What was answered, by text. Where a record has none, the alternative at its position. The tree's own
 * string is taken where it is the same, so that a chosen text is kept once and not once an answer.
 */
function saidIn(answer: Answer, alternatives: readonly QuestionItemAlternative[]): string {
	const said = text(answer.AnswerText);
	const alternative = alternativeOf(answer, alternatives);
	if (!alternative) return said;
	return said === '' || said === alternative.Text ? alternative.Text : said;
}

/** What was made of an array of alternatives before: thousands of answers ask for the same. */
const scales = new WeakMap<readonly QuestionItemAlternative[], Scale>();

function knownScale(
	alternatives: readonly QuestionItemAlternative[],
	{ type }: QuestionEntry,
): Scale {
	const known = scales.get(alternatives) ?? scaleOf(alternatives, type);
	scales.set(alternatives, known);
	return known;
}

/**
 * The score of an answer on the scale of its alternatives. The survey's list decides what scores are, so that
 * all answers to a question are scored alike; where it says nothing, a weight in the answer counts.
 */
function scoreOf(
	answer: Answer,
	entry: QuestionEntry,
	alternatives: readonly QuestionItemAlternative[],
): number | undefined {
	const { scoreBy, scores } = knownScale(alternatives, entry);
	const listed = () => {
		const chosen = alternativeOf(answer, alternatives);
		if (chosen) return scores[alternatives.indexOf(chosen)] ?? undefined;
		// The list may have the text in another language. The position of 6 among 0 to 10 is 7.
		const place = alternatives.findIndex(({ Order }) => Order === answer.AnswerNumeric);
		const number = scoreBy === 'number' ? numberIn(text(answer.AnswerText)) : undefined;
		return number ?? scores[place] ?? undefined;
	};
	if (scoreBy === 'number') return listed();
	if (typeof answer.AnswerWeight === 'number') return answer.AnswerWeight;
	// "Don't know" among weighted alternatives has no weight, and its position is no rating.
	if (scoreBy === 'weight') return listed();
	const position = answer.AnswerNumeric;
	return typeof position === 'number' && position > 0 ? position : undefined;
}

const KNOWN_TYPES = [...CHOICE_TYPES, 'TEXT_FIELD', 'CHECKBOX', 'MATRIX'];

/** Whether it is known how answers of this type look. */
export const isKnownType = (type: string) => KNOWN_TYPES.includes(type);

/** What an answer is worth: its score; in an unknown kind of question without one, the number that it is. */
export function ratingOf(
	{ type }: QuestionEntry,
	value: unknown,
	score?: unknown,
): number | undefined {
	if (typeof score === 'number') return score;
	if (isKnownType(type)) return undefined;
	if (typeof value === 'number') return value;
	return typeof value === 'string' ? numberIn(value) : undefined;
}

function oneOrMore(texts: string[]): string | string[] {
	const filled = texts.filter((one) => one !== '');
	return filled.length > 1 ? filled : (filled[0] ?? '');
}

const joined = new WeakMap<QuestionEntry, readonly QuestionItemAlternative[]>();

/** What can be chosen for a question that is no matrix; the same array each time. */
export function alternativesOf(entry: QuestionEntry): readonly QuestionItemAlternative[] {
	const { rows, columns } = entry;
	if (columns.length === 0) return rows;
	const known = joined.get(entry) ?? [...columns, ...rows];
	joined.set(entry, known);
	return known;
}

/** What can be chosen in each row of a matrix. */
export const columnsOf = ({ rows, columns }: QuestionEntry) =>
	columns.length > 0 ? columns : rows;

/** What can be chosen for a question, in each row where it is a matrix. */
export const choicesOf = (entry: QuestionEntry) =>
	entry.type === 'MATRIX' ? columnsOf(entry) : alternativesOf(entry);

/** Whether the question tree says that an item has several text fields. */
export const hasSeveralFields = ({ type, rows }: QuestionEntry) =>
	type === 'TEXT_FIELD' && rows.length > 1;

/** Of several text fields each keeps its own text, also a blank one: a text by field, where they have labels. */
function readText(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const said = answers.map(({ AnswerText }) => text(AnswerText));
	const labels = answers.map(({ QuestionText }) => text(QuestionText));
	if (!hasSeveralFields(entry) && new Set(labels).size <= 1)
		return { value: said.length > 1 ? said : said[0] };
	const keys = new UniqueKeys();
	const names = labels.map((label, index) => keys.take(label || `Field ${index + 1}`));
	return { value: Object.fromEntries(names.map((name, index) => [name, said[index]])) };
}

function readChoice(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const alternatives = alternativesOf(entry);
	const score = answers
		.map((answer) => scoreOf(answer, entry, alternatives))
		.find((one) => one !== undefined);
	return {
		value: oneOrMore(answers.map((answer) => saidIn(answer, alternatives))),
		...(score === undefined ? {} : { score }),
	};
}

/**
 * The record that carries a checkbox's own title instead of a chosen option; -1 when there is none. An
 * option may have the very text of the title, as in "I agree": then it was ticked, unless it comes twice.
 */
function titleRecord(answers: readonly Answer[], { titles, rows, columns }: QuestionEntry): number {
	const isTitle = ({ QuestionText, AnswerText }: Answer) =>
		text(AnswerText) === '' && titles.some((title) => same(QuestionText, title));
	const at = answers.findIndex(isTitle);
	if (at < 0) return at;
	const option = [...rows, ...columns].some(({ Text }) =>
		same(Text, text(answers[at].QuestionText)),
	);
	return !option || answers.filter(isTitle).length > 1 ? at : -1;
}

/** A checkbox: several records for one item, the chosen option in `QuestionText` (contract: "How answers look"). */
function readList(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const alternatives = alternativesOf(entry);
	const title = titleRecord(answers, entry);
	const chosen = answers.flatMap((answer, index) => {
		const said = text(answer.AnswerText);
		if (index === title) return [];
		const option = text(answer.QuestionText);
		if (option === '') return said === '' ? [] : [said];
		// Beside an option such as "Other" people may have written something.
		if (said !== '' && said !== option) return [`${option}: ${said}`];
		return [alternatives.find(({ Text }) => Text === option)?.Text ?? option];
	});
	// A copy, since what was filled one by one has room for many more, and thousands of results are kept.
	return { value: chosen.slice() };
}

/** A matrix: a record for each row, the row in `QuestionText`. */
function readRows(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const alternatives = columnsOf(entry);
	const keys = new UniqueKeys();
	const values = new Map<string, string | number | string[]>();
	const scores = new Map<string, number>();
	const repeated = (row: string) => entry.rows.filter(({ Text }) => same(Text, row)).length > 1;
	for (const [index, answer] of answers.entries()) {
		const row = text(answer.QuestionText) || `Row ${index + 1}`;
		const said = saidIn(answer, alternatives);
		const value = said === '' ? (numberOf(answer) ?? '') : said;
		const before = values.get(row);
		if (before !== undefined && !repeated(row)) {
			values.set(row, [...(Array.isArray(before) ? before : [before]), value].map(text));
			continue;
		}
		const key = keys.take(row);
		values.set(key, value);
		const score = scoreOf(answer, entry, alternatives);
		if (score !== undefined) scores.set(key, score);
	}
	return {
		value: Object.fromEntries(values),
		...(scores.size > 0 ? { score: Object.fromEntries(scores) } : {}),
	};
}

const numberOf = ({ AnswerNumeric }: Answer): number | undefined =>
	typeof AnswerNumeric === 'number' && AnswerNumeric !== NO_NUMBER ? AnswerNumeric : undefined;

/** Whether the records of an unknown type are laid out as those of a matrix: each names its row. */
function looksLikeRows(
	answers: readonly Answer[],
	{ titles, rows, columns }: QuestionEntry,
): boolean {
	const named = answers.every(
		({ QuestionText, AnswerText }) =>
			text(QuestionText) !== '' &&
			text(AnswerText) !== '' &&
			!titles.some((title) => same(QuestionText, title)),
	);
	if (!named) return false;
	const inTree = answers.every(({ QuestionText }) =>
		rows.some(({ Text }) => same(Text, text(QuestionText))),
	);
	return answers.length > 1 || (inTree && columns.length > 0);
}

/** Whether the records of an unknown type are laid out as those of a checkbox. */
function looksLikeList(answers: readonly Answer[], { titles }: QuestionEntry): boolean {
	return (
		answers.every((answer) => text(answer.AnswerText) === '' && numberOf(answer) === undefined) &&
		answers.some(
			({ QuestionText }) =>
				text(QuestionText) !== '' && !titles.some((title) => same(QuestionText, title)),
		)
	);
}

/** The list of question types is open: what is not known is read by how its records look. */
function readUnknown(answers: readonly Answer[], entry: QuestionEntry): Reading {
	if (looksLikeRows(answers, entry)) return readRows(answers, entry);
	if (looksLikeList(answers, entry)) return readList(answers, entry);
	const alternatives = alternativesOf(entry);
	const isNumber = (answer: Answer) =>
		knownScale(alternatives, entry).scoreBy === 'number' &&
		numberIn(text(answer.AnswerText)) !== undefined;
	const chosen = answers.filter(
		(answer) =>
			typeof answer.AnswerWeight === 'number' ||
			alternativeOf(answer, alternatives) !== undefined ||
			isNumber(answer),
	);
	const { value } = readChoice(answers, entry);
	const { score } = readChoice(chosen, entry);
	const number = value === '' ? answers.map(numberOf).find((one) => one !== undefined) : undefined;
	return { value: number ?? value, ...(score === undefined ? {} : { score }) };
}

/**
 * Reads the records of one question item in one answer set.
 *
 * @param answers all records of the item, at least one
 */
export function readAnswers(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const type = entry.type || text(answers[0].QuestionType);
	if (type === 'TEXT_FIELD') return readText(answers, entry);
	if (type === 'CHECKBOX') return readList(answers, entry);
	if (type === 'MATRIX') return readRows(answers, entry);
	if (!CHOICE_TYPES.includes(type)) return readUnknown(answers, entry);
	return looksLikeRows(answers, entry) ? readRows(answers, entry) : readChoice(answers, entry);
}
