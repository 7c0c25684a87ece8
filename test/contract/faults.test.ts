import type { Readable } from 'node:stream';
import axios, { AxiosError } from 'axios';
import type { Fault } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { adminOf, callerOf, person } from './client';

const sandbox = useSandbox({}, { once: true });
const call = callerOf(sandbox);

const path = '/surveys/501/sendouts/7001/respondents';
const add = () => call('POST', path, person('a@example.com'));
const added = () => sandbox.state.sendout(501, 7001).respondentIds.length;
const last = () => sandbox.calls.at(-1)!;
const refusal = (StatusCode: number | string) => ({
	StatusCode: Number(StatusCode),
	Message: expect.any(String) as unknown,
});

/** Returns the error code that a client gets if the response is lost. */
async function lost(response: Promise<unknown>): Promise<string> {
	const error: unknown = await response.then(
		() => new Error('There was a response'),
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(AxiosError);
	return (error as AxiosError).code ?? '';
}

/** What a client receives if a fault strikes while it adds someone, and whether they are added. */
const cases: Array<[fault: Fault, status: number | string, data: unknown, added: 0 | 1]> = [
	...(['400', '429', '500', '502', '503', '504', '520', '521', '522', '523', '524'] as const).map(
		(kind): (typeof cases)[number] => [{ kind }, Number(kind), refusal(kind), 0],
	),
	[{ kind: '429', retryAfterSeconds: 3 }, 429, refusal(429), 0],
	[{ kind: '503', retryAfterSeconds: 0 }, 503, refusal(503), 0],
	[{ kind: '400', workDone: true }, 400, refusal(400), 1],
	[{ kind: '500', workDone: true }, 500, refusal(500), 1],
	[{ kind: 'errorInside', status: 200, code: 404 }, 200, refusal(404), 0],
	[{ kind: 'errorInside', status: 201, code: 404 }, 201, refusal(404), 0],
	[{ kind: 'errorInside', status: 202, code: 404 }, 202, refusal(404), 0],
	[{ kind: 'dropBefore' }, 'ECONNRESET', undefined, 0],
	[{ kind: 'dropAfter' }, 'ECONNRESET', undefined, 1],
	[{ kind: 'html' }, 200, expect.stringMatching(/^<!DOCTYPE html>/), 0],
	[{ kind: 'empty' }, 200, '', 0],
	[{ kind: 'garbage' }, 200, expect.stringMatching(/^\{"/), 0],
	[{ kind: 'html', workDone: true, status: 502 }, 502, expect.any(String), 1],
	[{ kind: 'cutUnseen' }, 200, expect.stringMatching(/^\{"RespondentId"/), 1],
];

describe('faults', () => {
	it.each(cases)('%j: the response is %s', async (fault, expected, data, count) => {
		sandbox.faults.add({ ...fault, times: 1 });
		const workDone = count === 1;
		const answered = typeof expected === 'number';
		if (answered) {
			const response = await add();
			expect({ status: response.status, data: response.data as unknown }).toEqual({
				status: expected,
				data,
			});
			expect(response.headers['retry-after']).toBe(fault.retryAfterSeconds?.toString());
			if (fault.kind === 'cutUnseen')
				expect(response.headers['content-length']).toBe(String((response.data as string).length));
		} else expect(await lost(add())).toBe(expected);
		expect(added()).toBe(count);
		expect(last()).toMatchObject({
			...{ status: answered ? expected : null, faults: [fault.kind], workDone },
			finishedAt: expect.any(Number),
		});
		expect((await add()).status).toBe(200);
	});

	it('cutBody sends half of the response, after the work', async () => {
		sandbox.faults.add({ kind: 'cutBody' });
		const { status, data } = await axios.post<Readable>(
			`${sandbox.url}${path}`,
			person('a@example.com'),
			{ headers: { 'X-API-KEY': sandbox.apiKey }, responseType: 'stream' },
		);
		expect(status).toBe(200);
		let text = '';
		const reading = (async () => {
			for await (const chunk of data) text += String(chunk);
		})();
		await expect(reading).rejects.toThrow(/aborted/);
		expect(text).toMatch(/^\{"RespondentId"/);
		expect(() => JSON.parse(text) as unknown).toThrow();
		expect(added()).toBe(1);
	});

	it.each(['502', 'dropBefore', 'hang'] as const)(
		'%s may be seen before the work is done',
		async (kind) => {
			sandbox.faults.add({ kind, workAfterMs: 1500, times: 1 });
			await call('POST', path, person('a@example.com'), 200).catch(() => {});
			expect(added()).toBe(0);
			expect(sandbox.calls).toMatchObject([{ workDone: false, faults: [kind] }]);
			await sandbox.settled();
			expect(added()).toBe(1);
			expect(sandbox.calls).toMatchObject([{ workDone: true, faults: [kind] }]);
		},
	);

	it('a reset forgets delayed work', async () => {
		sandbox.faults.add({ kind: '502', workAfterMs: 300, times: 1 });
		await add();
		sandbox.reset();
		await sandbox.settled();
		expect(added()).toBe(0);
	});

	it('redirect leads to another host, which records whether it received the key', async () => {
		sandbox.faults.add({ kind: 'redirect', operationId: 'getSurveys' });
		expect((await call('GET', '/surveys')).data).toEqual([]);
		expect(sandbox.strayRequests).toEqual([{ method: 'GET', path: '/moved', withKey: true }]);
		await fetch(`${sandbox.url}/surveys`);
		expect(sandbox.strayRequests.at(-1)).toMatchObject({ withKey: false });
		sandbox.reset();
		expect(sandbox.strayRequests).toEqual([]);
	});

	it('redirect leads to the same address again, with the given status', async () => {
		sandbox.faults.add({ kind: 'redirect', to: 'sameHost', status: 307, times: 1 });
		expect((await add()).status).toBe(200);
		expect(sandbox.calls.map(({ status }) => status)).toEqual([307, 200]);
		expect(added()).toBe(1);
	});

	it('answer changes the response after the work', async () => {
		await adminOf(sandbox)('POST', '/faults', {
			kind: 'answer',
			operationId: 'addRespondents',
			changes: [{ do: 'insertNull', at: 0 }, { do: 'camelCase' }],
			status: 201,
		});
		const surveyRespondents = [person('a@example.com')];
		const { status, data } = await call('POST', `${path}/batch`, { surveyRespondents });
		expect(status).toBe(201);
		expect(data).toEqual([null, expect.objectContaining({ email: 'a@example.com' })]);
		expect(added()).toBe(1);
	});

	it('hang never responds, and the call stays in flight until its client gives up', async () => {
		sandbox.faults.add({ kind: 'hang', operationId: 'getSurveys' });
		const config = { headers: { 'X-API-KEY': sandbox.apiKey }, timeout: 50 };
		expect(await lost(axios.get(`${sandbox.url}/surveys`, config))).toBe('ECONNABORTED');
		expect(last()).toMatchObject({ status: null, workDone: false });
	});

	it('latency delays a call while others continue', async () => {
		sandbox.faults.add({ kind: 'latency', ms: 600_000, operationId: 'getSurveys' });
		const giveUp = new AbortController();
		const config = { headers: { 'X-API-KEY': sandbox.apiKey }, signal: giveUp.signal };
		const held = lost(axios.get(`${sandbox.url}/surveys`, config));
		while (sandbox.calls.length === 0) await new Promise(setImmediate);
		for (let index = 0; index < 20; index += 1) await call('GET', '/surveys/501');
		expect(sandbox.calls[0]).toMatchObject({ operationId: 'getSurveys', finishedAt: null });
		giveUp.abort();
		expect(await held).toBe('ERR_CANCELED');
	});

	it('latency ends in the response, or in another fault', async () => {
		sandbox.faults.add({ kind: 'latency', ms: 5 });
		sandbox.faults.add({ kind: '429', times: 1 });
		expect((await add()).status).toBe(429);
		expect((await add()).status).toBe(200);
		expect(sandbox.calls.map(({ faults }) => faults)).toEqual([['latency', '429'], ['latency']]);
	});

	it('strike only matching calls', async () => {
		sandbox.faults.add({ kind: '500', operationId: 'addRespondent' });
		sandbox.faults.add({ kind: '503', path: '/surveys/501/sendouts/*', method: 'GET' });
		sandbox.faults.add({ kind: '429', path: '/surveys' });
		const statuses = [
			await add(),
			await call('GET', path),
			await call('GET', '/surveys'),
			await call('GET', '/surveys/501'),
			await call('GET', '/accounts/users'),
		].map(({ status }) => status);
		expect(statuses).toEqual([500, 503, 429, 200, 200]);
	});

	it('strike every nth call after a number of calls, with a maximum', async () => {
		sandbox.faults.add({ kind: '429', after: 2, everyNth: 3, times: 2 });
		const statuses: number[] = [];
		for (let index = 0; index < 14; index += 1) statuses.push((await add()).status);
		const struck = statuses.flatMap((status, index) => (status === 429 ? [index + 1] : []));
		expect(struck).toEqual([5, 8]);
		expect(added()).toBe(12);
		expect(sandbox.faults.list()).toEqual([expect.objectContaining({ matched: 14, struck: 2 })]);
	});

	it('do not hide a wrong key', async () => {
		sandbox.faults.add({ kind: 'latency', ms: 1 });
		const wrong = callerOf(sandbox, { 'X-API-KEY': 'wrong' });
		expect((await wrong('GET', '/surveys')).status).toBe(401);
	});

	it('can be set and cleared over HTTP', async () => {
		const admin = adminOf(sandbox);
		await admin('POST', '/faults', [{ kind: '429' }, { kind: '503', everyNth: 2 }]);
		expect((await admin('GET', '/faults')).data).toHaveLength(2);
		await admin('DELETE', '/faults');
		expect((await add()).status).toBe(200);
	});

	it.each([
		[{ kind: 'explode' }, /kind is one of/],
		[{ kind: '429', operationId: 'addRespondentt' }, /Unknown operationId/],
		[{ kind: '429', every: 2 }, /Unknown member every/],
		[{ kind: '429', everyNth: 0 }, /everyNth/],
		[{ kind: '429', times: -1 }, /times/],
		[{ kind: 'answer', changes: [{ do: 'explode' }] }, /do is one of .*wrap/],
	])('%j is refused', async (fault, message) => {
		expect(() => sandbox.faults.add(fault as Fault)).toThrow(message);
		const { status, data } = await adminOf(sandbox)('POST', '/faults', fault);
		expect(status).toBe(400);
		expect((data as { Message: string }).Message).toMatch(message);
		expect(sandbox.faults.list()).toEqual([]);
	});
});

describe('the number of calls in flight', () => {
	it('is recorded at its maximum', async () => {
		sandbox.changeSettings({ latencyMs: 600_000 });
		const all = Promise.all(Array.from({ length: 7 }, () => call('GET', '/surveys/501')));
		while (sandbox.calls.length < 7) await new Promise(setImmediate);
		sandbox.changeSettings({ latencyMs: 0 });
		await sandbox.settled();
		await all;
		await call('GET', '/surveys/501');
		expect(sandbox.maxInFlight).toBe(7);
		sandbox.clearCalls();
		await call('GET', '/surveys/501');
		expect(sandbox.maxInFlight).toBe(1);
		expect(sandbox.calls).toHaveLength(1);
	});

	it("doesn't count admin requests", async () => {
		const admin = adminOf(sandbox);
		await call('GET', '/surveys');
		await Promise.all([
			admin('GET', '/state?part=counts'),
			admin('GET', '/calls'),
			admin('GET', ''),
		]);
		expect((await admin('GET', '/calls?operationId=getSurveys')).data).toMatchObject({
			maxInFlight: 1,
			count: 1,
			calls: [{ operationId: 'getSurveys', status: 200 }],
		});
		expect((await admin('GET', '/calls?part=counts')).data).toEqual({
			maxInFlight: 1,
			count: 1,
			byOperation: { getSurveys: 1 },
		});
	});
});
