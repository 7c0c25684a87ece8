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

/** What a client meets whose answer is lost. */
async function lost(answer: Promise<unknown>): Promise<string> {
	const error: unknown = await answer.then(
		() => new Error('There was an answer'),
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(AxiosError);
	return (error as AxiosError).code ?? '';
}

describe('faults', () => {
	it.each([
		['429', undefined],
		['429', 3],
		['503', undefined],
		['503', 0],
	] as const)('%s comes with Retry-After %s before the work', async (kind, retryAfterSeconds) => {
		sandbox.faults.add({ kind, retryAfterSeconds });
		const { status, data, headers } = await add();
		expect(status).toBe(Number(kind));
		expect(data).toEqual({ StatusCode: status, Message: expect.any(String) });
		expect(headers['retry-after']).toBe(retryAfterSeconds?.toString());
		expect(added()).toBe(0);
		expect(last()).toMatchObject({ status, faults: [kind], workDone: false });
	});

	it.each(['400', '500'] as const)('%s comes before the work, or after it', async (kind) => {
		sandbox.faults.add({ kind, times: 1 });
		sandbox.faults.add({ kind, workDone: true, times: 1 });
		expect((await add()).status).toBe(Number(kind));
		expect(added()).toBe(0);
		expect((await add()).status).toBe(Number(kind));
		expect(added()).toBe(1);
		expect((await add()).status).toBe(200);
	});

	it('dropBefore loses the connection before the work', async () => {
		sandbox.faults.add({ kind: 'dropBefore' });
		expect(await lost(add())).toBe('ECONNRESET');
		expect(added()).toBe(0);
		expect(last()).toMatchObject({ status: null, workDone: false, finishedAt: expect.any(Number) });
	});

	it('dropAfter loses the connection after the work', async () => {
		sandbox.faults.add({ kind: 'dropAfter' });
		expect(await lost(add())).toBe('ECONNRESET');
		expect(added()).toBe(1);
		expect(last()).toMatchObject({ status: null, workDone: true });
	});

	it('cutUnseen sends half of the answer as though it were whole, after the work', async () => {
		sandbox.faults.add({ kind: 'cutUnseen' });
		const { data, headers } = await add();
		expect(data).toMatch(/^\{"RespondentId"/);
		expect(headers['content-length']).toBe(String((data as string).length));
		expect(added()).toBe(1);
	});

	it('cutBody sends half of the answer, after the work', async () => {
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

	it('html, empty and garbage are no JSON; after the work on request', async () => {
		const kinds = ['html', 'empty', 'garbage'] as const;
		for (const kind of kinds) {
			sandbox.faults.clear();
			sandbox.faults.add({ kind });
			const { status, data } = await add();
			expect(status).toBe(200);
			expect(typeof data).toBe('string');
			expect(data).toMatch({ html: /^<!DOCTYPE html>/, empty: /^$/, garbage: /^\{"/ }[kind]);
		}
		expect(added()).toBe(0);
		sandbox.faults.clear();
		sandbox.faults.add({ kind: 'html', workDone: true, status: 502 });
		expect((await add()).status).toBe(502);
		expect(added()).toBe(1);
	});

	it('hang never answers, and the call stays in flight until its client gives up', async () => {
		sandbox.faults.add({ kind: 'hang', operationId: 'getSurveys' });
		const config = { headers: { 'X-API-KEY': sandbox.apiKey }, timeout: 50 };
		expect(await lost(axios.get(`${sandbox.url}/surveys`, config))).toBe('ECONNABORTED');
		expect(last()).toMatchObject({ status: null, workDone: false });
	});

	it('latency holds a call back while others go on', async () => {
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

	it('latency ends in the answer, or in another fault', async () => {
		sandbox.faults.add({ kind: 'latency', ms: 5 });
		sandbox.faults.add({ kind: '429', times: 1 });
		expect((await add()).status).toBe(429);
		expect((await add()).status).toBe(200);
		expect(sandbox.calls.map(({ faults }) => faults)).toEqual([['latency', '429'], ['latency']]);
	});

	it('strike only the calls they are for', async () => {
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

	it('strike every nth call, after so many, so many times', async () => {
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
		expect((await add()).status).toBe(429);
		await admin('DELETE', '/faults');
		expect((await add()).status).toBe(200);
	});

	it.each([
		[{ kind: 'explode' }, /kind is one of/],
		[{ kind: '429', operationId: 'addRespondentt' }, /Unknown operationId/],
		[{ kind: '429', every: 2 }, /Unknown member every/],
		[{ kind: '429', everyNth: 0 }, /everyNth/],
		[{ kind: '429', times: -1 }, /times/],
	])('%j is refused', async (fault, message) => {
		expect(() => sandbox.faults.add(fault as Fault)).toThrow(message);
		const { status, data } = await adminOf(sandbox)('POST', '/faults', fault);
		expect(status).toBe(400);
		expect((data as { Message: string }).Message).toMatch(message);
		expect(sandbox.faults.list()).toEqual([]);
	});
});

describe('what is in flight', () => {
	it('is counted at its highest', async () => {
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

	it('is not counted beyond what a client lets out at once', async () => {
		const next = Array.from({ length: 200 }, () => async () => await add());
		const worker = async () => {
			for (let job = next.pop(); job; job = next.pop()) await job();
		};
		await Promise.all([worker(), worker(), worker(), worker()]);
		expect(sandbox.maxInFlight).toBeLessThanOrEqual(4);
		expect(added()).toBe(200);
	});

	it('stays one call each although the admin asks meanwhile', async () => {
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
