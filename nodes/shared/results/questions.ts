import { recordsIn } from '../netigate/client';
import type { Answer, Question, QuestionItem, QuestionItemAlternative } from '../netigate/types';
import { numberIn } from '../input/numbers';
import { UniqueKeys } from '../input/text';
import { scaleOf, type Scale } from './scale';

/** The keys for answers in results: the question's text or the question item's id. */
export type KeyBy = 'text' | 'id';

/** Text from Netigate; empty if there is none. */
export const textOf = (value: unknown): string =>
	typeof value === 'string' ? value : `${(value as number | null | undefined) ?? ''}`;

/** The choices for a question, or for each row of a matrix. */
export class Choices {
	readonly scale: Scale;

	/** The index of each choice by its text. If several choices have the same text, it is the index of the first one. */
	private readonly places = new Map<string, number>();

	constructor(
		readonly list: readonly QuestionItemAlternative[],
		type: string,
	) {
		this.scale = scaleOf(list, type);
		for (const [place, { Text }] of list.entries())
			if (!this.places.has(Text.trim())) this.places.set(Text.trim(), place);
	}

	placeOf(text: string): number | undefined {
		return this.places.get(text.trim());
	}

	private atPosition({ AnswerNumeric }: Answer): number {
		return this.list.findIndex(({ Order }) => Order === AnswerNumeric);
	}

	/** The index of the alternative with the answer's text or, if the answer has no text, its position. -1 if none. */
	chosenIn(answer: Answer): number {
		const words = textOf(answer.AnswerText).trim();
		return words === '' ? this.atPosition(answer) : (this.placeOf(words) ?? -1);
	}

	/** The answer as text. If the question tree has the same string, reuses it to save memory. */
	textOf(answer: Answer): string {
		const words = textOf(answer.AnswerText);
		const chosen = (this.list[this.chosenIn(answer)] as QuestionItemAlternative | undefined)?.Text;
		return chosen !== undefined && (words === '' || words === chosen) ? chosen : words;
	}

	/** An answer's score. A weight in the answer takes precedence over the scale unless the scale uses numbers. */
	scoreOf(answer: Answer): number | undefined {
		const { scoreBy, scores } = this.scale;
		const position = answer.AnswerNumeric;
		if (scoreBy !== 'number' && typeof answer.AnswerWeight === 'number') return answer.AnswerWeight;
		if (scoreBy === 'position')
			return typeof position === 'number' && position > 0 ? position : undefined;
		const chosen = this.chosenIn(answer);
		// Among weighted alternatives, "Don't know" has no weight, and its position isn't a rating.
		if (chosen >= 0) return scores[chosen] ?? undefined;
		// If the answer is in another language, its position finds the score. On a scale of 0 to 10, position 7 means 6.
		const number = scoreBy === 'number' ? numberIn(textOf(answer.AnswerText)) : undefined;
		return number ?? scores[this.atPosition(answer)] ?? undefined;
	}
}

/** Anything that has its own answer: a question, a matrix row, or one of several text fields. */
export interface Part {
	entry: QuestionEntry;
	/** The row's key, unique within the entry. */
	row?: string;
}

const present = (alternatives?: QuestionItem['Rows']): QuestionItemAlternative[] =>
	recordsIn<QuestionItemAlternative>(alternatives).map((alternative) =>
		typeof alternative.Text === 'string'
			? alternative
			: { ...alternative, Text: textOf(alternative.Text) },
	);

export type QuestionEntry = ReturnType<typeof entryOf>;

/** What the question tree (call 4) contains about one question item. */
function entryOf(
	item: Partial<QuestionItem> & Pick<QuestionItem, 'QuestionItemId'>,
	key: string,
	titles: readonly string[] = [],
) {
	const type = typeof item.Type === 'string' ? item.Type.trim() : '';
	const rows = present(item.Rows);
	const columns = present(item.Columns);
	const rowChoices = new Choices(columns.length > 0 ? columns : rows, type);
	return {
		id: item.QuestionItemId,
		type,
		/** The key for its answers if a simplified result is keyed by text. Unique in the survey. */
		key,
		/** The item's own title and the question's text, neither of which is an answer. */
		titles,
		/** Whether it collects background data, i.e. who people are and not what they think. */
		isBackground: (item.BackgroundLabel ?? 0) > 0,
		rows,
		columns,
		/** Whether it is answered row by row, as a matrix or several text fields. */
		byRow: type === 'TEXT_FIELD' ? rows.length > 1 : type === 'MATRIX' && rows.length > 0,
		choices: columns.length > 0 ? new Choices([...columns, ...rows], type) : rowChoices,
		rowChoices,
	};
}

/** A survey's questions by question item id, in order. */
export class Questions {
	private readonly entries = new Map<number, QuestionEntry>();

	private readonly keys = new UniqueKeys();

	/** @param tree the response of call 4 */
	constructor(tree: readonly Question[]) {
		const inOrder = <T extends { Order: number }>(list: readonly T[] | null) =>
			[...recordsIn<T>(list)].sort((a, b) => a.Order - b.Order);
		for (const question of inOrder(tree)) {
			const items = inOrder(question.QuestionItems);
			for (const item of items) this.add(question, item, items.length > 1);
		}
	}

	private add(question: Question, item: QuestionItem, oneOfSeveral: boolean): void {
		const title = textOf(item.Text).trim();
		const words = textOf(question.Text).trim();
		const both = oneOfSeveral && title !== '' && words !== '' && title !== words;
		const key = both ? `${words}: ${title}` : words || title || `Question ${item.QuestionItemId}`;
		const titles = [title, words].filter((text) => text !== '');
		this.entries.set(item.QuestionItemId, entryOf(item, this.keys.take(key), titles));
	}

	get(questionItemId: number): QuestionEntry | undefined {
		return this.entries.get(questionItemId);
	}

	all(): QuestionEntry[] {
		return [...this.entries.values()];
	}

	/** All parts in order. An unknown type with rows and columns may be a matrix, so it is split into rows too. */
	parts(nameOf = (text: string) => text): Part[] {
		return this.all().flatMap((entry): Part[] => {
			const { byRow, rows, columns } = entry;
			if (!byRow && (rows.length === 0 || columns.length === 0)) return [{ entry }];
			const keys = new UniqueKeys();
			return rows.map(({ Text }) => ({ entry, row: keys.take(nameOf(Text)) }));
		});
	}

	/** The entry for an item that isn't in the tree, e.g. because it was deleted. */
	unlisted(id: number, type: unknown, label: string): QuestionEntry {
		return entryOf({ QuestionItemId: id, Type: type as string }, label || `Question ${id}`);
	}
}
