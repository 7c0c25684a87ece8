import type { AnswerSet } from '../../netigate/types';
import { Choices, type Part, type QuestionEntry, type Questions } from '../questions';
import { isKnownType, ratingOf, type Reading } from '../reading';
import type { Scale } from '../scale';

/** The maximum number of unlisted answers that are counted separately. */
const MAX_UNLISTED = 100;

const MAX_COMMENTS = 50;

const NUMBER = /^-?\d+([.,]\d+)?$/;

const NOTHING_TO_CHOOSE = new Choices([], '');

export class CountedPart implements Part {
	/** Whether answers are free text, which is output instead of counted. */
	readonly inWords: boolean;
	readonly choices: Choices;
	/** Absent if there are no choices, or if people can choose several. */
	readonly scale?: Scale;

	constructor(
		readonly entry: QuestionEntry,
		readonly row?: string,
	) {
		const { type, choices, rowChoices } = entry;
		this.inWords = type === 'TEXT_FIELD';
		if (this.inWords) this.choices = NOTHING_TO_CHOOSE;
		else this.choices = row === undefined ? choices : rowChoices;
		if (type !== 'CHECKBOX' && this.choices.list.length > 0) this.scale = this.choices.scale;
	}

	/** The index of an answer's alternative, including for an answer such as "Other: my own words". */
	placeOf(text: string): number | undefined {
		const place = this.choices.placeOf(text);
		if (place !== undefined || !text.includes(': ')) return place;
		const found = this.choices.list.findIndex(({ Text }) => text.startsWith(`${Text.trim()}: `));
		return found < 0 ? undefined : found;
	}
}

export interface Given {
	part: CountedPart;
	texts: string[];
	score?: number;
}

/** A survey's parts in order, then any other parts that were answered. */
export class CountedParts {
	private readonly byKey = new Map<string, CountedPart>();

	constructor(readonly questions: Questions) {
		for (const { entry, row } of questions.parts((text) => text.trim()))
			if (!entry.isBackground) this.take(entry, entry.byRow ? row : undefined);
	}

	private take(entry: QuestionEntry, row?: string): CountedPart {
		const key = row === undefined ? String(entry.id) : `${entry.id} ${row}`;
		let part = this.byKey.get(key);
		if (!part) this.byKey.set(key, (part = new CountedPart(entry, row)));
		return part;
	}

	/** The answers to each part of a question, except empty ones. */
	given(entry: QuestionEntry, { value, score }: Reading): Given[] {
		if (entry.isBackground) return [];
		const givenTo = (
			row: string | undefined,
			answer: string | number | string[],
			scored: unknown,
		) => {
			const part = this.take(entry, row);
			const answers = [answer].flat();
			const texts = answers.map((text) => String(text).trim()).filter((text) => text !== '');
			if (texts.length === 0) return [];
			return [{ part, texts, score: ratingOf(entry, answers[0], scored) }];
		};
		if (typeof value !== 'object' || Array.isArray(value)) return givenTo(undefined, value, score);
		return Object.entries(value).flatMap(([row, answer]) =>
			givenTo(row.trim(), answer, typeof score === 'object' ? score[row] : undefined),
		);
	}

	all(): CountedPart[] {
		return [...this.byKey.values()];
	}
}

function addTo<Key>(counts: Map<Key, number>, key: Key, count: number): void {
	counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Counts a group's answers to one part. Its size doesn't grow with the number of people. */
export class PartTally {
	answered = 0;

	readonly chosen: number[];
	readonly unlisted = new Map<string, number>();
	/** The number of answers that are counted in neither `chosen` nor `unlisted`. */
	beyond = 0;
	scored = 0;
	sum = 0;
	readonly scores = new Map<number, number>();

	constructor(readonly part: CountedPart) {
		this.chosen = part.choices.list.map(() => 0);
	}

	add({ texts, score }: Given): void {
		this.answered++;
		if (this.part.inWords) return;
		for (const text of texts) {
			const place = this.part.placeOf(text);
			if (place !== undefined) this.chosen[place]++;
			else if (this.isCountable(text)) this.count(text, 1);
		}
		if (score === undefined) return;
		this.scored++;
		this.sum += score;
		if (this.part.scale) addTo(this.scores, score, 1);
	}

	/** Free text from an unknown type of question may be personal, so it isn't counted as an answer. */
	private isCountable(text: string): boolean {
		return isKnownType(this.part.entry.type) || NUMBER.test(text);
	}

	private count(text: string, count: number): void {
		const isNew = !this.unlisted.has(text);
		if (isNew && this.unlisted.size >= MAX_UNLISTED) this.beyond += count;
		else addTo(this.unlisted, text, count);
	}

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

export class Tally {
	private readonly parts = new Map<CountedPart, PartTally>();

	of(part: CountedPart): PartTally {
		let tally = this.parts.get(part);
		if (!tally) this.parts.set(part, (tally = new PartTally(part)));
		return tally;
	}

	add(answers: readonly Given[]): void {
		for (const given of answers) this.of(given.part).add(given);
	}

	merge(other: Tally): void {
		for (const [part, tally] of other.parts) this.of(part).merge(tally);
	}
}

interface Comment {
	at: string;
	text: string;
}

/** The newest free-text answers by question. */
export class Comments {
	private readonly byPart = new Map<CountedPart, Comment[]>();

	add({ Updated, Created }: AnswerSet, { part, texts }: Given): void {
		if (!part.inWords) return;
		let comments = this.byPart.get(part);
		if (!comments) this.byPart.set(part, (comments = []));
		for (const text of texts) comments.push({ at: Updated ?? Created ?? '', text });
		// Not after every comment, because sorting is slow.
		if (comments.length > MAX_COMMENTS * 4) this.trim(comments);
	}

	private trim(comments: Comment[]): void {
		comments.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).splice(MAX_COMMENTS);
	}

	of(part: CountedPart): string[] {
		const comments = this.byPart.get(part) ?? [];
		this.trim(comments);
		return comments.map(({ text }) => text);
	}
}
