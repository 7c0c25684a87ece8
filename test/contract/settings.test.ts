import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Settings } from '../sandbox';
import { readDocument } from '../sandbox/document';
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

describe('where nobody knows what the real service does, the sandbox does either', () => {
	describe('a batch with one bad respondent', () => {
		const batch = {
			surveyRespondents: ['a@example.com', 'b@example.com', 'bad', 'c@example.com'].map((contact) =>
				person(contact),
			),
		};
		const send = () => call('POST', `${email}/respondents/batch`, batch);

		it('rejectAll: adds nobody, and names the bad one', async () => {
			const { status, data } = await send();
			expect(status).toBe(400);
			expect((data as { Message: string }).Message).toMatch(/^surveyRespondents\[2\].*'bad'/);
			expect(contacts()).toEqual([]);
		});

		it('addGood: adds and answers the others', async () => {
			using({ partialBatch: 'addGood' });
			const { status, data } = await send();
			expect(status).toBe(200);
			const good = ['a@example.com', 'b@example.com', 'c@example.com'];
			expect((data as Array<{ Email: string }>).map(({ Email }) => Email)).toEqual(good);
			expect(contacts()).toEqual(good);
		});

		it('addUntilBad: adds those before it, and refuses', async () => {
			using({ partialBatch: 'addUntilBad' });
			expect((await send()).status).toBe(400);
			expect(contacts()).toEqual(['a@example.com', 'b@example.com']);
		});
	});

	describe('the value in a batch', () => {
		const send = (pair: object) =>
			call('POST', `${email}/respondents/batch`, {
				surveyRespondents: [person('a@example.com', [{ Key: '4001', ...pair }])],
			});

		it.each([
			['either', { Value: 'Anna' }, 200],
			['either', { value: 'Anna' }, 200],
			['either', { Value: 'Anna', value: 'Anna' }, 200],
			['Value', { Value: 'Anna', value: 'Anna' }, 200],
			['Value', { Value: 'Anna' }, 200],
			['Value', { value: 'Anna' }, 400],
			['value', { Value: 'Anna', value: 'Anna' }, 200],
			['value', { value: 'Anna' }, 200],
			['value', { Value: 'Anna' }, 400],
		] as const)('%s reads %j: %i', async (batchValueMember, pair, status) => {
			using({ batchValueMember });
			expect((await send(pair)).status).toBe(status);
			const [id] = sandbox.state.sendout(501, 7001).respondentIds;
			if (status === 200) expect(sandbox.state.rows.get(id)!.cells.get(4001)).toBe('Anna');
			else expect(id).toBeUndefined();
		});

		it('needs one of the two', async () => {
			expect((await send({})).status).toBe(400);
		});
	});

	it('a contact added twice becomes two respondents with two links', async () => {
		await call('POST', `${email}/respondents`, person('a@example.com'));
		await call('POST', `${email}/respondents`, person('a@example.com'));
		const found = sandbox.state.respondentsByContact(7001, 'A@example.com ');
		expect(found).toHaveLength(2);
		expect(found[0].SurveyURL).not.toBe(found[1].SurveyURL);
	});

	it('a blocked contact is added and never written to, or refused', async () => {
		const send = () => call('POST', `${email}/respondents`, person('Blocked@example.com'));
		expect((await send()).status).toBe(200);
		await call('POST', `${email}/activate`, {});
		expect(sandbox.state.invitations).toEqual([]);
		using({ blockedContacts: 'reject' });
		expect((await send()).data).toEqual({
			StatusCode: 400,
			Message: expect.stringMatching(/is blocked/),
		});
	});

	it('a contact blocked later is not written to either', async () => {
		await call('POST', `${email}/respondents`, person('a@example.com'));
		await adminOf(sandbox)('POST', '/blocklist', { add: ['a@example.com'] });
		await call('POST', `${email}/activate`, {});
		expect(sandbox.state.invitations).toEqual([]);
	});

	it('an unseen ORDINAL value is refused, or becomes an option', async () => {
		const send = () =>
			call('POST', `${email}/respondents`, person('a@example.com', [{ Key: '4005', Value: 'Up' }]));
		expect((await send()).status).toBe(400);
		using({ unknownOrdinal: 'accept' });
		expect((await send()).status).toBe(200);
		const { data } = await call('GET', `${email}/labels`);
		const region = (data as Array<{ Options: Array<{ Option: string; Order: number }> }>)[4];
		expect(region.Options.at(-1)).toMatchObject({ Option: 'Up', Order: 5 });
	});

	it('a refused batch leaves no new option behind', async () => {
		using({ unknownOrdinal: 'accept' });
		const surveyRespondents = [
			person('a@example.com', [{ Key: '4005', Value: 'Up' }]),
			person('x'),
		];
		await call('POST', `${email}/respondents/batch`, { surveyRespondents });
		expect(
			sandbox.state.labels.find((label) => label.BGDataLabelId === 4005)!.Options,
		).toHaveLength(4);
	});

	it('an ORDINAL label made by the API takes its options from what is written', async () => {
		const { data } = await call('POST', `${email}/labels`, {
			name: 'Colour',
			labelType: 'ORDINAL',
		});
		const { BGDataLabelId } = data as { BGDataLabelId: number };
		for (const Value of ['red', 'blue', 'red']) {
			const pairs = [{ Key: String(BGDataLabelId), Value }];
			const { status } = await call('POST', `${email}/respondents`, person('a@example.com', pairs));
			expect(status).toBe(200);
		}
		const label = sandbox.state.labels.find((one) => one.BGDataLabelId === BGDataLabelId)!;
		expect(label.Options.map(({ Option }) => Option)).toEqual(['red', 'blue']);
	});

	it.each(['activate', 'deactivate'])(
		'%s without a body is refused, or taken',
		async (operation) => {
			expect((await call('POST', `${email}/${operation}`)).status).toBe(400);
			using({ emptyActivateBody: 'accept' });
			expect((await call('POST', `${email}/${operation}`)).status).toBe(200);
		},
	);

	it('a survey that is not active refuses all, or activation, or nothing', async () => {
		const path = '/surveys/505/sendouts/7041';
		const both = async () => [
			(await call('POST', `${path}/respondents`, person('a@example.com'))).status,
			(await call('POST', `${path}/activate`, {})).status,
		];
		expect(await both()).toEqual([400, 400]);
		using({ inactiveSurvey: 'rejectActivate' });
		expect(await both()).toEqual([200, 400]);
		using({ inactiveSurvey: 'accept' });
		expect(await both()).toEqual([200, 200]);
	});

	it('the largest batch', async () => {
		using({ largestBatch: 2 });
		const send = (count: number) =>
			call('POST', `${email}/respondents/batch`, {
				surveyRespondents: Array.from({ length: count }, (_, i) => person(`a${i}@example.com`)),
			});
		expect((await send(2)).status).toBe(200);
		expect((await send(3)).data).toMatchObject({ Message: expect.stringMatching(/at most 2/) });
	});

	it('the largest page is refused beyond, or cut', async () => {
		using({ largestPageSize: 2 });
		const page = () => call('GET', '/surveys/502/answersWithData?pagesize=3');
		expect((await page()).status).toBe(400);
		using({ pageSizeOver: 'clamp' });
		const { data } = await page();
		expect((data as { AnswerSets: unknown[] }).AnswerSets).toHaveLength(2);
		expect(data).toMatchObject({ Page: 1, TotalPages: 3 });
	});

	it('the bounds of dates belong to the range, or not', async () => {
		const set = sandbox.state.answerSets.get(90_002)!;
		const count = async (query: string) =>
			((await call('GET', `/surveys/502/answers?${query}`)).data as unknown[]).length;
		expect(await count(`from=${set.Created}&to=${set.Created}`)).toBe(2);
		using({ dateBounds: 'exclusive' });
		expect(await count(`from=${set.Created}&to=${set.Created}`)).toBe(0);
	});

	it.each([
		['createdAsc', [90_001, 90_002, 90_003, 90_004, 3_000_090_005]],
		['createdDesc', [3_000_090_005, 90_004, 90_003, 90_002, 90_001]],
		['updatedAsc', [90_001, 90_002, 90_003, 90_004, 3_000_090_005]],
		['updatedDesc', [90_003, 3_000_090_005, 90_004, 90_002, 90_001]],
	] as const)('answer sets come %s', async (answerOrder, ids) => {
		using({ answerOrder });
		if (answerOrder === 'updatedDesc') sandbox.state.changeAnswerSet(90_003, {});
		const { data } = await call('GET', '/surveys/502/answers');
		const found = (data as Array<{ AnswerSetId: number }>).map(({ AnswerSetId }) => AnswerSetId);
		expect(found).toEqual(ids);
	});

	it('the answer sets of a respondent come without or with answers', async () => {
		const first = async () =>
			(
				(await call('GET', '/surveys/502/answers/respondent/60001')).data as Array<{
					Answers: unknown[];
				}>
			)[0].Answers.length;
		expect(await first()).toBe(0);
		using({ answersByRespondent: 'full' });
		expect(await first()).toBeGreaterThan(8);
	});

	it('one respondent list comes as an array of one, or as an object', async () => {
		const get = async () => (await call('GET', '/bgdata/bgdocuments/8001')).data as unknown;
		expect(await get()).toEqual([expect.objectContaining({ BGDocumentId: 8001 })]);
		using({ documentShape: 'object' });
		expect(await get()).toMatchObject({ BGDocumentId: 8001 });
	});

	it('an empty list comes as [] or as null, with 204 or with 404', async () => {
		const get = async () => {
			const { status, data } = await call('GET', `${email}/reminders`);
			return { status, data };
		};
		expect(await get()).toEqual({ status: 200, data: [] });
		using({ emptyLists: 'null' });
		expect(await get()).toEqual({ status: 200, data: null });
		using({ emptyLists: 'noContent' });
		expect(await get()).toEqual({ status: 204, data: '' });
		using({ emptyLists: 'notFound' });
		expect(await get()).toMatchObject({ status: 404, data: { StatusCode: 404 } });
	});

	it('a list comes bare, in an object, in one with page numbers, or with its last entry twice', async () => {
		const get = async () => (await call('GET', '/surveys')).data as unknown;
		const list = await get();
		using({ listShape: 'named' });
		expect(await get()).toEqual({ Entries: list });
		using({ listShape: 'paged' });
		expect(await get()).toEqual({ Page: 1, TotalPages: 1, Entries: list });
		using({ listShape: 'repeated' });
		expect(await get()).toEqual([...(list as unknown[]), (list as unknown[]).at(-1)]);
		expect(Array.isArray((await call('GET', '/surveys/501')).data)).toBe(false);
	});

	it('who answered is told by id, as an object, or in a text', async () => {
		const get = async () =>
			((await call('GET', '/surveys/502/answers')).data as Array<{ Respondent: unknown }>)[0]
				.Respondent;
		const id = await get();
		using({ answeredBy: 'object' });
		expect(await get()).toEqual({ RespondentId: id });
		using({ answeredBy: 'text' });
		expect(await get()).toBe(`R-${String(id)}`);
	});

	it('no date comes as null, or as that of the year 1; all dates in any form', async () => {
		const get = async () => {
			const { data } = await call('GET', '/surveys/502/answers');
			return (data as Array<{ Completed: unknown }>).map(({ Completed }) => Completed);
		};
		const before = await get();
		expect(before).toContain(null);
		using({ noDate: 'minimum' });
		expect(await get()).toEqual(before.map((date) => date ?? '0001-01-01T00:00:00Z'));
		using({ dates: 'seconds' });
		expect(await get()).toEqual(
			before.map((date) => Date.parse((date as string) ?? '0001-01-01T00:00:00Z') / 1000),
		);
	});

	it('pages may be cut while their number is counted by the size asked for', async () => {
		using({ largestPageSize: 2, pageSizeOver: 'clamp' });
		const get = async () => (await call('GET', '/surveys/502/answersWithData?pagesize=10')).data;
		expect(await get()).toMatchObject({ TotalPages: 3, AnswerSets: [{}, {}] });
		using({ totalPages: 'asked' });
		expect(await get()).toMatchObject({ TotalPages: 1, AnswerSets: [{}, {}] });
	});

	it('call 5 compares updated with the change of an answer set, or with its creation', async () => {
		sandbox.clock.advance(60_000);
		const changedAt = sandbox.clock.date();
		sandbox.state.changeAnswerSet(90_003, {});
		const get = async () => (await call('GET', `/surveys/502/answers?updated=${changedAt}`)).data;
		expect(await get()).toMatchObject([{ AnswerSetId: 90_003 }]);
		using({ headDates: 'created' });
		expect(await get()).toEqual([]);
	});

	it('an empty cell comes as empty text, as null, or not at all', async () => {
		const get = async () =>
			(await call('POST', '/bgdata/bgdocuments/8001/rows/61001', { labels: [4801, 4805] }))
				.data as {
				GetCellsResult: { Cells: unknown };
			};
		const first = { labelId: 4801, value: 'Anna' };
		expect((await get()).GetCellsResult.Cells).toEqual([first, { labelId: 4805, value: '' }]);
		using({ emptyCells: 'null' });
		expect((await get()).GetCellsResult.Cells).toEqual([first, { labelId: 4805, value: null }]);
		using({ emptyCells: 'omitted' });
		expect((await get()).GetCellsResult.Cells).toEqual([first]);
	});

	it('creating calls answer 200 or 201, reading ones always 200', async () => {
		using({ createdStatus: 201 });
		const status = async (number: number) => {
			const { method, path, body } = sampleCall(number);
			return (await call(method, path, body)).status;
		};
		for (const number of [12, 16, 17, 19, 21, 24, 32]) expect(await status(number)).toBe(201);
		for (const number of [1, 13, 14, 30, 31, 33]) expect(await status(number)).toBe(200);
	});

	it('members nobody knows come on request, and leave wrappers alone', async () => {
		using({ extraFields: true });
		const { data } = await call('GET', '/surveys/501');
		expect(data).toMatchObject({ SurveyId: 501, SandboxExtra: { Unknown: true } });
		const { method, path, body } = sampleCall(31);
		expect(Object.keys((await call(method, path, body)).data as object)).toEqual([
			'EditCellsResult',
		]);
		const refusal = (await call('GET', '/surveys/999')).data as object;
		expect(Object.keys(refusal)).toEqual(['StatusCode', 'Message']);
	});

	it('the survey link is looked for in messages only where a placeholder is set', async () => {
		const { method, path, body } = sampleCall(12);
		expect((await call(method, path, body)).status).toBe(200);
		using({ linkPlaceholder: '[link]' });
		expect((await call(method, path, body)).data).toMatchObject({ StatusCode: 400 });
		const message = 'Please: [link]';
		expect((await call(method, path, { ...(body as object), message })).status).toBe(200);
	});

	it('a large account has hundreds of surveys', async () => {
		using({ manySurveys: 300 });
		const { data } = await call('GET', '/surveys');
		expect(data).toHaveLength(307);
		expect((await call('GET', '/surveys/100300/sendouts')).data).toHaveLength(1);
	});
});

describe('settings', () => {
	it('and fault kinds and admin routes stand in the README, each of them', async () => {
		const readme = readFileSync(resolve(__dirname, '../sandbox/README.md'), 'utf8');
		for (const name of Object.keys(defaultSettings)) expect(readme).toContain(`\`${name}\``);
		for (const kind of faultKinds) expect(readme).toContain(`\`${kind}\``);
		const { routes } = (await adminOf(sandbox)('GET', '')).data as { routes: object };
		for (const route of Object.keys(routes)) {
			const [, path] = route.split(' ');
			expect(readme).toContain(`${path}\``);
		}
	});

	it('named by the OpenAPI document are settings that there are', () => {
		const { 'x-facts': facts } = readDocument() as unknown as {
			'x-facts': Array<{ setting?: string }>;
		};
		const named = facts.flatMap(({ setting }) =>
			setting && !setting.includes(':') ? [setting] : [],
		);
		expect(named.length).toBeGreaterThan(15);
		for (const setting of named) expect(Object.keys(defaultSettings)).toContain(setting);
	});

	it('go back to those of the start with a reset', async () => {
		using({ wrapped: 'always', manySurveys: 5 });
		sandbox.reset();
		expect(sandbox.settings).toMatchObject({ wrapped: 'documented', manySurveys: 0 });
		expect(sandbox.state.surveys.size).toBe(7);
	});

	it('can be changed over HTTP, and wrong ones are refused by name', async () => {
		const admin = adminOf(sandbox);
		const { data } = await admin('POST', '/settings', { wrapped: 'never', latencyMs: 1 });
		expect(data).toMatchObject({ wrapped: 'never', latencyMs: 1 });
		for (const [body, message] of [
			[{ colour: 'red' }, /Unknown setting: colour/],
			[{ wrapped: 'maybe' }, /wrapped is one of documented, always, never/],
			[{ latencyMs: -1 }, /latencyMs is a number/],
			[{ answerAfterMs: 'soon' }, /answerAfterMs/],
		] as const) {
			const answer = await admin('POST', '/settings', body);
			expect(answer.status).toBe(400);
			expect((answer.data as { Message: string }).Message).toMatch(message);
		}
		expect(sandbox.settings).toMatchObject({ wrapped: 'never', latencyMs: 1 });
	});

	it('an account without sample is empty', async () => {
		const key = '11111111-2222-4333-8444-555555555555';
		await withSandbox({ seed: false, apiKey: key }, async (empty) => {
			expect((await callerOf(empty)('GET', '/surveys')).data).toEqual([]);
			expect((await callerOf(empty)('GET', '/accounts/blocklist')).data).toEqual([]);
			const demo = callerOf(empty, { 'X-API-KEY': sandbox.apiKey });
			expect((await demo('GET', '/surveys')).status).toBe(401);
		});
	});

	it('two sandboxes do not share anything', async () => {
		await withSandbox({ basePath: '/other/v9', wrapped: 'always' }, async (other) => {
			expect(other.url).toMatch(/\/other\/v9$/);
			await callerOf(other)('POST', `${email}/respondents`, person('a@example.com'));
			expect(other.state.sendout(501, 7001).respondentIds).toHaveLength(1);
			expect(contacts()).toEqual([]);
			expect(sandbox.calls).toEqual([]);
		});
	});
});
