import { useSandbox } from '../sandbox/useSandbox';
import { contractCalls, sampleCall } from './calls';
import { callerOf, person, type Caller } from './client';

const sandbox = useSandbox({}, { once: true });
const call = callerOf(sandbox);

const email = '/surveys/501/sendouts/7001';
const sms = '/surveys/501/sendouts/7002';
const login = '/surveys/501/sendouts/7003';
const twoway = '/surveys/502/sendouts/7012';

async function refused(answer: ReturnType<Caller>, status: number, message: RegExp) {
	const { status: got, data } = await answer;
	expect(data).toEqual({ StatusCode: status, Message: expect.stringMatching(message) });
	expect(got).toBe(status);
}

const numbers = contractCalls.map(([number]) => number);

describe('a missing or wrong key', () => {
	it.each(numbers)('causes a 401 in call %i, which does nothing', async (number) => {
		const { method, path, body } = sampleCall(number);
		const contents = () =>
			JSON.stringify([...sandbox.state.respondents.values(), ...sandbox.state.surveys]);
		const before = contents();
		const none = callerOf(sandbox, { 'X-API-KEY': '' });
		const wrong = callerOf(sandbox, { 'X-API-KEY': '11111111-0000-4000-8000-000000000000' });
		await refused(none(method, path, body), 401, /key/);
		await refused(wrong(method, path, body), 401, /key/);
		expect(contents()).toBe(before);
	});

	it('is reported before all other errors', async () => {
		const wrong = callerOf(sandbox, { 'X-API-KEY': 'x' });
		await refused(wrong('GET', '/surveys/999999'), 401, /key/);
		await refused(wrong('POST', '/accounts/categories', '{'), 401, /key/);
	});
});

describe('an unknown or invalid ID', () => {
	const inPath = numbers.filter((number) => contractCalls[number - 1][2].includes('{'));
	const cases = inPath.flatMap((number) =>
		[...contractCalls[number - 1][2].matchAll(/\{(\w+)\}/g)].map(
			(match, index) => [number, match[1], index] as const,
		),
	);

	it.each(cases)('causes a 404 in call %i for %s', async (number, _, index) => {
		const { method, path, body } = sampleCall(number);
		for (const id of ['4004004', '99999999999999999999', '0', '-1', '1e3', 'abc', '5.5']) {
			let at = -1;
			const other = path.replace(/\d+/g, (found) => ((at += 1) === index ? id : found));
			expect(other).not.toBe(path);
			await refused(call(method, other, body), 404, /./);
		}
	});

	it.each([
		['a sendout of another survey', 'GET', '/surveys/502/sendouts/7001', /Sendout 7001/],
		['a row of another list', 'POST', '/bgdata/bgdocuments/8002/rows/61001', /61001/],
		['an unknown path', 'GET', '/nothing', /no such call/],
		['an unknown method', 'DELETE', '/surveys/501', /no such call/],
	] as const)('%s causes a 404, too', async (_, method, path, message) => {
		await refused(call(method, path, method === 'POST' ? { labels: [] } : undefined), 404, message);
	});
});

describe('an invalid body', () => {
	it.each(numbers.filter((number) => sampleCall(number).body !== undefined))(
		'causes a 400 in call %i if it is missing or invalid JSON',
		async (number) => {
			const { method, path } = sampleCall(number);
			await refused(call(method, path), 400, /body/);
			await refused(call(method, path, '{"name": '), 400, /not JSON/);
			await refused(call(method, path, '[]'), 400, /must be object/);
			await refused(call(method, path, '"text"'), 400, /must be object/);
		},
	);

	it('is refused without Content-Type: application/json', async () => {
		const text = callerOf(sandbox, { 'Content-Type': 'text/plain' });
		await refused(text('POST', '/accounts/categories', { name: 'x' }), 400, /Content-Type/);
	});

	it('is refused if it is not UTF-8', async () => {
		const headers = { 'X-API-KEY': sandbox.apiKey, 'Content-Type': 'application/json' };
		const body = Buffer.from('{"name": "Bj\xf6rn"}', 'latin1');
		const url = `${sandbox.url}/accounts/categories`;
		const response = await fetch(url, { method: 'POST', headers, body });
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({ Message: expect.stringMatching(/UTF-8/) });
	});

	it('may have unknown members, which are ignored', async () => {
		const body = { ...person('anna@example.com'), colour: 'red' };
		expect((await call('POST', `${email}/respondents`, body)).status).toBe(200);
	});

	it('is refused with the place of the error', async () => {
		const bad = { surveyRespondents: [person('a@example.com'), { contactDetails: 5 }] };
		await refused(
			call('POST', `${email}/respondents/batch`, bad),
			400,
			/^surveyRespondents\[1\] lacks sendMail/,
		);
	});
});

describe('query parameters', () => {
	const answers = '/surveys/502/answers';
	const day = '2026-02-01T00:00:00Z';

	it.each([
		['a date with milliseconds', '?from=2026-01-01T00:00:00.000Z', /^from is not a date/],
		['a date with a zone', '?from=2026-01-01T00:00:00%2B02:00', /^from is not a date/],
		['a date alone', '?to=2026-01-01', /^to is not a date/],
		['a day that does not exist', '?updated=2026-02-31T00:00:00Z', /^updated is not a date/],
		['from after to', '?from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z', /from is after to/],
		['updated with from', `?updated=${day}&from=${day}`, /together with/],
		['updated with to', `?updated=${day}&to=${day}`, /together with/],
		['completed=yes', '?completed=yes', /^completed is one of true, false/],
		['an empty date', '?from=', /^from is not a date/],
		['a parameter given twice', '?completed=true&completed=true', /^completed must be string/],
		['an unknown parameter', '?fromm=2026-01-01T00:00:00Z', /unknown parameter fromm/],
	])('%s causes a 400 in both lists of answers', async (_, query, message) => {
		await refused(call('GET', `${answers}${query}`), 400, message);
		await refused(call('GET', `${answers}WithData${query}`), 400, message);
	});

	it.each(['page=0', 'page=x', 'pagesize=0', 'pagesize=1001'])('%s causes a 400', async (query) => {
		await refused(call('GET', `${answers}WithData?${query}`), 400, /page/);
	});

	it('the list without answers has no pages', async () => {
		await refused(call('GET', `${answers}?page=1`), 400, /unknown parameter page/);
	});

	it.each([
		['active=true', /^active is one of True, False/],
		['startdate=tomorrow', /^startdate is not a date/],
		['categoryid=x', /^categoryid must be integer/],
		['categoryid=4711', /Unknown category/],
		['copysendoutids=7001', /Unknown sendout 7001/],
		['copysendoutids=7011,', /^copysendoutids does not fit/],
		['startdate=2030-01-02T00:00:00Z&enddate=2030-01-01T00:00:00Z', /after enddate/],
	])('copy refuses %s, and copies nothing', async (query, message) => {
		const before = sandbox.state.surveys.size;
		await refused(call('GET', `/surveys/502/copy?${query}`), 400, message);
		expect(sandbox.state.surveys.size).toBe(before);
	});
});

describe('contacts', () => {
	it.each([
		['no email address', 'anna'],
		['an empty contact', ''],
		['no domain with a dot', 'a@b'],
		['a space in front', ' anna@example.com'],
		['a space in it', 'an na@example.com'],
		['an umlaut', 'jörg@example.com'],
		['an umlaut in the domain', 'anna@exämple.com'],
		['two addresses', 'a@example.com,b@example.com'],
		['10,000 characters', `${'a'.repeat(10_000)}@example.com`],
		['a phone number', '46735123456'],
	])('of an email sendout: %s causes a 400', async (_, contact) => {
		await refused(call('POST', `${email}/respondents`, person(contact)), 400, /contactDetails/);
		expect(sandbox.state.sendout(501, 7001).respondentIds).toEqual([]);
	});

	it.each([
		['an SMS sendout: a plus sign', sms, '+46735123456'],
		['an SMS sendout: spaces', sms, '46 735 123 456'],
		['an SMS sendout: a leading 00', sms, '0046735123456'],
		['an SMS sendout: 16 digits', sms, '4673512345678901'],
		['an SMS sendout: an address', sms, 'anna@example.com'],
		['a two-way sendout: neither address nor number', twoway, 'anna'],
	])('of %s causes a 400', async (_, path, contact) => {
		await refused(call('POST', `${path}/respondents`, person(contact)), 400, /phone number/);
	});

	it.each([
		['an address', email, 'Anna.Andersson+event@Mail.Example.com'],
		['a phone number of 15 digits', sms, '467351234567890'],
		['any text as a login', login, 'employee 17 / Zürich'],
		['an address, two-way', twoway, 'anna@example.com'],
		['a phone number, two-way', twoway, '46735123456'],
	])('accepted: %s', async (_, path, contact) => {
		const { status, data } = await call('POST', `${path}/respondents`, person(contact));
		expect(status).toBe(200);
		expect((data as { Email: string }).Email).toBe(contact);
	});

	it.each([
		['a number', 46_735_123_456],
		['nothing', null],
		['an object', { email: 'anna@example.com' }],
	])('that are %s instead of text cause a 400', async (_, contactDetails) => {
		const body = { ...person('x'), contactDetails };
		await refused(call('POST', `${email}/respondents`, body), 400, /contactDetails must be string/);
	});
});

describe('background data', () => {
	it.each([
		['an unknown label', [{ Key: '4711', Value: 'x' }], /Unknown label 4711/],
		['the label of another sendout', [{ Key: '4011', Value: 'x' }], /Unknown label 4011/],
		['an empty value', [{ Key: '4001', Value: '' }], /Value may not be empty/],
		['a value of spaces', [{ Key: '4001', Value: '  ' }], /may not be empty/],
		['a null value', [{ Key: '4001', Value: null }], /Value must be string/],
		['no value', [{ Key: '4001' }], /lacks Value/],
		['a number as value', [{ Key: '4001', Value: 5 }], /Value must be string/],
		['a number as key', [{ Key: 4001, Value: 'x' }], /Key must be string/],
		['a value that is not an option', [{ Key: '4004', Value: 'Latin' }], /no option of label 4004/],
		['an option in lower case', [{ Key: '4004', Value: 'english' }], /no option/],
		['a label twice', ['a', 'b'].map((Value) => ({ Key: '4001', Value })), /given twice/],
		['an object', { 4001: 'Anna' }, /backgroundData must be array/],
	])('%s causes a 400', async (_, pairs, message) => {
		const body = { ...person('anna@example.com'), backgroundData: pairs };
		await refused(call('POST', `${email}/respondents`, body), 400, message);
		expect(sandbox.state.sendout(501, 7001).respondentIds).toEqual([]);
	});

	it('of a row is refused in the same way', async () => {
		const row = '/bgdata/bgdocuments/8001/rows/61001';
		await refused(call('PUT', row, { cellData: [{ Key: '1', Value: 'x' }] }), 400, /label 1/);
		await refused(call('PUT', row, { cellData: [{ Key: '4804', Value: 'x' }] }), 400, /no option/);
		await refused(call('PUT', row, { cellData: [{ Key: '4801', Value: '' }] }), 400, /empty/);
		await refused(call('POST', row, { labels: [4711] }), 400, /Unknown label 4711/);
		await refused(call('DELETE', row, { labels: [4801, 4711] }), 400, /Unknown label 4711/);
		expect(sandbox.state.row(8001, 61_001).cells.get(4801)).toBe('Anna');
	});
});

describe('sendouts and reminders', () => {
	const sendout = sampleCall(12).body as Record<string, unknown>;
	const create = (change: object) =>
		call('POST', '/surveys/501/sendouts', { ...sendout, ...change });

	it.each([
		['no name', { name: '' }, /name may not be empty/],
		['an unknown type', { type: 'FAX' }, /type is one of EMAIL, SMS, LOGIN, TWOWAY/],
		['a date with a zone', { sendDate: '2030-03-01T08:00:00+01:00' }, /sendDate is not a date/],
		['no date', { sendDate: '' }, /sendDate may not be empty/],
		['no sender', { sender: '' }, /sender may not be empty/],
		['no subject', { subject: undefined }, /subject may not be empty/],
		['no message', { message: ' ' }, /message may not be empty/],
		['an SMS sender of 12', { type: 'SMS', sender: 'TwelveLetter' }, /11 characters/],
		['an SMS sender of 16 digits', { type: 'SMS', sender: '4673512345678901' }, /15 digits/],
		['an SMS sender with a space', { type: 'SMS', sender: 'My shop' }, /a-z A-Z 0-9/],
		['an SMS sender with an umlaut', { type: 'SMS', sender: 'Küche' }, /a-z A-Z 0-9/],
		['a message for LOGIN', { type: 'LOGIN' }, /left empty/],
	])('%s causes a 400', async (_, change, message) => {
		const before = sandbox.state.sendouts.size;
		await refused(create(change), 400, message);
		expect(sandbox.state.sendouts.size).toBe(before);
	});

	it.each([
		['an SMS from a number of 15 digits', { type: 'SMS', sender: '467351234567890' }],
		['an SMS without subject', { type: 'SMS', sender: 'Example1', subject: undefined }],
		['LOGIN with nothing', { type: 'LOGIN', sendDate: '', sender: '', subject: '', message: '' }],
		[
			'LOGIN with nulls',
			{ type: 'LOGIN', sendDate: null, sender: null, subject: null, message: null },
		],
	])('accepted: %s', async (_, change) => {
		expect((await create(change)).status).toBe(200);
	});

	it.each([
		['an unknown logic', { sendoutLogic: 'SOME' }, /sendoutLogic is one of ALL/],
		['no date', { sendDate: '' }, /sendDate is not a date/],
		['no sender', { sender: undefined }, /lacks sender/],
		['no subject', { subject: undefined }, /subject may not be empty/],
	])('a reminder with %s causes a 400', async (_, change, message) => {
		const reminder = { ...(sampleCall(19).body as object), ...change };
		await refused(call('POST', `${email}/reminders`, reminder), 400, message);
	});

	it('a label of an unknown type causes a 400', async () => {
		const body = { name: 'x', labelType: 'NUMBER' };
		await refused(call('POST', `${email}/labels`, body), 400, /labelType is one of TEXT, ORDINAL/);
	});
});

describe('an inactive or ended survey', () => {
	it.each([
		['inactive', '/surveys/505/sendouts/7041', /505 is not active/],
		['ended', '/surveys/506/sendouts/7051', /506 ended/],
	])('refuses respondents and activation: %s', async (_, path, message) => {
		await refused(call('POST', `${path}/respondents`, person('a@example.com')), 400, message);
		const batch = { surveyRespondents: [person('a@example.com')] };
		await refused(call('POST', `${path}/respondents/batch`, batch), 400, message);
		await refused(call('POST', `${path}/activate`, {}), 400, message);
	});
});

describe('the log of calls', () => {
	it('contains each call, and never the key', async () => {
		await call('POST', `${email}/respondents`, person('anna@example.com'));
		await call('GET', '/surveys/502/answers?completed=true');
		const wrong = callerOf(sandbox, { 'X-API-KEY': 'not-the-key' });
		await wrong('GET', '/surveys');
		expect(sandbox.calls).toEqual([
			{
				operationId: 'addRespondent',
				method: 'POST',
				path: '/surveys/501/sendouts/7001/respondents',
				query: {},
				body: person('anna@example.com'),
				status: 200,
				startedAt: expect.any(Number),
				finishedAt: expect.any(Number),
				faults: [],
				workDone: true,
			},
			expect.objectContaining({ operationId: 'getAnswerSets', query: { completed: 'true' } }),
			expect.objectContaining({ operationId: 'getSurveys', status: 401, workDone: false }),
		]);
		expect(JSON.stringify(sandbox.calls)).not.toContain(sandbox.apiKey);
		expect(JSON.stringify(sandbox.calls)).not.toContain('not-the-key');
	});
});
