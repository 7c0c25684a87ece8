import { getOrAdd, jointKey } from '../basics/lists';
import { recordsIn } from '../netigate/client';
import type { Question, QuestionItem } from '../netigate/types';
import { readableText, UniqueKeys } from '../input/text';
import { alternativesIn, Choices } from './choices';

/** What to use as the keys for answers in results: the question's text or the question item's id. */
export type KeyBy = 'text' | 'id';

/** Anything that has its own answer: a question, a matrix row, or one of several text fields. */
export interface Part {
	entry: QuestionEntry;
	/** The row's key, which is unique within the entry. */
	row?: string;
}

export type QuestionEntry = ReturnType<typeof entryOf>;

/** What the question tree (call 4) contains about one question item. */
function entryOf(
	item: Partial<QuestionItem> & Pick<QuestionItem, 'QuestionItemId'>,
	key: string,
	titles: readonly string[] = [],
) {
	const type = typeof item.Type === 'string' ? item.Type.trim() : '';
	const rows = alternativesIn(item.Rows);
	const columns = alternativesIn(item.Columns);
	const keys = new UniqueKeys();
	return {
		id: item.QuestionItemId,
		type,
		/** The key for answers in results that use text as keys. It is unique in the survey. */
		key,
		/** The item's own title and the question's text. If these appear in a record, they aren't answers. */
		titles,
		/** Whether the question asks for background data: who people are rather than what they think. */
		isBackground: (item.BackgroundLabel ?? 0) > 0,
		rows: new Choices(rows, type),
		rowKeys: rows.map(({ Text }) => keys.take(Text)),
		/** Whether the question's type shows that it is answered row by row. For other types, see `isByRow`. */
		byRow: type === 'TEXT_FIELD' ? rows.length > 1 : type === 'MATRIX' && rows.length > 0,
		choices: new Choices([...columns, ...rows], type),
		/** The choices that each row has. */
		columns: new Choices(columns, type),
	};
}

/** The keys of the answered rows, by question item id. Undefined means that the question has no rows. */
type Answered = ReadonlyMap<number, ReadonlySet<string | undefined>>;

/** A survey's questions, in order. They can be looked up by question item id. */
export class Questions {
	private readonly entries = new Map<number, QuestionEntry>();

	/** The entries for items that aren't in the tree. They are kept, because any number of results may have them. */
	private readonly others = new Map<string, QuestionEntry>();

	/** The keys of all entries. */
	readonly keys = new UniqueKeys();

	/** @param tree the response to call 4 */
	constructor(tree: readonly Question[]) {
		const inOrder = <T extends { Order: number }>(list: readonly T[] | null) =>
			[...recordsIn<T>(list)].sort((a, b) => a.Order - b.Order);
		for (const question of inOrder(tree)) {
			const items = inOrder(question.QuestionItems);
			for (const item of items) this.add(question, item, items.length > 1);
		}
	}

	private add(question: Question, item: QuestionItem, oneOfSeveral: boolean): void {
		const title = readableText(item.Text);
		const words = readableText(question.Text);
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

	/** All parts, in order. If the tree doesn't show whether a question has rows, its answers do. */
	parts(answered: Answered): Part[] {
		return this.all().flatMap((entry): Part[] => {
			const { byRow, rowKeys, columns } = entry;
			const given = [...(answered.get(entry.id) ?? [])];
			const mayBeByRow = given.length === 0 && rowKeys.length > 0 && columns.list.length > 0;
			const hasRows = byRow || mayBeByRow || given.some((row) => row !== undefined);
			const parts = new Set([...(hasRows ? rowKeys : [undefined]), ...given]);
			return [...parts].map((row) => ({ entry, row }));
		});
	}

	/** The entry for an item that isn't in the tree, e.g. because it was deleted. */
	unlisted(id: number, type: unknown, label: string): QuestionEntry {
		const entry = getOrAdd(this.others, jointKey(id, String(type)), () =>
			entryOf({ QuestionItemId: id, Type: type as string }, `Question ${id}`),
		);
		return label === '' ? entry : { ...entry, key: label };
	}
}
