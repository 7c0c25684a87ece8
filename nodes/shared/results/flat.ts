import { UniqueKeys } from '../input/text';
import type { ResultOptions } from './fields';
import { isFormula, withoutFormula } from './formulas';
import type { QuestionEntry, Questions } from './questions';
import type { AnswerValue } from './reading';
import type { SimplifiedResult } from './simplify';

/** A result as a spreadsheet row, without lists or objects. */
export type FlatResult = Record<string, string | number | boolean | null>;

type Columns = ReadonlyMap<string, string>;

const HEAD = [
	'status',
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

/** Keeps row "b" of question "a" distinct from a question named "a: b". */
const cellKey = (question: string, row?: string) =>
	row === undefined ? ` ${question}` : `${question.length} ${question}: ${row}`;

const labelOf = (key: string) => key.slice(key.indexOf(' ') + 1);

const scoreLabelOf = (key: string) => `Score: ${labelOf(key)}`;

/**
 * Whether a column name needs a word before it. Without that word, JavaScript would move a numeric name to the front,
 * and a spreadsheet would evaluate a name that is a formula.
 */
const needsWord = (name: string, escapes: boolean) =>
	/^\d+$/.test(name) || (escapes && isFormula(name));

/**
 * Returns a function that converts each of these results to a row. All rows have the same columns, including questions
 * that are no longer in the survey.
 * @param labels the labels that these people can have. If the results contain other labels, their columns come last
 */
export function flatRowOf(
	results: readonly SimplifiedResult[],
	questions: Questions,
	{ keyBy, escapeFormulas }: Pick<ResultOptions, 'keyBy' | 'escapeFormulas'>,
	labels: readonly string[],
): (result: SimplifiedResult) => FlatResult {
	const unique = new UniqueKeys(new Set<string>(HEAD));
	const named = (keys: Iterable<string>, nameOf: (key: string) => string): Columns =>
		new Map([...keys].map((key) => [key, unique.take(nameOf(key))]));
	const nameWith = (word: string, name: string, always = false) =>
		always || needsWord(name, escapeFormulas) ? `${word}: ${name}` : name;
	const answerLabelOf = (key: string) => nameWith('Question', labelOf(key), keyBy === 'id');
	const nameOf = ({ id, key }: QuestionEntry) => (keyBy === 'id' ? String(id) : key);
	const keysOf = (parts: ReturnType<Questions['parts']>) =>
		parts.map(({ entry, row }) => cellKey(nameOf(entry), row));
	const rowsIn = (entry: QuestionEntry) =>
		new Set(results.flatMap(({ answers = {} }) => rowsOf(own(answers, nameOf(entry)))));
	const parts = questions.parts(new Map(questions.all().map((entry) => [entry.id, rowsIn(entry)])));
	const answerColumns = named(keysOf(parts), answerLabelOf);
	const scoreColumns = named(keysOf(parts.filter(({ entry }) => isScored(entry))), scoreLabelOf);
	const background = new Set(labels);
	const gone = new Set<string>();
	const goneScores = new Set<string>();
	for (const { backgroundData, answers, scores } of results) {
		for (const label of Object.keys(backgroundData ?? {})) background.add(label);
		for (const key of spread(answers).keys()) if (!answerColumns.has(key)) gone.add(key);
		for (const key of spread(scores).keys()) if (!scoreColumns.has(key)) goneScores.add(key);
	}
	const backgroundColumns = named(background, (label) => nameWith('Label', label));
	const goneColumns = named(gone, answerLabelOf);
	const goneScoreColumns = named(goneScores, scoreLabelOf);
	const safe = <T>(cell: T) =>
		escapeFormulas && typeof cell === 'string' ? withoutFormula(cell) : cell;
	return (result: SimplifiedResult): FlatResult => {
		const answers = spread(result.answers);
		const scores = spread(result.scores);
		// The row is built from entries, because assigning a value to the key "__proto__" wouldn't add a column.
		const row: Array<readonly [string, FlatResult[string]]> = [
			...HEAD.filter((name) => result[name] !== undefined).map(
				(name) => [name, result[name]!] as const,
			),
			...cells(answerColumns, answers),
			...cells(scoreColumns, scores),
			...cells(backgroundColumns, new Map(Object.entries(result.backgroundData ?? {}))),
			...cells(goneColumns, answers),
			...cells(goneScoreColumns, scores),
		];
		return Object.fromEntries(row.map(([name, cell]) => [name, safe(cell)]));
	};
}

const cells = (columns: Columns, values: ReadonlyMap<string, AnswerValue>) =>
	[...columns].map(([key, name]) => [name, joined(values.get(key))] as const);

const own = (answers: Record<string, AnswerValue>, key: string) =>
	Object.hasOwn(answers, key) ? answers[key] : undefined;

/** The rows in an answer. A single undefined entry means that the question has no rows. */
function rowsOf(value: AnswerValue | undefined): Array<string | undefined> {
	if (value === undefined) return [];
	return typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [undefined];
}

function spread(values: SimplifiedResult['answers'] = {}): Map<string, AnswerValue> {
	return new Map(
		Object.entries(values).flatMap(([question, value]) =>
			typeof value === 'object' && !Array.isArray(value)
				? Object.entries(value).map(([row, cell]) => [cellKey(question, row), cell] as const)
				: [[cellKey(question), value] as const],
		),
	);
}
