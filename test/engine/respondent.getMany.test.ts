import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { byId } from './actions/cases';
import { createEngine } from './harness';

const { support } = sampleIds.surveys;
const { supportEmail } = sampleIds.sendouts;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const parameters = (more: IDataObject): IDataObject => ({
	resource: 'respondent',
	operation: 'getMany',
	surveyId: byId(support),
	sendoutId: byId(supportEmail),
	returnAll: true,
	requestOptions: { retryForSeconds: 2 },
	...more,
});

const run = async (more: IDataObject = {}, items: IDataObject[] = [{}]) =>
	await engine.run({ items, parameters: parameters(more) });

const calls = () => sandbox.calls.map(({ operationId }) => operationId).sort();

/** Adds three people to the sendout: one has finished, one has started, one has done nothing. */
function people() {
	const sendout = sandbox.state.sendout(support, supportEmail);
	const [done, begun, nobody] = ['done', 'begun', 'nobody'].map(
		(name) => sandbox.state.addRespondent(sendout, `${name}@example.com`, new Map()).RespondentId,
	);
	const created = '2026-05-01T08:00:00Z';
	const updated = '2026-05-01T08:05:00Z';
	sandbox.state.addAnswerSet(support, {
		respondentId: done,
		created,
		updated,
		completed: updated,
	});
	sandbox.state.addAnswerSet(support, { respondentId: begun, created, updated, completed: null });
	return { done, begun, nobody };
}

const respondentIn = (output: Array<{ json: IDataObject }>, id: number) =>
	output.find(({ json }) => json.RespondentId === id)?.json;

describe('Get Many respondents', () => {
	test('lists them in one call if no status is wanted', async () => {
		people();
		const { output } = await run();
		const members = ['Email', 'Password', 'RespondentId', 'SurveyURL'];
		expect(Object.keys(output[0].json).sort()).toEqual(members);
		expect(calls()).toEqual(['getRespondents']);
	});

	test('shows who answered and when in two calls, for any number of items', async () => {
		const { done, begun, nobody } = people();
		const { output, error } = await run({ includeStatus: true }, [{}]);
		expect(error).toBeUndefined();
		expect(respondentIn(output, done)).toMatchObject({
			Email: 'done@example.com',
			answerStatus: 'completed',
			startedAt: '2026-05-01T08:00:00Z',
			updatedAt: '2026-05-01T08:05:00Z',
			completedAt: '2026-05-01T08:05:00Z',
		});
		expect(respondentIn(output, begun)).toMatchObject({
			answerStatus: 'started',
			completedAt: null,
		});
		expect(respondentIn(output, nobody)).toMatchObject({
			answerStatus: 'notAnswered',
			startedAt: null,
			updatedAt: null,
			completedAt: null,
		});
		expect(calls()).toEqual(['getAnswerSets', 'getRespondents']);

		await run({ includeStatus: true }, [{}, {}, {}]);
		expect(calls().filter((call) => call === 'getAnswerSets')).toHaveLength(2);
	});

	test.each(['notAnswered', 'started', 'completed'])('outputs only those %s', async (status) => {
		people();
		const all = (await run({ includeStatus: true })).output.map(({ json }) => json);
		const { output } = await run({ answerStatus: status, includeStatus: true });
		const fitting = all.filter(({ answerStatus }) => answerStatus === status);
		expect(fitting.length).toBeGreaterThan(0);
		expect(output.map(({ json }) => json)).toEqual(fitting);
	});

	test('outputs people who have not completed the survey, started or not', async () => {
		const { begun, nobody, done } = people();
		const { output } = await run({ answerStatus: 'notCompleted' });
		const found = output.map(({ json }) => json.RespondentId);
		expect(found).toEqual(expect.arrayContaining([begun, nobody]));
		expect(found).not.toContain(done);
		expect(new Set(output.map(({ json }) => json.answerStatus))).toEqual(
			new Set(['started', 'notAnswered']),
		);
	});

	test('includes background data only of the people it outputs', async () => {
		const sendout = sandbox.state.sendout(support, supportEmail);
		const label = sandbox.state
			.document(sendout.documentId)
			.labels.find(({ Name }) => Name === 'First name')!;
		const nina = sandbox.state.addRespondent(
			sendout,
			'nina@example.com',
			new Map([[label.BGDataLabelId, 'Nina']]),
		);
		people();
		const more = { answerStatus: 'notCompleted', includeBackgroundData: true };
		const { output, error } = await run(more);
		expect(error).toBeUndefined();
		expect(respondentIn(output, nina.RespondentId)).toMatchObject({
			Email: 'nina@example.com',
			backgroundData: { 'First name': 'Nina' },
		});
		const rows = calls().filter((call) => call === 'getCells');
		expect(rows).toHaveLength(output.length);
		expect(calls().filter((call) => call === 'getLabels')).toHaveLength(1);
	});

	test('applies the limit after the filter', async () => {
		people();
		const { output: all } = await run({ answerStatus: 'notAnswered' });
		const { output } = await run({ answerStatus: 'notAnswered', returnAll: false, limit: 1 });
		expect(output.map(({ json }) => json)).toEqual([all[0].json]);
		expect(output[0].json.answerStatus).toBe('notAnswered');
	});
});
