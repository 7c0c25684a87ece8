import fc from 'fast-check';
import { Division } from '../../../../nodes/shared/results/summarize/counting';
import { Group } from '../../../../nodes/shared/results/summarize/groups';
import type { Invitee } from '../../../../nodes/shared/results/summarize/invited';
import type { QuestionSummary } from '../../../../nodes/shared/results/summarize/summary';
import { chosen, question, tree } from '../questionnaire';
import { summarized, type Person } from './people';

const asked = tree(
	question('Rate us', 'RADIOBUTTON', ['1', '2', '3', '4', '5']),
	question('And the food', 'RADIOBUTTON', ['1', '2', '3', '4', '5']),
);

const rates = (score: number, food?: number) => ({
	completed: true,
	answers: [
		chosen(1, String(score), score),
		...(food === undefined ? [] : [chosen(2, String(food), food)]),
	],
});

/** People with the same label value, each with one rating. */
const peopleWith = (value: number | undefined, ...scores: number[]): Person[] =>
	scores.map((score) => ({ sendout: 0, value, results: [rates(score)] }));

/** People in the South who have not answered. */
const quiet = (count: number) =>
	Array.from({ length: count }, (): Person => ({ sendout: 0, value: 1, results: [] }));

const names = ['North', 'South', 'East', 'West'];

const groupsOf = (...people: Person[]) => summarized(asked, people, { values: names });

describe('by a background label', () => {
	test('shows each group that is large enough with its own answers', () => {
		const people = [
			...peopleWith(0, 1, 1, 2, 2, 4),
			...peopleWith(1, 5, 5, 5, 5, 5, 5),
			...quiet(1),
		];
		const { groups } = groupsOf(...people);
		expect(groups).toMatchObject([
			{ name: 'North', kind: 'value', invited: 5, completed: 5, responseRate: 100 },
			{ name: 'South', kind: 'value', invited: 7, completed: 6, responseRate: 85.7 },
		]);
		expect(groups.map(({ questions }) => questions[0].mean)).toEqual([2, 5]);
		expect(groups[0].questions[0].topTwoShare).toBe(20);
	});

	test('combines groups with fewer than five people', () => {
		const people = [
			...peopleWith(0, 1, 1, 1, 1, 1),
			...peopleWith(1, 2, 2, 2),
			...peopleWith(2, 3, 3),
			...peopleWith(3, 4),
		];
		const { groups } = groupsOf(...people);
		expect(groups).toMatchObject([
			{ name: 'North', kind: 'value', started: 5, together: 1 },
			{ name: 'Smaller groups', kind: 'smaller', started: 6, together: 3 },
		]);
		expect(groups[1].questions[0].mean).toBe(2.67);
	});

	test('counts combined groups like one group of the same people', () => {
		const foods = Array.from({ length: 105 }, (_, at) => ({
			completed: true,
			answers: [chosen(2, `Food ${at}`, -1)],
		}));
		const people = [
			...peopleWith(0, 1, 1, 1, 1, 1),
			...[...peopleWith(1, 2, 2, 2), { sendout: 0, value: 2, results: foods }, ...peopleWith(2, 3)],
			...[{ sendout: 0, value: 3, results: foods.slice(0, 3) }, ...peopleWith(3, 4)],
		];
		const { groups } = groupsOf(...people);
		const asOne = groupsOf(...people.map((one) => (one.value ? { ...one, value: 1 } : one)));
		const smaller = { name: 'Smaller groups', kind: 'smaller', together: 3 };
		expect(groups[1]).toEqual({ ...asOne.groups[1], ...smaller });
		expect(groups[1].questions[1].distribution).toContainEqual(
			expect.objectContaining({ answer: 'Other answers', count: 5 }),
		);
	});

	test('combines a single small group with the next smallest, because the total would reveal it', () => {
		const people = [
			...peopleWith(0, 1, 1, 1, 1, 1, 1),
			...peopleWith(1, 2, 2, 2, 2, 2),
			...peopleWith(2, 5),
		];
		const { groups } = groupsOf(...people);
		expect(groups).toMatchObject([
			{ name: 'North', started: 6 },
			{ name: 'Smaller groups', started: 6, together: 2 },
		]);
	});

	test('groups people without a label value or an invitation', () => {
		const link: Person = { results: [rates(3)] };
		const people = [...peopleWith(0, 1, 1, 1, 1, 1), ...peopleWith(undefined, 2, 2, 2, 2), link];
		const { groups } = groupsOf(...people);
		expect(groups).toMatchObject([
			{ name: 'North', started: 5 },
			{ name: 'No value', kind: 'none', started: 5, invited: 4 },
		]);
	});

	test("doesn't count invited people who have not answered toward the group size", () => {
		const people = [...peopleWith(0, 1, 1, 1, 1, 1), ...quiet(50), ...peopleWith(1, 5)];
		const { groups } = groupsOf(...people);
		expect(groups).toMatchObject([{ kind: 'smaller', started: 6, invited: 56, together: 2 }]);
	});

	test('shows a large group without answers, because it reveals no one', () => {
		const { groups } = groupsOf(...peopleWith(0, 1, 1, 1, 1, 1), ...quiet(9));
		expect(groups).toMatchObject([
			{ name: 'North', questions: [{ tooFew: false, mean: 1 }, { tooFew: false }] },
			{ name: 'South', started: 0, responseRate: 0, questions: [{ tooFew: false }, {}] },
		]);
	});

	test('hides a question that few in a group answered, there and in the next smallest group', () => {
		const food = (value: number, ...foods: Array<number | undefined>): Person[] =>
			foods.map((score) => ({ sendout: 0, value, results: [rates(3, score)] }));
		const few = [5, 5, undefined, undefined, undefined];
		const people = [...food(0, ...few), ...food(1, 1, 1, 1, 1, 1), ...food(2, 2, 2, 2, 2, 2, 2)];
		const { groups, questions } = groupsOf(...people);
		expect(questions[1]).toMatchObject({ answered: 13, mean: 2.08 });
		expect(groups.map((group) => group.questions[1])).toMatchObject([
			{ tooFew: true, answered: 2, mean: null, distribution: [] },
			{ tooFew: true, answered: 5, mean: null, distribution: [] },
			{ tooFew: false, answered: 6, mean: 2 },
		]);
		expect(groups.map((group) => group.questions[0].tooFew)).toEqual([false, false, false]);
	});

	test('shows the other groups if the hidden ones have enough answers together', () => {
		const food = (value: number, count: number) =>
			[1, 2, 3, 4, 5].map((at): Person => {
				return { sendout: 0, value, results: [rates(3, at > count ? undefined : at)] };
			});
		const { groups } = groupsOf(...food(0, 2), ...food(1, 3), ...food(2, 5));
		expect(groups.map(({ questions }) => questions[1].tooFew)).toEqual([true, true, false]);
	});

	test('shows every group if the minimum size is 1', () => {
		const people = [...peopleWith(0, 1), ...peopleWith(1, 2), ...peopleWith(2, 3)];
		const { groups } = summarized(asked, people, { values: names, minGroupSize: 1 });
		expect(groups.map(({ name, questions }) => [name, questions[0].mean])).toEqual([
			['North', 1],
			['South', 2],
			['East', 3],
		]);
	});
});

describe('by sendout', () => {
	const inSendout = (sendout: number, ...scores: number[]): Person[] =>
		scores.map((score) => ({ sendout, results: [rates(score)] }));

	test('combines a hundred sendouts with one person each', () => {
		const people = Array.from({ length: 100 }, (_, at) => inSendout(at, 3)).flat();
		const { sendouts } = summarized(asked, people);
		expect(sendouts).toMatchObject([
			{ sendoutId: null, name: 'Smaller groups', together: 100, completed: 100 },
		]);
	});

	test('shows the only sendout of a survey, however small', () => {
		const { sendouts } = summarized(asked, inSendout(0, 3));
		expect(sendouts).toMatchObject([
			{ sendoutId: 7001, completed: 1, questions: [{ mean: 3 }, {}] },
		]);
	});

	test.each([
		[50, 53],
		[51, 4],
	])('divides %i small sendouts, two others and everyone else into %i groups', (small, count) => {
		const sendouts = Array.from({ length: small + 2 }, (_, at) => new Group(`Sendout ${at}`));
		const invitees = [...sendouts.slice(1), ...Array<Group>(4).fill(sendouts[1])].map(
			(sendout, at): [number, Invitee] => [at + 1, { sendout, progress: 0 }],
		);
		const ownGroup = ({ sendout }: Invitee) => sendout;
		const division = new Division(sendouts, 'None', new Map(invitees), ownGroup, true, 5);
		expect(division.all()).toHaveLength(count);
	});

	test("doesn't divide answers by both sendout and label, because small groups could be identified", () => {
		const people = inSendout(0, 1, 1, 1, 1, 1, 1).map((one, at) => ({ ...one, value: at % 2 }));
		const { sendouts } = groupsOf(...people);
		expect(sendouts).toMatchObject([{ completed: 6, questions: [] }]);
	});
});

const someone = fc.record({
	sendout: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
	value: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
	results: fc.array(
		fc.record({
			completed: fc.boolean(),
			answers: fc
				.array(fc.option(fc.integer({ min: 1, max: 5 }), { nil: 0 }), {
					minLength: 2,
					maxLength: 2,
				})
				.map((scores) =>
					scores.flatMap((score, at) => (score ? [chosen(at + 1, String(score), score)] : [])),
				),
		}),
		{ maxLength: 2 },
	),
});

describe('whatever people answer', () => {
	const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

	test('the total matches a plain calculation over all results', () => {
		fc.assert(
			fc.property(fc.array(someone, { maxLength: 60 }), (people) => {
				const summary = summarized(asked, people);
				const invited = people.filter(({ sendout }) => sendout !== undefined);
				const responded = invited.filter(({ results }) =>
					results.some(({ completed }) => completed),
				);
				const results = people.flatMap((one) => one.results);
				expect(summary.invited).toBe(invited.length);
				expect(summary.results).toBe(results.length);
				const rate = invited.length ? (responded.length / invited.length) * 100 : null;
				if (rate === null) expect(summary.responseRate).toBeNull();
				else expect(summary.responseRate).toBeCloseTo(rate, 0);
				for (const [at, question] of summary.questions.entries()) {
					const scores = results.flatMap(({ answers }) =>
						answers
							.filter(({ QuestionItem }) => QuestionItem === at + 1)
							.map((a) => Number(a.AnswerText)),
					);
					expect(question.answered).toBe(scores.length);
					expect(question.distribution.map(({ count }) => count)).toEqual(
						[1, 2, 3, 4, 5].map((score) => scores.filter((one) => one === score).length),
					);
					if (scores.length === 0) expect(question.mean).toBeNull();
					else
						expect(Math.abs(question.mean! - sum(scores) / scores.length)).toBeLessThanOrEqual(
							0.005001,
						);
					const top = scores.filter((score) => score >= 4).length;
					if (scores.length > 0)
						expect(
							Math.abs(question.topTwoShare! - (top / scores.length) * 100),
						).toBeLessThanOrEqual(0.05001);
				}
			}),
		);
	});

	test('groups add up to the total, and no shown or remaining group is small', () => {
		fc.assert(
			fc.property(
				fc.array(someone, { minLength: 1, maxLength: 80 }),
				fc.integer({ min: 1, max: 8 }),
				fc.boolean(),
				(people, minGroupSize, byLabel) => {
					const summary = summarized(asked, people, {
						minGroupSize,
						...(byLabel ? { values: names } : {}),
					});
					for (const groups of [summary.groups, summary.sendouts]) {
						if (groups.length === 0) continue;
						for (const count of ['invited', 'started', 'completed'] as const)
							expect(sum(groups.map((group) => group[count]))).toBe(summary[count]);
						for (const group of groups.length > 1 ? groups : [])
							expect(group.started || group.invited).toBeGreaterThanOrEqual(minGroupSize);
					}
					const shown = byLabel ? summary.groups : summary.sendouts;
					for (const [at, total] of summary.questions.entries())
						expectNothingSmall(
							total,
							shown.map(({ questions }) => questions[at]),
							minGroupSize,
						);
				},
			),
		);
	});

	/** No question is shown, or can be calculated by subtraction, for fewer than `least` answers. */
	function expectNothingSmall(total: QuestionSummary, groups: QuestionSummary[], least: number) {
		const shown = groups.filter(({ tooFew }) => !tooFew);
		expect(sum(groups.map(({ answered }) => answered))).toBe(groups.length ? total.answered : 0);
		if (groups.length < 2) return;
		for (const { answered } of shown) expect(answered === 0 || answered >= least).toBe(true);
		const left = total.answered - sum(shown.map(({ answered }) => answered));
		expect(left === 0 || left >= least || shown.every(({ answered }) => answered === 0)).toBe(true);
		for (const { distribution, mean } of groups.filter(({ tooFew }) => tooFew)) {
			expect({ distribution, mean }).toEqual({ distribution: [], mean: null });
		}
	}
});
