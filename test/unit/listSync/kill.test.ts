import fc from 'fast-check';
import type { NetigateRequest } from '../../../nodes/shared/netigate/client';
import type { Tick } from '../tables/memoryStore';
import { sync, World, type Fate, type Member, type SyncRequest } from './world';

/*
 * The guarantee for any failure and any kill of n8n: no one is in the list twice, no one is lost without a
 * report, and the memory is correct for each row.
 */

let now: jest.SpyInstance;
beforeEach(() => {
	now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-09-01T08:00:00Z'));
});
afterEach(() => now.mockRestore());
const later = (minutes: number) => now.mockReturnValue(Date.now() + minutes * 60_000);

const people = (count: number, city = 'Lund', title = 'Nurse'): Member[] =>
	Array.from({ length: count }, (_, index) => ({ email: `p${index}@example.com`, city, title }));

/** Options with which no run stops and asks. */
const options = { maxMissingShare: 100, firstRun: 'add' };

/** Lets other tasks run first, this number of times. */
async function yieldTimes(times: number) {
	for (let i = 0; i < times; i++) await Promise.resolve();
}

/** A promise, and the function that resolves it. */
function signal() {
	let give = () => {};
	const given = new Promise<undefined>((resolve) => {
		give = () => resolve(undefined);
	});
	return { give, given };
}

/** Stops forever at its nth step, as with `kill -9`. Returns undefined unless the run ended before. */
async function killedAt(world: World, step: number, request: SyncRequest) {
	let steps = 0;
	const { give: kill, given: killed } = signal();
	const tick: Tick = async () => {
		await yieldTimes((steps * 7) % 5);
		if (steps++ < step) return;
		kill();
		await new Promise(() => {});
	};
	return await Promise.race([sync(world, { ...request, tick }), killed]);
}

function expectNoOneTwice(world: World, context: unknown) {
	expect([context, world.contacts()]).toEqual([context, [...new Set(world.contacts())]]);
}

/**
 * After another run no one is in the list twice, and everyone is there with their values or reported as unknown.
 *
 * @returns contacts reported as unknown
 */
async function expectBroughtInLine(world: World, directory: Member[], context: unknown) {
	const { statuses, errors } = await sync(world, { directory, options });
	expect([context, errors.map(({ message }) => message)]).toEqual([context, []]);
	expectNoOneTwice(world, context);
	const isUnknown = (_: unknown, index: number) => statuses[index] === 'unknown';
	const known = directory.filter((_, index) => !isUnknown(_, index));
	for (const { email, city = '', title = '' } of known) {
		const cells = [city, title].filter((value) => value !== '');
		const inList = world.contacts().includes(email);
		expect([context, email, inList, Object.values(world.cellsOf(email)).sort()]).toEqual([
			context,
			email,
			true,
			cells.sort(),
		]);
	}
	return directory.filter(isUnknown).map(({ email }) => email);
}

describe('killed at any step', () => {
	test('of a first run: no one is in the list twice, and uncertain people are reported', async () => {
		const directory = people(25);
		let uncertain = 0;
		let step = 1;
		for (; ; step++) {
			const world = new World();
			if (await killedAt(world, step, { directory })) break;
			later(3);
			const unknown = await expectBroughtInLine(world, directory, step);
			uncertain = Math.max(uncertain, unknown.length);
		}
		expect(step).toBeGreaterThan(80);
		// Only people who were being added at that moment.
		expect(uncertain).toBeGreaterThan(0);
		expect(uncertain).toBeLessThanOrEqual(16);
	});

	test('of a run that changes, clears and adds: the next run completes it', async () => {
		const before = people(12);
		const after = [...people(9, 'Kiel', '').slice(1), { email: 'new@example.com', city: 'Lund' }];
		let step = 1;
		for (; ; step++) {
			const world = new World();
			await sync(world, { directory: before });
			if (await killedAt(world, step, { directory: after, missing: 'clear', options })) break;
			later(3);
			const unknown = await expectBroughtInLine(world, after, step);
			expect([step, unknown.filter((email) => email !== 'new@example.com')]).toEqual([step, []]);
			// The same in the other direction.
			await expectBroughtInLine(world, before, `${step}, back`);
		}
		expect(step).toBeGreaterThan(40);
	});

	test('before the claim expires, the list is busy, and nothing is sent', async () => {
		const world = new World();
		const directory = people(25);
		await killedAt(world, 30, { directory });
		const calls = world.calls.length;
		later(1);
		const { errors } = await sync(world, { directory });
		expect(errors[0].message).toBe('Another run is syncing this respondent list');
		expect(world.calls.slice(calls).map(({ method }) => method)).toEqual(['GET']);
		later(2);
		expect((await sync(world, { directory })).errors).toEqual([]);
	});
});

describe('two runs on one list', () => {
	const delays = fc.array(fc.nat(12), { minLength: 40, maxLength: 40 });

	test('at once: no one is in the list twice, and one run does everything', async () => {
		await fc.assert(
			fc.asyncProperty(delays, delays, async (first, second) => {
				const world = new World();
				const directory = people(10);
				const run = async (list: number[]) => {
					let at = 0;
					const tick = async () => await yieldTimes(list[at++ % list.length]);
					return await sync(world, { directory, tick });
				};
				const runs = await Promise.all([run(first), run(second)]);
				expectNoOneTwice(world, 'both');
				expect(world.rows.size).toBe(10);
				for (const { errors, statuses } of runs) {
					const busy = errors.length === 10 && /Another run/.test(errors[0].message);
					const all = statuses.every((status) => status === 'added' || status === 'unchanged');
					expect([busy || all, statuses]).toEqual([true, statuses]);
				}
			}),
			{ numRuns: 25 },
		);
	});

	/** The first run pauses at its nth step, and continues after a number of steps of the second. */
	async function overtaken(world: World, step: number, resumeAfter: number, runs: SyncRequest[]) {
		let steps = 0;
		const resume = signal();
		const stop = signal();
		const first = sync(world, {
			...runs[0],
			tick: async () => {
				if (steps++ < step) return;
				stop.give();
				await resume.given;
			},
		});
		await Promise.race([stop.given, first]);
		later(3);
		let others = 0;
		await sync(world, {
			...runs[1],
			tick: async () => {
				if (others++ === resumeAfter) resume.give();
				await yieldTimes(2);
			},
		});
		resume.give();
		await first;
		later(3);
	}

	const steps = Array.from({ length: 14 }, (_, index) => 5 + index * 5);

	const older = [people(15, 'Kiel', ''), people(15, 'Ystad', 'Doctor')];
	const cases = steps.flatMap((step) => [
		[step, 'with the same directory', undefined, [people(25), people(25)]] as const,
		[step, 'with an older directory', people(15), older] as const,
	]);

	test.each(cases)(
		'one paused for minutes at step %d while another ran %s: the list becomes correct',
		async (step, _, before, directories) => {
			for (const resumeAfter of [3, 10, 30, 1000]) {
				const world = new World();
				if (before) await sync(world, { directory: before });
				const runs = directories.map((directory) => ({ directory, options }));
				await overtaken(world, step, resumeAfter, runs);
				expectNoOneTwice(world, [step, resumeAfter]);
				await expectBroughtInLine(world, directories[1], [step, resumeAfter]);
			}
		},
	);
});

describe('whatever goes wrong, run after run', () => {
	const member = fc.record({
		email: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map((name) => `${name}@example.com`),
		city: fc.constantFrom('', 'Lund', 'Kiel'),
		title: fc.constantFrom('', 'Nurse'),
	});
	const directory = fc.uniqueArray(member, { minLength: 1, selector: ({ email }) => email });
	const goodFates: Fate[] = ['done', 'done', 'done'];
	const fate = fc.constantFrom<Fate>(...goodFates, 'doneAndLost', 'lost', 'refused', 'busy');
	const aRun = fc.record({
		directory,
		fates: fc.array(fate, { minLength: 1, maxLength: 10 }),
		missing: fc.constantFrom<'report' | 'clear'>('report', 'clear'),
		killAt: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 60 })),
		continueOnFail: fc.boolean(),
	});
	const runsOfOneList = fc.array(aRun, { minLength: 1, maxLength: 5 });

	test('no one is added twice, and in the end the list matches the directory', async () => {
		await fc.assert(
			fc.asyncProperty(runsOfOneList, directory, async (runs, last) => {
				const world = new World();
				for (const { killAt, fates, ...request } of runs) {
					let at = 0;
					const fateOf = ({ method }: NetigateRequest): Fate =>
						method === 'GET' ? 'done' : fates[at++ % fates.length];
					await killedAt(world, killAt, { ...request, options, fateOf });
					later(3);
					expectNoOneTwice(world, runs);
				}
				await expectBroughtInLine(world, last, runs);
			}),
			{ numRuns: 250 },
		);
	});
});
