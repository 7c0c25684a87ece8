import { FlatColumns } from '../../../nodes/shared/results/flat';
import { Questions, type KeyBy } from '../../../nodes/shared/results/questions';
import { simplify, type SimplifiedResult } from '../../../nodes/shared/results/simplify';
import type { Answer, Question } from '../../../nodes/shared/api/types';

const choice = (Order: number, Text: string) => ({ Order, Text, Weight: null });

function question(
	id: number,
	Type: string,
	Text: string,
	rows: string[] = [],
	columns: string[] = [],
) {
	const item = { QuestionItemId: id, Order: 1, Type, Text: '' };
	const Rows = rows.map((text, index) => choice(index + 1, text));
	const Columns = columns.map((text, index) => choice(index + 1, text));
	return {
		QuestionId: id,
		Order: id,
		Text,
		Description: '',
		QuestionItems: [{ ...item, Rows, Columns }],
	} as Question;
}

const tree = [
	question(1, 'RADIOBUTTON', 'How was it?', ['Good', 'Bad']),
	question(2, 'CHECKBOX', 'What did you use?', ['Chat', 'Phone']),
	question(3, 'MATRIX', 'How do you rate us?', ['Speed', 'Words'], ['Fair', 'Poor']),
	question(4, 'TEXT_FIELD', 'contact'),
];

const answer = (item: number, more: Partial<Answer>): Answer => ({
	AnswerId: 1,
	Created: '',
	AnswerSet: 1,
	QuestionItem: item,
	QuestionType: '',
	QuestionText: '',
	AnswerText: '',
	AnswerNumeric: -1,
	AnswerWeight: null,
	...more,
});

const questions = new Questions(tree);

function resultOf(
	answers: Answer[],
	more: Partial<SimplifiedResult> = {},
	keyBy: KeyBy = 'text',
): SimplifiedResult {
	const set = {
		AnswerSetId: 9,
		Created: 'a',
		Survey: 5,
		Respondent: 6,
		Completed: null,
		Updated: 'b',
		Answers: answers,
	};
	return { ...simplify(set, questions, keyBy), ...more };
}

function rowOf(answers: Answer[], more: Partial<SimplifiedResult> = {}, keyBy: KeyBy = 'text') {
	return new FlatColumns(questions, keyBy).rows([resultOf(answers, more, keyBy)], [])[0];
}

const full = [
	answer(4, { AnswerText: 'By phone, please' }),
	answer(2, { QuestionText: 'Chat' }),
	answer(2, { QuestionText: 'Phone' }),
	answer(1, { AnswerText: 'Bad', AnswerNumeric: 2 }),
	answer(3, { QuestionText: 'Speed', AnswerText: 'Poor', AnswerNumeric: 2 }),
];

describe('a flat result', () => {
	test('has a column a question and a row of a matrix, choices joined, then the scores', () => {
		expect(rowOf(full)).toEqual({
			answerSetId: 9,
			surveyId: 5,
			respondentId: 6,
			createdAt: 'a',
			updatedAt: 'b',
			completedAt: null,
			completed: false,
			'How was it?': 'Bad',
			'What did you use?': 'Chat, Phone',
			'How do you rate us?: Speed': 'Poor',
			'How do you rate us?: Words': null,
			'contact (2)': 'By phone, please',
			'Score: How was it?': 2,
			'Score: How do you rate us?: Speed': 2,
			'Score: How do you rate us?: Words': null,
		});
	});

	test('has the same columns in the same order where nothing was answered', () => {
		expect(Object.keys(rowOf([]))).toEqual(Object.keys(rowOf(full)));
		expect(Object.keys(rowOf(full.toReversed()))).toEqual(Object.keys(rowOf(full)));
	});

	test('a question called as a column of its own does not take its place', () => {
		const row = rowOf(full, { contact: 'anna@example.com' });
		expect(row.contact).toBe('anna@example.com');
		expect(row['contact (2)']).toBe('By phone, please');
	});

	test('background data and questions that are gone come last', () => {
		const row = rowOf([...full, answer(77, { AnswerText: 'Old', QuestionType: 'RADIOBUTTON' })], {
			backgroundData: { Region: 'North', 'How was it?': 'a label' },
		});
		expect(Object.entries(row).slice(-3)).toEqual([
			['Region', 'North'],
			['How was it? (2)', 'a label'],
			['Question 77', 'Old'],
		]);
	});

	test('all rows have the columns of all labels, and of all questions that are gone, in one order', () => {
		const rows = new FlatColumns(questions, 'text').rows(
			[
				resultOf(full, { backgroundData: { Region: 'North' } }),
				resultOf([answer(77, { AnswerText: 'Old', QuestionType: 'RADIOBUTTON' })], {
					backgroundData: { Seat: 'of no label', City: 'Lund' },
				}),
				resultOf(full, { backgroundData: {} }),
			],
			['City', 'Region', 'Trainer'],
		);
		expect(rows.map((row) => Object.keys(row).slice(-5))).toEqual(
			rows.map(() => ['City', 'Region', 'Trainer', 'Seat', 'Question 77']),
		);
		expect(rows.map((row) => Object.values(row).slice(-5))).toEqual([
			[null, 'North', null, null, null],
			['Lund', null, null, 'of no label', 'Old'],
			[null, null, null, null, null],
		]);
	});

	test('has a column for each of several text fields, blank ones too', () => {
		const fields = question(7, 'TEXT_FIELD', 'Who are you?', ['First name', 'Last name', 'Town']);
		const questions = new Questions([fields]);
		const said = (QuestionText: string, AnswerText: string) =>
			answer(7, { QuestionType: 'TEXT_FIELD', QuestionText, AnswerText });
		const set = {
			AnswerSetId: 9,
			Created: 'a',
			Survey: 5,
			Respondent: 6,
			Completed: null,
			Updated: 'b',
			Answers: [said('Town', ''), said('First name', 'Anna')],
		};
		const several = new FlatColumns(questions, 'text');
		const [row] = several.rows([simplify(set, questions, 'text')], []);
		expect(Object.entries(row).slice(-3)).toEqual([
			['Who are you?: First name', 'Anna'],
			['Who are you?: Last name', null],
			['Who are you?: Town', ''],
		]);
	});

	test('its columns can be called by the IDs of the questions', () => {
		expect(rowOf(full, {}, 'id')).toMatchObject({ '1': 'Bad', '3: Speed': 'Poor', 'Score: 1': 2 });
	});

	test('holds nothing that is no cell', () => {
		for (const cell of Object.values(rowOf(full)))
			expect(typeof cell === 'object' && cell).toBeFalsy();
	});
});
