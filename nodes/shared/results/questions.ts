import { recordsIn } from '../netigate/client';
import type { Answer, Question, QuestionItem, QuestionItemAlternative } from '../netigate/types';
import { numberIn } from '../input/numbers';
import { UniqueKeys } from '../input/text';
import { scaleOf, type Scale } from './scale';

/** The keys of answers in results: the question's text or the question item's id. */
export type KeyBy = 'text' | 'id';

/** A text from Netigate; empty if there is none. */
export const textOf = (value: unknown): string =>
	typeof value === 'string' ? value : `${(value as number | null | undefined) ?? ''}`;

/** The choices of a question, or of each row of a matrix. */
export class Choices {
	readonly scale: Scale;

	/** The place of each text, the first one if several are equal. */
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

	/** The place of the alternative with an answer's text or, without a text, at its position; -1 if there is none. */
	chosenIn(answer: Answer): number {
		const words = textOf(answer.AnswerText).trim();
		return words === '' ? this.atPosition(answer) : (this.placeOf(words) ?? -1);
	}

	/** What was answered. Equal texts share the question tree's string, so that it is in memory only once. */
	textOf(answer: Answer): string {
		const words = textOf(answer.AnswerText);
		const chosen = (this.list[this.chosenIn(answer)] as QuestionItemAlternative | undefined)?.Text;
		return chosen !== undefined && (words === '' || words === chosen) ? chosen : words;
	}

	/** The score of an answer by the scale of the question; without weights in it, a weight in the answer counts. */
	scoreOf(answer: Answer): number | undefined {
		const { scoreBy, scores } = this.scale;
		const position = answer.AnswerNumeric;
		if (scoreBy !== 'number' && typeof answer.AnswerWeight === 'number') return answer.AnswerWeight;
		if (scoreBy === 'position')
			return typeof position === 'number' && position > 0 ? position : undefined;
		const chosen = this.chosenIn(answer);
		// "Don't know" among weighted alternatives has no weight, and its position isn't a rating.
		if (chosen >= 0) return scores[chosen] ?? undefined;
		// The answer may be in another language. The position of 6 among 0 to 10 is 7.
		const number = scoreBy === 'number' ? numberIn(textOf(answer.AnswerText)) : undefined;
		return number ?? scores[this.atPosition(answer)] ?? undefined;
	}
}

/** A question, one row of a matrix, or one of several text fields: it has an answer of its own. */
export interface Part {
	entry: QuestionEntry;
	/** The key of the row; no two rows of an entry share one. */
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
		/** The key of its answers in a simplified result, by text; unique in the survey. */
		key,
		/** Its own title and the question's text, which aren't answers. */
		titles,
		/** Whether it holds background data: who people are, not what they think. */
		isBackground: (item.BackgroundLabel ?? 0) > 0,
		rows,
		columns,
		/** Whether it is answered row by row: a matrix, or several text fields. */
		byRow: type === 'TEXT_FIELD' ? rows.length > 1 : type === 'MATRIX' && rows.length > 0,
		choices: columns.length > 0 ? new Choices([...columns, ...rows], type) : rowChoices,
		rowChoices,
	};
}

/** The questions of a survey by question item id, in order. */
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

	/** All parts in order. Other types may have rows, but only answers show if they are a matrix. */
	parts(nameOf = (text: string) => text): Part[] {
		return this.all().flatMap((entry): Part[] => {
			const { byRow, rows, columns } = entry;
			if (!byRow && (rows.length === 0 || columns.length === 0)) return [{ entry }];
			const keys = new UniqueKeys();
			return rows.map(({ Text }) => ({ entry, row: keys.take(nameOf(Text)) }));
		});
	}

	/** The entry of an item that isn't in the tree, e.g. because it was deleted. */
	unlisted(id: number, type: unknown, label: string): QuestionEntry {
		return entryOf({ QuestionItemId: id, Type: type as string }, label || `Question ${id}`);
	}
}
