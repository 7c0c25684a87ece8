import fc from 'fast-check';
import { fulfils, type Condition } from '../../../nodes/NetigateTrigger/conditions';
import { Questions } from '../../../nodes/shared/results/questions';
import { readSet, simplify } from '../../../nodes/shared/results/simplify';
import { CountedParts, Tally } from '../../../nodes/shared/results/summarize/tally';
import type { Answer } from '../../../nodes/shared/netigate/types';
import { formattedAnswers, formattedTree } from '../../sandbox/markup';
import type { Question } from '../../sandbox/types';
import { answerSet, options, record, tree, flatRows } from './questionnaire';

/*
 * Draws people's choices by place, and writes them as Netigate might: with markup in the tree or the answers, in
 * another language, with own words, with or without texts. Every reading must come back to the same places.
 */

const words = ['Salt & pepper', 'Quite good', 'Bad', '5 < 6', 'Très bien ❤️', 'Gar nicht (0)', 'x'];

const choice = fc.record({
	place: fc.nat(2),
	language: fc.constantFrom('own', 'other', 'none'),
	typed: fc.constantFrom('', 'my <b>own</b> words', ' 7 &amp; up '),
});

const survey = fc.record({
	texts: fc.constantFrom('plain', 'html', 'htmlInTree', 'htmlInAnswers'),
	alternatives: fc.uniqueArray(fc.constantFrom(...words), { minLength: 3, maxLength: 3 }),
	weights: fc.option(fc.constant<Array<number | null>>([30, 20, 10])),
	title: fc.constantFrom('How was <it>?', 'Really & truly?', '__proto__'),
	hasTitle: fc.boolean(),
	people: fc.array(
		fc.record({
			radio: choice,
			rows: fc.tuple(choice, choice),
			ranks: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
			ticked: fc.subarray([0, 1, 2]),
			beside: fc.constantFrom('', '<i>a fax</i>'),
		}),
		{ minLength: 1, maxLength: 4 },
	),
});

type Survey = typeof survey extends fc.Arbitrary<infer T> ? T : never;
type Person = Survey['people'][number];

const ROWS = ['Speed & care', 'Tone'];
const ITEMS = ['Price', 'Quality', 'Service'];

/** An alternative's text in another language. */
const translated = (text: string) => `ö ${text} ö`;

function questionsOf({ alternatives, weights, title }: Survey) {
	const choices = options(alternatives, weights ?? undefined);
	const Type = weights ? 'WEIGHTED_RADIOBUTTON' : 'RADIOBUTTON';
	return tree(
		{
			text: title,
			items: [
				{
					Type,
					Rows: options([...alternatives, 'Other'], weights ? [...weights, null] : undefined),
				},
			],
		},
		{ text: title, items: [{ Type: 'MATRIX', Rows: options(ROWS), Columns: choices }] },
		{ text: 'Rank', items: [{ Type: 'RANKING', Rows: options(ITEMS) }] },
		{ text: 'Used?', items: [{ Type: 'CHECKBOX', Text: 'Used?', Rows: options(ITEMS) }] },
	);
}

const isTyped = ({ typed }: Person['radio']) => typed !== '';

function recordsOf({ radio, rows, ranks, ticked, beside }: Person, drawn: Survey): Answer[] {
	const { alternatives, weights, hasTitle } = drawn;
	const written = ({ place, language }: Person['radio']) => ({
		AnswerText: { own: alternatives[place], other: translated(alternatives[place]), none: '' }[
			language
		],
		AnswerNumeric: place + 1,
		AnswerWeight: weights ? weights[place] : null,
	});
	const isOther = isTyped(radio);
	const own = { AnswerText: radio.typed, AnswerNumeric: 4, AnswerWeight: null };
	return [
		record(1, weights ? 'WEIGHTED_RADIOBUTTON' : 'RADIOBUTTON', isOther ? own : written(radio)),
		...rows.map((row, at) => record(2, 'MATRIX', { ...written(row), QuestionText: ROWS[at] })),
		...ranks.map((place, at) =>
			record(3, 'RANKING', { QuestionText: ITEMS[place], AnswerNumeric: at + 1 }),
		),
		...(hasTitle ? [record(4, 'CHECKBOX', { QuestionText: 'Used?' })] : []),
		...ticked.map((place) =>
			record(4, 'CHECKBOX', { QuestionText: ITEMS[place], AnswerText: place === 2 ? beside : '' }),
		),
	];
}

/** What the answers mean, straight from what was drawn. */
function expectedOf({ radio, rows, ranks, ticked, beside }: Person, drawn: Survey) {
	const { alternatives, weights } = drawn;
	const own = ({ place, language }: Person['radio']) =>
		language === 'other' ? translated(alternatives[place]) : alternatives[place];
	const scored = ({ place }: Person['radio']) => (weights ? weights[place] : place + 1);
	const byRow = <T>(keys: string[], values: T[]) =>
		Object.fromEntries(keys.map((key, at) => [key, values[at]]));
	const byRank = byRow(
		ranks.map((place) => ITEMS[place]),
		[1, 2, 3],
	);
	const list = ticked.map((place) => (place === 2 && beside ? `Service: ${beside}` : ITEMS[place]));
	return {
		answers: {
			1: isTyped(radio) ? radio.typed : own(radio),
			2: byRow(ROWS, rows.map(own)),
			3: byRank,
			...(drawn.hasTitle || list.length > 0 ? { 4: list } : {}),
		},
		scores: {
			...(isTyped(radio) ? {} : { 1: scored(radio) }),
			2: byRow(ROWS, rows.map(scored)),
			3: byRank,
		},
	};
}

const placeOf = (radio: Person['radio']) => (isTyped(radio) ? 3 : radio.place);

function check(drawn: Survey): void {
	const plain = questionsOf(drawn);
	const raw = formattedTree('getQuestions', plain, drawn) as typeof plain;
	const questions = new Questions(raw);
	const others = tree({
		text: '',
		items: [{ Type: '', Rows: options(drawn.alternatives.map(translated)) }],
	});
	const known = [...plain, ...others] as unknown as Question[];
	const sets = drawn.people.map((person) =>
		answerSet(formattedAnswers(recordsOf(person, drawn) as never, known, drawn) as Answer[]),
	);
	const results = sets.map((set) => simplify(set, questions, 'id'));
	const parts = new CountedParts(questions);
	const tally = new Tally();
	for (const [at, set] of sets.entries()) {
		const { answers, scores } = results[at];
		expect({ answers, scores }).toEqual(expectedOf(drawn.people[at], drawn));
		for (const { entry, reading } of readSet(set, questions))
			tally.add(parts.given(entry, reading));
	}
	checkKeys(drawn, simplify(sets[0], questions, 'text').answers!);
	checkCounts(drawn, parts, tally);
	const rows = flatRows(results, questions, { keyBy: 'id', escapeFormulas: false }, []);
	for (const [at, row] of rows.entries()) {
		const { answers, scores } = expectedOf(drawn.people[at], drawn);
		const cells = ROWS.map((name) => [row[`Question: 2: ${name}`], row[`Score: 2: ${name}`]]);
		expect(cells).toEqual(ROWS.map((name) => [answers[2][name], scores[2][name]]));
		expect(ITEMS.map((name) => row[`Question: 3: ${name}`])).toEqual(
			ITEMS.map((name) => answers[3][name]),
		);
		expect(row['Question: 4'] ?? '').toBe((answers[4] ?? []).join(', '));
		expect(Object.keys(row)).toEqual(Object.keys(rows[0]));
		expect(row).not.toHaveProperty('Question: 3');
	}
	for (const [at, set] of sets.entries())
		checkConditions(drawn, drawn.people[at], (condition) => fulfils(set, questions, [condition]));
}

function checkKeys({ title }: Survey, answers: object): void {
	expect(Object.keys(answers).slice(0, 3)).toEqual([title, `${title} (2)`, 'Rank']);
}

function checkCounts({ people, alternatives, weights }: Survey, parts: CountedParts, tally: Tally) {
	const count = (places: number[], length: number) =>
		Array.from({ length }, (_, place) => places.filter((one) => one === place).length);
	const all = parts
		.all()
		.map((part) => [
			part.row ?? part.entry.id,
			tally.of(part).chosen,
			[...tally.of(part).unlisted.keys()].sort(),
		]);
	const ranks = (item: number) =>
		[...new Set(people.map((one) => `${one.ranks.indexOf(item) + 1}`))].sort();
	expect(all).toEqual([
		[
			1,
			count(
				people.map(({ radio }) => placeOf(radio)),
				4,
			),
			[],
		],
		...ROWS.map((row, at) => [
			row,
			count(
				people.map(({ rows }) => rows[at].place),
				3,
			),
			[],
		]),
		...ITEMS.map((item, at) => [item, [], ranks(at)]),
		[
			4,
			count(
				people.flatMap(({ ticked }) => ticked),
				3,
			),
			[],
		],
	]);
	expect(alternatives.length + (weights?.length ?? 3)).toBe(6);
}

function checkConditions(
	{ alternatives, weights }: Survey,
	person: Person,
	holds: (condition: Condition) => boolean,
): void {
	const { radio, rows, ranks, ticked, beside } = person;
	const on = (questionItemId: number, operation: Condition['operation'], value: string) =>
		holds({ questionItemId, operation, value });
	for (const [place, text] of [...alternatives, 'Other'].entries()) {
		expect([text, on(1, 'equals', text)]).toEqual([text, placeOf(radio) === place]);
		if (place < 3) expect(on(2, 'equals', text)).toBe(rows.some((row) => row.place === place));
	}
	const score = weights ? weights[radio.place]! : radio.place + 1;
	expect(on(1, 'atMost', '15')).toBe(!isTyped(radio) && score <= 15);
	expect(on(3, 'atMost', '1')).toBe(ranks.length > 0);
	expect(on(4, 'equals', 'Service')).toBe(ticked.includes(2));
	expect(on(4, 'contains', 'A FAX')).toBe(ticked.includes(2) && beside !== '');
}

test('results, rows, summaries and conditions read the same from the same answers', () => {
	fc.assert(fc.property(survey, check), { numRuns: 150 });
});
