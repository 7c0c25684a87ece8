import {
	checkConditions,
	checkStillAsked,
	filtersWith,
	passing,
	withMatches,
	type Condition,
	type Filter,
} from '../../../nodes/NetigateTrigger/conditions';
import type { AnswerSet } from '../../../nodes/shared/netigate/types';
import { Questions } from '../../../nodes/shared/results/questions';
import type { FullResult, ResultReader } from '../../../nodes/shared/results/reader';
import { answerSet, question, tree, written } from '../results/questionnaire';

const COMMENT = 1;
const questions = new Questions(tree(question('Comment', 'TEXT_FIELD')));

const contains = (value: string): Condition => ({
	questionItemId: COMMENT,
	operation: 'contains',
	value,
});

const filter = (more: Partial<Filter> = {}): Filter => ({
	conditions: [],
	sendoutIds: [],
	...more,
});

/** A set that changed at this second. */
const changed = (id: number, second: number, comment = 'Fine') =>
	({
		...answerSet([written(COMMENT, comment)]),
		AnswerSetId: id,
		Created: dated(second),
		Updated: dated(second),
		Completed: dated(second),
	}) as AnswerSet;

const dated = (second: number) => `2026-09-27T12:00:0${second}Z`;

/** A reader whose sendout 601 contains the respondents of the sets with even IDs. */
function reader() {
	const calls: string[] = [];
	const stub = {
		questions: async () => {
			calls.push('questions');
			return await Promise.resolve(questions);
		},
		inSendouts: async (_: number, sets: AnswerSet[], sendoutIds: number[]) =>
			await Promise.resolve(
				sets.filter(({ AnswerSetId }) => sendoutIds.length === 0 || AnswerSetId % 2 === 0),
			),
	};
	return { calls, reader: stub as unknown as ResultReader };
}

describe('The filters of a survey', () => {
	const first = filter({ conditions: [contains('a')] });
	const second = filter({ conditions: [contains('b')] });
	const third = filter({ sendoutIds: [601] });
	const until = dated(7);

	test.each<[string, Filter, Filter[], Filter[]]>([
		['contain only the current one at first', first, [], [first]],
		['stay the same if the current one has not changed', first, [first], [first]],
		[
			'keep earlier ones if the current one has not changed',
			second,
			[{ ...first, until }, second],
			[{ ...first, until }, second],
		],
		['end the previous one at the newest change', second, [first], [{ ...first, until }, second]],
		[
			'keep the end dates of earlier ones',
			third,
			[{ ...first, until: dated(3) }, second],
			[{ ...first, until: dated(3) }, { ...second, until }, third],
		],
	])('%s', (_, own, before, expected) => {
		expect(filtersWith(own, before, [changed(1, 2), changed(2, 7)])).toEqual(expected);
	});
});

describe('A set passes', () => {
	const sets = [changed(1, 1, 'Bad'), changed(2, 2), changed(3, 3, 'Bad'), changed(4, 4)];

	test.each<[string, Filter[], number[], string[]]>([
		['without filters', [], [1, 2, 3, 4], []],
		['with an empty filter', [filter()], [1, 2, 3, 4], []],
		[
			'if it meets the condition',
			[filter({ conditions: [contains('bad')] })],
			[1, 3],
			['questions'],
		],
		['if it belongs to the sendout', [filter({ sendoutIds: [601] })], [2, 4], []],
		[
			'if it meets an earlier filter or changed after that filter ended',
			[filter({ conditions: [contains('bad')], until: dated(2) }), filter()],
			[1, 3, 4],
			['questions'],
		],
		[
			'only if it passes the current filter and any earlier one that applies',
			[filter({ sendoutIds: [601], until: dated(3) }), filter({ conditions: [contains('fine')] })],
			[2, 4],
			['questions'],
		],
		[
			'only if it meets the condition, even if the filter applies to no other set',
			[filter({ conditions: [contains('fine')], until: dated(1) })],
			[2, 3, 4],
			['questions'],
		],
		[
			'without reading the questions if no filter applies to it',
			[filter({ conditions: [contains('bad')], until: dated(0) })],
			[1, 2, 3, 4],
			[],
		],
	])('%s', async (_, filters, expected, calls) => {
		const given = reader();
		const passed = await passing(sets, 501, filters, given.reader);
		expect(passed.map(({ AnswerSetId }) => AnswerSetId)).toEqual(expected);
		expect(given.calls).toEqual(calls);
	});
});

describe('A question that a condition uses', () => {
	const conditions: Condition[] = [
		contains('a'),
		{ questionItemId: 2, operation: 'atMost', value: '2' },
	];
	const both = new Questions(
		tree(question('Comment', 'TEXT_FIELD'), question('Again?', 'RADIOBUTTON', ['Yes', 'No'])),
	);
	const check = (surveyId: number, now: Questions) =>
		checkStillAsked(checkConditions(conditions, new Map([[501, both]])), conditions, surveyId, now);

	test('is checked only in its own survey', () => {
		expect(() => check(501, both)).not.toThrow();
		expect(() => check(502, new Questions([]))).not.toThrow();
	});

	test('causes an error if it was removed or no longer fits', () => {
		expect(() => check(501, questions)).toThrow(
			'Condition 2 uses "Again?" (question item 2), which is no longer in survey 501',
		);
		const text = question('Again?', 'TEXT_FIELD');
		expect(() => check(501, new Questions(tree(question('Comment', 'TEXT_FIELD'), text)))).toThrow(
			'"At Most" can\'t be used for the question "Again?"',
		);
	});
});

test('matches are added only if there are conditions, and no call is made without results', async () => {
	const sets = [changed(1, 1, 'Bad')];
	const results = [{ AnswerSetId: 1 }] as unknown as FullResult[];
	const { calls, reader: given } = reader();
	expect(await withMatches(results, sets, 501, [], given)).toEqual(results);
	expect(await withMatches([], [], 501, [contains('bad')], given)).toEqual([]);
	expect(calls).toEqual([]);
	const matched = [{ questionItemId: COMMENT, question: 'Comment', answer: 'Bad' }];
	expect(await withMatches(results, sets, 501, [contains('bad')], given)).toEqual([
		{ matched, AnswerSetId: 1 },
	]);
});
