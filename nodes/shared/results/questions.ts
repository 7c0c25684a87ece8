import { recordsIn } from '../netigate/client';
import type { Answer, Question, QuestionItem, QuestionItemAlternative } from '../netigate/types';
import { numberIn } from '../input/numbers';
import { UniqueKeys } from '../input/text';
import { scaleOf, type Scale } from './scale';

/** How results name their answers: by the question's text, or by the question item's id. */
export type KeyBy = 'text' | 'id';

/** A text of Netigate as people read it; empty if there is none. */
export const textOf = (value: unknown): string =>
	typeof value === 'string'
		? value
		: value === null || value === undefined
			? ''
			: `${value as number}`;

/** What can be chosen for a question, or in each row of a matrix. */
export class Choices {
	readonly scale: Scale;

	/** The place of each text; the first if several are equal. */
	private readonly places = new Map<string, number>();

	constructor(
		readonly list: readonly QuestionItemAlternative[],
		type: string,
	) {
		this.scale = scaleOf(list, type);
		for (const [place, { Text }] of list.entries())
			if (!this.places.has(Text.trim())) this.places.set(Text.trim(), place);
	}

	/** The place of the alternative with a text, undefined if there is none. */
	placeOf(text: string): number | undefined {
		return this.places.get(text.trim());
	}

	private atPosition({ AnswerNumeric }: Answer): number | undefined {
		const place = this.list.findIndex(({ Order }) => Order === AnswerNumeric);
		return place < 0 ? undefined : place;
	}

	/** The place of the alternative that an answer names or, if it has no text, of the one at its position. */
	chosenIn(answer: Answer): number | undefined {
		const words = textOf(answer.AnswerText).trim();
		return words === '' ? this.atPosition(answer) : this.placeOf(words);
	}

	/**
	 * What was answered; the text of the alternative at its position if the answer has none. Equal texts share the
	 * string of the question tree, so that it is kept once and not once per answer.
	 */
	textOf(answer: Answer): string {
		const words = textOf(answer.AnswerText);
		const chosen = this.list[this.chosenIn(answer) ?? -1]?.Text;
		return chosen !== undefined && (words === '' || words === chosen) ? chosen : words;
	}

	/**
	 * The score of an answer. The survey's list decides what scores are, so that all answers to a question are
	 * scored alike; if it says nothing, a weight in the answer counts.
	 */
	scoreOf(answer: Answer): number | undefined {
		const { scoreBy, scores } = this.scale;
		const position = answer.AnswerNumeric;
		if (scoreBy !== 'number' && typeof answer.AnswerWeight === 'number') return answer.AnswerWeight;
		if (scoreBy === 'position')
			return typeof position === 'number' && position > 0 ? position : undefined;
		const chosen = this.chosenIn(answer);
		// "Don't know" among weighted alternatives has no weight, and its position is no rating.
		if (chosen !== undefined) return scores[chosen] ?? undefined;
		// The answer may be in another language. The position of 6 among 0 to 10 is 7.
		const number = scoreBy === 'number' ? numberIn(textOf(answer.AnswerText)) : undefined;
		return number ?? scores[this.atPosition(answer) ?? -1] ?? undefined;
	}
}

/** What the question tree (call 4) says about one question item. */
export interface QuestionEntry {
	id: number;
	type: string;
	/** The key of its answers in a simplified result, by text; no two entries share one. */
	key: string;
	/** Its own title and the question's words: texts that are not answers. */
	titles: readonly string[];
	/** Whether it holds background data, which says who people are and not what they think. */
	isBackground: boolean;
	rows: readonly QuestionItemAlternative[];
	columns: readonly QuestionItemAlternative[];
	/** Whether it is answered row by row: a matrix, or several text fields. */
	byRow: boolean;
	/** What can be chosen if it is not a matrix. */
	choices: Choices;
	/** What can be chosen in each row if it is a matrix. */
	rowChoices: Choices;
}

/** What has an answer of its own: a question, one row of a matrix, or one of several text fields. */
export interface Part {
	entry: QuestionEntry;
	/** The key of the row; no two rows of an entry share one. */
	row?: string;
}

/** Code that reads results may rely on each alternative having a text. */
const present = (alternatives?: QuestionItem['Rows']): QuestionItemAlternative[] =>
	recordsIn<QuestionItemAlternative>(alternatives).map((alternative) =>
		typeof alternative.Text === 'string'
			? alternative
			: { ...alternative, Text: textOf(alternative.Text) },
	);

function entryOf(
	item: Partial<QuestionItem> & Pick<QuestionItem, 'QuestionItemId'>,
	key: string,
	titles: readonly string[] = [],
): QuestionEntry {
	const type = typeof item.Type === 'string' ? item.Type.trim() : '';
	const rows = present(item.Rows);
	const columns = present(item.Columns);
	const rowChoices = new Choices(columns.length > 0 ? columns : rows, type);
	return {
		id: item.QuestionItemId,
		type,
		key,
		titles,
		isBackground: (item.BackgroundLabel ?? 0) > 0,
		rows,
		columns,
		byRow: type === 'TEXT_FIELD' ? rows.length > 1 : type === 'MATRIX' && rows.length > 0,
		choices: columns.length > 0 ? new Choices([...columns, ...rows], type) : rowChoices,
		rowChoices,
	};
}

/** The questions of a survey, by question item id, in the order in which they are asked. */
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
		const key =
			oneOfSeveral && title !== '' && words !== '' && title !== words
				? `${words}: ${title}`
				: words || title || `Question ${item.QuestionItemId}`;
		const titles = [title, words].filter((text) => text !== '');
		this.entries.set(item.QuestionItemId, entryOf(item, this.keys.take(key), titles));
	}

	get(questionItemId: number): QuestionEntry | undefined {
		return this.entries.get(questionItemId);
	}

	all(): QuestionEntry[] {
		return [...this.entries.values()];
	}

	/**
	 * All questions in their parts, in order. If a question of another type has rows and columns, only its answers
	 * show whether it is a matrix: it has parts here, but is not `byRow`.
	 *
	 * @param nameOf how a row is named by its text
	 */
	parts(nameOf = (text: string) => text): Part[] {
		return this.all().flatMap((entry): Part[] => {
			const { byRow, rows, columns } = entry;
			if (!byRow && (rows.length === 0 || columns.length === 0)) return [{ entry }];
			const keys = new UniqueKeys();
			return rows.map(({ Text }) => ({ entry, row: keys.take(nameOf(Text)) }));
		});
	}

	/** The entry of an item that is not in the tree, such as one that was deleted since. */
	unlisted(id: number, type: unknown, label: string): QuestionEntry {
		return entryOf({ QuestionItemId: id, Type: type as string }, label || `Question ${id}`);
	}
}
