import * as fc from 'fast-check';

import type { IDataObject } from 'n8n-workflow';

import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { MemoryTable, type Tick } from '../ledger/memoryStore';
import { keptTable } from './keptTable';
import { ONCE } from './ledgerConformance';
import { MemoryRecords } from './memoryRecords';
import { PretendedRedis, runRedisWorkflow } from './redisWorkflow';

const START = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
const HOLD = 15 * 60_000;
const PEOPLE = ['anna', 'bo', 'cem'];

const place = (contact: string) => ({ contact, survey: '501', group: '', address: null });

const claimOf = (contact: string, address: string | null) => ({
	...{ ...place(contact), address, ordinal: 0, exempt: false },
	rules: [ONCE],
});

const KINDS = ['confirm', 'release', 'releaseHeld', 'lift', 'record', 'claim', 'prune'] as const;

interface Task {
	kind: (typeof KINDS)[number];
	people: string[];
	/** By the ID of the reservation, as items carry it. */
	byId: boolean;
}

const task = fc.record<Task>({
	kind: fc.constantFrom(...KINDS),
	people: fc.shuffledSubarray(PEOPLE, { minLength: 1 }),
	byId: fc.boolean(),
});

/** What became of one contact. */
const story = () => ({ confirmed: 0, released: 0, lifted: 0, recorded: 0, claimed: 0 });

/** The ledger as a step of an execution sees it that runs in a process; before its steps others may come. */
type As = (process: number, execution: string, tick: Tick) => Ledger;

/** What the kept ledger is, empty, and how old events are removed from it. */
interface Shared {
	as: As;
	prune: (process: number, execution: string, tick: Tick) => Promise<unknown>;
}

const around = (tick: Tick) => ({
	now: () => START,
	random: () => 0.5,
	sleep: async () => await tick('sleep'),
});

function inTable(): Shared {
	const table = new MemoryTable();
	const storeOf = (process: number, tick: Tick) => {
		const store = table.store(tick);
		// Another process has other locks.
		return { ...store, id: async () => `${await store.id()} ${process}` };
	};
	const as: As = (process, execution, tick) =>
		new RowLedger(storeOf(process, tick), { execution, step: 'step' }, around(tick));
	let days = 2;
	return {
		as,
		prune: async (process, execution, tick) => {
			const clock = { now: START + (days += 2) * DAY };
			const keeper = { id: execution, days: 400 };
			const ledger = keptTable(as(process, execution, tick), storeOf(process, tick), keeper, clock);
			await ledger.read(PEOPLE, 0);
		},
	};
}

function inWorkflow(call: (items: IDataObject[], tick: Tick) => Promise<IDataObject[]>): Shared {
	const keeper = { id: 'node', days: 400 };
	const as: As = (_, execution, tick) =>
		new WorkflowLedger(
			async (items) => await call(items, tick),
			{ fingerprint: 'f00d', keeper },
			{ execution, step: 'step' },
			around(tick),
		);
	const prune: Shared['prune'] = async (...asking) => await as(...asking).read(PEOPLE, 0);
	return { as, prune };
}

const LEDGERS = {
	'in one row': inTable,
	'each in a row of its own': inTable,
	'in a ledger workflow': () => {
		const records = new MemoryRecords();
		return inWorkflow(async (items, tick) => {
			await tick('call');
			const answers = items.flatMap((item) => records.answer(item));
			await tick('answer');
			return answers;
		});
	},
	'in the workflow for Redis': () => {
		const redis = new PretendedRedis({ now: START });
		const between = ['Append', 'Read', 'Keep It So Long'];
		return inWorkflow(
			async (items, tick) =>
				await runRedisWorkflow(redis, items, async (node) => {
					if (between.includes(node)) await tick(node);
				}),
		);
	},
};

/**
 * Several processes, each with a list of tasks, at work on contacts that one run holds. Which process takes
 * its next step is up to the scheduler.
 */
async function race(s: fc.Scheduler, processes: Task[][], kept: keyof typeof LEDGERS) {
	const { as, prune } = LEDGERS[kept]();
	const alone: Tick = async () => {};
	await prune(0, 'first', alone);
	// With Store Contact each has a row of its own.
	const apart = kept === 'each in a row of its own';
	const claims = PEOPLE.map((one) => claimOf(one, apart ? `${one}@example.com` : null));
	const held = await as(0, 'held', alone).claim(claims, START, HOLD);
	const idOf = new Map(PEOPLE.map((one, i) => [one, held[i].reservationId]));
	const told = new Map(PEOPLE.map((one) => [one, story()]));
	const tick: Tick = async (label) => await s.schedule(Promise.resolve(), label);

	const runs = processes.map(async (tasks, number) => {
		for (const [turn, { kind, people, byId }] of tasks.entries()) {
			const places = people.map((one) => ({
				...place(one),
				reservationId: byId ? idOf.get(one) : null,
			}));
			const me = `process ${number} ${turn}`;
			const ledger = as(number, me, tick);
			const note = (what: keyof ReturnType<typeof story>, index: number) => {
				told.get(people[index])![what] += 1;
			};
			if (kind === 'confirm') {
				const outcomes = await ledger.confirm(places, START);
				outcomes.forEach((outcome, index) => {
					note('confirmed', index);
					if (outcome === 'recorded') note('recorded', index);
				});
			} else if (kind === 'release') {
				people.forEach((_, index) => note('released', index));
				await ledger.release(places);
			} else if (kind === 'releaseHeld') {
				PEOPLE.forEach((one) => (told.get(one)!.released += 1));
				await as(number, 'held', tick).releaseHeld(PEOPLE);
			} else if (kind === 'lift') {
				people.forEach((_, index) => note('lifted', index));
				const lifts = people.map((contact) => ({ contact, lifted: { scope: 'all' as const } }));
				await ledger.lift(lifts);
			} else if (kind === 'record') {
				const at = START - (number * 10 + turn + 1) * 60_000;
				const events = people.map((one) => ({ ...place(one), kind: 'invited' as const, at }));
				const outcomes = await ledger.record(events);
				outcomes.forEach((outcome, index) => outcome === 'recorded' && note('recorded', index));
			} else if (kind === 'claim') {
				const wanted = people.map((one) => claimOf(one, null));
				const results = await ledger.claim(wanted, START, null);
				results.forEach(({ reservationId }, index) => reservationId && note('claimed', index));
			} else await prune(number, me, tick);
		}
	});
	await s.waitFor(Promise.all(runs));
	const known = await as(0, 'last', alone).read(PEOPLE, 0);
	return PEOPLE.map((one) => ({ ...told.get(one)!, known: known.get(one) ?? [] }));
}

const kinds = Object.keys(LEDGERS) as Array<keyof typeof LEDGERS>;

test.each(kinds)(
	'whatever others do to people held %s: who was confirmed stays, who was given back is free, nobody counts twice',
	async (kept) => {
		await fc.assert(
			fc.asyncProperty(
				fc.scheduler(),
				fc.array(fc.array(task, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 3 }),
				async (s, processes) => {
					for (const one of await race(s, processes, kept)) {
						const { confirmed, released, lifted, recorded, claimed, known } = one;
						const sent = confirmed + recorded + claimed;
						const final = known.filter(({ until }) => until === null);
						if (lifted === 0 && sent > 0) expect(final.length).toBeGreaterThan(0);
						if (lifted + released > 0 && sent === 0) expect(known).toEqual([]);
						if (lifted + released === 0) {
							expect(known).toHaveLength(1 + recorded);
							expect(claimed).toBe(0);
						}
						expect(known.length).toBeLessThanOrEqual(1 + recorded + claimed);
					}
				},
			),
			{ numRuns: Number(process.env.NETIGATE_CLAIM_RUNS ?? 300) },
		);
	},
	60_000,
);
