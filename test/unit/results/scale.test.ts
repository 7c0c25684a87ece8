import { scaleOf as scaleOfType } from '../../../nodes/shared/results/scale';
import { numbersTo, options } from './questionnaire';

const scaleOf = (alternatives: Parameters<typeof scaleOfType>[0]) =>
	scaleOfType(alternatives, 'RADIOBUTTON');

const zeroToTen = numbersTo(10);

test('scores answers named 0 to 10 by number, with a net promoter score', () => {
	expect(scaleOf(options(zeroToTen))).toMatchObject({
		scoreBy: 'number',
		scores: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
		nps: true,
		topTwoFrom: null,
	});
});

test('scores 0 to 10 by number even if weighted by position or listed in reverse', () => {
	const weighted = scaleOf(options(zeroToTen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
	expect(weighted).toMatchObject({ scoreBy: 'number', nps: true });
	expect(weighted.scores[0]).toBe(0);
	const reversed = scaleOf(options([...zeroToTen].reverse()));
	expect(reversed).toMatchObject({ nps: true });
	expect(reversed.scores[0]).toBe(10);
});

test.each([
	['words at the ends', '0 Not at all likely', '10 Extremely likely'],
	['words after a dash', '0 – Not at all likely', '10 - Extremely likely'],
	['words in parentheses', '0 (not at all)', '10 (extremely)'],
])('recognizes a scale from 0 to 10 with %s, and leaves out "Don\'t know"', (_, least, most) => {
	const texts = [least, ...zeroToTen.slice(1, -1), most, "Don't know"];
	const scale = scaleOf(options(texts));
	expect(scale.nps).toBe(true);
	expect(scale.scores).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, null]);
});

test('calculates a net promoter score from weights of 0 to 10, whatever the answers are named', () => {
	const scale = scaleOf(options('abcdefghijk'.split(''), zeroToTen.map(Number)));
	expect(scale).toMatchObject({ scoreBy: 'weight', nps: true });
});

test.each([
	['1 to 5', ['1', '2', '3', '4', '5'], 4],
	['1 to 10', zeroToTen.slice(1).concat('10').slice(0, 9).concat('10'), 9],
	['1 to 4', ['1 = never', '2 = seldom', '3 = often', '4 = always'], 3],
])('finds the two highest scores of %s', (_, texts, from) => {
	expect(scaleOf(options(texts))).toMatchObject({
		scoreBy: 'number',
		nps: false,
		topTwoFrom: from,
	});
});

test('scores weighted answers by weight, not by number, such as grades with 1 as the best', () => {
	const scale = scaleOf(options(['1', '2', '3', '4', '5', '6'], [6, 5, 4, 3, 2, 1]));
	expect(scale).toMatchObject({ scoreBy: 'weight', topTwoFrom: 5 });
	expect(scale.scores[0]).toBe(6);
});

test('has no top two for three alternatives, because two would be most of them', () => {
	expect(scaleOf(options(['Poor', 'Fair', 'Good'], [1, 2, 3])).topTwoFrom).toBeNull();
});

test.each([
	['words', ['Yes', 'Perhaps', 'No', 'Never']],
	['ages', ['18-24', '25-34', '35-44', '45-54']],
	['hours', ['1-2 hours', '2-3 hours', '3-4 hours', '4-5 hours']],
	['years', ['1 year', '2 years', '3 years', '4 years']],
	['periods', ['Under a year', '1 to 5 years', 'Over 5 years']],
	['numbers that become ranges', ['1', '2', '3-5', '6-10', '11+']],
	['children', ['1 child', '2 children', '3 children or more', 'Too many']],
	['dates', ['30 September', '31 September', '32 September']],
	['comparisons', ['Worse than others', 'The same as others', 'Better than others']],
	['knowledge', ["I don't know it at all", 'Undecided', 'I know it well']],
	['one number among words', ['1', 'two', 'three']],
	['a single alternative', ['5']],
	['two numbers among words', ['6', 'Bad', '7', 'None']],
	['two numbers with words after them', ['1', '2', 'Good', 'None']],
	['three numbers among as many words', ['1', '2', '3', 'None', 'Never', 'Some']],
	["numbers that aren't adjacent", ['99', 'Always', '101 of 5']],
	['numbers with a gap', ['1', '3', 'Many', 'More']],
	['numbers and a range in the middle', ['1', '2', '3-5', '4', '5']],
	['numbers and a range at the end', ['1', '2', '2-3']],
	['lower limits', ['6+', '7+', '8+']],
	['words for more than 100', ['Worst', '99', '100', 'Best']],
])("scores %s by position, because they aren't a scale", (_, texts) => {
	expect(scaleOf(options(texts))).toEqual({
		scoreBy: 'position',
		scores: texts.map((__, at) => at + 1),
		nps: false,
		topTwoFrom: null,
	});
});

test('uses other numbers as scores, whatever the steps between them', () => {
	const scale = scaleOf(options(['10', '20', '50', "Don't know"]));
	expect(scale).toMatchObject({ scoreBy: 'number', scores: [10, 20, 50, null] });
});

test.each([
	['below zero', ['-2', '-1', '0', '1', '2'], [-2, -1, 0, 1, 2]],
	['below zero, with words', ['-2 bad', '-1', '0', '+1', '+2 good'], [-2, -1, 0, 1, 2]],
	['in halves', ['1', '1,5', '2', '2,5', '3'], [1, 1.5, 2, 2.5, 3]],
	['in halves at the end', ['1', '2', '3', '3.5'], [1, 2, 3, 3.5]],
])('scores all numbers %s', (_, texts, scores) => {
	expect(scaleOf(options(texts))).toMatchObject({ scoreBy: 'number', scores });
});

const dontKnow = "Don't know";

test.each<[string, string[], Array<number | null>]>([
	['words at both ends', ['Very bad', '2', '3', '4', 'Very good'], [1, 2, 3, 4, 5]],
	['words at both ends, falling', ['Very good', '4', '3', '2', 'Very bad'], [5, 4, 3, 2, 1]],
	[
		'words at both ends and a no-answer option',
		['Very bad', '2', '3', 'Very good', dontKnow],
		[1, 2, 3, 4, null],
	],
	['a no-answer option first', [dontKnow, 'Bad', '2', '3', '4', 'Good'], [null, 1, 2, 3, 4, 5]],
	['numbers after words', ['Dislike 1', '2', '3', '4', '5', '6', 'Like 7'], [1, 2, 3, 4, 5, 6, 7]],
	['a number before words', ['1 Bad', '2', '3', '4', 'Good'], [1, 2, 3, 4, 5]],
	['emoji', ['😡 1', '2 🙁', '3', '4', '5😍'], [1, 2, 3, 4, 5]],
	['emoji alone', ['😡', '2', '3', '4', '😍'], [1, 2, 3, 4, 5]],
	['keycaps', ['1️⃣ bad', '2️⃣', '3️⃣', '4️⃣', '5️⃣ good'], [1, 2, 3, 4, 5]],
	['line breaks', ['1\nbad', '2', '3', '4', 'good\n5'], [1, 2, 3, 4, 5]],
	['parentheses', ['Never (1)', 'Seldom (2)', 'Often (3)', 'Always (4)'], [1, 2, 3, 4]],
	['numbers at the ends only', ['Good (5)', '', 'Fair', '', 'Bad (1)'], [5, 4, 3, 2, 1]],
	['both signs', ['Worse', '-1', '0', '1', 'Better'], [-2, -1, 0, 1, 2]],
	['percentages', ['None', '25', '50', '75', 'All'], [0, 25, 50, 75, 100]],
	['counts', ['Less than 1', '1', '2', '3', 'More than 3'], [0, 1, 2, 3, 4]],
	['only the lowest in words', ['Very bad', '2', '3', '4', '5'], [1, 2, 3, 4, 5]],
	['a no-answer option last', ['1', '2', '3', '4', '5', dontKnow], [1, 2, 3, 4, 5, null]],
	[
		'no-answer options at both ends',
		['Keine Angabe', '1', '2', '3', '4', '5', 'Vet ej'],
		[null, 1, 2, 3, 4, 5, null],
	],
	[
		'a no-answer option in an unknown language',
		['1', '2', '3', '4', 'Не знаю'],
		[1, 2, 3, 4, null],
	],
	[
		'an unknown no-answer option after a labeled scale',
		['1 bad', '2', '3', '4', '5', 'Не знаю'],
		[1, 2, 3, 4, 5, null],
	],
	[
		'a code for no answer',
		['1 = bad', '2', '3', '4', '5 = good', `99 = ${dontKnow}`],
		[1, 2, 3, 4, 5, null],
	],
	['a word in the middle', ['Bad', '2', 'Neutral', '4', 'Good'], [1, 2, 3, 4, 5]],
	['a label in the middle', ['5 Good', '4', '3 = no opinion', '2', '1 Bad'], [5, 4, 3, 2, 1]],
	['labels, falling', ['3 gut', '2 mittel', '1 schlecht', 'Weiß nicht'], [3, 2, 1, null]],
	['labels before numbers, falling', ['Good 3', 'OK 2', 'Bad 1'], [3, 2, 1]],
	['labels before numbers, below zero', ['Better: 1', 'Same: 0', 'Worse: -1'], [1, 0, -1]],
	['dashes', ['Good -3', 'OK -2', 'Bad -1'], [3, 2, 1]],
	['labels below zero', ['−1 worse', '0 same', '+1 better'], [-1, 0, 1]],
	['tags between a number and its label', ['3Good', '2', '1Bad'], [3, 2, 1]],
	['fractions', ['3/3', '2/3', '1/3'], [3, 2, 1]],
	['a number for no answer', ['1', '2', '3', '4', '5', '6 = Vet ej'], [1, 2, 3, 4, 5, null]],
	['a zero for no answer', [`0 - ${dontKnow}`, '1', '2', '3', '4'], [null, 1, 2, 3, 4]],
	['a no-answer option in Russian', ['Bad', '2', '3', '4', 'Не знаю'], [1, 2, 3, 4, null]],
	['years', ['Earlier', '2020', '2021', '2022', 'Later'], [null, 2020, 2021, 2022, null]],
	['words for 100', ['Worst', '98', '99', 'Best'], [97, 98, 99, 100]],
	['a labeled number among bare ones', ['2', 'Poor (3)', '4', '5', '8'], [2, 3, 4, 5, null]],
	['a step of 2 to a labeled number', ['2', 'Rather (4)', '6', '8', '10'], [null, 4, 6, 8, 10]],
	['unequal steps', ['1', '3', '4', 'Like 5'], [1, 3, 4, null]],
	['unequal labeled steps', ['1 of 5', '5', '3 of 5', 'Never'], [1, 5, 3, null]],
	[
		'gaps between fives',
		['5', 'Low', '15', 'OK', '25', '30', 'None'],
		[5, null, 15, null, 25, 30, null],
	],
	['a word before the highest number', ['Never', '5 high', 'Middle', '3 low'], [null, 5, 4, 3]],
	[
		'words after the lowest number',
		['99+', 'Good', '97+', 'Poor', 'Never'],
		[99, 98, 97, null, null],
	],
	['three steps', ['1', 'Middle', '3'], [1, 2, 3]],
	['a lower limit at the end', ['1', '2', '3', '4+'], [1, 2, 3, 4]],
	['one label, falling', ['5', '4 Fair', '3', '2'], [5, 4, 3, 2]],
	['zero in the middle', ['Good (1)', 'Neither', '-1'], [1, 0, -1]],
	[
		'other options at both ends',
		['Several', 'Great = 0', 'Good', 'Poor = 2', 'Bad', 'Other'],
		[null, 0, 1, 2, null, null],
	],
	['numbers below zero only', ['-1', '-2', '-3'], [-1, -2, -3]],
	['a minus before words', ['Bad -1', 'Never 0', 'Always 1'], [-1, 0, 1]],
	['dashes down to zero', ['Bad -2', 'Fair -1', 'Good 0'], [2, 1, 0]],
	['a label at one end', ['1 Worst', '2', '3', '4', '5', '6', 'Best'], [1, 2, 3, 4, 5, 6, 7]],
	['no usual end', ['1', '2', '3', '4', '5', '6', 'Best'], [1, 2, 3, 4, 5, 6, null]],
	['a zero', [dontKnow, '0', '1', '2', '3', 'Refuse'], [null, 0, 1, 2, 3, null]],
])('finds all scores of a scale with %s', (_, texts, scores) => {
	expect(scaleOf(options(texts))).toMatchObject({ scoreBy: 'number', scores });
});

test.each([
	['ends in words', 'Not at all likely', 'Extremely likely'],
	['numbers after the words at both ends', 'Not at all likely (0)', 'Extremely likely (10)'],
	['a number at the lower end only', '0 Not at all likely', 'Extremely likely'],
	['words at the upper end only', '0', 'Extremely likely'],
])('calculates a net promoter score for a scale from 0 to 10 with %s', (_, least, most) => {
	const { nps, scores } = scaleOf(options([least, ...zeroToTen.slice(1, -1), most, 'Vet inte']));
	expect({ nps, scores }).toEqual({ nps: true, scores: [...zeroToTen.map(Number), null] });
});

test.each([
	['labels at both ends and in the middle', ['0 Never', ...zeroToTen.slice(1, 5), '5 Neutral']],
	['a word in the middle', ['Never', ...zeroToTen.slice(1, 5), 'Neutral']],
])('calculates a net promoter score for a scale from 0 to 10 with %s', (_, lower) => {
	const { nps, scores } = scaleOf(options([...lower, ...zeroToTen.slice(6, -1), '10 Always']));
	expect({ nps, scores }).toEqual({ nps: true, scores: zeroToTen.map(Number) });
});

test.each([
	['a no-answer option', ['Bad', 'OK', 'Good', dontKnow], [1, 2, 3, null]],
	['no-answer options at both ends', ['Keine Angabe', 'Yes', 'No', 'n/a'], [null, 2, 3, null]],
	['an "Other" option', ['Bad', 'OK', 'Good', 'Annat (ange vad)'], [1, 2, 3, null]],
	['no opinion in the middle', ['Disagree', 'Not sure', 'Agree'], [1, 2, 3]],
])(
	'scores words with %s by position, except alternatives outside the scale',
	(_, texts, scores) => {
		expect(scaleOf(options(texts))).toMatchObject({ scoreBy: 'position', scores });
	},
);

test("doesn't treat a text with very many numbers as a number", () => {
	const texts = ['1', '2', '3', '9 '.repeat(200_000)];
	expect(scaleOf(options(texts)).scores).toEqual([1, 2, 3, null]);
});

test.each([
	['1 to 11', zeroToTen.map((text) => `${Number(text) + 1}`)],
	['0 to 11', [...zeroToTen, '11']],
])("doesn't calculate a net promoter score for numbers from %s", (_, texts) => {
	expect(scaleOf(options(texts)).nps).toBe(false);
});

test('a weighted question without weights has no scores', () => {
	expect(scaleOfType(options(['Yes', 'No', 'Never']), 'WEIGHTED_RADIOBUTTON')).toMatchObject({
		scoreBy: 'weight',
		scores: [null, null, null],
	});
});
