import type { NetigateClient, NetigateRequest } from '../../../nodes/shared/netigate/client';
import { createOnce, sameName, type Creation } from '../../../nodes/shared/netigate/createOnce';
import { NetigateError } from '../../../nodes/shared/netigate/errors';

interface Thing {
	id: number;
	name: string;
}

const lostResponse = (mayStillRun = false) =>
	new NetigateError('The connection was lost', {
		outcome: 'unknown',
		advice: 'Look.',
		mayStillRun,
	});

/** What happens to a request, and whether its response shows it. */
type Fate =
	| 'done'
	| 'doneButLost'
	| 'slow'
	| 'silent'
	| 'withoutId'
	| 'unlisted'
	| 'lost'
	| 'running'
	| 'delayed'
	| 'refused';

/** A list in Netigate, and the fate of each request in order. */
function account(fates: Fate[]) {
	const things: Thing[] = [{ id: 1, name: 'Old' }];
	const sent: NetigateRequest[] = [];
	let delayed: Thing | undefined;
	let settled = 0;
	let readable = true;
	const add = (name: string) => {
		const thing = { id: things.length + 1, name };
		things.push(thing);
		return thing;
	};
	const client: NetigateClient = {
		maxInFlight: 4,
		cancelled: () => false,
		connection: '',
		settle: async () => {
			settled++;
			if (delayed && settled === 2) things.push(delayed);
		},
		get: async () => {
			if (!readable) throw new NetigateError('Away', { outcome: 'notDone', advice: '' });
			return structuredClone(things);
		},
		send: async (request) => {
			const fate = fates[sent.length] ?? 'done';
			sent.push(request);
			const { name } = request.body as { name: string };
			await Promise.resolve();
			if (fate === 'refused') throw new NetigateError('No', { outcome: 'refused', advice: '' });
			if (fate === 'delayed') delayed = { id: 91, name };
			if (fate === 'unlisted') return true;
			if (fate === 'running') throw lostResponse(true);
			if (fate === 'delayed' || fate === 'lost') throw lostResponse();
			const thing = add(name);
			if (fate === 'doneButLost') throw lostResponse();
			if (fate === 'slow') for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
			if (fate === 'withoutId') return { name };
			return fate === 'silent' ? true : thing;
		},
	};
	return {
		client,
		things,
		sent,
		add,
		unreadable: () => (readable = false),
		create: async (name: string, more: Partial<Creation<Thing>> = {}, extra = {}) =>
			await createOnce<Thing>(
				client,
				{ method: 'POST', path: '/things', body: { name, ...extra }, repeatable: false },
				{
					list: '/things',
					idOf: ({ id }) => id,
					isIt: (thing) => thing.name === name,
					called: `thing "${name}"`,
					...more,
				},
			),
	};
}

test.each(['done', 'doneButLost', 'silent', 'withoutId'] as const)(
	'returns the created entry (%s)',
	async (fate) => {
		const { create, sent, things } = account([fate]);
		expect(await create('New')).toEqual({ id: 2, name: 'New' });
		expect(sent).toHaveLength(1);
		expect(things).toHaveLength(2);
	},
);

test.each([{ 0: { id: 1 } }, [null], [{ name: 'Old' }], 'text'])(
	'reads the list if the known entries (%j) are unreadable',
	async (before) => {
		const { create } = account(['doneButLost']);
		const created = await create('New', { before: before as unknown as Thing[] });
		expect(created).toEqual({ id: 2, name: 'New' });
	},
);

test('does not mistake an older entry with the same name for the new one', async () => {
	const { create, sent } = account(['lost']);
	const reason = /wasn't found in the list, so it most likely wasn't created/;
	await expect(create('Old')).rejects.toMatchObject({
		message: expect.stringMatching(reason),
		advice: 'Look for the thing "Old" in Netigate before you run this item again.',
	});
	expect(sent).toHaveLength(1);
});

test('sends again only if that is harmless and the list has no new entry', async () => {
	const harmless = account(['lost', 'done']);
	expect(await harmless.create('New', { sendAgain: true })).toEqual({ id: 2, name: 'New' });
	expect(harmless.sent).toHaveLength(2);

	const renamed = account(['lost']);
	const creating = renamed.create('New', { sendAgain: true });
	await Promise.resolve();
	renamed.add('New (changed by Netigate)');
	await expect(creating).rejects.toMatchObject({
		outcome: 'unknown',
		advice: expect.stringMatching(/New in the list .*ID 2/),
	});
	expect(renamed.sent).toHaveLength(1);
});

test('does not resend a request that Netigate accepted, even if its entry is not in the list', async () => {
	const { create, sent } = account(['unlisted']);
	await expect(create('New', { sendAgain: true })).rejects.toMatchObject({ outcome: 'unknown' });
	expect(sent).toHaveLength(1);
});

test.each<[Fate, string, boolean]>([
	['doneButLost', 'was found', true],
	['lost', 'was not created', true],
	['running', 'may still be created', false],
])(
	'after a lost response (%s) whose entry %s, a similar entry can be identified: %s',
	async (fate, _, found) => {
		const { create } = account([fate, 'doneButLost']);
		await create('New', {}, { message: 'a' }).catch(() => {});
		const id = fate === 'doneButLost' ? 3 : 2;
		const creating = create('New', {}, { message: 'b' });
		if (found) expect(await creating).toEqual({ id, name: 'New' });
		else await expect(creating).rejects.toThrow(`belongs to this item: IDs ${id} are new`);
	},
);

test('fails after three tries', async () => {
	const { create, sent } = account(['lost', 'lost', 'lost', 'done']);
	await expect(create('New', { sendAgain: true })).rejects.toThrow(/most likely wasn't created/);
	expect(sent).toHaveLength(3);
});

test('does not look for a refused entry', async () => {
	const { create, sent } = account(['refused']);
	await expect(create('New', { sendAgain: true })).rejects.toMatchObject({ outcome: 'refused' });
	expect(sent).toHaveLength(1);
});

test('sends nothing if the list cannot be read beforehand', async () => {
	const { create, sent, unreadable } = account([]);
	unreadable();
	await expect(create('New')).rejects.toThrow('Away');
	expect(sent).toEqual([]);
});

test('reports an unknown outcome and does not send again if the list cannot be read afterwards', async () => {
	const { create, sent, client } = account(['doneButLost']);
	const { get } = client;
	jest
		.spyOn(client, 'get')
		.mockImplementationOnce(get)
		.mockRejectedValue(new NetigateError('Away', { outcome: 'notDone', advice: '' }));
	await expect(create('New', { sendAgain: true })).rejects.toThrow(
		/Couldn't confirm whether the thing "New" was created, because the list couldn't be read \(Away\)/,
	);
	expect(sent).toHaveLength(1);
});

test('concurrent requests with the same name get different entries, even if some responses are lost', async () => {
	const { create, things, sent } = account(['doneButLost', 'done', 'doneButLost', 'done']);
	const created = await Promise.all(
		['New', 'New', 'New', 'New'].map(async (name) => await create(name)),
	);
	expect(new Set(created.map(({ id }) => id))).toEqual(new Set([2, 3, 4, 5]));
	expect(things).toHaveLength(5);
	expect(sent).toHaveLength(4);
});

test('concurrent requests never get the same entry if some were lost before they were processed', async () => {
	const { create, things } = account(['doneButLost', 'lost', 'lost', 'done']);
	const results = await Promise.allSettled(
		['New', 'New', 'New', 'New'].map(async (name) => await create(name)),
	);
	const ids = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
	expect(new Set(ids).size).toBe(ids.length);
	expect(ids).toHaveLength(2);
	expect(things).toHaveLength(3);
});

test('does not mistake an entry that another item is creating for the lost one', async () => {
	const { create } = account(['slow', 'lost']);
	const [slow, lost] = await Promise.allSettled([create('New'), create('New')]);
	expect(slow).toEqual({ status: 'fulfilled', value: { id: 2, name: 'New' } });
	expect(lost.status).toBe('rejected');
});

test('reports an unknown outcome if someone else creates an entry with the same name', async () => {
	const { create, add, sent } = account(['doneButLost']);
	const creating = create('New', { sendAgain: true });
	add('New');
	await expect(creating).rejects.toMatchObject({
		outcome: 'unknown',
		message: expect.stringMatching(/IDs 2, 3 are new/),
	});
	expect(sent).toHaveLength(1);
});

test('fails for two requests whose entries look the same in the list if one was lost', async () => {
	const { create } = account(['lost', 'doneButLost']);
	const results = await Promise.allSettled([
		create('New', {}, { message: 'a' }),
		create('New', {}, { message: 'b' }),
	]);
	expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('reads the list once per run, and not at all if it is known', async () => {
	const { create, client } = account([]);
	const get = jest.spyOn(client, 'get');
	await Promise.all(['A', 'B', 'C'].map(async (name) => await create(name)));
	expect(get).toHaveBeenCalledTimes(1);
	await create('D', { list: '/other', before: [] });
	expect(get).toHaveBeenCalledTimes(1);
});

test('finds an entry that appears only after the first look', async () => {
	const { create, sent } = account(['delayed']);
	expect(await create('New')).toEqual({ id: 91, name: 'New' });
	expect(sent).toHaveLength(1);
});

test('does not send again if the list contains null, which may be the lost entry', async () => {
	const { create, client, sent, things } = account(['doneButLost']);
	const { get } = client;
	jest
		.spyOn(client, 'get')
		.mockImplementationOnce(get)
		.mockImplementation(async () => [things[0], null]);
	await expect(create('New', { sendAgain: true })).rejects.toThrow(/Couldn't confirm whether/);
	expect(sent).toHaveLength(1);
});

test.each([
	['Spring', true],
	['<b>Spring</b>', true],
	['Spring 2', false],
	['', false],
	[null, false],
])('the name %j in Netigate is the same as "Spring": %s', (name, same) => {
	expect(sameName(name, 'Spring')).toBe(same);
});
