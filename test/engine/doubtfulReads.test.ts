import type { IDataObject } from 'n8n-workflow';
import { NetigateTrigger } from '../../nodes/NetigateTrigger/NetigateTrigger.node';
import { sampleIds } from '../sandbox';
import { dateForms } from '../sandbox/changes';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';
import { ActiveTrigger } from './polling';

/** Answers in forms that nobody has seen, and nobody has ruled out: read rightly, or refused. */

const { support, postEvent } = sampleIds.surveys;
const { supportEmail, postEventEmail } = sampleIds.sendouts;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const locator = (value: unknown) => ({ __rl: true, mode: 'id', value });

const run = async (resource: string, operation: string, more: IDataObject = {}) => {
	const { output, error, hints } = await engine.run({
		parameters: {
			...{ resource, operation, returnAll: true, surveyId: locator(support) },
			requestOptions: { retryForSeconds: 0, settleSeconds: 0.01 },
			...more,
		},
	});
	return { output: output.map(({ json }) => json), error, hints };
};

const respondents = async (more: IDataObject = {}) =>
	await run('respondent', 'getMany', { sendoutId: locator(supportEmail), ...more });

const notAnswered = async () => await respondents({ answerStatus: 'notAnswered' });

const contacts = (output: IDataObject[]) => output.map(({ Email }) => Email);

const trigger = (more: IDataObject = {}) =>
	new ActiveTrigger(new NetigateTrigger(), sandbox, {
		...{ surveyIds: [support], event: 'completed', simplify: true, options: {} },
		...more,
	});

const ids = (items: IDataObject[]) => items.map(({ answerSetId }) => answerSetId);

const answer = (more = {}) => sandbox.state.addAnswerSet(support, more).AnswerSetId;

/** Puts this in place of an answer. */
function answered(operationId: string, value: unknown, times = 1): void {
	const changes = [{ do: 'replace', value } as const];
	sandbox.faults.add({ kind: 'answer', operationId, changes, times });
}

const MAINTENANCE = { error: 'maintenance' };

describe('who has not answered', () => {
	it.each([
		{ listShape: 'named' },
		{ listShape: 'paged' },
		{ listShape: 'repeated' },
		{ answeredBy: 'object' },
		{ noDate: 'minimum', dates: 'milliseconds' },
	] as const)('is told with %j', async (settings) => {
		const expected = contacts((await notAnswered()).output);
		const started = contacts((await respondents({ answerStatus: 'started' })).output);
		expect(started).toHaveLength(1);
		sandbox.changeSettings(settings);
		expect(contacts((await notAnswered()).output)).toEqual(expected);
		expect(contacts((await respondents({ answerStatus: 'started' })).output)).toEqual(started);
	});

	it('is not told where Netigate does not say who answered', async () => {
		sandbox.changeSettings({ answeredBy: 'text' });
		const { output, error } = await notAnswered();
		expect(output).toEqual([]);
		expect(error?.message).toMatch(/Who gave result \d+ cannot be told/);
		sandbox.changeSettings({ answeredBy: 'id' });
		const changes = [{ do: 'remove', member: 'Respondent' } as const];
		sandbox.faults.add({ kind: 'answer', operationId: 'getAnswerSets', changes, times: 1 });
		expect((await notAnswered()).error?.message).toMatch(/Who gave result/);
	});

	it.each([
		['something else', MAINTENANCE],
		['the first of several pages', { Page: 1, TotalPages: 3, AnswerSets: [] }],
		['a part of a larger number', { Total: 500, AnswerSets: [] }],
		['a list with a link to more', { AnswerSets: [], NextLink: 'https://example.com' }],
		['two lists', { AnswerSets: [], Others: [] }],
		['records that are no results', [{ Name: 'x' }]],
		['a text', 'none'],
	])('is not told where row 5 answers %s', async (_, value) => {
		answered('getAnswerSets', value);
		const { output, error } = await notAnswered();
		expect(output).toEqual([]);
		expect(error?.message).toMatch(/The list of results cannot be read/);
	});
});

describe('a list that cannot be read', () => {
	it.each(['result', 'trigger'])('gives no %s', async (what) => {
		answered('getAnswerSets', MAINTENANCE);
		if (what === 'result') {
			const { error } = await run('result', 'getMany', { includeAnswers: false });
			expect(error?.message).toMatch(/The list of results cannot be read/);
			return;
		}
		const active = trigger();
		await expect(active.activate()).rejects.toThrow(/The list of results cannot be read/);
		// What was there before is history, however often it took to activate.
		await active.activate();
		expect(await active.poll()).toEqual([]);
	});

	it('is not asked for again and again', async () => {
		answered('getRespondents', MAINTENANCE, 9);
		const { error } = await run('result', 'getByContact', {
			...{ contact: 'anna@example.com', latestOnly: true },
			requestOptions: { retryForSeconds: 30 },
		});
		expect(error?.message).toMatch(/The list of respondents cannot be read/);
		expect(sandbox.calls.filter(({ operationId }) => operationId === 'getRespondents').length).toBe(
			1,
		);
	});

	it('says so in the editor', async () => {
		answered('getSurveys', MAINTENANCE);
		await expect(
			engine.load('listSearch', 'searchSurveys', { resource: 'survey', operation: 'get' }),
		).rejects.toThrow(/The list of surveys cannot be read/);
	});
});

describe.each(dateForms.filter((form) => form !== 'american'))('dates written as %s', (dates) => {
	it('start the trigger with each answer once, and not with history', async () => {
		sandbox.changeSettings({ dates });
		answer();
		const begun = answer({ completed: null });
		sandbox.clock.advance(5 * 3_600_000);
		const active = trigger();
		expect(await active.activate()).toEqual([]);
		const first = answer();
		expect(ids(await active.poll())).toEqual([first]);
		sandbox.clock.advance(3 * 60_000);
		sandbox.state.changeAnswerSet(begun, { completed: sandbox.clock.date() });
		const second = answer();
		expect(new Set(ids(await active.poll()))).toEqual(new Set([begun, second]));
		expect(await active.poll()).toEqual([]);
		expect(await active.restart()).toEqual([]);
	});

	it('come out as documented, and decide the same', async () => {
		const all = async () => [
			(await run('result', 'getMany', { options: { includeContact: true } })).output,
			(await run('result', 'getByContact', { contact: 'anna@example.com' })).output,
			(await run('result', 'summarize')).output,
			(await run('sendout', 'getMany')).output,
			(await respondents({ includeStatus: true })).output,
		];
		const expected = await all();
		sandbox.changeSettings({ dates });
		expect(await all()).toEqual(expected);
	});

	it('mean that there is none where they are of the year 1', async () => {
		const unfinished = answer({ completed: null });
		sandbox.changeSettings({ dates, noDate: 'minimum' });
		const { output } = await run('result', 'getMany');
		expect(output.find(({ answerSetId }) => answerSetId === unfinished)).toMatchObject({
			completed: false,
			completedAt: null,
		});
	});
});

describe('dates that nobody can read', () => {
	beforeEach(() => sandbox.changeSettings({ dates: 'american' }));

	it('do not let the trigger start with history, or never', async () => {
		await expect(trigger().activate()).rejects.toThrow(/has a date that cannot be read/);
	});

	it('come out as they are where they decide nothing', async () => {
		const { output, error } = await run('result', 'getMany', { includeAnswers: false });
		expect(error).toBeUndefined();
		expect(output[0].createdAt).toMatch(/^\d+\/\d+\/\d{4}, /);
	});

	it('do not tell which result is the latest', async () => {
		const [{ RespondentId: respondentId }] = sandbox.state.respondentsByContact(
			supportEmail,
			'ben@example.com',
		);
		const by = { contact: 'ben@example.com', latestOnly: true };
		expect((await run('result', 'getByContact', by)).output).toHaveLength(1);
		answer({ respondentId });
		expect((await run('result', 'getByContact', by)).error?.message).toMatch(/Which result/);
		expect((await run('result', 'getByContact', { ...by, latestOnly: false })).output).toHaveLength(
			2,
		);
	});
});

describe.each(['noContent', 'notFound'] as const)(
	'an empty list answered with %s',
	(emptyLists) => {
		beforeEach(() => sandbox.changeSettings({ emptyLists }));

		it('lets the trigger start, and gives the first answer', async () => {
			const active = trigger({ surveyIds: [postEvent] });
			expect(await active.activate()).toEqual([]);
			const { AnswerSetId } = sandbox.state.addAnswerSet(postEvent);
			expect(ids(await active.poll())).toEqual([AnswerSetId]);
		});

		it('lets people be added to an empty sendout, where that is certain', async () => {
			const { error, output } = await run('respondent', 'add', {
				surveyId: locator(postEvent),
				sendoutId: locator(postEventEmail),
				contact: 'new@example.com',
				skipBlocked: false,
			});
			// What is not found may only be so for a moment, and somebody would be added twice.
			if (emptyLists === 'notFound') expect(error?.message).toMatch(/refused/);
			else expect(output).toMatchObject([{ status: 'added' }]);
		});

		it('is no result, and nobody who answered', async () => {
			const of = { surveyId: locator(postEvent), sendoutId: locator(postEventEmail) };
			for (const more of [{}, { includeAnswers: false }])
				expect(await run('result', 'getMany', { ...of, ...more })).toMatchObject({
					output: [],
					error: undefined,
				});
			expect(await respondents(of)).toMatchObject({ output: [], error: undefined });
			expect((await respondents({ ...of, includeStatus: true })).error).toBeUndefined();
			expect((await run('result', 'summarize', of)).output).toMatchObject([{ invited: 0 }]);
		});

		it('does not hide the answers of somebody who is in another sendout too', async () => {
			const sendout = sandbox.state.addSendout(support, {
				...{ name: 'Second', type: 'EMAIL', logic: 'ALL', sendDate: null },
				...{ sender: '', subject: '', message: '' },
			});
			sandbox.state.addRespondent(sendout, 'ben@example.com', new Map());
			const { output } = await run('result', 'getByContact', {
				contact: 'ben@example.com',
				latestOnly: false,
			});
			expect(output).toHaveLength(1);
		});
	},
);

test('404 stays an error where what the list belongs to is not there either', async () => {
	const { error } = await run('result', 'getMany', { surveyId: locator(999) });
	expect(error?.message).toMatch(/refused/);
	const gone = trigger({ surveyIds: [999] });
	await expect(gone.activate()).rejects.toThrow(/refused/);
});

test.each(['null', 'omitted', 'firstNull', 'masked'] as const)(
	'who looks for a contact in vain is told where Netigate does not show all (%s)',
	async (listedEmail) => {
		const by = { contact: 'nobody@example.com' };
		expect((await run('result', 'getByContact', by)).hints).toEqual([]);
		sandbox.changeSettings({ listedEmail });
		const { output, hints } = await run('result', 'getByContact', by);
		expect(output).toEqual([]);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringContaining('shows a contact that can be read'),
		]);
	},
);

test.each([
	[180, 500],
	[1200, 500],
	[100, 500],
	[30, 500],
])('all of %i results come where pages are cut but counted by %i', async (count, pageSize) => {
	const largestPageSize = 100;
	sandbox.changeSettings({ pageSizeOver: 'clamp', totalPages: 'asked', largestPageSize });
	const sets = sandbox.state.addAnswerSets(postEvent, count);
	const { output } = await run('result', 'getMany', {
		surveyId: locator(postEvent),
		options: { pageSize },
	});
	expect(ids(output).sort()).toEqual(sets.map(({ AnswerSetId }) => AnswerSetId).sort());
	expect(sandbox.calls.length).toBeLessThan(25);
});

test('members that are null, or lists of null, do no harm', async () => {
	for (const [operationId, nulls] of [
		['getSendouts', ['Primary', 'Reminders']],
		['getSendout', ['Reminders']],
		['getLabels', ['Options']],
		['getBgDocumentLabels', ['Options']],
	] as const) {
		const changes = nulls.map((one) => ({ do: 'set', member: one, value: null }) as const);
		sandbox.faults.add({ kind: 'answer', operationId, changes });
	}
	answer({ respondentId: sampleIds.respondents.anna });
	const results = [
		await run('result', 'getMany', {
			options: { includeContact: true, includeBackgroundData: true },
		}),
		await run('result', 'getByContact', { contact: 'anna@example.com' }),
		await run('result', 'summarize', { groupBy: 'Region' }),
		await run('sendout', 'getMany'),
	];
	for (const { error, output } of results) {
		expect(error).toBeUndefined();
		expect(output.length).toBeGreaterThan(0);
	}
	const changes = [{ do: 'set', member: 'Options', value: [null, {}] } as const];
	sandbox.faults.clear();
	sandbox.faults.add({ kind: 'answer', operationId: 'getLabels', changes });
	expect((await run('result', 'summarize', { groupBy: 'Region' })).error).toBeUndefined();
});
