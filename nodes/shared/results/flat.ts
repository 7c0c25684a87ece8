import { UniqueKeys, type KeyBy, type QuestionEntry, type Questions } from './questions';
import { CHOICE_TYPES, hasSeveralFields, type AnswerValue } from './reading';
import type { SimplifiedResult } from './simplify';

/** A result as a row of a spreadsheet: no lists and no objects in it. */
export type FlatResult = Record<string, string | number | boolean | null>;

/** What a row has by key, and the name of its column. */
type Columns = ReadonlyArray<readonly [key: string, name: string]>;

/** What a result has beside its answers, in this order, in every row that has it. */
const HEAD = [
	'answerSetId',
	'surveyId',
	'respondentId',
	'contact',
	'sendoutId',
	'sendoutName',
	'createdAt',
	'updatedAt',
	'completedAt',
	'completed',
] as const satisfies ReadonlyArray<keyof SimplifiedResult>;

const joined = (value: AnswerValue | undefined): string | number | null =>
	value === undefined ? null : Array.isArray(value) ? value.join(', ') : (value as string | number);

function hasRows(entry: QuestionEntry): boolean {
	const { type, rows, columns } = entry;
	return hasSeveralFields(entry) || (rows.length > 0 && (type === 'MATRIX' || columns.length > 0));
}

const isScored = ({ type, weighted, rows, columns }: QuestionEntry) =>
	weighted ||
	type === 'MATRIX' ||
	(CHOICE_TYPES.includes(type) && rows.length + columns.length > 0);

const inRow = (key: string, row: string) => `${key}: ${row}`;

/** The keys of the rows of a matrix, or of several text fields, as the answers have them. */
function rowsOf({ rows }: QuestionEntry): string[] {
	const keys = new UniqueKeys();
	return rows.map(({ Text }) => keys.take(Text));
}

/**
 * Simplified results as rows: one column a question, a matrix one a row, several text fields one each; after
 * them the scores, then background data by label, and answers to questions that the survey has no more. All
 * rows have the same columns in the same order, also where nothing was answered or is known.
 */
export class FlatColumns {
	/** The names of the answers' columns, by the answer's key. */
	private readonly names = new Map<string, string>();

	private readonly scores = new Map<string, string>();

	private readonly unique = new UniqueKeys(HEAD);

	constructor(questions: Questions, keyBy: KeyBy) {
		const entries = questions.all().map((entry) => ({
			entry,
			key: keyBy === 'id' ? String(entry.id) : entry.key,
		}));
		for (const { entry, key } of entries) {
			for (const one of this.keysOf(entry, key)) this.names.set(one, this.unique.take(one));
		}
		for (const { entry, key } of entries.filter(({ entry }) => isScored(entry))) {
			for (const one of this.keysOf(entry, key)) {
				this.scores.set(one, this.unique.take(`Score: ${one}`));
			}
		}
	}

	private keysOf(entry: QuestionEntry, key: string): string[] {
		return hasRows(entry) ? rowsOf(entry).map((row) => inRow(key, row)) : [key];
	}

	/**
	 * Simplified results as rows.
	 *
	 * @param labels the labels that people in them can have; any other that somebody has comes after these
	 */
	rows(results: readonly SimplifiedResult[], labels: readonly string[]): FlatResult[] {
		const background = new Set(labels);
		const gone = new Set<string>();
		for (const { backgroundData, answers } of results) {
			for (const label of Object.keys(backgroundData ?? {})) background.add(label);
			for (const key of spread(answers ?? {}).keys()) if (!this.names.has(key)) gone.add(key);
		}
		const take = (key: string) => [key, this.unique.take(key)] as const;
		const ofLabels = [...background].map(take);
		const ofGone = [...gone].map(take);
		return results.map((result) => this.row(result, ofLabels, ofGone));
	}

	private row(result: SimplifiedResult, labels: Columns, gone: Columns): FlatResult {
		const cells: Array<[string, string | number | boolean | null]> = HEAD.flatMap((name) =>
			result[name] === undefined ? [] : [[name, result[name]]],
		);
		const answers = spread(result.answers ?? {});
		const scores = spread(result.scores ?? {});
		for (const [key, name] of this.names) cells.push([name, joined(answers.get(key))]);
		for (const [key, name] of this.scores) cells.push([name, joined(scores.get(key))]);
		const known = new Map(Object.entries(result.backgroundData ?? {}));
		for (const [label, name] of labels) cells.push([name, known.get(label) ?? null]);
		for (const [key, name] of gone) cells.push([name, joined(answers.get(key))]);
		// Not by assignment: a question may be called "__proto__".
		return Object.fromEntries(cells);
	}
}

/** Answers by the key of their column: those of a matrix by question and row. */
function spread(answers: Record<string, AnswerValue>): Map<string, AnswerValue> {
	return new Map(
		Object.entries(answers).flatMap(([key, value]) =>
			typeof value === 'object' && !Array.isArray(value)
				? Object.entries(value).map(([row, one]) => [inRow(key, row), one] as const)
				: [[key, value] as const],
		),
	);
}
