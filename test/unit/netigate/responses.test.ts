import { listed } from '../../../nodes/shared/netigate/members';
import { readAnswer, retryAfterMs, unwrap } from '../../../nodes/shared/netigate/responses';

const read = (status: number, body: string, options = {}) =>
	readAnswer({ status, headers: {}, body }, options);

function failure(status: number, body: string): { message: string; advice: string } {
	try {
		read(status, body);
	} catch (error) {
		return error as { message: string; advice: string };
	}
	throw new Error('It was read');
}

describe('wrapped responses', () => {
	test.each([
		[
			'an object with one key that ends in Result',
			{ AddRowResult: { RespondentId: 1 } },
			{ RespondentId: 1 },
		],
		['a wrapped list', { CopyResult: [1] }, [1]],
		['a wrapped true', { DeleteCellsResult: true }, true],
		['a bare object', { SurveyId: 501 }, { SurveyId: 501 }],
		['two keys', { AResult: 1, B: 2 }, { AResult: 1, B: 2 }],
		['an empty wrapper and another key', { AResult: null, B: 2 }, { AResult: null, B: 2 }],
		['a wrapped object and another key', { AResult: { a: 1 }, B: 2 }, { a: 1 }],
		['a list', [{ AResult: 1 }], [{ AResult: 1 }]],
		['null', null, null],
		['a word', 'Result', 'Result'],
	])('%s', (_, answer, expected) => {
		expect(unwrap(answer)).toEqual(expected);
	});

	test('unwraps errors too', () => {
		expect(failure(400, '{"AddRowResult":{"StatusCode":400,"Message":"Bad label"}}').message).toBe(
			'Netigate refused: Bad label',
		);
	});
});

test.each([
	['', /The response was empty \(HTTP 200\)/],
	['  \n', /empty/],
	['<!DOCTYPE html><html></html>', /a web page, not data/],
	['  <html>', /a web page/],
	['[{"SurveyId": 5', /cut off or isn't JSON/],
])('the error for HTTP 200 with %j says what the response was', (body, message) => {
	expect(failure(200, body).message).toMatch(message);
});

test.each([
	[200, { emptyAllowed: true }, true],
	[204, { emptyAllowed: true }, true],
	[200, { emptyAllowed: 204 }, false],
	[204, { emptyAllowed: 204 }, true],
	[200, { onlyReads: true }, false],
	[204, { onlyReads: true }, true],
])('an empty response with HTTP %d and %j is accepted: %s', (status, options, accepted) => {
	if (accepted) expect(read(status, ' ', options)).toBeUndefined();
	else expect(() => read(status, ' ', options)).toThrow('The response was empty');
});

test('a long list whose parts were kept is read only if the call succeeded', () => {
	const kept = { headers: {}, body: '[', entries: [1] };
	expect(readAnswer({ ...kept, status: 200 })).toBe(kept.entries);
	expect(() => readAnswer({ ...kept, status: 500 })).toThrow('Netigate failed (HTTP 500)');
});

test('keeps IDs above 2^31 and unknown fields', () => {
	expect(read(200, '{"SurveyId": 3000000507, "New": {"a": [1]}}')).toEqual({
		SurveyId: 3000000507,
		New: { a: [1] },
	});
});

test('a copy of an object inherits nothing from a member named __proto__', () => {
	const entry = '{"RespondentId":1,"__proto__":{"mayBeInvited":true}}';
	const copy = Object.assign({}, ...(read(200, `[${entry}]`) as object[])) as object;
	expect('mayBeInvited' in copy).toBe(false);
	expect(copy).toEqual({ RespondentId: 1 });
});

test.each(['__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'constructor'])(
	'a member named %s is dropped at every level',
	(name) => {
		const body = `{"SurveyId":1,"${name}":1,"Name":{"a":[{"${name}":1}]}}`;
		expect(JSON.stringify(read(200, body))).toBe('{"SurveyId":1,"Name":{"a":[{}]}}');
	},
);

test('an error without a message still says what happened and what to do', () => {
	expect(failure(404, '<html>Not here</html>')).toMatchObject({
		message: 'Netigate refused the request (HTTP 404)',
		advice: expect.stringContaining('Check the IDs'),
	});
	expect(failure(402, '').advice).toBe("Compare this item's values with Netigate's message.");
});

test.each([
	[429, '', 'Netigate is busy (HTTP 429)'],
	[429, '{"Message":"Slow down"}', 'Netigate is busy (HTTP 429): Slow down'],
	[500, '', 'Netigate failed (HTTP 500)'],
	[500, '{"Message":"Out of order"}', 'Netigate failed (HTTP 500): Out of order'],
	[300, '', 'Netigate returned a redirect (HTTP 300)'],
])('the error for HTTP %d with %j is: %s', (status, body, message) => {
	expect(failure(status, body).message).toBe(message);
});

test.each([
	['https://login.example.com/start?key=1', ' to login.example.com'],
	['/login', ''],
	[7, ''],
	[undefined, ''],
])('a redirect to %j shows only the host: %j', (location, shown) => {
	expect(() => readAnswer({ status: 302, headers: { location }, body: '' })).toThrow(
		`Netigate returned a redirect${shown} (HTTP 302)`,
	);
});

describe('the wait that Netigate asks for', () => {
	const now = Date.parse('2026-11-24T12:00:00Z');

	test.each([
		['12', 12_000],
		[' 0 ', 0],
		[3, 3_000],
		['Tue, 24 Nov 2026 12:01:30 GMT', 90_000],
		['Tue, 24 Nov 2026 11:00:00 GMT', 0],
		['soon', undefined],
		['', undefined],
		[undefined, undefined],
		[['1'], undefined],
	])('%j is %j milliseconds', (header, expected) => {
		expect(retryAfterMs(header, now)).toBe(expected);
	});
});

test.each([
	['a survey', 'SurveyId', 1],
	['a question with other items', 'QuestionId', 2],
	['an answer with another choice', 'AnswerId', 2],
] as const)('removes repeats of %s from a list', (_, id, count) => {
	const [first, second] = ['a', 'b'].map((Text) => ({ [id]: 7, QuestionItems: [{ Text }] }));
	expect(listed([first, second, first, second], id)).toEqual([first, second].slice(0, count));
});
