import * as fc from 'fast-check';

import type { IDataObject } from 'n8n-workflow';

import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { MemoryTable, type Tick } from '../tables/memoryStore';
import { keptTable } from './keptTable';
import { claimOf } from './ledgerConformance';
import { MemoryRecords } from './memoryRecords';
import { PretendedRedis, runRedisWorkflow } from './redisWorkflow';

const START = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
const HOLD = 15 * 60_000;
const PEOPLE = ['anna', 'bo', 'cem'];

const place = (contact: string) => ({ contact, survey: '501', group: '', address: null });

const KINDS = [
	...(['confirm', 'release', 'releaseHeld', 'prune'] as const),
	...(['confirm', 'release', 'lift', 'record', 'claim'] as const),
];

interface Task {
	kind: (typeof KINDS)[number];
	people: string[];
	/** By the ID of the reservation, as items carry it. */
	byId: boolean;
}

const task = fc.record<Task>({
	kind: fc.constantFrom(...KINDS),
	people: fc.oneof(fc.constant(PEOPLE), fc.shuffledSubarray(PEOPLE, { minLength: 1 })),
	byId: fc.boolean(),
});

/** A process, its tasks in order, and how far its clock is ahead. */
const running = fc.record({
	tasks: fc.array(task, { minLength: 1, maxLength: 2 }),
	ahead: fc.integer({ min: -10 * 60_000, max: 10 * 60_000 }),
});

/** The outcome for one contact: what was reported, and what may have been done as well. */
interface Story {
	/** How often an invitation was reported as remembered. */
	remembered: number;
	/** How often one was added at most. */
	added: number;
	/** How often it was reported that nothing is held any more. */
	freed: number;
	/** Whether a lift was tried: then a sent invitation may or may not be forgotten. */
	mayBeFreed: boolean;
	mayBeLifted: boolean;
	claimed: number;
}

const newStory = (): Story => ({
	...{ remembered: 0, added: 0, freed: 0, claimed: 0 },
	...{ mayBeFreed: false, mayBeLifted: false },
});

/** How often a response is lost at most before the step succeeds. */
const TRIES = 3;

interface Process {
	id: number;
	now: number;
	/** Other processes may run before each of its steps. */
	tick: Tick;
}

/** The ledger of an execution in a process. */
type As = (process: Process, execution: string) => Ledger;

/** An empty ledger, and how old events are removed from it. */
interface Shared {
	as: As;
	prune: (process: Process, execution: string) => Promise<unknown>;
}

const around = ({ now, tick }: Process) => ({
	now: () => now,
	random: () => 0.5,
	sleep: async () => await tick('sleep'),
});

function inTable(): Shared {
	const table = new MemoryTable();
	const storeOf = ({ id, tick }: Process) => {
		const store = table.store(tick);
		// Another process has other locks.
		return { ...store, id: async () => `${await store.id()} ${id}` };
	};
	const as: As = (process, execution) =>
		new RowLedger(storeOf(process), { execution, step: 'step' }, around(process));
	let days = 2;
	return {
		as,
		prune: async (process, execution) => {
			const clock = { now: START + (days += 2) * DAY };
			const keeper = { id: execution, days: 400 };
			const ledger = keptTable(as(process, execution), storeOf(process), keeper, clock);
			await ledger.read(PEOPLE, 0);
		},
	};
}

function inWorkflow(call: (items: IDataObject[], tick: Tick) => Promise<IDataObject[]>): Shared {
	const keeper = { id: 'node', days: 400 };
	const as: As = (process, execution) =>
		new WorkflowLedger(
			async (items) => await call(items, process.tick),
			{ fingerprint: 'f00d', keeper },
			{ execution, step: 'step' },
			around(process),
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
		const between = ['Append', 'Read', 'Set Expiry'];
		return inWorkflow(
			async (items, tick) =>
				await runRedisWorkflow(redis, items, async (node) => {
					if (between.includes(node)) await tick(node);
				}),
		);
	},
};

/**
 * Several processes work through their tasks on contacts that one run holds. The scheduler decides which
 * process takes the next step. Some steps fail, before or after they are done.
 */
async function race(
	s: fc.Scheduler,
	processes: ReadonlyArray<{ tasks: Task[]; ahead: number }>,
	fails: ReadonlySet<number>,
	kept: keyof typeof LEDGERS,
) {
	const { as, prune } = LEDGERS[kept]();
	const alone: Process = { id: -1, now: START, tick: async () => {} };
	await prune(alone, 'first');
	// With Store Contact each has a row of its own.
	const apart = kept === 'each in a row of its own';
	const claims = PEOPLE.map((one) => ({
		...claimOf(one),
		address: apart ? `${one}@example.com` : null,
	}));
	const held = await as(alone, 'held').claim(claims, START, HOLD);
	const idOf = new Map(PEOPLE.map((one, i) => [one, held[i].reservationId]));
	const stories = new Map(PEOPLE.map((one) => [one, newStory()]));
	let steps = 0;
	const tick: Tick = async (label) => {
		await s.schedule(Promise.resolve(), label);
		if (fails.has(steps++)) throw new Error('No answer came');
	};

	const doOnce = async (process: Process, me: string, { kind, people, byId }: Task) => {
		const of = (index: number) => stories.get(people[index])!;
		const ledger = as(process, me);
		const places = people.map((one) => ({
			...place(one),
			reservationId: byId ? idOf.get(one) : null,
		}));
		const everybody = kind === 'releaseHeld' ? PEOPLE : people;
		for (const one of everybody) {
			const story = stories.get(one)!;
			if (kind === 'release' || kind === 'releaseHeld') story.mayBeFreed = true;
			if (kind === 'lift') story.mayBeFreed = story.mayBeLifted = true;
		}
		const added = new Set(['confirm', 'record', 'claim'].includes(kind) ? people : []);
		const remembers = (index: number, isNew: boolean) => {
			of(index).remembered++;
			if (!isNew) added.delete(people[index]);
		};
		try {
			if (kind === 'confirm') {
				const outcomes = await ledger.confirm(places, process.now);
				outcomes.forEach((outcome, index) => remembers(index, outcome === 'recorded'));
			} else if (kind === 'record') {
				const at = START - process.id * 60_000;
				const events = people.map((one) => ({ ...place(one), kind: 'invited' as const, at }));
				const outcomes = await ledger.record(events);
				outcomes.forEach((outcome, index) => remembers(index, outcome === 'recorded'));
			} else if (kind === 'claim') {
				const wanted = people.map((one) => claimOf(one));
				const results = await ledger.claim(wanted, process.now, null);
				results.forEach(({ reservationId }, index) => {
					if (reservationId === null) return void added.delete(people[index]);
					of(index).claimed++;
					remembers(index, true);
				});
			} else {
				if (kind === 'prune') return void (await prune(process, me));
				if (kind === 'release') await ledger.release(places);
				if (kind === 'releaseHeld') await as(process, 'held').releaseHeld(PEOPLE);
				if (kind === 'lift')
					await ledger.lift(people.map((contact) => ({ contact, lifted: { scope: 'all' } })));
				for (const one of everybody) stories.get(one)!.freed++;
			}
		} finally {
			for (const one of added) stories.get(one)!.added++;
		}
	};

	const runs = processes.map(async ({ tasks, ahead }, id) => {
		const process = { id: id + 1, now: START + ahead, tick };
		for (const [turn, one] of tasks.entries()) {
			for (let tries = 1; tries <= TRIES; tries++) {
				const failed = await doOnce(process, `process ${id} ${turn}`, one).then(
					() => false,
					(error: Error) => {
						if (!error.message.includes('No answer came')) throw error;
						return true;
					},
				);
				if (!failed) break;
			}
		}
	});
	await s.waitFor(Promise.all(runs));
	const last = as(alone, 'last');
	const known = await last.read(PEOPLE, 0);
	await last.lift(PEOPLE.map((contact) => ({ contact, lifted: { scope: 'all' } })));
	const lifted = await last.read(PEOPLE, 0);
	return PEOPLE.map((one) => ({
		...stories.get(one)!,
		known: known.get(one) ?? [],
		afterLift: lifted.get(one) ?? [],
	}));
}

const kinds = Object.keys(LEDGERS) as Array<keyof typeof LEDGERS>;

test.each(kinds)(
	'whatever others do to people held %s: who was confirmed stays, who was given back is free, nobody counts twice, and who is lifted in the end is free',
	async (kept) => {
		await fc.assert(
			fc.asyncProperty(
				fc.scheduler(),
				fc.array(running, { minLength: 2, maxLength: 3 }),
				fc.oneof(fc.constant([]), fc.uniqueArray(fc.nat({ max: 80 }), { maxLength: 3 })),
				async (s, processes, fails) => {
					for (const one of await race(s, processes, new Set(fails), kept)) {
						const { remembered, added, freed, mayBeFreed, mayBeLifted, claimed, known } = one;
						const final = known.filter(({ until }) => until === null);
						if (remembered > 0 && !mayBeLifted) expect(final.length).toBeGreaterThan(0);
						if (freed > 0 && remembered + added === 0) expect(known).toEqual([]);
						if (!mayBeFreed) expect(claimed).toBe(0);
						if (!mayBeFreed) expect(known.length).toBeGreaterThan(0);
						expect(known.length).toBeLessThanOrEqual(1 + added);
						expect(one.afterLift).toEqual([]);
					}
				},
			),
			{ numRuns: Number(process.env.NETIGATE_CLAIM_RUNS ?? 500) },
		);
	},
);
