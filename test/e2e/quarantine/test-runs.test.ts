import { randomUUID } from 'node:crypto';
import { itemsOf, type N8nApi } from '../../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../../run/n8n-server.mjs';
import { until } from '../../run/until.mjs';
import { connections, quarantine, QuarantineHook, workflow, type TestNode } from './workflows';

let n8n: N8nServer;

beforeAll(async () => {
	n8n = await startN8n({ env: { N8N_DATA_TABLES_MAX_SIZE_BYTES: '600000' } });
});

afterAll(async () => {
	await n8n?.stop();
});

const someone = () => `${randomUUID()}@example.com`;

type Execution = Awaited<ReturnType<N8nApi['run']>>;

const button: TestNode = {
	name: 'Button',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	parameters: {},
};

const person = (email: string): TestNode => ({
	name: 'Person',
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: { mode: 'raw', jsonOutput: JSON.stringify({ email }), options: {} },
});

async function byHand(email: string, options: Record<string, unknown> = {}): Promise<Execution> {
	const { id } = await n8n.api.importWorkflow(
		workflow(
			randomUUID(),
			[button, person(email), quarantine({ options })],
			connections(['Button', 0, 'Person'], ['Person', 0, 'Quarantine']),
		) as never,
	);
	return await n8n.api.run(id, 'Button');
}

const hintsOf = (execution: Execution): string =>
	(execution.data.resultData.runData.Quarantine.at(-1).hints ?? [])
		.map(({ message }: { message: string }) => message)
		.join(' ');

const statusOf = (execution: Execution): string => {
	const [item] = [...itemsOf(execution, 'Quarantine'), ...itemsOf(execution, 'Quarantine', 1)];
	return item.json.quarantine.reason ?? item.json.quarantine.status;
};

test('a test run decides, remembers nothing, and says so', async () => {
	const anna = someone();
	const first = await byHand(anna);
	expect(statusOf(first)).toBe('allowed');
	expect(hintsOf(first)).toContain('1 allowed, 0 quarantined');
	expect(hintsOf(first)).toContain('nothing was remembered');
	const hook = await QuarantineHook.create(n8n);
	expect(await hook.one(anna)).toBe('allowed');
	expect(statusOf(await byHand(anna))).toBe('invitedRecently');
});

test('a test run remembers if the option is on', async () => {
	const anna = someone();
	const first = await byHand(anna, { recordInTestRuns: true });
	expect(hintsOf(first)).not.toContain('nothing was remembered');
	const hook = await QuarantineHook.create(n8n);
	expect(await hook.one(anna)).toBe('invitedRecently');
});

test('a sub-workflow of a test run remembers nothing either', async () => {
	const anna = someone();
	const sub = await n8n.api.importWorkflow(
		workflow(
			randomUUID(),
			[
				{
					name: 'Start',
					type: 'n8n-nodes-base.executeWorkflowTrigger',
					typeVersion: 1.1,
					parameters: { inputSource: 'passthrough' },
				},
				quarantine({}),
			],
			connections(['Start', 0, 'Quarantine']),
		) as never,
	);
	await n8n.api.activate(sub.id);
	const { id } = await n8n.api.importWorkflow(
		workflow(
			randomUUID(),
			[
				button,
				person(anna),
				{
					name: 'Sub',
					type: 'n8n-nodes-base.executeWorkflow',
					typeVersion: 1.2,
					parameters: {
						source: 'database',
						workflowId: { __rl: true, mode: 'id', value: sub.id },
						mode: 'once',
						options: {},
					},
				},
			],
			connections(['Button', 0, 'Person'], ['Person', 0, 'Sub']),
		) as never,
	);
	const execution = await n8n.api.run(id, 'Button');
	expect(execution.status).toBe('success');
	expect(itemsOf(execution, 'Sub')[0].json.quarantine.status).toBe('allowed');
	const hook = await QuarantineHook.create(n8n);
	expect(await hook.one(anna)).toBe('allowed');
});

test('held reservations are released when the execution ends without confirming', async () => {
	const anna = someone();
	const holding = await QuarantineHook.create(n8n, {
		options: { holdMinutes: 60, releaseOnFailure: true },
	});
	const keeping = await QuarantineHook.create(n8n, { options: { holdMinutes: 60 } });
	expect(await holding.one(anna)).toBe('allowed');
	await until(
		'the reservation to be released',
		120_000,
		async () => (await keeping.one(anna)) === 'allowed',
	);
	expect(await holding.one(anna)).toBe('invitedRecently');
});

test('with "Always Output Data", nothing leaves at Allowed in place of quarantined people', async () => {
	const hook = await QuarantineHook.create(n8n, {}, { alwaysOutputData: true });
	const anna = someone();
	await hook.ask(anna);
	const told = await hook.ask(anna);
	expect(told.map(({ quarantine: result }) => result?.reason)).toEqual(['invitedRecently']);
});

test('old data is removed from full data tables, and the run says so', async () => {
	const options = { holdMinutes: 60, storeContact: true };
	const hold = await QuarantineHook.create(n8n, { options });
	const release = await QuarantineHook.create(n8n, { operation: 'release' });
	let hints = '';
	// n8n measures its tables every five seconds at most.
	for (let round = 0; round < 20 && !hints.includes('were full'); round++) {
		const people = Array.from({ length: 700 }, someone);
		const told = await hold.ask(...people);
		expect(told.filter(({ quarantine: result }) => result?.status === 'allowed')).toHaveLength(700);
		const [{ id }] = await n8n.api.executions({ workflowId: hold.workflowId }, 1);
		hints = hintsOf(await n8n.api.waitForExecution(id));
		await release.ask(...people);
	}
	expect(hints).toContain('The data tables of this n8n instance were full');
	expect(hints).toContain('700 allowed');
});
