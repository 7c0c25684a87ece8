import type { QuestionItemAlternative } from '../netigate/types';
import { numberIn } from '../input/numbers';

/** The source of scores: numbers in the alternatives, their weights, or their positions in the list. */
type ScoreBy = 'number' | 'weight' | 'position';

export interface Scale {
	scoreBy: ScoreBy;
	/** A score for each alternative; null for an alternative such as "Don't know". */
	scores: ReadonlyArray<number | null>;
	/** Whether the scores are 0 to 10, as for the net promoter score. */
	nps: boolean;
	/** The second-highest score; null if a top-two share says little, e.g. on a scale of three. */
	topTwoFrom: number | null;
}

const NPS_SCORES = Array.from({ length: 11 }, (_, score) => score);

/** Emoji and stars next to a number, and the frame of a keycap such as 1️⃣. */
const SYMBOLS = /[\p{So}\p{Sk}\p{Me}\ufe0f\u200d]/gu;

/** Matches "10 = Extremely likely" and "0 – Not at all", but not a range such as "1-2". */
const labelled = /^([+-]?\d+) ?[-–—:=.,()]+ ?(?![ \d])/;
/** Matches "Never (0)" and "Always = 4". */
const labelledBehind = /(?:[([] ?|[-–—:=] )([+-]?\d+) ?[)\]]?$/;

/** Matches answers that aren't part of a scale, even next to its end, in the languages of most surveys. */
const NO_OPINION = new RegExp(
	[
		'do(?:n.?t| not) know|not sure|unsure|undecided|not applicable|\\bn[./]?a\\b|no (?:answer|opinion|response|comment)|can(?:.?t|not) (?:say|judge|answer|rate)|(?:prefer|rather) not|decline|refuse|doesn.?t apply|^other\\b',
		'wei(?:ß|ss) (?:ich |es )?nicht|keine (?:angabe|antwort|meinung|aussage|erfahrung)|\\bk\\. ?a\\b|kann ich nicht|nicht (?:beurteil|bewert|anwendbar)|möchte.{0,40} nicht',
		'vet (?:ej|inte|ikke)|ved ikke|ingen (?:åsikt|uppfattning|erfarenhet|mening)|(?:ej|inte|ikke) (?:aktuel|svara|tillämplig)|(?:vill|kan|ønsker) (?:ej|inte|ikke)|en osaa|en tiedä|ei osaa|en halua',
		'sai[st] pas|sans (?:avis|opinion|réponse)|non concerné|prononce pas|no (?:lo )?s(?:é|abe)|no (?:contesta|aplica)|sin opinión|ns/nc|non s(?:o\\b|aprei)|non applicabile|preferisco non',
		'weet (?:ik )?(?:het )?niet|geen (?:mening|antwoord)|n\\.?v\\.?t|nie wiem|trudno powiedzieć|nie dotyczy|não sei|não se aplica',
	].join('|'),
	'i',
);

/** Scores at which many scales start or end. */
const USUAL_ENDS = [0, 1, 5, 7, 10];

/** The numbers of alternatives, of which `from` to `to` go up or down in even steps. */
interface Run {
	from: number;
	to: number;
	step: number;
}

/** An alternative's text, simplified so that its number can be found. */
const simplified = (text: string) =>
	text.normalize('NFKC').replace(SYMBOLS, ' ').replace(/−/g, '-').replace(/\s+/g, ' ').trim();

const digitsIn = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);

function numberOf(text: string): number | null {
	const match =
		labelled.exec(text) ?? (digitsIn(text).length === 1 ? labelledBehind.exec(text) : null);
	return numberIn(text) ?? (match ? Number(match[1]) : null);
}

/** Whether a number appears anywhere in a text, such as 7 in "Like 7". */
function contains(text: string, number: number): boolean {
	const found = text.match(/(?<![\p{L}\d.,])(?:(?<!\d ?)-)?\d+(?![\p{L}\d]|[.,]\d)/gu) ?? [];
	return found.some((one) => Number(one) === number || (number >= 0 && -Number(one) === number));
}

function longestRun(texts: readonly string[], numbers: ReadonlyArray<number | null>) {
	const isBare = (at: number) => numberIn(texts[at]) !== undefined;
	/** The difference to the number before, or 0 if there is none. */
	const stepTo = (at: number): number => {
		const [before, number] = [numbers[at - 1] ?? null, numbers[at]];
		if (before === null || number === null) return 0;
		// "10 km, 20 km" is a list of distances, but "10, 20" is a scale.
		return Math.abs(number - before) === 1 || (isBare(at) && isBare(at - 1)) ? number - before : 0;
	};
	let longest: Run | undefined;
	let from = 0;
	for (let at = 1; at < numbers.length; at++) {
		const step = stepTo(at);
		if (step === 0) from = at;
		else if (Math.abs(step - stepTo(at - 1)) > 1e-9) from = at - 1;
		if (step !== 0 && at - from > (longest ? longest.to - longest.from : 0))
			longest = { from, to: at, step };
	}
	return longest;
}

/**
 * Extends a run by an alternative at each end. Its text may contain the next number, such as "Like 7", or no number.
 * Without a number, it could be "Don't know", so the rest of the scale must confirm that it belongs to the scale.
 */
function withEnds(texts: readonly string[], numbers: Array<number | null>, run: Run): void {
	const { from, to, step } = run;
	const inRun = numbers.slice(from, to + 1) as number[];
	const ends = [
		{ at: from - 1, edge: from, next: numbers[from]! - step },
		{ at: to + 1, edge: to, next: numbers[to]! + step },
	].map((end) => {
		const text = texts[end.at] as string | undefined;
		const numbered = text !== undefined && contains(text, end.next);
		const isNegative = end.next < 0 && Math.min(...inRun) >= 0;
		const foreign = digitsIn(text ?? '').some((digits) => digits !== Math.abs(numbers[end.edge]!));
		const words = text !== undefined && !numbered && !isNegative && !foreign;
		const bareEdge = numberIn(texts[end.edge]) !== undefined;
		return { ...end, numbered, bareEdge, worded: words && !NO_OPINION.test(text) };
	});
	for (const [index, { at, next, numbered, worded, bareEdge }] of ends.entries()) {
		const other = ends[1 - index];
		const confirmed = other.worded || next === 1;
		const likely = (other.numbered || !other.bareEdge) && bareEdge && USUAL_ENDS.includes(next);
		if (numbered || (worded && (confirmed || likely))) numbers[at] = next;
	}
}

/** Fills in the numbers of a scale that only has them at its ends, such as "Very good (5)" … "Very bad (1)". */
function betweenEnds(texts: readonly string[]): Array<number | null> | undefined {
	const from = texts.findIndex((text) => digitsIn(text).length > 0);
	const to = texts.findLastIndex((text) => digitsIn(text).length > 0);
	if (texts.slice(from, to + 1).filter((text) => digitsIn(text).length > 0).length !== 2)
		return undefined;
	const [[first, ...more], [last, ...others]] = [digitsIn(texts[from]), digitsIn(texts[to])];
	if (more.length + others.length > 0 || Math.abs(last - first) !== to - from || to - from < 2)
		return undefined;
	const step = Math.sign(last - first);
	return texts.map((_, at) => (at < from || at > to ? null : first + step * (at - from)));
}

/** The numbers of alternatives if they go up or down in even steps. Up to two may be outside the scale. */
function stepsOf(alternatives: readonly string[]): Array<number | null> | undefined {
	const texts = alternatives.map(simplified);
	const all = texts.map(numberOf);
	const run = longestRun(texts, all);
	const numbers = run
		? all.map((number, at) => (at >= run.from && at <= run.to ? number : null))
		: betweenEnds(texts);
	if (!numbers) return undefined;
	if (run) withEnds(texts, numbers, run);
	const found = numbers.filter((number) => number !== null).length;
	return found >= 3 && texts.length - found <= 2 ? numbers : undefined;
}

/** The numbers in alternatives if they form a scale such as 0 to 10, with or without a "Don't know". */
function numbersOf(texts: readonly string[]): Array<number | null> | undefined {
	const found = (numbers: ReadonlyArray<number | null>) =>
		numbers.filter((number) => number !== null).length;
	const plain = texts.map((text) => numberIn(simplified(text)) ?? null);
	const steps = stepsOf(texts);
	// Uneven numbers such as 1, 2, 3, 3.5 can also be a scale.
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
 * The scale of a question's alternatives. If their numbers are 0 to 10, these are the scores. Otherwise, the scores are
 * weights, numbers or positions, in this order. A weighted question is never scored by position, because its answers
 * may have weights even if its alternatives have none.
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
