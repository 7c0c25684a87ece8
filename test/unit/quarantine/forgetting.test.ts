import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { reserveAll, type Candidate } from '../../../nodes/shared/quarantine/reserve';
import type { Tick } from '../tables/memoryStore';
import { LEDGERS, newProcess } from './processes';

/* Forget and a run in another process, in every order of their steps. */

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOLD = 15 * 60_000;
const [ANNA, BO] = ['anna', 'bo'].map((name) => name.padEnd(43, '-'));
const QUIET: Tick = async () => {};

const place = (contact: string) => ({ contact, survey: '501', group: '', address: null });
const candidate = (contact: string): Candidate => ({
	...{ ...place(contact), exempt: false, blocked: false },
	rules: [{ scope: 'survey', after: 'invited', max: 1, days: 30 }],
});
const optOut = (at: number) => ({ ...place(ANNA), survey: '', kind: 'optedOut' as const, at });

type Run = (ledger: Ledger) => Promise<unknown>;

const reserve =
	(at: number, holdMs: number | null, contacts = [ANNA, BO]): Run =>
	async (ledger) => {
		const [anna] = await reserveAll(ledger, contacts.map(candidate), at, holdMs);
		return anna.allowed;
	};
const held = reserve(NOW, HOLD);
const invited = reserve(NOW, null);
const OPTED_OUT = { ...optOut(NOW), address: 'anna@example.com' };
const optedOut: Run = async (ledger) =>
	await ledger.record([OPTED_OUT, { ...OPTED_OUT, contact: BO }]);
const forget =
	(keepOptOuts: boolean): Run =>
	async (ledger) =>
		await ledger.forget([ANNA], keepOptOuts);

interface Case {
	/** What is stored before. */
	first: Run;
	keep?: boolean;
	/** What the other run does. */
	other: Run;
	/** Whether the other run writes nothing that is based on what it read before. */
	addsOnly?: boolean;
	/** Whether it stays even if it was stored first. */
	isKept?: boolean;
	/** Whether forget may remove it even if it was stored later. */
	mayGo?: boolean;
	/** What is stored about Anna afterward unless the other run stored it first. */
	left: (result: unknown) => string[];
}

const later = NOW + 1000;
const CASES: Record<string, Case> = {
	'someone who was never asked is reserved': {
		first: async () => {},
		other: reserve(later, HOLD),
		addsOnly: true,
		left: (allowed) => (allowed ? ['invited held 1'] : []),
	},
	'someone who was invited is reserved': {
		first: reserve(NOW, null, [ANNA]),
		other: reserve(later, HOLD, [ANNA]),
		addsOnly: true,
		left: (allowed) => (allowed ? ['invited held 1'] : []),
	},
	'two people who are held are reserved': {
		first: held,
		keep: true,
		other: reserve(later, null),
		addsOnly: true,
		left: (allowed) => (allowed ? ['invited final 1'] : []),
	},
	'a reservation is confirmed': {
		first: held,
		other: async (ledger) => (await ledger.confirm([place(ANNA)], later))[0],
		left: (result) => (result === 'recorded' ? ['invited final 1'] : []),
	},
	'a reservation is released': {
		first: held,
		other: async (ledger) => await ledger.release([place(ANNA)]),
		left: () => [],
	},
	'an invitation is lifted': {
		first: invited,
		other: async (ledger) => await ledger.lift([{ contact: ANNA, lifted: { scope: 'all' } }]),
		left: () => [],
	},
	'an opt-out is recorded': {
		first: invited,
		other: async (ledger) => await ledger.record([optOut(later)]),
		addsOnly: true,
		left: () => ['optedOut final 1'],
	},
	'an opt-out is recorded and kept': {
		first: invited,
		keep: true,
		other: async (ledger) => await ledger.record([optOut(later)]),
		addsOnly: true,
		left: () => ['optedOut final 1'],
	},
	'someone who opted out is refused': {
		first: optedOut,
		keep: true,
		other: reserve(later, HOLD),
		addsOnly: true,
		isKept: true,
		left: () => ['optedOut final 0'],
	},
	'an opt-out is lifted': {
		first: optedOut,
		keep: true,
		other: async (ledger) => await ledger.lift([{ contact: ANNA, lifted: { scope: 'all' } }]),
		mayGo: true,
		left: () => ['optedOut lifted 0'],
	},
	'another run keeps an opt-out': {
		first: optedOut,
		other: forget(true),
		left: () => [],
	},
	'another run keeps the same opt-out': {
		first: optedOut,
		keep: true,
		other: forget(true),
		left: () => ['optedOut final 0'],
	},
};

/** Pauses a run before one of its steps until it is resumed. */
function pauseBefore(step: number) {
	let count = 0;
	let reach = () => {};
	let resume = () => {};
	const reached = new Promise<void>((resolve) => (reach = resolve));
	const resumed = new Promise<void>((resolve) => (resume = resolve));
	const tick: Tick = async () => {
		if (count++ !== step) return;
		reach();
		await resumed;
	};
	return { tick, reached, resume: () => resume(), isReached: () => count > step };
}

type Open = ReturnType<(typeof LEDGERS)[string]>;

async function run(open: Open, name: string, task: Run, tick = QUIET): Promise<unknown> {
	let isOpen = false;
	const use = open(newProcess(name, 0), name, NOW, async (label) => {
		if (isOpen) await tick(label);
	});
	return await use(async (ledger) => {
		isOpen = true;
		const result = await task(ledger);
		isOpen = false;
		return result;
	});
}

const storedIn = async (open: Open) => {
	let stored: string[] = [];
	await run(open, 'finds', async (ledger) => {
		const entries = (await ledger.find([ANNA])).get(ANNA) ?? [];
		stored = entries
			.filter(({ state }) => state !== 'released')
			.map(({ kind, state, at }) => `${kind} ${state} ${(at - NOW) / 1000}`);
	});
	return stored;
};

/** Runs one task until its step, then the other until its step, and then the rest of both. */
async function overlap(
	kept: string,
	{ first, keep, other, left }: Case,
	steps: { forget: number; other: number },
	begins: 'forget' | 'other',
) {
	const open = LEDGERS[kept]();
	await run(open, 'first', first);
	const pauses = { forget: pauseBefore(steps.forget), other: pauseBefore(steps.other) };
	const tasks = { forget: forget(keep ?? false), other };
	const start = async (name: 'forget' | 'other') => {
		const done = run(open, name, tasks[name], pauses[name].tick);
		await Promise.race([done, pauses[name].reached]);
		return { done };
	};
	const one = await start(begins);
	const before = await storedIn(open);
	const two = await start(begins === 'forget' ? 'other' : 'forget');
	const isOverlapping = pauses[begins].isReached();
	pauses[begins].resume();
	await one.done;
	pauses.forget.resume();
	pauses.other.resume();
	await two.done;
	const result = await (begins === 'other' ? one : two).done;
	return { before, isOverlapping, after: await storedIn(open), expected: left(result) };
}

const STEPS = [...Array(14).keys(), Infinity];

describe.each(Object.keys(LEDGERS))('forget in %s, while', (kept) => {
	test.each(Object.entries(CASES))('%s', async (_, one) => {
		let overlapping = 0;
		for (const begins of ['forget', 'other'] as const) {
			if (begins === 'other' && !one.addsOnly) continue;
			for (const later of one.addsOnly ? STEPS : [Infinity]) {
				for (const earlier of STEPS) {
					const steps =
						begins === 'forget'
							? { forget: earlier, other: later }
							: { forget: later, other: earlier };
					const { before, after, expected, isOverlapping } = await overlap(
						kept,
						one,
						steps,
						begins,
					);
					if (!isOverlapping) break;
					overlapping++;
					// Before its second step, forget hasn't read anything yet.
					const isFirst = steps.forget === 0 || expected.some((entry) => before.includes(entry));
					const mayBeGone = one.mayGo ?? (isFirst && !one.isKept);
					expect([steps, after]).toEqual([steps, mayBeGone && after.length === 0 ? [] : expected]);
				}
			}
		}
		expect(overlapping).toBeGreaterThan(2);
	});
});
