import { sampleIds, type Fault } from '../../sandbox';
import { useSandbox } from '../../sandbox/useSandbox';
import { createEngine } from '../harness';
import { callsOf, caseOf, itemOf, parametersOf } from './run';

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const requestOptions = { settleSeconds: 0.02, retryForSeconds: 5, timeout: 800 };

const run = async (key: string, items = [caseOf(key).items[0]]) =>
	await engine.run({ items, parameters: parametersOf(key, { requestOptions }) });

/** How many of its kind the account holds. */
const counts: Record<string, () => number> = {
	'sendout.create': () => sandbox.state.sendouts.size,
	'reminder.create': () =>
		[...sandbox.state.sendouts.values()].reduce((sum, { reminders }) => sum + reminders.length, 0),
	'backgroundData.create': () =>
		[...sandbox.state.documents.values()].reduce((sum, { labels }) => sum + labels.length, 0),
	'category.create': () => sandbox.state.categories.size,
	'survey.copy': () => sandbox.state.surveys.size,
	'respondentList.addRow': () => sandbox.state.rows.size,
};
const findable = Object.keys(counts).filter((key) => key !== 'respondentList.addRow');

const doneButLost: Array<[string, Fault]> = [
	['the connection breaks', { kind: 'dropAfter' }],
	['the answer is cut off', { kind: 'cutBody' }],
	['a web page comes back', { kind: 'html', workDone: true }],
	['nothing comes back', { kind: 'empty', workDone: true }],
	['a failure comes back', { kind: '500', workDone: true }],
	['the time is over', { kind: 'hang', workDone: true }],
];

describe.each(doneButLost)('it was done, but %s', (_, fault) => {
	test.each(findable)('%s finds what it made, and makes it once', async (key) => {
		const { operationId, items, shows } = caseOf(key);
		const before = counts[key]();
		sandbox.faults.add({ ...fault, operationId, times: 1 });
		const { output, error } = await run(key);
		expect(error).toBeUndefined();
		expect(output).toHaveLength(1);
		expect(output[0].json).toMatchObject(shows(items[0]));
		expect(counts[key]()).toBe(before + 1);
		expect(callsOf(sandbox, operationId)).toHaveLength(1);
	});

	test('respondentList.addRow says that it cannot be told, and for whom', async () => {
		const before = counts['respondentList.addRow']();
		sandbox.faults.add({ ...fault, operationId: 'addRow', times: 1 });
		const { output, error } = await run('respondentList.addRow');
		expect(output).toEqual([]);
		expect(error?.description).toMatch(/cannot be told/);
		expect(error?.description).toContain('new0@example.com');
		expect(counts['respondentList.addRow']()).toBe(before + 1);
		expect(callsOf(sandbox, 'addRow')).toHaveLength(1);
	});
});

describe('it was not done, and a failure came back', () => {
	const again = ['sendout.create', 'backgroundData.create', 'category.create'];

	test.each(again)('%s looks, sees that nothing is there, and makes it', async (key) => {
		const before = counts[key]();
		const { operationId } = caseOf(key);
		sandbox.faults.add({ kind: '500', operationId, times: 1 });
		const { error } = await run(key);
		expect(error).toBeUndefined();
		expect(counts[key]()).toBe(before + 1);
		expect(callsOf(sandbox, operationId)).toHaveLength(2);
	});

	test.each([
		['survey.copy', /survey "New 0" is not in the list/],
		['reminder.create', /reminder "New 0" is not in the list/],
	])('%s is not sent again: the error names what to look for', async (key, words) => {
		const before = counts[key]();
		const { operationId } = caseOf(key);
		sandbox.faults.add({ kind: '500', operationId, times: 1 });
		const { error } = await run(key);
		expect(error?.message).toMatch(words);
		expect(error?.description).toMatch(/Look for the .* "New 0" in Netigate before you run/);
		expect(counts[key]()).toBe(before);
		expect(callsOf(sandbox, operationId)).toHaveLength(1);
	});
});

test('an old reminder of the same name is not taken for the new one, whatever the sendout says of its reminders', async () => {
	await run('reminder.create');
	const before = counts['reminder.create']();
	sandbox.faults.add({
		kind: 'answer',
		operationId: 'getSendout',
		changes: [{ do: 'set', member: 'Reminders', value: [] }],
	});
	sandbox.faults.add({ kind: '500', operationId: 'createReminder', times: 1 });
	const { output, error } = await run('reminder.create');
	expect(output).toEqual([]);
	expect(error?.message).toMatch(/reminder "New 0" is not in the list/);
	expect(counts['reminder.create']()).toBe(before);
});

test.each(['sendout.create', 'category.create', 'reminder.create'])(
	'%s is not sent again where Netigate said yes and does not list it yet',
	async (key) => {
		const { operationId } = caseOf(key);
		sandbox.faults.add({ kind: 'empty', status: 202, operationId, times: 1 });
		const { error } = await run(key);
		expect(error?.description).toMatch(/Look for the .* "New 0" in Netigate before you run/);
		expect(callsOf(sandbox, operationId)).toHaveLength(1);
	},
);

test.each(findable)(
	'%s is not sent again when the connection broke, since it may still be at work',
	async (key) => {
		const before = counts[key]();
		const { operationId } = caseOf(key);
		sandbox.faults.add({ kind: 'dropBefore', operationId, times: 1 });
		const { error } = await run(key);
		expect(error?.message).toMatch(/"New 0" was not in the list .* may still be under way/);
		expect(error?.description).toMatch(/Look for the .* "New 0" in Netigate before you run/);
		expect(counts[key]()).toBe(before);
		expect(callsOf(sandbox, operationId)).toHaveLength(1);
	},
);

test.each(Object.keys(counts))('%s is sent again when Netigate was only busy', async (key) => {
	const before = counts[key]();
	const { operationId } = caseOf(key);
	sandbox.faults.add({ kind: '429', operationId, times: 1 });
	sandbox.faults.add({ kind: '503', operationId, times: 1 });
	const { error } = await run(key);
	expect(error).toBeUndefined();
	expect(counts[key]()).toBe(before + 1);
	expect(callsOf(sandbox, operationId)).toHaveLength(3);
});

test('a list that cannot be read beforehand: no copy is made, and the error says why', async () => {
	sandbox.faults.add({ kind: '400', operationId: 'getSurveys' });
	const { error } = await run('survey.copy');
	expect(error?.message).toMatch(/^Netigate refused/);
	expect(callsOf(sandbox, 'copySurvey')).toEqual([]);
});

test('many copies under one name, some answers lost: each item has a survey of its own', async () => {
	const before = sandbox.state.surveys.size;
	sandbox.faults.add({ kind: 'dropAfter', operationId: 'copySurvey', everyNth: 3 });
	const items = Array.from({ length: 12 }, () => ({
		survey: sampleIds.surveys.support,
		name: 'Same',
	}));
	const { output, error } = await run('survey.copy', items);
	expect(error).toBeUndefined();
	expect(output.map(itemOf)).toEqual(items.map((_, index) => index));
	expect(new Set(output.map(({ json }) => json.SurveyId)).size).toBe(12);
	expect(sandbox.state.surveys.size).toBe(before + 12);
	expect(callsOf(sandbox, 'copySurvey')).toHaveLength(12);
});

test.each(findable)('%s as the tool of an agent finds what it made, too', async (key) => {
	const before = counts[key]();
	const { operationId, items, shows } = caseOf(key);
	sandbox.faults.add({ kind: 'dropAfter', operationId, times: 1 });
	const [{ json }] = await engine.route({
		items: [items[0]],
		parameters: parametersOf(key, { requestOptions }),
	});
	expect(json).toMatchObject(shows(items[0]));
	expect(counts[key]()).toBe(before + 1);
	expect(callsOf(sandbox, operationId)).toHaveLength(1);
});

describe("n8n's own Retry On Fail", () => {
	const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
	const names = (...all: string[]) =>
		all.map((name) => ({ name, survey: sampleIds.surveys.support }));

	test.each([
		['stops', undefined],
		['goes on', 'continueErrorOutput' as const],
	])(
		'runs all items again when one failed, but none is made twice: the run %s',
		async (_, onError) => {
			const before = sandbox.state.surveys.size;
			sandbox.faults.add({ kind: '400', operationId: 'copySurvey', times: 1 });
			const { output, error } = await engine.run({
				items: names('A', 'B', 'C'),
				parameters: parametersOf('survey.copy', { requestOptions: { maxInFlight: 1 } }),
				onError,
				...retry,
			});
			expect(error).toBeUndefined();
			expect(output.map(({ json }) => json.Name)).toEqual(['A', 'B', 'C']);
			expect(sandbox.state.surveys.size).toBe(before + 3);
		},
	);

	test('does not send again what may have been done', async () => {
		sandbox.faults.add({ kind: 'dropBefore', operationId: 'copySurvey', times: 1 });
		const { error } = await engine.run({
			items: names('A'),
			parameters: parametersOf('survey.copy', { requestOptions }),
			...retry,
		});
		expect(error?.message).toMatch(/survey "A" was not in the list/);
		expect(callsOf(sandbox, 'copySurvey')).toHaveLength(1);
	});

	test('another node that gets the same items does its own', async () => {
		const before = sandbox.state.surveys.size;
		const { error } = await engine.run({
			items: names('A', 'B'),
			parameters: parametersOf('survey.copy', { requestOptions }),
			twin: true,
			...retry,
		});
		expect(error).toBeUndefined();
		expect(sandbox.state.surveys.size).toBe(before + 4);
	});

	test('a new run of the same items is a new wish', async () => {
		const before = sandbox.state.surveys.size;
		await run('survey.copy', names('A'));
		await run('survey.copy', names('A'));
		expect(sandbox.state.surveys.size).toBe(before + 2);
	});
});
