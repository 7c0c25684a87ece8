import { normalized } from '../basics/plainText';
import type { QuestionItemAlternative } from '../netigate/types';
import { numberIn } from '../input/numbers';
import { hasNoOpinion, outsideOf } from './noOpinion';

/** Where scores come from: the numbers in the alternatives, their weights, or their positions in the list. */
type ScoreBy = 'number' | 'weight' | 'position';

export interface Scale {
	scoreBy: ScoreBy;
	/** A score for each alternative; null for an alternative such as "Don't know". */
	scores: ReadonlyArray<number | null>;
	/** The numbers in the alternatives, if they form a scale. Present even if the scores are weights. */
	numbers?: ReadonlyArray<number | null>;
	/** Whether the scores are 0 to 10, as in a net promoter score question. */
	nps: boolean;
	/** The second-highest score; null if the share of the top two scores isn't meaningful, e.g. on a three-point scale. */
	topTwoFrom: number | null;
}

const NPS_SCORES = Array.from({ length: 11 }, (_, score) => score);

/** Matches emoji and stars next to a number, and the frame around a keycap such as 1️⃣. */
const SYMBOLS = /[\p{So}\p{Sk}\p{Me}\ufe0f\u200d]/gu;

/** Matches "10 = Extremely likely" and "0 – Not at all", but not a range such as "1-2". */
const labelled = /^([+-]?\d+) ?[-–—:=.,()]+ ?(?![ \d])/;
/** Matches "Never (0)" and "Always = 4". */
const labelledBehind = /(?:[([] ?|[-–—:=] )([+-]?\d+) ?[)\]]?$/;

/** Matches "3-5", "3 to 5" and "6+". */
const RANGE = /\d ?(?:[-–—]|to|till?|bis|à|al?|tot) ?\d|^\d+ ?\+/;

/** The scores besides 1 at which scales often start or end. */
const USUAL_ENDS = [0, 5, 7, 10];

/** The alternatives from index `from` to index `to`, whose numbers go up or down in equal steps. */
interface Run {
	from: number;
	to: number;
	step: number;
}

/** An alternative's text, simplified so that its number can be found. */
const simplified = (text: string) =>
	normalized(text, 'NFKC').replace(SYMBOLS, ' ').replace(/−/g, '-').replace(/\s+/g, ' ').trim();

const digitsIn = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);

function numberOf(text: string): number | null {
	const match =
		labelled.exec(text) ?? (digitsIn(text).length === 1 ? labelledBehind.exec(text) : null);
	return numberIn(text) ?? (match ? Number(match[1]) : null);
}

/** Whether the text contains the number anywhere, such as 7 in "Like 7", except as part of a range. */
function contains(text: string, number: number): boolean {
	if (RANGE.test(text) && !text.endsWith('+')) return false;
	const found = text.match(/(?<![\p{L}\d.,])(?:(?<!\d ?)-)?\d+(?![\p{L}\d]|[.,]\d)/gu) ?? [];
	return found.some((one) => [number, -Math.abs(number)].includes(Number(one)));
}

function longestRun(texts: readonly string[], numbers: ReadonlyArray<number | null>) {
	const isBare = (at: number) => numberIn(texts[at]) !== undefined;
	/** The difference from the previous number, or 0 if there is none. */
	const stepTo = (at: number): number => {
		const [before, number] = [numbers[at - 1] ?? null, numbers[at]];
		if (before === null || number === null) return 0;
		// Steps other than 1 need bare numbers: "10 km, 20 km" is a list of distances, but "10, 20" is a scale.
		return Math.abs(number - before) === 1 || (isBare(at) && isBare(at - 1)) ? number - before : 0;
	};
	let longest: Run | undefined;
	let from = 0;
	for (const at of numbers.keys()) {
		const step = stepTo(at);
		if (Math.abs(step - stepTo(at - 1)) > 1e-9) from = at - 1;
		if (step !== 0 && at - from > (longest ? longest.to - longest.from : 0))
			longest = { from, to: at, step };
	}
	return longest;
}

/**
 * Extends a run by up to one alternative at each end. This alternative may contain the next number, as in "Like 7", or
 * no number. Without a number, it could be something like "Don't know", so the rest of the scale must confirm that it
 * is part of the scale.
 */
function withEnds(texts: readonly string[], numbers: Array<number | null>, run: Run): void {
	const { from, to, step } = run;
	const outside = outsideOf(texts);
	const lowest = Math.min(numbers[from]!, numbers[to]!);
	const ends = [
		{ at: from - 1, edge: from, next: numbers[from]! - step },
		{ at: to + 1, edge: to, next: numbers[to]! + step },
	].map((end) => {
		const text = texts[end.at] as string | undefined;
		const numbered = text !== undefined && !outside[end.at] && contains(text, end.next);
		const isNegative = end.next < 0 && lowest >= 0;
		const foreign = digitsIn(text ?? '').some((digits) => digits !== Math.abs(numbers[end.edge]!));
		const words = text !== undefined && !numbered && !isNegative && !foreign && end.next <= 100;
		const bareEdge = numberIn(texts[end.edge]) !== undefined;
		return { ...end, numbered, bareEdge, worded: words && !outside[end.at] && !hasNoOpinion(text) };
	});
	for (const [index, { at, next, numbered, worded, bareEdge }] of ends.entries()) {
		const other = ends[1 - index];
		const confirmed = other.worded || next === 1;
		const isTen = next === 10 && numbers[other.edge] === 0;
		const likely =
			isTen || ((other.numbered || !other.bareEdge) && bareEdge && USUAL_ENDS.includes(next));
		if (numbered || (worded && (confirmed || likely))) numbers[at] = next;
	}
}

/** Fills in the numbers between the ends of a scale such as "Very good (5)" … "Very bad (1)". */
function betweenEnds(texts: readonly string[]): Array<number | null> | undefined {
	const from = texts.findIndex((text) => digitsIn(text).length > 0);
	const to = texts.findLastIndex((text) => digitsIn(text).length > 0);
	if (texts.slice(from, to + 1).filter((text) => digitsIn(text).length > 0).length !== 2)
		return undefined;
	const [[first, ...more], [last, ...others]] = [digitsIn(texts[from]), digitsIn(texts[to])];
	if (more.length + others.length > 0 || Math.abs(last - first) !== to - from) return undefined;
	const step = Math.sign(last - first);
	return texts.map((_, at) => (at < from || at > to ? null : first + step * (at - from)));
}

/**
 * The numbers in alternatives, if all of them contain a number, as in "5 Very good" … "1 Very bad". The words in the
 * alternatives must differ, unlike the units in "1 year" and "2 years".
 */
function labelledSteps(texts: readonly string[]): Array<number | null> | undefined {
	const outside = outsideOf(texts);
	const inside = texts.filter((_, at) => !outside[at]);
	const words = inside.map((text) =>
		text
			.replace(/[^\p{L}]+/gu, ' ')
			.trim()
			.toLowerCase(),
	);
	const labels = words.filter((label) => label !== '');
	const digits = inside.map((text) => {
		const [found, ...more] = digitsIn(text);
		return found === undefined || more.length > 0 ? NaN : found;
	});
	const signed = inside.map((text, at) =>
		/(?<![\p{L}\d])-\d/u.test(text) ? -digits[at] : digits[at],
	);
	// In "Bad -1 … Good -5", the hyphens are dashes rather than minus signs.
	const isSigned = signed.some((number) => number > 0) || inside.some((text) => /^\W?-/.test(text));
	const isEven = (list: readonly number[]) => {
		const step = list[1] - list[0];
		return Math.abs(step) === 1 && list.every((one, at) => at === 0 || one - list[at - 1] === step);
	};
	const numbers = (isSigned ? [signed, digits] : [digits]).find(isEven);
	if (!numbers || numbers.length < 3 || numbers.every((number) => number > 1)) return undefined;
	if (new Set(labels).size < labels.length) return undefined;
	return texts.map((_, at) => (outside[at] ? null : numbers.shift()!));
}

/** Fills in the missing number in the middle of a scale such as "1, 2, Neutral, 4, 5". */
function withMiddle(texts: readonly string[], numbers: ReadonlyArray<number | null>) {
	return numbers.map((number, at) => {
		const [before, after] = [numbers[at - 1] ?? null, numbers[at + 1] ?? null];
		if (number !== null || before === null || after === null) return number;
		const middle = (before + after) / 2;
		const foreign = digitsIn(texts[at]).some((digits) => digits !== Math.abs(middle));
		return Math.abs(after - before) === 2 && !foreign ? middle : null;
	});
}

/** The numbers, if they go up or down in equal steps. Up to two alternatives can be outside the scale. */
function stepsOf(texts: readonly string[]): Array<number | null> | undefined {
	const labelled = labelledSteps(texts);
	if (labelled) return labelled;
	const outside = outsideOf(texts);
	const own = texts.map((text, at) => (outside[at] ? null : numberOf(text)));
	const all = withMiddle(texts, own);
	const run = longestRun(texts, all);
	const numbers = run
		? all.map((number, at) => (at >= run.from && at <= run.to ? number : null))
		: betweenEnds(texts);
	if (!numbers) return undefined;
	if (run) withEnds(texts, numbers, run);
	const found = numbers.filter((number) => number !== null).length;
	return found >= 3 && texts.length - found <= 2 + outside.filter(Boolean).length
		? numbers
		: undefined;
}

/** The numbers, if they form a scale such as 0 to 10, perhaps with an alternative such as "Don't know". */
function numbersOf(alternatives: readonly string[]): Array<number | null> | undefined {
	const found = (numbers: ReadonlyArray<number | null>) =>
		numbers.filter((number) => number !== null).length;
	const most = alternatives.flatMap(digitsIn).reduce((a, b) => Math.max(a, b), -Infinity);
	const share = new RegExp(`(?<=\\d) ?(?:/|of|out of|von|av|sur) ?${most}$`);
	const texts = alternatives.map((text) => simplified(text).replace(share, ''));
	const plain = texts.map((text) => numberIn(text) ?? null);
	const steps = stepsOf(texts);
	// Numbers with unequal steps, such as 1, 2, 3, 3.5, can also be a scale.
	const isPlain = found(plain) > 1 && found(plain) > texts.length / 2;
	const numbers = steps && found(steps) >= found(plain) ? steps : isPlain ? plain : undefined;
	// If some alternatives are ranges, as in "1, 2, 3-5, 6+", positions are more meaningful than the remaining numbers.
	return numbers?.some((number, at) => number === null && RANGE.test(texts[at]))
		? undefined
		: numbers;
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
 * The scale that a question's alternatives form. If their numbers are 0 to 10, these numbers are the scores. Otherwise,
 * the scores are the weights, if there are any; if not, the numbers; and if there are no numbers either, the positions.
 * Positions are never used for a weighted question, because its answers may have weights even if its alternatives have
 * none.
 */
export function scaleOf(alternatives: readonly QuestionItemAlternative[], type: string): Scale {
	const texts = alternatives.map(({ Text }) => Text);
	const numbers = numbersOf(texts);
	const weights = alternatives.map(({ Weight }) => (typeof Weight === 'number' ? Weight : null));
	const scale = (scoreBy: ScoreBy, scores: ReadonlyArray<number | null>): Scale => {
		const nps = scoreBy !== 'position' && isNps(scores);
		const rated = scoreBy !== 'position' && !nps;
		return { scoreBy, scores, numbers, nps, topTwoFrom: rated ? topTwoFrom(scores) : null };
	};
	if (numbers && isNps(numbers)) return scale('number', numbers);
	if (weights.some((weight) => weight !== null)) return scale('weight', weights);
	if (numbers) return scale('number', numbers);
	if (type.startsWith('WEIGHTED')) return scale('weight', weights);
	const outside = outsideOf(texts);
	const places = alternatives.map(({ Order }, at) => (outside[at] ? null : Order));
	return scale('position', places);
}
