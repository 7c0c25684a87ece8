import type { Answer } from '../netigate/types';
import { numberIn } from '../input/numbers';
import { UniqueKeys } from '../input/text';
import { textOf, type QuestionEntry } from './questions';

/** Text, a number or the chosen options, or any of these by row. */
export type AnswerValue = string | number | string[] | Record<string, string | number | string[]>;

/** A question's answer and score, both by row for a matrix. */
export interface Reading {
	value: AnswerValue;
	score?: number | Record<string, number>;
}

/** Types whose records each contain a single choice (contract: "How answers look"). */
const CHOICE_TYPES: readonly string[] = ['RADIOBUTTON', 'DROPDOWN', 'WEIGHTED_RADIOBUTTON'];

const KNOWN_TYPES = [...CHOICE_TYPES, 'TEXT_FIELD', 'CHECKBOX', 'MATRIX'];

/** The `AnswerNumeric` of an answer without a number. */
const NO_NUMBER = -1;

export const isKnownType = (type: string) => KNOWN_TYPES.includes(type);

/** An answer's score or, for an unknown type of question without scores, its number. */
export function ratingOf({ type }: QuestionEntry, value: unknown, score?: unknown) {
	if (typeof score === 'number') return score;
	if (isKnownType(type)) return undefined;
	if (typeof value === 'number') return value;
	return typeof value === 'string' ? numberIn(value) : undefined;
}

export const choicesOf = ({ type, choices, rowChoices }: QuestionEntry) =>
	(type === 'MATRIX' ? rowChoices : choices).list;

const same = (a: unknown, b: string) => textOf(a).trim() === b.trim();

const isTitle = (text: unknown, { titles }: QuestionEntry) =>
	titles.some((title) => same(text, title));

/** Reads text fields. If there are several, blank ones are kept too, and texts are keyed by label if there are labels. */
function readText(answers: readonly Answer[], { byRow }: QuestionEntry): Reading {
	const texts = answers.map(({ AnswerText }) => textOf(AnswerText));
	const labels = answers.map(({ QuestionText }) => textOf(QuestionText));
	if (!byRow && new Set(labels).size <= 1) return { value: texts.length > 1 ? texts : texts[0] };
	const keys = new UniqueKeys();
	const fields = labels.map((label, index) => keys.take(label || `Field ${index + 1}`));
	return { value: Object.fromEntries(fields.map((field, index) => [field, texts[index]])) };
}

function readChoice(answers: readonly Answer[], { choices }: QuestionEntry): Reading {
	const texts = answers.map((answer) => choices.textOf(answer)).filter((text) => text !== '');
	const value = texts.length > 1 ? texts : (texts[0] ?? '');
	for (const answer of answers) {
		const score = choices.scoreOf(answer);
		if (score !== undefined) return { value, score };
	}
	return { value };
}

/**
 * The index of the record with a checkbox's own title instead of a chosen option; -1 if there is none. An option such
 * as "I agree" may have the same text as the title. In that case, a single record is the option, not the title.
 */
function titleRecord(answers: readonly Answer[], entry: QuestionEntry): number {
	const hasTitle = ({ QuestionText, AnswerText }: Answer) =>
		textOf(AnswerText) === '' && isTitle(QuestionText, entry);
	const at = answers.findIndex(hasTitle);
	if (at < 0) return at;
	const title = textOf(answers[at].QuestionText);
	const isOption = entry.choices.list.some(({ Text }) => same(Text, title));
	return !isOption || answers.filter(hasTitle).length > 1 ? at : -1;
}

/** Reads a checkbox, which has a record for each chosen option, with the option in `QuestionText`. */
function readList(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const title = titleRecord(answers, entry);
	const chosen = answers.flatMap((answer, index) => {
		const words = textOf(answer.AnswerText);
		if (index === title) return [];
		const option = textOf(answer.QuestionText);
		if (option === '') return words === '' ? [] : [words];
		// People can enter text for an option such as "Other".
		if (words !== '' && words !== option) return [`${option}: ${words}`];
		return [entry.choices.list.find(({ Text }) => Text === option)?.Text ?? option];
	});
	// A copy takes less memory than a list that was filled item by item.
	return { value: chosen.slice() };
}

/** Reads a matrix, which has a record for each row, with the row in `QuestionText`. */
function readRows(answers: readonly Answer[], { rows, rowChoices }: QuestionEntry): Reading {
	const keys = new UniqueKeys();
	const values = new Map<string, string | number | string[]>();
	const scores = new Map<string, number>();
	const isRepeated = (row: string) => rows.filter(({ Text }) => same(Text, row)).length > 1;
	for (const [index, answer] of answers.entries()) {
		const row = textOf(answer.QuestionText) || `Row ${index + 1}`;
		const words = rowChoices.textOf(answer);
		const value = words === '' ? (numberOf(answer) ?? '') : words;
		const before = values.get(row);
		if (before !== undefined && !isRepeated(row)) {
			values.set(row, [...(Array.isArray(before) ? before : [before]), value].map(textOf));
			continue;
		}
		const key = keys.take(row);
		values.set(key, value);
		const score = rowChoices.scoreOf(answer);
		if (score !== undefined) scores.set(key, score);
	}
	return {
		value: Object.fromEntries(values),
		...(scores.size > 0 ? { score: Object.fromEntries(scores) } : {}),
	};
}

const numberOf = ({ AnswerNumeric }: Answer): number | undefined =>
	typeof AnswerNumeric === 'number' && AnswerNumeric !== NO_NUMBER ? AnswerNumeric : undefined;

/** Whether records of an unknown type look like a matrix, in which each record names its row. */
function looksLikeRows(answers: readonly Answer[], entry: QuestionEntry): boolean {
	const named = answers.every(
		({ QuestionText, AnswerText }) =>
			textOf(QuestionText) !== '' && textOf(AnswerText) !== '' && !isTitle(QuestionText, entry),
	);
	if (!named || answers.length > 1) return named;
	const row = textOf(answers[0].QuestionText);
	return entry.columns.length > 0 && entry.rows.some(({ Text }) => same(Text, row));
}

function looksLikeList(answers: readonly Answer[], entry: QuestionEntry): boolean {
	return (
		answers.every((answer) => textOf(answer.AnswerText) === '' && numberOf(answer) === undefined) &&
		answers.some(({ QuestionText }) => textOf(QuestionText) !== '' && !isTitle(QuestionText, entry))
	);
}

function readUnknown(answers: readonly Answer[], entry: QuestionEntry): Reading {
	if (looksLikeRows(answers, entry)) return readRows(answers, entry);
	if (looksLikeList(answers, entry)) return readList(answers, entry);
	const { choices } = entry;
	const chosen = answers.filter(
		(answer) =>
			typeof answer.AnswerWeight === 'number' ||
			choices.chosenIn(answer) >= 0 ||
			(choices.scale.scoreBy === 'number' && numberIn(textOf(answer.AnswerText)) !== undefined),
	);
	const { value } = readChoice(answers, entry);
	const { score } = readChoice(chosen, entry);
	const number = value === '' ? answers.map(numberOf).find((n) => n !== undefined) : undefined;
	return { value: number ?? value, ...(score === undefined ? {} : { score }) };
}

/** @param answers all records (at least one) for one question item in one answer set */
export function readAnswers(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const type = entry.type || textOf(answers[0].QuestionType);
	if (type === 'TEXT_FIELD') return readText(answers, entry);
	if (type === 'CHECKBOX') return readList(answers, entry);
	if (type === 'MATRIX') return readRows(answers, entry);
	if (!CHOICE_TYPES.includes(type)) return readUnknown(answers, entry);
	return looksLikeRows(answers, entry) ? readRows(answers, entry) : readChoice(answers, entry);
}
