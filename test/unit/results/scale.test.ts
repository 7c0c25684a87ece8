import { scaleOf as scaleOfType } from '../../../nodes/shared/results/scale';
import { numbersTo, options } from './questionnaire';

const scaleOf = (alternatives: Parameters<typeof scaleOfType>[0]) =>
	scaleOfType(alternatives, 'RADIOBUTTON');

const zeroToTen = numbersTo(10);

test('answers called 0 to 10 are the score, and make a net promoter score', () => {
	expect(scaleOf(options(zeroToTen))).toEqual({
		scoreBy: 'number',
		scores: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
		nps: true,
		topTwoFrom: null,
	});
});

test('so they are where they are weighted by their places, or come the other way round', () => {
	const weighted = scaleOf(options(zeroToTen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
	expect(weighted).toMatchObject({ scoreBy: 'number', nps: true });
	expect(weighted.scores[0]).toBe(0);
	const reversed = scaleOf(options([...zeroToTen].reverse()));
	expect(reversed).toMatchObject({ nps: true });
	expect(reversed.scores[0]).toBe(10);
});

test.each([
	['words at the ends', '0 Not at all likely', '10 Extremely likely'],
	['words behind a dash', '0 – Not at all likely', '10 - Extremely likely'],
	['words in brackets', '0 (not at all)', '10 (extremely)'],
])('a scale from 0 to 10 with %s, and "Don\'t know" outside it', (_, least, most) => {
	const texts = [least, ...zeroToTen.slice(1, -1), most, "Don't know"];
	const scale = scaleOf(options(texts));
	expect(scale.nps).toBe(true);
	expect(scale.scores).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, null]);
});

test('weights from 0 to 10 make a net promoter score too, whatever the answers are called', () => {
	const scale = scaleOf(options('abcdefghijk'.split(''), zeroToTen.map(Number)));
	expect(scale).toMatchObject({ scoreBy: 'weight', nps: true });
});

test.each([
	['1 to 5', ['1', '2', '3', '4', '5'], 4],
	['1 to 10', zeroToTen.slice(1).concat('10').slice(0, 9).concat('10'), 9],
	['1 to 4', ['1 = never', '2 = seldom', '3 = often', '4 = always'], 3],
])('the two highest of %s', (_, texts, from) => {
	expect(scaleOf(options(texts))).toMatchObject({
		scoreBy: 'number',
		nps: false,
		topTwoFrom: from,
	});
});

test('weights count, not numbers, where answers are weighted: grades, the best of which is 1', () => {
	const scale = scaleOf(options(['1', '2', '3', '4', '5', '6'], [6, 5, 4, 3, 2, 1]));
	expect(scale).toMatchObject({ scoreBy: 'weight', topTwoFrom: 5 });
	expect(scale.scores[0]).toBe(6);
});

test('two of three are most of them: no top two', () => {
	expect(scaleOf(options(['Poor', 'Fair', 'Good'], [1, 2, 3])).topTwoFrom).toBeNull();
});

test.each([
	['words', ['Yes', 'Perhaps', 'No', 'Never']],
	['ages', ['18-24', '25-34', '35-44', '45-54']],
	['hours', ['1-2 hours', '2-3 hours', '3-4 hours', '4-5 hours']],
	['years', ['1 year', '2 years', '3 years', '4 years']],
	['terms', ['Under a year', '1 to 5 years', 'Over 5 years']],
	['one number', ['1', 'two', 'three']],
])('%s are no scale, and their scores are their places', (_, texts) => {
	expect(scaleOf(options(texts))).toEqual({
		scoreBy: 'position',
		scores: texts.map((__, at) => at + 1),
		nps: false,
		topTwoFrom: null,
	});
});

test('other numbers are the score too, whatever their steps', () => {
	const scale = scaleOf(options(['10', '20', '50', "Don't know"]));
	expect(scale).toMatchObject({ scoreBy: 'number', scores: [10, 20, 50, null] });
});

test.each([
	['below zero', ['-2', '-1', '0', '1', '2'], [-2, -1, 0, 1, 2]],
	['below zero, with words', ['-2 bad', '-1', '0', '+1', '+2 good'], [-2, -1, 0, 1, 2]],
	['in halves', ['1', '1,5', '2', '2,5', '3'], [1, 1.5, 2, 2.5, 3]],
	['in halves at the end', ['1', '2', '3', '3.5'], [1, 2, 3, 3.5]],
])('numbers %s are scored one and all', (_, texts, scores) => {
	expect(scaleOf(options(texts))).toMatchObject({ scoreBy: 'number', scores });
});
