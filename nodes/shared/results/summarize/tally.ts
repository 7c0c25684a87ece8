import { getOrAdd, groupBy } from '../../basics/lists';
import type { AnswerSet } from '../../netigate/types';
import { readableText } from '../../input/text';
import { Choices, isKnownType, type Given } from '../choices';
import type { Part, QuestionEntry, Questions } from '../questions';
import { ratingOf, type Reading } from '../reading';
import type { Scale } from '../scale';

/** The maximum number of different answers that aren't alternatives and are counted separately. */
const MAX_UNLISTED = 100;

const MAX_COMMENTS = 50;

const NUMBER = /^-?\d+([.,]\d+)?$/;

const NOTHING_TO_CHOOSE = new Choices([], '');

export class CountedPart implements Part {
	readonly choices: Choices;
	/** Absent if the part has no choices or if people can choose several. */
	readonly scale?: Scale;

	constructor(
		readonly entry: QuestionEntry,
		readonly row?: string,
	) {
		const { type, choices, columns } = entry;
		// Free text is output instead of being counted.
		if (type === 'TEXT_FIELD') this.choices = NOTHING_TO_CHOOSE;
		else this.choices = row === undefined ? choices : columns;
		if (type !== 'CHECKBOX' && this.choices.list.length > 0) this.scale = this.choices.scale;
	}
}

/** One person's answer to one part. */
interface GivenPart {
	part: CountedPart;
	given: Given[];
	score?: number;
}

/** A survey's parts in order, then any other parts that were answered. */
export class CountedParts {
	/** The parts, by question item id and then by row. */
	private readonly byItem = new Map<number, Map<string | undefined, CountedPart>>();

	constructor(readonly questions: Questions) {}

	private take(entry: QuestionEntry, row?: string): CountedPart {
		const parts = getOrAdd(this.byItem, entry.id, () => new Map());
		return getOrAdd(parts, row, () => new CountedPart(entry, row));
	}

	/** The answers to each part of a question, except empty ones. */
	given(entry: QuestionEntry, { given, score }: Reading): GivenPart[] {
		if (entry.isBackground) return [];
		const filled = given.filter(({ text, comment }) => (text + (comment ?? '')).trim() !== '');
		return [...groupBy(filled, ({ row }) => row)].map(([row, answers]) => {
			const own = typeof score === 'object' ? score[row ?? ''] : score;
			return {
				part: this.take(entry, row),
				given: answers,
				score: ratingOf(entry, answers[0].text, own),
			};
		});
	}

	all(): CountedPart[] {
		const answered = new Map([...this.byItem].map(([id, parts]) => [id, new Set(parts.keys())]));
		const listed = this.questions.parts(answered).filter(({ entry }) => !entry.isBackground);
		const parts = listed.map(({ entry, row }) => this.take(entry, row));
		return [
			...new Set([...parts, ...[...this.byItem.values()].flatMap((own) => [...own.values()])]),
		];
	}
}

function addTo<Key>(counts: Map<Key, number>, key: Key, count: number): void {
	counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Counts a group's answers to one part. Memory use doesn't depend on the number of people. */
export class PartTally {
	answered = 0;

	readonly chosen: number[];
	readonly unlisted = new Map<string, number>();
	/** The number of answers that aren't counted in `chosen` or `unlisted`. */
	beyond = 0;
	scored = 0;
	sum = 0;
	readonly scores = new Map<number, number>();

	constructor(readonly part: CountedPart) {
		this.chosen = part.choices.list.map(() => 0);
	}

	add({ given, score }: GivenPart): void {
		this.answered++;
		for (const { place, text, comment } of given) {
			if (place >= 0) this.chosen[place]++;
			else if (text !== comment && this.isCountable(text)) this.count(readableText(text), 1);
		}
		if (score === undefined) return;
		this.scored++;
		this.sum += score;
		if (this.part.scale) addTo(this.scores, score, 1);
	}

	/** If the type of question is unknown, free text isn't shown, because it may be personal. */
	private isCountable(text: string): boolean {
		return text !== '' && (isKnownType(this.part.entry.type) || NUMBER.test(text));
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
		return getOrAdd(this.parts, part, () => new PartTally(part));
	}

	add(answers: readonly GivenPart[]): void {
		for (const answer of answers) this.of(answer.part).add(answer);
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

	add({ Updated, Created }: AnswerSet, { part, given }: GivenPart): void {
		const texts = given.map(({ comment = '' }) => comment.trim()).filter((text) => text !== '');
		const comments = getOrAdd(this.byPart, part, () => []);
		for (const text of texts) comments.push({ at: Updated ?? Created ?? '', text });
		// Comments aren't trimmed every time, because trimming sorts them, which is slow.
		if (comments.length > MAX_COMMENTS * 4) this.trim(comments);
	}

	private trim(comments: Comment[]): void {
		comments.sort((a, b) => b.at.localeCompare(a.at)).splice(MAX_COMMENTS);
	}

	of(part: CountedPart): string[] {
		const comments = this.byPart.get(part) ?? [];
		this.trim(comments);
		return comments.map(({ text }) => text);
	}
}
