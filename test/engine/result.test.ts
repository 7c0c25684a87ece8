import type { IDataObject } from 'n8n-workflow';
import { countBy } from '../../nodes/shared/basics/lists';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine, type RunRequest } from './harness';

const { support, postEvent } = sampleIds.surveys;
const { anna, ben, claraUnfinished, general, big } = sampleIds.answerSets;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const locator = (value: unknown) => ({ __rl: true, mode: 'id', value });

const parameters = (operation: string, more: IDataObject): IDataObject => ({
	resource: 'result',
	operation,
	surveyId: locator(support),
	requestOptions: { retryForSeconds: 5 },
	...more,
});

const run = async (
	operation: string,
	more: IDataObject = {},
	rest: Omit<RunRequest, 'parameters'> = {},
) => await engine.run({ ...rest, parameters: parameters(operation, more) });

const route = async (operation: string, more: IDataObject = {}) =>
	await engine.route({ parameters: parameters(operation, more) });

/** The number of calls of each operation. */
const calls = () => Object.fromEntries(countBy(sandbox.calls.map((call) => call.operationId)));

const ids = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => json.answerSetId);

describe('Get Many', () => {
	it('outputs one simplified item per answer set, paired with its input item', async () => {
		const { output, error } = await run('getMany', { returnAll: true }, { items: [{}, {}] });
		expect(error).toBeUndefined();
		expect(ids(output)).toEqual([...expected(), ...expected()]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 0, 0, 0, 1, 1, 1, 1, 1].map((item) => ({ item })),
		);
		expect(output[0].json).toMatchObject({
			answerSetId: anna,
			surveyId: support,
			respondentId: sampleIds.respondents.anna,
			completed: true,
		});
		const { answers, scores } = output[0].json as { answers: IDataObject; scores: IDataObject };
		expect(Object.keys(answers)).toEqual([
			'How satisfied are you?',
			'Would you contact us again?',
			'What did you use?',
			'Which product was it about?',
			'How do you rate us?',
			'Anything else?',
			'How sure are you?',
			'Anything else? (2)',
		]);
		expect(answers['What did you use?']).not.toContain('What did you use?');
		expect(Object.keys(answers['How do you rate us?'] as object)).toEqual([
			'Speed',
			'Friendliness',
			'Knowledge',
		]);
		expect(Object.keys(scores)).toEqual([
			'How satisfied are you?',
			'Would you contact us again?',
			'Which product was it about?',
			'How do you rate us?',
		]);
		expect(calls()).toEqual({ getAnswerSetsWithData: 2, getQuestions: 1 });

		function expected() {
			return [anna, claraUnfinished, ben, general, big].sort(byOrderOfSandbox);
		}
		function byOrderOfSandbox(a: number, b: number) {
			const at = (id: number) => sandbox.state.answerSets.get(id)!.Created;
			return at(a).localeCompare(at(b)) || a - b;
		}
	});

	it('reads 1,234 answer sets once each, 100 per page', async () => {
		const sets = sandbox.state.addAnswerSets(postEvent, 1234);
		const { output } = await run('getMany', { surveyId: locator(postEvent), returnAll: true });
		expect(ids(output)).toEqual(sets.map(({ AnswerSetId }) => AnswerSetId));
		expect(calls()).toEqual({ getAnswerSetsWithData: 13, getAnswerSets: 1, getQuestions: 1 });
		expect(sandbox.maxInFlight).toBeLessThanOrEqual(4);
	});

	it('outputs only results of people in the chosen sendouts, up to the limit', async () => {
		const { supportEmail } = sampleIds.sendouts;
		sandbox.state.addAnswerSets(support, 130);
		const chosen = { options: { sendoutIds: [supportEmail], pageSize: 50 } };
		const { output } = await run('getMany', { returnAll: true, ...chosen });
		expect(ids(output)).toEqual([anna, ben, claraUnfinished, big]);
		const some = await run('getMany', { returnAll: false, limit: 2, ...chosen });
		expect(ids(some.output)).toEqual([anna, ben]);
		const heads = await run('getMany', { includeAnswers: false, returnAll: true, ...chosen });
		expect(ids(heads.output)).toEqual([anna, ben, claraUnfinished, big]);
	});

	it.each(['createdAsc', 'createdDesc', 'updatedAsc', 'updatedDesc'] as const)(
		"applies the limit to a sendout's results in Netigate's order: %s",
		async (answerOrder) => {
			const { supportEmail } = sampleIds.sendouts;
			const sendout = sandbox.state.sendout(support, supportEmail);
			const people = Array.from(
				{ length: 60 },
				(_, at) => sandbox.state.addRespondent(sendout, `p${at}@example.com`).RespondentId,
			);
			sandbox.state.addAnswerSets(support, 120, (at) =>
				at % 2 === 0 ? { respondentId: people[at / 2] } : {},
			);
			sandbox.changeSettings({ answerOrder });
			const all = await run('getMany', {
				returnAll: true,
				options: { includeContact: true, pageSize: 20 },
			});
			const own = ids(all.output.filter(({ json }) => json.sendoutId === supportEmail));
			for (const [limit, includeAnswers] of [
				[7, true],
				[40, true],
				[40, false],
			] as const) {
				const options = { sendoutIds: [supportEmail], pageSize: 20 };
				const some = await run('getMany', { returnAll: false, limit, includeAnswers, options });
				expect(ids(some.output)).toEqual(own.slice(0, limit));
			}
		},
	);

	describe.each(['changed', 'created'] as const)(
		'if call 6 filters by the date when sets were %s',
		(dataDates) => {
			const { supportEmail } = sampleIds.sendouts;
			const about = { getSendouts: 1, getRespondents: 1, getQuestions: 1 };

			beforeEach(() => sandbox.changeSettings({ dataDates }));

			it('reads the results of a small sendout one by one, even if many others answered', async () => {
				sandbox.state.addAnswerSets(support, 1000);
				const { output } = await run('getMany', {
					returnAll: true,
					options: { sendoutIds: [supportEmail] },
				});
				expect(ids(output)).toEqual([anna, ben, claraUnfinished, big]);
				expect(calls()).toEqual({ ...about, getAnswerSets: 1, getAnswerSet: 4 });
			});

			it('reads the results of a large sendout only from the pages that contain them', async () => {
				const respondentId = sampleIds.respondents.ben;
				sandbox.state.addAnswerSets(support, 1000, (index) =>
					index >= 300 && index < 500 ? { respondentId } : {},
				);
				const { output } = await run('getMany', {
					returnAll: true,
					options: { sendoutIds: [supportEmail] },
				});
				const all = [...sandbox.state.answerSets.values()].filter(
					({ Survey, Respondent }) => Survey === support && Respondent !== -1,
				);
				expect(new Set(ids(output))).toEqual(new Set(all.map(({ AnswerSetId }) => AnswerSetId)));
				expect(output).toHaveLength(204);
				const { getAnswerSetsWithData, ...others } = calls();
				expect(others).toEqual({ ...about, getAnswerSets: 2 });
				// There are eleven pages.
				expect(getAnswerSetsWithData).toBeLessThanOrEqual(4);
			});

			it('outputs results in the sendout that changed since a date', async () => {
				const before = sandbox.state.answerSets.get(ben)!.Completed!;
				sandbox.state.changeAnswerSet(anna, {});
				const { output } = await run('getMany', {
					returnAll: true,
					filters: { updated: new Date(Date.parse(before) + 5000).toISOString() },
					options: { sendoutIds: [supportEmail] },
				});
				expect(new Set(ids(output))).toEqual(new Set([anna, claraUnfinished, big]));
			});
		},
	);

	it("names sendouts that aren't in the survey before it reads answers", async () => {
		const { error } = await run('getMany', { options: { sendoutIds: '7001, 4711' } });
		expect(error?.message).toContain("Sendouts 7001, 4711 aren't in survey");
		expect(calls()).toEqual({ getSendouts: 1 });
	});

	it('gives all flat rows the same background data columns, including a label that only the last person has', async () => {
		const { state } = sandbox;
		const sendout = state.addSendout(support, {
			...{ name: 'Second', type: 'EMAIL', logic: 'ALL', sendDate: null },
			...{ sender: '', subject: '', message: '' },
		});
		const label = state.addLabel(sendout.documentId, 'Trainer', 'TEXT');
		const cells = new Map([[label.BGDataLabelId, 'Ida']]);
		const { RespondentId } = state.addRespondent(sendout, 'eva@example.com', cells);
		state.addAnswerSet(support, { respondentId: RespondentId });
		const { output } = await run('getMany', {
			returnAll: true,
			options: { shape: 'flat', includeBackgroundData: true, pageSize: 1 },
		});
		const rows = output.map(({ json }) => json);
		for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(rows[0]));
		expect(Object.keys(rows[0]).slice(-6)).toEqual([
			...['First name', 'Last name', 'Company', 'Language', 'Region', 'Trainer'],
		]);
		expect(Object.values(rows[0]).slice(-6)).toEqual(['Anna', null, null, null, 'North', null]);
		expect(Object.values(rows.at(-1)!).slice(-6)).toEqual([...Array(5).fill(null), 'Ida']);
	});

	it('refuses flat rows of results that are not simplified', async () => {
		const { error } = await run('getMany', { simplify: false, options: { shape: 'flat' } });
		expect(error?.message).toContain(`'Shape' can't be "Flat"`);
		expect(sandbox.calls).toEqual([]);
	});

	it("outputs Netigate's own object with Simplify off", async () => {
		const { output } = await run('getMany', { simplify: false, returnAll: true });
		const own = sandbox.state.answerSets.get(anna)!;
		expect(output[0].json).toEqual({
			...sandbox.state.headOf(own),
			Answers: sandbox.state.answersOf(own),
		});
		expect(calls()).toEqual({ getAnswerSetsWithData: 1 });
	});

	it('needs only one call for all results without answers', async () => {
		sandbox.state.addAnswerSets(postEvent, 300);
		const { output } = await run('getMany', {
			surveyId: locator(postEvent),
			returnAll: true,
			includeAnswers: false,
		});
		expect(output).toHaveLength(300);
		expect(output[0].json).not.toHaveProperty('answers');
		expect(calls()).toEqual({ getAnswerSets: 1 });
	});

	it('adds contact and background data with few calls', async () => {
		const { output } = await run('getMany', {
			returnAll: true,
			options: { includeContact: true, includeBackgroundData: true },
		});
		const about = new Map(output.map(({ json }) => [json.answerSetId, json]));
		expect(about.get(anna)).toMatchObject({
			contact: 'anna@example.com',
			backgroundData: { 'First name': 'Anna', Region: 'North' },
		});
		expect(about.get(ben)).toMatchObject({ contact: 'ben@example.com' });
		expect(about.get(general)).toMatchObject({ contact: null, backgroundData: {} });
		expect(calls()).toEqual({
			getAnswerSetsWithData: 1,
			getQuestions: 1,
			getSendouts: 1,
			getRespondents: 2,
			getLabels: 1,
			getCells: 3,
		});
	});

	it('filters like Netigate', async () => {
		const of = async (filters: IDataObject) =>
			ids((await run('getMany', { returnAll: true, filters })).output);
		expect(await of({ completed: true })).not.toContain(claraUnfinished);
		const created = sandbox.state.answerSets.get(big)!.Created;
		expect((await of({ from: created })).sort()).toEqual([big, general].sort());
		expect((await of({ to: created })).length).toBe(5);
		const asked = sandbox.calls.flatMap(({ query }) => query.to ?? []);
		expect(asked).toEqual([created]);
		expect((await of({ updated: created })).sort()).toEqual([big, claraUnfinished, general].sort());
	});

	it.each(['changed', 'created'] as const)(
		'outputs answers started before and finished after "Changed Since" if call 6 filters by the date when sets were %s',
		async (dataDates) => {
			sandbox.changeSettings({ dataDates });
			sandbox.clock.freeze();
			const early = sandbox.state.addAnswerSets(postEvent, 30, () => ({ completed: null }));
			sandbox.clock.advance(3_600_000);
			const updated = new Date(sandbox.clock.now()).toISOString();
			sandbox.clock.advance(60_000);
			const late = early.slice(5, 25).map(({ AnswerSetId }) => AnswerSetId);
			const completed = sandbox.clock.date();
			for (const id of late) sandbox.state.changeAnswerSet(id, { completed });
			const of = async (more: IDataObject) =>
				ids(
					(await run('getMany', { surveyId: locator(postEvent), returnAll: true, ...more })).output,
				);
			expect((await of({ filters: { updated } })).sort()).toEqual(late);
			expect(calls()).toMatchObject({ getAnswerSets: 2, getAnswerSetsWithData: 1 });
			expect(await of({ filters: { updated }, returnAll: false, limit: 3 })).toHaveLength(3);
			expect((await of({ filters: { updated }, includeAnswers: false })).sort()).toEqual(late);
		},
	);

	it.each([
		[{ updated: '2026-01-01', from: '2026-01-01' }, "'Changed Since' can't be used together"],
		[{ from: '2026-02-01', to: '2026-01-01' }, "'Created From' (2026-01-31T23:00:00Z) is after"],
		[{ from: 'yesterday' }, `'Created From' isn't a valid date: "yesterday"`],
	])('refuses filters %j before any request', async (filters, message) => {
		const { error } = await run('getMany', { filters });
		expect(error?.message).toContain(message);
		expect(sandbox.calls).toHaveLength(0);
	});
});

describe('Get', () => {
	it('reads the questions once for all items', async () => {
		const items = [anna, ben, big].map((id) => ({ id }));
		const { output } = await run('get', { answerSetId: '={{ $json.id }}' }, { items });
		expect(ids(output)).toEqual([anna, ben, big]);
		expect(calls()).toEqual({ getAnswerSet: 3, getQuestions: 1 });
	});

	it('uses question item IDs as keys', async () => {
		const { output } = await run('get', { answerSetId: anna, options: { keyBy: 'id' } });
		const { answers } = output[0].json as { answers: IDataObject };
		expect(Object.keys(answers)[0]).toBe('12100');
	});
});

describe('Get by Respondent', () => {
	it.each(['empty', 'full'] as const)(
		"outputs all of a person's results if Netigate lists answers %s",
		async (answersByRespondent) => {
			sandbox.changeSettings({ answersByRespondent });
			const { output } = await run('getByRespondent', { respondentId: sampleIds.respondents.anna });
			expect(ids(output)).toEqual([anna, big]);
			expect(Object.keys((output[0].json as { answers: object }).answers)).toHaveLength(8);
			expect(calls()).toEqual({
				getAnswerSetsOfRespondent: 1,
				getQuestions: 1,
				...(answersByRespondent === 'empty' ? { getAnswerSet: 2 } : {}),
			});
		},
	);

	it("fails if Netigate doesn't know the respondent", async () => {
		const { error } = await run('getByRespondent', { respondentId: 99 });
		expect(error?.message).toMatch(/Respondent 99/);
	});

	it('needs only one call without answers', async () => {
		const { output } = await run('getByRespondent', {
			respondentId: sampleIds.respondents.anna,
			includeAnswers: false,
		});
		expect(ids(output)).toEqual([anna, big]);
		expect(calls()).toEqual({ getAnswerSetsOfRespondent: 1 });
	});
});

describe('Get by Contact', () => {
	it("outputs a person's latest result for any spelling of the address", async () => {
		const { output } = await run('getByContact', { contact: ' ANNA@example.com ' });
		expect(ids(output)).toEqual([big]);
		expect(calls()).toEqual({
			getSendouts: 1,
			getRespondents: 2,
			getAnswerSetsOfRespondent: 1,
			getAnswerSet: 1,
			getQuestions: 1,
		});
	});

	it('outputs all results of several sendouts, oldest first', async () => {
		const { state } = sandbox;
		const twoway = state.sendout(support, sampleIds.sendouts.supportTwoway);
		const again = state.addRespondent(twoway, 'anna@example.com');
		const later = state.addAnswerSet(support, { respondentId: again.RespondentId });
		const { output } = await run('getByContact', {
			contact: 'anna@example.com',
			latestOnly: false,
			options: { includeContact: true },
		});
		expect(ids(output)).toEqual([anna, big, later.AnswerSetId]);
		expect(output.map(({ json }) => json.contact)).toEqual(Array(3).fill('anna@example.com'));
	});

	it('reads the lists of respondents once for all items', async () => {
		const items = ['anna@example.com', 'ben@example.com', 'nobody@example.com'].map((email) => ({
			email,
		}));
		const { output } = await run('getByContact', { contact: '={{ $json.email }}' }, { items });
		expect(ids(output)).toEqual([big, ben, undefined]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect(calls()).toMatchObject({ getSendouts: 1, getRespondents: 2 });
	});
});

describe('Get by Contact shows whether a person was invited and answered', () => {
	const invited = (email: string) => {
		const { state } = sandbox;
		const twoway = state.sendout(support, sampleIds.sendouts.supportTwoway);
		state.addRespondent(twoway, email, new Map());
	};
	const shapes = { plain: {}, flat: { shape: 'flat' } };

	it.each(Object.entries(shapes))('%s', async (_, options) => {
		invited('invited@example.com');
		const items = [' ANNA@example.com', 'invited@example.com', 'nobody@example.com'].map(
			(email) => ({ email }),
		);
		const contact = '={{ $json.email }}';
		const { output } = await run('getByContact', { contact, options }, { items });
		expect(output.map(({ json }) => [json.status, json.contact])).toEqual([
			['answered', 'ANNA@example.com'],
			['notAnswered', 'invited@example.com'],
			['notInvited', 'nobody@example.com'],
		]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect(Object.keys(output[0].json)[0]).toBe('status');
		expect(Object.keys(output[1].json)).toEqual(['status', 'contact']);
	});

	it('with Simplify off, outputs raw results, and a status only for people without one', async () => {
		const raw = { simplify: false };
		const [{ json }] = (await run('getByContact', { contact: 'anna@example.com', ...raw })).output;
		expect(json).toHaveProperty('AnswerSetId');
		expect(json).not.toHaveProperty('status');
		const { output } = await run('getByContact', { contact: 'nobody@example.com', ...raw });
		expect(output[0].json).toEqual({ status: 'notInvited', contact: 'nobody@example.com' });
	});

	it('does not say that someone is not invited if Netigate hides contacts', async () => {
		sandbox.changeSettings({ listedEmail: 'firstNull' });
		const { output, hints } = await run('getByContact', { contact: 'nobody@example.com' });
		expect(output[0].json.status).toBe('unknown');
		expect(JSON.stringify(hints)).toContain('have no readable contact');
	});

	it('refuses text that is not a contact, unless the survey has login names', async () => {
		const { error } = await run('getByContact', { contact: 'nobody.example.com' });
		expect(error?.message).toContain('nobody.example.com');
		const named = { surveyId: locator(postEvent), contact: 'nobody.example.com' };
		const { output } = await run('getByContact', named);
		expect(output[0].json.status).toBe('notInvited');
	});
});

describe("as an AI agent's tool", () => {
	it('reads all pages', async () => {
		sandbox.state.addAnswerSets(postEvent, 250);
		const items = await route('getMany', { surveyId: locator(postEvent), returnAll: true });
		expect(new Set(ids(items)).size).toBe(250);
	});
});
