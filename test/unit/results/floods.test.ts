import { fulfils, matchesIn } from '../../../nodes/NetigateTrigger/conditions';
import { matrixAnswers } from '../../../nodes/shared/accountCheck/answers';
import type { Account } from '../../../nodes/shared/accountCheck/account';
import { dictionaryOf } from '../../../nodes/shared/input/backgroundData';
import { labelsIn } from '../../../nodes/shared/input/labels';
import { ExistingSendouts } from '../../../nodes/shared/invite/launch/existing';
import { InputError } from '../../../nodes/shared/netigate/errors';
import { report } from '../../../nodes/shared/listSync/report';
import { alternativesIn, Choices } from '../../../nodes/shared/results/choices';
import { People } from '../../../nodes/shared/results/people';
import { Questions } from '../../../nodes/shared/results/questions';
import { readSet, simplify } from '../../../nodes/shared/results/simplify';
import { Group, withoutSmall } from '../../../nodes/shared/results/summarize/groups';
import { clientOf, responded } from '../../sandbox/directSandbox';
import { expectLinear, uncounted } from '../basics/arraySteps';
import { answerSet, chosen, options, question, rated, tree } from './questionnaire';

/* Twice as many questions and results, or sendouts and people, take about twice as many steps. */

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

const questionsOf = (count: number) =>
	tree(...numbers(count).map((at) => question(`Question ${at}`, 'RADIOBUTTON', ['Yes', 'No'])));

/** The people of a survey with one respondent per sendout. */
function peopleOf(count: number): People {
	const Primary = { Name: 'Reception', DispatchType: 'EMAIL' };
	const sendouts = numbers(count).map((SendoutId) => ({ SendoutId, Primary }));
	const client = clientOf(async ({ path }) => {
		const id = Number(/sendouts\/(\d+)/.exec(path)?.[1]);
		const Email = `person${id}@example.com`;
		return await uncounted(
			async () =>
				await Promise.resolve(responded(200, id ? [{ RespondentId: id, Email }] : sendouts)),
		);
	});
	return new People(client, 501);
}

const FLOODS: Record<string, (count: number) => unknown> = {
	'results with an unlisted question': (count) => {
		const questions = new Questions(questionsOf(count));
		for (const id of numbers(count))
			simplify(answerSet([chosen(count + id, 'Yes', 1)]), questions, 'text');
	},
	'conditions of the trigger': (count) => {
		const questions = new Questions(questionsOf(count));
		const set = answerSet(numbers(count).map((id) => chosen(id, 'Yes', 1)));
		const conditions = numbers(count).map((questionItemId) => {
			return { questionItemId, operation: 'equals' as const, value: 'Yes' };
		});
		expect(fulfils(set, questions, conditions)).toBe(true);
		expect(matchesIn(set, questions, conditions)).toHaveLength(count);
	},
	'answers that match no alternative': (count) => {
		const texts = numbers(count).map((at) => `Place ${at}`);
		const choices = new Choices(alternativesIn(options(texts)), 'DROPDOWN');
		for (const at of numbers(count))
			choices.choose({ AnswerText: `Ort ${at}`, AnswerNumeric: count + at });
	},
	'scores that match no alternative': (count) => {
		const texts = numbers(count).map(String);
		const choices = new Choices(alternativesIn(options(texts)), 'DROPDOWN');
		for (const at of numbers(count))
			choices.choose({ AnswerText: `${at + count}`, AnswerNumeric: null as never });
	},
	'alternatives with the same text': (count) => {
		const choices = new Choices(
			alternativesIn(options(numbers(count).map(() => 'Yes'))),
			'DROPDOWN',
		);
		for (const at of numbers(count))
			expect(choices.choose({ AnswerText: 'Yes', AnswerNumeric: at }).place).toBe(at - 1);
	},
	'answers to the same row': (count) => {
		const questions = new Questions(
			tree(question('Rate us', 'MATRIX', ['Speed'], options(['Good']))),
		);
		const answers = numbers(count).map(() => rated(1, 'Speed', 'Good', 1));
		const [{ reading }] = readSet(answerSet(answers), questions);
		expect(reading.value).toEqual({ Speed: answers.map(() => 'Good') });
	},
	'rows with the same text': (count) => {
		const rows = numbers(count).map(() => 'Speed');
		const questions = new Questions(tree(question('Rate us', 'MATRIX', rows, options(['Good']))));
		readSet(answerSet(rows.map((row) => rated(1, row, 'Good', 1))), questions);
	},
	'sendouts of people with results': async (count) => {
		const people = peopleOf(count);
		for (const { sendoutId } of (await people.find(numbers(count))).values())
			await people.sendoutName(sendoutId);
	},
	'sendouts without the people being looked up': async (count) => {
		await peopleOf(count).find([...numbers(count), count + 1]);
	},
	'contacts in many sendouts': async (count) => {
		const people = peopleOf(count);
		for (const id of numbers(count))
			expect(await people.withContact(`person${id}@example.com`)).toHaveLength(1);
	},
	'groups without answers': (count) => {
		const groups = numbers(count + 1).map((at) => new Group(`Group ${at}`));
		for (const group of groups) group.invited = 5;
		Object.assign(groups[0], { started: 1 });
		expect(withoutSmall(groups, 5)).toHaveLength(1);
	},
	'questions in the account check': (count) => {
		const rows = numbers(count).map((at) => `Row ${at}`);
		const questions = tree(
			...rows.map(() => question('Rate us', 'MATRIX', ['Speed'], options(['Good']))),
			question('Rate us', 'MATRIX', rows, options(['Good'])),
		);
		const sets = [
			answerSet(rows.map((_, at) => rated(at + 1, 'Speed', 'Good', 1))),
			answerSet(rows.map((row) => rated(count + 1, row, 'Good', 1))),
		];
		const records = (call: number) => (call === 4 ? questions : call === 7 ? sets : []);
		matrixAnswers({ records, responses: () => [] } as unknown as Account);
	},
	'sendouts that exist before a launch': (count) => {
		const sendouts = numbers(count).map((SendoutId) => ({ SendoutId, Primary: {} }));
		const existing = new ExistingSendouts(clientOf(jest.fn()), 501, sendouts);
		for (const id of numbers(count)) existing.isInactive(id);
	},
	'values that are not options of a label': (count) => {
		const Options = numbers(count).map((at) => ({ BGDataOptionId: at, Option: `Place ${at}` }));
		const labels = labelsIn([{ BGDataLabelId: 1, Name: 'Place', Type: 'ORDINAL', Options }]);
		for (const at of numbers(count))
			expect(() => dictionaryOf({ value: { 1: `Ort ${at}` } }, {}, labels)).toThrow(InputError);
	},
	'labels that list sync changes': (count) => {
		const ids = numbers(count);
		const plan = {
			...{ adds: [], unchanged: [], repeated: [], uncertain: [], missing: [] },
			uncertainMissing: [],
			changes: ids.map((id) => ({ person: { position: id }, write: [`${id}`], empty: [] })),
		};
		const carried = {
			...{ plan, clearMissing: false, clears: false, unreadable: 0 },
			done: new Map(plan.changes.map(({ person }) => [person, { status: 'updated' }])),
			labels: ids.map((BGDataLabelId) => ({ BGDataLabelId, Name: `Label ${BGDataLabelId}` })),
		};
		const settle = jest.fn();
		report({ hint: jest.fn() } as never, { settle } as never, carried as never);
		expect(settle).toHaveBeenLastCalledWith(count, {
			json: expect.objectContaining({ changed: [`Label ${count}`] }),
		});
	},
};

test.each(Object.entries(FLOODS))('%s', async (_, flood) => {
	await expectLinear(flood);
});
