import { countBy } from '../../../nodes/shared/basics/lists';
import {
	idOf,
	readHeads,
	readSetsOfRespondent,
	withAnswers,
} from '../../../nodes/shared/results/answerSets';
import { readCells } from '../../../nodes/shared/results/people';
import { ResultReader } from '../../../nodes/shared/results/reader';
import type { AnswerSet } from '../../../nodes/shared/netigate/types';
import { clientOf, DirectSandbox, responded } from '../../sandbox/directSandbox';
import { Refusal } from '../../sandbox/refusal';
import { answerSet, question, record, resultOptions, tree, written } from './questionnaire';

const REGION = 51;
const NAME = 52;

let netigate: DirectSandbox;
let reader: ResultReader;

const addSendouts = (...ids: number[]) => {
	const texts = { name: 'More', sender: '', subject: '', message: '' };
	for (const id of ids)
		netigate.state.addSendout(501, { ...texts, type: 'EMAIL', logic: 'ALL', sendDate: null }, id);
};

/** Two sendouts: the newer one has respondents 1 and 2, the older one has 3, whose background data is gone. */
beforeEach(() => {
	netigate = new DirectSandbox();
	reader = new ResultReader(netigate.client);
	const { state, clock } = netigate;
	state.addSurvey({ SurveyId: 501, Name: '' });
	const addSendout = (id: number) => {
		clock.advance(1000);
		const texts = { name: 'Reception', sender: '', subject: '', message: '' };
		return state.addSendout(501, { ...texts, type: 'EMAIL', logic: 'ALL', sendDate: null }, id);
	};
	const [older, newer] = [7001, 7002].map(addSendout);
	state.addLabel(newer.documentId, 'Region', 'TEXT', [], REGION);
	state.addLabel(newer.documentId, 'Name', 'TEXT', [], NAME);
	const annas = { [REGION]: 'North', [NAME]: 'Anna' };
	const cells = new Map(Object.entries(annas).map(([id, value]) => [Number(id), value]));
	state.addRespondent(newer, 'Anna@Example.com', cells, true, 1);
	state.addRespondent(newer, 'ben@example.com', new Map(), true, 2);
	state.addRespondent(older, 'clara@example.com', new Map(), true, 3);
	state.rows.delete(3);
});

const refuse = (pathEnd: string) => {
	netigate.beforeCall = (_, { path }) => {
		if (path.endsWith(pathEnd)) throw new Refusal(400, 'not now');
	};
};

const calls = () => Object.fromEntries(countBy(netigate.calls));

const setsOf = (...respondents: number[]): AnswerSet[] =>
	respondents.map((Respondent, index) => answerSet([], { AnswerSetId: index + 1, Respondent }));

const plain = resultOptions();
const contact = resultOptions({ includeContact: true });
const everything = resultOptions({ includeContact: true, includeBackgroundData: true });

const resultsOf = async (respondents: number[], options = contact) =>
	await reader.results(501, setsOf(...respondents), options);

describe('A contact in a result', () => {
	it('comes from the newest sendout, without reading other lists if it has everyone', async () => {
		const results = await resultsOf([1, 2, 1]);
		expect(results.map((result) => result.contact)).toEqual([
			'Anna@Example.com',
			'ben@example.com',
			'Anna@Example.com',
		]);
		expect(calls()).toEqual({ getQuestions: 1, getSendouts: 1, getRespondents: 1 });
	});

	it("isn't looked for unless it is included", async () => {
		const [result] = await resultsOf([1], plain);
		expect(result).not.toHaveProperty('contact');
		expect(calls()).toEqual({ getQuestions: 1 });
	});

	it('is looked for in older sendouts if necessary', async () => {
		const [result] = await resultsOf([3]);
		expect(result.contact).toBe('clara@example.com');
		expect(calls()).toMatchObject({ getRespondents: 2 });
	});

	it('is null for an unknown person, and no list is read for an anonymous result', async () => {
		const [anonymous] = await resultsOf([-1]);
		expect(anonymous.contact).toBeNull();
		expect(calls()).toEqual({ getQuestions: 1 });
		const [stranger] = await resultsOf([99]);
		expect(stranger.contact).toBeNull();
	});

	it('needs each list only once per run, even if several pages and items need it at once', async () => {
		await Promise.all([resultsOf([1, 3]), resultsOf([2]), resultsOf([99])]);
		await resultsOf([3, 99]);
		expect(calls()).toEqual({ getQuestions: 1, getSendouts: 1, getRespondents: 2 });
	});

	it('is found once for the next item if reading a list failed', async () => {
		refuse('/7001/respondents');
		const anna = async () => await reader.people(501).withContact('anna@example.com');
		await expect(anna()).rejects.toThrow('not now');
		netigate.beforeCall = () => {};
		expect((await anna()).map(({ respondentId }) => respondentId)).toEqual([1]);
	});

	it('is refused before lists are read if it is invalid, even if a sendout has login names', async () => {
		const texts = { name: 'Logins', sender: '', subject: '', message: '' };
		netigate.state.addSendout(501, { ...texts, type: 'LOGIN', logic: 'ALL', sendDate: null }, 7003);
		const people = reader.people(501);
		await expect(people.withContact('anna@example.com, ben@example.com')).rejects.toThrow(
			'several',
		);
		expect(calls()).toEqual({});
		expect(await people.withContact('anna')).toEqual([]);
	});

	it('must be an email address or a phone number if no sendout has login names', async () => {
		await expect(reader.people(501).withContact('anna')).rejects.toThrow('anna');
		expect(await reader.people(501).withContact('nobody@example.com')).toEqual([]);
		netigate.state.addSurvey({ SurveyId: 502, Name: '' });
		expect(await reader.people(502).withContact('anna')).toEqual([]);
	});

	it('is looked for in the newest sendouts first', async () => {
		netigate.clock.advance(1000);
		addSendouts(7000, 7004, 6999);
		netigate.state.sendout(501, 6999).primary.Created = '2026-01-01T00:00:00Z';
		const read: string[] = [];
		netigate.beforeCall = (_, { path }) => {
			if (path.endsWith('/respondents')) read.push(path.split('/').at(-2)!);
		};
		await resultsOf([99]);
		expect(read).toEqual(['7004', '7000', '7002', '7001', '6999']);
	});

	it('is looked for in three lists one by one, then in several at a time', async () => {
		netigate.clock.advance(1000);
		addSendouts(7003, 7004, 7005, 7006);
		const { state } = netigate;
		for (const [sendout, id] of [
			[7004, 4],
			[7003, 5],
		]) {
			const contact = `person${id}@example.com`;
			state.addRespondent(state.sendout(501, sendout), contact, new Map(), true, id);
		}
		expect((await resultsOf([4]))[0].contact).toBe('person4@example.com');
		expect(calls()).toMatchObject({ getRespondents: 3 });
		expect((await resultsOf([5]))[0].contact).toBe('person5@example.com');
		expect(calls()).toMatchObject({ getRespondents: 6 });
	});

	it('is found for the second of two concurrent items if reading a list failed for the first', async () => {
		let failures = 1;
		netigate.beforeCall = (_, { path }) => {
			if (path.endsWith('/respondents') && failures-- > 0) throw new Refusal(400, 'not now');
		};
		const [anna, ben] = await Promise.allSettled([resultsOf([1]), resultsOf([2])]);
		expect([anna.status, ben.status]).toEqual(['rejected', 'fulfilled']);
	});

	it.each([
		['asSent', [1, 2], []],
		['firstNull', [2], []],
		['masked', [-1, 99], []],
		['masked', [1, 2], ["Netigate doesn't show the contacts of some people in survey 501"]],
	] as const)('is reported if Netigate hides it: %s, %j', async (listedEmail, ids, expected) => {
		netigate.settings.listedEmail = listedEmail;
		await resultsOf([...ids]);
		const hints = await reader.hints();
		expect(hints.map((hint) => hint.split('. ')[0])).toEqual(expected);
		expect(reader.people(501).hidesContacts()).toBe(listedEmail !== 'asSent');
	});

	it('comes after the respondent and before the dates', async () => {
		const [result] = await resultsOf([1]);
		expect(Object.keys(result).slice(2, 7)).toEqual([
			...['respondentId', 'contact', 'sendoutId', 'sendoutName', 'createdAt'],
		]);
	});

	it("is added to Netigate's own object if that isn't simplified", async () => {
		const [result] = await resultsOf([1], { ...contact, simplify: false });
		const added = { contact: 'Anna@Example.com', sendoutId: 7002, sendoutName: 'Reception' };
		expect(result).toEqual({ ...setsOf(1)[0], ...added });
		expect(netigate.calls).not.toContain('getQuestions');
	});
});

describe('Background data in a result', () => {
	it('is named after the labels, without empty values', async () => {
		const results = await resultsOf([1, 2, 3, -1], everything);
		expect(results.map((result) => result.backgroundData)).toEqual([
			{ Region: 'North', Name: 'Anna' },
			{},
			{},
			{},
		]);
	});

	it('keeps two labels with the same name, and accepts label IDs as text', async () => {
		netigate.settings.cellLabelIds = 'text';
		for (const label of netigate.state.labels) label.Name = 'Region';
		const [result] = await resultsOf([1], everything);
		expect(result.backgroundData).toEqual({ Region: 'North', 'Region (2)': 'Anna' });
	});

	it('is read again after a server error', async () => {
		let failures = 2;
		netigate.beforeCall = (_, { path }) => {
			if (path.endsWith('/rows/1') && failures-- > 0) throw new Refusal(500, 'Broken');
		};
		const [result] = await resultsOf([1], everything);
		expect(result.backgroundData).toEqual({ Region: 'North', Name: 'Anna' });
	});

	it('is only read, so a failure has changed nothing', async () => {
		const client = clientOf(async () => await Promise.resolve(responded(500, 'Broken')));
		await expect(readCells(client, 8001, 1, [REGION])).rejects.toMatchObject({
			outcome: 'notDone',
			advice: expect.stringContaining('Nothing was changed, because this call only reads.'),
		});
	});

	it('has the same columns in all flat rows, even for labels that no one has a value for', async () => {
		const { state } = netigate;
		state.addLabel(state.sendout(501, 7001).documentId, 'City', 'TEXT', [], 53);
		for (const label of state.labels) if (label.Name === 'Name') label.Name = 'First name';
		const rows = await resultsOf([2, 3], { ...everything, shape: 'flat' });
		const columns = ['completed', 'City', 'Region', 'First name'];
		expect(rows.map((row) => Object.keys(row).slice(-4))).toEqual([columns, columns]);
	});

	it('takes one call per respondent, and one for the labels of a sendout', async () => {
		await Promise.all([resultsOf([1, 2, 1], everything), resultsOf([1], everything)]);
		await resultsOf([2, 1], everything);
		expect(calls()).toEqual({
			...{ getQuestions: 1, getSendouts: 1, getRespondents: 1 },
			...{ getLabels: 1, getCells: 2 },
		});
	});
});

describe('Results of chosen sendouts', () => {
	it('come from people in these sendouts', async () => {
		const within = async (...sendouts: number[]) => {
			const sets = await reader.inSendouts(501, setsOf(1, 2, 3, 99, -1), sendouts);
			return sets.map(({ Respondent }) => Respondent);
		};
		expect(await within()).toEqual([1, 2, 3, 99, -1]);
		expect(calls()).toEqual({});
		expect(await within(7002)).toEqual([1, 2]);
		expect(await within(7001, 7999)).toEqual([3]);
		expect(await reader.inSendouts(502, [], [7001])).toEqual([]);
		expect(calls()).toEqual({ getSendouts: 1, getRespondents: 2 });
	});

	it.each([
		[[501], [7001, 7002], undefined],
		[[501], [], undefined],
		[[501, 502], [7003, 7001], undefined],
		[[501], [7009], "Sendout 7009 isn't in survey 501"],
		[[501], [7001, 7009], "Sendout 7009 isn't in survey 501"],
		[[501, 502], [7008, 7009], "Sendouts 7008, 7009 aren't in any of the surveys 501, 502"],
	])('require the surveys %j to contain the sendouts %j', async (surveys, sendouts, expected) => {
		const texts = { name: 'Other', sender: '', subject: '', message: '' };
		netigate.state.addSurvey({ SurveyId: 502, Name: '' });
		netigate.state.addSendout(502, { ...texts, type: 'EMAIL', logic: 'ALL', sendDate: null }, 7003);
		const check = reader.checkSendouts(surveys, sendouts).then(
			() => undefined,
			({ message }: Error) => message,
		);
		expect(await check).toBe(expected);
		expect(calls()).toEqual(sendouts.length > 0 ? { getSendouts: surveys.length } : {});
	});
});

describe("A respondent's answer sets", () => {
	const read = async (fromNetigate?: boolean) =>
		await readSetsOfRespondent(netigate.client, 501, 99, fromNetigate).catch(
			({ message }: Error) => message,
		);

	it("are empty if Netigate doesn't find a respondent that it listed", async () => {
		expect(await read(true)).toEqual([]);
		expect(await read()).toContain('not found');
	});

	it('are read again only if they came without answers', async () => {
		netigate.state.addAnswerSets(501, 2);
		const [first, second] = await readHeads(netigate.client, 501, {});
		const full = { ...second, Answers: [record(1, 'TEXT_FIELD', { AnswerText: 'Good' })] };
		const paths: string[] = [];
		netigate.beforeCall = (_, { path }) => paths.push(path);
		const sets = await withAnswers(netigate.client, 501, [full, first]);
		expect(sets.map(idOf)).toEqual([full, first].map(idOf));
		expect(sets[0]).toBe(full);
		expect(paths).toEqual([`/surveys/501/answers/${first.AnswerSetId}`]);
	});
});

describe('The questions of a survey', () => {
	it('are read once per run', async () => {
		await Promise.all([resultsOf([-1], plain), resultsOf([-1], plain)]);
		await resultsOf([-1], plain);
		expect(calls()).toEqual({ getQuestions: 1 });
	});

	it('are read again for the next item if reading them failed', async () => {
		refuse('/questions');
		await expect(resultsOf([-1], plain)).rejects.toThrow('not now');
		netigate.beforeCall = () => {};
		await expect(resultsOf([-1], plain)).resolves.toHaveLength(1);
	});

	it('become columns of flat rows, even if no one answered them', async () => {
		const asked = tree(question('How was it?', 'TEXT_FIELD'));
		netigate.state.addSurvey({ SurveyId: 502, Name: '' }, asked as never);
		const [set] = setsOf(-1);
		const columns = async (options: Partial<typeof plain>) => {
			const flat = { ...plain, shape: 'flat', ...options } as const;
			return Object.keys((await reader.results(502, [set], flat))[0]);
		};
		expect((await columns({})).at(-1)).toBe('How was it?');
		expect((await columns({ includeAnswers: false })).at(-1)).toBe('completed');
	});

	it.each([
		[true, ['These results from survey 502, which has ended, contain no text']],
		[false, []],
	])('show whether text was removed, with answers: %s', async (includeAnswers, expected) => {
		const asked = tree(question('How was it?', 'TEXT_FIELD'));
		const survey = { SurveyId: 502, Name: '', EndDate: '2026-01-01T00:00:00Z' };
		netigate.state.addSurvey(survey, asked as never);
		const set = answerSet([written(1, '')]);
		await reader.results(502, [set], { ...plain, includeAnswers });
		const hints = await reader.hints();
		expect(hints.map((hint) => hint.split('. ')[0])).toEqual(expected);
	});

	it("aren't read if no one answered, or for results without answers", async () => {
		expect(await resultsOf([], everything)).toEqual([]);
		const [head] = await resultsOf([-1], { ...plain, includeAnswers: false });
		expect(head).not.toHaveProperty('answers');
		expect(head).not.toHaveProperty('scores');
		expect(netigate.calls).toEqual([]);
	});
});
