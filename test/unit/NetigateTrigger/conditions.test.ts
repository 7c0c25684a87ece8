import {
	checkConditions,
	fulfils,
	matchesIn,
	type Condition,
} from '../../../nodes/NetigateTrigger/conditions';
import { Questions } from '../../../nodes/shared/results/questions';
import type { Answer } from '../../../nodes/shared/netigate/types';
import {
	answerSet,
	chosen,
	options,
	question,
	rated,
	record,
	satisfaction,
	ticked,
	tree,
	written,
} from '../results/questionnaire';

const questions = new Questions(
	tree(
		question('Satisfied?', 'WEIGHTED_RADIOBUTTON', satisfaction),
		question('Again?', 'RADIOBUTTON', ['Yes', 'Perhaps', 'No']),
		question('Used?', 'CHECKBOX', ['Chat', 'Phone']),
		question('Comment', 'TEXT_FIELD'),
		question('Rate us', 'MATRIX', ['Speed', 'Tone'], options(['Poor', 'Good'], [1, 2])),
		question('How sure?', 'SLIDER'),
	),
);

const SATISFIED = 1;
const AGAIN = 2;
const USED = 3;
const COMMENT = 4;
const RATE = 5;
const SURE = 6;

/** A condition as the parameter reader returns it. */
const condition = (questionItemId: number, operation: string, value: unknown): Condition => ({
	questionItemId,
	operation: operation as Condition['operation'],
	value: String(value).trim(),
});

function holds(answers: Answer[], ...given: Array<[number, string, unknown]>): boolean {
	const conditions = given.map((one) => condition(...one));
	checkConditions(conditions, new Map([[501, questions]]));
	return fulfils(answerSet(answers), questions, conditions);
}

describe('A condition', () => {
	const unhappy = [chosen(SATISFIED, 'Unsatisfied', 2, 2)];

	it.each<[string, unknown, boolean]>([
		['atMost', 2, true],
		['atMost', '2', true],
		['atMost', '1,5', false],
		['atLeast', 2, true],
		['atLeast', ' 3 ', false],
		['equals', 2, true],
		['equals', 'unsatisfied', true],
		['equals', 'Satisfied', false],
		['contains', 'SATIS', true],
		['contains', 'very', false],
	])('"%s %s" on a weighted choice with score 2 is %s', (operation, value, expected) => {
		expect(holds(unhappy, [SATISFIED, operation, value])).toBe(expected);
	});

	const again = (text: string, place: number) => [chosen(AGAIN, text, place)];
	const used = [ticked(USED, 'Used?'), ticked(USED, 'Chat'), ticked(USED, 'Phone')];
	const wrote = (text: string) => [written(COMMENT, text)];
	const rates = [rated(RATE, 'Speed', 'Poor', 1, 1), rated(RATE, 'Tone', 'Good', 2, 2)];
	const sure = (answer: Partial<Answer>) => [record(SURE, 'SLIDER', answer)];
	const [slid57, slid43] = ['57', '43'].map((AnswerText) => sure({ AnswerText }));
	const [slid1, slid2] = [1.125, 2].map((AnswerNumeric) => sure({ AnswerNumeric }));
	const happy = [chosen(SATISFIED, 'Very satisfied', 5, 5)];
	const dontKnow = [chosen(SATISFIED, "Don't know", 6, null, 'WEIGHTED_RADIOBUTTON')];
	const hole = [null as never];
	const cancels: [number, string, unknown] = [COMMENT, 'contains', 'cancel'];

	it.each<[string, [number, string, unknown], Answer[], Answer[]]>([
		['the position', [AGAIN, 'atLeast', 3], again('No', 3), again('Perhaps', 2)],
		['one of several choices', [USED, 'equals', 'phone'], used, used.slice(0, 2)],
		['a word in any case', cancels, wrote('I want to CANCEL.'), wrote('All is fine')],
		['the same text, not the same number', [COMMENT, 'equals', '7'], wrote('7'), wrote('7.0')],
		['the score of a row', [RATE, 'atMost', 1], rates, rates.slice(1)],
		['the text of a row', [RATE, 'equals', 'good'], rates, rates.slice(0, 1)],
		['a number as text, of an unknown type', [SURE, 'atLeast', 50], slid57, slid43],
		['a number of an unknown type', [SURE, 'atMost', 1.5], slid1, slid2],
		['an answer next to an empty entry', cancels, [...hole, ...wrote('I cancel')], hole],
		['a low score, not by a missing answer', [SATISFIED, 'atMost', 99], unhappy, []],
		['a low score, not by "Don\'t know"', [SATISFIED, 'atMost', 9], unhappy, dontKnow],
		['a high score, not by "Don\'t know"', [SATISFIED, 'atLeast', 5], happy, dontKnow],
	])('is met by %s', (_, given, meets, fails) => {
		expect(holds(meets, given)).toBe(true);
		expect(holds(fails, given)).toBe(false);
	});

	it('does not treat text as a score if alternatives have weights', () => {
		const Rows = options(['1', '2', '3', '99'], [1, 2, 3, null]);
		const weighted = new Questions(tree(question('So?', 'WEIGHTED_RADIOBUTTON', Rows)));
		const set = answerSet([chosen(1, '99', 4, null, 'WEIGHTED_RADIOBUTTON')]);
		const atLeast = [condition(1, 'atLeast', 3)];
		expect(fulfils(set, weighted, atLeast)).toBe(false);
	});

	it("is not met by a score that equals another alternative's text", () => {
		const Rows = options(['3', 'No'], [1, 3]);
		const weighted = new Questions(tree(question('So?', 'WEIGHTED_RADIOBUTTON', Rows)));
		const equals = [condition(1, 'equals', 3)];
		expect(fulfils(answerSet([chosen(1, '3', 1, 1)]), weighted, equals)).toBe(true);
		expect(fulfils(answerSet([chosen(1, 'No', 2, 3)]), weighted, equals)).toBe(false);
	});

	it('on a labeled scale is met by an answer in any language', () => {
		const Rows = options(['1 = never', '2 = seldom', '3 = often']);
		const scale = new Questions(tree(question('So?', 'RADIOBUTTON', Rows)));
		const atMost = [condition(1, 'atMost', 2)];
		expect(fulfils(answerSet([chosen(1, '1 = nie', 1)]), scale, atMost)).toBe(true);
		expect(fulfils(answerSet([chosen(1, '3 = oft', 3)]), scale, atMost)).toBe(false);
	});

	it.each<[string, [number, string, unknown], Answer[], object]>([
		['a weighted choice', [SATISFIED, 'atMost', 2], unhappy, { answer: 'Unsatisfied', score: 2 }],
		[
			'a score of 0',
			[SATISFIED, 'atMost', 2],
			[chosen(SATISFIED, 'No', 9, 0)],
			{ answer: 'No', score: 0 },
		],
		['"Don\'t know"', [SATISFIED, 'contains', 'know'], dontKnow, { answer: "Don't know" }],
		['several choices', [USED, 'equals', 'chat'], used, { answer: ['Chat', 'Phone'] }],
		['free text', cancels, wrote('I cancel'), { answer: 'I cancel' }],
		[
			'a row of a matrix',
			[RATE, 'atMost', 1],
			rates,
			{ question: 'Rate us: Speed', answer: 'Poor', score: 1 },
		],
		['a number as text', [SURE, 'atLeast', 50], slid57, { answer: '57', score: 57 }],
		['a number', [SURE, 'atMost', 2], slid2, { answer: 2, score: 2 }],
	])(
		'that is met by %s outputs the question, the answer and any score',
		(_, given, answers, match) => {
			const [questionItemId] = given;
			expect(holds(answers, given)).toBe(true);
			expect(matchesIn(answerSet(answers), questions, [condition(...given)])).toEqual([
				{ questionItemId, question: questions.get(questionItemId)!.key, ...match },
			]);
		},
	);

	it('outputs nothing for a question that was not answered', () => {
		expect(matchesIn(answerSet(unhappy), questions, [condition(COMMENT, 'equals', 'x')])).toEqual(
			[],
		);
	});

	it('outputs every row of a matrix that meets it', () => {
		const matches = matchesIn(answerSet(rates), questions, [condition(RATE, 'atMost', 2)]);
		expect(matches.map(({ question }) => question)).toEqual(['Rate us: Speed', 'Rate us: Tone']);
	});

	it('is met only together with all others', () => {
		const answers = [...unhappy, written(COMMENT, 'I cancel')];
		expect(holds(answers, [SATISFIED, 'atMost', 2], [COMMENT, 'contains', 'cancel'])).toBe(true);
		expect(holds(answers, [SATISFIED, 'atMost', 1], [COMMENT, 'contains', 'cancel'])).toBe(false);
	});
});

describe('A condition is rejected at activation', () => {
	const refused = (given: Condition[], surveys = new Map([[501, questions]])) => {
		try {
			checkConditions(given, surveys);
		} catch (error) {
			return (error as Error).message;
		}
		return 'not refused';
	};

	it.each<[string, Condition, string]>([
		[
			'when it compares the score of a free text',
			condition(COMMENT, 'atMost', 2),
			'"At Most" can\'t be used for the question "Comment": it is a free-text question and has no score',
		],
		[
			'when it compares the score of several choices',
			condition(USED, 'atLeast', 1),
			'"At Least" can\'t be used for the question "Used?": it is a question with several choices and has no score',
		],
		[
			"when its value has to be a number but isn't",
			condition(SATISFIED, 'atMost', 'two'),
			'Condition 1 ("At Most") needs a number, not "two"',
		],
		[
			'when the survey has no such question',
			condition(77, 'equals', 'Yes'),
			"Question item 77 in a condition isn't in any of the chosen surveys",
		],
		[
			'when its text is not an answer to the question',
			condition(AGAIN, 'equals', 'Maybe'),
			'"Maybe" isn\'t a possible answer to the question "Again?", so the condition could never be true',
		],
		[
			'when its value could mean one or a thousand',
			condition(SATISFIED, 'atMost', '1.000'),
			'Condition 1 ("At Most") needs a number, not "1.000"',
		],
	])('%s', (_, given, message) => {
		expect(refused([given])).toBe(message);
	});

	it('when its text differs from the only possible answer', () => {
		const only = new Questions(tree(question('So?', 'CHECKBOX', ['I agree'])));
		const check = (text: string) => refused([condition(1, 'equals', text)], new Map([[501, only]]));
		expect(check('i agree')).toBe('not refused');
		expect(check('I disagree')).toMatch(/^"I disagree" isn't a possible answer/);
	});

	it('when another chosen survey has no condition', () => {
		const surveys = new Map([[501, questions]]).set(502, new Questions([]));
		expect(refused([condition(SATISFIED, 'atMost', 2)], surveys)).toBe(
			'No condition uses a question in survey 502',
		);
	});

	it("but not if its value is an alternative, in either of Netigate's lists", () => {
		const asked = question('So?', 'RADIOBUTTON', ['Yes'], ['No']);
		const surveys = new Map([[501, new Questions(tree(asked))]]);
		expect(refused([condition(1, 'equals', 'Yes')], surveys)).toBe('not refused');
		expect(refused([condition(1, 'equals', 'No')], surveys)).toBe('not refused');
	});

	it('but not if it is valid for its question', () => {
		expect(refused([])).toBe('not refused');
		const [again, comment] = [condition(AGAIN, 'equals', 3), condition(COMMENT, 'equals', 'x')];
		expect(refused([again, comment, condition(SURE, 'atMost', 3)])).toBe('not refused');
	});
});
