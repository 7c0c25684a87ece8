import { fulfils, type Condition } from '../../../nodes/NetigateTrigger/conditions';
import { Questions } from '../../../nodes/shared/results/questions';
import { readSet, simplify } from '../../../nodes/shared/results/simplify';
import { Comments, CountedParts, Tally } from '../../../nodes/shared/results/summarize/tally';
import type { Answer, QuestionItem } from '../../../nodes/shared/netigate/types';
import { answerSet, options, record, tree, flatRows } from './questionnaire';

type Item = Partial<QuestionItem> & { Type: string };

/** All readings of one answer to the question "So?". */
function readingsOf(item: Item, given: Array<Partial<Answer>>) {
	const questions = new Questions(tree({ text: '<p>So?</p>', items: [item] }));
	const set = answerSet(given.map((one) => record(1, item.Type, one)));
	const { answers, scores } = simplify(set, questions, 'text');
	const parts = new CountedParts(questions);
	const [tally, comments] = [new Tally(), new Comments()];
	for (const { entry, reading } of readSet(set, questions)) {
		tally.add(parts.given(entry, reading));
		for (const one of parts.given(entry, reading)) comments.add(set, one);
	}
	const counts = parts.all().map((part) => {
		const { chosen, unlisted, sum } = tally.of(part);
		const listed = part.choices.list.flatMap(({ Text }, at) => (chosen[at] ? [Text] : []));
		return [part.row ?? '', [...listed, ...unlisted.keys()].join(', '), sum, comments.of(part)];
	});
	const [flat] = flatRows(
		[simplify(set, questions, 'text')],
		questions,
		{ keyBy: 'text', escapeFormulas: true },
		[],
	);
	const columns = Object.entries(flat).filter(([key]) => key.startsWith('So?'));
	const holds = (operation: Condition['operation'], value: string) =>
		fulfils(set, questions, [{ questionItemId: 1, operation, value }]);
	return { value: answers!['So?'], score: scores!['So?'], counts, columns, holds };
}

const text = (AnswerText: string, AnswerNumeric = -1) => ({ AnswerText, AnswerNumeric });
const row = (QuestionText: string, AnswerText = '', AnswerNumeric = -1) => ({
	QuestionText,
	AnswerText,
	AnswerNumeric,
});

const yesNo = { Type: 'RADIOBUTTON', Rows: options(['<b>Yes</b>', 'No&nbsp;way', 'Other: ']) };
const used = {
	Type: 'CHECKBOX',
	Text: '<p>Used?</p>',
	Rows: options(['Chat &amp; mail', '<i>Phone</i>', 'Andere']),
};
const matrix = {
	Type: 'MATRIX',
	Rows: options(['<p>Speed</p>', 'Tone']),
	Columns: options(['Bad', '2', '3', '4', '<b>Good</b>']),
};
const frequency = { Type: 'RADIOBUTTON', Rows: options(['0 = never', '1 = rarely', '2 = often']) };
const otherLast = { Type: 'RADIOBUTTON', Rows: options(['1 = bad', '2', '3 = good', 'Other']) };
const withOrders = (texts: string[], ...orders: number[]) => {
	const Rows = options(texts).map((one, at) => ({ ...one, Order: orders[at] }));
	return { Type: 'RADIOBUTTON', Rows };
};
const rank = { Type: 'RANKING', Rows: options(['Price', 'Quality', 'Service']) };

type Row = [string, Item, Array<Partial<Answer>>, object];

test.each<Row>([
	['markup in the tree', yesNo, [text('Yes', 1)], { value: 'Yes', counts: [['', 'Yes', 1, []]] }],
	[
		'markup in the answer',
		yesNo,
		[text('<p>No\u00a0way</p>', 2)],
		{ value: 'No way', counts: [['', 'No way', 2, []]] },
	],
	[
		'another language',
		yesNo,
		[text('<b>Nein</b>', 2)],
		{ value: 'Nein', score: 2, counts: [['', 'No way', 2, []]] },
	],
	[
		'typed words',
		yesNo,
		[text('<b>me</b> &amp; you ', 3)],
		{ value: '<b>me</b> &amp; you ', counts: [['', 'Other:', 0, ['<b>me</b> &amp; you']]] },
	],
	[
		'typed words in a second record',
		yesNo,
		[text('Other:', 3), text('my own')],
		{ value: ['Other:', 'my own'], counts: [['', 'Other:', 0, ['my own']]] },
	],
	[
		'a checkbox with markup in its title and options',
		used,
		[row('Used?'), row('Chat & mail'), row('<b>Phone</b>'), row('Andere', 'a <b>')],
		{
			value: ['Chat & mail', 'Phone', 'Andere: a <b>'],
			counts: [['', 'Chat & mail, Phone, Andere', 0, ['a <b>']]],
		},
	],
	[
		'a checkbox in another language',
		used,
		[row('Was?'), row('Telefon', '', 2)],
		{ value: ['Telefon'], counts: [['', 'Phone', 0, []]] },
	],
	[
		'a checkbox in another language without positions',
		used,
		[row('Womit?'), row('Chat & mail')],
		{ value: ['Chat & mail'] },
	],
	[
		'a checkbox without a title record',
		used,
		[row('Chat & mail'), row('Phone', '', 2)],
		{ value: ['Chat & mail', 'Phone'], counts: [['', 'Chat & mail, Phone', 0, []]] },
	],
	[
		'typed words in place of an option',
		used,
		[row('my <b>own</b>', '', 3)],
		{ value: ['my <b>own</b>'], counts: [['', 'Andere', 0, ['my <b>own</b>']]] },
	],
	[
		'typed words in a separate record',
		used,
		[row('Andere'), row('', 'a <b>')],
		{ value: ['Andere', 'a <b>'], counts: [['', 'Andere', 0, ['a <b>']]] },
	],
	[
		'typed words next to the question in another language',
		yesNo,
		[row('Wie?', 'Other:', 3), row('Wie?', 'my own')],
		{ value: ['Other:', 'my own'], counts: [['', 'Other:', 0, ['my own']]] },
	],
	[
		'typed words next to their alternative',
		yesNo,
		[row('So?', 'Other:', 3), row('Other:', 'my own')],
		{ value: ['Other:', 'my own'], counts: [['', 'Other:', 0, ['my own']]] },
	],
	[
		'an alternative that was removed',
		yesNo,
		[text('<b>Perhaps</b>', 4)],
		{ value: 'Perhaps', counts: [['', 'Perhaps', 4, []]] },
	],
	[
		'an alternative before the first remaining one',
		withOrders(['Yes', 'No'], 2, 3),
		[text('<b>Perhaps</b>', 1)],
		{ value: 'Perhaps', score: 1, counts: [['', 'Perhaps', 1, []]] },
	],
	...[0, -1, null].map((position): Row => {
		const expected = { value: '<b>me</b>', score: undefined };
		return [`typed words at position ${position}`, yesNo, [text('<b>me</b>', position!)], expected];
	}),
	[
		'the answer to a question without alternatives',
		{ Type: 'DROPDOWN' },
		[text('<b>Yes</b>')],
		{ value: 'Yes' },
	],
	[
		'typed words next to one alternative',
		withOrders(['Yes'], 1),
		[text('<b>me</b>')],
		{ value: '<b>me</b>' },
	],
	[
		'text in a different case',
		yesNo,
		[text('YES')],
		{ value: 'YES', score: 1, counts: [['', 'Yes', 1, []]] },
	],
	[
		'an image',
		{ Type: 'RADIOBUTTON', Rows: options(['<img src="a.png">', '<img src="b.png">']) },
		[text('<img src="b.png">', 2)],
		{ value: 'Option 2', score: 2, counts: [['', 'Option 2', 2, []]] },
	],
	[
		'alternatives that are not in order',
		withOrders(['Good', 'Bad', 'Fair'], 3, 1, 2),
		[text('Gut', 3), text('Schlecht', 1)],
		{ value: ['Gut', 'Schlecht'], score: 3, counts: [['', 'Bad, Good', 3, []]] },
	],
	[
		'alternatives at the same position',
		withOrders(['Yes', 'No'], 5, 5),
		[text('Nein', 2)],
		{ value: 'Nein', score: 2, counts: [['', 'No', 2, []]] },
	],
	...[-1, 2, 3].map((position): Row => {
		const expected = { value: 'Perhaps', score: position === 3 ? 3 : 2 };
		const rows = withOrders(['Yes', 'Perhaps', 'Perhaps'], 1, 2, 3);
		return [
			`two equal alternatives at position ${position}`,
			rows,
			[text('Perhaps', position)],
			expected,
		];
	}),
	...[0, 2].map((score): Row => {
		const counts = [['', frequency.Rows[score].Text, score, []]];
		return [
			`only the number ${score}`,
			frequency,
			[text(`${score}`, 2)],
			{ value: `${score}`, score, counts },
		];
	}),
	['a number that is not on the scale', frequency, [text('7', 3)], { value: '7', score: 2 }],
	['a number without an alternative', frequency, [text('7')], { value: '7', score: 7 }],
	['a number as typed words', otherLast, [text('1', 4)], { counts: [['', 'Other', 0, ['1']]] }],
	[
		'typed words for the first alternative',
		withOrders(['Other', 'Yes'], 1, 2),
		[text('me', 1)],
		{ value: 'me', counts: [['', 'Other', 0, ['me']]] },
	],
	[
		'a number that is only a weight',
		{ Type: 'WEIGHTED_RADIOBUTTON', Rows: options(['Bad', 'Fair', 'Good'], [3, 2, 1]) },
		[text('3', 3)],
		{ value: '3', score: 1, counts: [['', 'Good', 1, []]] },
	],
	[
		'a number of an unknown type',
		{ Type: 'NPS', Rows: options(['0', '1', '2']) },
		[text('2', 2)],
		{ value: '2', score: 2, counts: [['', '2', 2, []]] },
	],
	[
		'all choices of an unknown type',
		{ ...rank, Type: 'IMAGES' },
		[text('Price', 1), text('Quality', 2), text('Service', 3)],
		{ value: ['Price', 'Quality', 'Service'] },
	],
	[
		'a matrix with markup',
		matrix,
		[row('Speed', 'Good', 5), row('<b>Tone</b>', '<b>2</b>', 2)],
		{
			value: { Speed: 'Good', Tone: '2' },
			score: { Speed: 5, Tone: 2 },
			counts: [
				['Speed', 'Good', 5, []],
				['Tone', '2', 2, []],
			],
			columns: [
				['So?: Speed', 'Good'],
				['So?: Tone', '2'],
			],
		},
	],
	[
		'a matrix in another language',
		matrix,
		[row('Tempo', 'Schlecht', 1), row('Ton', 'Gut', 5)],
		{
			value: { Speed: 'Schlecht', Tone: 'Gut' },
			score: { Speed: 1, Tone: 5 },
			counts: [
				['Speed', 'Bad', 1, []],
				['Tone', 'Good', 5, []],
			],
		},
	],
	[
		'ranks instead of positions',
		rank,
		[row('Quality', '', 1), row('Price', '', 2), row('Service', '', 3)],
		{
			value: { Quality: 1, Price: 2, Service: 3 },
			score: { Quality: 1, Price: 2, Service: 3 },
			counts: [
				['Price', '2', 2, []],
				['Quality', '1', 1, []],
				['Service', '3', 3, []],
			],
			columns: [
				['So?: Price', 2],
				['So?: Quality', 1],
				['So?: Service', 3],
			],
		},
	],
	[
		'ranks with the name as the answer',
		rank,
		[text('Quality', 1), text('Price', 2)],
		{ value: { Quality: 1, Price: 2 } },
	],
	[
		'ranks with the name as both question and answer',
		rank,
		['Quality', 'Price', 'Service'].map((name, at) => row(name, name, at + 1)),
		{ value: { Quality: 1, Price: 2, Service: 3 } },
	],
	[
		'sliders with names for their ends',
		{ ...rank, Columns: options(['Low', 'High']), Type: 'SLIDER_MATRIX' },
		[row('Price', '', 2), row('Quality', '', 70)],
		{ value: { Price: 2, Quality: 70 }, score: { Price: 2, Quality: 70 } },
	],
	[
		'a partial ranking',
		rank,
		[row('Quality', '', 1), row('Price'), row('Service')],
		{
			value: { Quality: 1 },
			counts: [
				['Price', '', 0, []],
				['Quality', '1', 1, []],
				['Service', '', 0, []],
			],
		},
	],
	[
		'a constant sum',
		{ ...rank, Type: 'CONSTANT_SUM', Text: 'So?' },
		[row('<p>So?</p>'), row('Price', '0', 0), row('Quality', '100', 100)],
		{ value: { Price: '0', Quality: '100' }, score: { Price: 0, Quality: 100 } },
	],
	[
		'typed words next to the first alternative',
		yesNo,
		[text('Yes', 1), text('my own')],
		{ value: ['Yes', 'my own'], counts: [['', 'Yes', 1, ['my own']]] },
	],
	[
		'text fields without names',
		{ Type: 'TEXT_FIELD' },
		[row('', 'Anna'), row('Town', 'Lund')],
		{ value: { 'Field 1': 'Anna', Town: 'Lund' } },
	],
	[
		'a text field with a single row',
		{ Type: 'TEXT_FIELD', Rows: options(['Yours']) },
		[row('Yours', 'Thanks')],
		{ value: 'Thanks', counts: [['', '', 0, ['Thanks']]] },
	],
	[
		'text in an item without a type',
		{ Type: '' },
		[{ ...text('Thanks'), QuestionType: 'TEXT_FIELD' }],
		{ value: 'Thanks', counts: [['', '', 0, ['Thanks']]] },
	],
	[
		'matrix rows without names',
		matrix,
		[row('', 'Bad', 1), row('', '2', 2), row('', '3', 3)],
		{ value: { 'Row 1': 'Bad', 'Row 2': '2', 'Row 3': '3' } },
	],
	[
		'a matrix with an empty row',
		matrix,
		[row('Speed', 'Good', 5), row('Tone')],
		{ value: { Speed: 'Good', Tone: '' }, score: { Speed: 5 } },
	],
	[
		'the first alternative of an unknown type',
		{ Type: 'FACES', Rows: options(['Bad', 'Good']) },
		[text('Bad', 1)],
		{ value: 'Bad', score: 1, counts: [['', 'Bad', 1, []]] },
	],
	[
		'a checkbox with the option as the answer',
		used,
		[row('', 'Chat & mail')],
		{ value: ['Chat & mail'], counts: [['', 'Chat & mail', 0, []]] },
	],
	[
		'a checkbox without options',
		{ Type: 'CHECKBOX' },
		[row('', 'Fax')],
		{ value: ['Fax'], counts: [['', 'Fax', 0, []]] },
	],
	[
		'typed words next to a single option',
		{ Type: 'CHECKBOX', Rows: options(['Chat']) },
		[row('', 'Fax')],
		{ value: ['Fax'], counts: [['', '', 0, ['Fax']]] },
	],
	...['CHECKBOX', 'RADIOBUTTON'].map((Type): Row => {
		const item = { Type, Rows: options(['Speed', 'Tone']), Columns: options(['Good']) };
		return [`a ${Type} by row`, item, [row('Speed', 'Good', 1)], { value: { Speed: 'Good' } }];
	}),
	[
		'a choice whose label is another alternative',
		yesNo,
		[row('Yes', 'No&nbsp;way', 2)],
		{ value: 'No way', score: 2 },
	],
	[
		'one slider',
		{ ...rank, Columns: options(['Low', 'High']), Type: 'SLIDER_MATRIX' },
		[row('Price', '2', 2)],
		{ value: { Price: '2' } },
	],
	[
		'choices whose labels contain only markup',
		{ Type: 'IMAGES', Rows: options(['Sun', 'Rain']) },
		[row('<p>&nbsp;</p>', 'Sun'), row('<br>', 'Rain')],
		{ value: ['Sun', 'Rain'] },
	],
	[
		'more records for a label than rows with that label',
		{ ...matrix, Rows: options(['Speed', 'Speed', 'Tone']) },
		[row('Speed', 'Bad', 1), row('Speed', '2', 2), row('Speed', '3', 3)],
		{ value: { Speed: 'Bad', 'Speed (2)': ['2', '3'] } },
	],
	[
		'a matrix with one row in another language',
		matrix,
		[row('Speed', 'Bad', 1), row('Ton', '2', 2)],
		{ value: { Speed: 'Bad', Tone: '2' } },
	],
	[
		'a row in another language next to two rows with the same label',
		{ ...matrix, Rows: options(['Speed', 'Speed', 'Tone']) },
		[row('Speed', 'Bad', 1), row('Speed', '2', 2), row('Ton', '3', 3)],
		{ value: { Speed: 'Bad', 'Speed (2)': '2', Ton: '3' } },
	],
	[
		'a checkbox whose title in another language is not a question',
		used,
		[row('Genutzt'), row('Telefon', '', 2)],
		{ value: ['Telefon'] },
	],
	[
		'removed options of a checkbox without a title record',
		used,
		[row('Fax'), row('Brief')],
		{ value: ['Fax', 'Brief'] },
	],
	[
		'the position of a column in an item without a type',
		{ ...matrix, Type: '' },
		[{ ...row('Speed', '', 1), QuestionType: 'MATRIX' }],
		{ value: { Speed: 'Bad' } },
	],
	[
		'only the title, in an unknown type of question',
		{ ...rank, Type: 'NPS' },
		[row('So?')],
		{ value: '' },
	],
	[
		'a number with a different title, in an unknown type of question',
		{ Type: 'SLIDER' },
		[row('How far?', '', 7)],
		{ value: 7 },
	],
	[
		'a number that is not on the scale, in an unknown type of question',
		{ Type: 'NPS', Rows: options(['0', '1', '2']) },
		[text('7')],
		{ value: '7', score: 7 },
	],
	[
		'an answer labeled with the title, in an unknown type of question',
		{ ...rank, Type: 'NPS' },
		[row('So?', 'Fine'), row('Price', 'Good')],
		{ value: ['Fine', 'Good'] },
	],
	[
		'an answer without a label, in an unknown type of question',
		{ ...rank, Type: 'NPS' },
		[row('', 'Fine'), row('Price', 'Good')],
		{ value: ['Fine', 'Good'] },
	],
	[
		'numbers in two forms',
		{ ...rank, Type: 'CONSTANT_SUM' },
		[row('Price', '20', 20), row('Quality', '', 80)],
		{ value: { Price: '20', Quality: 80 }, score: { Price: 20, Quality: 80 } },
	],
	[
		'a ranking in the order of its alternatives',
		rank,
		[text('Price', 1), text('Quality', 2), text('Service', 3)],
		{ value: { Price: 1, Quality: 2, Service: 3 } },
	],
	[
		'some choices in the order of the alternatives',
		rank,
		[text('Price', 1), text('Quality', 2)],
		{ value: ['Price', 'Quality'] },
	],
	[
		'a choice without a position next to one with a position',
		rank,
		[text('Price', 2), text('Quality')],
		{ value: ['Price', 'Quality'] },
	],
	['one rank', rank, [text('Quality', 1)], { value: { Quality: 1 } }],
	[
		'the only alternative',
		{ ...rank, Rows: options(['Price']) },
		[text('Price', 1)],
		{ value: 'Price' },
	],
	[
		'choices for rows that are not in the question',
		rank,
		[row('Today', 'Quality', 1), row('Tomorrow', 'Price', 2)],
		{ value: { Today: 'Quality', Tomorrow: 'Price' } },
	],
])('reads %s the same way everywhere', (_, item, given, expected) => {
	expect(readingsOf(item, given)).toMatchObject(expected);
});

const grades = {
	Type: 'WEIGHTED_RADIOBUTTON',
	Rows: options(['1', '2', '3', '4', '5'], [5, 4, 3, 2, 1]),
};
const labelled = {
	Type: 'WEIGHTED_RADIOBUTTON',
	Rows: options(['1 = bad', '2', '3', '4', '5 = good'], [5, 4, 3, 2, 1]),
};
const unhappy = { Type: 'RADIOBUTTON', Rows: options(['Very bad', '2', '3', '4', 'Very good']) };

test.each<[boolean, Item, Partial<Answer>, Condition['operation'], string]>([
	[true, yesNo, text('Yes', 1), 'equals', 'yes'],
	[true, yesNo, text('No\u00a0way', 2), 'equals', 'No way'],
	[true, yesNo, text('Ja', 1), 'equals', 'Yes'],
	[true, yesNo, text('Ja', 1), 'contains', 'ja'],
	[false, yesNo, text('Nein', 2), 'equals', 'Yes'],
	[true, yesNo, text('Yes', 1), 'equals', '<b>Yes</b>'],
	[true, yesNo, text('my dog', 3), 'equals', 'Other:'],
	[true, yesNo, text('my dog', 3), 'contains', 'dog'],
	[true, used, row('Andere', 'a fax'), 'equals', 'andere'],
	[true, used, row('Andere', 'a fax'), 'contains', 'fax'],
	[true, grades, { ...text('1', 1), AnswerWeight: 5 }, 'equals', '1'],
	[false, grades, { ...text('5', 5), AnswerWeight: 1 }, 'equals', '1'],
	[true, grades, { ...text('5', 5), AnswerWeight: 1 }, 'atMost', '1'],
	[true, labelled, { ...text('1 = bad', 1), AnswerWeight: 5 }, 'equals', '1'],
	[false, labelled, { ...text('5 = gut', 5), AnswerWeight: 1 }, 'equals', '1'],
	[false, yesNo, text('my dog', 3), 'atLeast', '3'],
	[true, unhappy, text('Very bad', 1), 'atMost', '2'],
	[true, unhappy, text('Sehr schlecht', 1), 'atMost', '2'],
	[true, matrix, row('Tone', 'Bad', 1), 'atMost', '2'],
	[false, rank, row('Price', '', 3), 'atMost', '2'],
	[true, rank, row('Price', '', 3), 'equals', '3'],
])('%s: %j with %j, %s %s', (expected, item, answer, operation, value) => {
	expect(readingsOf(item, [answer]).holds(operation, value)).toBe(expected);
});

test('keeps typed text exactly as it is', () => {
	const typed = ' <p>5 &lt; 6&nbsp;</p>\u200b\n';
	const field = { Type: 'TEXT_FIELD', Text: '<b>Why?</b>' };
	expect(readingsOf(field, [row('<b>Why?</b>', typed)])).toMatchObject({ value: typed });
});

test('accepts positions from 0 and alternatives without text', () => {
	const Rows = ['<img src="a.png">', '', '<img alt="Happy">'].map((Text, Order) => ({
		...{ Order, Text, Weight: null },
	}));
	const item = { Type: 'RADIOBUTTON', Rows };
	const valueOf = (position: number) => readingsOf(item, [text('', position)]).value;
	expect([1, 2, 3].map(valueOf)).toEqual(['Option 1', '', 'Happy']);
});
