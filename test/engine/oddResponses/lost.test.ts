import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../../sandbox';
import { useSandbox } from '../../sandbox/useSandbox';
import { callsOf, caseOf, itemOf, parametersOf, tried } from '../actions/run';
import { createEngine } from '../harness';
import { lostResponses, type Created } from './lostResponses';

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const readable = lostResponses.flatMap(({ response, fault, error }) =>
	error ? [[response, fault, error] as const] : [],
);

describe.each(readable)('%s', (_, fault, words) => {
	const timeout = fault.kind === 'drip' ? { timeout: 300 } : {};
	const requestOptions = { settleSeconds: 0, retryForSeconds: 0, ...timeout };

	test.each(tried)('%s: a clear error', async (key) => {
		const { items, setup, operationId, emptyAllowed } = caseOf(key);
		setup?.(sandbox);
		sandbox.faults.add({ ...fault, operationId });
		const parameters = parametersOf(key, { requestOptions });
		const { error, output } = await engine.run({ items: [items[0]], parameters });
		if (emptyAllowed && fault.kind === 'empty') {
			expect(error).toBeUndefined();
			return;
		}
		expect(output).toEqual([]);
		expect(error?.message).toMatch(words);
		expect(error?.message).toMatch(/\[item 0\]/);
		expect(error?.description).toMatch(/\S/);
		expect(`${error?.message}${error?.description}`).not.toContain(sandbox.apiKey);
		if (fault.kind === 'empty' || fault.kind === 'garbage') return;
		sandbox.faults.clear();
		sandbox.faults.add({ ...fault, operationId });
		// n8n's routing explains broken connections of its own requests itself.
		const toolWords = fault.kind === 'cutBody' ? /\S/ : words;
		await expect(engine.route({ items: [items[0]], parameters })).rejects.toThrow(toolWords);
		expect(sandbox.strayRequests).toEqual([]);
	});
});

/** The number of entries in the account, by the action that creates them. */
const counts: Record<string, () => number> = {
	'sendout.create': () => sandbox.state.sendouts.size,
	'reminder.create': () =>
		[...sandbox.state.sendouts.values()].reduce((sum, { reminders }) => sum + reminders.length, 0),
	'backgroundData.create': () => sandbox.state.labels.length,
	'category.create': () => sandbox.state.categories.size,
	'survey.copy': () => sandbox.state.surveys.size,
	'respondentList.addRow': () => sandbox.state.rows.size,
};
const findable = Object.keys(counts).filter((key) => key !== 'respondentList.addRow');

const requestOptions = { settleSeconds: 0.02, retryForSeconds: 5 };

const create = async (key: string, items = [caseOf(key).items[0]], more: IDataObject = {}) =>
	await engine.run({
		items,
		parameters: parametersOf(key, { requestOptions: { ...requestOptions, ...more } }),
	});

/** The expected result of an action that creates: the number of new entries, the number of requests, the error. */
interface Expected {
	made: 0 | 1;
	requests: number;
	message?: RegExp;
	description?: RegExp;
	/** How often the fault strikes. */
	times?: number;
}

const LOOK = /Look for the .* "New 0" in Netigate before you run/;

function expectedOf(outcome: Created, key: string): Expected | undefined {
	switch (outcome) {
		case 'found':
			return key === 'respondentList.addRow'
				? {
						made: 1,
						requests: 1,
						description: /Couldn't confirm.*new0@example\.com|new0@example\.com.*Couldn't confirm/s,
					}
				: { made: 1, requests: 1 };
		case 'sentAgain':
			return { made: 1, requests: 3, times: 2 };
		case 'notListed':
			if (!findable.includes(key)) return undefined;
			return ['survey.copy', 'reminder.create'].includes(key)
				? { made: 0, requests: 1, message: /"New 0" wasn't found in the list/, description: LOOK }
				: { made: 1, requests: 2 };
		case 'accepted':
			return ['sendout.create', 'category.create', 'reminder.create'].includes(key)
				? { made: 0, requests: 1, description: LOOK }
				: undefined;
		case 'mayStillRun': {
			const message = /"New 0" wasn't found in the list, .* may still be running/;
			return findable.includes(key)
				? { made: 0, requests: 1, message, description: LOOK }
				: undefined;
		}
	}
}

const creating = lostResponses.flatMap(({ response, fault, create: outcome }) =>
	Object.keys(counts).flatMap((key) => {
		const expected = outcome && expectedOf(outcome, key);
		return expected ? [[response, key, outcome, { fault, expected }] as const] : [];
	}),
);

test.each(creating)('%s, to %s: %s', async (_, key, _outcome, { fault, expected }) => {
	const { operationId, items, shows } = caseOf(key);
	const before = counts[key]();
	sandbox.faults.add({ ...fault, operationId, times: expected.times ?? 1 });
	const timeout = ['hang', 'drip'].includes(fault.kind) ? { timeout: 800 } : {};
	const { output, error } = await create(key, [items[0]], timeout);
	const { message, description } = expected;
	if (message) expect(error?.message).toMatch(message);
	if (description) {
		expect(error?.description).toMatch(description);
		expect(output).toEqual([]);
	} else {
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => json)).toMatchObject([shows(items[0])]);
	}
	expect(counts[key]()).toBe(before + expected.made);
	expect(callsOf(sandbox, operationId)).toHaveLength(expected.requests);
});

test.each(findable)("%s as an agent's tool also finds what it created", async (key) => {
	const before = counts[key]();
	const { operationId, items, shows } = caseOf(key);
	sandbox.faults.add({ kind: 'dropAfter', operationId, times: 1 });
	const parameters = parametersOf(key, { requestOptions });
	const [{ json }] = await engine.route({ items: [items[0]], parameters });
	expect(json).toMatchObject(shows(items[0]));
	expect(counts[key]()).toBe(before + 1);
	expect(callsOf(sandbox, operationId)).toHaveLength(1);
});

test('does not mistake an old reminder with the same name for the new one if the sendout shows no reminders', async () => {
	await create('reminder.create');
	const before = counts['reminder.create']();
	const changes = [{ do: 'set', member: 'Reminders', value: [] } as const];
	sandbox.faults.add({ kind: 'answer', operationId: 'getSendout', changes });
	sandbox.faults.add({ kind: '500', operationId: 'createReminder', times: 1 });
	const { output, error } = await create('reminder.create');
	expect(output).toEqual([]);
	expect(error?.message).toMatch(/reminder "New 0" wasn't found in the list/);
	expect(counts['reminder.create']()).toBe(before);
});

test("makes no copy if the list can't be read beforehand, and the error says why", async () => {
	sandbox.faults.add({ kind: '400', operationId: 'getSurveys' });
	const { error } = await create('survey.copy');
	expect(error?.message).toMatch(/^Netigate refused/);
	expect(callsOf(sandbox, 'copySurvey')).toEqual([]);
});

const named = (...names: string[]): IDataObject[] =>
	names.map((name) => ({ name, survey: sampleIds.surveys.support }));

test('each item gets its own survey if many copies have the same name and some responses are lost', async () => {
	const before = sandbox.state.surveys.size;
	sandbox.faults.add({ kind: 'dropAfter', operationId: 'copySurvey', everyNth: 3 });
	const items = named(...Array.from({ length: 12 }, () => 'Same'));
	const { output, error } = await create('survey.copy', items);
	expect(error).toBeUndefined();
	expect(output.map(itemOf)).toEqual(items.map((_, index) => index));
	expect(new Set(output.map(({ json }) => json.SurveyId)).size).toBe(12);
	expect(sandbox.state.surveys.size).toBe(before + 12);
	expect(callsOf(sandbox, 'copySurvey')).toHaveLength(12);
});

describe("n8n's own Retry On Fail", () => {
	const copy = (items: IDataObject[], more = {}, options: IDataObject = requestOptions) => ({
		...{ items, parameters: parametersOf('survey.copy', { requestOptions: options }) },
		...{ retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		...more,
	});

	test.each([
		['stops', undefined],
		['continues', 'continueErrorOutput' as const],
	])(
		'runs all items again if one failed, but none is created twice: the run %s',
		async (_, onError) => {
			const before = sandbox.state.surveys.size;
			sandbox.faults.add({ kind: '400', operationId: 'copySurvey', times: 1 });
			const request = copy(named('A', 'B', 'C'), { onError }, { maxInFlight: 1 });
			const { output, error } = await engine.run(request);
			expect(error).toBeUndefined();
			expect(output.map(({ json }) => json.Name)).toEqual(['A', 'B', 'C']);
			expect(sandbox.state.surveys.size).toBe(before + 3);
		},
	);

	test('does not send again what may have been done', async () => {
		sandbox.faults.add({ kind: 'dropBefore', operationId: 'copySurvey', times: 1 });
		const { error } = await engine.run(copy(named('A')));
		expect(error?.message).toMatch(/survey "A" wasn't found in the list/);
		expect(callsOf(sandbox, 'copySurvey')).toHaveLength(1);
	});

	test('another node with the same items does its own work', async () => {
		const before = sandbox.state.surveys.size;
		const { error } = await engine.run(copy(named('A', 'B'), { secondNode: true }));
		expect(error).toBeUndefined();
		expect(sandbox.state.surveys.size).toBe(before + 4);
	});

	test('a new run with the same items creates new surveys', async () => {
		const before = sandbox.state.surveys.size;
		await create('survey.copy', named('A'));
		await create('survey.copy', named('A'));
		expect(sandbox.state.surveys.size).toBe(before + 2);
	});
});
