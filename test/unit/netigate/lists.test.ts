import * as fc from 'fast-check';
import { readAnswer } from '../../../nodes/shared/netigate/responses';
import { readBody } from '../../../nodes/shared/netigate/lists';

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

test('finds the entries whatever their texts contain', async () => {
	const names = ['"', '\\', '\\"', ',{[', ']},', 'plain'];
	const odd = long.map((entry, at) => ({ ...entry, Name: names[at % names.length] }));
	for (const size of [5, 70_000]) {
		const { entries } = await read(JSON.stringify(odd), size);
		expect(entries).toEqual(odd);
	}
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

test('rejects a response larger than 100 MB', async () => {
	async function* sending() {
		yield await Promise.resolve(new Uint8Array(100 * 1024 * 1024 + 1));
	}
	const length = readBody(sending()).then(({ body }) => body.length);
	await expect(length).rejects.toThrow('is larger than 100 MB');
});

test('rejects a response with too many levels', () => {
	expect(() => readable('['.repeat(50_000) + ']'.repeat(50_000))).toThrow('more than 100 levels');
	expect(readable('['.repeat(50) + ']'.repeat(50))).toHaveLength(1);
});
