import { forEachInTurns } from '../shared/basics/concurrency';
import { groupBy } from '../shared/basics/lists';
import { numberIn } from '../shared/input/numbers';
import { describeValue, foldReadable, foldText, quotedSome } from '../shared/input/text';
import { InputError } from '../shared/netigate/errors';
import type { AnswerSet } from '../shared/netigate/types';
import type { Given } from '../shared/results/choices';
import type { QuestionEntry, Questions } from '../shared/results/questions';
import type { FullResult, ResultReader } from '../shared/results/reader';
import { choicesOf, ratingOf } from '../shared/results/reading';
import { readSet, type Match } from '../shared/results/simplify';
import { changedAt, newestOf } from './changes';

type Operation = 'atMost' | 'atLeast' | 'equals' | 'contains';

export interface Condition {
	questionItemId: number;
	operation: Operation;
	value: string;
}

const NAMES: Record<Operation, string> = {
	atMost: 'At Most',
	atLeast: 'At Least',
	equals: 'Equals',
	contains: 'Contains',
};

const comparesScores = (operation: Operation) => operation === 'atMost' || operation === 'atLeast';

const WITHOUT_SCORE: Record<string, string> = {
	TEXT_FIELD: 'a free-text question',
	CHECKBOX: 'a question with several choices',
};

export const isScored = ({ type }: QuestionEntry) => !(type in WITHOUT_SCORE);

/** @throws InputError for a condition that can never be true for this question */
function checkFit({ operation, value }: Condition, entry: QuestionEntry): void {
	if (comparesScores(operation)) {
		if (isScored(entry)) return;
		throw new InputError(
			`"${NAMES[operation]}" can't be used for the question "${entry.key}": it is ${WITHOUT_SCORE[entry.type]} and has no score`,
			'Choose "Equals" or "Contains", or a question with a scale.',
		);
	}
	const choices = choicesOf(entry);
	const alternatives = choices.list.map(({ Text }) => Text);
	const scored = isScored(entry) && numberIn(value) !== undefined;
	if (operation !== 'equals' || entry.type === 'TEXT_FIELD' || scored || alternatives.length === 0)
		return;
	if (choices.placesOf(value).length > 0) return;
	throw new InputError(
		`${describeValue(value)} isn't a possible answer to the question "${entry.key}", so the condition could never be true`,
		`The possible answers are ${quotedSome(alternatives)}.`,
	);
}

export type ConditionQuestion = ReturnType<typeof checkConditions>[number];

/** Checks conditions and returns their questions. @throws InputError if, for example, a survey has no condition */
export function checkConditions(
	conditions: readonly Condition[],
	surveys: ReadonlyMap<number, Questions>,
) {
	const asked = conditions.map((condition, index) => {
		const { questionItemId, operation, value } = condition;
		if (comparesScores(operation) && numberIn(value) === undefined) {
			throw new InputError(
				`Condition ${index + 1} ("${NAMES[operation]}") needs a number, not ${describeValue(value)}`,
				'Enter the score to compare with, e.g. 2. To compare text, choose "Equals" or "Contains".',
			);
		}
		for (const [surveyId, questions] of surveys) {
			const entry = questions.get(questionItemId);
			if (!entry) continue;
			checkFit(condition, entry);
			return { questionItemId, surveyId, text: entry.key };
		}
		throw new InputError(
			`Question item ${questionItemId} in a condition isn't in any of the chosen surveys`,
			'Choose the question from the list again.',
		);
	});
	const bare = [...surveys.keys()].filter((id) => !asked.some(({ surveyId }) => surveyId === id));
	if (conditions.length === 0 || bare.length === 0) return asked;
	throw new InputError(
		`No condition uses a question in survey ${bare.join(' or ')}`,
		"A condition applies only to its question's survey. Add a condition for each survey, or use a separate trigger.",
	);
}

/** @throws InputError if a question returned by an earlier `checkConditions` is no longer in the survey */
export function checkStillAsked(
	asked: readonly ConditionQuestion[],
	conditions: readonly Condition[],
	surveyId: number,
	questions: Questions,
) {
	for (const [index, { questionItemId, text, surveyId: own }] of asked.entries()) {
		if (own !== surveyId) continue;
		const entry = questions.get(questionItemId);
		if (!entry) {
			throw new InputError(
				`Condition ${index + 1} uses "${text}" (question item ${questionItemId}), which is no longer in survey ${surveyId}`,
				'Choose the question that replaced it and publish the workflow, or remove the condition. New answers are kept until then.',
			);
		}
		checkFit(conditions[index], entry);
	}
}

type Answered = ReturnType<typeof readSet>[number];

/** The answer to a question, or to each of its rows. */
function partsOf({ entry, reading: { value, score, given } }: Answered) {
	if (typeof value !== 'object' || Array.isArray(value))
		return [{ question: entry.key, answer: value, score: score as number | undefined, given }];
	const scores = new Map(Object.entries(score ?? {}));
	const givenByRow = groupBy(given, ({ row }) => row);
	return Object.entries(value).map(([row, answer]) => ({
		question: `${entry.key}: ${row}`,
		answer,
		score: scores.get(row),
		given: givenByRow.get(row) ?? [],
	}));
}

type Part = ReturnType<typeof partsOf>[number];

function numbersOf(entry: QuestionEntry, { answer, score }: Part): number[] {
	return score === undefined
		? [answer].flat().flatMap((one) => ratingOf(entry, one) ?? [])
		: [score];
}

function holds({ operation, value }: Condition, entry: QuestionEntry, part: Part) {
	const { choices, columns } = entry;
	const { given } = part;
	const number = numberIn(value);
	const numbers = numbersOf(entry, part);
	const choicesFor = ({ row }: Given) => (row === undefined ? choices : columns);
	const texts = given.flatMap((one) => [
		...[one.text, one.comment ?? ''].map(foldText),
		...(one.place < 0 ? [] : [foldText(choicesFor(one).list[one.place].Text)]),
	]);
	const numbersInTexts = given.flatMap((one) => choicesFor(one).scale.numbers?.[one.place] ?? []);
	const wanted = [foldText(value), foldReadable(value)];
	switch (operation) {
		case 'atMost':
			return numbers.some((score) => score <= number!);
		case 'atLeast':
			return numbers.some((score) => score >= number!);
		case 'equals':
			if (wanted.some((text) => texts.includes(text))) return true;
			// If one alternative's text is this number, an equal score could be a different alternative's
			// weight.
			return (
				number !== undefined &&
				!given.some((one) => choicesFor(one).placesOf(value).length > 0) &&
				(numbersInTexts.length > 0 ? numbersInTexts : numbers).includes(number)
			);
		case 'contains':
			return texts.some((part) => wanted.some((text) => text !== '' && part.includes(text)));
	}
}

const metBy = (condition: Condition, answered: Answered) =>
	partsOf(answered).filter((part) => holds(condition, answered.entry, part));

/** The answers by question item id. */
const answersIn = (set: AnswerSet, questions: Questions) =>
	new Map(readSet(set, questions).map((answered) => [answered.entry.id, answered]));

/**
 * Whether an answer set meets all conditions, ignoring case. One matching row or choice is enough. A
 * condition isn't met if its question wasn't answered. A condition is ignored if its question belongs to
 * another survey or was removed.
 */
export function fulfils(set: AnswerSet, questions: Questions, conditions: readonly Condition[]) {
	const answers = answersIn(set, questions);
	return conditions.every((condition) => {
		const { questionItemId } = condition;
		const answered = answers.get(questionItemId);
		return answered ? metBy(condition, answered).length > 0 : !questions.get(questionItemId);
	});
}

/** The questions, or the rows of a matrix, that met a condition. */
export function matchesIn(set: AnswerSet, questions: Questions, conditions: readonly Condition[]) {
	const answers = answersIn(set, questions);
	return conditions.flatMap((condition): Match[] => {
		const { questionItemId } = condition;
		const answered = answers.get(questionItemId);
		if (!answered) return [];
		return metBy(condition, answered).map((part) => {
			const [score] = numbersOf(answered.entry, part);
			const { question, answer } = part;
			return { questionItemId, question, answer, ...(score !== undefined && { score }) };
		});
	});
}

/** Adds to each result the questions and rows that met the conditions. Both lists have the same order. */
export async function withMatches(
	results: FullResult[],
	sets: readonly AnswerSet[],
	surveyId: number,
	conditions: readonly Condition[],
	reader: ResultReader,
): Promise<FullResult[]> {
	if (conditions.length === 0 || sets.length === 0) return results;
	const questions = await reader.questions(surveyId);
	return results.map((result, at) => ({
		// First, so that the table in the editor shows it without scrolling.
		matched: matchesIn(sets[at], questions, conditions),
		...result,
	}));
}

export interface Filter {
	conditions: readonly Condition[];
	/** Empty for all sendouts. */
	sendoutIds: readonly number[];
	/** For an earlier filter: the date of the newest change that it applies to, in Netigate's time. */
	until?: string;
}

/**
 * All filters, ending with the current one. If the user changed the filter, the previous filter still applies
 * to earlier answers. n8n saves nothing after a poll without output, so the next poll rereads answers that
 * the previous filter left out.
 */
export function filtersWith(own: Filter, before: readonly Filter[], heads: readonly AnswerSet[]) {
	const latest = before[before.length - 1];
	if (!latest) return [own];
	if (JSON.stringify(latest) === JSON.stringify(own)) return [...before];
	const until = newestOf(heads.map(changedAt));
	return [...before.slice(0, -1), { ...latest, until }, own];
}

/** The survey's sets that pass all filters that apply to them. */
export async function passing(
	sets: readonly AnswerSet[],
	surveyId: number,
	filters: readonly Filter[],
	reader: ResultReader,
) {
	let passed = [...sets];
	for (const { conditions, sendoutIds, until = '9999' } of filters) {
		const applies = (set: AnswerSet) => changedAt(set) <= until;
		let kept = passed.filter(applies);
		if (conditions.length > 0 && kept.length > 0) {
			const questions = await reader.questions(surveyId);
			const fulfilling: AnswerSet[] = [];
			await forEachInTurns(kept, (set) => {
				if (fulfils(set, questions, conditions)) fulfilling.push(set);
			});
			kept = fulfilling;
		}
		const ids = new Set(await reader.inSendouts(surveyId, kept, sendoutIds));
		passed = passed.filter((set) => !applies(set) || ids.has(set));
	}
	return passed;
}
