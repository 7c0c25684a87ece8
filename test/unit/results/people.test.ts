import type { ResultOptions } from '../../../nodes/shared/results/fields';
import { ResultReader } from '../../../nodes/shared/results/reader';
import type { AnswerSet } from '../../../nodes/shared/netigate/types';
import { FakeNetigate, refusal, someSets } from './fakeNetigate';

const sendout = (SendoutId: number, Created: string) => ({
	SendoutId,
	Survey: 501,
	Primary: { Created },
	Reminders: [],
});

const respondent = (RespondentId: number, Email: string) => ({
	RespondentId,
	Email,
	Password: '',
	SurveyURL: '',
});

const label = (BGDataLabelId: number, Name: string, Document: number) => ({
	BGDataLabelId,
	Document,
	Name,
	Type: 'TEXT',
	Options: [],
});

/** Two sendouts: the newer has respondents 1 and 2, the older 3. */
function netigate() {
	const fake = new FakeNetigate([]);
	fake.answers = {
		'/questions': () => [],
		'/sendouts': () => [
			sendout(7001, '2026-01-01T00:00:00Z'),
			sendout(7002, '2026-02-01T00:00:00Z'),
		],
		'/sendouts/7001/respondents': () => [respondent(3, 'clara@example.com')],
		'/sendouts/7002/respondents': () => [
			respondent(1, 'Anna@Example.com'),
			respondent(2, 'ben@example.com'),
		],
		'/sendouts/7001/labels': () => [label(41, 'Region', 81)],
		'/sendouts/7002/labels': () => [label(51, 'Region', 82), label(52, 'Name', 82)],
		'/bgdata/bgdocuments/82/rows/1': () => ({
			GetCellsResult: {
				RespondentId: 1,
				Cells: [
					{ labelId: 51, value: 'North' },
					{ labelId: 52, value: 'Anna' },
				],
			},
		}),
		'/bgdata/bgdocuments/82/rows/2': () => ({
			GetCellsResult: { RespondentId: 2, Cells: [{ labelId: 51, value: '' }] },
		}),
		'/bgdata/bgdocuments/81/rows/3': () => refusal(404, 'no row'),
	};
	return fake;
}

const resultsOf = async (fake: FakeNetigate, sets: AnswerSet[], given: ResultOptions) =>
	await new ResultReader(fake.client).results(501, sets, given);

const setsOf = (...respondents: number[]): AnswerSet[] =>
	respondents.map((Respondent, index) => ({
		...someSets(1)[0],
		AnswerSetId: index + 1,
		Respondent,
	}));

const options = (more: Partial<ResultOptions>): ResultOptions => ({
	simplify: true,
	includeAnswers: true,
	keyBy: 'text',
	includeContact: false,
	includeBackgroundData: false,
	sendoutIds: [],
	shape: 'nested',
	...more,
});

const contact = options({ includeContact: true });
const everything = options({ includeContact: true, includeBackgroundData: true });

describe('A contact beside a result', () => {
	it('comes from the list of the newest sendout, and no further list is read when that has all', async () => {
		const fake = netigate();
		const results = await resultsOf(fake, setsOf(1, 2, 1), contact);
		expect(results.map((result) => result.contact)).toEqual([
			'Anna@Example.com',
			'ben@example.com',
			'Anna@Example.com',
		]);
		expect(fake.calls.sort()).toEqual([
			'GET /questions',
			'GET /sendouts',
			'GET /sendouts/7002/respondents',
		]);
	});

	it('is looked for in the older sendouts where it has to be', async () => {
		const fake = netigate();
		const [result] = await resultsOf(fake, setsOf(3), contact);
		expect(result.contact).toBe('clara@example.com');
		expect(fake.calls).toHaveLength(4);
	});

	it('is null for somebody unknown, and nothing is read for nobody', async () => {
		const fake = netigate();
		const reader = new ResultReader(fake.client);
		const [nobody] = await reader.results(501, setsOf(-1), contact);
		expect(nobody.contact).toBeNull();
		expect(fake.calls).toEqual(['GET /questions']);
		const [stranger] = await reader.results(501, setsOf(99), contact);
		expect(stranger.contact).toBeNull();
	});

	it('costs each list once a run, however many pages and items ask at once', async () => {
		const fake = netigate();
		const reader = new ResultReader(fake.client);
		await Promise.all([
			reader.results(501, setsOf(1, 3), contact),
			reader.results(501, setsOf(2), contact),
			reader.results(501, setsOf(99), contact),
		]);
		await reader.results(501, setsOf(3, 99), contact);
		expect(fake.calls).toHaveLength(4);
		expect(new Set(fake.calls).size).toBe(4);
	});

	it('is there for the next item where reading a list failed, and counts once', async () => {
		const fake = netigate();
		const reader = new ResultReader(fake.client);
		const good = fake.answers['/sendouts/7001/respondents'];
		fake.answers['/sendouts/7001/respondents'] = () => refusal(400, 'not now');
		const anna = async () => await reader.people(501).withContact('anna@example.com');
		await expect(anna()).rejects.toThrow('not now');
		fake.answers['/sendouts/7001/respondents'] = good;
		expect((await anna()).map(({ respondentId }) => respondentId)).toEqual([1]);
	});

	it('stands behind the respondent, before the dates', async () => {
		const [result] = await resultsOf(netigate(), setsOf(1), contact);
		expect(Object.keys(result).slice(0, 7)).toEqual([
			'answerSetId',
			'surveyId',
			'respondentId',
			'contact',
			'sendoutId',
			'sendoutName',
			'createdAt',
		]);
	});

	it('is put beside the fields of an object that is not simplified', async () => {
		const raw = options({ simplify: false, includeContact: true });
		const fake = netigate();
		const [set] = setsOf(1);
		const [result] = await resultsOf(fake, [set], raw);
		expect(result).toEqual({
			...set,
			contact: 'Anna@Example.com',
			sendoutId: 7002,
			sendoutName: '',
		});
		expect(fake.calls).not.toContain('GET /questions');
	});
});

describe('Background data beside a result', () => {
	it('is named by the labels, and leaves out what is empty', async () => {
		const results = await resultsOf(netigate(), setsOf(1, 2, 3, -1), everything);
		expect(results.map((result) => result.backgroundData)).toEqual([
			{ Region: 'North', Name: 'Anna' },
			{},
			{},
			{},
		]);
	});

	it('keeps both of two labels of one name, and takes label ids that come as text', async () => {
		const fake = netigate();
		const labels = [51, 52].map((id) => ({ BGDataLabelId: id, Document: 82, Name: 'Region' }));
		const Cells = [
			{ labelId: '51', value: 'North' },
			{ labelId: '52', value: 'South' },
		];
		fake.answers['/sendouts/7002/labels'] = () => labels;
		fake.answers['/bgdata/bgdocuments/82/rows/1'] = () => ({ RespondentId: 1, Cells });
		const [result] = await resultsOf(fake, setsOf(1), everything);
		expect(result.backgroundData).toEqual({ Region: 'North', 'Region (2)': 'South' });
	});

	it('costs one call a respondent, and the labels of a sendout one for all', async () => {
		const fake = netigate();
		const reader = new ResultReader(fake.client);
		await Promise.all([
			reader.results(501, setsOf(1, 2, 1), everything),
			reader.results(501, setsOf(1), everything),
		]);
		await reader.results(501, setsOf(2, 1), everything);
		expect(fake.calls.sort()).toEqual([
			'GET /questions',
			'GET /sendouts',
			'GET /sendouts/7002/labels',
			'GET /sendouts/7002/respondents',
			'POST /bgdata/bgdocuments/82/rows/1',
			'POST /bgdata/bgdocuments/82/rows/2',
		]);
	});
});

describe('The questions of a survey', () => {
	it('are read once a run', async () => {
		const fake = netigate();
		const reader = new ResultReader(fake.client);
		await Promise.all([1, 2].map(async () => await reader.results(501, setsOf(-1), options({}))));
		await reader.results(501, setsOf(-1), options({}));
		expect(fake.calls).toEqual(['GET /questions']);
	});

	it('are read again for the next item where reading them failed', async () => {
		const fake = netigate();
		const reader = new ResultReader(fake.client);
		const good = fake.answers['/questions'];
		fake.answers['/questions'] = () => refusal(400, 'not now');
		await expect(reader.results(501, setsOf(-1), options({}))).rejects.toThrow('not now');
		fake.answers['/questions'] = good;
		await expect(reader.results(501, setsOf(-1), options({}))).resolves.toHaveLength(1);
	});

	it('are not read where nobody answered, nor for results without answers', async () => {
		const fake = netigate();
		const reader = new ResultReader(fake.client);
		expect(await reader.results(501, [], everything)).toEqual([]);
		const [head] = await reader.results(501, setsOf(-1), options({ includeAnswers: false }));
		expect(head).not.toHaveProperty('answers');
		expect(head).not.toHaveProperty('scores');
		expect(fake.calls).toEqual([]);
	});
});
