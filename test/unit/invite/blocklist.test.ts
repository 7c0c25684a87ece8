import { recipientFor } from '../../../nodes/shared/input/contact';
import { readBlocklist, sharedBlocklist } from '../../../nodes/shared/invite/blocklist';
import { clientOf, DirectSandbox, responded } from '../../sandbox/directSandbox';

/** The block list of an account with these entries. */
async function blocking(...contacts: string[]) {
	const { state, client } = new DirectSandbox();
	for (const contact of contacts) state.blocklist.add(contact);
	return await readBlocklist(client);
}

const blocks = async (entries: string[], contact: string, type = 'auto') =>
	(await blocking(...entries)).has(recipientFor({ type }, contact), { type });

test.each([
	['070 123 45 67', '46701234567'],
	['070-123 45 67', '+46 70 123 45 67'],
	['(0151) 23456789', '4915123456789'],
	['07911/123456', '00447911123456'],
	['0701234567', '+358701234567'],
	['+46701234567', '46701234567'],
	['46 70 123 45 67', '46701234567'],
	['00298212345', '+298 212345'],
	['701234567', '46701234567'],
	// Countries whose trunk prefix isn't 0: Hungary, Russia and Belarus
	['06 20 123 4567', '+36 20 123 4567'],
	['06/1-234-5678', '+36 1 234 5678'],
	['8 (916) 123-45-67', '+7 916 123-45-67'],
	['89161234567', '79161234567'],
	['80291234567', '+375 29 123-45-67'],
	['Anna.Berg', 'anna.berg'],
	['@müller.example', 'anna@müller.example'],
	['@example.com', 'a@example.com'],
	// A name before the address, several contacts in one entry, or text after them
	['Anna Berg anna@example.com', 'anna@example.com'],
	['Berg, Anna <Anna@Example.com>', 'anna@example.com'],
	['"Berg, Anna" anna@example.com', 'anna@example.com'],
	["o'brien@example.com (left 2024-01-15)", "o'brien@example.com"],
	["'anna@example.com'", 'anna@example.com'],
	['mailto:anna@example.com', 'anna@example.com'],
	['mailto:anna+news@example.com', 'anna+news@example.com'],
	['anna+news@example.com/ben@example.com', 'anna+news@example.com'],
	['anna@example.com*', 'anna@example.com'],
	['anna@example.com - unsubscribed', 'anna@example.com'],
	['anna@example.com.', 'anna@example.com'],
	['anna@example.com ben@example.com', 'anna@example.com'],
	['anna@example.com ben@example.com', 'ben@example.com'],
	['anna@example.com/ben@example.com', 'ben@example.com'],
	['anna@example.com|ben@example.com', 'anna@example.com'],
	['anna@example.com and ben@example.com', 'ben@example.com'],
	['anna @ example.com', 'anna@example.com'],
	['anna(at)example.com', 'anna@example.com'],
	['anna＠example.com', 'anna@example.com'],
	['anna@example.com\nben@example.com', 'ben@example.com'],
	['anna@example.com 46735123456', '46735123456'],
	['anna@example.com, 073-512 34 56', '+46735123456'],
	['everyone *@example.com', 'anna@example.com'],
	['@example.com (partner)', 'anna@example.com'],
	['Anna 0735123456', '46735123456'],
	['Tel. +46 73 512 34 56 (Anna)', '46735123456'],
	['46735123456 / 46735123457', '46735123456'],
	['46735123456 / 46735123457', '46735123457'],
	['0735123456 0735123457', '46735123457'],
	['073 512 34 56 12345', '46735123456'],
	['4915123456789 (2024-01-15 10:30)', '4915123456789'],
	['Room 12 073 512 34 56', '46735123456'],
	['Room 12 701234567', '46701234567'],
	['123456 1234567', '123456'],
	[`46 73 512 34 56${' 1'.repeat(15)}`, '46735123456'],
	[`anna@example.com ${'x'.repeat(983)}`, 'anna@example.com'],
	['+46735123456+46735123457', '46735123457'],
	['Anna.Berg (left)', 'anna.berg'],
	['Anna.Berg - left', 'anna.berg'],
	['login: annab', 'annab'],
	['anna.b / anna@example.com', 'anna.b'],
	['1042 left in May', '1042'],
	['123456 - left', '123456'],
])('a blocked %s blocks %s', async (entry, contact) => {
	expect(await blocks(['somebody@example.com', entry], contact)).toBe(true);
});

test.each([
	['070 123 45 67', '46701234568'],
	['070 123 45 67', '4670123456'],
	['0151 23456789', '+45 23 45 67 89'],
	['Anna 123456', 'anna'],
	['070 123 45 67', '467001234567'],
	['0701', '46701'],
	['06 20 123 4567', '46201234567'],
	['+49 70 123 45 67', '46701234567'],
	['0701234567', 'anna@example.com'],
	['joanna@example.com (left)', 'anna@example.com'],
	['anna@example.com 2024-01-15', '46735123456'],
	['anna@example.com.au x', 'anna@example.com'],
	['anna+news@example.com (left)', 'news@example.com'],
	['Anna anna@example.com', 'ben@example.com'],
	['Anna anna@example.com', 'anna'],
	['', 'anna@example.com'],
])('a blocked %s does not block %s', async (entry, contact) => {
	expect(await blocks([entry], contact)).toBe(false);
});

test('a blocked entry with punctuation blocks a phone number, but no login name that looks similar', async () => {
	expect(await blocks(['46-735123456'], '46735123456', 'LOGIN')).toBe(false);
	expect(await blocks(['46-735123456'], '46735123456', 'SMS')).toBe(true);
});

test.each([
	'anna@@example.com',
	'anna@example',
	'@example',
	'a***@example.com',
	'anna@ex…',
	'4,67351E+10',
	'+46 *** ** 56',
	'anna@example.com-left',
	'a@b@example.com',
	'Anna 12345678901234567890',
	`46 73 512 34 56${' 1'.repeat(16)}`,
	`anna@example.com ${'x'.repeat(984)}`,
	'٠١٧١١٢٣٤٥٦٧',
	`anna@example.com${' ; '.repeat(20_000)}`,
])('an unreadable entry stops the run: %#', async (entry) => {
	await expect(blocking('ben@example.com', entry)).rejects.toMatchObject({
		message: expect.stringMatching(/^The entry ".+" on the account's block list can't be read$/s),
		outcome: 'notDone',
	});
});

test.each(['jörg@example.com', '+8449710044257'])(
	'an entry that Netigate no longer accepts as a contact does not stop the run: %s',
	async (entry) => {
		expect(await blocks([entry], entry, 'LOGIN')).toBe(true);
		expect(await blocks([entry], 'anna@example.com')).toBe(false);
	},
);

describe('a response with the block list', () => {
	const reading = async (list: unknown) =>
		await readBlocklist(clientOf(async () => await Promise.resolve(responded(200, list))));

	test.each([
		['plain addresses', ['anna@example.com']],
		['an entry without a contact', [{ Email: null }, { Email: 'anna@example.com' }]],
		['a number', [{ Email: 46735123456 }, { Email: 'anna@example.com' }]],
	])('can contain %s', async (_, list) => {
		const blocklist = await reading(list);
		const isBlocked = (contact: string) =>
			blocklist.has(recipientFor({ type: 'auto' }, contact), { type: 'auto' });
		expect(isBlocked('anna@example.com')).toBe(true);
		expect(isBlocked('46735123456')).toBe(JSON.stringify(list).includes('467'));
	});

	test.each([[{}], [{ Email: { Address: 'anna@example.com' } }], [[]], [true]])(
		'stops the run if it contains %j instead of a contact',
		async (entry) => {
			await expect(reading([entry, 'ben@example.com'])).rejects.toMatchObject({
				message: "The account's block list can't be read",
				outcome: 'notDone',
			});
		},
	);
});

describe('executions that need the block list at the same time', () => {
	/** Each execution has its own client. The test ends each request. */
	function executions() {
		const requests: Array<{ by: number; end: (status?: number) => void }> = [];
		const blocked = ['anna@example.com'];
		const read = async (by: number, connection: string) => {
			const client = clientOf(
				async () => {
					const list = blocked.map((Email) => ({ Email }));
					const status = await new Promise<number>((resolve) =>
						requests.push({ by, end: (given = 200) => resolve(given) }),
					);
					return responded(status, status === 200 ? list : {});
				},
				{ connection },
			);
			const list = await sharedBlocklist(client);
			return ['anna', 'bo'].filter((name) =>
				list.has(recipientFor({ type: 'email' }, `${name}@example.com`), { type: 'email' }),
			);
		};
		const tick = async () => await new Promise((resolve) => setImmediate(resolve));
		const by = () => requests.map((request) => request.by);
		return { requests, blocked, read, tick, by };
	}

	test('share a request that is sent after all of them need it', async () => {
		const { requests, blocked, read, tick, by } = executions();
		const first = read(0, 'shared');
		await tick();
		blocked.push('bo@example.com');
		const others = [1, 2, 3].map(async (one) => await read(one, 'shared'));
		await tick();
		expect(by()).toEqual([0]);
		requests[0].end();
		expect(await first).toEqual(['anna']);
		await tick();
		expect(by()).toEqual([0, 1]);
		requests[1].end();
		expect(await Promise.all(others)).toEqual(others.map(() => ['anna', 'bo']));
	});

	test("read it on their own if another execution's request fails", async () => {
		const { requests, read, tick, by } = executions();
		const [first, second, third] = [0, 1, 2].map(async (one) => await read(one, 'failing'));
		await tick();
		requests[0].end(403);
		await expect(first).rejects.toThrow('403');
		await tick();
		requests[1].end(403);
		await expect(second).rejects.toThrow('403');
		await tick();
		expect(by()).toEqual([0, 1, 2]);
		requests[2].end();
		expect(await third).toEqual(['anna']);
	});

	test('share nothing if their accounts or options differ', async () => {
		const { requests, read, tick, by } = executions();
		const both = [read(0, 'one'), read(1, 'other')];
		await tick();
		expect(by()).toEqual([0, 1]);
		for (const { end } of requests) end();
		expect(await Promise.all(both)).toEqual([['anna'], ['anna']]);
	});
});
