import { FlatColumns } from '../../../nodes/shared/results/flat';
import { Questions, type KeyBy } from '../../../nodes/shared/results/questions';
import { simplify, type SimplifiedResult } from '../../../nodes/shared/results/simplify';
import type { Answer, Question } from '../../../nodes/shared/netigate/types';
import { answerSet } from './questionnaire';

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

	test('keeps apart a row of a matrix and a question that are called alike', () => {
		const alike = new Questions([
			question(1, 'MATRIX', 'Rate us', ['Speed', 'Other'], ['Bad', 'Good']),
			question(2, 'TEXT_FIELD', 'Rate us: Other'),
		]);
		const set = answerSet([
			answer(1, { QuestionText: 'Other', AnswerText: 'Bad', AnswerNumeric: 1 }),
			answer(2, { AnswerText: 'The coffee' }),
		]);
		const [row] = new FlatColumns(alike, 'text').rows([simplify(set, alike, 'text')], []);
		expect(row).toMatchObject({ 'Rate us: Other': 'Bad', 'Rate us: Other (2)': 'The coffee' });
	});

	test('has every score that the nested shape has', () => {
		const some = new Questions([
			question(1, 'STARS', 'How was it?', ['1', '2', '3']),
			question(3, 'MATRIX', 'Rate us', ['Speed'], ['Bad', 'Good']),
			question(4, 'NEW', 'How sure?'),
		]);
		const columns = new FlatColumns(some, 'text');
		const rowOf = (...answers: Answer[]) =>
			columns.rows([simplify(answerSet(answers), some, 'text')], [])[0];
		const row = rowOf(
			answer(1, { AnswerText: '3', AnswerNumeric: 3 }),
			answer(3, { QuestionText: 'Tone', AnswerText: 'Good', AnswerNumeric: 2 }),
			answer(4, { AnswerText: 'Rather', AnswerWeight: 5 }),
			answer(77, { AnswerText: 'Old', AnswerNumeric: 2, QuestionType: 'RADIOBUTTON' }),
		);
		expect(row).toMatchObject({
			'Score: How was it?': 3,
			'Score: Rate us: Speed': null,
			'Score: Rate us: Tone': 2,
			'Score: How sure?': 5,
			'Score: Question 77': 2,
		});
		expect(rowOf()).toHaveProperty('Score: How was it?', null);
	});

	test('its columns can be called by the IDs of the questions', () => {
		expect(rowOf(full, {}, 'id')).toMatchObject({ '1': 'Bad', '3: Speed': 'Poor', 'Score: 1': 2 });
	});

	test('holds nothing that is no cell', () => {
		for (const cell of Object.values(rowOf(full)))
			expect(typeof cell === 'object' && cell).toBeFalsy();
	});
});
