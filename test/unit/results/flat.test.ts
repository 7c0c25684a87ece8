import { Questions, type KeyBy } from '../../../nodes/shared/results/questions';
import { simplify, type SimplifiedResult } from '../../../nodes/shared/results/simplify';
import type { Answer } from '../../../nodes/shared/netigate/types';
import {
	answerSet,
	chosen,
	question,
	rated,
	record,
	ticked,
	tree,
	written,
	flatRows,
} from './questionnaire';

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
	return flatRows([result], asked, { keyBy, escapeFormulas: true }, [])[0];
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

	test('keeps a column if a question has the same name', () => {
		const row = rowOf(full, { contact: 'anna@example.com' });
		expect(row.contact).toBe('anna@example.com');
		expect(row['contact (2)']).toBe('By phone, please');
	});

	test('puts background data and removed questions last', () => {
		const row = rowOf([...full, gone], {
			backgroundData: { Region: 'North', 'How was it?': 'a label' },
		});
		expect(Object.entries(row).slice(-3)).toEqual([
			['Region', 'North'],
			['How was it? (2)', 'a label'],
			['Question 77', 'Old'],
		]);
	});

	test('gives all rows the columns of all labels and removed questions, in the same order', () => {
		const results = [
			resultOf(full, { backgroundData: { Region: 'North' } }),
			resultOf([gone], { backgroundData: { Seat: 'of no label', City: 'Lund' } }),
			resultOf(full, { backgroundData: {} }),
		];
		const labels = ['City', 'Region', 'Trainer'];
		const rows = flatRows(results, questions, { keyBy: 'text', escapeFormulas: true }, labels);
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

	test('keeps a matrix row and a question with the same name apart', () => {
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
				question('Agreed?', 'RADIOBUTTON', ['Yes']),
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
		const columns = Object.entries(rowOf([], {}, 'text', asked));
		expect(columns.filter(([name]) => name.startsWith('Score'))).toEqual([
			['Score: How was it?', null],
			['Score: Rate us: Speed', null],
			['Score: Rate us: Words', null],
			['Score: Agreed?', null],
		]);
	});

	test('keeps the order of columns named with numbers', () => {
		const asked = new Questions(
			tree(question('2026', 'TEXT_FIELD'), question('2025', 'MATRIX', ['1', '2'], ['3', '4'])),
		);
		const backgroundData = { '12': 'x', Town: 'y', '3': 'z' };
		const columns = (keyBy: KeyBy) => Object.keys(rowOf([], { backgroundData }, keyBy, asked));
		const labels = ['Label: 3', 'Label: 12', 'Town'];
		expect(columns('text').slice(-8)).toEqual([
			...['Question: 2026', '2025: 1', '2025: 2', 'Score: 2025: 1', 'Score: 2025: 2', ...labels],
		]);
		expect(columns('id').slice(-8)).toEqual([
			...['Question: 1', 'Question: 2: 1', 'Question: 2: 2'],
			...['Score: 2: 1', 'Score: 2: 2', ...labels],
		]);
		expect(rowOf(full, {}, 'id')).toMatchObject({ 'Question: 1': 'Bad', 'Score: 1': 2 });
	});

	test.each([
		...['=1+1', '+A1', '-A1', '@SUM(1)', '\tx', '\r=1', '\nx', '  =1+1', '\u00a0=1', '\u200b=1'],
		...[
			'\ufeff=1',
			'\0=1',
			'＝1+1',
			'﹢A1',
			'－A1',
			'＠x',
			'-2+3',
			'+49 171-123',
			'-1e5+A1',
			'-',
			'- slow',
		],
	])('escapes the formula %j in cells and column names', (text) => {
		const asked = new Questions(tree(question(text, 'CHECKBOX', [text])));
		const more = { contact: text, sendoutName: text, backgroundData: { [text]: text } };
		const result = { ...simplify(answerSet([ticked(1, text)]), asked, 'text'), ...more };
		result.answers = { [asked.all()[0].key]: [text] };
		const rows = (escapeFormulas: boolean) =>
			flatRows([result], asked, { keyBy: 'text', escapeFormulas }, []);
		const [row] = rows(true);
		for (const shown of [...Object.keys(row), ...Object.values(row)])
			expect(String(shown)).toMatch(/^['\w]/);
		expect(Object.values(row).filter((cell) => cell === `'${text}`)).toHaveLength(4);
		expect(Object.values(rows(false)[0]).filter((cell) => cell === text)).toHaveLength(4);
	});

	test.each(['-5', '+46735123456', '-1,5', '-1.000,50', '+3 %', '-1e5', 'a=1', "'=1", '1+1', ''])(
		'does not change %j',
		(text) => expect(rowOf([written(4, text)])['contact (2)']).toBe(text),
	);

	test('has no lists or objects in its cells', () => {
		for (const cell of Object.values(rowOf(full)))
			expect(typeof cell === 'object' && cell).toBeFalsy();
	});
});
