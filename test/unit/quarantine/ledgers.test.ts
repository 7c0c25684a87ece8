import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { all, where } from '../../../nodes/shared/tables/rowStore';
import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { reserveAll } from '../../../nodes/shared/quarantine/reserve';
import type { Keeper } from '../../../nodes/shared/quarantine/ledger/table';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { MemoryTable, type Tick } from '../tables/memoryStore';
import { keptTable } from './keptTable';
import { claimOf, ledgerConformance } from './ledgerConformance';
import { MemoryRecords } from './memoryRecords';
import { PretendedRedis, runRedisWorkflow } from './redisWorkflow';

const START = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;

const anna = claimOf('anna');
const place = { contact: 'anna', survey: '501', group: '', address: null };
const invited = { ...place, kind: 'invited' as const };
const optedOut = { ...place, survey: '', kind: 'optedOut' as const, at: START };

/** Lets other runs continue, as a database would. */
const yielding: Tick = async () => {
	await new Promise((resolve) => setImmediate(resolve));
};

const around = (clock: { now: number }) => ({
	now: () => clock.now,
	sleep: async () => {
		await yielding('sleep');
	},
	random: Math.random,
});

/** Calls `before` once, the first time that it is called with true. */
const once = (before?: () => Promise<void>) => {
	let open = before;
	return async (now: boolean) => {
		if (!now) return;
		const first = open;
		open = undefined;
		await first?.();
	};
};

const keptByTable = (clock: { now: number }) => async () => {
	const store = new MemoryTable().store(yielding);
	return (node: string, days: number) => {
		const asking = { execution: `${node} ${clock.now}`, step: 'step' };
		const ledger = new RowLedger(store, asking, around(clock));
		return keptTable(ledger, store, { id: node, days }, clock);
	};
};

ledgerConformance('a table, all runs in one process', async () => {
	const clock = { now: START };
	const table = new MemoryTable();
	return {
		clock,
		keptBy: keptByTable(clock),
		as: (execution, step = 'step') =>
			new RowLedger(table.store(yielding), { execution, step }, around(clock)),
	};
});

test('the same person is asked in two projects at the same moment', async () => {
	const clock = { now: START };
	const projects = ['1', '2'].map((execution) => {
		const store = new MemoryTable().store(yielding);
		return new RowLedger(store, { execution, step: 'step' }, around(clock));
	});
	const claimed = await Promise.all(
		projects.map(async (ledger) => await ledger.claim([anna], START, null)),
	);
	for (const [{ reservationId }] of claimed) expect(reservationId).toEqual(expect.any(String));
});

test('a run that keeps no events, such as a test run, removes nothing from a table', async () => {
	const clock = { now: START };
	const keptBy = await keptByTable(clock)();
	await keptBy('monthly', 30).record([{ ...invited, at: START - 40 * DAY }]);
	clock.now += 2 * DAY;
	const reads = async () => await keptBy('test run', 0).all(0);
	await reads();
	expect(await reads()).toHaveLength(1);
	await keptBy('monthly', 30).read(['anna'], 0);
	expect(await reads()).toEqual([]);
});

test.each([
	['at', 'yesterday'],
	['until', 'tomorrow'],
	['state', 'done'],
	['kind', 'asked'],
])('a row whose %s was edited by hand allows no one', async (column, value) => {
	const table = new MemoryTable();
	const ledger = (execution: string) =>
		new RowLedger(table.store(), { execution, step: 'step' }, around({ now: START }));
	await ledger('1').claim([anna], START, 60_000);
	const [{ id }] = table.all();
	await table.store().run([{ update: all(where('id', 'eq', id)), set: { [column]: value } }]);
	await expect(ledger('2').claim([anna], START, null)).rejects.toThrow(
		`Row ${id} in the data table "netigate_quarantine" can't be read`,
	);
});

test('a clock that is years ahead for a while neither removes recent events nor keeps old ones forever', async () => {
	const clock = { now: START };
	const keptBy = await keptByTable(clock)();
	const dates = async () => (await keptBy('reader', 0).all(0)).map(({ at }) => (START - at) / DAY);
	await keptBy('yearly', 400).record(
		[100, 395].map((days) => ({ ...invited, at: START - days * DAY })),
	);
	await keptBy('weekly', 30).read(['anna'], 0);
	clock.now += 3000 * DAY;
	await keptBy('weekly', 30).read(['anna'], 0);
	clock.now -= 2999 * DAY;
	await keptBy('weekly', 30).read(['anna'], 0);
	expect(await dates()).toEqual([100, 395]);
	clock.now += 10 * DAY;
	await keptBy('yearly', 400).read(['anna'], 0);
	expect(await dates()).toEqual([100]);
	// A node that ran while the clock was ahead keeps events no longer than others.
	await keptBy('yearly', 30).read(['anna'], 0);
	clock.now += 22 * DAY;
	await keptBy('other', 10).record([{ ...invited, at: clock.now }]);
	clock.now += 20 * DAY;
	await keptBy('other', 10).read(['anna'], 0);
	expect(await dates()).toEqual([]);
});

test('reservations of a completely released run are removed from the table a day later', async () => {
	const clock = { now: START };
	const table = new MemoryTable();
	const use = (execution: string) => {
		const store = table.store();
		const ledger = new RowLedger(store, { execution, step: 'step' }, around(clock));
		return keptTable(ledger, store, { id: 'node', days: 30 }, clock);
	};
	const people = ['anna', 'bo', 'cem', 'dana'].map((contact) => claimOf(contact));
	const others = people.slice(1);
	for (const execution of ['1', '2', '3']) {
		await use(execution).claim(people, clock.now, 60_000);
		if (execution === '1') await use(execution).release(people);
		if (execution === '2') await use(execution).releaseHeld(people.map(({ contact }) => contact));
	}
	await use('4').release([anna]);
	clock.now += 2 * DAY;
	await use('5').read([], 0);
	const events = table.all().filter(({ kind }) => kind === 'invited');
	expect(events.map(({ token, state }) => [token, state])).toEqual([
		['3.step', 'held'],
		['3.step', 'released'],
	]);
	expect([...(await use('6').read(['anna', 'bo'], 0)).keys()]).toEqual(['bo']);
	expect(await use('7').release(others)).toEqual(others.map(() => 'released'));
});

/** Copies of the module, each with its own locks, as in separate processes. */
const processes: Array<{ RowLedger: typeof RowLedger }> = [];

const addProcess = () => {
	jest.isolateModules(() => {
		processes.push(jest.requireActual('../../../nodes/shared/quarantine/ledger/rowLedger'));
	});
};

ledgerConformance('a table, each run in its own process', async () => {
	const clock = { now: START };
	const table = new MemoryTable();
	let running = 0;
	return {
		clock,
		keptBy: keptByTable(clock),
		as: (execution, step = 'step') => {
			if (running === processes.length) addProcess();
			const process = processes[running++];
			return new process.RowLedger(table.store(yielding), { execution, step }, around(clock));
		},
	};
});

type Call = (items: IDataObject[]) => Promise<IDataObject[]>;

const ledgerWorkflow = (clock: { now: number }, call: Call) => {
	const test = randomUUID();
	const openFor = (keeper: Keeper, execution: string, step = 'step', use = call, id = test) =>
		new WorkflowLedger(
			Object.assign(async (items: IDataObject[]) => await use(items), { id }),
			{ fingerprint: 'f00d', keeper },
			{ execution, step },
			around(clock),
		);
	const node = { id: 'node', days: 400 };
	return {
		clock,
		keptBy: async () => (id: string, days: number) => openFor({ id, days }, `${id} ${clock.now}`),
		as: (execution: string, step?: string) => openFor(node, execution, step),
		interrupted: (execution: string, before: () => Promise<void>) => {
			const interrupt = once(before);
			const interrupted = async (items: IDataObject[]) => {
				await interrupt(['write', 'replace'].includes(String(items[0].action)));
				return await call(items);
			};
			// Simulates another process, so that it shares no calls with the run that interrupts it.
			return openFor(node, execution, 'step', interrupted, randomUUID());
		},
	};
};

const inMemory = (records: MemoryRecords) =>
	ledgerWorkflow({ now: START }, async (items) => {
		await yielding('call');
		const answers = items.flatMap((item) => records.answer(item));
		await yielding('answer');
		return answers;
	});

ledgerConformance('a workflow', async () => inMemory(new MemoryRecords()));

test('events that are the same for all records are sent as one line', async () => {
	const sent: string[][] = [];
	const asked: unknown[] = [];
	const add = async (records: MemoryRecords, groups: string[]) => {
		const ledger = ledgerWorkflow({ now: START }, async (items) => {
			for (const { action, lines } of items)
				if (action === 'write') sent.push((lines as { events: string }).events.split('\n'));
				else asked.push(lines);
			return items.flatMap((item) => records.answer(item));
		});
		const events = groups.map((group, i) => ({ ...invited, contact: `c${i}`, group, at: START }));
		await ledger.as('1').record(events);
		const known = await ledger.as('2').read(events.map(({ contact }) => contact));
		expect([...known.values()].map(([event]) => event.group)).toEqual(groups);
	};
	await add(new MemoryRecords(), ['a', 'a', 'a']);
	await add(new MemoryRecords(), ['a', 'b', 'a']);
	expect(sent.map((lines) => lines.length)).toEqual([1, 3]);
	const empty = { version: '', newest: '', events: '' };
	expect(asked).toEqual(Array.from({ length: 4 }, () => ({ contact: 'c0,c1,c2', ...empty })));
});

test('a run that fails after its first writes leaves no reservation', async () => {
	const records = new MemoryRecords();
	const answer = async (items: IDataObject[]) => items.flatMap((item) => records.answer(item));
	const all = ['anna', 'bo'].map((contact) => claimOf(contact));
	let writes = 0;
	const ledger = ledgerWorkflow({ now: START }, async (items) => {
		if (items[0].action !== 'write') return await answer(items);
		// Another run writes Bo first. Then the database is briefly unavailable.
		if (++writes === 1) await other.as('2').record([{ ...all[1], kind: 'responded', at: START }]);
		if (writes === 2) throw new Error('The database is away');
		return await answer(items);
	});
	const other = ledgerWorkflow({ now: START }, answer);
	const candidates = all.map((one) => ({ ...one, blocked: false }));
	await expect(reserveAll(ledger.as('1'), candidates, START, null)).rejects.toThrow(
		'The database is away',
	);
	const [{ reservationId }] = await other.as('3').claim([all[0]], START + 3_600_000, null);
	expect(reservationId).not.toBeNull();
});

/** The workflow for Redis, and one in which something happens right before one of its nodes. */
function inRedis() {
	const clock = { now: START };
	const redis = new PretendedRedis(clock);
	const ledger = ledgerWorkflow(
		clock,
		async (items) =>
			await runRedisWorkflow(redis, items, async (node) => {
				// Yields only where other runs matter, for speed.
				if (['Read the Key', 'Append', 'Read', 'Response'].includes(node)) await yielding(node);
			}),
	);
	const before = (
		node: string,
		execution: string,
		days: number,
		happens: () => Promise<void>,
		action = 'write',
	) => {
		const interrupt = once(happens);
		const call = async (items: IDataObject[]) =>
			await runRedisWorkflow(redis, items, async (name) => {
				await interrupt(name === node && items[0].action === action);
			});
		return new WorkflowLedger(
			Object.assign(call, { id: randomUUID() }),
			{ fingerprint: 'f00d', keeper: { id: execution, days } },
			{ execution, step: 'step' },
			around(clock),
		);
	};
	return { ledger, redis, before, clock };
}

ledgerConformance('the workflow for Redis', async () => inRedis().ledger);

test.each(['Save the Key', 'Read the Key Again', 'Read Keepers', 'Save Keepers'])(
	'keeps both runs that use Redis for the first time, one right before the node %s of the other',
	async (node) => {
		const { ledger, before, clock } = inRedis();
		const keptBy = await ledger.keptBy();
		const event = { ...invited, at: clock.now };
		const second = async () => void (await keptBy('monthly', 30).record([event]));
		const first = before(node, 'confirms', 0, second, 'read');
		await first.confirm([{ ...place, survey: '777' }], clock.now);
		expect(await keptBy('monthly', 30).all(0)).toHaveLength(2);
		clock.now += 31 * DAY - 1000;
		expect(await keptBy('monthly', 30).all(0)).toEqual([]);
	},
);

const WRITING = ['Suspend Expiry', 'Append', 'Read', 'Set Expiry', 'Read Again', 'Extend Expiry'];

describe('the list of a contact in Redis does not expire too early', () => {
	const claimed = async (ledger: Ledger, at: number) =>
		(await ledger.claim([anna], at, null))[0].reservationId;

	test('after a release while another run claimed', async () => {
		const { ledger, redis, before, clock } = inRedis();
		const reservationId = await claimed(ledger.as('1'), clock.now);
		let other: string | null = null;
		const releasing = before('Read', '1', 0, async () => {
			other = await claimed(ledger.as('2'), clock.now);
		});
		expect(await releasing.release([{ ...anna, reservationId }])).toEqual(['released']);
		expect(other).not.toBeNull();
		expect(redis.secondsLeft()).toEqual([401 * 86_400]);
	});

	test('after an old event was recorded while another run claimed', async () => {
		const { ledger, redis, before, clock } = inRedis();
		const recording = before('Read', '1', 400, async () => {
			expect(await claimed(ledger.as('2'), clock.now)).not.toBeNull();
		});
		await recording.record([{ ...anna, kind: 'invited', at: START - 390 * DAY }]);
		expect(redis.secondsLeft()).toEqual([401 * 86_400]);
	});

	test.each(['Read the Key', 'Append'])(
		'after a claim that was refused because of an invitation planned before its node %s',
		async (node) => {
			const { ledger, redis, before, clock } = inRedis();
			const at = clock.now + 60 * DAY;
			const claiming = before(node, '1', 400, async () => {
				await ledger.as('2').record([{ ...anna, kind: 'invited', at }]);
			});
			expect(await claimed(claiming, clock.now)).toBeNull();
			expect(redis.secondsLeft()[0]).toBeGreaterThanOrEqual(460 * 86_400);
		},
	);

	test.each(WRITING)('after an opt-out was recorded before node %s of a claim', async (node) => {
		const { ledger, redis, before, clock } = inRedis();
		await claimed(ledger.as('0'), clock.now);
		const claiming = before(node, '1', 7, async () => {
			await ledger.as('2').record([optedOut]);
		});
		await claiming.claim([claimOf('anna', 99)], clock.now, null);
		expect(redis.secondsLeft()[0]).toBeGreaterThan(1000 * 365 * 86_400);
	});

	const died = () => Promise.reject(new Error('The execution ended here'));

	test.each([...WRITING, 'Response'])(
		'after a run ended right before the node %s, and its opt-out was recorded again',
		async (node) => {
			const { ledger, redis, before, clock } = inRedis();
			await claimed(ledger.as('0'), clock.now);
			await expect(before(node, '1', 7, died).record([optedOut])).rejects.toThrow('ended here');
			await ledger.as('2').record([optedOut]);
			expect(redis.secondsLeft()[0]).toBeGreaterThan(1000 * 365 * 86_400);
		},
	);

	test.each(['claim', 'forget'] as const)(
		'after an opt-out was recorded right before the write of a %s, whose run then ended',
		async (kind) => {
			for (const node of WRITING.slice(2)) {
				const { ledger, redis, clock } = inRedis();
				await claimed(ledger.as('0'), clock.now);
				const call = async (items: IDataObject[]) =>
					await runRedisWorkflow(redis, items, async (name) => {
						if (items[0].action === 'read') return;
						if (name === 'Append') await ledger.as('2').record([optedOut]);
						if (name === node) await died();
					});
				const running = new WorkflowLedger(
					Object.assign(call, { id: randomUUID() }),
					{ fingerprint: 'f00d', keeper: { id: 'k', days: 7 } },
					{ execution: '1', step: 'step' },
					around(clock),
				);
				const run =
					kind === 'claim'
						? running.claim([claimOf('anna', 99)], clock.now, null)
						: running.forget(['anna'], true);
				await expect(run).rejects.toThrow('ended here');
				expect(redis.secondsLeft()[0]).toBeGreaterThan(1000 * 365 * 86_400);
			}
		},
	);
});

test('interrupted emptying of a list in Redis loses nothing', async () => {
	const { ledger, redis, before, clock } = inRedis();
	const claims = async (one: Ledger) => await one.claim([claimOf('anna', 99)], clock.now, null);
	for (let run = 0; run < 12; run++) {
		// Every second write is based on an old version.
		await claims(
			before('Append', `a${run}`, 400, async () => void (await claims(ledger.as(`b${run}`)))),
		);
		clock.now += 60_000;
	}
	await ledger.as('records').record([optedOut]);
	const known = (await ledger.as('reads').find(['anna'])).get('anna');
	for (let emptied = 0; ; emptied++) {
		clock.now += 7_200_000;
		redis.failAfter = emptied;
		const recording = ledger
			.as('writes')
			.record([{ ...invited, at: START - (emptied + 1) * 2000 }]);
		const isDone = await recording.then(
			() => true,
			() => false,
		);
		redis.failAfter = Infinity;
		const after = (await ledger.as('reads').find(['anna'])).get('anna')!;
		expect(after.slice(0, known!.length)).toEqual(known);
		expect(after).toHaveLength(known!.length + emptied + 1);
		if (isDone) break;
	}
});

test.each([true, false])(
	'forget leaves no earlier version in Redis (an opt-out is kept: %s)',
	async (opted) => {
		const { ledger, redis } = inRedis();
		const address = 'anna@example.com';
		await ledger.as('1').record([{ ...invited, address, at: START }]);
		if (opted) await ledger.as('2').record([{ ...optedOut, address }]);
		expect(await ledger.as('3').forget(['anna'], true)).toEqual(['forgotten']);
		expect(redis.entriesOf('anna').filter((entry) => entry.includes('{'))).toHaveLength(1);
		expect(redis.entriesOf('anna').join()).not.toMatch(/anna@|invited/);
		const left = (await ledger.as('4').find(['anna'])).get('anna');
		expect(left?.map(({ kind }) => kind)).toEqual(opted ? ['optedOut'] : undefined);
		if (!opted) expect(redis.secondsLeft()).toEqual([3600]);
		expect(await ledger.as('5').record([{ ...invited, at: START }])).toEqual(['recorded']);
		expect((await ledger.as('6').find(['anna'])).get('anna')).toHaveLength(opted ? 2 : 1);
	},
);

describe('a ledger workflow that may not keep opt-outs', () => {
	const records = new MemoryRecords();
	const { as } = ledgerWorkflow({ now: START }, async (items) =>
		items
			.flatMap((item) => records.answer(item))
			.map((item) => ({ ...item, keepsOptOuts: undefined })),
	);

	test('refuses to record one, and works for everything else', async () => {
		await expect(as('1').record([optedOut])).rejects.toThrow("doesn't keep opt-outs");
		expect((await as('2').find(['anna'])).size).toBe(0);
		const [{ reservationId }] = await as('3').claim([anna], START, null);
		expect(reservationId).not.toBeNull();
		expect(await as('4').forget(['anna'], true)).toEqual(['forgotten']);
		expect((await as('5').find(['anna'])).size).toBe(0);
	});
});

test.each([true, false])(
	'forget (opt-outs are kept: %s) reports busy if a workflow returns what it should have removed',
	async (keep) => {
		const records = new MemoryRecords();
		const { as } = ledgerWorkflow({ now: START }, async (items) =>
			items.flatMap((item) => {
				const answers = records.answer({ ...item, action: 'read' });
				if (item.action === 'replace') return { ...answers[0], written: 1, records: [] };
				return item.action === 'read' ? answers : records.answer(item);
			}),
		);
		await as('1').claim([anna], START, null);
		expect(await as('2').forget(['anna'], keep)).toEqual(['busy']);
	},
);

test.each([
	['Workflow could not be found', 'missing', "doesn't exist"],
	['The workflow "7" does not exist', 'missing', "doesn't exist"],
	['Workflow is not active', 'missing', "isn't published or doesn't exist"],
	['The column "at" does not exist', 'failed', 'failed: The column "at" does not exist'],
	['The workflow timed out', 'failed', 'failed: The workflow timed out'],
	['', 'failed', 'failed: no reason given'],
])(
	'reports the error "%s" of a ledger workflow as the problem "%s"',
	async (message, problem, text) => {
		const ledger = ledgerWorkflow(
			{ now: START },
			async () => await Promise.reject(new Error(message)),
		);
		await expect(ledger.as('1').read(['anna'])).rejects.toMatchObject({
			problem,
			message: expect.stringContaining(`The ledger workflow ${text}`) as string,
		});
	},
);

test('the format of reservation IDs never changes, because waiting executions contain such IDs', async () => {
	const { as } = inMemory(new MemoryRecords());
	const [{ reservationId }] = await as('1').claim([claimOf('A1b2C3d4-e5_f6')], START, null);
	expect(reservationId).toBe('1.step.0.A1b2C3d4');
});

test('a workflow returns old events if no node specifies a number of days', async () => {
	const openFor = await inMemory(new MemoryRecords()).keptBy();
	await openFor('records', 0).record([{ ...invited, at: START - 390 * DAY }]);
	expect((await openFor('reads', 0).read(['anna'])).get('anna')).toHaveLength(1);
});

test('find returns events that are too old for every node, but read does not', async () => {
	const { clock, as } = inMemory(new MemoryRecords());
	for (let run = 1; run <= 2; run++) {
		await as(`${run}`).record([{ ...invited, at: clock.now }]);
		clock.now += 200 * DAY;
	}
	const counts = async () => [
		(await as('3').read(['anna'])).get('anna')?.length,
		(await as('4').find(['anna'])).get('anna')?.length,
	];
	expect(await counts()).toEqual([2, 2]);
	clock.now++;
	expect(await counts()).toEqual([1, 2]);
});

test('a claim waits only if another run changes the record first', async () => {
	const records = new MemoryRecords();
	const { as } = inMemory(records);
	const interrupt = once(async () => void (await as('2').record([optedOut])));
	let disturbed = false;
	const call = async (items: IDataObject[]) => {
		await interrupt(disturbed && items[0].action === 'write');
		return items.flatMap((item) => records.answer(item));
	};
	const pauses: number[] = [];
	const clock = { ...around({ now: START }), sleep: async (ms: number) => void pauses.push(ms) };
	const ledger = new WorkflowLedger(
		Object.assign(call, { id: randomUUID() }),
		{ fingerprint: 'f00d', keeper: { id: 'k', days: 7 } },
		{ execution: '1', step: 'step' },
		clock,
	);
	await ledger.claim([claimOf('bo')], START, null);
	expect(pauses).toEqual([]);
	disturbed = true;
	await ledger.claim([anna], START, null);
	expect(pauses).toHaveLength(1);
});

test('a claim is refused and other changes fail if a workflow refuses 60 writes in a row', async () => {
	const records = new MemoryRecords();
	const { as } = inMemory(records);
	await as('1').claim([anna], START, null);
	const call = async (items: IDataObject[]) =>
		items.flatMap((item): IDataObject[] => {
			const answers = records.answer({ ...item, action: 'read' });
			return item.action === 'read' ? answers : [{ ...answers[0], written: 0 }];
		});
	const pauses: number[] = [];
	const sleep = async (ms: number) => void pauses.push(ms);
	const ledger = new WorkflowLedger(
		Object.assign(call, { id: randomUUID() }),
		{ fingerprint: 'f00d', keeper: { id: 'k', days: 7 } },
		{ execution: '2', step: 'step' },
		{ ...around({ now: START }), sleep, random: () => 0.5 },
	);
	const later = START + 40 * DAY;
	const claims = [claimOf('anna', 99), { ...claimOf('anna', 99), ordinal: 1 }];
	const refused = { reservationId: null, known: [{ survey: '501', at: START }] };
	expect(await ledger.claim(claims, later, null)).toMatchObject([refused, refused]);
	expect(pauses).toEqual(Array.from({ length: 59 }, () => 30));
	// There is nothing to remove.
	await ledger.takeBack(later, ['anna']);
	const changes = [
		ledger.record([{ ...invited, at: later }]),
		ledger.forget(['anna']),
		ledger.release([anna]).then(async () => await ledger.lift([])),
	];
	const [recording, forgetting, releasing] = await Promise.allSettled(changes);
	for (const failed of [recording, forgetting])
		expect(failed).toMatchObject({
			reason: { message: 'The ledger workflow repeatedly refused to write the same record' },
		});
	// Releasing and lifting have nothing to write here.
	expect(releasing.status).toBe('fulfilled');
});

test('an opt-out that is recorded right before forget is kept', async () => {
	for (const { interrupted, as } of [inMemory(new MemoryRecords()), inRedis().ledger]) {
		await as('1').claim([anna], START, null);
		const recording = async () => void (await as('2').record([optedOut]));
		const forgetting = interrupted('3', recording);
		expect(await forgetting.forget(['anna'], true)).toEqual(['forgotten']);
		expect((await as('3').find(['anna'])).get('anna')).toMatchObject([{ kind: 'optedOut' }]);
	}
});
