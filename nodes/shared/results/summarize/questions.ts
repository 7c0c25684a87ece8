import { recordsIn } from '../../netigate/client';
import type { Question, QuestionItem, QuestionItemAlternative } from '../../netigate/types';
import { Questions, type QuestionEntry } from '../questions';
import { UniqueKeys } from '../../input/text';
import { alternativesOf, columnsOf, hasSeveralFields, ratingOf, type Reading } from '../reading';
import { scaleOf, type Scale } from '../scale';

/** Something that is counted by itself: a question, one row of a matrix, or one of several text fields. */
export interface Part {
	id: number;
	question: string;
	row?: string;
	type: string;
	/** Whether people answer in their own words, which are shown and not counted. */
	words: boolean;
	alternatives: readonly QuestionItemAlternative[];
	/** The place of each alternative by its text. */
	places: ReadonlyMap<string, number>;
	/** Absent where nothing can be chosen, or where several answers can. */
	scale?: Scale;
}

/** One answer to one part: the texts that were chosen or written, and what it is worth. */
export interface Given {
	part: Part;
	texts: string[];
	score?: number;
}

function partOf(entry: QuestionEntry, row?: string): Part {
	const { id, key, type } = entry;
	const words = type === 'TEXT_FIELD';
	const alternatives = row === undefined ? alternativesOf(entry) : columnsOf(entry);
	const choices = words ? [] : alternatives;
	const scored = type !== 'CHECKBOX' && choices.length > 0;
	return {
		id,
		question: key,
		...(row === undefined ? {} : { row }),
		type,
		words,
		alternatives: choices,
		places: new Map(choices.map(({ Text }, place) => [Text.trim(), place] as const).reverse()),
		...(scored ? { scale: scaleOf(choices, type) } : {}),
	};
}

/** The parts of a survey in the order in which they are asked, then any others that were answered. */
export class Parts {
	private readonly byKey = new Map<string, Part>();

	readonly questions: Questions;

	/** Items that hold background data: they say who somebody is, not what they think. */
	private readonly background: ReadonlySet<number>;

	/** @param tree the answer of row 4 */
	constructor(tree: readonly Question[]) {
		this.questions = new Questions(tree);
		const items = recordsIn<Question>(tree).flatMap(({ QuestionItems }) =>
			recordsIn<QuestionItem>(QuestionItems),
		);
		this.background = new Set(
			items
				.filter(({ BackgroundLabel }) => (BackgroundLabel ?? 0) > 0)
				.map(({ QuestionItemId }) => QuestionItemId),
		);
		for (const entry of this.questions.all()) {
			if (this.background.has(entry.id)) continue;
			const keys = new UniqueKeys();
			const byRow = hasSeveralFields(entry) || (entry.type === 'MATRIX' && entry.rows.length > 0);
			if (!byRow) this.take(entry);
			else for (const { Text } of entry.rows) this.take(entry, keys.take(Text.trim()));
		}
	}

	private take(entry: QuestionEntry, row?: string): Part {
		const key = row === undefined ? String(entry.id) : `${entry.id} ${row}`;
		let part = this.byKey.get(key);
		if (!part) this.byKey.set(key, (part = partOf(entry, row)));
		return part;
	}

	/** The answers to the parts of a question; none where the answer is empty. */
	given(entry: QuestionEntry, { value, score }: Reading): Given[] {
		if (this.background.has(entry.id)) return [];
		const one = (part: Part, said: unknown, scored: unknown): Given[] => {
			const texts = [said]
				.flat()
				.map((text) => String(text).trim())
				.filter((text) => text !== '');
			if (texts.length === 0) return [];
			const score = ratingOf(entry, [said].flat()[0], scored);
			return [{ part, texts, ...(score === undefined ? {} : { score }) }];
		};
		if (typeof value !== 'object' || Array.isArray(value)) {
			return one(this.take(entry), value, score);
		}
		return Object.entries(value).flatMap(([row, said]) =>
			one(this.take(entry, row.trim()), said, typeof score === 'object' ? score[row] : undefined),
		);
	}

	all(): Part[] {
		return [...this.byKey.values()];
	}
}
