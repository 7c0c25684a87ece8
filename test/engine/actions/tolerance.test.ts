import type { IDataObject } from 'n8n-workflow';
import { sampleIds, type Fault } from '../../sandbox';
import { useSandbox, withSandbox } from '../../sandbox/useSandbox';
import { createEngine } from '../harness';
import { actions, callsOf, caseOf, parametersOf, tried } from './run';

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const run = async (key: string, item: IDataObject, more: IDataObject = {}) =>
	await engine.run({ items: [item], parameters: parametersOf(key, more) });

const lists = tried.filter((key) => actions[key].call?.list || caseOf(key).emptied);

describe.each(['null', 'noContent'] as const)('%s for an empty list', (emptyLists) => {
	test.each(lists)('%s takes it', async (key) => {
		sandbox.changeSettings({ emptyLists });
		const { emptied, operationId } = caseOf(key);
		if (!emptied) throw new Error(`The case of ${key} does not say how its list becomes empty`);
		const { output, error } = await run(key, emptied(sandbox));
		expect(error).toBeUndefined();
		expect(output).toEqual([]);
		expect(callsOf(sandbox, operationId)).toHaveLength(1);
	});
});

describe.each(['named', 'paged', 'repeated'] as const)('lists that come %s', (listShape) => {
	// The check of the account is there to tell how its answers look; blocked contacts have no id.
	const all = tried.filter(
		(key) => key !== 'account.check' && !(key === 'blocklist.getMany' && listShape === 'repeated'),
	);

	test.each(all)('%s reads them as bare ones', async (key) => {
		const { items, setup } = caseOf(key);
		const outputs: string[] = [];
		for (const shape of ['array', listShape] as const) {
			sandbox.reset();
			setup?.(sandbox);
			sandbox.changeSettings({ listShape: shape });
			const { output, error } = await run(key, items[0]);
			expect(error).toBeUndefined();
			// The dates of the sample are counted from now.
			outputs.push(
				JSON.stringify(output.map(({ json }) => json)).replace(/\d{4}-[\d-]+T[\d:]+Z/g, 'a date'),
			);
		}
		expect(outputs[1]).toEqual(outputs[0]);
	});
});

describe.each([
	['something else', { error: 'maintenance' }],
	['objects without an id', [{ Name: 'x' }]],
	['the first of two pages', { Page: 1, TotalPages: 2, Entries: [] }],
])('%s in place of a list or of one object', (_, value) => {
	const reads = tried.filter((key) => actions[key].call?.method === 'GET');

	test.each(reads.filter((key) => key !== 'survey.copy' && key !== 'blocklist.getMany'))(
		'%s: a clear error',
		async (key) => {
			const { items, setup, operationId } = caseOf(key);
			setup?.(sandbox);
			sandbox.faults.add({ kind: 'answer', operationId, changes: [{ do: 'replace', value }] });
			const { error, output } = await run(key, items[0]);
			expect(output).toEqual([]);
			expect(error?.message).toMatch(/cannot be read|without the object that was asked for/);
			expect(error?.description).toMatch(/\S/);
		},
	);
});

test.each(tried)('%s takes answers with members that nobody knows', async (key) => {
	sandbox.changeSettings({ extraFields: true, createdStatus: 201, documentShape: 'object' });
	const { items, setup, shows } = caseOf(key);
	setup?.(sandbox);
	const { output, error } = await run(key, items[0]);
	expect(error).toBeUndefined();
	expect(output.length).toBeGreaterThan(0);
	for (const { json } of output) expect(json).toMatchObject(shows(items[0]));
});

test('members that nobody knows come through', async () => {
	sandbox.changeSettings({ extraFields: true });
	const more = await run('survey.get', { survey: 501 });
	const known = await withSandbox({}, async (plain) => {
		const parameters = parametersOf('survey.get');
		return await createEngine(plain).run({ items: [{ survey: 501 }], parameters });
	});
	const names = (result: typeof more) => Object.keys(result.output[0].json);
	expect(names(more).length).toBeGreaterThan(names(known).length);
});

test('question types that nobody knows, and null rows and columns, come through', async () => {
	const { output } = await run('survey.getQuestions', { survey: sampleIds.surveys.support });
	const asked = sandbox.state.questions.get(sampleIds.surveys.support)!;
	expect(output.map(({ json }) => json)).toEqual(asked);
	const known = [
		'TEXT_FIELD',
		'RADIOBUTTON',
		'CHECKBOX',
		'DROPDOWN',
		'WEIGHTED_RADIOBUTTON',
		'MATRIX',
	];
	const types = asked.flatMap(({ QuestionItems }) => QuestionItems.map(({ Type }) => Type));
	expect(types.filter((type) => !known.includes(type))).not.toEqual([]);
});

test('ids beyond 2^31 go out and come back as they are', async () => {
	const { surveys, sendouts } = sampleIds;
	const ids = { survey: String(surveys.trainer), sendout: sendouts.trainerEmail };
	const { output } = await run('sendout.get', ids);
	expect(output[0].json).toMatchObject({ Survey: 3_000_000_507, SendoutId: 3_000_007_061 });
	const added = await run('respondent.add', { ...ids, email: 'new@example.com' });
	expect(added.output[0].json.RespondentId).toBeGreaterThan(2 ** 31);
});

const unreadable: Array<[string, Fault, RegExp]> = [
	['a web page', { kind: 'html' }, /web page/],
	['an empty answer', { kind: 'empty' }, /empty/],
	['a cut-off answer', { kind: 'cutBody', workDone: false }, /lost|cut off/],
	['no JSON', { kind: 'garbage' }, /cut off or is not JSON/],
];

describe.each(unreadable)('%s in place of the answer', (_, fault, words) => {
	test.each(tried)('%s: a clear error', async (key) => {
		const { items, setup, operationId, emptyAllowed } = caseOf(key);
		setup?.(sandbox);
		sandbox.faults.add({ ...fault, operationId });
		const { error, output } = await run(key, items[0], {
			requestOptions: { settleSeconds: 0, retryForSeconds: 0 },
		});
		const fine = emptyAllowed && fault.kind === 'empty';
		if (fine) {
			expect(error).toBeUndefined();
			return;
		}
		expect(output).toEqual([]);
		expect(error?.message).toMatch(words);
		expect(error?.message).toMatch(/\[item 1\]/);
		expect(error?.description).toMatch(/\S/);
		expect(`${error?.message}${error?.description}`).not.toContain(sandbox.apiKey);
	});
});

describe.each([unreadable[0], unreadable[2]])('%s, as the tool of an agent', (_, fault, words) => {
	test.each(tried)('%s: a clear error', async (key) => {
		const { items, setup, operationId } = caseOf(key);
		setup?.(sandbox);
		sandbox.faults.add({ ...fault, operationId });
		const requestOptions = { settleSeconds: 0, retryForSeconds: 0 };
		const route = engine.route({
			items: [items[0]],
			parameters: parametersOf(key, { requestOptions }),
		});
		// What n8n's routing sends itself, n8n explains itself when the connection breaks.
		await expect(route).rejects.toThrow(fault.kind === 'cutBody' ? /\S/ : words);
	});
});
