import { numberIn } from '../shared/input/numbers';
import { describeValue, foldText } from '../shared/input/text';
import { InputError } from '../shared/netigate/errors';
import type { QuestionEntry, Questions } from '../shared/results/questions';
import { readSet } from '../shared/results/simplify';
import { choicesOf, ratingOf, type AnswerValue, type Reading } from '../shared/results/reading';
import type { AnswerSet } from '../shared/netigate/types';

type Operation = 'atMost' | 'atLeast' | 'equals' | 'contains';

/** A condition as the user set it. */
export interface GivenCondition {
	questionItemId: number;
	operation: Operation;
	value: string;
}

/** A condition that was read: how the question's answer has to compare with a value. */
export interface Condition extends GivenCondition {
	/** The value folded for comparing. */
	text: string;
	/** The value as a number, where it is one. */
	number?: number;
}

const NAMES: Record<Operation, string> = {
	atMost: 'At Most',
	atLeast: 'At Least',
	equals: 'Equals',
	contains: 'Contains',
};

/**
 * Reads the conditions that the user set.
 *
 * @throws InputError for one that compares scores with what is no number
 */
export function readConditions(given: readonly GivenCondition[]): Condition[] {
	return given.map((one, index) => {
		const { operation } = one;
		// What was stored by an earlier version may be a number.
		const value = String(one.value);
		const number = numberIn(value);
		if ((operation === 'atMost' || operation === 'atLeast') && number === undefined) {
			throw new InputError(
				`Condition ${index + 1} ("${NAMES[operation]}") needs a number but has ${describeValue(value)}`,
				'Give the score to compare with, e.g. 2. To compare texts choose "Equals" or "Contains".',
			);
		}
		return { ...one, value, text: foldText(value), number };
	});
}

/** Types that are known to have no score to compare. */
const WITHOUT_SCORE: Record<string, string> = {
	TEXT_FIELD: 'a free text',
	CHECKBOX: 'a choice of several',
};

/** Whether answers to a question can have a score to compare. */
export const isScored = ({ type }: QuestionEntry) => !(type in WITHOUT_SCORE);

/** Checks that a condition can hold for this question at all. @throws InputError when it cannot */
function checkFit({ operation, value, text, number }: Condition, entry: QuestionEntry): void {
	const type = WITHOUT_SCORE[entry.type];
	if (operation === 'atMost' || operation === 'atLeast') {
		if (!type) return;
		throw new InputError(
			`"${NAMES[operation]}" does not fit the question "${entry.key}": it is ${type} and has no score`,
			'Choose "Equals" or "Contains" for it, or a question with a scale.',
		);
	}
	const alternatives = choicesOf(entry).map(({ Text }) => Text);
	const scored = type === undefined && number !== undefined;
	if (operation !== 'equals' || entry.type === 'TEXT_FIELD' || scored || alternatives.length === 0)
		return;
	if (alternatives.some((alternative) => foldText(alternative) === text)) return;
	const shown = alternatives.slice(0, 12).map((alternative) => `"${alternative}"`);
	throw new InputError(
		`${describeValue(value)} is not an answer to the question "${entry.key}", so the condition could never hold`,
		`Its answers are ${shown.join(', ')}${alternatives.length > shown.length ? ' and others' : ''}.`,
	);
}

/** The question of a condition, and the survey that it belongs to. */
export interface Asked {
	questionItemId: number;
	surveyId: number;
	/** The question as it is asked. */
	text: string;
}

/**
 * Checks that each condition fits its question. A condition counts for the survey that its question belongs to.
 *
 * @returns the questions, condition by condition
 * @throws InputError for a question that none of the surveys has, a comparison that does not fit, or a
 *   survey without any condition beside one that has some
 */
export function checkConditions(
	conditions: readonly Condition[],
	surveys: ReadonlyMap<number, Questions>,
): Asked[] {
	const bare = new Set(surveys.keys());
	const asked = conditions.map((condition) => {
		const found = [...surveys].find(([, questions]) => questions.get(condition.questionItemId));
		if (!found) {
			throw new InputError(
				`Question item ${condition.questionItemId} of a condition is in none of the chosen surveys`,
				'Choose the question from the list again.',
			);
		}
		const [surveyId, questions] = found;
		const { questionItemId } = condition;
		const entry = questions.get(questionItemId)!;
		checkFit(condition, entry);
		bare.delete(surveyId);
		return { questionItemId, surveyId, text: entry.key };
	});
	if (conditions.length === 0 || bare.size === 0) return asked;
	throw new InputError(
		`There are conditions, but none for a question of survey ${[...bare].join(', ')}`,
		'A condition counts for the survey that its question belongs to. Add one for each survey, or use a separate trigger for the survey without one.',
	);
}

/**
 * Checks that a survey still asks the questions of its conditions.
 *
 * @param asked what `checkConditions` returned when the workflow was published
 * @throws InputError naming the question that is gone
 */
export function checkStillAsked(
	asked: readonly Asked[],
	conditions: readonly Condition[],
	surveyId: number,
	questions: Questions,
): void {
	for (const [index, { questionItemId, text, surveyId: own }] of asked.entries()) {
		if (own !== surveyId) continue;
		const entry = questions.get(questionItemId);
		if (!entry) {
			throw new InputError(
				`Condition ${index + 1} asks for "${text}" (question item ${questionItemId}), which is no longer in survey ${surveyId}`,
				'Choose the question that took its place and publish the workflow, or remove the condition. The answers since then wait until that is done.',
			);
		}
		checkFit(conditions[index], entry);
	}
}

/** What was answered, one by one: all choices, and those of all rows. */
function partsOf(value: AnswerValue): Array<string | number> {
	if (typeof value !== 'object') return [value];
	return Array.isArray(value) ? value : Object.values(value).flat();
}

function numbersOf({ value, score }: Reading, entry: QuestionEntry): number[] {
	if (typeof score === 'number') return [score];
	if (score !== undefined) return Object.values(score);
	return partsOf(value).flatMap((one) => ratingOf(entry, one) ?? []);
}

function holds(condition: Condition, entry: QuestionEntry, reading: Reading): boolean {
	const { operation, text, number } = condition;
	const numbers = numbersOf(reading, entry);
	const texts = partsOf(reading.value).map((one) => foldText(String(one)));
	switch (operation) {
		case 'atMost':
			return numbers.some((score) => score <= number!);
		case 'atLeast':
			return numbers.some((score) => score >= number!);
		case 'equals':
			return texts.includes(text) || (number !== undefined && numbers.includes(number));
		case 'contains':
			return texts.some((one) => one.includes(text));
	}
}

/**
 * Whether all conditions hold for an answer set. A question that was not answered fulfils none; in a matrix or
 * among several choices one that fits is enough. Capitals make no difference.
 */
export function fulfils(
	set: AnswerSet,
	questions: Questions,
	conditions: readonly Condition[],
): boolean {
	if (conditions.length === 0) return true;
	const read = readSet(set, questions);
	return conditions.every((condition) => {
		const answered = read.find(({ entry }) => entry.id === condition.questionItemId);
		return answered !== undefined && holds(condition, answered.entry, answered.reading);
	});
}
