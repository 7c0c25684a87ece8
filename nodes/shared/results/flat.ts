import { type KeyBy, type QuestionEntry, type Questions } from './questions';
import { UniqueKeys } from '../input/text';
import { hasSeveralFields, type AnswerValue } from './reading';
import type { SimplifiedResult } from './simplify';

/** A result as a row of a spreadsheet: no lists and no objects in it. */
export type FlatResult = Record<string, string | number | boolean | null>;

/** The names of columns by the keys of their cells, see `cellKey`. */
type Columns = ReadonlyMap<string, string>;

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

const isScored = ({ type, rows, columns }: QuestionEntry) =>
	type === 'MATRIX' ||
	(type !== 'TEXT_FIELD' && type !== 'CHECKBOX' && rows.length + columns.length > 0);

/** What a cell is told apart by, before what it is called: row "b" of "a" and a question "a: b" are not the same. */
const cellKey = (question: string, row?: string) =>
	row === undefined ? ` ${question}` : `${question.length} ${question}: ${row}`;

const labelOf = (key: string) => key.slice(key.indexOf(' ') + 1);

const scoreLabelOf = (key: string) => `Score: ${labelOf(key)}`;

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
	private readonly unique = new UniqueKeys(HEAD);

	private readonly names = new Map<string, string>();

	private readonly scores = new Map<string, string>();

	/** @param questions of the survey that the results are of */
	constructor(questions: Questions, keyBy: KeyBy) {
		const keysOf = (entry: QuestionEntry) => {
			const question = keyBy === 'id' ? String(entry.id) : entry.key;
			const rows = hasRows(entry) ? rowsOf(entry) : [undefined];
			return rows.map((row) => cellKey(question, row));
		};
		const all = questions.all();
		for (const key of all.flatMap(keysOf)) this.names.set(key, this.unique.take(labelOf(key)));
		for (const key of all.filter(isScored).flatMap(keysOf)) {
			this.scores.set(key, this.unique.take(scoreLabelOf(key)));
		}
	}

	/**
	 * Simplified results as rows.
	 *
	 * @param labels the labels that people in them can have; any other that somebody has comes after these
	 */
	rows(results: readonly SimplifiedResult[], labels: readonly string[]): FlatResult[] {
		const background = new Set(labels);
		const gone = new Set<string>();
		const goneScores = new Set<string>();
		for (const { backgroundData, answers, scores } of results) {
			for (const label of Object.keys(backgroundData ?? {})) background.add(label);
			for (const key of spread(answers).keys()) if (!this.names.has(key)) gone.add(key);
			for (const key of spread(scores).keys()) if (!this.scores.has(key)) goneScores.add(key);
		}
		const named = (keys: Iterable<string>, nameOf = (key: string) => key) =>
			new Map([...keys].map((key) => [key, this.unique.take(nameOf(key))]));
		const columns = {
			background: named(background),
			gone: named(gone, labelOf),
			goneScores: named(goneScores, scoreLabelOf),
		};
		return results.map((result) => this.row(result, columns));
	}

	private row(
		result: SimplifiedResult,
		others: Record<'background' | 'gone' | 'goneScores', Columns>,
	): FlatResult {
		const answers = spread(result.answers);
		const scores = spread(result.scores);
		const cells = (columns: Columns, values: ReadonlyMap<string, AnswerValue>) =>
			[...columns].map(([key, name]) => [name, joined(values.get(key))] as const);
		// Not by assignment: a question may be called "__proto__".
		return Object.fromEntries([
			...HEAD.flatMap((name) => {
				const value = result[name];
				return value === undefined ? [] : [[name, value] as const];
			}),
			...cells(this.names, answers),
			...cells(this.scores, scores),
			...cells(others.background, new Map(Object.entries(result.backgroundData ?? {}))),
			...cells(others.gone, answers),
			...cells(others.goneScores, scores),
		]);
	}
}

/** Answers, or scores, by the keys of their cells. */
function spread(
	answers: SimplifiedResult['answers'] | SimplifiedResult['scores'] = {},
): Map<string, AnswerValue> {
	return new Map(
		Object.entries(answers).flatMap(([question, value]: [string, AnswerValue]) =>
			typeof value === 'object' && !Array.isArray(value)
				? Object.entries(value).map(([row, one]) => [cellKey(question, row), one] as const)
				: [[cellKey(question), value] as const],
		),
	);
}
