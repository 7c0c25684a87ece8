import type { NetigateClient, NetigateRequest } from '../../../nodes/shared/netigate/client';
import { createOnce, type Creation } from '../../../nodes/shared/netigate/createOnce';
import { NetigateError } from '../../../nodes/shared/netigate/errors';

interface Thing {
	id: number;
	name: string;
}

const lostAnswer = () =>
	new NetigateError('The connection was lost', { outcome: 'unknown', advice: 'Look.' });

/** A list on the other side, and what becomes of each request in their order. */
function account(
	fates: Array<'done' | 'doneButLost' | 'slow' | 'lost' | 'delayed' | 'refused' | 'silent'>,
) {
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
			if (fate === 'delayed' || fate === 'lost') throw lostAnswer();
			const thing = add(name);
			if (fate === 'doneButLost') throw lostAnswer();
			if (fate === 'slow') for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
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

test.each(['done', 'doneButLost', 'silent'] as const)(
	'%s: what was created is returned',
	async (fate) => {
		const { create, sent, things } = account([fate]);
		expect(await create('New')).toEqual({ id: 2, name: 'New' });
		expect(sent).toHaveLength(1);
		expect(things).toHaveLength(2);
	},
);

test.each([{ 0: { id: 1 } }, [null], [{ name: 'Old' }], 'text'])(
	'what is known of before as %j cannot be read, so the list is read',
	async (before) => {
		const { create } = account(['doneButLost']);
		const created = await create('New', { before: before as unknown as Thing[] });
		expect(created).toEqual({ id: 2, name: 'New' });
	},
);

test('one of the same name that was there before is not taken for it', async () => {
	const { create, sent } = account(['lost']);
	const reason = /wasn't found in the list, so it most likely wasn't created/;
	await expect(create('Old')).rejects.toThrow(reason);
	expect(sent).toHaveLength(1);
});

test('sent again only where that does no harm, and only when nothing new is there', async () => {
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

test('it is given up after three tries', async () => {
	const { create, sent } = account(['lost', 'lost', 'lost', 'done']);
	await expect(create('New', { sendAgain: true })).rejects.toThrow(/most likely wasn't created/);
	expect(sent).toHaveLength(3);
});

test('a refused one is not looked for', async () => {
	const { create, sent } = account(['refused']);
	await expect(create('New', { sendAgain: true })).rejects.toMatchObject({ outcome: 'refused' });
	expect(sent).toHaveLength(1);
});

test('a list that cannot be read beforehand: nothing is sent', async () => {
	const { create, sent, unreadable } = account([]);
	unreadable();
	await expect(create('New')).rejects.toThrow('Away');
	expect(sent).toEqual([]);
});

test('a list that cannot be read afterwards: it cannot be told, and is not sent again', async () => {
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

test('several of the same name at once, some answers lost: each gets one of its own', async () => {
	const { create, things, sent } = account(['doneButLost', 'done', 'doneButLost', 'done']);
	const created = await Promise.all(
		['New', 'New', 'New', 'New'].map(async (name) => await create(name)),
	);
	expect(new Set(created.map(({ id }) => id))).toEqual(new Set([2, 3, 4, 5]));
	expect(things).toHaveLength(5);
	expect(sent).toHaveLength(4);
});

test('several lost ones of which not all were done: nobody gets that of another', async () => {
	const { create, things } = account(['doneButLost', 'lost', 'lost', 'done']);
	const results = await Promise.allSettled(
		['New', 'New', 'New', 'New'].map(async (name) => await create(name)),
	);
	const ids = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
	expect(new Set(ids).size).toBe(ids.length);
	expect(ids).toHaveLength(2);
	expect(things).toHaveLength(3);
});

test('what another item is just having made is not taken for the lost one', async () => {
	const { create } = account(['slow', 'lost']);
	const [slow, lost] = await Promise.allSettled([create('New'), create('New')]);
	expect(slow).toEqual({ status: 'fulfilled', value: { id: 2, name: 'New' } });
	expect(lost.status).toBe('rejected');
});

test('one of the same name made by somebody else meanwhile: it cannot be told which is which', async () => {
	const { create, add, sent } = account(['doneButLost']);
	const creating = create('New', { sendAgain: true });
	add('New');
	await expect(creating).rejects.toMatchObject({
		outcome: 'unknown',
		message: expect.stringMatching(/IDs 2, 3 are new/),
	});
	expect(sent).toHaveLength(1);
});

test('two that differ in what the list does not show, one lost: neither is given away', async () => {
	const { create } = account(['lost', 'doneButLost']);
	const results = await Promise.allSettled([
		create('New', {}, { message: 'a' }),
		create('New', {}, { message: 'b' }),
	]);
	expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('the list is read once for all items of a run, not at all where it is known', async () => {
	const { create, client } = account([]);
	const get = jest.spyOn(client, 'get');
	await Promise.all(['A', 'B', 'C'].map(async (name) => await create(name)));
	expect(get).toHaveBeenCalledTimes(1);
	await create('D', { list: '/other', before: [] });
	expect(get).toHaveBeenCalledTimes(1);
});

test('one that comes to light only after the first look is found by the second', async () => {
	const { create, sent } = account(['delayed']);
	expect(await create('New')).toEqual({ id: 91, name: 'New' });
	expect(sent).toHaveLength(1);
});

test('an entry of the list that is nothing may be the lost one: it is not sent again', async () => {
	const { create, client, sent, things } = account(['doneButLost']);
	const { get } = client;
	jest
		.spyOn(client, 'get')
		.mockImplementationOnce(get)
		.mockImplementation(async () => [things[0], null]);
	await expect(create('New', { sendAgain: true })).rejects.toThrow(/Couldn't confirm whether/);
	expect(sent).toHaveLength(1);
});
