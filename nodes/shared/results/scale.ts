import type { QuestionItemAlternative } from '../netigate/types';
import { numberIn } from '../input/numbers';

/** Where the scores of a question come from: numbers that its answers begin with, weights, or places in its list. */
export type ScoreBy = 'number' | 'weight' | 'position';

/** How the alternatives of a question are rated. */
export interface Scale {
	scoreBy: ScoreBy;
	/** A score for each alternative; null for one outside the scale, such as "Don't know". */
	scores: ReadonlyArray<number | null>;
	/** Whether it goes from 0 to 10, as for the net promoter score. */
	nps: boolean;
	/** The second highest score; null if there are too few for the two highest to say anything. */
	topTwoFrom: number | null;
}

/** On a scale with fewer scores, the two highest are most of it. */
const SCORES_FOR_TOP_TWO = 4;

const NPS_SCORES = Array.from({ length: 11 }, (_, score) => score);

const bare = /^\s*([+-]?\d+)\s*$/;
/** "10 = Extremely likely", "0 – Not at all"; but not a range such as "1-2". */
const labelled = /^\s*([+-]?\d+)\s*[-–—:=.,()]+\s*(?![\s\d])/;
/** "0 Not at all likely": only at the ends of a scale, or "1 year, 2 years, 3 years" would be one. */
const worded = /^\s*([+-]?\d+)\s+(?!\d)/;

function numberBefore(text: string, patterns: readonly RegExp[]): number | null {
	const found = patterns.map((pattern) => pattern.exec(text)).find((match) => match !== null);
	return found ? Number(found[1]) : null;
}

/** The numbers that alternatives begin with, if each is one more, or each is one less, than the one before. */
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

/** The numbers in alternatives if they are a scale such as 0 to 10, perhaps with a "Don't know" beside it. */
function numbersOf(texts: readonly string[]): Array<number | null> | undefined {
	const found = (numbers: ReadonlyArray<number | null>) =>
		numbers.filter((number) => number !== null).length;
	const plain = texts.map((text) => numberIn(text) ?? null);
	const steps = stepsOf(texts);
	// Of 1, 1.5, 2, 2.5 and 3 the whole numbers are steps too.
	if (steps && found(steps) >= found(plain)) return steps;
	return found(plain) > 1 && found(plain) > texts.length / 2 ? plain : undefined;
}

function isNps(scores: ReadonlyArray<number | null>): boolean {
	const distinct = new Set(scores.filter((score) => score !== null));
	return distinct.size === NPS_SCORES.length && NPS_SCORES.every((score) => distinct.has(score));
}

function topTwoFrom(scores: ReadonlyArray<number | null>): number | null {
	const distinct = [...new Set(scores.filter((score) => score !== null))].sort((a, b) => b - a);
	return distinct.length >= SCORES_FOR_TOP_TWO ? distinct[1] : null;
}

/**
 * The scale of a question's alternatives. If they are called 0 to 10 these numbers count, whatever the weights;
 * otherwise weights count, then numbers, then places. The places of a weighted question are never scores: if its
 * list has no weights, its answers may have them.
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
	return scale(
		'position',
		alternatives.map(({ Order }) => Order),
	);
}
