import type { IDataObject } from 'n8n-workflow';
import { NetigateTrigger } from '../../../nodes/NetigateTrigger/NetigateTrigger.node';
import { sampleIds, type Fault, type Settings } from '../../sandbox';
import { dateForms } from '../../sandbox/changes';
import { useSandbox } from '../../sandbox/useSandbox';
import { byId } from '../actions/cases';
import { callsOf } from '../actions/run';
import { createEngine } from '../harness';
import { ActiveTrigger } from '../polling';

/* Responses in unexpected forms, which the results actions and the trigger must read correctly or refuse. */

const { support, postEvent } = sampleIds.surveys;
const { supportEmail, postEventEmail } = sampleIds.sendouts;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const run = async (resource: string, operation: string, more: IDataObject = {}) => {
	const { output, error, hints } = await engine.run({
		parameters: {
			...{ resource, operation, returnAll: true, surveyId: byId(support) },
			requestOptions: { retryForSeconds: 0, settleSeconds: 0.01 },
			...more,
		},
	});
	return { output: output.map(({ json }) => json), error, hints };
};

const respondents = async (more: IDataObject = {}) =>
	await run('respondent', 'getMany', { sendoutId: byId(supportEmail), ...more });

const contactsWith = async (answerStatus: string) =>
	(await respondents({ answerStatus })).output.map(({ Email }) => Email);

const trigger = (surveyId: number = support) =>
	new ActiveTrigger(new NetigateTrigger(), sandbox, {
		...{ surveyIds: [surveyId], event: 'completed', simplify: true, options: {} },
	});

const ids = (items: IDataObject[]) => items.map(({ answerSetId }) => answerSetId);

const addAnswers = (more = {}) => sandbox.state.addAnswerSet(support, more).AnswerSetId;

/** Replaces the response of a call. */
function replace(operationId: string, value: unknown, times = 1): void {
	const changes = [{ do: 'replace', value } as const];
	sandbox.faults.add({ kind: 'answer', operationId, changes, times });
}

const MAINTENANCE = { error: 'maintenance' };

describe('people who have not answered', () => {
	it.each<Partial<Settings>>([
		{ listShape: 'named' },
		{ listShape: 'paged' },
		{ listShape: 'repeated' },
		{ answeredBy: 'object' },
		{ noDate: 'minimum', dates: 'milliseconds' },
	])('are known with %j', async (settings) => {
		const expected = [await contactsWith('notAnswered'), await contactsWith('started')];
		expect(expected[1]).toHaveLength(1);
		sandbox.changeSettings(settings);
		expect([await contactsWith('notAnswered'), await contactsWith('started')]).toEqual(expected);
	});

	it('are not known if Netigate does not say who answered', async () => {
		const refused = async () => {
			const { output, error } = await respondents({ answerStatus: 'notAnswered' });
			expect(output).toEqual([]);
			expect(error?.message).toMatch(/Couldn't determine who submitted result \d+/);
		};
		sandbox.changeSettings({ answeredBy: 'text' });
		await refused();
		sandbox.changeSettings({ answeredBy: 'id' });
		const changes = [{ do: 'remove', member: 'Respondent' } as const];
		sandbox.faults.add({ kind: 'answer', operationId: 'getAnswerSets', changes, times: 1 });
		await refused();
	});

	it.each([
		['something else', MAINTENANCE],
		['the first of several pages', { Page: 1, TotalPages: 3, AnswerSets: [] }],
		['a part of a larger number', { Total: 500, AnswerSets: [] }],
		['a list with a link to more', { AnswerSets: [], NextLink: 'https://example.com' }],
		['two lists', { AnswerSets: [], Others: [] }],
		['records that are not results', [{ Name: 'x' }]],
		['a text', 'none'],
	])('are not known if call 5 returns %s', async (_, value) => {
		replace('getAnswerSets', value);
		const { output, error } = await respondents({ answerStatus: 'notAnswered' });
		expect(output).toEqual([]);
		expect(error?.message).toMatch(/The list of results can't be read/);
	});
});

describe("a list that can't be read", () => {
	it('gives no results', async () => {
		replace('getAnswerSets', MAINTENANCE);
		const { error } = await run('result', 'getMany', { includeAnswers: false });
		expect(error?.message).toMatch(/The list of results can't be read/);
	});

	it('does not start the trigger', async () => {
		replace('getAnswerSets', MAINTENANCE);
		const active = trigger();
		await expect(active.activate()).rejects.toThrow(/The list of results can't be read/);
		// Earlier results are never output, even after several tries to activate.
		await active.activate();
		expect(await active.poll()).toEqual([]);
	});

	it('is not read again and again', async () => {
		replace('getRespondents', MAINTENANCE, 9);
		const { error } = await run('result', 'getByContact', {
			...{ contact: 'anna@example.com', latestOnly: true },
			requestOptions: { retryForSeconds: 30 },
		});
		expect(error?.message).toMatch(/The list of respondents can't be read/);
		expect(callsOf(sandbox, 'getRespondents')).toHaveLength(1);
	});

	it('is an error in the editor', async () => {
		replace('getSurveys', MAINTENANCE);
		const parameters = { resource: 'survey', operation: 'get' };
		await expect(engine.load('listSearch', 'searchSurveys', parameters)).rejects.toThrow(
			/The list of surveys can't be read/,
		);
	});
});

describe.each(dateForms.filter((form) => form !== 'american'))('dates written as %s', (dates) => {
	it('let the trigger output new answers once, and no old ones', async () => {
		sandbox.changeSettings({ dates });
		addAnswers();
		const begun = addAnswers({ completed: null });
		sandbox.clock.advance(5 * 3_600_000);
		const active = trigger();
		expect(await active.activate()).toEqual([]);
		const first = addAnswers();
		expect(ids(await active.poll())).toEqual([first]);
		sandbox.clock.advance(3 * 60_000);
		sandbox.state.changeAnswerSet(begun, { completed: sandbox.clock.date() });
		const second = addAnswers();
		expect(new Set(ids(await active.poll()))).toEqual(new Set([begun, second]));
		expect(await active.poll()).toEqual([]);
		expect(await active.restart()).toEqual([]);
	});

	it('are output as documented, and give the same results', async () => {
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

	it('are treated as empty in the year 1', async () => {
		const unfinished = addAnswers({ completed: null });
		sandbox.changeSettings({ dates, noDate: 'minimum' });
		const { output } = await run('result', 'getMany');
		expect(output.find(({ answerSetId }) => answerSetId === unfinished)).toMatchObject({
			...{ completed: false, completedAt: null },
		});
	});
});

describe("dates that can't be read", () => {
	beforeEach(() => sandbox.changeSettings({ dates: 'american' }));

	it('never let the trigger output old answers', async () => {
		await expect(trigger().activate()).rejects.toThrow(/has an unreadable date/);
	});

	it('are output unchanged if nothing depends on them', async () => {
		const { output, error } = await run('result', 'getMany', { includeAnswers: false });
		expect(error).toBeUndefined();
		expect(output[0].createdAt).toMatch(/^\d+\/\d+\/\d{4}, /);
	});

	it('cause an error if the latest result depends on them', async () => {
		const contact = 'ben@example.com';
		const [{ RespondentId: respondentId }] = sandbox.state.respondentsByContact(
			supportEmail,
			contact,
		);
		const read = async (latestOnly: boolean) =>
			await run('result', 'getByContact', { contact, latestOnly });
		expect((await read(true)).output).toHaveLength(1);
		addAnswers({ respondentId });
		expect((await read(true)).error?.message).toMatch(/Couldn't determine the latest result/);
		expect((await read(false)).output).toHaveLength(2);
	});
});

describe.each(['noContent', 'notFound'] as const)('%s for an empty list', (emptyLists) => {
	const event = { surveyId: byId(postEvent), sendoutId: byId(postEventEmail) };

	beforeEach(() => sandbox.changeSettings({ emptyLists }));

	it('lets the trigger start, and output the first answer', async () => {
		const active = trigger(postEvent);
		expect(await active.activate()).toEqual([]);
		const { AnswerSetId } = sandbox.state.addAnswerSet(postEvent);
		expect(ids(await active.poll())).toEqual([AnswerSetId]);
	});

	it('allows adding people only if the sendout is certainly empty', async () => {
		const adding = { ...event, contact: 'new@example.com', skipBlocked: false };
		const { error, output } = await run('respondent', 'add', adding);
		// A 404 may be temporary, and someone would be added twice.
		if (emptyLists === 'notFound') expect(error?.message).toMatch(/refused/);
		else expect(output).toMatchObject([{ status: 'added' }]);
	});

	it('means no results, and that no one answered', async () => {
		const nothing = { output: [], error: undefined };
		for (const more of [{}, { includeAnswers: false }])
			expect(await run('result', 'getMany', { ...event, ...more })).toMatchObject(nothing);
		expect(await respondents(event)).toMatchObject(nothing);
		expect((await respondents({ ...event, includeStatus: true })).error).toBeUndefined();
		expect((await run('result', 'summarize', event)).output).toMatchObject([{ invited: 0 }]);
	});

	it('does not hide the answers of someone who is also in another sendout', async () => {
		const sendout = sandbox.state.addSendout(support, {
			...{ name: 'Second', type: 'EMAIL', logic: 'ALL', sendDate: null },
			...{ sender: '', subject: '', message: '' },
		});
		sandbox.state.addRespondent(sendout, 'ben@example.com', new Map());
		const by = { contact: 'ben@example.com', latestOnly: false };
		expect((await run('result', 'getByContact', by)).output).toHaveLength(1);
	});
});

test('404 stays an error if the survey of the list does not exist either', async () => {
	const { error } = await run('result', 'getMany', { surveyId: byId(999) });
	expect(error?.message).toMatch(/refused/);
	await expect(trigger(999).activate()).rejects.toThrow(/refused/);
});

test.each(['null', 'omitted', 'firstNull', 'masked'] as const)(
	'if a contact is not found, a hint says that Netigate hides some (%s)',
	async (listedEmail) => {
		const by = { contact: 'nobody@example.com' };
		expect((await run('result', 'getByContact', by)).hints).toEqual([]);
		sandbox.changeSettings({ listedEmail });
		const { output, hints } = await run('result', 'getByContact', by);
		expect(output).toEqual([{ status: 'unknown', ...by }]);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringContaining('have no readable contact'),
		]);
	},
);

test.each([180, 1200, 100, 30])(
	'all of %i results are read if pages of 500 are cut to 100 but counted by 500',
	async (count) => {
		const largestPageSize = 100;
		sandbox.changeSettings({ pageSizeOver: 'clamp', totalPages: 'asked', largestPageSize });
		const sets = sandbox.state.addAnswerSets(postEvent, count);
		const options = { pageSize: 500 };
		const { output } = await run('result', 'getMany', { surveyId: byId(postEvent), options });
		expect(ids(output).sort()).toEqual(sets.map(({ AnswerSetId }) => AnswerSetId).sort());
		expect(sandbox.calls.length).toBeLessThan(25);
	},
);

test('null members and lists of null are accepted', async () => {
	const set = (operationId: string, member: string, value: unknown): Fault => ({
		...{ kind: 'answer', operationId },
		changes: [{ do: 'set', member, value }],
	});
	sandbox.faults.add({
		...set('getSendouts', 'Primary', null),
		changes: ['Primary', 'Reminders'].map((member) => ({ do: 'set', member, value: null })),
	});
	sandbox.faults.add(set('getSendout', 'Reminders', null));
	sandbox.faults.add(set('getLabels', 'Options', null));
	sandbox.faults.add(set('getBgDocumentLabels', 'Options', null));
	addAnswers({ respondentId: sampleIds.respondents.anna });
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
	sandbox.faults.clear();
	sandbox.faults.add(set('getLabels', 'Options', [null, {}]));
	expect((await run('result', 'summarize', { groupBy: 'Region' })).error).toBeUndefined();
});
