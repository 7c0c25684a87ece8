import type { Answer } from '../../../../nodes/shared/netigate/types';
import { chosen, options, rated, record, ticked, tree, written } from '../questionnaire';
import { summarized, type Somebody } from './people';

const recommend = tree({
	text: 'Would you recommend us?',
	items: [
		{
			Type: 'RADIOBUTTON',
			Rows: options(Array.from({ length: 11 }, (_, score) => String(score))),
		},
	],
});

/** The answer called so: it stands one further on in the list than it says. */
const score = (value: number) => chosen(1, String(value), value + 1);

const finished = (...answers: Answer[]): Somebody => ({
	sendout: 0,
	results: [{ completed: true, answers }],
});
const unfinished = (...answers: Answer[]): Somebody => ({
	sendout: 0,
	results: [{ completed: false, answers }],
});
const silent: Somebody = { sendout: 0, results: [] };

describe('who answered', () => {
	test('invited, started, completed, and the response rate of those invited', () => {
		// 8 invited: 3 have finished, 1 has begun, 4 have not. 3 of 8 are 37.5 %.
		const people = [finished(), finished(), finished(), unfinished(), ...Array(4).fill(0)];
		const invited = people.map((one: Somebody | 0) => one || { ...silent });
		expect(summarized(recommend, invited)).toMatchObject({
			invited: 8,
			started: 4,
			completed: 3,
			responseRate: 37.5,
			withoutInvitation: 0,
			results: 4,
		});
	});

	test('who answers by a general link counts among the answers, and not in the response rate', () => {
		const link: Somebody = { results: [{ completed: true, answers: [] }] };
		expect(summarized(recommend, [finished(), { ...silent }, link, { ...link }])).toMatchObject({
			invited: 2,
			started: 3,
			completed: 3,
			responseRate: 50,
			withoutInvitation: 2,
		});
	});

	test('who answers three times is one person with three results', () => {
		const often: Somebody = {
			sendout: 0,
			results: [
				{ completed: false, answers: [score(1)] },
				{ completed: true, answers: [score(2)] },
				{ completed: true, answers: [score(3)] },
			],
		};
		const summary = summarized(recommend, [often, { ...silent }]);
		expect(summary).toMatchObject({ started: 1, completed: 1, responseRate: 50, results: 3 });
		expect(summary.questions[0]).toMatchObject({ answered: 3, mean: 2 });
	});
});

describe('questions', () => {
	test('0 to 10: the net promoter score by what the answers say, not by their places', () => {
		const people = [10, 10, 9, 9, 8, 7, 6, 0].map((value) => finished(score(value)));
		const { questions } = summarized(recommend, people);
		// 4 promoters less 2 detractors of 8 are 25; the sum is 59, of 8: 7.375.
		expect(questions[0]).toMatchObject({
			question: 'Would you recommend us?',
			answered: 8,
			scoreBy: 'number',
			mean: 7.38,
			nps: 25,
			promoters: 4,
			passives: 2,
			detractors: 2,
			topTwoShare: null,
		});
		expect(questions[0].distribution[9]).toEqual({ answer: '9', score: 9, count: 2, share: 25 });
		expect(questions[0].distribution[5]).toEqual({ answer: '5', score: 5, count: 0, share: 0 });
	});

	test('places of a weighted question without weights are no scores; a weight in an answer is one', () => {
		const asked = tree({
			text: 'Satisfied?',
			items: [{ Type: 'WEIGHTED_RADIOBUTTON', Rows: options(['Bad', 'Fair', 'Good', 'Great']) }],
		});
		const without = chosen(1, 'Great', 4, null, 'WEIGHTED_RADIOBUTTON');
		const { questions } = summarized(asked, [finished(without)]);
		expect(questions[0]).toMatchObject({ answered: 1, scoreBy: null, mean: null });
		expect(questions[0].distribution.at(-1)).toMatchObject({ count: 1, score: null });
		const weighted = summarized(asked, [finished(chosen(1, 'Great', 4, 9))]);
		expect(weighted.questions[0]).toMatchObject({ scoreBy: 'weight', mean: 9 });
	});

	test('weights: mean and top two; "Don\'t know" is counted but has no score', () => {
		const asked = tree({
			text: 'Satisfied?',
			items: [
				{
					Type: 'WEIGHTED_RADIOBUTTON',
					Rows: options(
						['Bad', 'Poor', 'Fair', 'Good', 'Great', "Don't know"],
						[1, 2, 3, 4, 5, null],
					),
				},
			],
		});
		const answers = [
			chosen(1, 'Great', 5, 5),
			chosen(1, 'Good', 4, 4),
			chosen(1, 'Good', 4, 4),
			chosen(1, 'Bad', 1, 1),
			chosen(1, "Don't know", 6, null, 'WEIGHTED_RADIOBUTTON'),
		];
		const { questions } = summarized(
			asked,
			answers.map((answer) => finished(answer)),
		);
		// Four have a score: 5 + 4 + 4 + 1 are 14, of 4: 3.5. Three of four gave one of the two highest.
		expect(questions[0]).toMatchObject({
			answered: 5,
			scoreBy: 'weight',
			mean: 3.5,
			nps: null,
			topTwoShare: 75,
		});
		expect(questions[0].distribution.map(({ count, share }) => [count, share])).toEqual([
			[1, 20],
			[0, 0],
			[0, 0],
			[2, 40],
			[1, 20],
			[1, 20],
		]);
	});

	test('several choices: shares of those who answered, which may be over 100 together', () => {
		const asked = tree({
			text: 'What did you use?',
			items: [
				{ Type: 'CHECKBOX', Text: 'What did you use?', Rows: options(['Chat', 'Phone', 'Other']) },
			],
		});
		const { questions } = summarized(asked, [
			finished(ticked(1, 'What did you use?'), ticked(1, 'Chat'), ticked(1, 'Phone')),
			finished(ticked(1, 'Chat'), ticked(1, 'Other', 'By letter')),
			finished(ticked(1, 'What did you use?')),
		]);
		expect(questions[0]).toMatchObject({ answered: 2, mean: null, scoreBy: null });
		expect(questions[0].distribution).toEqual([
			{ answer: 'Chat', score: null, count: 2, share: 100 },
			{ answer: 'Phone', score: null, count: 1, share: 50 },
			{ answer: 'Other', score: null, count: 1, share: 50 },
		]);
	});

	test('a matrix: each row by itself, in the order of the survey', () => {
		const asked = tree({
			text: 'How were they?',
			items: [
				{
					Type: 'MATRIX',
					Rows: options(['Speed', 'Food']),
					Columns: options(['Poor', 'Fair', 'Good', 'Great'], [1, 2, 3, 4]),
				},
			],
		});
		const { questions } = summarized(asked, [
			finished(rated(1, 'Food', 'Great', 4, 4), rated(1, 'Speed', 'Poor', 1, 1)),
			finished(rated(1, 'Speed', 'Good', 3, 3)),
		]);
		expect(questions).toMatchObject([
			{ question: 'How were they?', row: 'Speed', answered: 2, mean: 2, topTwoShare: 50 },
			{ question: 'How were they?', row: 'Food', answered: 1, mean: 4, topTwoShare: 100 },
		]);
	});

	test('comments: what was written, newest first, without what is empty', () => {
		const asked = tree({ text: 'Anything else?', items: [{ Type: 'TEXT_FIELD' }] });
		const { questions } = summarized(asked, [
			finished(written(1, 'Thanks')),
			finished(written(1, '  ')),
			finished(written(1, '10')),
		]);
		expect(questions[0]).toMatchObject({ answered: 2, mean: null, distribution: [] });
		expect(questions[0].comments.sort()).toEqual(['10', 'Thanks']);
	});

	test('of 1,000 comments the 50 newest are given', () => {
		const asked = tree({ text: 'Anything else?', items: [{ Type: 'TEXT_FIELD' }] });
		const people = Array.from({ length: 1000 }, (_, at) => finished(written(1, `Comment ${at}`)));
		const { questions } = summarized(asked, people);
		expect(questions[0].answered).toBe(1000);
		expect(questions[0].comments).toHaveLength(50);
	});

	test('an unknown kind: numbers are counted, words are not told', () => {
		const asked = tree({ text: 'How sure?', items: [{ Type: 'SLIDER' }] });
		const said = ['10', '40', '40', 'rather sure, call me: Nina'].map((AnswerText) =>
			finished(record(1, 'SLIDER', { AnswerText })),
		);
		const { questions } = summarized(asked, said);
		expect(questions[0]).toMatchObject({ answered: 4, scoreBy: 'number', mean: 30, nps: null });
		expect(questions[0].distribution.map(({ answer, count }) => [answer, count])).toEqual([
			['10', 1],
			['40', 2],
		]);
		expect(JSON.stringify(questions)).not.toContain('Nina');
	});

	test('an answer that is no longer in the list is counted under its own words', () => {
		const asked = tree({
			text: 'Again?',
			items: [{ Type: 'RADIOBUTTON', Rows: options(['Yes', 'No']) }],
		});
		const { questions } = summarized(asked, [
			finished(chosen(1, 'Yes', 1)),
			finished(chosen(1, 'Perhaps', 2)),
		]);
		expect(questions[0].distribution.map(({ answer, count }) => [answer, count])).toEqual([
			['Yes', 1],
			['No', 0],
			['Perhaps', 1],
		]);
	});

	test('an answer in another language counts with the score of its place', () => {
		const asked = tree({
			text: 'How often?',
			items: [{ Type: 'RADIOBUTTON', Rows: options(['1 = never', '2 = seldom', '3 = often']) }],
		});
		const { questions } = summarized(asked, [
			finished(chosen(1, '1 = never', 1)),
			finished(chosen(1, '3 = oft', 3)),
		]);
		expect(questions[0]).toMatchObject({ answered: 2, scoreBy: 'number', mean: 2 });
	});

	test('several text fields: what was written in each, and no list of answers', () => {
		const asked = tree({
			text: 'Who are you?',
			items: [{ Type: 'TEXT_FIELD', Rows: options(['First name', 'Last name']) }],
		});
		const { questions } = summarized(asked, [
			finished(written(1, 'Nina', 'First name'), written(1, 'Berg', 'Last name')),
		]);
		expect(questions).toMatchObject([
			{ row: 'First name', distribution: [], comments: ['Nina'] },
			{ row: 'Last name', distribution: [], comments: ['Berg'] },
		]);
	});

	test('items that hold background data are no questions', () => {
		const asked = tree(
			{ text: 'Name', items: [{ Type: 'TEXT_FIELD', BackgroundLabel: 4001 }] },
			{ text: 'Why?', items: [{ Type: 'TEXT_FIELD', BackgroundLabel: -1 }] },
		);
		const summary = summarized(asked, [finished(written(1, 'Nina'), written(2, 'Because'))]);
		expect(summary.questions.map(({ question }) => question)).toEqual(['Why?']);
		expect(JSON.stringify(summary)).not.toContain('Nina');
	});
});
