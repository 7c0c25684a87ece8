import { get, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Fault, Settings } from '../sandbox';
import { changed, changeNames } from '../sandbox/changes';
import { useSandbox } from '../sandbox/useSandbox';
import { adminOf, callerOf, person } from './client';

const sandbox = useSandbox({}, { once: true });
const call = callerOf(sandbox);

const sendout = '/surveys/501/sendouts/7001';
const contacts = () =>
	sandbox.state
		.sendout(501, 7001)
		.respondentIds.map((id) => sandbox.state.respondents.get(id)!.Email);
const using = (change: Partial<Settings>) => sandbox.changeSettings(change);
const add = async (contact: string) =>
	await call('POST', `${sendout}/respondents`, person(contact));
const batch = async (...names: string[]) =>
	await call('POST', `${sendout}/respondents/batch`, {
		surveyRespondents: names.map((contact) => person(contact)),
	});

interface Added {
	RespondentId: number;
	Email?: unknown;
}

describe('respondents may be answered in another way than they were sent', () => {
	it.each([
		['capitals', ['A@EXAMPLE.COM', 'B@EXAMPLE.COM']],
		['null', [null, null]],
		['omitted', [undefined, undefined]],
	] as const)('with their contact %s, when added or when listed', async (how, emails) => {
		using({ addedEmail: how });
		const added = (await batch('a@example.com', 'b@example.com')).data as Added[];
		expect(added.map(({ Email }) => Email)).toEqual(emails);
		expect(contacts()).toEqual(['a@example.com', 'b@example.com']);
		const list = async () => (await call('GET', `${sendout}/respondents`)).data as Added[];
		expect((await list())[0].Email).toBe('a@example.com');
		using({ listedEmail: how });
		expect((await list()).map(({ Email }) => Email)).toEqual(emails);
	});

	it('with the batch the other way round', async () => {
		using({ batchAnswerOrder: 'reversed' });
		const added = (await batch('a@example.com', 'b@example.com')).data as Added[];
		expect(added.map(({ Email }) => Email)).toEqual(['b@example.com', 'a@example.com']);
		expect(contacts()).toEqual(['a@example.com', 'b@example.com']);
	});

	it('with null in place of those of a batch who are refused', async () => {
		using({ partialBatch: 'addGoodWithNull', refusedContacts: ['A@example.com'] });
		const { status, data } = await batch('a@example.com', 'b@example.com');
		expect(status).toBe(200);
		expect(data).toEqual([null, expect.objectContaining({ Email: 'b@example.com' })]);
		expect(contacts()).toEqual(['b@example.com']);
	});

	it('with members in camelCase or in capitals, in every call', async () => {
		using({ memberCase: 'camelCase', wrapped: 'always' });
		const { data } = await add('a@example.com');
		expect(data).toMatchObject({ AddRespondentResult: { email: 'a@example.com' } });
		using({ memberCase: 'upperCase' });
		expect((await call('GET', '/surveys')).data).toMatchObject([
			{ SURVEYID: 501 },
			{},
			{},
			{},
			{},
			{},
			{},
		]);
	});
});

describe('a contact that the sendout has', () => {
	it('is answered with who is there, alone and in a batch, or refused', async () => {
		const first = (await add('a@example.com')).data as Added;
		using({ repeatedContacts: 'existing' });
		expect((await add('A@example.com')).data).toEqual(first);
		const both = (await batch('a@example.com', 'b@example.com')).data as Added[];
		expect(both[0]).toEqual(first);
		expect(contacts()).toEqual(['a@example.com', 'b@example.com']);
		using({ repeatedContacts: 'reject' });
		expect((await add('a@example.com')).status).toBe(400);
	});
});

describe('some contacts do not go through', () => {
	it('failingContacts: 500 each time, and a batch as a whole', async () => {
		using({ failingContacts: ['bad@example.com'], partialBatch: 'addGood' });
		for (const status of [500, 500]) {
			expect((await add('Bad@example.com')).status).toBe(status);
			expect((await batch('a@example.com', 'bad@example.com')).status).toBe(status);
		}
		expect(contacts()).toEqual([]);
	});

	it('refusedContacts: 400 each time', async () => {
		using({ refusedContacts: ['bad@example.com'] });
		expect((await add('bad@example.com')).status).toBe(400);
		expect((await batch('a@example.com', 'bad@example.com')).data).toMatchObject({
			StatusCode: 400,
			Message: expect.stringMatching(/^surveyRespondents\[1\]/),
		});
		expect(contacts()).toEqual([]);
	});

	it('blocked ones are passed over without a word', async () => {
		using({ blockedContacts: 'ignore' });
		expect(await add('blocked@example.com')).toMatchObject({ status: 200, data: null });
		expect((await batch('a@example.com', 'blocked@example.com')).data).toHaveLength(1);
		expect(contacts()).toEqual(['a@example.com']);
	});

	it('an unseen ORDINAL value is dropped without a word', async () => {
		using({ unknownOrdinal: 'ignore' });
		const pairs = [{ Key: '4005', Value: 'Up' }];
		await call('POST', `${sendout}/respondents`, person('a@example.com', pairs));
		const [id] = sandbox.state.sendout(501, 7001).respondentIds;
		expect([...sandbox.state.rows.get(id)!.cells]).toEqual([]);
	});
});

describe('success and refusal may look alike', () => {
	it.each([200, 201, 202, 500] as const)('errorHttpStatus %i', async (errorHttpStatus) => {
		using({ errorHttpStatus });
		const { status, data } = await call('GET', '/surveys/999');
		expect({ status, data }).toEqual({
			status: errorHttpStatus,
			data: { StatusCode: 404, Message: expect.any(String) },
		});
	});

	it('a creating call answers 202', async () => {
		using({ createdStatus: 202 });
		expect((await add('a@example.com')).status).toBe(202);
	});

	it.each([
		['empty', 200, ''],
		['noContent', 204, ''],
		['null', 200, null],
	] as const)('activate and deactivate answer %s', async (activateAnswer, status, data) => {
		using({ activateAnswer });
		for (const operation of ['deactivate', 'activate']) {
			expect(await call('POST', `${sendout}/${operation}`, {})).toMatchObject({ status, data });
		}
		expect(sandbox.state.sendout(501, 7001).primary.Activated).toBe(true);
	});

	it('wrapped: everything, reads too', async () => {
		using({ wrapped: 'everything' });
		const { data } = await call('GET', '/surveys');
		expect(Object.keys(data as object)).toEqual(['SandboxResult']);
		expect(await add('a@example.com')).toMatchObject({
			data: { AddRespondentResult: { Email: 'a@example.com' } },
		});
	});

	it.each(['gzip', 'br', 'deflate'] as const)('every answer is compressed: %s', async (one) => {
		using({ contentEncoding: one, chunked: true });
		const { headers, body } = await new Promise<{ headers: IncomingHttpHeaders; body: Buffer }>(
			(resolve) =>
				get(`${sandbox.url}/surveys`, (answer) => {
					const chunks: Buffer[] = [];
					answer.on('data', (chunk: Buffer) => chunks.push(chunk));
					answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(chunks) }));
				}),
		);
		expect(headers).toMatchObject({ 'content-encoding': one, 'transfer-encoding': 'chunked' });
		const open = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[one];
		expect(JSON.parse(open(body).toString())).toMatchObject({ StatusCode: 401 });
	});

	it('every answer begins with a byte order mark', async () => {
		using({ byteOrderMark: true });
		for (const path of ['/surveys', '/surveys/999']) {
			const answer = await fetch(`${sandbox.url}${path}`, {
				headers: { 'X-API-KEY': sandbox.apiKey },
			});
			const bytes = new Uint8Array(await answer.arrayBuffer());
			expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
		}
	});
});

describe('answers', () => {
	it('call 6 compares updated with the change of an answer set, or with its creation; call 5 with the change', async () => {
		const { Created } = sandbox.state.answerSets.get(90_003)!;
		sandbox.clock.advance(60_000);
		const changedAt = sandbox.clock.date();
		sandbox.state.changeAnswerSet(90_003, {});
		const ids = async (path: string) => {
			const { data } = await call('GET', `/surveys/502/${path}?updated=${changedAt}`);
			const list = (
				path === 'answers' ? data : (data as { AnswerSets: unknown }).AnswerSets
			) as object[];
			return list.map((set) => (set as { AnswerSetId: number }).AnswerSetId);
		};
		expect(Created < changedAt).toBe(true);
		expect(await ids('answersWithData')).toEqual([90_003]);
		using({ dataDates: 'created' });
		expect(await ids('answersWithData')).toEqual([]);
		expect(await ids('answers')).toEqual([90_003]);
	});

	it('pages come without how many there are, or with null', async () => {
		const page = async () =>
			(await call('GET', '/surveys/502/answersWithData?pagesize=2')).data as object;
		expect(await page()).toMatchObject({ TotalPages: 3 });
		using({ totalPages: 'omitted' });
		expect(await page()).not.toHaveProperty('TotalPages');
		using({ totalPages: 'null' });
		expect(await page()).toMatchObject({ TotalPages: null, AnswerSets: [{}, {}] });
	});

	it('cells name their label as text', async () => {
		using({ cellLabelIds: 'text' });
		const { data } = await call('POST', '/bgdata/bgdocuments/8001/rows/61001', { labels: [4801] });
		expect(data).toMatchObject({ GetCellsResult: { Cells: [{ labelId: '4801', value: 'Anna' }] } });
	});

	it('two labels of one name are made when asked for', async () => {
		const body = { name: 'Deal', labelType: 'TEXT' };
		await call('POST', `${sendout}/labels`, body);
		await call('POST', `${sendout}/labels`, body);
		const { data } = await call('GET', `${sendout}/labels`);
		expect((data as Array<{ Name: string }>).filter(({ Name }) => Name === 'Deal')).toHaveLength(2);
	});

	it('new ids go as far beyond 2^31 as wanted', async () => {
		using({ idOffset: 2 ** 40 });
		const one = (await add('a@example.com')).data as Added;
		expect(one.RespondentId).toBeGreaterThan(2 ** 40);
		const more = (await batch('b@example.com', 'c@example.com')).data as Added[];
		expect(more.map(({ RespondentId }) => RespondentId - one.RespondentId)).toEqual([1, 2]);
	});

	it.each(['copysendoutids', 'copysendouts'] as const)(
		'copy reads %s, and passes over the other',
		async (copySendoutsParameter) => {
			using({ copySendoutsParameter });
			const sendoutsOf = async (name: string) => {
				const { data } = await call('GET', `/surveys/502/copy?${name}=7011`);
				return sandbox.state.sendoutsOf((data as { SurveyId: number }).SurveyId).length;
			};
			expect(await sendoutsOf('copysendoutids')).toBe(
				copySendoutsParameter === 'copysendoutids' ? 1 : 0,
			);
			expect(await sendoutsOf('copysendouts')).toBe(
				copySendoutsParameter === 'copysendouts' ? 1 : 0,
			);
		},
	);
});

describe('a fault', () => {
	it.each(['502', '504', '520', '521', '522', '523', '524'] as const)('%s', async (kind) => {
		sandbox.faults.add({ kind });
		expect(await add('a@example.com')).toMatchObject({
			status: Number(kind),
			data: { StatusCode: Number(kind) },
		});
		expect(contacts()).toEqual([]);
	});

	it.each(['502', 'dropBefore', 'hang'] as const)(
		'%s may be seen before the work is done',
		async (kind) => {
			sandbox.faults.add({ kind, workAfterMs: 1500, times: 1 });
			await call('POST', `${sendout}/respondents`, person('a@example.com'), 200).catch(() => {});
			expect(contacts()).toEqual([]);
			expect(sandbox.calls).toMatchObject([{ workDone: false, faults: [kind] }]);
			await sandbox.settled();
			expect(contacts()).toEqual(['a@example.com']);
			expect(sandbox.calls).toMatchObject([{ workDone: true, faults: [kind] }]);
		},
	);

	it('puts off work that a reset forgets', async () => {
		sandbox.faults.add({ kind: '502', workAfterMs: 300, times: 1 });
		await add('a@example.com');
		sandbox.reset();
		await sandbox.settled();
		expect(contacts()).toEqual([]);
	});

	it.each([200, 201, 202] as const)('errorInside hides an error in HTTP %i', async (status) => {
		sandbox.faults.add({ kind: 'errorInside', status, code: 404 });
		expect(await add('a@example.com')).toMatchObject({ status, data: { StatusCode: 404 } });
		expect(contacts()).toEqual([]);
	});

	it('redirect leads to another host, which sees whether the key comes along', async () => {
		sandbox.faults.add({ kind: 'redirect', operationId: 'getSurveys' });
		expect((await call('GET', '/surveys')).data).toEqual([]);
		expect(sandbox.strayRequests).toEqual([{ method: 'GET', path: '/moved', withKey: true }]);
		await fetch(`${sandbox.url}/surveys`);
		expect(sandbox.strayRequests.at(-1)).toMatchObject({ withKey: false });
		sandbox.reset();
		expect(sandbox.strayRequests).toEqual([]);
	});

	it('redirect leads to the same address once more, with the status asked for', async () => {
		sandbox.faults.add({ kind: 'redirect', to: 'sameHost', status: 307, times: 1 });
		expect((await add('a@example.com')).status).toBe(200);
		expect(sandbox.calls.map(({ status }) => status)).toEqual([307, 200]);
		expect(contacts()).toEqual(['a@example.com']);
	});

	it('answer changes the answer of this call, after its work', async () => {
		const fault: Fault = {
			kind: 'answer',
			operationId: 'addRespondents',
			changes: [{ do: 'insertNull', at: 0 }, { do: 'camelCase' }],
			status: 201,
		};
		await adminOf(sandbox)('POST', '/faults', fault);
		const { status, data } = await batch('a@example.com');
		expect(status).toBe(201);
		expect(data).toEqual([null, expect.objectContaining({ email: 'a@example.com' })]);
		expect(contacts()).toEqual(['a@example.com']);
	});

	it('answer names a change that there is', () => {
		const changes = [{ do: 'explode' }] as unknown as Fault['changes'];
		expect(() => sandbox.faults.add({ kind: 'answer', changes })).toThrow(/do is one of wrap/);
	});
});

describe('changes of an answer', () => {
	const list = {
		AddResult: [
			{ Id: 1, Name: 'a' },
			{ Id: 2, Name: 'b' },
		],
	};
	const page = { Page: 1, Sets: [{ Id: 1 }, { Id: 2 }] };
	const cases = {
		wrap: [
			[{ do: 'wrap' }, page, { SandboxResult: page }],
			[{ do: 'wrap' }, list, list],
		],
		unwrap: [
			[{ do: 'unwrap' }, list, list.AddResult],
			[{ do: 'unwrap' }, page, page],
		],
		camelCase: [[{ do: 'camelCase' }, { AResult: { Id: 1 } }, { AResult: { id: 1 } }]],
		upperCase: [[{ do: 'upperCase' }, page, { PAGE: 1, SETS: [{ ID: 1 }, { ID: 2 }] }]],
		set: [
			[
				{ do: 'set', member: 'Id', value: 'x' },
				page,
				{ Page: 1, Sets: [{ Id: 'x' }, { Id: 'x' }] },
			],
			[
				{ do: 'set', member: 'Id', value: null, at: 1 },
				page,
				{ Page: 1, Sets: [{ Id: 1 }, { Id: null }] },
			],
		],
		remove: [[{ do: 'remove', member: 'Id', at: 0 }, page, { Page: 1, Sets: [{}, { Id: 2 }] }]],
		capitals: [
			[
				{ do: 'capitals', member: 'Name' },
				{ Name: 'a', Id: 1 },
				{ Name: 'A', Id: 1 },
			],
		],
		setNull: [
			[
				{ do: 'setNull', member: 'Id', value: 'x' },
				[{ Id: null }, { Id: 2 }, {}],
				[{ Id: 'x' }, { Id: 2 }, {}],
			],
		],
		asObject: [[{ do: 'asObject', member: 'Set' }, { Set: 1 }, { Set: { SetId: 1 } }]],
		asCode: [[{ do: 'asCode', member: 'Set' }, { Set: 1 }, { Set: 'S-1' }]],
		name: [
			[{ do: 'name' }, [1], { Entries: [1] }],
			[{ do: 'name', paged: true }, [1], { Page: 1, TotalPages: 1, Entries: [1] }],
			[{ do: 'name' }, page, page],
		],
		dates: [
			...(
				[
					['documented', '2026-11-28T05:45:08Z'],
					['fraction', '2026-11-28T05:45:08.1234567Z'],
					['noZone', '2026-11-28T05:45:08'],
					['blank', '2026-11-28 05:45:08'],
					['offset', '2026-11-28T00:45:08-05:00'],
					['dotNet', '/Date(1795844708000+0100)/'],
					['milliseconds', 1_795_844_708_000],
					['seconds', 1_795_844_708],
					['american', '11/28/2026, 5:45:08 AM'],
				] as const
			).map(
				([form, written]) =>
					[
						{ do: 'dates', form },
						[{ Created: '2026-11-28T05:45:08Z', Name: 'x' }],
						[{ Created: written, Name: 'x' }],
					] as const,
			),
		],
		masked: [
			[
				{ do: 'masked', member: 'Email' },
				[{ Email: 'a@example.com' }, { Email: '46735123456' }],
				[{ Email: 'a***@example.com' }, { Email: '***456' }],
			],
		],
		named: [[{ do: 'named', member: 'Email' }, { Email: 'a' }, { Email: 'Somebody <a>' }]],
		text: [[{ do: 'text', member: 'Id' }, [{ Id: 1 }], [{ Id: '1' }]]],
		extra: [
			[
				{ do: 'extra' },
				{ AResult: { Id: 1 } },
				{ AResult: { Id: 1, SandboxExtra: { Unknown: true } } },
			],
		],
		insertNull: [[{ do: 'insertNull', at: 1 }, [1, 2], [1, null, 2]]],
		replaceWithNull: [[{ do: 'replaceWithNull', at: 1 }, [1, 2], [1, null]]],
		reverse: [[{ do: 'reverse' }, page, { Page: 1, Sets: [{ Id: 2 }, { Id: 1 }] }]],
		shorten: [[{ do: 'shorten', by: 1 }, [1, 2], [1]]],
		lengthen: [[{ do: 'lengthen', by: 2 }, [1], [1, 1, 1]]],
		repeat: [
			[{ do: 'repeat' }, [1, 2], [1, 2, 2]],
			[{ do: 'repeat' }, [], []],
			[{ do: 'repeat' }, page, page],
		],
		listAsObject: [[{ do: 'listAsObject' }, { Id: 1, Cells: ['a'] }, { Id: 1, Cells: { 0: 'a' } }]],
		replace: [[{ do: 'replace', value: 7 }, page, 7]],
	};

	it.each(changeNames)('%s', (name) => {
		for (const [change, before, after] of cases[name]) {
			const given = structuredClone(before);
			expect(changed(before, [change as never])).toEqual(after);
			expect(before).toEqual(given);
		}
	});
});
