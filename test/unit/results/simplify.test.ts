import fc from 'fast-check';
import { CountedParts, Tally } from '../../../nodes/shared/results/summarize/tally';
import { Questions } from '../../../nodes/shared/results/questions';
import { scaleOf } from '../../../nodes/shared/results/scale';
import { readSet, simplify } from '../../../nodes/shared/results/simplify';
import type {
	Answer,
	AnswerSet,
	Question,
	QuestionItemAlternative,
} from '../../../nodes/shared/netigate/types';
import {
	answerSet,
	chosen,
	options,
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
		{
			text: 'How satisfied are you?',
			items: [{ Type: 'WEIGHTED_RADIOBUTTON', Rows: satisfaction }],
		},
		{
			text: 'What did you use?',
			items: [
				{ Type: 'CHECKBOX', Text: 'What did you use?', Rows: options(['Chat', 'Phone', 'E-mail']) },
			],
		},
		{ text: 'Anything else?', items: [{ Type: 'TEXT_FIELD', Text: 'Anything else?' }] },
		{ text: 'Anything else?', items: [{ Type: 'TEXT_FIELD', Text: 'Anything else?' }] },
	);

	it('passes over what is nothing among answers, questions, items and alternatives', () => {
		const hole = null as never;
		const question = tree({
			text: 'How was it?',
			items: [{ Type: 'RADIOBUTTON', Rows: [hole, { Order: 1, Text: hole, Weight: null }] }],
		})[0];
		question.QuestionItems!.unshift(hole);
		expect(answersOf([hole, chosen(1, 'Good', 2)], [hole, question])).toEqual({
			'How was it?': 'Good',
		});
	});

	it('reads answers that stand by their places, and passes over those of no known kind', () => {
		const [question] = tree({
			text: 'How was it?',
			items: [{ Type: 'RADIOBUTTON', Rows: options(['Good']) }],
		});
		const listed = { 0: chosen(1, 'Good', 1), 1: { QuestionItem: 99 } } as never;
		expect(answersOf(listed, [question])).toEqual({ 'How was it?': 'Good', 'Question 99': '' });
	});

	it('is what the documentation shows', () => {
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

	it('says of somebody who has not finished that they have not', () => {
		const set = answerSet([], { Completed: null, Updated: '2026-09-27T15:35:00Z' });
		expect(simplify(set, new Questions(support), 'text')).toMatchObject({
			completed: false,
			completedAt: null,
			updatedAt: '2026-09-27T15:35:00Z',
			answers: {},
			scores: {},
		});
	});

	it.each([-1, 0, null])('names no respondent where Netigate gives %s', (Respondent) => {
		const set = answerSet([], { Respondent: Respondent as number });
		expect(simplify(set, new Questions(support), 'text').respondentId).toBeNull();
	});

	it('takes a set whose answers are null', () => {
		expect(simplified(null, support)).toMatchObject({ answers: {}, scores: {} });
	});

	it('names answers by the id of the question item where that is asked for', () => {
		const { answers, scores } = simplified(
			[chosen(1, 'Satisfied', 4, 4), written(4, 'Thanks')],
			support,
			'id',
		);
		expect(answers).toEqual({ 1: 'Satisfied', 4: 'Thanks' });
		expect(scores).toEqual({ 1: 4 });
	});

	it('keeps the "(2)" of a text also where the first of them was not answered', () => {
		expect(answersOf([written(4, 'Thanks')], support)).toEqual({ 'Anything else? (2)': 'Thanks' });
	});
});

describe('The text of a question', () => {
	const field = (Text: string) => ({ Type: 'TEXT_FIELD', Text });

	it('is that of the question, not that of its field', () => {
		const questions = tree({ text: 'What should we do better?', items: [field('Your comment')] });
		expect(answersOf([written(1, 'Nothing')], questions)).toEqual({
			'What should we do better?': 'Nothing',
		});
	});

	it('is that of the field where the question has none', () => {
		expect(
			answersOf([written(1, 'Nothing')], tree({ text: ' ', items: [field('Comment')] })),
		).toEqual({ Comment: 'Nothing' });
	});

	it('names the field too where a question has several', () => {
		const questions = tree({ text: 'About you', items: [field('Name'), field('Town')] });
		expect(answersOf([written(1, 'Anna'), written(2, 'Lund')], questions)).toEqual({
			'About you: Name': 'Anna',
			'About you: Town': 'Lund',
		});
	});

	it('follows the order of the survey, however Netigate lists the questions', () => {
		const questions = tree(
			{ text: 'Why?', items: [field('')] },
			{ text: 'Why?', items: [field('')] },
		).reverse();
		expect(answersOf([written(2, 'second'), written(1, 'first')], questions)).toEqual({
			'Why?': 'first',
			'Why? (2)': 'second',
		});
	});

	it('does not collide with a text that ends in "(2)" itself', () => {
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

	it('comes from the answer where the question is no longer in the survey', () => {
		expect(answersOf([written(77, 'old', 'A question of before')], [])).toEqual({
			'A question of before': 'old',
		});
		expect(answersOf([chosen(78, 'Yes', 1)], [])).toEqual({ 'Question 78': 'Yes' });
	});

	it('of a question that is gone does not take the place of one that is there', () => {
		const questions = tree({ text: 'Why?', items: [field('')] });
		expect(answersOf([written(77, 'old', 'Why?'), written(1, 'new')], questions)).toEqual({
			'Why? (2)': 'old',
			'Why?': 'new',
		});
	});
});

describe('A choice', () => {
	it.each(['RADIOBUTTON', 'DROPDOWN'])(
		'of type %s gives its text, and its position as score',
		(Type) => {
			const questions = tree({ text: 'Again?', items: [{ Type, Rows: options(['Yes', 'No']) }] });
			const answers = [chosen(1, 'No', 2, null, Type)];
			expect(answersOf(answers, questions)).toEqual({ 'Again?': 'No' });
			expect(scoresOf(answers, questions)).toEqual({ 'Again?': 2 });
		},
	);

	it('of a scale of numbers scores the number that was chosen, not its place', () => {
		const Rows = options(['0', '1', '2', '3', '4', '5', "Don't know"]);
		const questions = tree({ text: 'Likely?', items: [{ Type: 'RADIOBUTTON', Rows }] });
		expect(scoresOf([chosen(1, '4', 5)], questions)).toEqual({ 'Likely?': 4 });
		expect(scoresOf([chosen(1, '', 1)], questions)).toEqual({ 'Likely?': 0 });
		expect(scoresOf([chosen(1, "Don't know", 7)], questions)).toEqual({});
	});

	it.each([
		['1 = nie', 1, 1],
		['1 = Never', 1, 1],
		['nie', 1, 1],
		['3', -1, 3],
		['weiß nicht', 5, undefined],
		['something else', -1, undefined],
	])('of a labelled scale called "%s", at place %d, scores %s', (said, place, score) => {
		const Rows = options(['1 = never', '2 = seldom', '3 = often', '4 = always', "Don't know"]);
		const questions = tree({ text: 'So?', items: [{ Type: 'RADIOBUTTON', Rows }] });
		expect(scoresOf([chosen(1, said, place)], questions)).toEqual(
			score === undefined ? {} : { 'So?': score },
		);
	});

	it('of weighted alternatives in another language has the weight of its place', () => {
		const Rows = options(['Bad', 'Good', "Don't know"], [10, 20, null]);
		const questions = tree({ text: 'So?', items: [{ Type: 'WEIGHTED_RADIOBUTTON', Rows }] });
		const scoreOf = (said: string, place: number) =>
			scoresOf([chosen(1, said, place, null, 'WEIGHTED_RADIOBUTTON')], questions);
		expect(scoreOf('Gut', 2)).toEqual({ 'So?': 20 });
		expect(scoreOf('Weiß nicht', 3)).toEqual({});
	});

	describe('is scored as a summary scores it', () => {
		/** What the summary of one answer comes to, by row where there are rows. */
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

		it('whatever its alternatives are called, and wherever weights stand', () => {
			fc.assert(
				fc.property(
					texts,
					weights,
					fc.constantFrom('RADIOBUTTON', 'WEIGHTED_RADIOBUTTON', 'DROPDOWN', 'MATRIX', 'STARS'),
					fc.constantFrom('own', 'capitals', 'none'),
					(list, weights, Type, said) => {
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
								AnswerText: { own: text, capitals: text.toUpperCase(), none: '' }[said],
								AnswerNumeric: at + 1,
								AnswerWeight: inAnswers ? 3 * at : null,
							});
							const read = scoresOf([answer], questions)!;
							expect(read).toEqual(summedUp([answer], questions));
							// As the trigger shows it in the editor.
							if (scoreBy === 'position' || Type === 'STARS') continue;
							const score = scores[at] ?? (scoreBy === 'weight' && inAnswers ? 3 * at : null);
							const told = Type === 'MATRIX' ? { Speed: score } : score;
							expect(read).toEqual(score === null ? {} : { 'So?': told });
						}
					},
				),
			);
		});
	});

	it('of a weighted question gives the weight, not the position', () => {
		const Rows = options(['Bad', 'Good'], [-5, 10]);
		const questions = tree({ text: 'So?', items: [{ Type: 'WEIGHTED_RADIOBUTTON', Rows }] });
		expect(scoresOf([chosen(1, 'Bad', 1, -5)], questions)).toEqual({ 'So?': -5 });
	});

	it('keeps a weight of zero', () => {
		const Rows = options(['Bad', 'Good'], [0, 1]);
		const questions = tree({ text: 'So?', items: [{ Type: 'WEIGHTED_RADIOBUTTON', Rows }] });
		expect(scoresOf([chosen(1, 'Bad', 1, 0)], questions)).toEqual({ 'So?': 0 });
	});

	it('of "Don\'t know" among weighted ones has no score: its position is no rating', () => {
		const Rows = options(['Bad', 'Good', "Don't know"], [1, 2, null]);
		const questions = tree({ text: 'So?', items: [{ Type: 'WEIGHTED_RADIOBUTTON', Rows }] });
		const answers = [chosen(1, "Don't know", 3, null, 'WEIGHTED_RADIOBUTTON')];
		expect(answersOf(answers, questions)).toEqual({ 'So?': "Don't know" });
		expect(scoresOf(answers, questions)).toEqual({});
	});

	it('without a text takes that of the alternative at its position', () => {
		const questions = tree({
			text: 'Again?',
			items: [{ Type: 'RADIOBUTTON', Rows: [null as never, ...options(['Yes', 'No'])] }],
		});
		expect(answersOf([chosen(1, '', 2)], questions)).toEqual({ 'Again?': 'No' });
	});

	it('keeps what was written beside "Other"', () => {
		const questions = tree({
			text: 'Why?',
			items: [{ Type: 'RADIOBUTTON', Rows: options(['Price', 'Other']) }],
		});
		const answers = [chosen(1, 'Other', 2), chosen(1, 'Too far away', -1)];
		expect(answersOf(answers, questions)).toEqual({ 'Why?': ['Other', 'Too far away'] });
		expect(scoresOf(answers, questions)).toEqual({ 'Why?': 2 });
	});

	it.each([null, [], [null]])('works where the alternatives are %j', (Rows) => {
		const item = { Type: 'RADIOBUTTON', Rows: Rows as null, Columns: Rows as null };
		const questions = tree({ text: 'Again?', items: [item] });
		expect(answersOf([chosen(1, 'No', 2)], questions)).toEqual({ 'Again?': 'No' });
	});
});

describe('A checkbox', () => {
	const Rows = options(['Chat', 'Phone', 'Used']);
	const questions = tree({ text: 'Channels', items: [{ Type: 'CHECKBOX', Text: 'Used', Rows }] });

	it('is a list of the chosen options, also of one', () => {
		expect(answersOf([ticked(1, 'Phone')], questions)).toEqual({ Channels: ['Phone'] });
	});

	it('leaves out the record with its own title', () => {
		const Options = options(['Chat', 'Phone']);
		const other = tree({
			text: 'Channels',
			items: [{ Type: 'CHECKBOX', Text: 'Used', Rows: Options }],
		});
		const answers = [ticked(1, 'Used'), ticked(1, 'Chat'), ticked(1, 'Phone')];
		expect(answersOf(answers, other)).toEqual({ Channels: ['Chat', 'Phone'] });
		expect(answersOf([ticked(1, 'Used')], other)).toEqual({ Channels: [] });
	});

	it('with an option that has the words of its title is ticked', () => {
		const words = 'I want to hear from you';
		const consent = tree({
			text: words,
			items: [{ Type: 'CHECKBOX', Text: words, Rows: options([words]) }],
		});
		expect(answersOf([ticked(1, words)], consent)).toEqual({ [words]: [words] });
	});

	it('keeps an option with the text of the title, behind the title', () => {
		expect(answersOf([ticked(1, 'Used'), ticked(1, 'Used')], questions)).toEqual({
			Channels: ['Used'],
		});
		expect(answersOf([ticked(1, 'Chat'), ticked(1, 'Used')], questions)).toEqual({
			Channels: ['Chat', 'Used'],
		});
	});

	it('drops a title that does not come first, where no option is called so', () => {
		const other = tree({
			text: 'Channels',
			items: [{ Type: 'CHECKBOX', Text: 'Title', Rows: options(['Chat']) }],
		});
		expect(answersOf([ticked(1, 'Chat'), ticked(1, 'Title')], other)).toEqual({
			Channels: ['Chat'],
		});
	});

	it('keeps what was written beside an option', () => {
		expect(answersOf([ticked(1, 'Phone', 'after hours')], questions)).toEqual({
			Channels: ['Phone: after hours'],
		});
	});

	it('has no score', () => {
		expect(scoresOf([ticked(1, 'Chat'), ticked(1, 'Phone')], questions)).toEqual({});
	});
});

describe('A free text', () => {
	const questions = tree({ text: 'Comment', items: [{ Type: 'TEXT_FIELD', Text: 'Comment' }] });

	it('is kept to the letter and never scored, whatever numbers come with it', () => {
		const answers = [
			record(1, 'TEXT_FIELD', {
				AnswerText: ' 5 stars\nåäö ',
				AnswerNumeric: 5,
				AnswerWeight: 5,
				QuestionText: 'Comment',
			}),
		];
		expect(answersOf(answers, questions)).toEqual({ Comment: ' 5 stars\nåäö ' });
		expect(scoresOf(answers, questions)).toEqual({});
	});

	it('may be empty', () => {
		expect(answersOf([written(1, '')], questions)).toEqual({ Comment: '' });
	});

	it('of several fields keeps each by its label, blank ones too', () => {
		const answers = [
			written(1, 'Anna', 'First name'),
			written(1, '', 'Last name'),
			written(1, '0171', 'Phone'),
			written(1, '0172', 'Phone'),
		];
		expect(answersOf(answers, questions)).toEqual({
			Comment: { 'First name': 'Anna', 'Last name': '', Phone: '0171', 'Phone (2)': '0172' },
		});
	});

	it('of several fields without labels keeps each in its place', () => {
		const answers = ['', 'two', ''].map((said) => written(1, said, ''));
		expect(answersOf(answers, questions)).toEqual({ Comment: ['', 'two', ''] });
	});

	it('is told by its field also where only one of those in the survey came', () => {
		const several = tree({
			text: 'Who are you?',
			items: [{ Type: 'TEXT_FIELD', Rows: options(['First name', 'Last name']) }],
		});
		expect(answersOf([written(1, 'Berg', 'Last name')], several)).toEqual({
			'Who are you?': { 'Last name': 'Berg' },
		});
	});
});

describe('A matrix', () => {
	const Columns = options(['Poor', 'Good'], [0, 10]);
	const matrix = (rows: string[], columns = Columns) =>
		tree({ text: 'Rate us', items: [{ Type: 'MATRIX', Rows: options(rows), Columns: columns }] });

	it('is an object of its rows, and so are its scores', () => {
		const answers = [rated(1, 'Speed', 'Poor', 1, 0), rated(1, 'Tone', 'Good', 2, 10)];
		expect(answersOf(answers, matrix(['Speed', 'Tone']))).toEqual({
			'Rate us': { Speed: 'Poor', Tone: 'Good' },
		});
		expect(scoresOf(answers, matrix(['Speed', 'Tone']))).toEqual({
			'Rate us': { Speed: 0, Tone: 10 },
		});
	});

	it('without weights scores the positions', () => {
		const answers = [rated(1, 'Speed', 'Good', 2)];
		expect(scoresOf(answers, matrix(['Speed'], options(['Poor', 'Good'])))).toEqual({
			'Rate us': { Speed: 2 },
		});
	});

	it('tells rows of the same text apart', () => {
		const answers = [rated(1, 'Speed', 'Poor', 1, 0), rated(1, 'Speed', 'Good', 2, 10)];
		expect(answersOf(answers, matrix(['Speed', 'Speed']))).toEqual({
			'Rate us': { Speed: 'Poor', 'Speed (2)': 'Good' },
		});
	});

	it('lists several answers in one row', () => {
		const answers = [rated(1, 'Speed', 'Poor', 1, 0), rated(1, 'Speed', 'Good', 2, 10)];
		expect(answersOf(answers, matrix(['Speed', 'Tone']))).toEqual({
			'Rate us': { Speed: ['Poor', 'Good'] },
		});
	});

	it('takes the column at its position where the text is missing', () => {
		expect(answersOf([rated(1, 'Speed', '', 2, 10)], matrix(['Speed']))).toEqual({
			'Rate us': { Speed: 'Good' },
		});
	});
});

describe('A question of an unknown type', () => {
	const unknown = (more: object) => tree({ text: 'New', items: [{ Type: 'NEW_TYPE', ...more }] });
	const said = (more: Partial<Answer>) => record(1, 'NEW_TYPE', more);

	it('gives its text and no score', () => {
		const answers = [said({ AnswerText: '57', AnswerNumeric: 57, QuestionText: 'From 0 to 100' })];
		const { answers: read, scores } = simplified(answers, unknown({ Text: 'From 0 to 100' }));
		expect(read).toEqual({ New: '57' });
		expect(scores).toEqual({});
	});

	it('gives its number where that is all there is', () => {
		expect(answersOf([said({ AnswerNumeric: 57 })], unknown({}))).toEqual({ New: 57 });
	});

	it('scores its weight', () => {
		expect(scoresOf([said({ AnswerText: 'Good', AnswerWeight: 9 })], unknown({}))).toEqual({
			New: 9,
		});
	});

	it('scores its position where it is one of the alternatives', () => {
		const answers = [said({ AnswerText: 'Good', AnswerNumeric: 2 })];
		expect(scoresOf(answers, unknown({ Rows: options(['Bad', 'Good']) }))).toEqual({ New: 2 });
	});

	it('is read as a list where it comes like a checkbox', () => {
		const answers = [
			said({ QuestionText: 'New' }),
			said({ QuestionText: 'A' }),
			said({ QuestionText: 'B' }),
		];
		expect(answersOf(answers, unknown({ Text: 'New' }))).toEqual({ New: ['A', 'B'] });
	});

	it('is read by rows where it comes like a matrix', () => {
		const answers = [
			said({ QuestionText: 'Speed', AnswerText: 'Poor', AnswerWeight: 1 }),
			said({ QuestionText: 'Tone', AnswerText: 'Good', AnswerWeight: 2 }),
		];
		const { answers: read, scores } = simplified(answers, unknown({}));
		expect(read).toEqual({ New: { Speed: 'Poor', Tone: 'Good' } });
		expect(scores).toEqual({ New: { Speed: 1, Tone: 2 } });
	});

	it('keeps several texts', () => {
		const answers = [said({ AnswerText: 'one' }), said({ AnswerText: 'two' })];
		expect(answersOf(answers, unknown({}))).toEqual({ New: ['one', 'two'] });
	});
});

/** Every text in a value, however deep, and the keys of a matrix. */
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
					if (!AnswerText) continue;
					// What was written beside a checkbox' option stands behind the option's text.
					const kept = texts.some((one) => one === AnswerText || one.endsWith(`: ${AnswerText}`));
					expect({ AnswerText, kept }).toEqual({ AnswerText, kept: true });
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it('every answered question has its own key, and a score only where it has an answer', () => {
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
