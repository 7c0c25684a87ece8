import type { Answer } from '../netigate/types';
import { numberIn } from '../input/numbers';
import { UniqueKeys } from '../input/text';
import { textOf, type QuestionEntry } from './questions';

/** An answer as people read it: a text, the options chosen, or a text by row. */
export type AnswerValue = string | number | string[] | Record<string, string | number | string[]>;

/** A question's answer, and its score if it has one; a matrix has one by row. */
export interface Reading {
	value: AnswerValue;
	score?: number | Record<string, number>;
}

/** Types whose records are single choices. How all types look: "How answers look" in the contract. */
const CHOICE_TYPES: readonly string[] = ['RADIOBUTTON', 'DROPDOWN', 'WEIGHTED_RADIOBUTTON'];

const KNOWN_TYPES = [...CHOICE_TYPES, 'TEXT_FIELD', 'CHECKBOX', 'MATRIX'];

/** What `AnswerNumeric` says if nothing was chosen by position. */
const NO_NUMBER = -1;

/** Whether it is known how answers of this type look. */
export const isKnownType = (type: string) => KNOWN_TYPES.includes(type);

/** What an answer is worth: its score; for an unknown type of question without one, the number that it is. */
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

/** What can be chosen for a question, in each row if it is a matrix. */
export const choicesOf = ({ type, choices, rowChoices }: QuestionEntry) =>
	(type === 'MATRIX' ? rowChoices : choices).list;

const same = (a: unknown, b: string) => textOf(a).trim() === b.trim();

const isTitle = (text: unknown, { titles }: QuestionEntry) =>
	titles.some((title) => same(text, title));

/** Of several text fields each keeps its own text, even a blank one: by label if they have labels. */
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
 * The record that carries a checkbox's own title instead of a chosen option; -1 if there is none. An option may
 * have the very text of the title, as in "I agree": then it was ticked, unless it comes twice.
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

/** A checkbox: several records for one item, the chosen option in `QuestionText`. */
function readList(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const title = titleRecord(answers, entry);
	const chosen = answers.flatMap((answer, index) => {
		const words = textOf(answer.AnswerText);
		if (index === title) return [];
		const option = textOf(answer.QuestionText);
		if (option === '') return words === '' ? [] : [words];
		// Beside an option such as "Other" people may have written something.
		if (words !== '' && words !== option) return [`${option}: ${words}`];
		return [entry.choices.list.find(({ Text }) => Text === option)?.Text ?? option];
	});
	// A copy: a list filled one by one has room for many more, and thousands of results are kept.
	return { value: chosen.slice() };
}

/** A matrix: a record for each row, the row in `QuestionText`. */
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

/** Whether the records of an unknown type are laid out as those of a matrix: each names its row. */
function looksLikeRows(answers: readonly Answer[], entry: QuestionEntry): boolean {
	const named = answers.every(
		({ QuestionText, AnswerText }) =>
			textOf(QuestionText) !== '' && textOf(AnswerText) !== '' && !isTitle(QuestionText, entry),
	);
	if (!named || answers.length > 1) return named;
	const row = textOf(answers[0].QuestionText);
	return entry.columns.length > 0 && entry.rows.some(({ Text }) => same(Text, row));
}

/** Whether the records of an unknown type are laid out as those of a checkbox. */
function looksLikeList(answers: readonly Answer[], entry: QuestionEntry): boolean {
	return (
		answers.every((answer) => textOf(answer.AnswerText) === '' && numberOf(answer) === undefined) &&
		answers.some(({ QuestionText }) => textOf(QuestionText) !== '' && !isTitle(QuestionText, entry))
	);
}

/** Netigate may add types of questions: an unknown one is read by how its records look. */
function readUnknown(answers: readonly Answer[], entry: QuestionEntry): Reading {
	if (looksLikeRows(answers, entry)) return readRows(answers, entry);
	if (looksLikeList(answers, entry)) return readList(answers, entry);
	const { choices } = entry;
	const isNumber = ({ AnswerText }: Answer) =>
		choices.scale.scoreBy === 'number' && numberIn(textOf(AnswerText)) !== undefined;
	const chosen = answers.filter(
		(answer) =>
			typeof answer.AnswerWeight === 'number' ||
			choices.chosenIn(answer) !== undefined ||
			isNumber(answer),
	);
	const { value } = readChoice(answers, entry);
	const { score } = readChoice(chosen, entry);
	const number = value === '' ? answers.map(numberOf).find((n) => n !== undefined) : undefined;
	return { value: number ?? value, ...(score === undefined ? {} : { score }) };
}

/**
 * Reads the records of one question item in one answer set.
 *
 * @param answers all records of the item, at least one
 */
export function readAnswers(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const type = entry.type || textOf(answers[0].QuestionType);
	if (type === 'TEXT_FIELD') return readText(answers, entry);
	if (type === 'CHECKBOX') return readList(answers, entry);
	if (type === 'MATRIX') return readRows(answers, entry);
	if (!CHOICE_TYPES.includes(type)) return readUnknown(answers, entry);
	return looksLikeRows(answers, entry) ? readRows(answers, entry) : readChoice(answers, entry);
}
