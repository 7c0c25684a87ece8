import fc from 'fast-check';
import type { NetigateRequest } from '../../../nodes/shared/netigate/client';
import type { Tick } from '../tables/memoryStore';
import { sync, World, type Fate, type Member, type SyncRequest } from './fakeList';

/*
 * What is promised, whatever goes wrong and wherever n8n is killed: nobody stands in the list twice, nobody
 * is lost without being told, and what the memory says of a row is true.
 */

let now: jest.SpyInstance;
beforeEach(() => {
	now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-09-01T08:00:00Z'));
});
afterEach(() => now.mockRestore());
const later = (minutes: number) => now.mockReturnValue(Date.now() + minutes * 60_000);

const people = (count: number, city = 'Lund', title = 'Nurse'): Member[] =>
	Array.from({ length: count }, (_, index) => ({ email: `p${index}@example.com`, city, title }));

/** Lets other tasks go first, so many times. */
async function yieldTimes(times: number) {
	for (let i = 0; i < times; i++) await Promise.resolve();
}

/** Runs until its nth step, then never again, as `kill -9` would. Undefined when it ended before. */
async function killedAt(world: World, step: number, request: SyncRequest) {
	let steps = 0;
	let dead: () => void = () => {};
	const killed = new Promise<undefined>((resolve) => {
		dead = () => resolve(undefined);
	});
	const tick: Tick = async (label) => {
		await yieldTimes((steps * 7) % 5);
		if (steps++ < step) return;
		void label;
		dead();
		await new Promise(() => {});
	};
	const ended = await Promise.race([sync(world, { ...request, tick }), killed]);
	return ended;
}

function expectNobodyTwice(world: World, told: unknown) {
	expect([told, world.contacts()]).toEqual([told, [...new Set(world.contacts())]]);
}

/** Nobody twice; in the list as the directory says, or reported as unknown. */
async function expectBroughtInLine(world: World, directory: Member[], told: unknown) {
	const { statuses, errors } = await sync(world, {
		directory,
		options: { maxMissingShare: 100, firstRun: 'add' },
	});
	expect([told, errors.map(({ message }) => message)]).toEqual([told, []]);
	expectNobodyTwice(world, told);
	const unknown: string[] = [];
	for (const [index, { email, city = '', title = '' }] of directory.entries()) {
		if (statuses[index][1] === 'unknown') {
			unknown.push(email);
			continue;
		}
		const cells = [city, title].filter((value) => value !== '');
		expect([told, email, Object.values(world.cellsOf(email)).sort()]).toEqual([
			told,
			email,
			cells.sort(),
		]);
		expect([told, email, world.contacts().includes(email)]).toEqual([told, email, true]);
	}
	return unknown;
}

describe('killed at any step', () => {
	test('of a first run: nobody twice, and who is uncertain is told', async () => {
		const directory = people(25);
		let uncertain = 0;
		let step = 1;
		for (; ; step++) {
			const world = new World();
			const ended = await killedAt(world, step, { directory });
			if (ended) break;
			later(3);
			const unknown = await expectBroughtInLine(world, directory, step);
			uncertain = Math.max(uncertain, unknown.length);
		}
		expect(step).toBeGreaterThan(80);
		// Only who was being added at that moment.
		expect(uncertain).toBeGreaterThan(0);
		expect(uncertain).toBeLessThanOrEqual(16);
	});

	test('of a run that changes, clears and adds: all is brought in line by the next', async () => {
		const before = people(12);
		const after = [...people(9, 'Kiel', '').slice(1), { email: 'new@example.com', city: 'Lund' }];
		for (let step = 1; ; step++) {
			const world = new World();
			await sync(world, { directory: before });
			const ended = await killedAt(world, step, {
				directory: after,
				missing: 'clear',
				options: { maxMissingShare: 100, firstRun: 'add' },
			});
			if (ended) {
				expect(step).toBeGreaterThan(40);
				break;
			}
			later(3);
			const unknown = await expectBroughtInLine(world, after, step);
			expect([step, unknown.filter((one) => one !== 'new@example.com')]).toEqual([step, []]);
			// And back again, wherever the killed run had come to.
			await expectBroughtInLine(world, before, `${step}, back`);
		}
	});

	test('before the hold lapses, the list is said to be busy, and nothing is sent', async () => {
		const world = new World();
		await killedAt(world, 30, { directory: people(25) });
		const calls = world.calls.length;
		later(1);
		const { errors } = await sync(world, { directory: people(25) });
		expect(errors[0].message).toBe(
			'Another run is bringing this respondent list up to date right now',
		);
		expect(world.calls.slice(calls).map(({ method }) => method)).toEqual(['GET']);
		later(2);
		expect((await sync(world, { directory: people(25) })).errors).toEqual([]);
	});
});

describe('two runs at one list', () => {
	const delays = fc.array(fc.nat(12), { minLength: 40, maxLength: 40 });

	test('at once: nobody twice, and one of them does it all', async () => {
		await fc.assert(
			fc.asyncProperty(delays, delays, async (first, second) => {
				const world = new World();
				const directory = people(10);
				const run = async (list: number[]) => {
					let at = 0;
					return await sync(world, {
						directory,
						tick: async () => await yieldTimes(list[at++ % list.length]),
					});
				};
				const results = await Promise.all([run(first), run(second)]);
				expectNobodyTwice(world, 'both');
				expect(world.rows.size).toBe(10);
				for (const { errors, statuses } of results) {
					const busy = errors.length === 10 && /Another run/.test(errors[0].message);
					const all = statuses.every(([, status]) => status === 'added' || status === 'unchanged');
					expect([busy || all, statuses]).toEqual([true, statuses]);
				}
			}),
			{ numRuns: 25 },
		);
	});

	/** The first run stands still at its nth step, and goes on when the second has made so many. */
	async function overtaken(world: World, step: number, resumeAfter: number, runs: SyncRequest[]) {
		let steps = 0;
		let resume = () => {};
		const resumed = new Promise<void>((resolve) => {
			resume = resolve;
		});
		let stop = () => {};
		const stoodStill = new Promise<void>((resolve) => {
			stop = resolve;
		});
		const tick: Tick = async () => {
			if (steps++ < step) return;
			stop();
			await resumed;
		};
		const first = sync(world, { ...runs[0], tick });
		await Promise.race([stoodStill, first]);
		later(3);
		let others = 0;
		const second = sync(world, {
			...runs[1],
			tick: async () => {
				if (others++ === resumeAfter) resume();
				await yieldTimes(2);
			},
		});
		await second;
		resume();
		await first;
		later(3);
	}

	const steps = Array.from({ length: 14 }, (_, index) => 5 + index * 5);

	test.each(steps)(
		'one that stood still for minutes at its step %d while another ran: nobody twice',
		async (step) => {
			for (const resumeAfter of [3, 10, 30, 1000]) {
				const world = new World();
				const directory = people(25);
				await overtaken(world, step, resumeAfter, [{ directory }, { directory }]);
				expectNobodyTwice(world, [step, resumeAfter]);
				await expectBroughtInLine(world, directory, [step, resumeAfter]);
			}
		},
	);

	test.each(steps)(
		'one with an older directory that stood still at its step %d: the next run knows better',
		async (step) => {
			for (const resumeAfter of [3, 10, 30, 1000]) {
				const world = new World();
				await sync(world, { directory: people(15) });
				const older = people(15, 'Kiel', '');
				const newer = people(15, 'Ystad', 'Doctor');
				const options = { maxMissingShare: 100, firstRun: 'add' };
				await overtaken(world, step, resumeAfter, [
					{ directory: older, options },
					{ directory: newer, options },
				]);
				await expectBroughtInLine(world, newer, [step, resumeAfter]);
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
	const fate = fc.constantFrom<Fate>(
		'done',
		'done',
		'done',
		'doneAndLost',
		'lost',
		'refused',
		'busy',
	);
	const aRun = fc.record({
		directory,
		fates: fc.array(fate, { minLength: 1, maxLength: 10 }),
		missing: fc.constantFrom<'report' | 'clear'>('report', 'clear'),
		killAt: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 60 })),
		continueOnFail: fc.boolean(),
	});

	test('nobody is added twice, and in the end all is as the directory says', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(aRun, { minLength: 1, maxLength: 5 }),
				directory,
				async (runs, last) => {
					const world = new World();
					for (const { killAt, fates, ...request } of runs) {
						let at = 0;
						const fateOf = ({ method }: NetigateRequest): Fate =>
							method === 'GET' ? 'done' : fates[at++ % fates.length];
						const options = { maxMissingShare: 100, firstRun: 'add' };
						await killedAt(world, killAt, { ...request, options, fateOf });
						later(3);
						expectNobodyTwice(world, runs);
					}
					await expectBroughtInLine(world, last, runs);
				},
			),
			{ numRuns: 250 },
		);
	});
});
