import { addToGroup, getOrAdd, groupBy } from '../basics/lists';
import { recordsIn } from '../netigate/client';
import type { Answer, QuestionItem, QuestionItemAlternative } from '../netigate/types';
import { numberIn } from '../input/numbers';
import { foldReadable, readableText } from '../input/text';
import { OTHER } from './noOpinion';
import { scaleOf, type Scale } from './scale';

/** Types of questions whose answer records each contain a single choice (contract: "How answers look"). */
const CHOICE_TYPES: readonly string[] = ['RADIOBUTTON', 'DROPDOWN', 'WEIGHTED_RADIOBUTTON'];

const KNOWN_TYPES = [...CHOICE_TYPES, 'TEXT_FIELD', 'CHECKBOX', 'MATRIX'];

export const isChoiceType = (type: string) => CHOICE_TYPES.includes(type);

export const isKnownType = (type: string) => KNOWN_TYPES.includes(type);

/** Text from Netigate; empty if there is none. */
export const textOf = (value: unknown): string =>
	typeof value === 'string' ? value : `${(value as number | null | undefined) ?? ''}`;

/** An alternative. `Text` is its readable text, and `Order` is its position, starting at 1. */
interface Alternative extends QuestionItemAlternative {
	/** The text as Netigate wrote it. */
	raw: string;
}

/** The alternatives in a list from the question tree, in order. */
export function alternativesIn(list: QuestionItem['Rows'] | undefined): Alternative[] {
	const found = recordsIn<QuestionItemAlternative>(list);
	const orders = found.map(({ Order }) => Order);
	const ordered = orders.every(Number.isFinite) && new Set(orders).size === orders.length;
	// According to the documentation, positions start at 1, but it isn't documented whether `Order` does.
	const shift = orders.reduce((least, order) => Math.min(least, order), Infinity) === 0 ? 1 : 0;
	const inOrder = ordered ? found.sort((a, b) => a.Order - b.Order) : found;
	return inOrder.map((alternative, at) => {
		const Order = ordered ? alternative.Order + shift : at + 1;
		const raw = textOf(alternative.Text);
		// An alternative that is an image has no readable text.
		const Text = readableText(raw) || (raw.trim() === '' ? '' : `Option ${Order}`);
		return { ...alternative, Order, Text, raw };
	});
}

/** One alternative that someone chose, or one text or number that someone entered. */
export interface Given {
	/** The key of the row in a matrix. */
	row?: string;
	/** The index of the alternative in the list; -1 if it isn't in the list. */
	place: number;
	/** The chosen alternative or the respondent's own words. */
	text: string;
	/** What the respondent typed. */
	comment?: string;
}

const FORMS: ReadonlyArray<(text: string) => string> = [(text) => text, readableText, foldReadable];

/** The choices for a question or for each row of a matrix. */
export class Choices {
	readonly scale: Scale;

	/** For each way to compare text, strictest first, the indexes of the alternatives with that text. */
	private readonly places = FORMS.map(() => new Map<string, number[]>());

	/** The indexes of all alternatives. */
	private readonly all: readonly number[];

	private readonly byPosition = new Map<readonly number[], Map<unknown, number>>();

	private byScore?: ReadonlyMap<number | null, number[]>;

	constructor(
		readonly list: readonly Alternative[],
		private readonly type: string,
	) {
		this.scale = scaleOf(list, type);
		this.all = [...list.keys()];
		for (const [place, { raw, Text }] of list.entries())
			for (const [at, form] of FORMS.entries())
				for (const text of new Set([form(raw), form(Text)]))
					addToGroup(this.places[at], text, place);
	}

	/** The indexes of all alternatives with exactly this text. If there are none, compares readable text instead. */
	placesOf(text: string): readonly number[] {
		if (text.trim() === '') return [];
		for (const [at, form] of FORMS.entries()) {
			const found = this.places[at].get(form(text));
			if (found) return found;
		}
		return [];
	}

	/** The first of these indexes whose alternative is at this position. */
	private atPosition(position: unknown, places = this.all): number | undefined {
		// If a column and a row are at the same position, the column comes first.
		const byPosition = getOrAdd(
			this.byPosition,
			places,
			() => new Map(places.toReversed().map((place) => [this.list[place].Order, place])),
		);
		return byPosition.get(position);
	}

	/** The index of the alternative with this text. If there are several, prefers the one at the answer's position. */
	private withText(words: string, position: unknown): number | undefined {
		const places = this.placesOf(words);
		return places.length < 2 ? places.at(0) : (this.atPosition(position, places) ?? places[0]);
	}

	private withScore(score: number): number {
		this.byScore ??= groupBy(this.scale.scores.keys(), (place) => this.scale.scores[place]);
		return this.byScore.get(score)?.[0] ?? -1;
	}

	/**
	 * Finds the alternative for an answer by exact text, readable text or number. If there is no match, uses the answer's
	 * position, because the answer may be in another language or contain someone's own words for "Other".
	 */
	choose({ AnswerText, AnswerNumeric }: Pick<Answer, 'AnswerText' | 'AnswerNumeric'>): Given {
		const words = textOf(AnswerText);
		const called = this.withText(words, AnswerNumeric);
		if (called !== undefined) return { place: called, text: this.ownText(words, called) };
		const there = this.atPosition(AnswerNumeric) ?? -1;
		const isBlank = words.trim() === '';
		const isOther = there >= 0 && !isBlank && OTHER.test(this.list[there].Text);
		const number = isBlank ? undefined : numberIn(readableText(words));
		const rated = this.scale.scoreBy === 'number' && number !== undefined && !isOther;
		const scored = rated ? this.withScore(number) : -1;
		if (scored >= 0) return { place: scored, text: words };
		// If the type of question is unknown, a number may be anything, such as the value of a slider.
		if (there < 0 || (number !== undefined && !isKnownType(this.type))) {
			// If an answer has a position, it was chosen rather than typed, even if its alternative no longer exists.
			const isChosen = this.list.length === 0 || (AnswerNumeric ?? 0) > 0;
			const isOption = isChosen && isKnownType(this.type);
			return { place: -1, text: isOption ? readableText(words) : words };
		}
		if (isBlank) return { place: there, text: this.list[there].Text };
		return isOther
			? { place: there, text: words, comment: words }
			: { place: there, text: readableText(words) };
	}

	/** Returns the string from the question tree if it is the same, to save memory. */
	private ownText(words: string, place: number): string {
		const { raw, Text } = this.list[place];
		if (words === raw) return Text;
		const own = readableText(words);
		return own === Text ? Text : own;
	}

	/** An answer's weight takes precedence over the scale, unless the scale uses numbers. */
	scoreOf({ AnswerText, AnswerNumeric, AnswerWeight }: Answer, place: number): number | undefined {
		const { scoreBy, scores } = this.scale;
		if (scoreBy !== 'number' && typeof AnswerWeight === 'number') return AnswerWeight;
		// If alternatives have weights, "Don't know" doesn't have one, and its position isn't a rating.
		if (place >= 0) return scores[place] ?? undefined;
		if (scoreBy === 'number') return numberIn(readableText(AnswerText));
		const isPosition = typeof AnswerNumeric === 'number' && AnswerNumeric > 0;
		return scoreBy === 'position' && isPosition ? AnswerNumeric : undefined;
	}
}
