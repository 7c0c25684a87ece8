import * as fc from 'fast-check';
import { readAnswer } from '../../../nodes/shared/netigate/responses';
import { orEmpty, readBody, readList } from '../../../nodes/shared/netigate/lists';
import { clientOf, responded } from '../../sandbox/directSandbox';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const keepAll = (entry: unknown) => entry;

const read = async (text: string, size = 1_000, keep: (entry: unknown) => unknown = keepAll) =>
	await readBody(inPieces(text, size), keep);

const long = Array.from({ length: 3_000 }, (_, at) => ({ SendoutId: at, Name: `Sendout ${at}` }));

const readable = (body: string) => readAnswer({ status: 200, headers: {}, body });

test('keeps only the requested part of each entry in a long list, under its documented name', async () => {
	const odd = long.map(({ SendoutId, Name }) => ({ sendoutid: String(SendoutId), Name }));
	const keep = (entry: unknown) => (entry as { SendoutId: number }).SendoutId;
	const { body, entries } = await read(`\uFEFF${JSON.stringify(odd, null, 1)}\n`, 70_000, keep);
	expect(body.length).toBeLessThan(2);
	expect(entries).toEqual(long.map(({ SendoutId }) => SendoutId));
});

test('reads a long list in pieces of any size with the same result as at once', async () => {
	const values = fc.array(fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })), {
		minLength: 1,
	});
	await fc.assert(
		fc.asyncProperty(values, fc.constantFrom(7, 333, 4_096, 65_536), async (some, size) => {
			const text = JSON.stringify([...some, 'ä"\\[{,😀'.repeat(9_000), ...some, null, '}],']);
			const { entries } = await read(text, size);
			expect(entries).toEqual(readable(text));
		}),
		{ numRuns: 30 },
	);
});

test.each([61, 4_099])('keeps entries as they arrive in pieces of %d bytes', async (size) => {
	const names = ['"', '\\', '\\"', ',{[', ']},', 'plain'];
	const entries = long.map((entry, at) => ({ ...entry, Name: names[at % 6], Tags: [[1], {}, 3] }));
	const list = JSON.stringify(entries);
	const kept: unknown[] = [];
	const counts: number[] = [];
	async function* counted() {
		for await (const piece of inPieces(list, size)) {
			counts.push(kept.length);
			yield piece;
		}
	}
	await readBody(counted(), (entry) => kept.push(entry));
	expect(kept).toEqual(entries);
	let end = 0;
	const ends = entries.map((entry) => (end += JSON.stringify(entry).length + 1));
	let complete = 0;
	const expected = counts.map((_, at) => {
		while (ends[complete] < at * size) complete++;
		return at * size < 64 * 1024 ? 0 : complete;
	});
	expect(counts).toEqual(expected);
});

test('returns a long list as text if there is no `keep` function', async () => {
	const list = JSON.stringify(long);
	expect(await readBody(inPieces(list, 10_000))).toEqual({ body: list });
});

test('decodes characters that are split across pieces, and replaces one that is cut off', async () => {
	expect(await read('"ä€😀"', 1)).toEqual({ body: '"ä€😀"' });
	async function* cutOff() {
		yield await Promise.resolve(Buffer.from('"ä').subarray(0, 2));
	}
	expect(await readBody(cutOff())).toEqual({ body: '"\ufffd' });
});

test.each([
	[1000 * 1024 * 1024, false],
	[1000 * 1024 * 1024 + 1, true],
])('a list of %d bytes is rejected: %s', async (length, rejected) => {
	async function* sending() {
		yield await Promise.resolve(
			Object.defineProperty(new Uint8Array([49]), 'length', { value: length }),
		);
	}
	if (rejected) await expect(readBody(sending())).rejects.toThrow('is larger than 1000 MB');
	else expect(await readBody(sending())).toEqual({ body: '1' });
});

test.each([
	[64 * 1024 - 1, false],
	[64 * 1024, true],
])('a list of %d characters is read as a long list: %s', async (length, isLong) => {
	const list = JSON.stringify(['x'.repeat(length - 4)]);
	const { body, entries } = await read(list, length);
	expect({ body, entries }).toEqual(
		isLong ? { body: '[', entries: JSON.parse(list) as unknown } : { body: list },
	);
});

test.each([
	['an error', JSON.stringify({ StatusCode: 500, Message: 'Failed' })],
	['a short list', '[{"SendoutId": 1}]'],
	['a long object', JSON.stringify({ Sendouts: long })],
	['a long web page', `<html>${'x'.repeat(200_000)}`],
	['an empty response', ''],
])('returns %s unchanged', async (_, text) => {
	expect(await read(text)).toEqual({ body: text });
});

const text = JSON.stringify(long);

test.each([
	['cut off within an entry', text.slice(0, -20)],
	['cut off after an entry', text.slice(0, text.lastIndexOf(','))],
	['cut off after a comma', text.slice(0, text.lastIndexOf(',') + 1)],
	['invalid JSON in the middle', text.replace('"SendoutId":2000', 'SendoutId')],
	['followed by something else', `${text}<html>`],
])('does not treat a long list as complete if it is %s', async (_, broken) => {
	const { body, entries } = await read(broken);
	expect(entries).toBeUndefined();
	expect(() => readable(body)).toThrow("The response was cut off or isn't JSON");
});

test.each([
	['levels', `[${'['.repeat(150)}${']'.repeat(150)},${JSON.stringify(long).slice(1)}`],
	['entries', `[${'0,'.repeat(2_000_000)}0]`],
])('rejects a list with too many %s', async (what, oversized) => {
	await expect(read(oversized, 100_000)).rejects.toThrow(new RegExp(`has more than \\d+ ${what}`));
});

test('reads a list of 2,000,000 entries', async () => {
	const { entries } = await read(`[${'0,'.repeat(1_999_999)}0]`, 100_000);
	expect(entries).toHaveLength(2_000_000);
});

test.each([
	['a response', ''],
	['an entry of a long list', `["${'x'.repeat(70_000)}`],
])('rejects %s larger than 100 MB', async (_, start) => {
	async function* sending() {
		yield await Promise.resolve(Buffer.from(start));
		yield new Uint8Array(100 * 1024 * 1024 + 1);
	}
	const length = readBody(sending(), keepAll).then(({ body }) => body.length);
	await expect(length).rejects.toThrow('is larger than 100 MB');
});

test('rejects a response with too many levels', () => {
	expect(() => readable('['.repeat(50_000) + ']'.repeat(50_000))).toThrow('more than 100 levels');
	expect(readable('['.repeat(50) + ']'.repeat(50))).toHaveLength(1);
});

test('reads an ID from each entry, and rejects a list with an entry that has none', async () => {
	const idsIn = async (body: unknown) => {
		const client = clientOf(async () => responded(200, body));
		return await readList(client, '/surveys', {}, 'SurveyId', ({ SurveyId }) => SurveyId);
	};
	expect(await idsIn([{ SurveyId: 501 }, { surveyid: '502' }])).toEqual([501, 502]);
	expect(await idsIn([])).toEqual([]);
	for (const entry of [null, 7, { SurveyId: 0 }, { Name: 'A' }])
		await expect(idsIn([{ SurveyId: 501 }, entry])).rejects.toThrow('an entry has no "SurveyId"');
	await expect(idsIn(7)).rejects.toThrow("The list of surveys can't be read: Netigate returned");
});

test('reads a list again after a lost response', async () => {
	const exchanges = [responded(500, {}), responded(200, [])];
	const client = clientOf(async () => exchanges.shift()!, { retryForMs: 1_000 });
	expect(await readList(client, '/surveys', {}, 'SurveyId', (entry) => entry)).toEqual([]);
});

test.each([
	['the list', [[1]], 200, [1]],
	['the list from the second attempt', [404, [1]], 200, [1]],
	['no entries if the list is missing twice', [404, 404], 200, []],
	['the error if the owner is missing too', [404, 404], 404, 'HTTP 404'],
	['the error if the owner is empty', [404, 404], 204, 'HTTP 404'],
	['any other error', [403, [1]], 200, 'HTTP 403'],
	['any other error of the second attempt', [404, 403], 200, 'HTTP 403'],
] as const)(
	'reading a list that may be missing results in %s',
	async (_, lists, owner, expected) => {
		const left: Array<number | readonly number[]> = [...lists];
		const client = clientOf(async ({ path }) => {
			const next = path === '/surveys/501' ? owner : left.shift()!;
			if (next === 204) return responded(200, []);
			return typeof next === 'number' ? responded(next, { SurveyId: 501 }) : responded(200, next);
		});
		const read = async () => await client.get('/surveys/501/sendouts');
		const reading = orEmpty(read, client, '/surveys/501');
		if (typeof expected === 'string') await expect(reading).rejects.toThrow(expected);
		else expect(await reading).toEqual(expected);
	},
);
