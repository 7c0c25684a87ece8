import type { IDataObject } from 'n8n-workflow';
import { CALLS, QUESTIONS } from '../../nodes/shared/accountCheck/contract';
import { sampleIds, type Sandbox, type Settings } from '../sandbox';
import type { AnswerChange } from '../sandbox/changes';
import { useSandbox } from '../sandbox/useSandbox';
import { byId } from './actions/cases';
import { createEngine } from './harness';
import { pairwise } from './pairwise';

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

async function run(more: IDataObject = {}) {
	const requestOptions = { retryForSeconds: 1 };
	const parameters = { resource: 'account', operation: 'check', requestOptions, ...more };
	return await engine.run({ parameters });
}

/** Runs the check. @returns all findings, and functions that find the one about a question or a call */
async function check(more: IDataObject = {}) {
	const { output, error, hints } = await run(more);
	expect(error).toBeUndefined();
	const findings = output.map(({ json }) => json);
	return {
		findings,
		question: (id: string) => findings.find(({ question }) => question === id)!,
		call: (number: number) => findings.find((each) => each.call === number && !each.question)!,
		summary: hints[0].message,
	};
}

const ofSupport = { surveyId: byId(surveys.support) };

/** Adds answers whose dates reveal the order, the date bounds and the page size. */
function addAnswers({ state }: Sandbox) {
	const at = (day: number, hour: number) =>
		`2026-08-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`;
	state.addAnswerSets(surveys.support, 450, (index) => ({
		created: at(1 + (index % 10), index % 24),
		completed: at(11 + ((index * 7) % 10), index % 23),
	}));
}

describe('an account that matches the documentation', () => {
	test('returns one finding for each read-only call and each open question', async () => {
		const { findings } = await check();
		const calls = findings.filter(({ question }) => question === null);
		expect(calls.map(({ call }) => call)).toEqual(Object.keys(CALLS).map(Number));
		const questions = findings.flatMap(({ question }) => question ?? []);
		expect(questions.sort()).toEqual(['new-ids', ...Object.keys(QUESTIONS)].sort());
	});

	test('starts each finding with its meaning and what to do', async () => {
		const { findings } = await check();
		for (const finding of findings)
			expect(Object.keys(finding).slice(0, 4)).toEqual(['meaning', 'whatToDo', 'about', 'seen']);
	});

	test('shows the call, the expected and the actual response, and the meaning', async () => {
		const { call } = await check();
		expect(call(15)).toEqual({
			call: 15,
			request: 'GET /surveys/{surveyId}/sendouts/{sendoutId}/respondents',
			about: 'The response',
			expected: 'Respondent[], as documented',
			seen: 'As documented',
			meaning: 'nothing',
			whatToDo: 'Nothing',
			asExpected: true,
			question: null,
			answer: null,
			entries: 4,
			milliseconds: expect.any(Number),
		});
	});

	test('summarizes the findings in a hint', async () => {
		const { findings, summary } = await check();
		expect(findings.every(({ asExpected }) => asExpected !== false)).toBe(true);
		expect(summary).toMatch(/^(\d+) of \1 facts are as expected; .*You're good to go\.$/);
	});

	test('checks the chosen survey', async () => {
		await check({ surveyId: byId(surveys.trainer) });
		const looked = sandbox.calls.filter(({ operationId }) => operationId === 'getQuestions');
		expect(looked.map(({ path }) => path)).toEqual([`/surveys/${surveys.trainer}/questions`]);
	});

	test('with "Deep", reads more surveys and finds the exact largest page size', async () => {
		sandbox.changeSettings({ largestPageSize: 1234 });
		const plain = (await check()).question('largest-page');
		const before = sandbox.calls.length;
		const deep = (await check({ options: { deep: true } })).question('largest-page');
		expect([plain.answer, deep.answer]).toEqual([1000, 1234]);
		expect(sandbox.calls.length).toBeGreaterThan(before * 2);
	});

	test('reports no difference if an account has no surveys to check', async () => {
		sandbox.state.surveys.clear();
		const { findings, call } = await check();
		expect(call(15)).toMatchObject({ asExpected: null, meaning: 'nothing' });
		expect(findings.some(({ asExpected }) => asExpected === false)).toBe(false);
	});
});

describe('people in inactive sendouts', () => {
	test('are counted in a finding with advice, and a hint names their sendout', async () => {
		const { supportEmail, supportTwoway } = sendouts;
		// Has already sent its invitations.
		sandbox.people.deactivate(sandbox.state.sendout(surveys.support, supportEmail));
		const twoWay = sandbox.state.sendout(surveys.support, supportTwoway);
		sandbox.state.addRespondent(twoWay, 'waiting@example.com', new Map());
		const { output, hints } = await run(ofSupport);
		const finding = output.find(({ json }) => json.about === 'People in inactive sendouts')!.json;
		expect(finding).toMatchObject({ seen: '1 in 1 sendout', meaning: 'take care' });
		expect(finding.whatToDo).toContain('Sendout > Activate');
		const [, ...named] = hints.map(({ message }) => message);
		expect(named).toEqual([
			expect.stringContaining(`Sendout ${supportTwoway} isn't active, so the person in it`),
		]);
	});

	test('are found in any sendout of the survey', async () => {
		const late = [1, 2, 3].map((number) =>
			sandbox.state.addSendout(surveys.support, {
				...{ name: `Late ${number}`, type: 'EMAIL', logic: 'ALL', sendDate: null },
				...{ sender: '', subject: '', message: '' },
			}),
		);
		sandbox.state.addRespondent(late[2], 'waiting@example.com', new Map());
		const { hints } = await run(ofSupport);
		expect(hints.map(({ message }) => message)).toContainEqual(
			expect.stringContaining(`Sendout ${late[2].id} isn't active`),
		);
	});
});

describe('read-only access', () => {
	test.each([false, true])(
		'makes only GET calls, one at a time, and never copies a survey (deep: %s)',
		async (deep) => {
			const contents = () =>
				JSON.stringify([...sandbox.state.surveys, ...sandbox.state.respondents]);
			const before = contents();
			await check({ options: { deep } });
			expect(new Set(sandbox.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
			expect(sandbox.calls.some(({ path }) => path.includes('copy'))).toBe(false);
			expect(contents()).toBe(before);
			expect(sandbox.state.invitations).toEqual([]);
			expect(sandbox.maxInFlight).toBe(1);
		},
	);
});

describe('differences from the documentation', () => {
	test('rates a refused call by what depends on it', async () => {
		sandbox.faults.add({ kind: '400', operationId: 'getRespondents' });
		sandbox.faults.add({ kind: '400', operationId: 'getUsers' });
		const { call, summary } = await check();
		const seen = 'HTTP 400 for 2 of 2 calls';
		expect(call(15)).toMatchObject({ meaning: 'stop', asExpected: false, seen });
		expect(call(25)).toMatchObject({ meaning: 'take care', asExpected: false });
		expect(summary).toMatch(/2 differ; .*Stop: 1 of them matters\.$/);
	});

	test('reports a web page in place of a response', async () => {
		sandbox.faults.add({ kind: 'html', operationId: 'getCategories' });
		expect((await check()).call(22).seen).toBe('no readable response to 1 of 1 calls');
	});

	test('ignores a connection that breaks once', async () => {
		sandbox.faults.add({ kind: 'dropBefore', operationId: 'getUsers', times: 1 });
		expect((await check()).call(25)).toMatchObject({ asExpected: true });
	});

	const inactive = { do: 'set', member: 'Active', value: null };
	const created = (value: string) => ({ do: 'set', member: 'Created', value });
	test.each([
		['nothing', { do: 'text', member: 'UserId' }, 'User.UserId: a whole number as text in 2 of 2'],
		[
			'nothing',
			{ do: 'listAsObject' },
			'Answer: an object with the list in it in 1 of 1, expected',
		],
		['nothing', created('2026-09-27T15:38:26.123+02:00'), '9999-99-99T99:99:99.999+99:99'],
		['take care', created('27.09.2026 15:38'), 'a date such as 99.99.9999 99:99'],
		['take care', { do: 'remove', member: 'Language' }, 'User.Language: missing in 2 of 2'],
		['take care', inactive, 'User.Active: null in 2 of 2, expected true or false'],
		['take care', { do: 'replaceWithNull', at: 0 }, 'Answer entry: null in 1 of 2, expected an'],
		['stop', { do: 'remove', member: 'UserId' }, 'User.UserId: missing in 2 of 2'],
	])('rates as "%s" a response changed by %j', async (meaning, change, seen) => {
		const changes = [change as AnswerChange];
		sandbox.faults.add({ kind: 'answer', operationId: 'getUsers', changes });
		const finding = (await check()).call(25);
		expect(finding.seen).toContain(seen);
		expect(finding).toMatchObject({ meaning, asExpected: false });
	});

	test('retries when Netigate is busy, and reports the rate limit', async () => {
		sandbox.faults.add({ kind: '429', everyNth: 10, retryAfterSeconds: 0 });
		const { question } = await check();
		expect(question('rate-limit')).toMatchObject({ answer: 'busy' });
	});

	test('names new members made of API words, and shows only the length of others', async () => {
		const users = [{ ...sandbox.state.users.values().next().value }] as IDataObject[];
		users[0] = { ...users[0], TimeZone: 'x', 'Anna Andersson': 'x', AnnaAndersson: 'x' };
		const change = { do: 'replace', value: users } as const;
		sandbox.faults.add({ kind: 'answer', operationId: 'getUsers', changes: [change] });
		const { question } = await check();
		const seen = question('new-members').seen as string;
		expect(seen).toContain('User: TimeZone');
		expect(seen).toContain('User: a name of 13 characters');
		expect(seen).not.toMatch(/anna/i);
	});
});

describe('open questions that read-only calls can answer', () => {
	/** The answer to each question, depending on the sandbox's settings. */
	const expected: Record<string, (settings: Settings) => unknown> = {
		'reads-bare': ({ wrapped }) => (wrapped === 'everything' ? 'wrapped' : 'bare'),
		'http-status': ({ errorHttpStatus }) => (errorHttpStatus === 'same' ? 'same' : errorHttpStatus),
		'member-names': ({ memberCase }) => memberCase,
		'new-members': ({ extraFields }) => (extraFields ? 'some' : 'none'),
		'listed-contact': ({ listedEmail }) => (listedEmail === 'asSent' ? 'given' : listedEmail),
		'largest-page': ({ largestPageSize }) => largestPageSize,
		'page-size-over': ({ largestPageSize, pageSizeOver }) =>
			largestPageSize >= 1000 ? null : pageSizeOver,
		'date-bounds': ({ dateBounds }) => dateBounds,
		'updated-with-data': ({ dataDates }) => dataDates,
		'updated-without-data': ({ headDates }) => headDates,
		'total-pages': ({ totalPages }) => totalPages,
		'answer-order': ({ answerOrder }) => answerOrder,
		'answers-by-respondent': ({ answersByRespondent }) => answersByRespondent,
		'document-shape': ({ documentShape }) => documentShape,
		'null-lists': ({ emptyLists }) => emptyLists,
		'checkbox-title': ({ checkboxTitle }) => (checkboxTitle ? 'with' : 'without'),
		'texts-markup': ({ texts }) =>
			({ plain: 'no', html: 'both', htmlInTree: 'tree', htmlInAnswers: 'answers' })[texts],
		'matrix-answers': () => 'row and column',
	};
	const choices = {
		wrapped: ['documented', 'everything'],
		errorHttpStatus: ['same', 200, 201, 202, 500],
		memberCase: ['documented', 'camelCase', 'upperCase'],
		extraFields: [false, true],
		listedEmail: ['asSent', 'capitals', 'null', 'omitted'],
		largestPageSize: [1000, 200],
		pageSizeOver: ['reject', 'clamp'],
		dateBounds: ['inclusive', 'exclusive'],
		dataDates: ['changed', 'created'],
		dates: ['documented', 'offset', 'dotNet'],
		noDate: ['null', 'minimum'],
		totalPages: ['given', 'omitted', 'null'],
		answerOrder: ['createdAsc', 'createdDesc', 'updatedAsc', 'updatedDesc'],
		answersByRespondent: ['empty', 'full'],
		documentShape: ['array', 'object'],
		emptyLists: ['array', 'null', 'noContent'],
		checkboxTitle: [true, false],
		texts: ['plain', 'html', 'htmlInTree', 'htmlInAnswers'],
		byteOrderMark: [false, true],
	};
	const combinations = pairwise(choices);

	test('the combinations contain every pair of settings', () => {
		const values = Object.entries(choices).flatMap(([name, all]) =>
			all.map((value): [string, unknown] => [name, value]),
		);
		for (const [a, x] of values)
			for (const [b, y] of values)
				if (a !== b) expect(combinations.some((each) => each[a] === x && each[b] === y)).toBe(true);
		expect(combinations.length).toBeLessThan(60);
	});

	test.each(combinations.map((one) => [JSON.stringify(one), one] as const))(
		'are answered correctly with %s',
		async (_, settings) => {
			sandbox.changeSettings(settings as Partial<Settings>);
			addAnswers(sandbox);
			const { question, findings } = await check(ofSupport);
			const answers = Object.keys(expected).map((id) => [id, question(id).answer]);
			const right = Object.entries(expected).map(([id, answer]) => [id, answer(sandbox.settings)]);
			expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(right));
			// The account still works with all of these settings.
			expect(findings.filter(({ meaning }) => meaning === 'stop')).toEqual([]);
		},
	);

	test('warns that the trigger would miss answers if lists are filtered by creation date', async () => {
		sandbox.changeSettings({ headDates: 'created' });
		addAnswers(sandbox);
		const { findings } = await check(ofSupport);
		expect(findings[0]).toMatchObject({ question: 'updated-without-data', answer: 'created' });
		expect(findings[0]).toMatchObject({ meaning: 'stop', whatToDo: expect.any(String) as string });
	});

	test.each(['named', 'paged'] as const)(
		'%s lists are reported and still read',
		async (listShape) => {
			sandbox.changeSettings({ listShape, documentShape: 'object' });
			const { findings, call } = await check(ofSupport);
			expect(call(1).seen).toContain('an object with the list in it');
			expect(findings.filter(({ meaning }) => meaning === 'stop')).toEqual([]);
		},
	);

	test('IDs beyond 2^31 are reported', async () => {
		const { question } = await check({ surveyId: byId(surveys.trainer) });
		expect(question('new-ids')).toMatchObject({ answer: 'beyond' });
	});
});

describe('personal data', () => {
	/** Appears in all texts, member names and errors of the account. Also looks like a member name. */
	const MARK = 'Zebedee';
	const marked = new RegExp(MARK, 'i');

	/** Adds the mark to all texts of a response, and adds unknown members that contain it. */
	function withMarks(answer: unknown): unknown {
		if (Array.isArray(answer)) return answer.map(withMarks);
		if (typeof answer === 'string')
			return /^\d{4}-|^[A-Z_]+$/.test(answer) ? answer : `${MARK} ${answer}`;
		if (typeof answer !== 'object' || answer === null) return answer;
		return {
			...Object.fromEntries(
				Object.entries(answer).map(([name, value]) => [name, withMarks(value)]),
			),
			[MARK]: MARK,
			[`${MARK}@example.com`]: { [`${MARK}Name`]: MARK },
			[`Is${MARK}`]: [MARK],
		};
	}

	/** Marks the response to each call that the check makes. */
	async function markedAnswers(): Promise<void> {
		const { url, apiKey } = sandbox;
		await check({ options: { deep: true } });
		const calls = sandbox.calls.filter(({ status }) => status === 200);
		for (const { operationId, path, query } of calls) {
			const search = new URLSearchParams(query as Record<string, string>);
			const answer = await fetch(`${url}${path}?${search}`, { headers: { 'X-API-KEY': apiKey } });
			const value = withMarks(await answer.json());
			const changes = [{ do: 'replace', value } as const];
			sandbox.faults.add({ kind: 'answer', operationId: operationId!, path, changes });
		}
	}

	test.each([false, true])('is never in the report (deep: %s)', async (deep) => {
		await markedAnswers();
		sandbox.clearCalls();
		const { output, hints, error } = await run({ options: { deep } });
		expect(error).toBeUndefined();
		const report = JSON.stringify([output, hints]);
		expect(report).toContain('a new member');
		expect(report).not.toMatch(marked);
		expect(report).not.toContain('example.com');
		expect(report).not.toContain(sandbox.apiKey);
		// The sample's IDs are larger than any count.
		expect(report).not.toMatch(/\b(502|7011|60001|90001|3000\d{6})\b/);
	});

	test.each([
		['in place of texts', { do: 'set', member: 'Name', value: { [MARK]: MARK } }],
		['in place of ids', { do: 'set', member: 'SurveyId', value: MARK }],
		['in place of dates', { do: 'set', member: 'Created', value: MARK }],
		['as a choice', { do: 'set', member: 'DispatchType', value: MARK }],
		['in place of the response', { do: 'replace', value: MARK }],
		['as a list by name', { do: 'replace', value: { [MARK]: { Name: MARK } } }],
		['in a list of texts', { do: 'replace', value: [MARK, [MARK]] }],
		['as a wrapper', { do: 'replace', value: { [`${MARK}Result`]: [{ Email: MARK }] } }],
		['in an error object', { do: 'replace', value: { StatusCode: 400, Message: MARK } }],
		['as the code of an error', { do: 'replace', value: { StatusCode: MARK, Message: MARK } }],
	] as const)('is not reported from odd responses: %s', async (_, change) => {
		sandbox.faults.add({ kind: 'answer', changes: [change] });
		const { output, hints, error } = await run();
		const report = JSON.stringify([output, hints, error?.message, error?.description]);
		expect(report).not.toMatch(marked);
		expect(report).toMatch(/\w/);
	});

	test("is not reported from Netigate's error messages, whatever their status", async () => {
		for (const operationId of ['getSurveys', 'getSurvey', 'getRespondents']) {
			for (const StatusCode of [400, 401, 404, 500]) {
				sandbox.faults.clear();
				const changes = [{ do: 'replace', value: { StatusCode, Message: `No ${MARK}` } } as const];
				sandbox.faults.add({ kind: 'answer', operationId, changes });
				const { output, error } = await run(ofSupport);
				expect(JSON.stringify([output, error?.message, error?.description])).not.toMatch(marked);
				if (operationId !== 'getRespondents')
					expect(error?.message).toContain(`HTTP ${StatusCode}`);
			}
		}
	});
});

test('refuses a survey that does not exist', async () => {
	const { error } = await run({ surveyId: byId(999_999) });
	expect(error?.message).toMatch(/Netigate refused the request \(HTTP 404\)/);
});

test("reads only the survey's sendouts", async () => {
	await check(ofSupport);
	const paths = sandbox.calls.filter(({ operationId }) => operationId === 'getRespondents');
	expect(paths.map(({ path }) => path)).toEqual(
		[sendouts.supportEmail, sendouts.supportTwoway].map(
			(id) => `/surveys/${surveys.support}/sendouts/${id}/respondents`,
		),
	);
});
