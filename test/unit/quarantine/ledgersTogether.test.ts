import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { MemoryTable } from '../tables/memoryStore';
import { MemoryRecords } from './memoryRecords';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOLD = 3_600_000;
const clock = { now: () => NOW, sleep: async () => {}, random: () => 0.5 };

/** From which call on an execution's calls fail, and whether they still take effect. */
interface Fault {
	from: number;
	lost: boolean;
}

/** One process's ledger, and the number of calls it has received. */
interface Kept {
	as: (execution: string, fault?: Fault) => Ledger;
	calls: number;
	/** Called before a call takes effect, with the number of earlier calls. */
	before?: (call: number) => Promise<void>;
}

const pause = async (ms = 0) => await new Promise((resolve) => setTimeout(resolve, ms));

/** Delays calls briefly, so that others arrive in the meantime. */
function slowly<T extends unknown[], R>(
	kept: Kept,
	fault: Fault | undefined,
	call: (...given: T) => Promise<R>,
) {
	let own = 0;
	return async (...given: T): Promise<R> => {
		const before = kept.calls++;
		await pause();
		await kept.before?.(before);
		if (!fault || own++ < fault.from) return await call(...given);
		if (fault.lost) await call(...given);
		throw new Error('stopped');
	};
}

const LEDGERS: Record<string, () => Kept> = {
	'a table': () => {
		const store = new MemoryTable().store();
		const id = randomUUID();
		const kept: Kept = {
			calls: 0,
			as: (execution, fault) =>
				new RowLedger(
					{ run: slowly(kept, fault, store.run), id: async () => await Promise.resolve(id) },
					{ execution, step: 'step' },
					clock,
				),
		};
		return kept;
	},
	'a workflow': () => {
		const records = new MemoryRecords();
		const id = randomUUID();
		const answer = async (items: IDataObject[]) =>
			await Promise.resolve(items.flatMap((item) => records.answer(item)));
		const kept: Kept = {
			calls: 0,
			as: (execution, fault) =>
				new WorkflowLedger(
					Object.assign(slowly(kept, fault, answer), { id }),
					{ fingerprint: 'f00d', keeper: { id: 'node', days: 400 } },
					{ execution, step: 'step' },
					clock,
				),
		};
		return kept;
	},
};

const place = (contact: string) => ({ contact, survey: '501', group: '', address: null });

const claim = (contact: string) => ({
	...{ ...place(contact), ordinal: 0, exempt: false },
	rules: [{ scope: 'survey' as const, after: 'invited' as const, max: 1, days: 30 }],
});

const KINDS = ['claim', 'confirm', 'release', 'record', 'read'] as const;

type Kind = (typeof KINDS)[number];

/** What an execution does with its own contact, and what that returns. */
const WORK: Record<
	Kind,
	{ of: (ledger: Ledger, contact: string) => Promise<unknown>; gives: unknown }
> = {
	claim: {
		of: async (ledger, contact) => {
			const [{ reservationId, repeated }] = await ledger.claim([claim(contact)], NOW, HOLD);
			return reservationId !== null && !repeated;
		},
		gives: true,
	},
	confirm: {
		of: async (ledger, contact) => (await ledger.confirm([place(contact)], NOW))[0],
		gives: 'confirmed',
	},
	release: {
		of: async (ledger, contact) => (await ledger.release([place(contact)]))[0],
		gives: 'released',
	},
	record: {
		of: async (ledger, contact) =>
			(await ledger.record([{ ...place(contact), kind: 'responded', at: NOW - HOLD }]))[0],
		gives: 'recorded',
	},
	read: {
		of: async (ledger, contact) => (await ledger.read([contact], 0)).get(contact)?.length ?? 0,
		gives: 1,
	},
};

/** What is stored about a contact afterward. */
const STORED: Record<Kind, string[]> = {
	claim: ['invited held'],
	confirm: ['invited final'],
	release: [],
	record: ['invited held', 'responded final'],
	read: ['invited held'],
};

async function storedIn(kept: Kept, contact: string) {
	const entries = (await kept.as('reader').all(0)).filter((one) => one.contact === contact);
	return entries.map(({ kind, state }) => `${kind} ${state}`).sort();
}

describe.each(Object.entries(LEDGERS))('executions that use %s at the same time', (name, open) => {
	test('share its calls', async () => {
		const calls: number[] = [];
		for (const count of [1, 30]) {
			const kept = open();
			for (const kind of KINDS) {
				const people = Array.from({ length: count }, (_, index) => `${kind}${index}`);
				if (kind !== 'claim')
					for (const one of people) await kept.as(one).claim([claim(one)], NOW, HOLD);
				kept.calls = 0;
				const outcomes = people.map(async (one) => await WORK[kind].of(kept.as(one), one));
				expect(await Promise.all(outcomes)).toEqual(people.map(() => WORK[kind].gives));
				calls.push(kept.calls);
				for (const one of people) expect(await storedIn(kept, one)).toEqual(STORED[kind]);
			}
		}
		const [alone, together] = [calls.slice(0, KINDS.length), calls.slice(KINDS.length)];
		// The first request is sent alone, and the others together.
		for (const [index, count] of together.entries())
			expect(count).toBeLessThanOrEqual(alone[index] * 2 + 2);
	});

	test('get their own outcomes and errors, whatever happens to the calls of others', async () => {
		const task = fc.record({
			kind: fc.constantFrom(...KINDS),
			fault: fc.option(fc.record({ from: fc.nat({ max: 2 }), lost: fc.boolean() }), {
				nil: undefined,
				freq: 3,
			}),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(task, { minLength: 2, maxLength: 8 }), async (tasks) => {
				const kept = open();
				const nameOf = (index: number) => `p${index}`;
				for (const [index, { kind }] of tasks.entries()) {
					const one = nameOf(index);
					if (kind !== 'claim') await kept.as(one).claim([claim(one)], NOW, HOLD);
				}
				const outcomes = await Promise.allSettled(
					tasks.map(async ({ kind, fault }, index) => {
						const one = nameOf(index);
						return await WORK[kind].of(kept.as(one, fault), one);
					}),
				);
				for (const [index, outcome] of outcomes.entries()) {
					const { kind, fault } = tasks[index];
					if (outcome.status === 'rejected') {
						expect(fault).toBeDefined();
						expect(String(outcome.reason)).toContain('stopped');
						continue;
					}
					expect({ kind, value: outcome.value }).toEqual({ kind, value: WORK[kind].gives });
					expect({ kind, stored: await storedIn(kept, nameOf(index)) }).toEqual({
						kind,
						stored: STORED[kind],
					});
				}
			}),
			{ numRuns: 200 },
		);
	});

	describe('while one of the calls takes too long', () => {
		const PEOPLE = ['p0', 'p1', 'p2', 'p3'];
		const PATIENCE_MS = 5;

		beforeEach(() => {
			jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
				const limit = new AbortController();
				setTimeout(() => limit.abort(new Error('too long')), PATIENCE_MS);
				return limit.signal;
			});
		});
		afterEach(() => jest.restoreAllMocks());

		/** @param late the call that takes effect when the call `until` begins, otherwise after all others have ended */
		async function wrongOutcomes(kind: Kind, late: number, until?: number, failing?: number) {
			const kept = open();
			for (const one of PEOPLE)
				if (kind !== 'claim') await kept.as(one).claim([claim(one)], NOW, HOLD);
			let end = () => {};
			const ended = new Promise<void>((resolve) => (end = resolve));
			kept.calls = 0;
			kept.before = async (call) => {
				if (call === late) await ended;
				if (call === until) end();
				if (call === until) await pause();
				if (call === failing) throw new Error('stopped');
			};
			let running = PEOPLE.length;
			const outcomes = PEOPLE.map(async (one) => {
				const ledger = kept.as(one);
				const outcome = await WORK[kind].of(ledger, one).catch(async () => {
					if (kind === 'claim') await ledger.takeBack(NOW, [one]);
					return 'failed';
				});
				if (--running === 1) setTimeout(end);
				return outcome;
			});
			const given = await Promise.all(outcomes);
			await pause();
			kept.before = undefined;
			const wrong: unknown[] = [];
			for (const [index, one] of PEOPLE.entries()) {
				const stored = await storedIn(kept, one);
				const failed = given[index] === 'failed';
				if (failed && kind !== 'claim') continue;
				const expected = failed ? [] : STORED[kind];
				const isRight = failed || given[index] === WORK[kind].gives;
				if (!isRight || String(stored) !== String(expected))
					wrong.push({ kind, late, until, failing, given: given[index], stored });
			}
			return wrong;
		}

		test.each(KINDS)('%s gets its own outcome, which no late call changes', async (kind) => {
			const runs = [0, 1, 2, 3, 4].flatMap((late) => [
				...[undefined, 1, 2, 3].map((next) => [late, next && late + next]),
				...[1, 2, 3].map((next) => [late, undefined, late + next]),
			]);
			const wrong = runs.map(async ([late, ...more]) => await wrongOutcomes(kind, late!, ...more));
			expect((await Promise.all(wrong)).flat()).toEqual([]);
		});
	});

	test('claim the same contact only once', async () => {
		const kept = open();
		const claims = Array.from({ length: 30 }, async (_, index) =>
			WORK.claim.of(kept.as(`e${index}`), 'anna'),
		);
		expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
		// In a table, the rows that the first claim read are enough to refuse the others. In a workflow, the claims
		// share calls.
		expect(kept.calls).toBe(name === 'a table' ? 1 : 5);
		expect(await storedIn(kept, 'anna')).toEqual(['invited held']);
	});

	test('record the same event only once', async () => {
		const kept = open();
		const event = { ...place('anna'), kind: 'invited' as const, at: NOW - HOLD };
		const recorded = Array.from({ length: 9 }, async (_, i) => kept.as(`e${i}`).record([event]));
		expect((await Promise.all(recorded)).flat().sort()).toEqual([
			...Array.from({ length: 8 }, () => 'alreadyRecorded'),
			'recorded',
		]);
	});

	test('record different events of the same contact without losing any', async () => {
		const kept = open();
		const events = Array.from({ length: 30 }, async (_, index) =>
			kept
				.as(`e${index}`)
				.record([{ ...place('anna'), kind: 'invited', at: NOW - (index + 1) * HOLD }]),
		);
		expect(await Promise.all(events)).toEqual(events.map(() => ['recorded']));
		expect(await storedIn(kept, 'anna')).toEqual(events.map(() => 'invited final'));
	});
});

test('an event is recorded even if the record was removed during a shared write', async () => {
	const records = new MemoryRecords();
	const written = new Set<unknown>();
	const isForgotten = ({ action, lines }: IDataObject) => {
		const { contact } = lines as { contact: string };
		if (action === 'write') written.add(contact);
		return action === 'read' && written.delete(contact);
	};
	const call = async (items: IDataObject[]) => {
		await pause();
		const [item] = items;
		if (isForgotten(item)) records.answer({ ...item, contract: 2, action: 'forget' });
		return records.answer(item);
	};
	const use = { fingerprint: 'f00d', keeper: { id: 'node', days: 400 } };
	const as = (execution: string) =>
		new WorkflowLedger(
			Object.assign(call, { id: 'forgetful' }),
			use,
			{ execution, step: 'step' },
			clock,
		);
	const record = async (contact: string, at: number) =>
		await as(contact + at).record([{ ...place(contact), kind: 'responded', at }]);
	await Promise.all([record('bo', NOW), record('anna', NOW), record('anna', NOW - HOLD)]);
	written.clear();
	// One event was removed, but the other was recorded afterward.
	expect((await as('later').read(['anna'])).get('anna')).toHaveLength(1);
});
