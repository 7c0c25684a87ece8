import type { Answer } from '../../../../nodes/shared/netigate/types';
import { Questions } from '../../../../nodes/shared/results/questions';
import { readSet } from '../../../../nodes/shared/results/simplify';
import { Comments, CountedParts } from '../../../../nodes/shared/results/summarize/tally';
import {
	answerSet,
	chosen,
	numbersTo,
	options,
	question,
	rated,
	record,
	ticked,
	tree,
	written,
} from '../questionnaire';
import { summarized, type Person } from './people';

type Asked = ReturnType<typeof question>;

const recommend = question('Would you recommend us?', 'RADIOBUTTON', numbersTo(10));

/** The answer with this text. Its position is one higher than its number. */
const score = (value: number) => chosen(1, String(value), value + 1);

const result = (completed: boolean, ...answers: Answer[]) => ({ completed, answers });
const invitee = (...results: Person['results']): Person => ({ sendout: 0, results });
const finished = (...answers: Answer[]) => invitee(result(true, ...answers));

/** The summary of all rows of one question, answered by these people, each of whom finished. */
const rowsOf = (asked: Asked, ...people: Answer[][]) =>
	summarized(
		tree(asked),
		people.map((answers) => finished(...answers)),
	).questions;

/** The summary of one question that each person answered with one of these. */
const summaryOf = (asked: Asked, ...answers: Answer[]) =>
	rowsOf(asked, ...answers.map((answer) => [answer]))[0];

const countsOf = ({ distribution }: ReturnType<typeof summaryOf>) =>
	distribution.map(({ answer, count }) => [answer, count]);

describe('participation', () => {
	test('counts invited, started and completed people, and the response rate of invited people', () => {
		// Of 8 invited, 3 have finished, 1 has started, and 4 have not: 3 of 8 are 37.5%.
		const people = [
			...Array(3).fill(finished()),
			invitee(result(false)),
			...Array(4).fill(invitee()),
		];
		expect(summarized(tree(recommend), people as Person[])).toMatchObject({
			...{ invited: 8, started: 4, completed: 3, responseRate: 37.5 },
			...{ withoutInvitation: 0, results: 4 },
		});
	});

	test('counts people with a general link in the answers, but not in the response rate', () => {
		const link: Person = { results: [result(true)] };
		expect(summarized(tree(recommend), [finished(), invitee(), link, { ...link }])).toMatchObject({
			...{ invited: 2, started: 3, completed: 3, responseRate: 50 },
			withoutInvitation: 2,
		});
	});

	test('counts someone who answers three times as one person with three results', () => {
		const often = invitee(...[1, 2, 3].map((value) => result(value > 1, score(value))));
		const summary = summarized(tree(recommend), [often, invitee()]);
		expect(summary).toMatchObject({ started: 1, completed: 1, responseRate: 50, results: 3 });
		expect(summary.questions[0]).toMatchObject({ answered: 3, mean: 2 });
	});
});

describe('questions', () => {
	test('0 to 10: the net promoter score uses the numbers in the answers, not their positions', () => {
		const summary = summaryOf(recommend, ...[10, 10, 9, 9, 8, 7, 6, 0].map(score));
		// 4 promoters minus 2 detractors of 8 are 25. The mean is 59 / 8 = 7.375.
		expect(summary).toMatchObject({
			...{ question: 'Would you recommend us?', answered: 8, scoreBy: 'number', mean: 7.38 },
			...{ nps: 25, promoters: 4, passives: 2, detractors: 2, topTwoShare: null },
		});
		expect(summary.distribution[9]).toEqual({ answer: '9', score: 9, count: 2, share: 25 });
		expect(summary.distribution[5]).toEqual({ answer: '5', score: 5, count: 0, share: 0 });
	});

	test('a weighted question without weights has no scores, unless an answer has a weight', () => {
		const asked = question('Satisfied?', 'WEIGHTED_RADIOBUTTON', ['Bad', 'Fair', 'Good', 'Great']);
		const without = summaryOf(asked, chosen(1, 'Great', 4, null, 'WEIGHTED_RADIOBUTTON'));
		expect(without).toMatchObject({ answered: 1, scoreBy: null, mean: null });
		expect(without.distribution.at(-1)).toMatchObject({ count: 1, score: null });
		const weighted = summaryOf(asked, chosen(1, 'Great', 4, 9));
		expect(weighted).toMatchObject({ scoreBy: 'weight', mean: 9 });
	});

	test('weights: mean and top two. "Don\'t know" is counted but has no score', () => {
		const texts = ['Bad', 'Poor', 'Fair', 'Good', 'Great', "Don't know"];
		const asked = question(
			'Satisfied?',
			'WEIGHTED_RADIOBUTTON',
			options(texts, [1, 2, 3, 4, 5, null]),
		);
		const summary = summaryOf(
			asked,
			...[5, 4, 4, 1].map((weight) => chosen(1, texts[weight - 1], weight, weight)),
			chosen(1, "Don't know", 6, null, 'WEIGHTED_RADIOBUTTON'),
		);
		// Four have a score: (5 + 4 + 4 + 1) / 4 = 3.5. Three of four chose one of the two highest.
		expect(summary).toMatchObject({ answered: 5, scoreBy: 'weight', mean: 3.5, nps: null });
		expect(summary.topTwoShare).toBe(75);
		expect(summary.distribution.map(({ count }) => count)).toEqual([1, 0, 0, 2, 1, 1]);
		expect(summary.distribution.map(({ share }) => share)).toEqual([20, 0, 0, 40, 20, 20]);
	});

	test('several choices: shares are of people who answered, and may add up to more than 100%', () => {
		const asked = question('What did you use?', 'CHECKBOX', ['Chat', 'Phone', 'Other']);
		const [summary] = rowsOf(
			asked,
			[ticked(1, 'What did you use?'), ticked(1, 'Chat'), ticked(1, 'Phone')],
			[ticked(1, 'Chat'), ticked(1, 'Other', 'By letter')],
			[ticked(1, 'What did you use?')],
		);
		expect(summary).toMatchObject({ answered: 2, mean: null, scoreBy: null });
		expect(summary.distribution).toEqual([
			{ answer: 'Chat', score: null, count: 2, share: 100 },
			{ answer: 'Phone', score: null, count: 1, share: 50 },
			{ answer: 'Other', score: null, count: 1, share: 50 },
		]);
	});

	test('answers that are no longer alternatives follow in order of their numbers', () => {
		const asked = question('How often?', 'RADIOBUTTON', ['Never']);
		const given = ['10 times', '9 times', 'Never', '10 times'].map((text) => chosen(1, text, -1));
		expect(summaryOf(asked, ...given).distribution).toEqual([
			{ answer: 'Never', score: 1, count: 1, share: 25 },
			{ answer: '9 times', score: null, count: 1, share: 25 },
			{ answer: '10 times', score: null, count: 2, share: 50 },
		]);
	});

	test.each([
		[100, []],
		[101, [{ answer: 'Other answers', score: null, count: 1, share: 1 }]],
	])('lists at most 100 answers that are no longer alternatives: %i', (count, others) => {
		const given = numbersTo(count - 1).map((text) => chosen(1, `${text} times`, -1));
		const { distribution } = summaryOf(question('How often?', 'RADIOBUTTON', ['Never']), ...given);
		expect(distribution).toHaveLength(101 + others.length);
		expect(distribution.slice(101)).toEqual(others);
	});

	test('a question without answers has no percentages', () => {
		const choices = { answer: 'Yes', score: null, count: 0, share: 0 };
		const [summary] = rowsOf(question('Used?', 'CHECKBOX', ['Yes']), []);
		expect(summary).toEqual({
			...{ questionItemId: 1, question: 'Used?', row: null, type: 'CHECKBOX', answered: 0 },
			...{ distribution: [choices], scoreBy: null, mean: null, topTwoShare: null },
			...{ nps: null, promoters: null, passives: null, detractors: null },
			...{ comments: [], tooFew: false },
		});
	});

	test('a matrix: each row separately, in the order of the survey', () => {
		const columns = options(['Poor', 'Fair', 'Good', 'Great'], [1, 2, 3, 4]);
		const asked = question('How were they?', 'MATRIX', ['Speed', 'Food'], columns);
		const rows = rowsOf(
			asked,
			[rated(1, 'Food', 'Great', 4, 4), rated(1, 'Speed', 'Poor', 1, 1)],
			[rated(1, 'Speed', 'Good', 3, 3)],
		);
		expect(rows).toMatchObject([
			{ question: 'How were they?', row: 'Speed', answered: 2, mean: 2, topTwoShare: 50 },
			{ question: 'How were they?', row: 'Food', answered: 1, mean: 4, topTwoShare: 100 },
		]);
	});

	test.each<[string, string[], string[], Array<string | null>]>([
		['MATRIX', ['Speed'], [], ['Speed']],
		['MATRIX', [], ['Bad'], [null]],
		['NEW', ['Speed'], ['Bad'], ['Speed']],
		['NEW', ['Speed'], [], [null]],
		['NEW', [], ['Bad'], [null]],
	])(
		'an unanswered %s with the rows %j and the columns %j is shown as %j',
		(type, rows, columns, expected) => {
			const parts = rowsOf(question('How?', type, rows, columns), []);
			expect(parts.map(({ row }) => row)).toEqual(expected);
		},
	);

	const anythingElse = question('Anything else?', 'TEXT_FIELD');

	test('comments: the texts, without empty ones', () => {
		const texts = ['Thanks', '  ', '10'].map((text) => written(1, text));
		const summary = summaryOf(question('Anything else?', 'TEXT_FIELD', ['Yours']), ...texts);
		expect(summary).toMatchObject({ answered: 2, mean: null, distribution: [] });
		expect(summary.comments.sort()).toEqual(['10', 'Thanks']);
	});

	test('returns the newest 50 of 1,000 comments, and keeps those from the same minute in order', () => {
		const questions = new Questions(tree(anythingElse));
		const parts = new CountedParts(questions);
		const comments = new Comments();
		const minuteOf = (at: number) => Math.floor(((at * 7) % 1000) / 2);
		for (let at = 0; at < 1000; at++) {
			const Updated = new Date(Date.UTC(2026, 0, 1, 0, minuteOf(at))).toISOString();
			const set = answerSet([written(1, `Comment ${at}`)], { Updated });
			for (const { entry, reading } of readSet(set, questions))
				for (const given of parts.given(entry, reading)) comments.add(set, given);
		}
		const all = Array.from({ length: 1000 }, (_, at) => at);
		const newest = all.sort((a, b) => minuteOf(b) - minuteOf(a)).slice(0, 50);
		expect(comments.of(parts.all()[0])).toEqual(newest.map((at) => `Comment ${at}`));
	});

	test('an unknown type: numbers are counted, words are left out', () => {
		const answers = ['10', '40', '40', 'rather sure, call me: Nina'].map((AnswerText) =>
			record(1, 'SLIDER', { AnswerText }),
		);
		const summary = summaryOf(question('How sure?', 'SLIDER'), ...answers);
		expect(summary).toMatchObject({ answered: 4, scoreBy: 'number', mean: 30, nps: null });
		expect(countsOf(summary)).toEqual([
			['10', 1],
			['40', 2],
		]);
		expect(JSON.stringify(summary)).not.toContain('Nina');
	});

	test('an answer that is no longer in the list is counted under its own text', () => {
		const asked = question('Again?', 'RADIOBUTTON', ['Yes', 'No']);
		expect(countsOf(summaryOf(asked, chosen(1, 'Yes', 1), chosen(1, 'Perhaps', 3)))).toEqual([
			['Yes', 1],
			['No', 0],
			['Perhaps', 1],
		]);
	});

	test('an answer in another language counts with the score of its position', () => {
		const asked = question('How often?', 'RADIOBUTTON', ['1 = never', '2 = seldom', '3 = often']);
		const summary = summaryOf(asked, chosen(1, '1 = never', 1), chosen(1, '3 = oft', 3));
		expect(summary).toMatchObject({ answered: 2, scoreBy: 'number', mean: 2 });
	});

	test('several text fields: the texts of each, and no list of answers', () => {
		const asked = question('Who are you?', 'TEXT_FIELD', ['First name', 'Last name']);
		const names = [written(1, 'Nina', 'First name'), written(1, 'Berg', 'Last name')];
		expect(rowsOf(asked, names)).toMatchObject([
			{ row: 'First name', distribution: [], comments: ['Nina'] },
			{ row: 'Last name', distribution: [], comments: ['Berg'] },
		]);
	});

	test("doesn't treat items that hold background data as questions", () => {
		const asked = tree(
			{ text: 'Name', items: [{ Type: 'TEXT_FIELD', BackgroundLabel: 1 }] },
			{ text: 'Why?', items: [{ Type: 'TEXT_FIELD', BackgroundLabel: -1 }] },
		);
		const summary = summarized(asked, [finished(written(1, 'Nina'), written(2, 'Because'))]);
		expect(summary.questions.map(({ question }) => question)).toEqual(['Why?']);
		expect(JSON.stringify(summary)).not.toContain('Nina');
	});
});
