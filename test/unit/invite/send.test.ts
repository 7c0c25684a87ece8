import type { NetigateRequest } from '../../../nodes/shared/netigate/client';
import type { Sent } from '../../../nodes/shared/invite/lookUp';
import { sendPeople, type SendOptions } from '../../../nodes/shared/invite/send';
import type { Person } from '../../../nodes/shared/invite/respondents';
import { clientOf, responded } from '../../sandbox/directSandbox';

type Body = { contactDetails?: string; surveyRespondents?: Array<{ contactDetails: string }> };
interface Response {
	status?: number;
	body: unknown;
}
interface Row {
	RespondentId: number;
	Email: string;
}

const badRequest = { status: 400, body: '' };

const defaults: SendOptions = {
	reading: { type: 'LOGIN' },
	batchSize: 100,
	before: new Set(),
	stopAtFailure: false,
};

/**
 * A sendout in memory. `answerTo` may give its own response, after the work or instead of it. Only waiting moves the
 * clock.
 */
function setUp(
	answerTo: (names: string[], add: (names?: string[]) => Row[]) => Response | Promise<Response>,
	{
		listedAfterMs = 0,
		maxInFlight = 4,
		cancelledAfter = Infinity,
		refusedRead,
		...options
	}: Partial<SendOptions> & {
		listedAfterMs?: number;
		maxInFlight?: number;
		/** The number of requests before the execution is canceled. */
		cancelledAfter?: number;
		/** The number of the request for the list that is refused, starting at 1. */
		refusedRead?: number;
	} = {},
) {
	const rows: Row[] = [];
	const listedFrom = new Map<Row, number>();
	const sent: string[][] = [];
	let clock = 0;
	let waits = 0;
	let reads = 0;
	const respond = ({ method, body }: NetigateRequest): Response | Promise<Response> => {
		if (method === 'GET' && ++reads === refusedRead) return badRequest;
		if (method === 'GET')
			return { body: rows.filter((row) => (listedFrom.get(row) ?? 0) <= clock) };
		const { contactDetails, surveyRespondents } = (body ?? {}) as Body;
		const names = surveyRespondents?.map((one) => one.contactDetails) ?? [contactDetails!];
		sent.push(names);
		return answerTo(names, (those = names) => {
			const added = those.map((Email, index) => ({
				RespondentId: rows.length + index + 1,
				Email,
			}));
			rows.push(...added);
			for (const row of added) listedFrom.set(row, clock + listedAfterMs);
			return added;
		});
	};
	const client = clientOf(
		async (request) => {
			const { status = 200, body } = await respond(request);
			return responded(status, body);
		},
		{
			settleMs: 2000,
			sleep: async (ms) => {
				clock += ms;
				waits++;
			},
			now: () => clock,
			maxInFlight,
			cancelled: () => sent.length + reads >= cancelledAfter,
		},
	);
	const send = async (names: string[]) => {
		const people = names.map(
			(contact): Person => ({ contact, key: contact, sendMail: true, backgroundData: [] }),
		);
		const results = new Map<Person, Sent>();
		await sendPeople(
			client,
			'/surveys/501/sendouts/7001',
			people,
			{ ...defaults, ...options },
			(person, sent) => {
				expect(results.has(person)).toBe(false);
				results.set(person, sent);
			},
		);
		return people.map((person) => results.get(person)!);
	};
	return { rows, sent, send, waits: () => waits };
}

const logins = ['anna', 'bert', 'carl'];
const isIn = (results: Sent[]) => results.map((one) => 'respondent' in one);
const emails = (rows: Row[]) => rows.map(({ Email }) => Email).sort();
/** Refuses each request that has any of these people. */
const refusing =
	(bad: readonly string[], refusal: { status: number; body: unknown } = badRequest) =>
	(names: string[], add: () => Row[]) =>
		names.some((name) => bad.includes(name)) ? refusal : { body: add() };
const many = (count: number) =>
	Array.from({ length: count }, (_, index) => `person${index}@example.com`);

test.each<[string, (rows: Row[]) => unknown]>([
	[
		'login names in a different case',
		(rows) => rows.map((row) => ({ ...row, Email: row.Email.toUpperCase() })),
	],
	['no contact at all', (rows) => rows.map((row) => ({ ...row, Email: null }))],
	[
		'members in camelCase',
		(rows) => rows.map(({ RespondentId, Email }) => ({ respondentId: RespondentId, email: Email })),
	],
	[
		'ids as text',
		(rows) => rows.map((row) => ({ ...row, RespondentId: String(row.RespondentId) })),
	],
	['another order, wrapped', (rows) => ({ AddRowsResult: [...rows].reverse() })],
	['null among the entries', (rows) => [null, ...rows]],
	['a list without one person', (rows) => rows.slice(1)],
	['no list at all', () => 'done'],
])('a batch whose response has %s: everyone is sent once and added', async (_, look) => {
	const { rows, sent, send } = setUp((__, add) => ({ body: look(add()) }));
	const results = await send(logins);
	expect(sent).toEqual([logins]);
	expect(rows).toHaveLength(3);
	expect(isIn(results)).toEqual([true, true, true]);
});

test('marks people who are paired only by order, but not those who are named', async () => {
	const { send } = setUp((_, add) => ({
		body: add().map((row, index) => (index === 0 ? row : { ...row, Email: null })),
	}));
	expect(await send(logins)).toMatchObject([
		{ respondent: { RespondentId: 1 } },
		{ respondent: { RespondentId: 2 }, pairing: 'byOrder' },
		{ respondent: { RespondentId: 3 }, pairing: 'byOrder' },
	]);
	expect((await send(['dora']))[0]).not.toHaveProperty('pairing');
	const one = setUp((_, add) => ({ body: add().map((row) => ({ ...row, Email: null })) }));
	expect(await one.send(['dora'])).toEqual([{ respondent: { RespondentId: 1, Email: null } }]);
	expect(one.waits()).toBe(0);
});

test('a Netigate error in an HTTP 200 response adds no one', async () => {
	const { send } = setUp(() => ({ body: { statuscode: 400, MESSAGE: 'No such label' } }));
	expect(await send(['anna'])).toMatchObject([{ error: { outcome: 'refused', status: 400 } }]);
});

describe('someone who is refused alone', () => {
	const bad = 'bad@example.com';
	const refusal = { status: 400, body: { StatusCode: 400, Message: 'No such label' } };
	const adds = (does: boolean) => (names: string[], add: () => Row[]) => {
		if (!names.includes(bad)) return { body: add() };
		if (does) add();
		return refusal;
	};

	test.each([[[bad]], [[...logins.map((name) => `${name}@example.com`), bad]]])(
		'but was added counts as added: %j',
		async (names) => {
			const { rows, sent, send } = setUp((those, add) =>
				adds(those.length === 1)(those, () => add()),
			);
			const results = await send(names);
			expect(isIn(results)).toEqual(names.map(() => true));
			expect(emails(rows)).toEqual([...names].sort());
			expect(sent.filter((those) => those.length === 1 && those[0] === bad)).toHaveLength(1);
		},
	);

	test("and isn't in the list is refused with Netigate's message", async () => {
		const { send } = setUp(adds(false));
		const [{ error }] = (await send([bad])) as Array<{ error: Error }>;
		expect(error).toMatchObject({ outcome: 'refused', message: 'Netigate refused: No such label' });
	});

	test.each([0, 100])(
		'and appears a little later counts as added, after %i others',
		async (count) => {
			const { send } = setUp(adds(true), { listedAfterMs: 1000 });
			const results = await send([...many(count), bad]);
			expect(results.at(-1)).toMatchObject({ respondent: { Email: bad } });
		},
	);

	test('while the list cannot be read may have been added', async () => {
		const { rows, send } = setUp(adds(false));
		rows.push({ RespondentId: 'none' as unknown as number, Email: 'x@example.com' });
		const [{ error }] = (await send([bad])) as Array<{ error: Error }>;
		expect(error).toMatchObject({ outcome: 'unknown' });
		expect(error.message).toContain(
			"No such label. Couldn't confirm whether this contact was added",
		);
	});

	test('takes one look at the list for any number of people', async () => {
		const names = many(10);
		const { waits, send } = setUp(
			refusing(
				names.filter((_, index) => index % 2 === 1),
				refusal,
			),
		);
		await send(names);
		const alone = setUp(refusing([names[1]], refusal));
		await alone.send(names);
		expect(waits()).toBeLessThanOrEqual(alone.waits() + 1);
	});
});

test('sends no one again after 502, because the work may continue', async () => {
	const { sent, send } = setUp(() => ({ status: 502, body: '' }));
	expect(await send(logins)).toMatchObject(logins.map(() => ({ error: { outcome: 'unknown' } })));
	expect(sent).toHaveLength(1);
});

test('one person for whom Netigate fails with 500 does not block the other 19', async () => {
	const people = many(20);
	const { rows, send } = setUp(refusing([people[7]], { status: 500, body: '' }));
	const results = await send(people);
	expect(rows).toHaveLength(19);
	expect(results.flatMap((one, index) => ('error' in one ? [index] : []))).toEqual([7]);
});

test('uses smaller batches after one was too large for Netigate', async () => {
	const people = many(1000);
	const { rows, sent, send } = setUp((names, add) =>
		names.length > 20 ? badRequest : { body: add() },
	);
	const results = await send(people);
	expect(emails(rows)).toEqual([...people].sort());
	expect(results.every((one) => 'respondent' in one)).toBe(true);
	// The four concurrent batches are halved. All others are small from the start.
	expect(sent.filter((names) => names.length > 20).length).toBeLessThanOrEqual(4 * 3);
});

test('one refused person does not make all other batches small', async () => {
	const people = many(1000);
	const { rows, sent, send } = setUp(refusing([people[7]]));
	await send(people);
	expect(rows).toHaveLength(999);
	expect(sent.filter((names) => names.length === 100)).toHaveLength(10);
});

test('someone in a slow request is not sent again while others are refused', async () => {
	const [refused, slow] = [many(200).slice(0, 100), many(200).slice(100)];
	const { rows, send } = setUp(async (names, add) => {
		if (refused.includes(names[0])) return badRequest;
		await new Promise((resolve) => setTimeout(resolve, 200));
		return { body: add() };
	});
	await send([...refused, ...slow]);
	expect(emails(rows)).toEqual(slow.toSorted());
});

test('three refused people at the front do not block the other 97', async () => {
	const people = many(100);
	const { rows, send } = setUp(refusing(people.slice(0, 3)));
	await send(people);
	expect(rows).toHaveLength(97);
});

/** Halves until three people have failed alone, then tries two others. */
const HALVED = [100, 50, 25, 13, 7, 4, 2, 1, 1, 2, 1, 1, 1];

test.each([
	[1, 400, [1]],
	[1, 500, [1, 1, 1]],
	[100, 400, HALVED],
	[100, 500, HALVED],
	[500, 401, [100, 100, 100, 100]],
])(
	'if all requests to add %i people fail with HTTP %i, only a few are sent',
	async (count, status, sizes) => {
		const { sent, send } = setUp(() => ({ status, body: '' }));
		const results = await send(many(count));
		expect(sent.map(({ length }) => length)).toEqual(sizes);
		expect(isIn(results)).toEqual(results.map(() => false));
	},
);

test.each([
	[400, 4],
	[413, 4],
	[422, 4],
	[401, 0],
	[403, 0],
	[404, 0],
	[409, 0],
])(
	'if Netigate refuses one of five people with HTTP %i, %i of the others are added',
	async (status, count) => {
		const [bad, ...good] = many(5);
		const { rows, send } = setUp(refusing([bad], { status, body: '' }));
		const results = await send([bad, ...good]);
		expect(rows).toHaveLength(count);
		expect(isIn(results)).toEqual([false, ...good.map(() => count > 0)]);
	},
);

test('a lost contact is submitted again even if someone else appears in the list', async () => {
	const { rows, sent, send } = setUp((_, add) => {
		if (sent.length > 1) return { body: add() };
		rows.push({ RespondentId: 99, Email: 'other@example.com' });
		return { status: 500, body: '' };
	});
	expect(isIn(await send(many(1)))).toEqual([true]);
	expect(sent).toHaveLength(2);
});

test('someone whose response was lost is not confused with people who were matched by order', async () => {
	const { sent, send } = setUp((names, add) => {
		if (names.length === 1 && sent.length === 2) return { status: 500, body: '' };
		const rows = add();
		if (names.length > 1) for (const row of rows) Object.assign(row, { Email: null });
		return { body: rows };
	});
	expect(isIn(await send(many(101)))).not.toContain(false);
	expect(sent.map(({ length }) => length)).toEqual([100, 1, 1]);
});

test('sends no one again if the list contains null, which may be the lost respondent', async () => {
	const { rows, sent, send } = setUp((_, add) => {
		add();
		rows.fill(null as unknown as Row);
		return { status: 500, body: '' };
	});
	expect(await send(['anna'])).toMatchObject([{ error: { outcome: 'unknown' } }]);
	expect(sent).toHaveLength(1);
});

describe('when the list shows added people only later', () => {
	/** The time from adding a person until Netigate lists them, in milliseconds. */
	const LAG_MS = 30_000;

	test.each<[string, { status?: number; body: unknown }]>([
		['no content (202)', { status: 202, body: undefined }],
		['no content (204)', { status: 204, body: undefined }],
		['true', { body: true }],
		['only an ID', { body: 4711 }],
	])('a success with %s is never sent again', async (_, answer) => {
		const { rows, sent, send } = setUp((__, add) => (add(), answer), { listedAfterMs: LAG_MS });
		const results = await send(['anna@example.com']);
		expect([sent.length, rows.length]).toEqual([1, 1]);
		expect(results).toMatchObject([{ error: { outcome: 'unknown' } }]);
	});

	test('a batch whose response names no one is never sent again', async () => {
		const { rows, sent, send } = setUp((_, add) => (add(), { body: [] }), {
			listedAfterMs: LAG_MS,
		});
		expect(await send(many(3))).toMatchObject(
			many(3).map(() => ({ error: { outcome: 'unknown' } })),
		);
		expect([sent.length, rows.length]).toEqual([1, 3]);
	});

	test('a refused batch that was partly added: no one in the list is sent again', async () => {
		const [bad, ...good] = many(4);
		const { rows, send } = setUp(
			(names, add) =>
				names.includes(bad)
					? (add(names.filter((name) => name !== bad)), { status: 400, body: '' })
					: { body: add() },
			{ listedAfterMs: 1000 },
		);
		const results = await send([bad, ...good]);
		expect(emails(rows)).toEqual([...good].sort());
		expect(isIn(results)).toEqual([false, true, true, true]);
	});

	test('does not wait again after a refusal that added no one', async () => {
		const people = many(64);
		const bad = [people[1], people[40], people[63]];
		const { waits, send } = setUp(refusing(bad));
		const results = await send(people);
		expect(results.filter((one) => 'error' in one)).toHaveLength(3);
		// Halving stops at the first person accepted; each of the other two would cost as many requests.
		expect(waits()).toBeLessThanOrEqual(6);
	});
});

test('reports people as added even if others in their batch were refused', async () => {
	const [bad, ...good] = many(4);
	const { rows, send } = setUp((names, add) => ({
		body: {
			Respondents: add(names.filter((name) => name !== bad)),
			Errors: [{ Message: 'Not an address' }],
		},
	}));
	const results = await send([bad, ...good]);
	expect(emails(rows)).toEqual([...good].sort());
	expect(isIn(results)).toEqual([false, true, true, true]);
});

test('an empty 503 may come from a gateway after the work was done', async () => {
	const { rows, sent, send } = setUp((_, add) => (add(), { status: 503, body: undefined }));
	const results = await send(logins);
	expect([sent.length, rows.length]).toEqual([1, 3]);
	expect(isIn(results)).toEqual([true, true, true]);
});

test('a lost request is not sent again if the people it added are listed a little later', async () => {
	const { rows, sent, send } = setUp((_, add) => (add(), { status: 500, body: '' }), {
		listedAfterMs: 3000,
	});
	expect(isIn(await send(['anna']))).toEqual([true]);
	expect([sent.length, rows.length]).toEqual([1, 1]);
});

test.each([
	['a hidden contact', false, null, true, 'EMAIL'],
	['a different address', true, 'other@example.com', true, 'EMAIL'],
	['an address in another form', false, 'anna@xn--mller-kva.example', true, 'EMAIL'],
	[
		'an address in another form that may have been there before',
		true,
		'anna@xn--mller-kva.example',
		false,
		'EMAIL',
	],
	['a different login name', false, 'bert', true, 'LOGIN'],
	['a different login name that may have been there before', true, 'bert', false, 'LOGIN'],
])(
	'if the list has %s, a lost contact is submitted again: %s',
	async (_, again, Email, knows, type) => {
		const { rows, sent, send } = setUp(
			(__, add) => {
				if (sent.length > 1) return { body: add() };
				rows.push({ RespondentId: 99, Email: Email as string });
				return { status: 500, body: '' };
			},
			{ before: knows ? new Set() : undefined, reading: { type } },
		);
		const [result] = await send(['anna@example.com']);
		expect(sent).toHaveLength(again ? 2 : 1);
		if (again) expect(result).toHaveProperty('respondent');
		else
			expect(result).toMatchObject({
				error: {
					outcome: 'unknown',
					message: expect.stringContaining(
						"one of the respondents there who couldn't be identified",
					),
				},
			});
	},
);

test.each([
	['refused', 400],
	['lost', 500],
])(
	'with "On Error: Stop", nothing more is sent after a request for one person is %s',
	async (_, status) => {
		const people = many(20);
		const { sent, send } = setUp(refusing([people[0]], { status, body: '' }), {
			stopAtFailure: true,
			batchSize: 1,
			maxInFlight: 1,
		});
		const results = await send(people);
		expect(new Set(sent.flat())).toEqual(new Set([people[0]]));
		expect(results.slice(1)).toMatchObject(
			people.slice(1).map(() => ({
				error: { outcome: 'notDone', message: expect.stringMatching(/^Not sent: /) },
			})),
		);
	},
);

test.each([
	[1, 3, "most likely wasn't added"],
	[2, 3, "most likely wasn't added"],
	[2, 1, "list of respondents couldn't be read (The execution was canceled)"],
])(
	'%i lost people are not submitted again if the execution is canceled after %i requests',
	async (count, cancelledAfter, why) => {
		const { sent, send } = setUp(() => ({ status: 500, body: '' }), { cancelledAfter });
		expect(await send(many(count))).toMatchObject(
			many(count).map(() => ({
				error: { outcome: 'unknown', message: expect.stringContaining(why) },
			})),
		);
		expect(sent).toHaveLength(1);
	},
);

test('someone found in the list keeps that outcome if the list cannot be read again', async () => {
	const { send } = setUp(([anna], add) => (add([anna]), { status: 500, body: '' }), {
		before: undefined,
		refusedRead: 2,
	});
	expect(await send(['anna', 'bert'])).toMatchObject([
		{ error: { message: expect.stringContaining('may have been there before') } },
		{ error: { message: expect.stringContaining("couldn't be read") } },
	]);
});

describe('the number of requests', () => {
	const sizes = (sent: string[][]) => sent.map(({ length }) => length);

	test('is not increased by people who fail on their own', async () => {
		const people = many(500);
		const { sent, send } = setUp(
			(names, add) => {
				if (!names.includes(people[7])) return { body: add() };
				return { status: names.length > 1 ? 400 : 500, body: '' };
			},
			{ maxInFlight: 1 },
		);
		await send(people);
		expect(sizes(sent).filter((size) => size === 100)).toHaveLength(5);
	});

	test('is kept low by halving the size of batches that were too large', async () => {
		const { sent, send } = setUp(
			(names, add) => (names.length > 60 ? badRequest : { body: add() }),
			{ maxInFlight: 1 },
		);
		await send(many(300));
		expect(sizes(sent)).toEqual([100, 50, 50, 50, 50, 50, 50]);
	});

	test('is one per person, in the given order, if two people are refused', async () => {
		const people = many(10);
		const { sent, send } = setUp(refusing(people.slice(0, 2)), { batchSize: 1, maxInFlight: 1 });
		await send(people);
		expect(sent.flat()).toEqual(people);
	});

	test('is one per person, even if the last person is tried early after three refusals', async () => {
		const people = many(10);
		const { sent, send } = setUp(refusing(people.slice(0, 3)), { batchSize: 1, maxInFlight: 1 });
		await send(people);
		const tried = [...people.slice(0, 3), people[9], ...people.slice(3, 9)];
		expect(sent.flat()).toStrictEqual(tried);
	});

	test('stays low for a slow batch after all people in another batch were refused', async () => {
		const { sent, send } = setUp(
			async (names) => {
				if (names.length === 8) await new Promise((resolve) => setTimeout(resolve, 50));
				return badRequest;
			},
			{ batchSize: 8 },
		);
		await send(many(11));
		expect(sizes(sent)).toEqual([8, 3, 2, 1, 1, 1, 4, 2, 1, 1, 1]);
	});
});
