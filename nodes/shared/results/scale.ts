import type { QuestionItemAlternative } from '../netigate/types';
import { numberIn } from '../input/numbers';

/** Where scores come from: the numbers at the start of alternatives, their weights, or their places in the list. */
type ScoreBy = 'number' | 'weight' | 'position';

export interface Scale {
	scoreBy: ScoreBy;
	/** A score for each alternative; null for an alternative such as "Don't know". */
	scores: ReadonlyArray<number | null>;
	/** Whether the scores are 0 to 10, as for the net promoter score. */
	nps: boolean;
	/** The second-highest score; null if the two highest scores make up most of the scale. */
	topTwoFrom: number | null;
}

const NPS_SCORES = Array.from({ length: 11 }, (_, score) => score);

const bare = /^\s*([+-]?\d+)\s*$/;
/** Matches "10 = Extremely likely" and "0 – Not at all", but not a range such as "1-2". */
const labelled = /^\s*([+-]?\d+)\s*[-–—:=.,()]+\s*(?![\s\d])/;
/** Matches "0 Not at all likely". Only for the ends of a scale, because "1 year, 2 years, 3 years" isn't one. */
const worded = /^\s*([+-]?\d+)\s+(?!\d)/;

function numberBefore(text: string, patterns: readonly RegExp[]): number | null {
	const found = patterns.map((pattern) => pattern.exec(text)).find((match) => match !== null);
	return found ? Number(found[1]) : null;
}

/** The numbers at the start of alternatives, if they go up or down in steps of one. */
function stepsOf(texts: readonly string[]): Array<number | null> | undefined {
	const plain = texts.map((text) => numberBefore(text, [bare, labelled]));
	const first = plain.findIndex((number) => number !== null);
	if (first < 0) return undefined;
	const last = plain.findLastIndex((number) => number !== null);
	for (const at of [first - 1, last + 1]) {
		if (at >= 0 && at < texts.length) plain[at] = numberBefore(texts[at], [worded]);
	}
	const numbers = plain.filter((number) => number !== null);
	const step = numbers[1] - numbers[0];
	const even = numbers.every((number, at) => at === 0 || number - numbers[at - 1] === step);
	const outside = texts.length - numbers.length;
	return Math.abs(step) === 1 && even && numbers.length >= 3 && outside <= 2 ? plain : undefined;
}

/** The numbers in alternatives if they form a scale such as 0 to 10, with or without a "Don't know". */
function numbersOf(texts: readonly string[]): Array<number | null> | undefined {
	const found = (numbers: ReadonlyArray<number | null>) =>
		numbers.filter((number) => number !== null).length;
	const plain = texts.map((text) => numberIn(text) ?? null);
	const steps = stepsOf(texts);
	// In 1, 1.5, 2, 2.5, 3, the whole numbers alone would also pass as steps.
	if (steps && found(steps) >= found(plain)) return steps;
	return found(plain) > 1 && found(plain) > texts.length / 2 ? plain : undefined;
}

function isNps(scores: ReadonlyArray<number | null>): boolean {
	const distinct = new Set(scores.filter((score) => score !== null));
	return distinct.size === NPS_SCORES.length && NPS_SCORES.every((score) => distinct.has(score));
}

function topTwoFrom(scores: ReadonlyArray<number | null>): number | null {
	const distinct = [...new Set(scores.filter((score) => score !== null))].sort((a, b) => b - a);
	return distinct.length >= 4 ? distinct[1] : null;
}

/**
 * The scale of a question's alternatives: their numbers if these are 0 to 10, otherwise weights, numbers or places.
 * A weighted question is never scored by place: its answers may have weights even if its alternatives have none.
 */
export function scaleOf(alternatives: readonly QuestionItemAlternative[], type: string): Scale {
	const numbers = numbersOf(alternatives.map(({ Text }) => Text));
	const weights = alternatives.map(({ Weight }) => (typeof Weight === 'number' ? Weight : null));
	const scale = (scoreBy: ScoreBy, scores: ReadonlyArray<number | null>): Scale => {
		const nps = scoreBy !== 'position' && isNps(scores);
		const rated = scoreBy !== 'position' && !nps;
		return { scoreBy, scores, nps, topTwoFrom: rated ? topTwoFrom(scores) : null };
	};
	if (numbers && isNps(numbers)) return scale('number', numbers);
	if (weights.some((weight) => weight !== null)) return scale('weight', weights);
	if (numbers) return scale('number', numbers);
	if (type.startsWith('WEIGHTED')) return scale('weight', weights);
	const places = alternatives.map(({ Order }) => Order);
	return scale('position', places);
}
