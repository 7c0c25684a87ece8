import { seeded } from './ids';
import type { ScriptedAnswer, Settings } from './settings';
import type { Alternative, Answer, AnswerSetHead, Question, QuestionItem } from './types';

type Draft = Pick<Answer, 'QuestionText' | 'AnswerText' | 'AnswerNumeric' | 'AnswerWeight'>;

const comments = [
	'All went well, thank you.',
	'The answer took a little too long.',
	'Please call me back.',
	'I want to cancel.',
	'Nothing to add.',
];

/** A person's answers to a survey: the same each time for the same answer set, or those in `answerScript`. */
export function makeAnswers(
	questions: Question[],
	set: AnswerSetHead,
	settings: Pick<Settings, 'answerScript' | 'checkboxTitle'>,
): Answer[] {
	const items = questions.flatMap((question) => question.QuestionItems);
	// Unfinished sets have half of the answers.
	const reached = set.Completed === null ? Math.ceil(items.length / 2) : items.length;
	const scriptOf = ({ QuestionItemId }: QuestionItem) =>
		settings.answerScript?.[String(QuestionItemId)];
	return answersTo(items.slice(0, reached), set, settings.checkboxTitle, scriptOf);
}

function answersTo(
	items: QuestionItem[],
	set: AnswerSetHead,
	checkboxTitle: boolean,
	scriptOf: (item: QuestionItem) => ScriptedAnswer | undefined,
): Answer[] {
	return items
		.flatMap((item) =>
			draftsFor(item, set, checkboxTitle, scriptOf(item)).map((draft) => ({ item, draft })),
		)
		.map(({ item, draft }, index) => ({
			// A thousand IDs per set: unique and the same each time, without storing them.
			AnswerId: set.AnswerSetId * 1000 + index + 1,
			Created: set.Updated,
			AnswerSet: set.AnswerSetId,
			QuestionItem: item.QuestionItemId,
			QuestionType: item.Type,
			...draft,
		}));
}

/** The answers that a person gave. Questions without one have no answers. */
export function givenAnswers(
	questions: Question[],
	set: AnswerSetHead,
	given: ReadonlyMap<number, ScriptedAnswer>,
	checkboxTitle: boolean,
): Answer[] {
	const items = questions.flatMap((question) => question.QuestionItems);
	const answered = items.filter((item) => given.has(item.QuestionItemId));
	return answersTo(answered, set, checkboxTitle, ({ QuestionItemId }) => given.get(QuestionItemId));
}

function draftsFor(
	item: QuestionItem,
	set: AnswerSetHead,
	checkboxTitle: boolean,
	script: ScriptedAnswer | undefined,
): Draft[] {
	const seed = set.AnswerSetId * 131 + item.QuestionItemId;
	const rows = alternatives(item.Rows);
	switch (item.Type) {
		case 'TEXT_FIELD':
			return [textDraft(item, script, comments[Math.floor(seeded(seed) * comments.length)])];
		case 'RADIOBUTTON':
		case 'DROPDOWN':
		case 'WEIGHTED_RADIOBUTTON':
			return choose(rows, script, seed).map((row) => ({
				QuestionText: '',
				AnswerText: row.Text,
				AnswerNumeric: row.Order,
				AnswerWeight: item.Type === 'WEIGHTED_RADIOBUTTON' ? row.Weight : null,
			}));
		case 'CHECKBOX':
			return checkboxDrafts(item, rows, script, seed, checkboxTitle);
		case 'MATRIX':
			return rows.flatMap((row) => {
				const byRow = isByRow(script) ? (script[row.Text] ?? '') : script;
				return choose(alternatives(item.Columns), byRow, seed + row.Order).map((column) => ({
					QuestionText: row.Text,
					AnswerText: column.Text,
					AnswerNumeric: column.Order,
					AnswerWeight: column.Weight,
				}));
			});
		default:
			// An unknown type.
			return [textDraft(item, script, String(Math.floor(seeded(seed) * 100)))];
	}
}

function checkboxDrafts(
	item: QuestionItem,
	rows: Alternative[],
	script: ScriptedAnswer | undefined,
	seed: number,
	withTitle: boolean,
): Draft[] {
	const chosen = Array.isArray(script)
		? rows.filter((row) => script.includes(row.Text))
		: typeof script === 'string'
			? rows.filter((row) => row.Text === script)
			: rows.filter((row) => seeded(seed + row.Order) < 0.5);
	const texts = chosen.map((row) => row.Text);
	if (withTitle) texts.unshift(item.Text);
	return texts.map((QuestionText) => ({
		QuestionText,
		AnswerText: '',
		AnswerNumeric: -1,
		AnswerWeight: null,
	}));
}

function choose(
	alternativesToChoose: Alternative[],
	script: ScriptedAnswer | undefined,
	seed: number,
): Alternative[] {
	if (alternativesToChoose.length === 0) return [];
	if (typeof script === 'string') {
		return alternativesToChoose.filter((alternative) => alternative.Text === script);
	}
	return [alternativesToChoose[Math.floor(seeded(seed) * alternativesToChoose.length)]];
}

const textDraft = (
	item: QuestionItem,
	script: ScriptedAnswer | undefined,
	made: string,
): Draft => ({
	QuestionText: item.Text,
	AnswerText: typeof script === 'string' ? script : made,
	AnswerNumeric: -1,
	AnswerWeight: null,
});

const isByRow = (script: ScriptedAnswer | undefined): script is Record<string, string> =>
	typeof script === 'object' && !Array.isArray(script);

const alternatives = (list: Array<Alternative | null> | null): Alternative[] =>
	(list ?? []).filter((alternative) => alternative !== null);
