import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startN8n, type N8nServer } from '../../run/n8n-server.mjs';
import { describeWith } from '../needs';
import { importLedger, QuarantineHook, removeLedgers } from './workflows';

const RUNS = 50;
const ROUNDS = 10;
const MANY = 5000;

const people = (count: number) =>
	Array.from({ length: count }, (_, i) => `person-${i}-${randomUUID()}@example.com`);

const rotated = <T>(list: T[], by: number) => [
	...list.slice(by % list.length),
	...list.slice(0, by % list.length),
];

/** What must hold however many executions run at once, and wherever they run. */
function races(
	n8n: () => N8nServer,
	ledger: () => Promise<Record<string, unknown>>,
	rounds: number,
) {
	let hook: QuarantineHook;

	beforeAll(async () => {
		hook = await QuarantineHook.create(n8n(), { options: await ledger() });
		// The first run makes the table; the races are about what comes after.
		expect(await hook.one(people(1)[0])).toBe('allowed');
	});

	test(`${RUNS} executions with one contact at once, ${rounds} rounds: exactly one is allowed each time`, async () => {
		for (let round = 0; round < rounds; round++) {
			const [person] = people(1);
			const told = await Promise.all(
				Array.from({ length: RUNS }, async () => await hook.ask(person)),
			);
			const statuses = told.flat().map(({ quarantine }) => quarantine?.status);
			expect(statuses.filter((status) => status === 'allowed')).toHaveLength(1);
			expect(statuses.filter((status) => status === 'quarantined')).toHaveLength(RUNS - 1);
		}
	});

	test(`${RUNS} executions of the same 20 contacts at once: every contact is allowed exactly once`, async () => {
		const all = people(20);
		const told = await Promise.all(
			Array.from({ length: RUNS }, async (_, i) => await hook.ask(...rotated(all, i))),
		);
		const allowed = told
			.flat()
			.filter(({ quarantine }) => quarantine?.status === 'allowed')
			.map(({ email }) => email);
		expect(told.flat()).toHaveLength(RUNS * all.length);
		expect(allowed.sort()).toEqual([...all].sort());
	});

	test(`a run of ${MANY} and ${RUNS} of one contact each, all of them in the large one: every contact is allowed exactly once`, async () => {
		const all = people(MANY);
		const singles = all.filter((_, index) => index % (MANY / RUNS) === 0);
		const told = await Promise.all([
			hook.ask(...all),
			...singles.map(async (person, index) => {
				// Some before the large run has begun, some while it decides, some after it.
				await sleep(index * 20);
				return await hook.ask(person);
			}),
		]);
		const allowed = countOf(told.flat(), ({ quarantine }) => quarantine?.status === 'allowed');
		expect(all.filter((person) => allowed.get(person) !== 1)).toEqual([]);
		expect(allowed.size).toBe(MANY);
	});
}

function countOf<T extends { email?: string }>(told: T[], wanted: (one: T) => boolean) {
	const counts = new Map<string | undefined, number>();
	for (const { email } of told.filter(wanted)) counts.set(email, (counts.get(email) ?? 0) + 1);
	return counts;
}

describe('in regular mode', () => {
	let n8n: N8nServer;

	beforeAll(async () => {
		n8n = await startN8n();
	});

	afterAll(async () => {
		await removeLedgers();
		await n8n?.stop();
	});

	describe('with the data table', () =>
		races(
			() => n8n,
			async () => ({}),
			ROUNDS,
		));

	for (const kind of ['postgres', 'redis'] as const) {
		describeWith([kind])(`with the ledger workflow for ${kind}`, () => {
			const ledger = async () => ({
				ledger: 'workflow',
				ledgerWorkflow: { __rl: true, mode: 'id', value: await importLedger(n8n, kind) },
			});
			races(() => n8n, ledger, 2);
		});
	}
});

describeWith(['postgres', 'redis'])('in queue mode, with two workers', () => {
	let n8n: N8nServer;

	beforeAll(async () => {
		n8n = await startN8n({ queue: { workers: 2 } });
	});

	afterAll(async () => {
		await n8n?.stop();
	});

	races(
		() => n8n,
		async () => ({}),
		ROUNDS,
	);

	test('both workers took part', async () => {
		const workers = n8n.parts.filter(({ name }) => name.startsWith('worker'));
		const logs = await Promise.all(workers.map(async ({ log }) => await readFile(log, 'utf8')));
		expect(logs).toHaveLength(2);
		for (const log of logs) expect(log).toContain('Worker started execution');
	});
});
