import { Questions } from '../../../nodes/shared/results/questions';
import { Retention } from '../../../nodes/shared/results/retention';
import { clientOf, responded } from '../../sandbox/directSandbox';
import { answerSet, question, record, tree, written } from './questionnaire';

const texts = async () =>
	await Promise.resolve(new Questions(tree(question('Why?', 'TEXT_FIELD'))));
const noTexts = async () =>
	await Promise.resolve(new Questions(tree(question('How?', 'RADIOBUTTON', ['Good', 'Bad']))));

const times = (count: number, set = answerSet([])) => new Array<typeof set>(count).fill(set);
const ended = '2026-01-01T00:00:00Z';

const radio = record(1, 'RADIOBUTTON');
const open = answerSet([], { Completed: null });
const blank = answerSet([written(1, ' '), radio]);
const filled = answerSet([written(1, 'Fast'), radio]);

interface HintOptions {
	ask?: () => Promise<Questions>;
	end?: string;
}

describe('A hint about removed text', () => {
	it.each([
		['five completed results without text', true, times(5), {}],
		['four completed results without text', false, times(4), {}],
		['four completed results without text, and an incomplete one', false, [...times(4), open], {}],
		['one blank text', true, [blank], {}],
		['a choice without text', false, [answerSet([radio])], {}],
		['a text, then blank ones', false, [filled, ...times(9, blank)], {}],
		['blank texts, then one text', false, [...times(9, blank), filled], {}],
		['five without text, in a survey without text questions', false, times(5), { ask: noTexts }],
		[
			'five without text, in a survey that has not ended',
			false,
			times(5),
			{ end: '2999-01-01T00:00:00Z' },
		],
		[
			'five without text, if the questions fail to load',
			false,
			times(5),
			{ ask: async () => await Promise.reject(new Error('not now')) },
		],
	])(
		'is shown for %s: %s',
		async (_, expected, sets, { ask = texts, end = ended }: HintOptions) => {
			const survey = responded(200, { SurveyId: 501, EndDate: end });
			const retention = new Retention(
				clientOf(async () => await Promise.resolve(survey)),
				501,
			);
			retention.look(sets);
			const hints = await retention.hints(ask);
			expect(hints.map((hint) => hint.split('. ')[0])).toEqual(
				expected ? ['These results from survey 501, which has ended, contain no text'] : [],
			);
		},
	);
});
