import type { Alternative, Question, QuestionItem } from './types';

const options = (texts: string[]): Alternative[] =>
	texts.map((Text, index) => ({ Order: index + 1, Text, Weight: null }));

const satisfaction = [
	'Very unsatisfied',
	'Unsatisfied',
	'Neither satisfied nor unsatisfied',
	'Satisfied',
	'Very satisfied',
];

type NewItem = Partial<QuestionItem> & { Type: string };

export interface NewQuestion {
	text: string;
	description?: string;
	items: NewItem[];
}

/** Numbers questions from `firstId` on, and their items from `firstId + 100` on. */
export function numbered(firstId: number, questions: NewQuestion[]): Question[] {
	let itemId = firstId + 100;
	return questions.map(({ text, description = '', items }, index) => ({
		QuestionId: firstId + index,
		Order: index + 1,
		Text: text,
		Description: description,
		QuestionItems: items.map((item, itemIndex) => ({
			QuestionItemId: itemId++,
			Order: itemIndex + 1,
			Text: '',
			BackgroundLabel: null,
			Rows: [],
			Columns: [],
			...item,
		})),
	}));
}

const satisfied = (text: string): NewQuestion => ({
	text,
	items: [{ Type: 'WEIGHTED_RADIOBUTTON', Rows: options(satisfaction).map(weigh) }],
});

function weigh(alternative: Alternative): Alternative {
	return { ...alternative, Weight: alternative.Order };
}

const comment = (text: string, title = 'Your comment'): NewQuestion => ({
	text,
	items: [{ Type: 'TEXT_FIELD', Text: title, Rows: null, Columns: [null] }],
});

/** One question of every type, an unknown type, and the same text twice. */
export const supportQuestions: NewQuestion[] = [
	satisfied('How satisfied are you?'),
	{
		text: 'Would you contact us again?',
		items: [{ Type: 'RADIOBUTTON', Rows: options(['Yes', 'Perhaps', 'No']), Columns: [null] }],
	},
	{
		text: 'What did you use?',
		description: 'Several answers are possible.',
		items: [
			{
				Type: 'CHECKBOX',
				Text: 'What did you use?',
				Rows: options(['Chat', 'Phone', 'E-mail', 'Help pages']),
			},
		],
	},
	{
		text: 'Which product was it about?',
		items: [{ Type: 'DROPDOWN', Rows: options(['Surveys', 'Reports', 'Integrations']) }],
	},
	{
		text: 'How do you rate us?',
		items: [
			{
				Type: 'MATRIX',
				Rows: options(['Speed', 'Friendliness', 'Knowledge']),
				Columns: options(['Poor', 'Fair', 'Good']).map(weigh),
			},
		],
	},
	comment('Anything else?', 'Anything else?'),
	{ text: 'How sure are you?', items: [{ Type: 'SLIDER', Text: 'From 0 to 100', Rows: null }] },
	comment('Anything else?', 'Anything else?'),
];

export const eventQuestions: NewQuestion[] = [
	satisfied('How satisfied were you with the event?'),
	{
		text: 'Which sessions did you attend?',
		items: [
			{
				Type: 'CHECKBOX',
				Text: 'Which sessions did you attend?',
				Rows: options(['Opening', 'Workshop', 'Panel', 'Dinner']),
			},
		],
	},
	{
		text: 'Would you come again?',
		items: [{ Type: 'RADIOBUTTON', Rows: options(['Yes', 'Perhaps', 'No']) }],
	},
	comment('What should we do better?'),
];

export const memberQuestions: NewQuestion[] = [
	satisfied('How satisfied are you with your membership?'),
	{
		text: 'How long have you been a member?',
		items: [{ Type: 'DROPDOWN', Rows: options(['Under a year', '1 to 5 years', 'Over 5 years']) }],
	},
	comment('What would you like us to offer?'),
];

export const placementQuestions: NewQuestion[] = [
	satisfied('How satisfied are you with the placement?'),
	{
		text: 'How do you rate the new colleague?',
		items: [
			{
				Type: 'MATRIX',
				Rows: options(['Skills', 'Punctuality', 'Team work']),
				Columns: options(['Poor', 'Fair', 'Good', 'Very good']).map(weigh),
			},
		],
	},
	comment('What should we know?'),
];

export const oneQuestion: NewQuestion[] = [comment('What do you think?')];
