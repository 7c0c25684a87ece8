import type {
	Answer,
	AnswerSet,
	Question,
	QuestionItem,
	QuestionItemAlternative,
} from '../../../nodes/shared/netigate/types';
import type { ResultOptions } from '../../../nodes/shared/results/fields';
import { flatRowOf } from '../../../nodes/shared/results/flat';

export const resultOptions = (more: Partial<ResultOptions> = {}): ResultOptions => ({
	simplify: true,
	includeAnswers: true,
	keyBy: 'text',
	includeContact: false,
	includeBackgroundData: false,
	sendoutIds: [],
	shape: 'nested',
	escapeFormulas: true,
	...more,
});

export const flatRows = (...given: Parameters<typeof flatRowOf>) =>
	given[0].map(flatRowOf(...given));

export const options = (texts: string[], weights?: Array<number | null>) =>
	texts.map(
		(Text, index): QuestionItemAlternative => ({
			Order: index + 1,
			Text,
			Weight: weights ? weights[index] : null,
		}),
	);

/** The texts 0 to `last`. */
export const numbersTo = (last: number) => Array.from({ length: last + 1 }, (_, at) => String(at));

export const satisfaction = options(
	['Very unsatisfied', 'Unsatisfied', 'Neutral', 'Satisfied', 'Very satisfied'],
	[1, 2, 3, 4, 5],
);

type Choices = Array<string | QuestionItemAlternative | null>;

const isText = (choice: Choices[number]) => typeof choice === 'string';

/** A question with one item, which has the same text. */
export const question = (text: string, Type: string, rows: Choices = [], columns: Choices = []) => {
	const [Rows, Columns] = [rows, columns].map((list) =>
		list.every(isText) ? options(list as string[]) : (list as QuestionItemAlternative[]),
	);
	return { text, items: [{ Type, Text: text, Rows, Columns }] };
};

/** Questions in the given order. Items get IDs from 1. */
export function tree(
	...questions: Array<{ text: string; items: Array<Partial<QuestionItem> & { Type: string }> }>
): Question[] {
	let itemId = 0;
	return questions.map(({ text, items }, index) => ({
		QuestionId: 100 + index,
		Order: index + 1,
		Text: text,
		Description: '',
		QuestionItems: items.map((item, place) => ({
			QuestionItemId: ++itemId,
			Order: place + 1,
			Text: '',
			Rows: [],
			Columns: [],
			...item,
		})),
	}));
}

export const record = (
	QuestionItem: number,
	QuestionType: string,
	more: Partial<Answer> = {},
): Answer => ({
	AnswerId: 1,
	Created: '2026-09-27T15:38:26Z',
	AnswerSet: 90001,
	QuestionItem,
	QuestionType,
	QuestionText: '',
	AnswerText: '',
	AnswerNumeric: -1,
	AnswerWeight: null,
	...more,
});

export const chosen = (
	item: number,
	AnswerText: string,
	AnswerNumeric: number,
	AnswerWeight: number | null = null,
	type = AnswerWeight === null ? 'RADIOBUTTON' : 'WEIGHTED_RADIOBUTTON',
) => record(item, type, { AnswerText, AnswerNumeric, AnswerWeight });

export const ticked = (item: number, QuestionText: string, AnswerText = '') =>
	record(item, 'CHECKBOX', { QuestionText, AnswerText });

export const written = (item: number, AnswerText: string, QuestionText = 'Your comment') =>
	record(item, 'TEXT_FIELD', { AnswerText, QuestionText });

export const rated = (
	item: number,
	QuestionText: string,
	AnswerText: string,
	AnswerNumeric: number,
	AnswerWeight: number | null = null,
) => record(item, 'MATRIX', { QuestionText, AnswerText, AnswerNumeric, AnswerWeight });

export const answerSet = (Answers: Answer[] | null, more: Partial<AnswerSet> = {}): AnswerSet => ({
	AnswerSetId: 90001,
	Created: '2026-09-27T15:30:00Z',
	Survey: 501,
	Respondent: 60001,
	Completed: '2026-09-27T15:38:26Z',
	Updated: '2026-09-27T15:38:26Z',
	Answers,
	...more,
});
