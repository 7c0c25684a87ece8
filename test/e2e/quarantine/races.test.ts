import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { countBy } from '../../../nodes/shared/basics/lists';
import type { N8nServer } from '../../run/n8n-server.mjs';
import {
	activatePostEventSurvey,
	attendees,
	fireEvent,
	problemsAfter,
} from '../../run/post-event.mjs';
import { useSandbox } from '../../sandbox/useSandbox';
import { describeWith } from '../needs';
import { byId, jsonOf, succeeded, useCredential, useN8n } from '../server';
import { manualTrigger, set, workflow } from '../workflows';
import { importLedger, quarantine, QuarantineHook, removeLedgers, someone } from './workflows';

const RUNS = 50;
const ROUNDS = 10;
const MANY = 5000;

const peopleOf = (count: number) =>
	Array.from({ length: count }, (_, i) => `person-${i}-${randomUUID()}@example.com`);

const rotated = <T>(list: T[], by: number) => [
	...list.slice(by % list.length),
	...list.slice(0, by % list.length),
];

const allowedOf = (results: Awaited<ReturnType<QuarantineHook['ask']>>) =>
	results.filter(({ quarantine }) => quarantine?.status === 'allowed').map(({ email }) => email);

/** Checks what must be true for concurrent executions, wherever they run. */
function races(n8n: N8nServer, rounds: number, ledger = async () => ({})) {
	let hook: QuarantineHook;

	beforeAll(async () => {
		hook = await QuarantineHook.create(n8n, { options: await ledger() });
		// The first run creates the table before the races.
		expect(await hook.one(peopleOf(1)[0])).toBe('allowed');
	});

	test(`exactly one of ${RUNS} concurrent executions allows one contact, in each of ${rounds} rounds`, async () => {
		for (let round = 0; round < rounds; round++) {
			const [person] = peopleOf(1);
			const results = await Promise.all(
				Array.from({ length: RUNS }, async () => await hook.ask(person)),
			);
			const statuses = results.flat().map(({ quarantine }) => quarantine?.status);
			expect(statuses.filter((status) => status === 'allowed')).toHaveLength(1);
			expect(statuses.filter((status) => status === 'quarantined')).toHaveLength(RUNS - 1);
		}
	});

	test(`${RUNS} concurrent executions with the same 20 contacts allow each exactly once`, async () => {
		const all = peopleOf(20);
		const results = await Promise.all(
			Array.from({ length: RUNS }, async (_, i) => await hook.ask(...rotated(all, i))),
		);
		expect(results.flat()).toHaveLength(RUNS * all.length);
		expect(allowedOf(results.flat()).sort()).toEqual([...all].sort());
	});

	test(`a run with ${MANY} contacts and ${RUNS} runs with one of them each allow every contact exactly once`, async () => {
		const all = peopleOf(MANY);
		const singles = all.filter((_, index) => index % (MANY / RUNS) === 0);
		const results = await Promise.all([
			hook.ask(...all),
			...singles.map(async (person, index) => {
				// They start before, during and after the large run.
				await sleep(index * 20);
				return await hook.ask(person);
			}),
		]);
		const allowed = countBy(allowedOf(results.flat()));
		expect(all.filter((person) => allowed.get(person) !== 1)).toEqual([]);
		expect(allowed.size).toBe(MANY);
	});
}

describe('in regular mode', () => {
	const n8n = useN8n();

	afterAll(async () => await removeLedgers());

	describe('with the data table', () => races(n8n, ROUNDS));

	for (const kind of ['postgres', 'redis'] as const) {
		describeWith([kind])(`with the ledger workflow for ${kind}`, () => {
			const ledger = async () => ({
				ledger: 'workflow',
				ledgerWorkflow: byId(await importLedger(n8n, kind)),
			});
			races(n8n, 2, ledger);
		});
	}
});

describeWith(['postgres', 'redis'])('in queue mode, with two workers', () => {
	const sandbox = useSandbox({}, { once: true });
	const n8n = useN8n({ queue: { workers: 2 } });
	const credential = useCredential(n8n, sandbox);

	test('a worker invites everyone once, and the execution shows the same as in regular mode', async () => {
		const { id } = await activatePostEventSurvey(n8n.api, credential);
		const people = attendees.map(({ attendee }) => attendee);
		const { attendees: outcomes, execution } = await fireEvent(n8n.api, id, people);
		expect(problemsAfter(sandbox, outcomes, attendees)).toEqual([]);
		const { id: executionId } = succeeded(execution);
		const logs = await n8n.logs();
		expect(logs).toContain(`Worker started execution ${executionId}`);
		expect(logs).not.toContain(sandbox.apiKey);
	});

	// In n8n 3.0, workers always run manual executions.
	test('a manual execution on a worker is a test run', async () => {
		const contact = set('Anna', JSON.stringify({ email: someone() }));
		const { id } = await n8n.api.importWorkflow(
			workflow('Manual', [manualTrigger('Start'), contact, quarantine()]),
		);
		for (let round = 0; round < 2; round++) {
			const execution = succeeded(await n8n.api.run(id!, 'Start'));
			expect(jsonOf(execution, 'Quarantine')).toMatchObject([
				{ quarantine: { status: 'allowed' } },
			]);
			expect(await n8n.logs()).toContain(`Worker started execution ${execution.id}`);
		}
	});

	races(n8n, ROUNDS);

	test('both workers took part', async () => {
		const workers = n8n.parts.filter(({ name }) => name.startsWith('worker'));
		const logs = await Promise.all(workers.map(async ({ log }) => await readFile(log, 'utf8')));
		expect(logs).toHaveLength(2);
		for (const log of logs) expect(log).toContain('Worker started execution');
	});
});
