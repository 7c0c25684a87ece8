import type { Answer } from '../netigate/types';
import { numberIn } from '../input/numbers';
import { foldReadable, readableText, UniqueKeys } from '../input/text';
import { isChoiceType, isKnownType, textOf, type Given } from './choices';
import type { QuestionEntry } from './questions';

/** Text, a number or a list of chosen options, or one of these for each row. */
export type AnswerValue = string | number | string[] | Record<string, string | number | string[]>;

/** The answer to a question and its score. For a matrix, both are by row. */
export interface Reading {
	value: AnswerValue;
	score?: number | Record<string, number>;
	/** Each choice or entered text. */
	given: Given[];
}

/** The value of `AnswerNumeric` if an answer has no number. */
const NO_NUMBER = -1;

/** An answer's score. If the type of question is unknown and the answer has no score, its number. */
export function ratingOf({ type }: QuestionEntry, value: unknown, score?: unknown) {
	if (typeof score === 'number') return score;
	if (isKnownType(type)) return undefined;
	if (typeof value === 'number') return value;
	return typeof value === 'string' ? numberIn(value) : undefined;
}

export const choicesOf = ({ type, choices, columns }: QuestionEntry) =>
	type === 'MATRIX' ? columns : choices;

const isTitle = (text: unknown, { titles }: QuestionEntry) => titles.includes(readableText(text));

const isBlank = (text: unknown) => readableText(text) === '';

const numberOf = ({ AnswerNumeric }: Answer): number | undefined =>
	typeof AnswerNumeric === 'number' && AnswerNumeric !== NO_NUMBER ? AnswerNumeric : undefined;

const numberGiven = (answer: Answer): number | undefined =>
	isBlank(answer.AnswerText) ? numberOf(answer) : numberIn(readableText(answer.AnswerText));

/**
 * For each record, the key of its row. Labels that don't match a row, e.g. because they are in another language, are
 * matched by order if every row has a unique label.
 * @param each whether each record needs its own key, even if labels are repeated
 */
function rowKeysFor(labels: readonly string[], entry: QuestionEntry, each: boolean): string[] {
	const { rows, rowKeys } = entry;
	const taken = new Set<number>();
	/** For each list of places, the number of places already used from its start. */
	const used = new Map<readonly number[], number>();
	const placed = labels.map((label) => {
		const places = rows.placesOf(label);
		let at = used.get(places) ?? 0;
		while (taken.has(places[at])) at++;
		used.set(places, at);
		const place = places.at(at) ?? (each ? undefined : places.at(-1));
		if (place !== undefined) taken.add(place);
		return place;
	});
	if (placed.every((place) => place !== undefined)) return placed.map((place) => rowKeys[place]);
	const unknown = new Set(labels.filter((_, index) => placed[index] === undefined));
	const left = rowKeys.filter((_, place) => !taken.has(place));
	const inOrder = unknown.size === left.length && new Set(labels).size === rowKeys.length;
	const ownKeys = new UniqueKeys(new Set(rowKeys));
	const keyOf = (label: string) => ownKeys.take(readableText(label));
	const keys = new Map([...unknown].map((label, at) => [label, inOrder ? left[at] : keyOf(label)]));
	const met = new Set<string>();
	return placed.map((place, index) => {
		const label = labels[index];
		if (place !== undefined) return rowKeys[place];
		const repeated = each && met.has(label);
		met.add(label);
		return repeated ? keyOf(label) : keys.get(label)!;
	});
}

/** Reads text fields. If there are several, blank fields are kept, and the fields' labels, if any, are used as keys. */
function readText(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const texts = answers.map(({ AnswerText }) => textOf(AnswerText));
	const labels = answers.map(({ QuestionText }) => readableText(QuestionText));
	const typed = (comment: string, row?: string): Given => ({
		row,
		place: -1,
		text: comment,
		comment,
	});
	if (!entry.byRow && new Set(labels).size <= 1)
		return { value: texts.length > 1 ? texts : texts[0], given: texts.map((text) => typed(text)) };
	const fields = labels.map((label, index) => label || `Field ${index + 1}`);
	const keys = rowKeysFor(fields, entry, true);
	return {
		value: Object.fromEntries(keys.map((key, index) => [key, texts[index]])),
		given: texts.map((text, index) => typed(text, keys[index])),
	};
}

/** @param isRated whether an answer has a score */
function readChoice(
	answers: readonly Answer[],
	{ type, choices }: QuestionEntry,
	isRated: (answer: Answer, place: number) => boolean = () => true,
): Reading {
	const chosen = answers.map((answer) => choices.choose(answer));
	const listed = chosen.some(({ place }) => place >= 0);
	const texts = chosen.map(({ text }) => text).filter((text) => text !== '');
	const scores = answers.flatMap((answer, index) => {
		const { place } = chosen[index];
		return isRated(answer, place) ? (choices.scoreOf(answer, place) ?? []) : [];
	});
	return {
		value: texts.length > 1 ? texts : (texts[0] ?? ''),
		score: scores.at(0),
		// If an alternative was chosen, text that isn't an alternative was entered for the chosen alternative.
		given: chosen.map((one) =>
			listed && one.place < 0 && isChoiceType(type) ? { ...one, text: '', comment: one.text } : one,
		),
	};
}

/**
 * The index of the record that contains the title of a checkbox question instead of a chosen option; -1 if there is
 * none. An option such as "I agree" may have the same text as the title. In that case, if there is only one such
 * record, it is the option.
 */
function titleRecord(answers: readonly Answer[], entry: QuestionEntry): number {
	const { choices } = entry;
	const hasTitle = ({ QuestionText, AnswerText }: Answer) =>
		isBlank(AnswerText) && isTitle(QuestionText, entry);
	const at = answers.findIndex(hasTitle);
	if (at >= 0) {
		const isOption = choices.placesOf(textOf(answers[at].QuestionText)).length > 0;
		return !isOption || answers.filter(hasTitle).length > 1 ? at : -1;
	}
	// If the records are in another language, the title is the first record, and only options have positions.
	const [first, ...others] = answers;
	const asks = /[?？؟:：]$/.test(readableText(first.QuestionText));
	const isOption = (answer: Answer) =>
		choices.choose({ ...answer, AnswerText: textOf(answer.QuestionText) }).place >= 0;
	const isFirst = isBlank(first.AnswerText) && numberOf(first) === undefined && !isOption(first);
	return isFirst && (asks || others.some((answer) => numberOf(answer) !== undefined)) ? 0 : -1;
}

/** Reads a checkbox question. It has a record for each chosen option, with the option in `QuestionText`. */
function readList(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const title = titleRecord(answers, entry);
	const value: string[] = [];
	const given: Given[] = [];
	for (const [index, answer] of answers.entries()) {
		const words = textOf(answer.AnswerText);
		const option = textOf(answer.QuestionText);
		if (index === title || (words === '' && option === '')) continue;
		const named = isBlank(option) ? answer : { ...answer, AnswerText: option };
		const { place, text, comment } = entry.choices.choose(named);
		const label = comment ?? (isBlank(option) ? text : readableText(text));
		// If people can enter text for an option, such as "Other", the text is in `AnswerText`.
		const isEntered =
			named !== answer && words !== '' && foldReadable(words) !== foldReadable(option);
		value.push(isEntered ? `${label}: ${words}` : label);
		const isExtra = isBlank(option) && place < 0 && entry.choices.list.length > 0;
		const typed = isEntered || isExtra ? words : comment;
		given.push({ place, text: label, ...(typed === undefined ? {} : { comment: typed }) });
	}
	// A copy takes up less memory than an array that was filled one item at a time.
	return { value: value.slice(), given };
}

/** Reads a matrix. It has a record for each row, with the row in `QuestionText`. */
function readRows(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const { columns } = entry;
	const labels = answers.map(
		({ QuestionText }, index) => textOf(QuestionText) || `Row ${index + 1}`,
	);
	const keys = rowKeysFor(labels, entry, false);
	const values = new Map<string, string | number | string[]>();
	const scores = new Map<string, number>();
	const given: Given[] = [];
	for (const [index, answer] of answers.entries()) {
		const row = keys[index];
		const isNumber = !isKnownType(entry.type || answer.QuestionType) && isBlank(answer.AnswerText);
		const chosen = isNumber ? { place: -1, text: '' } : columns.choose(answer);
		const value = chosen.text === '' ? (numberOf(answer) ?? '') : chosen.text;
		given.push({ ...chosen, row, text: textOf(value) });
		const before = values.get(row);
		if (Array.isArray(before)) before.push(textOf(value));
		else values.set(row, before === undefined ? value : [before, value].map(textOf));
		// If there are no columns, the number is the answer itself, e.g. a rank or a share, rather than the position of a
		// column.
		const isAnswer = isNumber || columns.list.length === 0;
		const number = isAnswer ? (answer.AnswerWeight ?? numberGiven(answer)) : null;
		const score = number ?? columns.scoreOf(answer, chosen.place);
		if (score !== undefined && !scores.has(row)) scores.set(row, score);
	}
	return {
		value: Object.fromEntries(values),
		...(scores.size > 0 ? { score: Object.fromEntries(scores) } : {}),
		given,
	};
}

/** Matches types of questions in which people rank all alternatives. */
const RANKING = /rank|prio|order|sort|drag/i;

/** In a ranking, the row is in `AnswerText`. Moves it to `QuestionText`, where a matrix has it. */
function asRanks(answers: readonly Answer[], entry: QuestionEntry): readonly Answer[] {
	const { rows, rowKeys } = entry;
	const places = answers.map(({ AnswerText }) => rows.placesOf(textOf(AnswerText)).at(0));
	const ranked = answers.every(
		(answer, index) =>
			places[index] !== undefined &&
			numberOf(answer) !== undefined &&
			(isBlank(answer.QuestionText) ||
				isTitle(answer.QuestionText, entry) ||
				foldReadable(answer.QuestionText) === foldReadable(answer.AnswerText)),
	);
	const isPosition = places.every((place, at) => answers[at].AnswerNumeric === place! + 1);
	// Records that look like a ranking may be something else: someone may have chosen all alternatives, or a number such
	// as 10.
	const all = answers.length === rowKeys.length && answers.length > 1 && RANKING.test(entry.type);
	const isNumber = answers.length === 1 && numberGiven(answers[0]) === numberOf(answers[0]);
	if (!ranked || isNumber || new Set(places).size < answers.length || (isPosition && !all))
		return answers;
	return answers.map((answer) => ({ ...answer, QuestionText: answer.AnswerText, AnswerText: '' }));
}

/** Whether a question has rows. Unless its type shows this, every record must name a row and have a value. */
function isByRow(answers: readonly Answer[], entry: QuestionEntry, type: string): boolean {
	if (type === 'MATRIX') return true;
	const isRow = (answer: Answer) => entry.rows.placesOf(textOf(answer.QuestionText)).length > 0;
	const named = answers.every(
		({ QuestionText, AnswerText }) =>
			!isBlank(QuestionText) &&
			!isTitle(QuestionText, entry) &&
			foldReadable(QuestionText) !== foldReadable(AnswerText),
	);
	if (!named) return false;
	const hasTexts = answers.every(({ AnswerText }) => !isBlank(AnswerText));
	const hasColumns = entry.columns.list.length > 0;
	const hasRows =
		new Set(answers.map(({ QuestionText }) => foldReadable(QuestionText))).size > 1 ||
		(answers.length > 1 && answers.some(isRow));
	if (type === 'CHECKBOX') return hasTexts && hasColumns && answers.every(isRow);
	if (isChoiceType(type)) return hasTexts && (hasRows || (hasColumns && isRow(answers[0])));
	const hasNumbers =
		answers.some((answer) => numberGiven(answer) !== undefined) &&
		answers.every((answer) => isBlank(answer.AnswerText) || numberGiven(answer) !== undefined);
	return (hasTexts || hasNumbers) && (hasRows || isRow(answers[0]));
}

function looksLikeList(answers: readonly Answer[], entry: QuestionEntry): boolean {
	return (
		answers.every((answer) => isBlank(answer.AnswerText) && numberOf(answer) === undefined) &&
		answers.some(({ QuestionText }) => !isBlank(QuestionText) && !isTitle(QuestionText, entry))
	);
}

function readUnknown(answers: readonly Answer[], entry: QuestionEntry): Reading {
	if (looksLikeList(answers, entry)) return readList(answers, entry);
	const isNumbered = entry.choices.scale.scoreBy === 'number';
	const reading = readChoice(
		answers,
		entry,
		(answer, place) => typeof answer.AnswerWeight === 'number' || place >= 0 || isNumbered,
	);
	const number = answers.map(numberOf).find((one) => one !== undefined);
	if (reading.value !== '' || number === undefined) return reading;
	return { ...reading, value: number, given: [{ place: -1, text: textOf(number) }] };
}

/** @param answers all records for one question item in one answer set; at least one */
export function readAnswers(answers: readonly Answer[], entry: QuestionEntry): Reading {
	const type = entry.type || textOf(answers[0].QuestionType);
	if (type === 'TEXT_FIELD') return readText(answers, entry);
	const isKnown = isKnownType(type);
	const isOnlyTitle = ({ QuestionText, ...answer }: Answer) =>
		isTitle(QuestionText, entry) &&
		isBlank(answer.AnswerText) &&
		numberOf(answer as Answer) === undefined;
	const withoutTitle = isKnown ? answers : answers.filter((answer) => !isOnlyTitle(answer));
	const records = isKnown ? answers : asRanks(withoutTitle, entry);
	if (records.length > 0 && isByRow(records, entry, type)) {
		// Rows without text or a number, such as items that weren't ranked, are treated as unanswered.
		const isAnswered = (one: Answer) => !isBlank(one.AnswerText) || numberOf(one) !== undefined;
		return readRows(isKnown ? records : records.filter(isAnswered), entry);
	}
	if (type === 'CHECKBOX') return readList(answers, entry);
	return isChoiceType(type) ? readChoice(answers, entry) : readUnknown(answers, entry);
}
