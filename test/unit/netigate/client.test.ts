import {
	asList,
	type ClientOptions,
	type Exchange,
	type NetigateRequest,
} from '../../../nodes/shared/netigate/client';
import { noAnswerError } from '../../../nodes/shared/netigate/responses';
import { clientOf } from '../../sandbox/directSandbox';

const read: NetigateRequest = { method: 'GET', path: '/surveys', repeatable: true };
const write: NetigateRequest = { method: 'POST', path: '/surveys/501/sendouts', repeatable: false };

const answer = (status: number, body: unknown = [], headers = {}): Exchange => ({
	kind: 'answer',
	answer: { status, headers, body: JSON.stringify(body) },
});

const lost = (code: string): Exchange => ({ kind: 'noAnswer', code, message: 'no answer' });

const plain = { retryForMs: 60_000, settleMs: 2_000, random: () => 1 };

/** A client whose clock only sleeping moves, and whose network gives one exchange after the other. */
function setUp(exchanges: Exchange[], options: Partial<ClientOptions> = {}) {
	let clock = 0;
	const sentAt: number[] = [];
	const within: Array<number | undefined> = [];
	const send = async (_: NetigateRequest, withinMs?: number) => {
		sentAt.push(clock);
		within.push(withinMs);
		return exchanges[Math.min(sentAt.length, exchanges.length) - 1];
	};
	const sleep = async (ms: number) => void (clock += ms);
	const client = clientOf(send, { ...plain, sleep, now: () => clock, ...options });
	return { client, sentAt, within };
}

describe('what surely was not done', () => {
	test.each([
		['429', answer(429)],
		["Netigate's own 503", answer(503, { StatusCode: 503, Message: 'busy' })],
		['503 with Retry-After', answer(503, {}, { 'retry-after': '0' })],
		['no connection', lost('ECONNREFUSED')],
		['a failed DNS look-up', lost('ENOTFOUND')],
	])('%s: a write is sent again, with longer and longer pauses', async (_, exchange) => {
		const { client, sentAt } = setUp([exchange, exchange, exchange, answer(200, { done: true })]);
		await expect(client.send(write)).resolves.toEqual({ done: true });
		expect(sentAt).toEqual([0, 500, 1_500, 3_500]);
	});

	test('it is given up when the time for it is over, saying that nothing was done', async () => {
		const { client, sentAt } = setUp([answer(429)], { retryForMs: 4_000 });
		await expect(client.send(write)).rejects.toMatchObject({
			outcome: 'notDone',
			status: 429,
			advice: expect.stringContaining('Nothing was done'),
		});
		expect(sentAt).toEqual([0, 500, 1_500, 3_500]);
	});

	test('as long as Netigate asks for is waited, by all requests of the run', async () => {
		const busy = answer(429, {}, { 'retry-after': '7' });
		const { client, sentAt } = setUp([busy, answer(200, { done: true })]);
		await client.send(write);
		expect(sentAt).toEqual([0, 7_000]);
		const both = setUp([busy, answer(200)], { maxInFlight: 1 });
		await Promise.all([both.client.send(write), both.client.send(read)]);
		expect(both.sentAt[0]).toBe(0);
		expect(Math.min(...both.sentAt.slice(1))).toBeGreaterThanOrEqual(7_000);
	});

	test('when Netigate asks for longer than may be waited, it is given up at once, and told', async () => {
		const { client, sentAt } = setUp([answer(503, {}, { 'retry-after': '120' })]);
		await expect(client.send(write)).rejects.toMatchObject({
			outcome: 'notDone',
			advice: expect.stringMatching(/wait 120 seconds.*Retry For \(Seconds\)/),
		});
		expect(sentAt).toEqual([0]);
	});
});

describe('what may have been done', () => {
	const body = '[{"Sur';
	const cutOff: Exchange = { kind: 'answer', answer: { status: 200, headers: {}, body } };
	test.each<[string, Exchange, boolean]>([
		['a lost connection', lost('ECONNRESET'), true],
		['a time-out', lost('ETIMEDOUT'), true],
		['500', answer(500, { StatusCode: 500, Message: 'Internal error' }), false],
		['502', answer(502), true],
		['522, a gateway in between', answer(522), true],
		['504, a gateway that gave up waiting', answer(504), true],
		['408, a proxy that gave up waiting', answer(408), true],
		['a cut-off response', cutOff, false],
	])('%s: a write is sent once, also by GET, a read again', async (_, exchange, mayStillRun) => {
		const writes = setUp([exchange, answer(200)]);
		const failure = { outcome: 'unknown', mayStillRun };
		await expect(writes.client.send(write)).rejects.toMatchObject(failure);
		expect(writes.sentAt).toEqual([0]);
		const copies = setUp([exchange, answer(200)]);
		await expect(copies.client.send({ ...write, method: 'GET' })).rejects.toMatchObject(failure);
		expect(copies.sentAt).toEqual([0]);
		const reads = setUp([exchange, answer(200, [1])]);
		await expect(reads.client.send(read)).resolves.toEqual([1]);
		expect(reads.sentAt).toEqual([0, 500]);
	});
});

test.each([
	['503', answer(503)],
	['a refusal', answer(400, { StatusCode: 400, Message: 'It is active.' })],
])(
	'a repeatable write may have been done once its response was lost, even if %s follows',
	async (_, next) => {
		const { client, sentAt } = setUp([lost('ETIMEDOUT'), next], { retryForMs: 1_500 });
		const sending = client.send({ ...write, repeatable: true });
		await expect(sending).rejects.toMatchObject({ outcome: 'unknown' });
		expect(sentAt.length).toBeGreaterThan(1);
	},
);

test('of a read that failed for good nothing has to be looked for', async () => {
	const { client } = setUp([lost('ECONNRESET')], { retryForMs: 1_000 });
	await expect(client.send(read)).rejects.toMatchObject({
		outcome: 'notDone',
		advice: expect.stringContaining('Nothing was changed'),
	});
});

test('a POST that only reads is a read, also for somebody who waits', async () => {
	const row: NetigateRequest = { method: 'POST', path: '/row', repeatable: true, reads: true };
	const { client, within } = setUp([answer(500, {}), answer(200, {})], {
		retryForMs: 0,
		readTimeLimit: { ms: 0 },
	});
	await expect(client.send(row)).rejects.toMatchObject({
		outcome: 'notDone',
		advice: expect.stringContaining('Nothing was changed'),
	});
	await client.send(read);
	expect(within).not.toContain(undefined);
});

test.each([400, 401, 403, 404])('a refusal with %i is final', async (status) => {
	const { client, sentAt } = setUp([answer(status, { StatusCode: status, Message: 'No.' })]);
	const failure = { outcome: 'refused', status, message: 'Netigate refused: No.' };
	await expect(client.send(read)).rejects.toMatchObject(failure);
	expect(sentAt).toEqual([0]);
});

describe('a cancelled execution', () => {
	test('sends nothing more', async () => {
		const { client, sentAt } = setUp([answer(200)], { cancelled: () => true });
		await expect(client.send(write)).rejects.toMatchObject({ outcome: 'notDone' });
		expect(sentAt).toEqual([]);
	});

	test('a write that was under way may have been done, a read does not matter', async () => {
		const { client } = setUp([{ kind: 'cancelled' }], { retryForMs: 0 });
		await expect(client.send(write)).rejects.toMatchObject({ outcome: 'unknown' });
		await expect(client.send(read)).rejects.toMatchObject({ outcome: 'notDone' });
	});
});

test('never more requests at once than allowed, first come first served', async () => {
	let under = 0;
	let most = 0;
	const order: string[] = [];
	const send = async ({ path }: NetigateRequest) => {
		order.push(path);
		most = Math.max(most, ++under);
		await new Promise(setImmediate);
		under--;
		return answer(200);
	};
	const client = clientOf(send, { ...plain, maxInFlight: 3 });
	const paths = Array.from({ length: 20 }, (_, index) => `/surveys/${index + 1}`);
	await Promise.all(paths.map(async (path) => await client.get(path)));
	expect(most).toBe(3);
	expect(order).toEqual(paths);
});

test('a certificate that is not trusted: nothing was sent', () => {
	expect(noAnswerError('DEPTH_ZERO_SELF_SIGNED_CERT', 'no')).toMatchObject({ outcome: 'notDone' });
});

test.each([
	[null, []],
	[undefined, []],
	[{ id: 1 }, [{ id: 1 }]],
	[
		[1, 2],
		[1, 2],
	],
])('as a list, %j is %j', (value, list) => {
	expect(asList(value)).toEqual(list);
});

describe("n8n's batching", () => {
	test('so many requests go out, then the rest waits for the next interval', async () => {
		const { client, sentAt } = setUp([answer(200)], { pace: { requests: 2, everyMs: 1_000 } });
		for (let count = 0; count < 5; count++) await client.send(read);
		expect(sentAt).toEqual([0, 0, 1_000, 1_000, 2_000]);
	});

	test('waiting for its turn takes nothing from the time for retries', async () => {
		const { client, sentAt } = setUp([answer(200), answer(429), answer(200)], {
			pace: { requests: 1, everyMs: 10_000 },
			retryForMs: 5_000,
		});
		await client.send(read);
		await client.send(read);
		expect(sentAt).toEqual([0, 10_000, 20_000]);
	});
});

describe('while somebody waits', () => {
	const readTimeLimit = { ms: 12_000, advice: 'Timeout gives it longer.' };

	test('all tries of a read together get so long, and the error says how to wait longer', async () => {
		const { client, sentAt, within } = setUp([lost('ECONNRESET')], { readTimeLimit });
		await expect(client.send(read)).rejects.toMatchObject({
			outcome: 'notDone',
			advice: expect.stringMatching(/this call only reads.* Timeout gives it longer\.$/),
		});
		expect(sentAt.map((at, index) => at + within[index]!)).toEqual(sentAt.map(() => 12_000));
		expect(sentAt.at(-1)).toBeLessThan(12_000);
	});

	test('an answer that may be waited for no longer is not asked for again', async () => {
		const busy = answer(503, [], { 'retry-after': '13' });
		const { client, sentAt } = setUp([busy], { readTimeLimit });
		await expect(client.send(read)).rejects.toMatchObject({ outcome: 'notDone' });
		expect(sentAt).toEqual([0]);
	});

	test('after a write, reads have no reduced time limit', async () => {
		const { client, within } = setUp([answer(200, {})], { readTimeLimit });
		await client.send(read);
		await client.send(write);
		await client.send(read);
		expect(within).toEqual([12_000, undefined, undefined]);
	});
});
