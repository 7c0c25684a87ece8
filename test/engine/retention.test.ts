import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import { defaultSettings } from '../sandbox/settings';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';
import { adding, launching, locator } from './sendoutParameters';

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const REMOVES = "Netigate's Partial Delete removes contacts, background data and text";

const run = async (parameters: IDataObject, items: IDataObject[] = [{}]) => {
	const { output, error, hints } = await engine.run({ items, parameters });
	return { output, error, said: hints.map(({ message }) => message) };
};

const reading = async (operation: string, more: IDataObject) =>
	await run({ resource: 'result', operation, surveyId: locator(surveys.support), ...more });

const isOver = (surveyId: number) =>
	(sandbox.state.survey(surveyId).EndDate = '2026-01-01T00:00:00Z');

const contacts = (['empty', 'word', 'random'] as const).flatMap((deletedContacts) =>
	(['empty', 'omitted'] as const).map((deletedTexts) => ({ deletedContacts, deletedTexts })),
);

describe.each(contacts)('After a partial delete, with contacts and texts %o', (forms) => {
	beforeEach(() => sandbox.changeSettings({ afterEnd: 'partialDelete', ...forms }));

	test.each([
		['getMany', { options: { includeContact: true } }, 'contacts of some people in survey 502'],
		['getMany', { returnAll: true }, 'survey 502, which has ended, contain no text'],
		['getMany', { simplify: false }, 'survey 502, which has ended, contain no text'],
		['summarize', {}, 'survey 502, which has ended, contain no text'],
		['summarize', { groupBy: 'Region' }, 'No one invited to survey 502 has a value for "Region"'],
		['getByContact', { contact: 'anna@example.com' }, 'so this person may be one of them'],
	])('%s with %o says what is missing', async (operation, more, expected) => {
		sandbox.state.addAnswerSets(surveys.support, 5);
		const before = await reading(operation, more);
		expect(before.said.join()).not.toContain('Partial Delete');
		isOver(surveys.support);
		const { said, error } = await reading(operation, more);
		expect(error).toBeUndefined();
		expect(said.filter((hint) => hint.includes(expected))).toEqual([
			expect.stringContaining(REMOVES),
		]);
	});

	test('no one is added or launched to again', async () => {
		sandbox.changeSettings({ afterEnd: 'nothing', inactiveSurvey: 'accept' });
		const items = [{ email: 'nina@example.com' }, { email: 'otto@example.com' }];
		const adds = adding({});
		const launches = launching({ options: { existing: 'skip' } });
		for (const parameters of [adds, launches])
			expect((await run(parameters, items)).error).toBeUndefined();
		const { length } = sandbox.state.invitations;
		expect(length).toBe(4);
		isOver(surveys.postEvent);
		sandbox.changeSettings({ afterEnd: 'partialDelete' });
		for (const parameters of [adds, launches]) {
			const { error } = await run(parameters, items);
			expect(error?.message).toContain(
				"2 of its 2 respondents have no readable contact, perhaps due to Netigate's Partial Delete",
			);
		}
		expect(sandbox.state.invitations).toHaveLength(length);
	});
});

test('blank texts are not reported if another item in the run has texts', async () => {
	const [blank, filled] = sandbox.state.addAnswerSets(surveys.support, 2);
	const { answers } = filled;
	const all = typeof answers === 'function' ? answers(filled) : answers;
	const texts = all.filter(({ QuestionType }) => QuestionType === 'TEXT_FIELD');
	expect(texts.map(({ AnswerText }) => AnswerText).join('')).not.toBe('');
	sandbox.state.changeAnswerSet(blank.AnswerSetId, {
		answers: all.map((answer) => (texts.includes(answer) ? { ...answer, AnswerText: '' } : answer)),
	});
	isOver(surveys.support);
	const read = async (...sets: Array<{ AnswerSetId: number }>) => {
		const answerSetId = '={{ $json.id }}';
		const surveyId = locator(surveys.support);
		const items = sets.map(({ AnswerSetId }) => ({ id: AnswerSetId }));
		return await run({ resource: 'result', operation: 'get', surveyId, answerSetId }, items);
	};
	expect((await read(blank)).said).toEqual([expect.stringContaining('contain no text')]);
	// The last item is read much later than the first.
	const { output, error, said } = await read(...new Array<typeof blank>(20).fill(blank), filled);
	expect(error).toBeUndefined();
	expect(output).toHaveLength(21);
	expect(said).toEqual([]);
});

test.each([
	['result', 'getMany', {}],
	['result', 'summarize', {}],
	['respondent', 'getMany', { sendoutId: locator(sendouts.supportEmail) }],
	['sendout', 'getMany', {}],
])(
	'after a full delete, %s.%s fails with an error that says so',
	async (resource, operation, more) => {
		sandbox.changeSettings({ ...defaultSettings, afterEnd: 'fullDelete' });
		isOver(surveys.support);
		const surveyId = locator(surveys.support);
		const { error, output } = await run({ resource, operation, surveyId, ...more });
		expect(output).toEqual([]);
		expect(error?.message).toContain('not found');
		expect(error?.description).toContain("deleted, e.g. by Netigate's Full Delete");
	},
);
