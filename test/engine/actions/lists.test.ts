import type {
	IDataObject,
	INodeListSearchResult,
	INodePropertyOptions,
	ResourceMapperFields,
} from 'n8n-workflow';
import { sampleIds } from '../../sandbox';
import { useSandbox } from '../../sandbox/useSandbox';
import { createEngine } from '../harness';
import { byId } from './cases';

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const errorOf = async (
	loading: Promise<unknown>,
): Promise<(Error & { description?: string }) | undefined> =>
	await loading.then(
		() => undefined,
		(error: Error) => error,
	);

async function search(method: string, filter?: string, chosen = {}) {
	const parameters = { resource: 'survey', operation: 'get', ...chosen };
	const { results } = await engine.load<INodeListSearchResult>(
		'listSearch',
		method,
		parameters,
		filter,
	);
	return results.map(({ name, value }) => `${value}: ${name}`);
}

test('lists surveys with ID and state, by name, with inactive and ended ones last', async () => {
	expect(await search('searchSurveys')).toEqual([
		'503: Mitgliederbefragung (503, active)',
		'504: Placement survey (504, active)',
		'501: Post-event survey (501, active)',
		'502: Support survey (502, active)',
		'3000000507: Trainer feedback (3000000507, active)',
		'505: New survey (not active) (505, inactive)',
		'506: Survey of last year (ended) (506, ended)',
	]);
});

test('searches by words of the name in any order, by ID and by state', async () => {
	expect(await search('searchSurveys', 'SURVEY post')).toEqual([
		'501: Post-event survey (501, active)',
	]);
	expect(await search('searchSurveys', '3000000507')).toHaveLength(1);
	expect(await search('searchSurveys', 'inactive')).toHaveLength(1);
	expect(await search('searchSurveys', 'nothing like it')).toEqual([]);
});

test('finds a name in any Unicode normalization form', async () => {
	const name = 'Größe & Gehör';
	sandbox.state.addSurvey({ Name: name.normalize('NFD') });
	sandbox.state.addSurvey({ Name: `${name} (neu)`.normalize('NFC') });
	for (const form of ['NFC', 'NFD'])
		expect(await search('searchSurveys', 'gehör größe'.normalize(form))).toHaveLength(2);
});

test('lists all of hundreds of surveys, with numbers in order', async () => {
	sandbox.changeSettings({ manySurveys: 700 });
	const found = await search('searchSurveys', 'Canteen active');
	const numbers = found
		.filter((name) => !name.includes('inactive'))
		.map((name) => Number(/survey (\d+)/.exec(name)![1]));
	expect(numbers.length).toBeGreaterThan(50);
	expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
	expect(await search('searchSurveys')).toHaveLength(707);
});

test('lists the sendouts of the chosen survey with their type', async () => {
	const found = await search('searchSendouts', '', { surveyId: byId(sampleIds.surveys.support) });
	expect(found).toEqual([
		'7011: Ticket closed (7011, email, active)',
		'7012: Ticket closed, two-way (7012, two-way, inactive)',
	]);
});

test('says which field to fill first if a list depends on it', async () => {
	await expect(search('searchSendouts', '', { surveyId: byId('') })).rejects.toThrow(
		/^Choose the Survey first/,
	);
});

test('lists categories, respondent lists and users', async () => {
	expect(await search('searchCategories')).toEqual([
		'51: Customers (51)',
		'52: Employees (52)',
		'53: Events (53)',
	]);
	expect(await search('searchLists')).toEqual([
		'8001: Employees (8001)',
		'8002: Members (8002)',
		'3000008003: Trainers (3000008003)',
	]);
	expect(await search('searchUsers')).toEqual([
		'901: Maria Muster (901, active)',
		'902: Olof Exempel (902, inactive)',
	]);
});

const employees = { resource: 'respondentList', listId: byId(sampleIds.documents.employees) };

test('offers TEXT cells of a respondent list as text, and ORDINAL cells as their options in order', async () => {
	const { fields } = await engine.load<ResourceMapperFields>('resourceMapping', 'getListLabels', {
		...employees,
		operation: 'addRow',
	});
	expect(fields.map(({ id, displayName, type }) => [id, displayName, type])).toEqual([
		['4801', 'First name', 'string'],
		['4802', 'Last name', 'string'],
		['4803', 'Employee number', 'string'],
		['4804', 'Department', 'options'],
		['4805', 'Location', 'options'],
	]);
	expect(fields[3].options?.map(({ value }) => value)).toEqual(['Sales', 'Support', 'Development']);
});

test('offers no fields to map, and gives no error, without a survey and sendout', async () => {
	const ask = async (survey: unknown, sendout: unknown) =>
		await engine.load<ResourceMapperFields>('resourceMapping', 'getSendoutLabels', {
			resource: 'respondent',
			operation: 'add',
			surveyId: byId(survey) as never,
			sendoutId: byId(sendout) as never,
		});
	const advice = expect.stringContaining('Choose a survey and a sendout');
	expect(await ask('', '')).toEqual({ fields: [], emptyFieldsNotice: advice });
	expect(await ask(501, '')).toEqual({ fields: [], emptyFieldsNotice: advice });
	const list = { ...employees, listId: byId('') as never, operation: 'addRow' };
	expect(await engine.load('resourceMapping', 'getListLabels', list)).toEqual({
		fields: [],
		emptyFieldsNotice: expect.stringContaining('Choose a respondent list'),
	});
	// An expression has a value only in a run.
	expect(await ask('={{ $json.survey }}', 7001)).toEqual({
		fields: [],
		emptyFieldsNotice: expect.stringContaining('Map Automatically'),
	});
});

test('lists labels for reading and clearing a row', async () => {
	const labels = await engine.load<INodePropertyOptions[]>('loadOptions', 'getListLabelOptions', {
		...employees,
		operation: 'getRow',
	});
	expect(labels[0]).toEqual({ name: 'First name (4801)', value: 4801 });
	expect(labels).toHaveLength(5);
});

test('lists sendouts to copy with a survey', async () => {
	const sendouts = await engine.load<INodePropertyOptions[]>('loadOptions', 'getSendoutOptions', {
		resource: 'survey',
		operation: 'copy',
		surveyId: byId(sampleIds.surveys.support),
	});
	expect(sendouts.map(({ value }) => value)).toEqual([7011, 7012]);
});

test('the error for a wrong API key mentions the key but does not show it', async () => {
	const wrong = createEngine({ url: sandbox.url, apiKey: '11111111-2222-4333-8444-555555555555' });
	const loading = wrong.load('listSearch', 'searchSurveys', {
		resource: 'survey',
		operation: 'get',
	});
	const error = await errorOf(loading);
	expect(error?.description).toMatch(/API key/);
	expect(`${error?.message} ${error?.description}`).not.toContain('11111111');
	expect(error?.message).not.toContain('[item');
});

test.each([
	['listSearch', 'searchSendouts', 'respondent.add'],
	['loadOptions', 'getSendoutOptions', 'survey.copy'],
	['listSearch', 'searchLists', 'respondentList.get'],
	['loadOptions', 'getListLabelOptions', 'respondentList.getRow'],
	['resourceMapping', 'getListLabels', 'respondentList.addRow'],
	['resourceMapping', 'getSendoutLabels', 'respondent.add'],
] as const)(
	"%s %s: the error shows Netigate's refusal without an item",
	async (kind, method, action) => {
		sandbox.faults.add({ kind: '400' });
		const [resource, operation] = action.split('.');
		const ids = { surveyId: byId(501), sendoutId: byId(7001), listId: byId(8001) };
		const parameters = { resource, operation, ...ids } as IDataObject;
		const error = await errorOf(engine.load(kind, method, parameters));
		expect(error?.message).toMatch(/^Netigate refused/);
		expect(error?.message).not.toContain('[item');
	},
);
