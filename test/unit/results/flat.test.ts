import { flatRows } from '../../../nodes/shared/results/flat';
import { Questions, type KeyBy } from '../../../nodes/shared/results/questions';
import { simplify, type SimplifiedResult } from '../../../nodes/shared/results/simplify';
import type { Answer } from '../../../nodes/shared/netigate/types';
import { answerSet, chosen, question, rated, record, ticked, tree, written } from './questionnaire';

const questions = new Questions(
	tree(
		question('How was it?', 'RADIOBUTTON', ['Good', 'Bad']),
		question('What did you use?', 'CHECKBOX', ['Chat', 'Phone']),
		question('How do you rate us?', 'MATRIX', ['Speed', 'Words'], ['Fair', 'Poor']),
		question('contact', 'TEXT_FIELD'),
	),
);

const resultOf = (answers: Answer[], more: Partial<SimplifiedResult> = {}) => ({
	...simplify(answerSet(answers), questions, 'text'),
	...more,
});

function rowOf(
	answers: Answer[],
	more: Partial<SimplifiedResult> = {},
	keyBy: KeyBy = 'text',
	asked = questions,
) {
	const result = { ...simplify(answerSet(answers), asked, keyBy), ...more };
	return flatRows([result], asked, keyBy, [])[0];
}

const full = [
	written(4, 'By phone, please'),
	ticked(2, 'Chat'),
	ticked(2, 'Phone'),
	chosen(1, 'Bad', 2),
	rated(3, 'Speed', 'Poor', 2),
];

const gone = record(77, 'RADIOBUTTON', { AnswerText: 'Old' });

describe('a flat result', () => {
	test('has a column for each question and matrix row, joined choices, then the scores', () => {
		expect(rowOf(full)).toEqual({
			answerSetId: 90001,
			surveyId: 501,
			respondentId: 60001,
			createdAt: '2026-09-27T15:30:00Z',
			updatedAt: '2026-09-27T15:38:26Z',
			completedAt: '2026-09-27T15:38:26Z',
			completed: true,
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

	test('has the same columns in the same order if nothing was answered', () => {
		expect(Object.keys(rowOf([]))).toEqual(Object.keys(rowOf(full)));
		expect(Object.keys(rowOf(full.toReversed()))).toEqual(Object.keys(rowOf(full)));
	});

	test('a question named like a column does not take its place', () => {
		const row = rowOf(full, { contact: 'anna@example.com' });
		expect(row.contact).toBe('anna@example.com');
		expect(row['contact (2)']).toBe('By phone, please');
	});

	test('background data and questions that are gone come last', () => {
		const row = rowOf([...full, gone], {
			backgroundData: { Region: 'North', 'How was it?': 'a label' },
		});
		expect(Object.entries(row).slice(-3)).toEqual([
			['Region', 'North'],
			['How was it? (2)', 'a label'],
			['Question 77', 'Old'],
		]);
	});

	test('all rows have the columns of all labels, and of all questions that are gone, in one order', () => {
		const results = [
			resultOf(full, { backgroundData: { Region: 'North' } }),
			resultOf([gone], { backgroundData: { Seat: 'of no label', City: 'Lund' } }),
			resultOf(full, { backgroundData: {} }),
		];
		const labels = ['City', 'Region', 'Trainer'];
		const rows = flatRows(results, questions, 'text', labels);
		expect(rows.map((row) => Object.keys(row).slice(-5))).toEqual(
			rows.map(() => ['City', 'Region', 'Trainer', 'Seat', 'Question 77']),
		);
		expect(rows.map((row) => Object.values(row).slice(-5))).toEqual([
			[null, 'North', null, null, null],
			['Lund', null, null, 'of no label', 'Old'],
			[null, null, null, null, null],
		]);
	});

	test('has a column for each of several text fields, even blank ones', () => {
		const fields = ['First name', 'Last name', 'Town'];
		const asked = new Questions(tree(question('Who are you?', 'TEXT_FIELD', fields)));
		const row = rowOf(
			[written(1, '', 'Town'), written(1, 'Anna', 'First name')],
			{},
			'text',
			asked,
		);
		expect(Object.entries(row).slice(-3)).toEqual([
			['Who are you?: First name', 'Anna'],
			['Who are you?: Last name', null],
			['Who are you?: Town', ''],
		]);
	});

	test('keeps a matrix row and a question of the same name apart', () => {
		const alike = new Questions(
			tree(
				question('Rate us', 'MATRIX', ['Speed', 'Other'], ['Bad', 'Good']),
				question('Rate us: Other', 'TEXT_FIELD'),
			),
		);
		const answers = [rated(1, 'Other', 'Bad', 1), written(2, 'The coffee')];
		const row = rowOf(answers, {}, 'text', alike);
		expect(row).toMatchObject({ 'Rate us: Other': 'Bad', 'Rate us: Other (2)': 'The coffee' });
	});

	test('has every score that the nested shape has', () => {
		const asked = new Questions(
			tree(
				question('How was it?', 'STARS', ['1', '2', '3']),
				question('Rate us', 'MATRIX', ['Speed', 'Words'], ['Bad', 'Good']),
				question('How sure?', 'NEW'),
			),
		);
		const answers = [
			record(1, '', { AnswerText: '3', AnswerNumeric: 3 }),
			rated(2, 'Tone', 'Good', 2),
			record(3, '', { AnswerText: 'Rather', AnswerWeight: 5 }),
			chosen(77, 'Old', 2),
		];
		expect(rowOf(answers, {}, 'text', asked)).toMatchObject({
			'Score: How was it?': 3,
			'Score: Rate us: Speed': null,
			'Score: Rate us: Tone': 2,
			'Score: How sure?': 5,
			'Score: Question 77': 2,
		});
		expect(rowOf([], {}, 'text', asked)).toHaveProperty('Score: How was it?', null);
	});

	test('its columns can be named by the IDs of the questions', () => {
		expect(rowOf(full, {}, 'id')).toMatchObject({ '1': 'Bad', '3: Speed': 'Poor', 'Score: 1': 2 });
	});

	test('has no lists or objects in its cells', () => {
		for (const cell of Object.values(rowOf(full)))
			expect(typeof cell === 'object' && cell).toBeFalsy();
	});
});
