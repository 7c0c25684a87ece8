import { recordsIn } from '../netigate/client';
import type { Question, QuestionItem, QuestionItemAlternative } from '../netigate/types';
import { UniqueKeys } from '../input/text';

/** How results name their answers: by the question's text, or by the question item's id. */
export type KeyBy = 'text' | 'id';

/** What the question tree (row 4) says about one question item. */
export interface QuestionEntry {
	id: number;
	type: string;
	/** The key of its answers in a simplified result, by text; no two entries share one. */
	key: string;
	/** Its own title and the question's words: texts that are no answer. */
	titles: readonly string[];
	rows: readonly QuestionItemAlternative[];
	columns: readonly QuestionItemAlternative[];
}

/** All that reads results may rely on it that an alternative has a text. */
const present = (alternatives: QuestionItem['Rows']): QuestionItemAlternative[] =>
	recordsIn<QuestionItemAlternative>(alternatives).map((alternative) => {
		const said: unknown = alternative.Text;
		if (typeof said === 'string') return alternative;
		return { ...alternative, Text: typeof said === 'number' ? String(said) : '' };
	});

const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');

/** The questions of a survey, by question item id, in the order in which they are asked. */
export class Questions {
	private readonly entries = new Map<number, QuestionEntry>();

	private readonly keys = new UniqueKeys();

	/** @param tree the answer of row 4 */
	constructor(tree: readonly Question[]) {
		const inOrder = <T extends { Order: number }>(list: readonly T[] | null) =>
			[...recordsIn<T>(list)].sort((a, b) => a.Order - b.Order);
		for (const question of inOrder(tree)) {
			const items = inOrder(question.QuestionItems);
			for (const item of items) this.add(question, item, items.length > 1);
		}
	}

	private add(question: Question, item: QuestionItem, oneOfSeveral: boolean): void {
		const title = text(item.Text);
		const words = text(question.Text);
		const named =
			oneOfSeveral && title !== '' && words !== '' && title !== words
				? `${words}: ${title}`
				: words || title || `Question ${item.QuestionItemId}`;
		const rows = present(item.Rows);
		const columns = present(item.Columns);
		this.entries.set(item.QuestionItemId, {
			id: item.QuestionItemId,
			type: text(item.Type),
			key: this.keys.take(named),
			titles: [title, words].filter((one) => one !== ''),
			rows,
			columns,
		});
	}

	get(questionItemId: number): QuestionEntry | undefined {
		return this.entries.get(questionItemId);
	}

	all(): QuestionEntry[] {
		return [...this.entries.values()];
	}

	/** The entry of an item that is not in the tree, such as one that was deleted since. */
	unlisted(id: number, type: unknown, label: string): QuestionEntry {
		return {
			id,
			type: text(type),
			key: label || `Question ${id}`,
			titles: [],
			rows: [],
			columns: [],
		};
	}
}
