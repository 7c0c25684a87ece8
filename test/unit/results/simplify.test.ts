import fc from 'fast-check';
import { CountedParts, Tally } from '../../../nodes/shared/results/summarize/tally';
import { readableText } from '../../../nodes/shared/input/text';
import { Questions } from '../../../nodes/shared/results/questions';
import { scaleOf } from '../../../nodes/shared/results/scale';
import { readSet, simplify } from '../../../nodes/shared/results/simplify';
import type {
	Answer,
	AnswerSet,
	Question,
	QuestionItem,
	QuestionItemAlternative,
} from '../../../nodes/shared/netigate/types';
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
} from './questionnaire';

const simplified = (
	answers: Answer[] | null,
	questions: Question[],
	keyBy: 'text' | 'id' = 'text',
) => simplify(answerSet(answers), new Questions(questions), keyBy);

const answersOf = (answers: Answer[], questions: Question[]) =>
	simplified(answers, questions).answers;

const scoresOf = (answers: Answer[], questions: Question[]) =>
	simplified(answers, questions).scores;

describe('A simplified result', () => {
	const support = tree(
		question('How satisfied are you?', 'WEIGHTED_RADIOBUTTON', satisfaction),
		question('What did you use?', 'CHECKBOX', ['Chat', 'Phone', 'E-mail']),
		question('Anything else?', 'TEXT_FIELD'),
		question('Anything else?', 'TEXT_FIELD'),
	);

	it('skips null among answers, questions, items and alternatives', () => {
		const hole = null as never;
		const asked = tree({
			text: 'How was it?',
			items: [{ Type: 'RADIOBUTTON', Rows: [hole, { Order: 1, Text: hole, Weight: null }] }],
		})[0];
		asked.QuestionItems!.unshift(hole);
		expect(answersOf([hole, chosen(1, 'Good', 2)], [hole, asked])).toEqual({
			'How was it?': 'Good',
		});
	});

	it('reads answers in an object keyed by index, including one to an unknown question', () => {
		const asked = tree(question('How was it?', 'RADIOBUTTON', ['Good']));
		const listed = { 0: chosen(1, 'Good', 1), 1: { QuestionItem: 99 } } as never;
		expect(answersOf(listed, asked)).toEqual({ 'How was it?': 'Good', 'Question 99': '' });
	});

	it('matches the documentation', () => {
		const set = answerSet([
			chosen(1, 'Satisfied', 4, 4),
			ticked(2, 'What did you use?'),
			ticked(2, 'Chat'),
			ticked(2, 'Phone'),
			written(3, 'No', 'Anything else?'),
			written(4, 'Thanks', 'Anything else?'),
		]);
		expect(simplify(set, new Questions(support), 'text')).toEqual({
			answerSetId: 90001,
			surveyId: 501,
			respondentId: 60001,
			createdAt: '2026-09-27T15:30:00Z',
			updatedAt: '2026-09-27T15:38:26Z',
			completedAt: '2026-09-27T15:38:26Z',
			completed: true,
			answers: {
				'How satisfied are you?': 'Satisfied',
				'What did you use?': ['Chat', 'Phone'],
				'Anything else?': 'No',
				'Anything else? (2)': 'Thanks',
			},
			scores: { 'How satisfied are you?': 4 },
		});
	});

	it("isn't completed if the person hasn't finished", () => {
		const set = answerSet([], { Completed: null, Updated: '2026-09-27T15:35:00Z' });
		expect(simplify(set, new Questions(support), 'text')).toMatchObject({
			completed: false,
			completedAt: null,
			updatedAt: '2026-09-27T15:35:00Z',
			answers: {},
			scores: {},
		});
	});

	it.each([-1, 0, null])('has no respondent if Netigate returns %s', (Respondent) => {
		const set = answerSet([], { Respondent: Respondent as number });
		expect(simplify(set, new Questions(support), 'text').respondentId).toBeNull();
	});

	it('accepts answers that are null', () => {
		expect(simplified(null, support)).toMatchObject({ answers: {}, scores: {} });
	});

	it('uses question item IDs as keys if requested', () => {
		const { answers, scores } = simplified(
			[chosen(1, 'Satisfied', 4, 4), written(4, 'Thanks')],
			support,
			'id',
		);
		expect(answers).toEqual({ 1: 'Satisfied', 4: 'Thanks' });
		expect(scores).toEqual({ 1: 4 });
	});

	it('keeps the "(2)" of a repeated text even if the first question was not answered', () => {
		expect(answersOf([written(4, 'Thanks')], support)).toEqual({ 'Anything else? (2)': 'Thanks' });
	});
});

describe('The text of a question', () => {
	const field = (Text: string) => ({ Type: 'TEXT_FIELD', Text });

	it('comes from the question, not from its field', () => {
		const questions = tree({ text: 'What should we do better?', items: [field('Your comment')] });
		expect(answersOf([written(1, 'Nothing')], questions)).toEqual({
			'What should we do better?': 'Nothing',
		});
	});

	it('comes from the field if the question has none', () => {
		expect(
			answersOf([written(1, 'Nothing')], tree({ text: ' ', items: [field('Comment')] })),
		).toEqual({ Comment: 'Nothing' });
	});

	it('includes the field if a question has several', () => {
		const questions = tree({ text: 'About you', items: [field('Name'), field('Town')] });
		expect(answersOf([written(1, 'Anna'), written(2, 'Lund')], questions)).toEqual({
			'About you: Name': 'Anna',
			'About you: Town': 'Lund',
		});
	});

	it('is numbered in the order of the survey, whatever order Netigate returns', () => {
		const questions = tree(
			{ text: 'Why?', items: [field('')] },
			{ text: 'Why?', items: [field('')] },
		).reverse();
		expect(answersOf([written(2, 'second'), written(1, 'first')], questions)).toEqual({
			'Why?': 'first',
			'Why? (2)': 'second',
		});
	});

	it('does not collide with a text that already ends in "(2)"', () => {
		const questions = tree(
			...['Why?', 'Why? (2)', 'Why?'].map((text) => ({ text, items: [field('')] })),
		);
		const answers = answersOf([written(1, 'a'), written(2, 'b'), written(3, 'c')], questions);
		expect(answers).toEqual({ 'Why?': 'a', 'Why? (2)': 'b', 'Why? (3)': 'c' });
	});

	it.each(['__proto__', 'constructor', 'toString'])('may be "%s"', (name) => {
		const answers = answersOf([written(1, 'kept')], tree({ text: name, items: [field('')] }));
		expect(Object.entries(answers!)).toEqual([[name, 'kept']]);
	});

	it('comes from the answer if the question is no longer in the survey', () => {
		expect(answersOf([written(77, 'old', 'An old question')], [])).toEqual({
			'An old question': 'old',
		});
		expect(answersOf([chosen(78, 'Yes', 1)], [])).toEqual({ 'Question 78': 'Yes' });
	});

	it('of a removed question does not take the key of an existing one', () => {
		const questions = tree({ text: 'Why?', items: [field('')] });
		expect(answersOf([written(77, 'old', 'Why?'), written(1, 'new')], questions)).toEqual({
			'Why? (2)': 'old',
			'Why?': 'new',
		});
	});
});

/** The value and the score of the question "So?". */
function readingOf(item: Partial<QuestionItem> & { Type: string }, ...given: Answer[]) {
	const { answers, scores } = simplified(given, tree({ text: 'So?', items: [item] }));
	expect(Object.keys(answers!)).toEqual(['So?']);
	return { value: answers!['So?'], score: scores!['So?'] };
}

describe('A choice', () => {
	const weighted = (texts: string[], weights: Array<number | null>) => ({
		Type: 'WEIGHTED_RADIOBUTTON',
		Rows: options(texts, weights),
	});

	it.each(['RADIOBUTTON', 'DROPDOWN'])(
		'of type %s returns its text, and its position as the score',
		(Type) => {
			const answer = chosen(1, 'No', 2, null, Type);
			const reading = readingOf({ Type, Rows: options(['Yes', 'No']) }, answer);
			expect(reading).toEqual({ value: 'No', score: 2 });
		},
	);

	it.each([
		['4', 5, 4],
		['', 1, 0],
		["Don't know", 7, undefined],
	])('on a scale of numbers is scored by its number: "%s" at position %d', (text, place, score) => {
		const Rows = options(['0', '1', '2', '3', '4', '5', "Don't know"]);
		expect(readingOf({ Type: 'RADIOBUTTON', Rows }, chosen(1, text, place)).score).toBe(score);
	});

	it.each([
		['1 = nie', 1, 1],
		['1 = Never', 1, 1],
		['nie', 1, 1],
		['3', -1, 3],
		['weiß nicht', 5, undefined],
		['something else', -1, undefined],
	])('on a labeled scale: "%s" at position %d is scored %s', (text, place, score) => {
		const Rows = options(['1 = never', '2 = seldom', '3 = often', '4 = always', "Don't know"]);
		expect(readingOf({ Type: 'RADIOBUTTON', Rows }, chosen(1, text, place)).score).toBe(score);
	});

	it.each([
		['Gut', 2, 20],
		['Weiß nicht', 3, undefined],
	])('of weighted alternatives in another language has the weight at its position', (...row) => {
		const [text, place, score] = row;
		const item = weighted(['Bad', 'Good', "Don't know"], [10, 20, null]);
		expect(readingOf(item, chosen(1, text, place, null, item.Type)).score).toBe(score);
	});

	describe('is scored the same way as in a summary', () => {
		/** The score of one answer in the summary, by row if there are rows. */
		function summedUp(answers: Answer[], questions: Question[]) {
			const parts = new CountedParts(new Questions(questions));
			const tally = new Tally();
			for (const { entry, reading } of readSet(answerSet(answers), parts.questions))
				tally.add(parts.given(entry, reading));
			const scored = parts.all().filter((part) => tally.of(part).scored > 0);
			const sums = scored.map((part) => [part.row, tally.of(part).sum] as const);
			if (sums.length === 0) return {};
			const [[row, sum]] = sums;
			return { 'So?': row === undefined ? sum : Object.fromEntries(sums) };
		}

		const numbers = fc
			.integer({ min: -2, max: 3 })
			.chain((first) =>
				fc
					.constantFrom(0.5, 1, 2, 10)
					.map((step) => Array.from({ length: 11 }, (_, at) => first + step * at)),
			);
		const texts = fc
			.record({
				numbers,
				ends: fc.constantFrom('', ' Not at all', ' = never', ' (worst)'),
				falling: fc.boolean(),
				outside: fc.boolean(),
				words: fc.boolean(),
				count: fc.integer({ min: 2, max: 11 }),
			})
			.map(({ numbers, ends, falling, outside, words, count }) => {
				const some = numbers.slice(0, count).map((one) => (words ? `word ${one}` : String(one)));
				const named = some.map((one, at) => (at % (count - 1) === 0 ? one + ends : one));
				return [...(falling ? named.reverse() : named), ...(outside ? ["Don't know"] : [])];
			});
		const weights = fc.constantFrom('none', 'list', 'answers', 'both', 'rows');

		it('whatever the alternatives are named, and wherever the weights are', () => {
			fc.assert(
				fc.property(
					texts,
					weights,
					fc.constantFrom('RADIOBUTTON', 'WEIGHTED_RADIOBUTTON', 'DROPDOWN', 'MATRIX', 'STARS'),
					fc.constantFrom('own', 'capitals', 'none'),
					(list, weights, Type, wording) => {
						const inList = weights === 'list' || weights === 'both';
						const inAnswers = weights === 'answers' || weights === 'both';
						const choices = options(list, inList ? list.map((_, at) => 3 * at) : undefined);
						const rows = options(['Speed'], weights === 'rows' ? [7] : undefined);
						const item =
							Type === 'MATRIX'
								? { Type, Rows: rows, Columns: choices }
								: { Type, Rows: choices, Columns: [] };
						const questions = tree({ text: 'So?', items: [item] });
						const { scoreBy, scores } = scaleOf(choices, Type);
						for (const [at, text] of list.entries()) {
							const answer = record(1, Type, {
								QuestionText: Type === 'MATRIX' ? 'Speed' : '',
								AnswerText: { own: text, capitals: text.toUpperCase(), none: '' }[wording],
								AnswerNumeric: at + 1,
								AnswerWeight: inAnswers ? 3 * at : null,
							});
							const read = scoresOf([answer], questions)!;
							expect(read).toEqual(summedUp([answer], questions));
							// As the trigger shows it in the editor.
							if (scoreBy === 'position' || Type === 'STARS') continue;
							const score = scores[at] ?? (scoreBy === 'weight' && inAnswers ? 3 * at : null);
							const expected = Type === 'MATRIX' ? { Speed: score } : score;
							expect(read).toEqual(score === null ? {} : { 'So?': expected });
						}
					},
				),
			);
		});
	});

	it.each([-5, 0])(
		'of a weighted question is scored by its weight %d, not its position',
		(weight) => {
			const { score } = readingOf(
				weighted(['Bad', 'Good'], [weight, 10]),
				chosen(1, 'Bad', 1, weight),
			);
			expect(score).toBe(weight);
		},
	);

	it('of "Don\'t know" in a weighted question has no score', () => {
		const item = weighted(['Bad', 'Good', "Don't know"], [1, 2, null]);
		const reading = readingOf(item, chosen(1, "Don't know", 3, null, item.Type));
		expect(reading).toEqual({ value: "Don't know", score: undefined });
	});

	it('without a text gets the text of the alternative at its position', () => {
		const Rows = [null, ...options(['Yes', 'No'])];
		expect(readingOf({ Type: 'RADIOBUTTON', Rows }, chosen(1, '', 2)).value).toBe('No');
	});

	it('keeps text written next to "Other"', () => {
		const item = { Type: 'RADIOBUTTON', Rows: options(['Price', 'Other']) };
		const reading = readingOf(item, chosen(1, 'Other', 2), chosen(1, 'Too far away', -1));
		expect(reading).toEqual({ value: ['Other', 'Too far away'] });
	});

	it.each([null, [], [null]])('works if the alternatives are %j', (Rows) => {
		const item = { Type: 'RADIOBUTTON', Rows, Columns: Rows };
		expect(readingOf(item, chosen(1, 'No', 2)).value).toBe('No');
	});
});

describe('A checkbox', () => {
	it.each<[string, string[], string[], string[]]>([
		[
			'is a list of the chosen options, even if there is only one',
			['Chat', 'Phone'],
			['Phone'],
			['Phone'],
		],
		[
			'leaves out the record with its own title',
			['Chat', 'Phone'],
			['Used', 'Chat', 'Phone'],
			['Chat', 'Phone'],
		],
		['is empty if there is only its title', ['Chat'], ['Used'], []],
		['keeps its only option if it has the text of the title', ['Used'], ['Used'], ['Used']],
		['keeps an option with the text of the title', ['Chat', 'Used'], ['Used', 'Used'], ['Used']],
		[
			'keeps an option with the text of the title after another option',
			['Chat', 'Used'],
			['Chat', 'Used'],
			['Chat', 'Used'],
		],
		[
			'drops a title that comes last if no option has its text',
			['Chat'],
			['Chat', 'Used'],
			['Chat'],
		],
	])('%s', (_, rows, records, value) => {
		const item = { Type: 'CHECKBOX', Text: 'Used', Rows: options(rows) };
		const reading = readingOf(item, ...records.map((text) => ticked(1, text)));
		expect(reading).toEqual({ value, score: undefined });
	});

	it('keeps text written next to an option', () => {
		const item = { Type: 'CHECKBOX', Rows: options(['Chat', 'Phone']) };
		expect(readingOf(item, ticked(1, 'Phone', 'after hours')).value).toEqual([
			'Phone: after hours',
		]);
	});
});

describe('A free text', () => {
	const item = { Type: 'TEXT_FIELD', Text: 'Comment' };

	it('is kept exactly and never scored, even if it comes with numbers', () => {
		const answer = written(1, ' 5 stars\nåäö ', 'Comment');
		const reading = readingOf(item, { ...answer, AnswerNumeric: 5, AnswerWeight: 5 });
		expect(reading).toEqual({ value: ' 5 stars\nåäö ', score: undefined });
	});

	it('may be empty', () => {
		expect(readingOf(item, written(1, '')).value).toBe('');
	});

	it('of several fields keeps each by its label, even blank ones', () => {
		const answers = [
			written(1, 'Anna', 'First name'),
			written(1, '', 'Last name'),
			written(1, '0171', 'Phone'),
			written(1, '0172', 'Phone'),
		];
		const value = { 'First name': 'Anna', 'Last name': '', Phone: '0171', 'Phone (2)': '0172' };
		expect(readingOf(item, ...answers).value).toEqual(value);
	});

	it('of several fields without labels keeps each in its place', () => {
		const answers = ['', 'two', ''].map((text) => written(1, text, ''));
		expect(readingOf(item, ...answers).value).toEqual(['', 'two', '']);
	});

	it('is keyed by its field even if only one of several was answered', () => {
		const several = { Type: 'TEXT_FIELD', Rows: options(['First name', 'Last name']) };
		const { value } = readingOf(several, written(1, 'Berg', 'Last name'));
		expect(value).toEqual({ 'Last name': 'Berg' });
	});
});

describe('A matrix', () => {
	const Columns = options(['Poor', 'Good'], [0, 10]);
	const poor = rated(1, 'Speed', 'Poor', 1, 0);
	const good = rated(1, 'Speed', 'Good', 2, 10);

	it.each<[string, string[], Answer[], object]>([
		[
			'is an object of its rows, and so are its scores',
			['Speed', 'Tone'],
			[poor, rated(1, 'Tone', 'Good', 2, 10)],
			{ value: { Speed: 'Poor', Tone: 'Good' }, score: { Speed: 0, Tone: 10 } },
		],
		[
			'distinguishes rows with the same text',
			['Speed', 'Speed'],
			[poor, good],
			{ value: { Speed: 'Poor', 'Speed (2)': 'Good' }, score: { Speed: 0, 'Speed (2)': 10 } },
		],
		[
			'lists several answers in one row',
			['Speed', 'Tone'],
			[poor, good],
			{ value: { Speed: ['Poor', 'Good'] }, score: { Speed: 0 } },
		],
		[
			'uses the column at its position if the text is missing',
			['Speed'],
			[rated(1, 'Speed', '', 2, 10)],
			{ value: { Speed: 'Good' }, score: { Speed: 10 } },
		],
	])('%s', (_, rows, answers, expected) => {
		const item = { Type: 'MATRIX', Rows: options(rows), Columns };
		expect(readingOf(item, ...answers)).toEqual(expected);
	});

	it('without weights is scored by position', () => {
		const item = { Type: 'MATRIX', Rows: options(['Speed']), Columns: options(['Poor', 'Good']) };
		expect(readingOf(item, rated(1, 'Speed', 'Good', 2)).score).toEqual({ Speed: 2 });
	});
});

describe('A question of an unknown type', () => {
	it.each<[string, Partial<QuestionItem>, Array<Partial<Answer>>, object]>([
		[
			'returns its text and no score',
			{ Text: '0 to 100' },
			[{ AnswerText: '57', AnswerNumeric: 57, QuestionText: '0 to 100' }],
			{ value: '57', score: undefined },
		],
		['returns its number if there is nothing else', {}, [{ AnswerNumeric: 57 }], { value: 57 }],
		[
			'is scored by its weight',
			{},
			[{ AnswerText: 'Good', AnswerWeight: 9 }],
			{ value: 'Good', score: 9 },
		],
		[
			'is scored by position if it is one of the alternatives',
			{ Rows: options(['Bad', 'Good']) },
			[{ AnswerText: 'Good', AnswerNumeric: 2 }],
			{ value: 'Good', score: 2 },
		],
		[
			'is read as a list if it looks like a checkbox',
			{ Text: 'New' },
			[{ QuestionText: 'New' }, { QuestionText: 'A' }, { QuestionText: 'B' }],
			{ value: ['A', 'B'] },
		],
		[
			'is read by rows if it looks like a matrix',
			{},
			[
				{ QuestionText: 'Speed', AnswerText: 'Poor', AnswerWeight: 1 },
				{ QuestionText: 'Tone', AnswerText: 'Good', AnswerWeight: 2 },
			],
			{ value: { Speed: 'Poor', Tone: 'Good' }, score: { Speed: 1, Tone: 2 } },
		],
		[
			'keeps several texts',
			{},
			[{ AnswerText: 'one' }, { AnswerText: 'two' }],
			{ value: ['one', 'two'] },
		],
	])('%s', (_, more, answers, expected) => {
		const records = answers.map((answer) => record(1, 'NEW_TYPE', answer));
		expect(readingOf({ Type: 'NEW_TYPE', ...more }, ...records)).toEqual(expected);
	});
});

/** Every text in a value at any depth, and the keys of a matrix. */
function textsIn(value: unknown): string[] {
	if (Array.isArray(value)) return value.flatMap(textsIn);
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value).flatMap(([key, entry]) => [key, ...textsIn(entry)]);
	}
	return [String(value)];
}

describe('Whatever people answer', () => {
	const types = [
		'TEXT_FIELD',
		'RADIOBUTTON',
		'CHECKBOX',
		'DROPDOWN',
		'WEIGHTED_RADIOBUTTON',
		'MATRIX',
		'SLIDER',
		'',
	];
	const word = fc.oneof(
		fc.string({ maxLength: 12 }),
		fc.constantFrom('__proto__', 'Why?', 'Why? (2)', 'A', 'B', '', 'constructor', '1'),
	);
	const alternatives = fc.oneof(
		fc.constant(null),
		fc.constant<Array<QuestionItemAlternative | null>>([null]),
		fc.array<QuestionItemAlternative | null>(
			fc.record({
				Order: fc.integer({ min: 1, max: 5 }),
				Text: word,
				Weight: fc.option(fc.integer({ min: -5, max: 10 })),
			}),
			{ maxLength: 4 },
		),
	);
	const questionTree = fc.array(
		fc.record({
			text: word,
			items: fc.array(
				fc.record({
					Type: fc.constantFrom(...types),
					Text: word,
					Rows: alternatives,
					Columns: alternatives,
				}),
				{ minLength: 1, maxLength: 3 },
			),
		}),
		{ maxLength: 6 },
	);
	const answers = fc.array(
		fc.record({
			QuestionItem: fc.integer({ min: 1, max: 12 }),
			QuestionType: fc.constantFrom(...types),
			QuestionText: fc.oneof(word, fc.constant(null as unknown as string)),
			AnswerText: fc.oneof(word, fc.constant(null as unknown as string)),
			AnswerNumeric: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 6 }), fc.constant(null)),
			AnswerWeight: fc.option(fc.integer({ min: -5, max: 10 })),
		}),
		{ maxLength: 25 },
	);
	const filled = (given: Array<Partial<Answer>>): AnswerSet =>
		answerSet(given.map((one, index) => ({ ...record(1, ''), ...one, AnswerId: index + 1 })));

	it.each(['text', 'id'] as const)('no answer text is lost, by %s', (keyBy) => {
		fc.assert(
			fc.property(questionTree, answers, (questions, given) => {
				const set = filled(given);
				const result = simplify(set, new Questions(tree(...questions)), keyBy);
				const texts = textsIn(Object.values(result.answers!));
				for (const { AnswerText } of set.Answers!) {
					if (!AnswerText?.trim()) continue;
					// Text written next to a checkbox option comes after the option's text.
					const kept = texts.some(
						(one) =>
							one.endsWith(`: ${AnswerText}`) || readableText(one) === readableText(AnswerText),
					);
					expect({ AnswerText, kept }).toEqual({ AnswerText, kept: true });
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it('every answered question has its own key, and a score only if it has an answer', () => {
		fc.assert(
			fc.property(questionTree, answers, (questions, given) => {
				const set = filled(given);
				const result = simplify(set, new Questions(tree(...questions)), 'text');
				const items = new Set(set.Answers!.map(({ QuestionItem }) => QuestionItem));
				expect(Object.keys(result.answers!)).toHaveLength(items.size);
				for (const key of Object.keys(result.scores!)) {
					expect(Object.hasOwn(result.answers!, key)).toBe(true);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('the key of a question is the same in every result', () => {
		fc.assert(
			fc.property(questionTree, answers, (questions, given) => {
				const known = new Questions(tree(...questions));
				const ids = new Set(known.all().map(({ id }) => id));
				const listed = given.filter(({ QuestionItem }) => ids.has(QuestionItem));
				const whole = simplify(filled(listed), known, 'text').answers!;
				for (const { QuestionItem } of listed) {
					const alone = listed.filter((one) => one.QuestionItem === QuestionItem);
					const [key] = Object.keys(simplify(filled(alone), known, 'text').answers!);
					expect(whole[key]).toEqual(simplify(filled(alone), known, 'text').answers![key]);
				}
			}),
			{ numRuns: 300 },
		);
	});
});
