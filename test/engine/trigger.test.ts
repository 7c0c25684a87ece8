import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';
import { NetigateTrigger } from '../../nodes/NetigateTrigger/NetigateTrigger.node';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';
import { ActiveTrigger } from './polling';
import { testSince } from './since';

const { support, postEvent, member } = sampleIds.surveys;
const SATISFIED = 12100;
const COMMENT = 12105;

const sandbox = useSandbox();

const triggerWith = (parameters: IDataObject = {}, options = {}) =>
	new ActiveTrigger(
		new NetigateTrigger(),
		sandbox,
		{ surveyIds: [support], event: 'completed', simplify: true, options: {}, ...parameters },
		options,
	);

const condition = (questionItemId: number, operation: string, value: unknown) => ({
	conditions: { condition: [{ questionItemId, operation, value }] },
});

const ids = (items: IDataObject[]) => items.map(({ answerSetId }) => answerSetId);

function answer(surveyId: number = support, more = {}) {
	return sandbox.state.addAnswerSet(surveyId, more).AnswerSetId;
}

const load = async (method: string, surveyIds: number[] = []) =>
	await createEngine(sandbox, { 'test.trigger': new NetigateTrigger() }).load<
		INodePropertyOptions[]
	>('loadOptions', method, { surveyIds }, undefined, 'test.trigger');

describe.each(['changed', 'created'] as const)(
	'The trigger, if call 6 filters by the date when sets were %s',
	(dataDates) => {
		beforeEach(() => sandbox.changeSettings({ dataDates }));

		it('outputs each new answer once, simplified, starting from now', async () => {
			const trigger = triggerWith();
			expect(await trigger.activate()).toEqual([]);
			expect(await trigger.poll()).toEqual([]);
			const id = answer(support, { respondentId: sampleIds.respondents.dora });
			const [item, ...more] = await trigger.poll();
			expect(more).toEqual([]);
			expect(item).toMatchObject({
				answerSetId: id,
				surveyId: support,
				respondentId: sampleIds.respondents.dora,
				completed: true,
			});
			expect(Object.keys(item.answers as object)).toContain('How satisfied are you?');
			expect(await trigger.poll()).toEqual([]);
		});

		it('adds contact and background data', async () => {
			const trigger = triggerWith({
				options: { includeContact: true, includeBackgroundData: true, keyBy: 'id' },
			});
			await trigger.activate();
			answer(support, { respondentId: sampleIds.respondents.dora });
			const [item] = await trigger.poll();
			expect(item).toMatchObject({
				contact: 'dora@example.com',
				backgroundData: { 'First name': 'Dora', Region: 'West' },
			});
			expect(Object.keys(item.answers as object)[0]).toBe(String(SATISFIED));
		});

		it("outputs Netigate's own object with Simplify off", async () => {
			const trigger = triggerWith({ simplify: false });
			await trigger.activate();
			const id = answer();
			const [item] = await trigger.poll();
			const own = sandbox.state.answerSets.get(id)!;
			expect(item).toEqual({
				...sandbox.state.headOf(own),
				Answers: sandbox.state.answersOf(own),
			});
		});

		const testBudget = testSince('2.38', 'telling a trigger how long a poll can take');

		testBudget("stops before n8n's time limit for a poll, and continues in the next", async () => {
			const trigger = triggerWith({ options: { pageSize: 10 } }, { budgetMs: 4_000 });
			await trigger.activate();
			sandbox.state.addAnswerSets(support, 300);
			sandbox.changeSettings({ latencyMs: 200 });
			const first = await trigger.poll();
			expect(first.length).toBeGreaterThan(0);
			expect(first.length).toBeLessThan(300);
			sandbox.changeSettings({ latencyMs: 0 });
			for (let polls = 0; polls < 10; polls++) await trigger.poll();
			expect(new Set(ids(trigger.emitted)).size).toBe(300);
			expect(trigger.emitted).toHaveLength(300);
		});

		it('outputs answers that came while n8n was down, and none twice', async () => {
			const trigger = triggerWith();
			await trigger.activate();
			const before = answer();
			await trigger.poll();
			sandbox.clock.advance(40 * 3_600_000);
			const meanwhile = answer();
			expect(ids(await trigger.restart())).toEqual([meanwhile]);
			expect(await trigger.poll()).toEqual([]);
			expect(ids(trigger.emitted)).toEqual([before, meanwhile]);
		});

		it('loses nothing if the active workflow is changed and published', async () => {
			const trigger = triggerWith();
			await trigger.activate();
			const id = answer();
			expect(ids(await trigger.publish({ options: { keyBy: 'id' } }))).toEqual([id]);
		});

		it('starts from now when it is activated again', async () => {
			const trigger = triggerWith();
			await trigger.activate();
			answer();
			await trigger.activate();
			expect(await trigger.poll()).toEqual([]);
			const next = answer();
			expect(ids(await trigger.poll())).toEqual([next]);
		});

		it('outputs nothing twice if polls overlap', async () => {
			const trigger = triggerWith();
			await trigger.activate();
			const all = [answer(), answer(), answer()];
			sandbox.changeSettings({ latencyMs: 30 });
			await Promise.all([trigger.poll(), trigger.poll(), trigger.poll()]);
			expect(ids(trigger.emitted)).toEqual(all);
		});

		it('outputs an answer after each change with the event "updated"', async () => {
			sandbox.clock.freeze();
			const trigger = triggerWith({ event: 'updated' });
			await trigger.activate();
			const dora = sandbox.state.respondents.get(sampleIds.respondents.dora)!;
			const set = sandbox.people.answerNow(dora, false);
			const answerSetId = set.AnswerSetId;
			expect(await trigger.poll()).toMatchObject([{ answerSetId, completed: false }]);
			sandbox.clock.advance(60_000);
			expect(await trigger.poll()).toMatchObject([{ answerSetId, completed: true }]);
			const answers = sandbox.state.answersOf(sandbox.state.answerSets.get(set.AnswerSetId)!);
			const changed = answers.map((one) => ({ ...one, AnswerText: `${one.AnswerText}!` }));
			sandbox.state.changeAnswerSet(set.AnswerSetId, { answers: changed });
			expect(ids(await trigger.poll())).toEqual([set.AnswerSetId]);
			expect(await trigger.poll()).toEqual([]);
		});

		it('stores no API key in its memory', async () => {
			const trigger = triggerWith();
			await trigger.activate();
			answer();
			await trigger.poll();
			expect(trigger.savedData).not.toContain(sandbox.apiKey);
			expect(trigger.savedData.length).toBeLessThan(400);
		});
	},
);

it('logs why it could not read one of several surveys', async () => {
	const trigger = triggerWith({ surveyIds: [support, postEvent] });
	await trigger.activate();
	const id = answer();
	sandbox.state.surveys.delete(postEvent);
	expect(ids(await trigger.poll())).toEqual([id]);
	expect(trigger.warnings).toEqual([
		`Netigate Trigger couldn't read survey ${postEvent}: Survey ${postEvent} no longer exists in this Netigate account`,
	]);
});

describe('A condition of the trigger', () => {
	const very = (text: string) => ({ [SATISFIED]: text });

	it('outputs only matching answers', async () => {
		const trigger = triggerWith(condition(SATISFIED, 'atMost', '2'));
		await trigger.activate();
		sandbox.changeSettings({ answerScript: very('Very satisfied') });
		answer();
		sandbox.changeSettings({ answerScript: very('Unsatisfied') });
		const unhappy = answer();
		expect(ids(await trigger.poll())).toEqual([unhappy]);
		expect(await trigger.poll()).toEqual([]);
	});

	const match = {
		questionItemId: SATISFIED,
		question: 'How satisfied are you?',
		answer: 'Unsatisfied',
		score: 2,
	};

	it.each<[string, IDataObject, unknown]>([
		['simplified', {}, [match]],
		['by ID', { options: { keyBy: 'id' } }, [match]],
		["Netigate's own object", { simplify: false }, [match]],
		['changed answers', { event: 'updated' }, [match]],
		['a flat row', { options: { shape: 'flat' } }, undefined],
		['no conditions', { conditions: {} }, undefined],
	])('outputs what matched, in a poll and in a test: %s', async (_, parameters, matched) => {
		const trigger = triggerWith({ ...condition(SATISFIED, 'atMost', '2'), ...parameters });
		await trigger.activate();
		sandbox.changeSettings({ answerScript: very('Unsatisfied') });
		answer();
		const items = [await trigger.poll(), await trigger.sample()];
		expect(items.map(([item]) => item.matched)).toEqual([matched, matched]);
		if (!matched) for (const [item] of items) expect(item).not.toHaveProperty('matched');
	});

	it("outputs only matches in the answer's own survey, in the order of the conditions", async () => {
		const { condition: first } = condition(COMMENT, 'contains', 'cancel').conditions;
		const { condition: second } = condition(SATISFIED, 'atMost', 2).conditions;
		const { condition: other } = condition(11100, 'contains', 'great').conditions;
		const trigger = triggerWith({
			surveyIds: [postEvent, support],
			conditions: { condition: [...first, ...other, ...second] },
		});
		await trigger.activate();
		const cancels = 'I cancel';
		sandbox.changeSettings({ answerScript: { ...very('Unsatisfied'), [COMMENT]: cancels } });
		answer();
		const comment = { questionItemId: COMMENT, question: 'Anything else?', answer: cancels };
		expect(await trigger.poll()).toMatchObject([{ surveyId: support, matched: [comment, match] }]);
	});

	it.each<[string, IDataObject, string]>([
		[
			'a comparison that does not fit',
			condition(COMMENT, 'atMost', 2),
			'"At Most" can\'t be used for the question "Anything else?"',
		],
		[
			'a question of another survey',
			condition(10_100, 'atMost', 2),
			"Question item 10100 in a condition isn't in any of the chosen surveys",
		],
		['no survey', { surveyIds: [] }, 'No surveys are chosen'],
		['an invalid survey ID', { surveyIds: 'all' }, `'Surveys' isn't a valid Netigate ID: "all"`],
		['an unknown survey', { surveyIds: [4711] }, 'Netigate refused'],
	])(
		'is refused at activation and in a test, as is a survey: %s',
		async (_, parameters, message) => {
			const trigger = triggerWith(parameters);
			await expect(trigger.activate()).rejects.toThrow(message);
			await expect(trigger.sample()).rejects.toThrow(message);
		},
	);

	it('is checked again only when it changes', async () => {
		const trigger = triggerWith(condition(SATISFIED, 'atMost', 2));
		await trigger.activate();
		sandbox.clearCalls();
		await trigger.restart();
		expect(sandbox.calls.map(({ operationId }) => operationId)).toEqual(['getAnswerSets']);
		await expect(trigger.publish(condition(COMMENT, 'atMost', 2))).rejects.toThrow(
			'"At Most" can\'t be used',
		);
	});
});

describe('A condition that is changed and published', () => {
	const script = (text: string) => sandbox.changeSettings({ answerScript: { [SATISFIED]: text } });

	it('does not output answers that earlier polls filtered out', async () => {
		const trigger = triggerWith(condition(SATISFIED, 'atMost', 1));
		await trigger.activate();
		script('Very satisfied');
		for (let count = 0; count < 10; count++) answer();
		expect(await trigger.poll()).toEqual([]);
		expect(await trigger.publish(condition(SATISFIED, 'atMost', 5))).toEqual([]);
		const next = answer();
		expect(ids(await trigger.poll())).toEqual([next]);
	});

	it('does not output them if it is removed, even if they need several polls', async () => {
		const trigger = triggerWith(
			{
				...condition(SATISFIED, 'atMost', 1),
				options: { pageSize: 10 },
			},
			{ budgetMs: 4_000 },
		);
		await trigger.activate();
		script('Very satisfied');
		for (let count = 0; count < 300; count++) answer();
		sandbox.changeSettings({ latencyMs: 200 });
		expect(await trigger.publish({ conditions: {} })).toEqual([]);
		sandbox.changeSettings({ latencyMs: 0 });
		sandbox.clock.advance(1000);
		const next = answer();
		for (let polls = 0; polls < 10; polls++) await trigger.poll();
		expect(ids(trigger.emitted)).toEqual([next]);
	});

	it('outputs answers that matched before and were not polled yet', async () => {
		const trigger = triggerWith(condition(SATISFIED, 'atMost', 1));
		await trigger.activate();
		script('Very unsatisfied');
		const unseen = answer();
		expect(ids(await trigger.publish(condition(SATISFIED, 'atMost', 5)))).toEqual([unseen]);
	});
});

describe('A sendout chosen at the trigger', () => {
	const { supportEmail } = sampleIds.sendouts;
	const { dora } = sampleIds.respondents;

	it('outputs only answers of its respondents', async () => {
		const trigger = triggerWith({ options: { sendoutIds: [supportEmail] } });
		await trigger.activate();
		answer();
		const wanted = answer(support, { respondentId: dora });
		expect(ids(await trigger.poll())).toEqual([wanted]);
		expect(await trigger.poll()).toEqual([]);
	});

	it('does not output filtered answers after it is removed', async () => {
		const trigger = triggerWith({ options: { sendoutIds: [supportEmail] } });
		await trigger.activate();
		answer();
		expect(await trigger.poll()).toEqual([]);
		expect(await trigger.publish({ options: {} })).toEqual([]);
		const next = answer();
		expect(ids(await trigger.poll())).toEqual([next]);
	});

	it('is refused if it is in none of the surveys', async () => {
		const trigger = triggerWith({ options: { sendoutIds: [supportEmail, 4711] } });
		await expect(trigger.activate()).rejects.toThrow("Sendout 4711 isn't in survey");
	});

	it('appears in the output with the contact', async () => {
		const trigger = triggerWith({ options: { includeContact: true } });
		await trigger.activate();
		answer(support, { respondentId: dora });
		answer();
		expect(await trigger.poll()).toMatchObject([
			{ contact: 'dora@example.com', sendoutId: supportEmail, sendoutName: expect.any(String) },
			{ contact: null, sendoutId: null, sendoutName: null },
		]);
	});

	it('can be chosen from the sendouts of all chosen surveys', async () => {
		const options = await load('getSendoutOptions', [support, postEvent]);
		expect(options.map(({ value }) => value)).toEqual(
			expect.arrayContaining([supportEmail, sampleIds.sendouts.postEventEmail]),
		);
	});
});

describe('A condition whose question was removed in Netigate', () => {
	/** Replaces a question. Netigate then gives it another ID. */
	function replace(questionItemId: number) {
		for (const question of sandbox.state.questions.get(support)!) {
			for (const item of question.QuestionItems) {
				if (item.QuestionItemId === questionItemId) item.QuestionItemId = 99_001;
			}
		}
	}

	it.each([1, 2])(
		'causes an error that names condition %i, and no answers are lost',
		async (count) => {
			const conditions = [
				{ questionItemId: SATISFIED, operation: 'atMost', value: 5 },
				{ questionItemId: COMMENT, operation: 'contains', value: 'cancel' },
			];
			const trigger = triggerWith({ conditions: { condition: conditions.slice(-count) } });
			await trigger.activate();
			replace(COMMENT);
			expect(await trigger.poll()).toEqual([]);
			sandbox.changeSettings({ answerScript: { [SATISFIED]: 'Unsatisfied', 99001: 'I cancel' } });
			const id = answer();
			await expect(trigger.poll()).rejects.toThrow(
				`Condition ${count} uses "Anything else?" (question item 12105), which is no longer in survey 502`,
			);
			await expect(trigger.poll()).rejects.toThrow(`Condition ${count}`);
			expect(ids(await trigger.publish(condition(99_001, 'contains', 'cancel')))).toEqual([id]);
		},
	);
});

describe('A test run in the editor', () => {
	it('outputs the newest answer and leaves the memory unchanged', async () => {
		const trigger = triggerWith();
		await trigger.activate();
		const id = answer();
		const before = trigger.liveData;
		sandbox.clearCalls();
		expect(ids(await trigger.sample())).toEqual([id]);
		expect(sandbox.calls.map(({ operationId }) => operationId)).toEqual([
			'getAnswerSetsWithData',
			'getQuestions',
		]);
		expect(trigger.liveData).toBe(before);
		expect(ids(await trigger.poll())).toEqual([id]);
		expect(trigger.liveData).not.toBe(before);
	});

	it('applies the conditions before the workflow was ever active', async () => {
		sandbox.changeSettings({ answerScript: { [COMMENT]: 'Please call me.' } });
		const id = answer();
		sandbox.changeSettings({ answerScript: null });
		sandbox.state.addAnswerSets(support, 250);
		const trigger = triggerWith(condition(COMMENT, 'equals', 'Please call me.'));
		sandbox.changeSettings({ answerOrder: 'createdDesc' });
		expect(ids(await trigger.sample())).toEqual([id]);
		expect(trigger.liveData).not.toContain('surveys');
	});

	it.each(['reject', 'clamp'] as const)(
		'reads smaller pages if Netigate will %s larger ones',
		async (pageSizeOver) => {
			sandbox.changeSettings({ largestPageSize: 30, pageSizeOver });
			sandbox.state.addAnswerSets(support, 100);
			const id = answer();
			const trigger = triggerWith({ options: { pageSize: 200 } });
			expect(ids(await trigger.sample())).toEqual([id]);
		},
	);

	it('outputs the newest answer of several surveys', async () => {
		sandbox.clock.advance(1000);
		const id = answer(postEvent);
		expect(ids(await triggerWith({ surveyIds: [postEvent, support] }).sample())).toEqual([id]);
		expect(ids(await triggerWith({ surveyIds: [support, postEvent] }).sample())).toEqual([id]);
	});

	it('fails if no answer meets the conditions', async () => {
		const trigger = triggerWith(condition(COMMENT, 'contains', 'no one said this'));
		await expect(trigger.sample()).rejects.toThrow(
			'None of the newest answers meet the conditions',
		);
	});

	it('says what to do if no one has answered yet', async () => {
		await expect(triggerWith({ surveyIds: [postEvent] }).sample()).rejects.toMatchObject({
			message: 'The chosen surveys have no answers yet',
			description: expect.stringContaining('Answer the survey yourself') as string,
		});
	});
});

describe("The trigger's lists", () => {
	it('contain the surveys, active ones first', async () => {
		const surveys = await load('getSurveyOptions');
		expect(surveys).toHaveLength(7);
		expect(surveys[0]).toEqual({ name: 'Mitgliederbefragung (503, active)', value: member });
		expect(surveys.at(-1)!.name).toContain('ended');
	});

	it("contain the survey's questions in order, with their type and scores", async () => {
		const questions = await load('getQuestionOptions', [support]);
		expect(questions.map(({ name }) => name)).toEqual([
			'How satisfied are you? (one choice, weighted)',
			'Would you contact us again? (one choice)',
			'What did you use? (several choices)',
			'Which product was it about? (one choice)',
			'How do you rate us? (matrix)',
			'Anything else? (free text)',
			'How sure are you? (SLIDER)',
			'Anything else? (2) (free text)',
		]);
		expect(questions[0]).toMatchObject({
			value: SATISFIED,
			description: expect.stringContaining('Very unsatisfied = 1 · Unsatisfied = 2') as string,
		});
	});

	it('name the survey of each question if several are chosen', async () => {
		const questions = await load('getQuestionOptions', [postEvent, support]);
		expect(questions[0].name).toMatch(/^Post-event survey: /);
		expect(questions.at(-1)!.name).toMatch(/^Support survey: /);
	});

	it('ask for the survey first', async () => {
		for (const list of ['getQuestionOptions', 'getSendoutOptions'] as const)
			expect(await load(list)).toEqual([{ name: 'Choose a Survey First', value: '' }]);
	});
});
