import {
	asList,
	type ClientOptions,
	type Exchange,
	type NetigateRequest,
} from '../../../nodes/shared/netigate/client';
import { oversized } from '../../../nodes/shared/netigate/errors';
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

/** A client whose clock moves only while it sleeps, and whose network returns these exchanges in order. */
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
	return { client, sentAt, within, wait: sleep };
}

describe('a request that was certainly not processed', () => {
	test.each([
		['429', answer(429)],
		["Netigate's own 503", answer(503, { StatusCode: 503, Message: 'busy' })],
		['503 with Retry-After', answer(503, {}, { 'retry-after': '0' })],
		['no connection', lost('ECONNREFUSED')],
		['a failed DNS lookup', lost('ENOTFOUND')],
	])('%s: a write is sent again after increasing pauses', async (_, exchange) => {
		const { client, sentAt } = setUp([exchange, exchange, exchange, answer(200, { done: true })]);
		await expect(client.send(write)).resolves.toEqual({ done: true });
		expect(sentAt).toEqual([0, 500, 1_500, 3_500]);
	});

	test('fails at the time limit and reports that nothing was done', async () => {
		const { client, sentAt } = setUp([answer(429)], { retryForMs: 3_500 });
		await expect(client.send(write)).rejects.toMatchObject({
			outcome: 'notDone',
			status: 429,
			advice: expect.stringContaining('Nothing was done'),
		});
		expect(sentAt).toEqual([0, 500, 1_500, 3_500]);
	});

	test('waits up to 30 seconds, shortened by a random amount', async () => {
		for (const [random, pauses] of [
			[1, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
			[0, [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]],
		] as const) {
			const { client, sentAt } = setUp([...pauses.map(() => answer(429)), answer(200)], {
				retryForMs: 600_000,
				random: () => random,
			});
			await client.send(write);
			expect(sentAt.slice(1).map((at, index) => at - sentAt[index])).toEqual(pauses);
		}
	});

	test('delays all requests of the run as long as Netigate asks', async () => {
		const busy = answer(429, {}, { 'retry-after': '7' });
		const { client, sentAt } = setUp([busy, answer(200, { done: true })]);
		await client.send(write);
		expect(sentAt).toEqual([0, 7_000]);
		const both = setUp([busy, answer(200)], { maxInFlight: 1 });
		await Promise.all([both.client.send(write), both.client.send(read)]);
		expect(both.sentAt[0]).toBe(0);
		expect(Math.min(...both.sentAt.slice(1))).toBeGreaterThanOrEqual(7_000);
		const later = setUp([busy, busy, answer(200)], { retryForMs: 7_000 });
		await expect(later.client.send(write)).rejects.toThrow('Netigate is busy');
		await later.client.send(read);
		expect(later.sentAt).toEqual([0, 7_000, 14_000]);
	});

	test('fails at once if Netigate asks to wait longer than allowed, and reports it', async () => {
		const { client, sentAt } = setUp([answer(503, {}, { 'retry-after': '3600' }), answer(200)]);
		await expect(client.send(write)).rejects.toMatchObject({
			outcome: 'notDone',
			advice: expect.stringMatching(/wait 3600 seconds.*Retry For \(Seconds\)/),
		});
		await client.send(read);
		expect(sentAt).toEqual([0, 0]);
	});
});

describe('a request that may have been processed', () => {
	const body = '[{"Sur';
	const cutOff: Exchange = { kind: 'answer', answer: { status: 200, headers: {}, body } };
	test.each<[string, Exchange, boolean]>([
		['a lost connection', lost('ECONNRESET'), true],
		['a timeout', lost('ETIMEDOUT'), true],
		['500', answer(500, { StatusCode: 500, Message: 'Internal error' }), false],
		['502', answer(502), true],
		['522 from a gateway', answer(522), true],
		['504 from a gateway that stopped waiting', answer(504), true],
		['408 from a proxy that stopped waiting', answer(408), true],
		['a cut-off response', cutOff, false],
	])(
		'%s: a write is sent only once, even by GET, but a read is repeated',
		async (_, exchange, mayStillRun) => {
			const writes = setUp([exchange, answer(200)]);
			const failure = { outcome: 'unknown', mayStillRun };
			await expect(writes.client.send(write)).rejects.toMatchObject(failure);
			expect(writes.sentAt).toEqual([0]);
			const copies = setUp([exchange, answer(200)]);
			await expect(copies.client.send({ ...write, method: 'GET' })).rejects.toMatchObject(failure);
			expect(copies.sentAt).toEqual([0]);
			const reads = setUp([exchange, answer(200, [1])]);
			await expect(reads.client.get('/surveys')).resolves.toEqual([1]);
			expect(reads.sentAt).toEqual([0, 500]);
		},
	);
});

test.each([
	['503', answer(503)],
	['a refusal', answer(400, { StatusCode: 400, Message: 'It is active.' })],
])(
	'a repeatable write may have been processed after a lost response, even if %s follows',
	async (_, next) => {
		const { client, sentAt } = setUp([lost('ETIMEDOUT'), next], { retryForMs: 1_500 });
		const sending = client.send({ ...write, repeatable: true });
		await expect(sending).rejects.toMatchObject({ outcome: 'unknown' });
		expect(sentAt.length).toBeGreaterThan(1);
	},
);

test('a failed read reports that nothing was changed', async () => {
	const { client } = setUp([lost('ECONNRESET')], { retryForMs: 1_000 });
	await expect(client.send(read)).rejects.toMatchObject({
		outcome: 'notDone',
		advice: expect.stringContaining('Nothing was changed'),
	});
});

test('a POST that only reads is treated as a read and has its time limit', async () => {
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
	expect(within).toEqual([1, 1]);
});

test.each([400, 401, 403, 404])('a refusal with %i is final', async (status) => {
	const { client, sentAt } = setUp([answer(status, { StatusCode: status, Message: 'No.' })]);
	const failure = { outcome: 'refused', status, message: 'Netigate refused: No.' };
	await expect(client.send(read)).rejects.toMatchObject(failure);
	expect(sentAt).toEqual([0]);
});

test.each([300, 399])('a redirect with %i is final', async (status) => {
	const { client, sentAt } = setUp([answer(status)]);
	await expect(client.send(read)).rejects.toMatchObject({ outcome: 'notDone', status });
	expect(sentAt).toEqual([0]);
});

test('a request whose response is too large may have been processed', async () => {
	const { client } = setUp([{ kind: 'oversized', error: oversized('is larger than 100 MB') }]);
	await expect(client.send(write)).rejects.toMatchObject({
		outcome: 'unknown',
		message: "Netigate's response is larger than 100 MB, so it wasn't read",
	});
});

test('shows each response to the caller', async () => {
	const statuses: number[] = [];
	const { client } = setUp([answer(429), answer(200)]);
	await client.send({ ...read, seen: ({ status }) => void statuses.push(status) });
	expect(statuses).toEqual([429, 200]);
});

test('exposes the options that callers need, and sends at least one request at a time', async () => {
	const options = { maxInFlight: 0, cancelled: () => false, connection: 'a' };
	const { client } = setUp([answer(200, [1])], options);
	expect(client).toMatchObject(options);
	await expect(client.send(read)).resolves.toEqual([1]);
});

describe('a cancelled execution', () => {
	test('does not send a failed request again', async () => {
		let cancelled = false;
		const { client, sentAt } = setUp([answer(429)], { cancelled: () => cancelled });
		const seen = () => void (cancelled = true);
		await expect(client.send({ ...write, seen })).rejects.toThrow('Netigate is busy');
		expect(sentAt).toEqual([0]);
	});

	test('sends nothing more', async () => {
		const { client, sentAt } = setUp([answer(200)], { cancelled: () => true });
		await expect(client.send(write)).rejects.toMatchObject({ outcome: 'notDone' });
		expect(sentAt).toEqual([]);
	});

	test('reports that a write in progress may have been processed, unlike a read', async () => {
		const { client } = setUp([{ kind: 'cancelled' }], { retryForMs: 0 });
		await expect(client.send(write)).rejects.toMatchObject({ outcome: 'unknown' });
		await expect(client.send(read)).rejects.toMatchObject({ outcome: 'notDone' });
	});
});

test('sends at most the allowed number of requests at once, in order', async () => {
	let running = 0;
	let most = 0;
	const order: string[] = [];
	const send = async ({ path }: NetigateRequest) => {
		order.push(path);
		most = Math.max(most, ++running);
		await new Promise(setImmediate);
		running--;
		return answer(200);
	};
	const client = clientOf(send, { ...plain, maxInFlight: 3 });
	const paths = Array.from({ length: 20 }, (_, index) => `/surveys/${index + 1}`);
	await Promise.all(paths.map(async (path) => await client.get(path)));
	expect(most).toBe(3);
	expect(order).toEqual(paths);
});

test.each([
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'no', 'notDone', "isn't trusted (DEPTH_ZERO_SELF_SIGNED_CERT)"],
	['ENOTFOUND', 'no', 'notDone', "Netigate can't be reached (ENOTFOUND)"],
	['ETIMEDOUT', 'no', 'unknown', "Netigate didn't respond in time"],
	['ECONNABORTED', 'no', 'unknown', "Netigate didn't respond in time"],
	['ECONNRESET', 'no', 'unknown', 'before the response was complete (ECONNRESET)'],
	['', 'socket hang up', 'unknown', 'before the response was complete (socket hang up)'],
	['', 'x is not iterable', 'unknown', 'before the response was complete (no response)'],
])('without a response (%j, %j), the outcome is %s: %s', (code, text, outcome, message) => {
	expect(noAnswerError(code, text)).toMatchObject({
		outcome,
		message: expect.stringContaining(message),
	});
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
	test('sends a limited number of requests per interval', async () => {
		const { client, sentAt } = setUp([answer(200)], { pace: { requests: 2, everyMs: 1_000 } });
		for (let count = 0; count < 5; count++) await client.send(read);
		expect(sentAt).toEqual([0, 0, 1_000, 1_000, 2_000]);
	});

	test('an interval starts with the first request after the previous interval', async () => {
		const { client, sentAt, wait } = setUp([answer(200)], {
			pace: { requests: 2, everyMs: 1_000 },
		});
		await client.send(read);
		for (const pause of [1_000, 0, 0, 1_500, 0, 0]) {
			await wait(pause);
			await client.send(read);
		}
		expect(sentAt).toEqual([0, 1_000, 1_000, 2_000, 3_500, 3_500, 4_500]);
		const fast = setUp([answer(200)], { pace: { requests: 1, everyMs: 1 } });
		for (let count = 0; count < 3; count++) await fast.client.send(read);
		expect(fast.sentAt).toEqual([0, 1, 2]);
	});

	test('waiting for the next interval does not reduce the time for retries', async () => {
		const { client, sentAt } = setUp([answer(200), answer(429), answer(200)], {
			pace: { requests: 1, everyMs: 10_000 },
			retryForMs: 5_000,
		});
		await client.send(read);
		await client.send(read);
		expect(sentAt).toEqual([0, 10_000, 20_000]);
	});
});

describe('a time limit for reads', () => {
	const readTimeLimit = { ms: 12_000, advice: 'Timeout gives it longer.' };

	test('applies to all tries of a read together, and the error says how to increase it', async () => {
		const { client, sentAt, within } = setUp([lost('ECONNRESET')], { readTimeLimit });
		await expect(client.send(read)).rejects.toMatchObject({
			outcome: 'notDone',
			advice: expect.stringMatching(/this call only reads.* Timeout gives it longer\.$/),
		});
		expect(sentAt.map((at, index) => at + within[index]!)).toEqual(sentAt.map(() => 12_000));
		expect(sentAt.at(-1)).toBeLessThan(12_000);
	});

	test('prevents a retry if Netigate asks to wait longer', async () => {
		const busy = answer(503, [], { 'retry-after': '13' });
		const { client, sentAt } = setUp([busy], { readTimeLimit });
		await expect(client.send(read)).rejects.toMatchObject({ outcome: 'notDone' });
		expect(sentAt).toEqual([0]);
	});

	test('does not apply after a write', async () => {
		const { client, within } = setUp([answer(200, {})], { readTimeLimit });
		await client.send(read);
		await client.send(write);
		await client.send(read);
		expect(within).toEqual([12_000, undefined, undefined]);
	});
});
