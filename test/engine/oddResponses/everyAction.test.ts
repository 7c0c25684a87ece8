import type { IDataObject } from 'n8n-workflow';
import { sampleIds, type Settings } from '../../sandbox';
import { useSandbox, withSandbox } from '../../sandbox/useSandbox';
import { actions, callsOf, caseOf, parametersOf, tried } from '../actions/run';
import { createEngine } from '../harness';

/* Responses in unexpected forms, for every action: read as documented, or refused with a clear error. */

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const run = async (key: string, item: IDataObject = caseOf(key).items[0]) =>
	await engine.run({ items: [item], parameters: parametersOf(key) });

const lists = tried.filter((key) => actions[key].call?.list || caseOf(key).emptied);

describe.each(['null', 'noContent'] as const)('%s for an empty list', (emptyLists) => {
	test.each(lists)('%s accepts it', async (key) => {
		sandbox.changeSettings({ emptyLists });
		const { emptied, operationId } = caseOf(key);
		if (!emptied) throw new Error(`The case of ${key} does not say how its list becomes empty`);
		const { output, error } = await run(key, emptied(sandbox));
		expect(error).toBeUndefined();
		expect(output).toEqual([]);
		expect(callsOf(sandbox, operationId)).toHaveLength(1);
	});
});

describe.each(['named', 'paged', 'repeated'] as const)('lists in the form "%s"', (listShape) => {
	// The account check reports the form of responses. Blocked contacts have no ID.
	const except = ['account.check', ...(listShape === 'repeated' ? ['blocklist.getMany'] : [])];

	test.each(tried.filter((key) => !except.includes(key)))(
		'%s reads them like plain lists',
		async (key) => {
			const outputOf = async (shape: Settings['listShape']) => {
				sandbox.reset();
				caseOf(key).setup?.(sandbox);
				sandbox.changeSettings({ listShape: shape });
				const { output, error } = await run(key);
				expect(error).toBeUndefined();
				const text = JSON.stringify(output.map(({ json }) => json));
				// The dates of the sample are relative to now.
				return text.replace(/\d{4}-[\d-]+T[\d:]+Z/g, 'a date');
			};
			const expected = await outputOf('array');
			expect(await outputOf(listShape)).toEqual(expected);
		},
	);
});

describe.each([
	['something else', { error: 'maintenance' }],
	['objects without an ID', [{ Name: 'x' }]],
	['the first of two pages', { Page: 1, TotalPages: 2, Entries: [] }],
])('%s instead of a list or an object', (_, value) => {
	const reads = tried.filter((key) => actions[key].call?.method === 'GET');

	test.each(reads.filter((key) => key !== 'survey.copy' && key !== 'blocklist.getMany'))(
		'%s: a clear error',
		async (key) => {
			const { setup, operationId } = caseOf(key);
			setup?.(sandbox);
			sandbox.faults.add({ kind: 'answer', operationId, changes: [{ do: 'replace', value }] });
			const { error, output } = await run(key);
			expect(output).toEqual([]);
			expect(error?.message).toMatch(/can't be read|doesn't contain the requested object/);
			expect(error?.description).toMatch(/\S/);
		},
	);
});

test.each(tried)('%s accepts responses with unknown members', async (key) => {
	sandbox.changeSettings({ extraFields: true, createdStatus: 201, documentShape: 'object' });
	const { items, setup, shows } = caseOf(key);
	setup?.(sandbox);
	const { output, error } = await run(key);
	expect(error).toBeUndefined();
	expect(output.length).toBeGreaterThan(0);
	for (const { json } of output) expect(json).toMatchObject(shows(items[0]));
});

test('unknown members are in the output', async () => {
	sandbox.changeSettings({ extraFields: true });
	const { output } = await run('survey.get');
	const plain = await withSandbox({}, async (other) => {
		const items = [caseOf('survey.get').items[0]];
		return await createEngine(other).run({ items, parameters: parametersOf('survey.get') });
	});
	const [more, known] = [output, plain.output].map(([{ json }]) => Object.keys(json));
	expect(more.length).toBeGreaterThan(known.length);
});

test('unknown question types, and null rows and columns, are in the output', async () => {
	const { support } = sampleIds.surveys;
	const { output } = await run('survey.getQuestions', { survey: support });
	const questions = sandbox.state.questions.get(support)!;
	expect(output.map(({ json }) => json)).toEqual(questions);
	const known = /^(TEXT_FIELD|RADIOBUTTON|CHECKBOX|DROPDOWN|WEIGHTED_RADIOBUTTON|MATRIX)$/;
	const types = questions.flatMap(({ QuestionItems }) => QuestionItems.map(({ Type }) => Type));
	expect(types.filter((type) => !known.test(type))).not.toEqual([]);
});

test('IDs beyond 2^31 are sent and returned as they are', async () => {
	const ids = {
		survey: String(sampleIds.surveys.trainer),
		sendout: sampleIds.sendouts.trainerEmail,
	};
	const { output } = await run('sendout.get', ids);
	expect(output[0].json).toMatchObject({ Survey: 3_000_000_507, SendoutId: 3_000_007_061 });
	const added = await run('respondent.add', { ...ids, email: 'new@example.com' });
	expect(added.output[0].json.RespondentId).toBeGreaterThan(2 ** 31);
});
