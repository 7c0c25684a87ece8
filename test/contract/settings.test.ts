import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Method } from 'axios';
import type { Answer, Settings } from '../sandbox';
import { factsOf, readDocument } from '../sandbox/document';
import { faultKinds } from '../sandbox/faults';
import { defaultSettings } from '../sandbox/settings';
import { useSandbox, withSandbox } from '../sandbox/useSandbox';
import { sampleCall } from './calls';
import { adminOf, callerOf, person } from './client';

const sandbox = useSandbox({}, { once: true });
const call = callerOf(sandbox);

const email = '/surveys/501/sendouts/7001';
const contacts = () =>
	sandbox.state
		.sendout(501, 7001)
		.respondentIds.map((id) => sandbox.state.respondents.get(id)!.Email);
const using = (change: Partial<Settings>) => sandbox.changeSettings(change);

type Request = [method: Method, path: string, body?: unknown];

const read = (path: string): Request => ['GET', path];
const numbered = (number: number, change = {}): Request => {
	const { method, path, body } = sampleCall(number);
	return [method, path, { ...(body as object), ...change }];
};
const add = (contact: string, pairs: unknown[] = []): Request => [
	...(['POST', `${email}/respondents`] as const),
	person(contact, pairs),
];
const batch = (...people: Array<string | object>): Request => [
	...(['POST', `${email}/respondents/batch`] as const),
	{ surveyRespondents: people.map((one) => (typeof one === 'string' ? person(one) : one)) },
];
const addInactive: Request = ['POST', '/surveys/505/sendouts/7041/respondents', person('a@b.cc')];
const activateInactive: Request = ['POST', '/surveys/505/sendouts/7041/activate', {}];

const [a, b, c] = ['a@example.com', 'b@example.com', 'c@example.com'];
const emails = (...all: unknown[]) => all.map((Email) => ({ Email }));
const message = (pattern: RegExp) => ({ Message: expect.stringMatching(pattern) as unknown });
const refusal = (status: number, ending = '') =>
	new RegExp(`^\\{"StatusCode":${status},"Message":"[^"]*${ending}"\\}$`);
const without = (member: string) => expect.not.objectContaining({ [member]: expect.anything() });
const some = (count: number) => Array.from({ length: count }, () => ({}));

const surveys = read('/surveys');
const reminders = read(`${email}/reminders`);
const answers = read('/surveys/502/answers');
const page = (size: number) => read(`/surveys/502/answersWithData?pagesize=${size}`);
const cells: Request = ['POST', '/bgdata/bgdocuments/8001/rows/61001', { labels: [4801, 4805] }];
const cellsOf = (...Cells: unknown[]) => ({ GetCellsResult: { Cells } });
const list = read('/bgdata/bgdocuments/8001');
const ofRespondent = read('/surveys/502/answers/respondent/60001');
const region = [{ Key: '4005', Value: 'Up' }];
const link = numbered(12, { message: 'Please: [link]' });
const batchValues = [
	['either', { Value: 'Anna' }, 200],
	['either', { value: 'Anna' }, 200],
	['either', { Value: 'Anna', value: 'Anna' }, 200],
	['either', {}, 400],
	['Value', { Value: 'Anna', value: 'No' }, 200],
	['Value', { Value: 'Anna' }, 200],
	['Value', { value: 'Anna' }, 400],
	['value', { Value: 'No', value: 'Anna' }, 200],
	['value', { value: 'Anna' }, 200],
	['value', { Value: 'Anna' }, 400],
] as const;
const firstName = { labelId: 4801, value: 'Anna' };

type Row = [
	settings: Partial<Settings>,
	request: Request,
	status: number,
	data?: unknown,
	there?: string[],
];

/** The sandbox's response with these settings, and the contacts in the sendout afterwards. */
const responses: Row[] = [
	// The form of added and listed respondents.
	[{ addedEmail: 'capitals' }, batch(a, b), 200, emails('A@EXAMPLE.COM', 'B@EXAMPLE.COM'), [a, b]],
	[{ addedEmail: 'null' }, batch(a, b), 200, emails(null, null), [a, b]],
	[{ addedEmail: 'omitted' }, batch(a, b), 200, [without('Email'), without('Email')], [a, b]],
	[{ batchAnswerOrder: 'reversed' }, batch(a, b), 200, emails(b, a), [a, b]],
	// A batch with one refused respondent.
	[{}, batch(a, b, 'bad', c), 400, message(/^surveyRespondents\[2\].*'bad'/), []],
	[{ partialBatch: 'addGood' }, batch(a, b, 'bad', c), 200, emails(a, b, c), [a, b, c]],
	[{ partialBatch: 'addUntilBad' }, batch(a, b, 'bad', c), 400, {}, [a, b]],
	[{ partialBatch: 'addGoodWithNull' }, batch('bad', b), 200, [null, { Email: b }], [b]],
	[{ refusedContacts: [a] }, add('A@example.com'), 400, {}, []],
	[{ refusedContacts: [b] }, batch(a, b), 400, message(/^surveyRespondents\[1\]/), []],
	[{ failingContacts: [a] }, add('A@example.com'), 500, {}, []],
	[{ failingContacts: [b], partialBatch: 'addGood' }, batch(a, b), 500, {}, []],
	[{ largestBatch: 2 }, batch(a, b), 200, emails(a, b), [a, b]],
	[{ largestBatch: 2 }, batch(a, b, c), 400, message(/at most 2/), []],
	// The member of a batch's background data that is read.
	...batchValues.map(
		([batchValueMember, pair, status]): Row => [
			...([{ batchValueMember }, batch(person(a, [{ Key: '4001', ...pair }])), status] as const),
			...([{}, status === 200 ? [a] : []] as const),
		],
	),
	// Blocked contacts, and options that don't exist yet.
	[{}, add('Blocked@example.com'), 200, {}, ['Blocked@example.com']],
	[{ blockedContacts: 'reject' }, add('blocked@example.com'), 400, refusal(400, 'is blocked'), []],
	[{ blockedContacts: 'ignore' }, add('blocked@example.com'), 200, null, []],
	[{ blockedContacts: 'ignore' }, batch(a, 'blocked@example.com'), 200, emails(a), [a]],
	[{}, add(a, region), 400],
	[{ unknownOrdinal: 'accept' }, add(a, region), 200],
	[{ unknownOrdinal: 'ignore' }, add(a, region), 200],
	// Names and wrappers of members, in every call.
	[{ wrapped: 'always' }, add(a), 200, { AddRespondentResult: { Email: a } }],
	[{ wrapped: 'everything' }, add(a), 200, { AddRespondentResult: { Email: a } }],
	[{ wrapped: 'everything' }, surveys, 200, /^\{"SandboxResult":\[\{"SurveyId":501,[^\]]*\]\}$/],
	[
		{ memberCase: 'camelCase', wrapped: 'always' },
		...([add(a), 200, { AddRespondentResult: { email: a } }] as const),
	],
	[{ memberCase: 'upperCase' }, surveys, 200, [{ SURVEYID: 501 }, ...some(6)]],
	[{ extraFields: true }, read('/surveys/501'), 200, { SandboxExtra: { Unknown: true } }],
	[{ extraFields: true }, read('/surveys/999'), 404, refusal(404)],
	[{ extraFields: true }, numbered(31), 200, /^\{"EditCellsResult":\{[^]*\}\}$/],
	// Status codes.
	...([200, 201, 202, 500] as const).map(
		(status): Row => [{ errorHttpStatus: status }, read('/surveys/999'), status, refusal(404)],
	),
	[{ createdStatus: 202 }, add(a), 202],
	...[12, 16, 17, 19, 21, 24, 32].map(
		(number): Row => [{ createdStatus: 201 }, numbered(number), 201],
	),
	...[13, 14, 30, 31, 33].map((number): Row => [{ createdStatus: 201 }, numbered(number), 200]),
	[{ createdStatus: 201 }, surveys, 200],
	// Activating and deactivating.
	...['activate', 'deactivate'].flatMap((operation): Row[] => [
		[{}, ['POST', `${email}/${operation}`], 400],
		[{ emptyActivateBody: 'accept' }, ['POST', `${email}/${operation}`], 200],
		[{ activateAnswer: 'empty' }, ['POST', `${email}/${operation}`, {}], 200, ''],
		[{ activateAnswer: 'noContent' }, ['POST', `${email}/${operation}`, {}], 204, ''],
		[{ activateAnswer: 'null' }, ['POST', `${email}/${operation}`, {}], 200, null],
	]),
	[{ surveys: 'inactive' }, surveys, 200, [{ Activated: false }, ...some(6)]],
	[{ surveys: 'inactive' }, add(a), 400, refusal(400, 'is not active')],
	[{ surveys: 'ended' }, add(a), 400, refusal(400, 'ended \\S+')],
	[{}, addInactive, 400],
	[{}, activateInactive, 400],
	[{ inactiveSurvey: 'rejectActivate' }, addInactive, 200],
	[{ inactiveSurvey: 'rejectActivate' }, activateInactive, 400],
	[{ inactiveSurvey: 'accept' }, addInactive, 200],
	[{ inactiveSurvey: 'accept' }, activateInactive, 200],
	[{}, numbered(12), 200],
	[{ linkPlaceholder: '[link]' }, numbered(12), 400],
	[{ linkPlaceholder: '[link]' }, link, 200],
	// Lists and pages.
	[{}, reminders, 200, []],
	[{ emptyLists: 'null' }, reminders, 200, null],
	[{ emptyLists: 'noContent' }, reminders, 204, ''],
	[{ emptyLists: 'notFound' }, reminders, 404, { StatusCode: 404 }],
	[{ listShape: 'named' }, surveys, 200, /^\{"Entries":\[\{"SurveyId":501,[^\]]*\]\}$/],
	[{ listShape: 'paged' }, surveys, 200, /^\{"Page":1,"TotalPages":1,"Entries":\[[^\]]*\]\}$/],
	[{ listShape: 'repeated' }, surveys, 200, /(\{[^{}]*\}),\1\]$/],
	[{ listShape: 'named' }, read('/surveys/501'), 200, without('Entries')],
	[{ manySurveys: 300 }, surveys, 200, some(307)],
	[{ manySurveys: 300 }, read('/surveys/100300/sendouts'), 200, [{}]],
	[{}, page(2), 200, { TotalPages: 3 }],
	[{ totalPages: 'omitted' }, page(2), 200, without('TotalPages')],
	[{ totalPages: 'null' }, page(2), 200, { TotalPages: null, AnswerSets: [{}, {}] }],
	[{ largestPageSize: 2 }, page(3), 400],
	[
		{ largestPageSize: 2, pageSizeOver: 'clamp' },
		...([page(10), 200, { Page: 1, TotalPages: 3, AnswerSets: [{}, {}] }] as const),
	],
	[
		{ largestPageSize: 2, pageSizeOver: 'clamp', totalPages: 'asked' },
		...([page(10), 200, { TotalPages: 1, AnswerSets: [{}, {}] }] as const),
	],
	[{}, list, 200, [{ BGDocumentId: 8001 }]],
	[{ documentShape: 'object' }, list, 200, { BGDocumentId: 8001 }],
	// Answers, dates and cells.
	[{}, answers, 200, [{ Respondent: 60_001 }, ...some(4)]],
	[{ answeredBy: 'object' }, answers, 200, [{ Respondent: { RespondentId: 60_001 } }, ...some(4)]],
	[{ answeredBy: 'text' }, answers, 200, [{ Respondent: 'R-60001' }, ...some(4)]],
	[{}, ofRespondent, 200, [{ Answers: [] }, {}]],
	[{ answersByRespondent: 'full' }, ...([ofRespondent, 200, [{ Answers: some(13) }, {}]] as const)],
	[{}, cells, 200, cellsOf(firstName, { labelId: 4805, value: '' })],
	[{ emptyCells: 'null' }, cells, 200, cellsOf(firstName, { labelId: 4805, value: null })],
	[{ emptyCells: 'omitted' }, cells, 200, cellsOf(firstName)],
	[
		{ cellLabelIds: 'text', emptyCells: 'omitted' },
		...([cells, 200, cellsOf({ labelId: '4801', value: 'Anna' })] as const),
	],
];

const titled = responses.map((row) => {
	const [settings, [method, path], status] = row;
	return [`${JSON.stringify(settings)}: ${method} ${path} gets ${status}`, row] as const;
});

test.each(titled)('%s', async (_, [settings, request, status, expected, there]) => {
	using(settings);
	const response = await call(...request);
	expect(response.status).toBe(status);
	if (expected instanceof RegExp) expect(JSON.stringify(response.data)).toMatch(expected);
	else if (expected !== undefined) {
		expect({ data: response.data as unknown }).toMatchObject({ data: expected });
	}
	if (there) expect(contacts()).toEqual(there);
});

describe("the sandbox's settings", () => {
	it.each([
		['asSent', [a, b]],
		['capitals', ['A@EXAMPLE.COM', 'B@EXAMPLE.COM']],
		['null', [null, null]],
		['omitted', [undefined, undefined]],
	] as const)('listedEmail: %s', async (listedEmail, expected) => {
		await call(...batch(a, b));
		using({ listedEmail });
		const { data } = await call('GET', `${email}/respondents`);
		expect((data as Array<{ Email?: unknown }>).map(({ Email }) => Email)).toEqual(expected);
	});

	it('listedEmail: rewritten phone numbers', async () => {
		const sms = '/surveys/501/sendouts/7002';
		await call('POST', `${sms}/respondents`, { contactDetails: '46735123456', sendMail: false });
		using({ listedEmail: 'rewritten' });
		const listed = (await call('GET', `${sms}/respondents`)).data;
		expect(listed).toMatchObject([{ Email: '+46 735-123456' }]);
	});

	it('repeatedContacts: contacts are added again with their own link, returned, or refused', async () => {
		const first: unknown = (await call(...add(a))).data;
		using({ repeatedContacts: 'existing' });
		expect((await call(...add('A@example.com'))).data).toEqual(first);
		expect((await call(...batch(a, b))).data).toMatchObject([first, { Email: b }]);
		expect(contacts()).toEqual([a, b]);
		using({ repeatedContacts: 'reject' });
		expect((await call(...add(a))).status).toBe(400);
		using({ repeatedContacts: 'add' });
		await call(...add(a));
		const [one, other] = sandbox.state.respondentsByContact(7001, 'A@example.com ');
		expect(one.SurveyURL).not.toBe(other.SurveyURL);
	});

	it.each(['empty', 'word', 'random'] as const)(
		'afterEnd: partialDelete keeps people (%s) and choices, but no contacts, labels or texts',
		async (deletedContacts) => {
			using({ deletedContacts, deletedTexts: 'empty' });
			const survey = sandbox.state.survey(502);
			const before = await call('GET', '/surveys/502/answersWithData');
			survey.EndDate = '2026-01-01T00:00:00Z';
			using({ afterEnd: 'partialDelete' });
			const respondents = await call('GET', '/surveys/502/sendouts/7011/respondents');
			expect(JSON.stringify(respondents.data)).not.toContain('@');
			expect(respondents.data).toHaveLength(4);
			const after = await call('GET', '/surveys/502/answersWithData');
			const textsIn = ({ data }: typeof after) =>
				(data as { AnswerSets: Array<{ Answers: Answer[] }> }).AnswerSets.flatMap(
					({ Answers }) => Answers,
				);
			expect(textsIn(after)).toEqual(
				textsIn(before).map((answer) =>
					answer.QuestionType === 'TEXT_FIELD' ? { ...answer, AnswerText: '' } : answer,
				),
			);
			expect(sandbox.state.rows.get(60001)!.cells.size).toBe(0);
		},
	);

	it('afterEnd: fullDelete deletes the whole survey', async () => {
		await adminOf(sandbox)('POST', '/survey', { SurveyId: 502, EndDate: '2026-01-01T00:00:00Z' });
		using({ afterEnd: 'fullDelete' });
		expect(JSON.stringify((await call('GET', '/surveys')).data)).not.toContain('"SurveyId":502');
		for (const path of ['', '/questions', '/answers', '/sendouts', '/sendouts/7011/respondents'])
			expect((await call('GET', `/surveys/502${path}`)).status).toBe(404);
	});

	it('batchValueMember: the value is stored', async () => {
		for (const [batchValueMember, pair] of batchValues.filter(([, , status]) => status === 200)) {
			using({ batchValueMember });
			await call(...batch(person(a, [{ Key: '4001', ...pair }])));
			const id = sandbox.state.sendout(501, 7001).respondentIds.at(-1)!;
			expect(sandbox.state.rows.get(id)!.cells.get(4001)).toBe('Anna');
		}
	});

	it('blocked contacts get no messages, even if they are blocked later', async () => {
		await call(...add('Blocked@example.com'));
		await call(...add(a));
		await adminOf(sandbox)('POST', '/blocklist', { add: [a] });
		await call('POST', `${email}/activate`, {});
		expect(sandbox.state.invitations).toEqual([]);
	});

	it('unknownOrdinal: accepted values become options, ignored ones leave the cell empty', async () => {
		const options = () => sandbox.state.labels.find((one) => one.BGDataLabelId === 4005)!.Options;
		using({ unknownOrdinal: 'ignore' });
		await call(...add(a, region));
		const [id] = sandbox.state.sendout(501, 7001).respondentIds;
		expect([...sandbox.state.rows.get(id)!.cells]).toEqual([]);
		using({ unknownOrdinal: 'accept' });
		await call(...batch(person(b, region), 'bad'));
		expect(options()).toHaveLength(4);
		await call(...add(b, region));
		expect(options().at(-1)).toMatchObject({ Option: 'Up', Order: 5 });
	});

	it('the options of an ORDINAL label created through the API are the written values', async () => {
		const made = await call('POST', `${email}/labels`, { name: 'Color', labelType: 'ORDINAL' });
		const { BGDataLabelId } = made.data as { BGDataLabelId: number };
		for (const Value of ['red', 'blue', 'red']) {
			const { status } = await call(...add(a, [{ Key: String(BGDataLabelId), Value }]));
			expect(status).toBe(200);
		}
		const label = sandbox.state.labels.find((one) => one.BGDataLabelId === BGDataLabelId)!;
		expect(label.Options.map(({ Option }) => Option)).toEqual(['red', 'blue']);
	});

	it('two labels can have the same name', async () => {
		const label = { name: 'Deal', labelType: 'TEXT' };
		for (let count = 0; count < 2; count++) await call('POST', `${email}/labels`, label);
		const { data } = await call('GET', `${email}/labels`);
		expect((data as Array<{ Name: string }>).filter(({ Name }) => Name === 'Deal')).toHaveLength(2);
	});

	it('activateAnswer: the sendout is activated and deactivated with an empty response', async () => {
		using({ activateAnswer: 'empty' });
		for (const operation of ['activate', 'deactivate'] as const) {
			await call('POST', `${email}/${operation}`, {});
			const { Activated } = sandbox.state.sendout(501, 7001).primary;
			expect(Activated).toBe(operation === 'activate');
		}
	});

	it.each(['gzip', 'br', 'deflate'] as const)(
		'contentEncoding: %s, in chunks',
		async (encoding) => {
			using({ contentEncoding: encoding, chunked: true });
			const [response] = (await once(get(`${sandbox.url}/surveys`), 'response')) as [
				IncomingMessage,
			];
			expect(response.headers).toMatchObject({
				'content-encoding': encoding,
				'transfer-encoding': 'chunked',
			});
			const open = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[encoding];
			expect(JSON.parse(open(await buffer(response)).toString())).toMatchObject({
				StatusCode: 401,
			});
		},
	);

	it('byteOrderMark: every response begins with a byte order mark', async () => {
		using({ byteOrderMark: true });
		for (const path of ['/surveys', '/surveys/999']) {
			const headers = { 'X-API-KEY': sandbox.apiKey };
			const response = await fetch(`${sandbox.url}${path}`, { headers });
			const bytes = new Uint8Array(await response.arrayBuffer());
			expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
		}
	});

	it('idOffset: new IDs are increased by the offset', async () => {
		using({ idOffset: 2 ** 40 });
		const one = (await call(...add(a))).data as { RespondentId: number };
		expect(one.RespondentId).toBeGreaterThan(2 ** 40);
		const more = (await call(...batch(b, c))).data as Array<{ RespondentId: number }>;
		expect(more.map(({ RespondentId }) => RespondentId - one.RespondentId)).toEqual([1, 2]);
	});

	it('dataDates, headDates: `updated` compares the date of the last change or of the creation', async () => {
		const { Created } = sandbox.state.answerSets.get(90_003)!;
		sandbox.clock.advance(60_000);
		const changedAt = sandbox.clock.date();
		sandbox.state.changeAnswerSet(90_003, {});
		const ids = async () => {
			const heads = await call('GET', `/surveys/502/answers?updated=${changedAt}`);
			const data = await call('GET', `/surveys/502/answersWithData?updated=${changedAt}`);
			return [heads.data, (data.data as { AnswerSets: unknown }).AnswerSets].map((sets) =>
				(sets as Array<{ AnswerSetId: number }>).map(({ AnswerSetId }) => AnswerSetId),
			);
		};
		expect(Created < changedAt).toBe(true);
		expect(await ids()).toEqual([[90_003], [90_003]]);
		using({ dataDates: 'created' });
		expect(await ids()).toEqual([[90_003], []]);
		using({ headDates: 'created' });
		expect(await ids()).toEqual([[], []]);
	});

	it('dateBounds: the range includes or excludes its bounds', async () => {
		const { Created } = sandbox.state.answerSets.get(90_002)!;
		const found = async () =>
			(await call('GET', `/surveys/502/answers?from=${Created}&to=${Created}`)).data as unknown[];
		expect(await found()).toHaveLength(2);
		using({ dateBounds: 'exclusive' });
		expect(await found()).toHaveLength(0);
	});

	it.each([
		['createdAsc', [90_001, 90_002, 90_003, 90_004, 3_000_090_005]],
		['createdDesc', [3_000_090_005, 90_004, 90_003, 90_002, 90_001]],
		['updatedAsc', [90_001, 90_002, 90_003, 90_004, 3_000_090_005]],
		['updatedDesc', [90_003, 3_000_090_005, 90_004, 90_002, 90_001]],
	] as const)('answerOrder: %s', async (answerOrder, ids) => {
		using({ answerOrder });
		if (answerOrder === 'updatedDesc') sandbox.state.changeAnswerSet(90_003, {});
		const { data } = await call(...answers);
		expect(data).toMatchObject(ids.map((AnswerSetId) => ({ AnswerSetId })));
	});

	it('noDate, dates: a missing date is null or in the year 1, and all dates have the chosen form', async () => {
		const completed = async () =>
			((await call(...answers)).data as Array<{ Completed: string | null }>).map(
				({ Completed }) => Completed,
			);
		const before = await completed();
		const dates = before.map((date) => date ?? '0001-01-01T00:00:00Z');
		expect(before).toContain(null);
		using({ noDate: 'minimum' });
		expect(await completed()).toEqual(dates);
		using({ dates: 'seconds' });
		expect(await completed()).toEqual(dates.map((date) => Date.parse(date) / 1000));
	});

	it.each(['copysendoutids', 'copysendouts'] as const)(
		'copySendoutsParameter: %s is read and the other ignored',
		async (copySendoutsParameter) => {
			using({ copySendoutsParameter });
			for (const name of ['copysendoutids', 'copysendouts']) {
				const { data } = await call('GET', `/surveys/502/copy?${name}=7011`);
				const copied = sandbox.state.sendoutsOf((data as { SurveyId: number }).SurveyId);
				expect(copied).toHaveLength(name === copySendoutsParameter ? 1 : 0);
			}
		},
	);

	it('are all in the README, as are fault kinds and admin routes', async () => {
		const readme = readFileSync(resolve(__dirname, '../sandbox/README.md'), 'utf8');
		const { routes } = (await adminOf(sandbox)('GET', '')).data as { routes: object };
		const paths = Object.keys(routes).map((route) => `${route.split(' ')[1]}\``);
		const names = [...Object.keys(defaultSettings), ...faultKinds].map((name) => `\`${name}\``);
		for (const word of [...names, ...paths]) expect(readme).toContain(word);
	});

	it('in the OpenAPI document exist', () => {
		const facts = factsOf(readDocument());
		const named = facts.flatMap(({ setting }) =>
			setting && !setting.includes(':') ? [setting] : [],
		);
		expect(named.length).toBeGreaterThan(15);
		for (const setting of named) expect(Object.keys(defaultSettings)).toContain(setting);
	});

	it('have their original values after a reset', async () => {
		using({ wrapped: 'always', manySurveys: 5 });
		sandbox.reset();
		expect(sandbox.settings).toMatchObject({ wrapped: 'documented', manySurveys: 0 });
		expect(sandbox.state.surveys.size).toBe(7);
	});

	it('can be changed over HTTP, and invalid ones are refused by name', async () => {
		const admin = adminOf(sandbox);
		const { data } = await admin('POST', '/settings', { wrapped: 'never', latencyMs: 1 });
		expect(data).toMatchObject({ wrapped: 'never', latencyMs: 1 });
		for (const [body, reason] of [
			[{ color: 'red' }, /Unknown setting: color/],
			[{ wrapped: 'maybe' }, /wrapped is one of documented, always, never/],
			[{ latencyMs: -1 }, /latencyMs is a number/],
			[{ answerAfterMs: 'soon' }, /answerAfterMs/],
		] as const) {
			const response = await admin('POST', '/settings', body);
			expect(response.status).toBe(400);
			expect(response.data).toMatchObject(message(reason));
		}
		expect(sandbox.settings).toMatchObject({ wrapped: 'never', latencyMs: 1 });
	});

	it('seed: false creates an empty account', async () => {
		const key = '11111111-2222-4333-8444-555555555555';
		await withSandbox({ seed: false, apiKey: key }, async (empty) => {
			expect((await callerOf(empty)('GET', '/surveys')).data).toEqual([]);
			expect((await callerOf(empty)('GET', '/accounts/blocklist')).data).toEqual([]);
			const demo = callerOf(empty, { 'X-API-KEY': sandbox.apiKey });
			expect((await demo('GET', '/surveys')).status).toBe(401);
		});
	});

	it('apply only to their own sandbox', async () => {
		await withSandbox({ basePath: '/other/v9', wrapped: 'always' }, async (other) => {
			expect(other.url).toMatch(/\/other\/v9$/);
			await callerOf(other)(...add(a));
			expect(other.state.sendout(501, 7001).respondentIds).toHaveLength(1);
			expect(contacts()).toEqual([]);
			expect(sandbox.calls).toEqual([]);
		});
	});
});
