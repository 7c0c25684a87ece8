import { isKnownType } from '../reading';
import type { Given, Part } from './questions';

/** How many different answers are told apart that are not in the question's list. */
const UNLISTED_AT_MOST = 100;

const NUMBER = /^-?\d+([.,]\d+)?$/;

function addTo<Key>(counts: Map<Key, number>, key: Key, count: number): void {
	counts.set(key, (counts.get(key) ?? 0) + count);
}

/** The answers of some people to one part, counted. Its size does not depend on how many there are. */
export class PartTally {
	/** Results with an answer to it. */
	answered = 0;

	/** How often each alternative was chosen. */
	readonly chosen: number[];

	/** How often anything else was answered. */
	readonly unlisted = new Map<string, number>();

	/** Answers that are neither. */
	beyond = 0;

	/** Answers with a score, and the sum of their scores. */
	scored = 0;

	sum = 0;

	/** How often each score of the scale was given. */
	readonly scores = new Map<number, number>();

	constructor(readonly part: Part) {
		this.chosen = part.alternatives.map(() => 0);
	}

	add({ texts, score }: Given): void {
		this.answered++;
		if (this.part.words) return;
		const places = texts.map((text) => this.placeOf(text));
		for (const [at, place] of places.entries()) {
			if (place !== undefined) this.chosen[place]++;
			else if (this.countable(texts[at])) this.count(texts[at], 1);
		}
		if (score === undefined) return;
		this.scored++;
		this.sum += score;
		if (this.part.scale) addTo(this.scores, score, 1);
	}

	/** With an option such as "Other" people may have written something. */
	private placeOf(text: string): number | undefined {
		const { places, alternatives } = this.part;
		const place = places.get(text);
		if (place !== undefined || !text.includes(': ')) return place;
		const found = alternatives.findIndex(({ Text }) => text.startsWith(`${Text.trim()}: `));
		return found < 0 ? undefined : found;
	}

	/** What people wrote in an unknown kind of question may be personal, so it is not counted as an answer. */
	private countable(text: string): boolean {
		return isKnownType(this.part.type) || NUMBER.test(text);
	}

	private count(text: string, count: number): void {
		const isNew = !this.unlisted.has(text);
		if (isNew && this.unlisted.size >= UNLISTED_AT_MOST) this.beyond += count;
		else addTo(this.unlisted, text, count);
	}

	/** Adds the answers of other people. */
	merge(other: PartTally): void {
		this.answered += other.answered;
		for (const [place, count] of other.chosen.entries()) this.chosen[place] += count;
		for (const [text, count] of other.unlisted) this.count(text, count);
		this.beyond += other.beyond;
		this.scored += other.scored;
		this.sum += other.sum;
		for (const [score, count] of other.scores) addTo(this.scores, score, count);
	}
}

/** The answers of some people to all parts. */
export class Tally {
	private readonly parts = new Map<Part, PartTally>();

	of(part: Part): PartTally {
		let tally = this.parts.get(part);
		if (!tally) this.parts.set(part, (tally = new PartTally(part)));
		return tally;
	}

	add(given: readonly Given[]): void {
		for (const one of given) this.of(one.part).add(one);
	}

	merge(other: Tally): void {
		for (const [part, tally] of other.parts) this.of(part).merge(tally);
	}
}
