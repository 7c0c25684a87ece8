import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';

const { support } = sampleIds.surveys;
const { supportEmail } = sampleIds.sendouts;
const sandbox = useSandbox();
const engine = createEngine(sandbox);

/** Returns the action's output for an agent. */
async function tool(action: string, more: IDataObject): Promise<IDataObject[]> {
	const [resource, operation] = action.split('.');
	const parameters = { resource, operation, surveyId: support, sendoutId: supportEmail, ...more };
	return (await engine.route({ parameters })).map(({ json }) => json);
}

const surveys = async (more: IDataObject) =>
	await tool('survey.getMany', { returnAll: true, ...more });

const respondents = async (more: IDataObject) => await tool('respondent.getMany', more);

const fields = (toolFields: unknown) =>
	({ toolOutput: 'selectedFields', toolFields }) as IDataObject;

const emptyIn = (value: unknown): boolean =>
	value === null ||
	value === '' ||
	(typeof value === 'object' &&
		(Object.keys(value as object).length === 0 || Object.values(value as object).some(emptyIn)));

describe("a tool's output", () => {
	test('contains all fields except empty ones by default', async () => {
		sandbox.changeSettings({ listedEmail: 'firstNull' });
		const raw = await respondents({ toolOutput: 'raw' });
		const simplified = await respondents({});
		expect(raw.some(emptyIn)).toBe(true);
		expect(simplified.some(emptyIn)).toBe(false);
		expect(simplified).toHaveLength(raw.length);
		for (const [index, item] of simplified.entries()) expect(raw[index]).toMatchObject(item);
	});

	test.each(['surveyId, NAME', ['SurveyId', 'Name'], ' Name,,surveyid '])(
		'contains only selected fields: %j',
		async (names) => {
			const items = await surveys(fields(names));
			expect(items.length).toBeGreaterThan(2);
			for (const item of items) expect(Object.keys(item).sort()).toEqual(['Name', 'SurveyId']);
		},
	);

	test('names an unknown field once, with the existing fields', async () => {
		const [first, ...others] = await surveys(fields('SurveyId, Titel'));
		expect(first).toMatchObject({
			SurveyId: expect.any(Number),
			missingFields: ['Titel'],
			availableFields: expect.arrayContaining(['SurveyId', 'Name']),
		});
		for (const item of others) expect(Object.keys(item)).toEqual(['SurveyId']);
	});

	test("contains Netigate's own results if set to raw, and simplified results by default", async () => {
		const results = async (more: IDataObject) =>
			(await tool('result.getMany', { limit: 1, ...more }))[0];
		expect(await results({ toolOutput: 'raw' })).toHaveProperty('AnswerSetId');
		expect(await results({})).toHaveProperty('answers');
		expect(Object.keys(await results(fields('answers')))).toEqual(['answers']);
		const flat = results({ toolOutput: 'raw', options: { shape: 'flat' } });
		await expect(flat).rejects.toMatchObject({
			description: expect.stringContaining('Set \'Output\' to "Simplified"'),
		});
	});

	test.each([
		['no field', fields(' , '), /'Fields' is empty/],
		['an unknown kind of output', { toolOutput: 'short' }, /'Output' has no such option: "short"/],
	])('%s is refused before anyone is invited', async (_, more, message) => {
		const adding = tool('respondent.add', { contact: 'new@example.com', ...more });
		await expect(adding).rejects.toThrow(message);
		expect(sandbox.calls).toEqual([]);
	});

	test('shows whether someone was invited despite a misspelled field', async () => {
		const more = { contact: 'new@example.com', ...fields('Link') };
		const [added] = await tool('respondent.add', more);
		expect(added).toEqual({
			status: 'added',
			reason: 'invited',
			explanation: expect.stringContaining('Netigate sends the invitation'),
			missingFields: ['Link'],
			availableFields: expect.arrayContaining(['SurveyURL', 'contact']),
		});
		const [again] = await tool('respondent.add', more);
		expect(again).toMatchObject({ status: 'skipped', reason: 'existing' });
		expect(sandbox.state.invitations).toHaveLength(1);
	});

	test('is empty for an empty list', async () => {
		sandbox.state.surveys.clear();
		expect(await surveys(fields('Name'))).toEqual([]);
	});

	test('is not affected by these settings outside of tools', async () => {
		const parameters = {
			resource: 'survey',
			operation: 'getMany',
			returnAll: true,
			toolOutput: 'x',
		};
		const { output, error } = await engine.run({ parameters });
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => json)).toEqual(await surveys({ toolOutput: 'raw' }));
	});
});
