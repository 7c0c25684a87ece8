import { UniqueKeys } from '../input/text';
import type { KeyBy, QuestionEntry, Questions } from './questions';
import type { AnswerValue } from './reading';
import type { SimplifiedResult } from './simplify';

/** A result as a row of a spreadsheet: no lists and no objects in it. */
export type FlatResult = Record<string, string | number | boolean | null>;

/** The names of columns by the keys of their cells, see `cellKey`. */
type Columns = ReadonlyMap<string, string>;

/** What a result has besides its answers, in the order of its columns. */
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

const isScored = ({ type, choices }: QuestionEntry) =>
	type === 'MATRIX' || (type !== 'TEXT_FIELD' && type !== 'CHECKBOX' && choices.list.length > 0);

/** Tells cells apart before they have names: row "b" of "a" and a question "a: b" are not the same. */
const cellKey = (question: string, row?: string) =>
	row === undefined ? ` ${question}` : `${question.length} ${question}: ${row}`;

const labelOf = (key: string) => key.slice(key.indexOf(' ') + 1);

const scoreLabelOf = (key: string) => `Score: ${labelOf(key)}`;

/**
 * Simplified results as rows: one column for each part of a question, then the scores, then background data by
 * label, and answers to questions that the survey no longer has. All rows have the same columns in the same order,
 * even if nothing was answered or is known.
 */
export class FlatColumns {
	private readonly unique = new UniqueKeys(HEAD);

	private readonly answers: Columns;

	private readonly scores: Columns;

	/** @param questions of the survey that the results are of */
	constructor(questions: Questions, keyBy: KeyBy) {
		const keysOf = (parts: ReturnType<Questions['parts']>) =>
			parts.map(({ entry, row }) => cellKey(keyBy === 'id' ? String(entry.id) : entry.key, row));
		const parts = questions.parts();
		this.answers = this.named(keysOf(parts), labelOf);
		this.scores = this.named(keysOf(parts.filter(({ entry }) => isScored(entry))), scoreLabelOf);
	}

	private named(keys: Iterable<string>, nameOf = (key: string) => key): Columns {
		const names = new Map<string, string>();
		for (const key of keys) names.set(key, this.unique.take(nameOf(key)));
		return names;
	}

	/**
	 * Simplified results as rows.
	 *
	 * @param labels the labels that people in them can have; any other label follows these
	 */
	rows(results: readonly SimplifiedResult[], labels: readonly string[]): FlatResult[] {
		const background = new Set(labels);
		const gone = new Set<string>();
		const goneScores = new Set<string>();
		for (const { backgroundData, answers, scores } of results) {
			for (const label of Object.keys(backgroundData ?? {})) background.add(label);
			for (const key of spread(answers).keys()) if (!this.answers.has(key)) gone.add(key);
			for (const key of spread(scores).keys()) if (!this.scores.has(key)) goneScores.add(key);
		}
		const backgroundColumns = this.named(background);
		const goneColumns = this.named(gone, labelOf);
		const goneScoreColumns = this.named(goneScores, scoreLabelOf);
		return results.map((result) => {
			const answers = spread(result.answers);
			const scores = spread(result.scores);
			// Not by assignment: a question may be called "__proto__".
			return Object.fromEntries([
				...HEAD.filter((name) => result[name] !== undefined).map((name) => [name, result[name]!]),
				...cells(this.answers, answers),
				...cells(this.scores, scores),
				...cells(backgroundColumns, new Map(Object.entries(result.backgroundData ?? {}))),
				...cells(goneColumns, answers),
				...cells(goneScoreColumns, scores),
			]);
		});
	}
}

const cells = (columns: Columns, values: ReadonlyMap<string, AnswerValue>) =>
	[...columns].map(([key, name]) => [name, joined(values.get(key))] as const);

/** Answers, or scores, by the keys of their cells. */
function spread(
	answers: SimplifiedResult['answers'] | SimplifiedResult['scores'] = {},
): Map<string, AnswerValue> {
	return new Map(
		Object.entries(answers).flatMap(([question, value]: [string, AnswerValue]) =>
			typeof value === 'object' && !Array.isArray(value)
				? Object.entries(value).map(([row, cell]) => [cellKey(question, row), cell] as const)
				: [[cellKey(question), value] as const],
		),
	);
}
