import type { IDataObject } from 'n8n-workflow';
import { countBy } from '../../nodes/shared/basics/lists';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';

const { support, postEvent, trainer } = sampleIds.surveys;
const { postEventEmail, postEventSms } = sampleIds.sendouts;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const parameters = (more: IDataObject = {}): IDataObject => ({
	resource: 'result',
	operation: 'summarize',
	surveyId: { __rl: true, mode: 'id', value: postEvent },
	requestOptions: { retryForSeconds: 5 },
	...more,
});

const run = async (more: IDataObject = {}, items: IDataObject[] = [{}]) =>
	await engine.run({ items, parameters: parameters(more) });

interface Row {
	name: string;
	started: number;
	completed: number;
	questions: IDataObject[];
}

/** Runs the action, which must return a single summary. */
async function summaryOf(more: IDataObject = {}) {
	const { output, error } = await run(more);
	expect(error).toBeUndefined();
	expect(output).toHaveLength(1);
	return output[0].json as IDataObject & Record<'questions' | 'groups' | 'sendouts', Row[]>;
}

const calls = () => Object.fromEntries(countBy(sandbox.calls.map((call) => call.operationId)));

const satisfied = ['Very unsatisfied', 'Unsatisfied', '', 'Satisfied', 'Very satisfied'];

/** Adds people to a sendout, each with a score of 1 to 5, or null for people who have not started. */
function answering(
	sendoutId: number,
	region: string | null,
	scores: Array<number | null>,
	created = '2026-09-10T10:00:00Z',
) {
	const sendout = sandbox.state.sendout(postEvent, sendoutId);
	const label = sandbox.state.document(sendout.documentId).labels[4].BGDataLabelId;
	for (const [at, score] of scores.entries()) {
		const cells = new Map(region ? [[label, region]] : []);
		const contact = `${region}${sendoutId}${at}${created.slice(8, 10)}@example.com`;
		const { RespondentId } = sandbox.state.addRespondent(sendout, contact, cells);
		if (score === null) continue;
		const answers = [
			{
				AnswerId: RespondentId,
				Created: created,
				AnswerSet: RespondentId,
				QuestionItem: 11_100,
				QuestionType: 'WEIGHTED_RADIOBUTTON',
				QuestionText: '',
				AnswerText: satisfied[score - 1],
				AnswerNumeric: score,
				AnswerWeight: score,
			},
		];
		sandbox.state.addAnswerSet(postEvent, { respondentId: RespondentId, created, answers });
	}
}

test('outputs one item with invitations, response rate and scores, also by sendout', async () => {
	answering(postEventEmail, 'North', [5, 5, 4, 4, 2, null, null, null]);
	answering(postEventSms, 'South', [1, 1, 2, 2, 4, 5]);
	const summary = await summaryOf();
	// Rate: 11 of 14 = 78.57%. Mean: (20 + 15) / 11 = 3.18. Top two: 6 of 11.
	expect(summary).toMatchObject({
		surveyId: postEvent,
		invited: 14,
		started: 11,
		completed: 11,
		responseRate: 78.6,
		overTime: [{ period: '2026-09-10', started: 11, completed: 11 }],
		groupBy: null,
		groups: [],
	});
	expect(summary.questions[0]).toMatchObject({
		questionItemId: 11_100,
		question: 'How satisfied were you with the event?',
		answered: 11,
		mean: 3.18,
		topTwoShare: 54.5,
	});
	expect(summary.sendouts).toMatchObject([
		{ sendoutId: postEventEmail, name: 'Attendees by email', invited: 8, responseRate: 62.5 },
		{ sendoutId: postEventSms, name: 'Attendees by SMS', invited: 6, responseRate: 100 },
	]);
	expect(summary.sendouts.map(({ questions }) => questions[0].mean)).toEqual([4, 2.5]);
	expect(calls()).toEqual({
		getSurvey: 1,
		getQuestions: 1,
		getSendouts: 1,
		getRespondents: 3,
		getAnswerSetsWithData: 1,
	});
});

test('groups by a label in any case, in the order of its options, and combines small groups', async () => {
	answering(postEventEmail, 'South', [1, 1, 1, 1, 1]);
	answering(postEventEmail, 'North', [5, 5, 5, 5, 5, null]);
	answering(postEventSms, 'East', [3, 3]);
	answering(postEventSms, null, [2, 2, 2]);
	const summary = await summaryOf({ groupBy: ' region ' });
	expect(summary.groups).toMatchObject([
		{ name: 'North', invited: 6, completed: 5, responseRate: 83.3 },
		{ name: 'South', invited: 5, completed: 5, responseRate: 100 },
		{ name: 'Smaller groups', kind: 'smaller', together: 2, invited: 5 },
	]);
	expect(summary.groups.map(({ questions }) => questions[0].mean)).toEqual([5, 1, 2.4]);
	// One request for each person, and one for the labels of each sendout.
	expect(calls()).toMatchObject({ getLabels: 3, getCells: 16 });
});

test('counts only answers started in the date range', async () => {
	answering(postEventEmail, 'North', [1], '2026-09-01T10:00:00Z');
	answering(postEventEmail, 'North', [4], '2026-09-10T10:00:00Z');
	answering(postEventEmail, 'North', [5], '2026-09-20T10:00:00Z');
	const filters = { from: '2026-09-05T00:00:00Z', to: '2026-09-15T00:00:00Z' };
	expect(await summaryOf({ filters })).toMatchObject({
		...filters,
		invited: 3,
		completed: 1,
		responseRate: 33.3,
		questions: [{ mean: 4 }, {}, {}, {}],
	});
});

test('counts only people in the chosen sendouts', async () => {
	answering(postEventEmail, 'North', [1, 1]);
	answering(postEventSms, 'South', [5, null]);
	sandbox.state.addAnswerSet(postEvent, { completed: '2026-09-10T10:00:00Z', answers: [] });
	expect(await summaryOf({ filters: { sendoutIds: [postEventSms] } })).toMatchObject({
		sendoutIds: [postEventSms],
		invited: 2,
		completed: 1,
		responseRate: 50,
		withoutInvitation: 0,
		questions: [{ mean: 5 }, {}, {}, {}],
	});
	expect(calls()).toMatchObject({ getRespondents: 1 });
	expect(
		await summaryOf({ filters: { sendoutIds: `${postEventSms}, ${postEventEmail}` } }),
	).toMatchObject({
		invited: 4,
	});
	expect(await summaryOf()).toMatchObject({ invited: 4, withoutInvitation: 1 });
});

test("refuses another survey's sendout and names it", async () => {
	const { error } = await run({ filters: { sendoutIds: [sampleIds.sendouts.supportEmail] } });
	expect(error?.message).toMatch(/Survey 501 has no sendout 7011/);
	expect(calls()).toEqual({ getQuestions: 1, getSendouts: 1 });
});

test('refuses an unknown label and names the existing ones', async () => {
	const { error } = await run({ groupBy: 'Trainer' });
	expect(error?.message).toMatch(/No sendout in this survey has background data called "Trainer"/);
	expect(error?.description).toMatch(/'Group By' to one of these labels: .*Region/);
});

test("counts days in the workflow's time zone", async () => {
	answering(postEventEmail, 'North', [1], '2026-09-10T22:30:00Z');
	const { output } = await engine.run({ parameters: parameters(), timezone: 'Europe/Berlin' });
	expect(output[0].json.overTime).toEqual([{ period: '2026-09-11', started: 1, completed: 1 }]);
});

test('counts 1,234 results in 13 pages once each, even if a page fails at first', async () => {
	sandbox.state.addAnswerSets(postEvent, 1234);
	sandbox.faults.add({ kind: '503', operationId: 'getAnswerSetsWithData', after: 3, times: 1 });
	const summary = await summaryOf();
	expect(summary).toMatchObject({ results: 1234, started: 1234, withoutInvitation: 1234 });
	expect(sandbox.maxInFlight).toBeLessThanOrEqual(4);
	expect(calls()).toMatchObject({ getAnswerSetsWithData: 14, getAnswerSets: 1 });
});

test.each([
	[1, ['North', 'East']],
	['2', ['North', 'East']],
	[3, ['Smaller groups']],
])('with a minimum group size of %j, shows the groups %j', async (minGroupSize, groups) => {
	answering(postEventEmail, 'East', [1, 1]);
	answering(postEventEmail, 'North', [5, 5, 5]);
	const summary = await summaryOf({ groupBy: 'Region', options: { minGroupSize } });
	expect(summary.groups.map(({ name }) => name)).toEqual(groups);
});

test.each([[0], [-1], [2.5], ['few']])(
	'refuses a minimum group size of %j before any request',
	async (minGroupSize) => {
		const { error } = await run({ options: { minGroupSize } });
		expect(error?.message).toMatch(/'Minimum Group Size' isn't a whole number of at least 1: /);
		expect(sandbox.calls).toEqual([]);
	},
);

describe('special cases', () => {
	test('no one is invited and no one has answered', async () => {
		const summary = await summaryOf();
		expect(summary).toMatchObject({ invited: 0, started: 0, responseRate: null, results: 0 });
		expect(summary).toMatchObject({ overTime: [], sendouts: [], withoutInvitation: 0 });
		expect(summary.questions[0]).toMatchObject({ answered: 0, mean: null, topTwoShare: null });
	});

	test('a removed question keeps its answers and comes last', async () => {
		answering(postEventEmail, 'North', [5, 4]);
		const tree = sandbox.state.questions.get(postEvent)!;
		sandbox.state.questions.set(
			postEvent,
			tree.filter(({ QuestionItems }) => QuestionItems[0].QuestionItemId !== 11_100),
		);
		const { questions } = await summaryOf();
		expect(questions.at(-1)).toMatchObject({
			questionItemId: 11_100,
			question: 'Question 11100',
			answered: 2,
			mean: 4.5,
			distribution: [{ answer: 'Satisfied' }, { answer: 'Very satisfied' }],
		});
	});

	test('one contact in two sendouts counts as two invitations', async () => {
		answering(postEventEmail, 'North', [5, null]);
		answering(postEventSms, 'North', [null, 4]);
		expect(await summaryOf()).toMatchObject({ invited: 4, completed: 2, responseRate: 50 });
	});

	test('an answer started before the date range does not count, even if it was finished in it', async () => {
		answering(postEventEmail, 'North', [5], '2026-09-09T23:59:00Z');
		const [set] = sandbox.state.answerSetsOf(postEvent);
		set.Completed = set.Updated = '2026-09-11T10:00:00Z';
		answering(postEventEmail, 'North', [4], '2026-09-10T23:00:00Z');
		const filters = { from: '2026-09-10T00:00:00Z', to: '2026-09-10T23:30:00Z' };
		expect(await summaryOf({ filters })).toMatchObject({ results: 1, started: 1, invited: 2 });
	});
});

test('outputs one summary per survey, paired with its item', async () => {
	answering(postEventEmail, 'North', [1, null]);
	const { output } = await run(
		{ surveyId: { __rl: true, mode: 'id', value: '={{ $json.survey }}' } },
		[{ survey: postEvent }, { survey: support }, { survey: trainer }],
	);
	expect(output.map(({ json, pairedItem }) => [json.surveyId, json.invited, pairedItem])).toEqual([
		[postEvent, 2, { item: 0 }],
		[support, 4, { item: 1 }],
		[trainer, 0, { item: 2 }],
	]);
});

test('refuses a "Group By" expression that returns nothing', async () => {
	const { error } = await run({ groupBy: '={{ $json.none }}' });
	expect(error?.message).toMatch(/'Group By' is empty: its expression returns nothing/);
	expect(calls()).toEqual({});
});

test("returns no groups as an agent's tool if Group By is empty", async () => {
	const noGroups = parameters({ groupBy: '={{ "" }}', toolOutput: 'raw' });
	const [{ json }] = await engine.route({ parameters: noGroups });
	expect(json).toMatchObject({ groupBy: null, groups: [] });
});

test("returns the same summary as an agent's tool", async () => {
	answering(postEventEmail, 'North', [5, 4, 4, 3, 2]);
	const raw = parameters({ groupBy: 'Region', toolOutput: 'raw' });
	const [{ json }] = await engine.route({ parameters: raw });
	expect(json).toEqual(await summaryOf({ groupBy: 'Region' }));
});

test('contains no contact and no API key', async () => {
	answering(postEventEmail, 'North', [5, 4, 4, 3, 2]);
	const text = JSON.stringify(await summaryOf({ groupBy: 'Region' }));
	expect(text).not.toMatch(/@example/);
	expect(text).not.toContain(sandbox.apiKey);
});
