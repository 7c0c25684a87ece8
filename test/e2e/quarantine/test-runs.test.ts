import { randomUUID } from 'node:crypto';
import { itemsOf, type Execution } from '../../run/n8n-api.mjs';
import { until } from '../../run/until.mjs';
import { sampleIds } from '../../sandbox';
import { useSandbox } from '../../sandbox/useSandbox';
import { byId, jsonOf, latest, succeeded, useCredential, useN8n } from '../server';
import { manualTrigger, node, own, set, subWorkflowTrigger, workflow } from '../workflows';
import { quarantine, QuarantineHook, someone } from './workflows';

const n8n = useN8n({ env: { N8N_DATA_TABLES_MAX_SIZE_BYTES: '600000' } });
const sandbox = useSandbox({}, { once: true });
const netigateApi = useCredential(n8n, sandbox);

/** Runs a node manually with one person. */
async function runWith(email: string, last: ReturnType<typeof node>): Promise<Execution> {
	const person = set('Person', JSON.stringify({ email }));
	const all = workflow(randomUUID(), [manualTrigger('Button'), person, last]);
	const { id } = await n8n.api.importWorkflow(all);
	return await n8n.api.run(id, 'Button');
}

const manually = async (email: string, options: Record<string, unknown> = {}) =>
	await runWith(email, quarantine({ options }));

const hintsOf = (execution: Execution): string =>
	(execution.data.resultData.runData.Quarantine.at(-1).hints ?? [])
		.map(({ message }: { message: string }) => message)
		.join(' ');

const statusOf = (execution: Execution): string => {
	const [item] = [...itemsOf(execution, 'Quarantine'), ...itemsOf(execution, 'Quarantine', 1)];
	return item.json.quarantine.reason ?? item.json.quarantine.status;
};

test('a test run decides, stores nothing, and says so', async () => {
	const anna = someone();
	const first = await manually(anna);
	expect(statusOf(first)).toBe('allowed');
	expect(hintsOf(first)).toContain('1 allowed, 0 quarantined');
	expect(hintsOf(first)).toContain('nothing was remembered');
	const hook = await QuarantineHook.create(n8n);
	expect(await hook.one(anna)).toBe('allowed');
	expect(statusOf(await manually(anna))).toBe('invitedRecently');
});

test('a test run stores events if the option is on', async () => {
	const anna = someone();
	const first = await manually(anna, { recordInTestRuns: true });
	expect(hintsOf(first)).not.toContain('nothing was remembered');
	const hook = await QuarantineHook.create(n8n);
	expect(await hook.one(anna)).toBe('invitedRecently');
});

test("a test run's sub-workflow also stores nothing", async () => {
	const anna = someone();
	const sub = workflow(randomUUID(), [subWorkflowTrigger(), quarantine()]);
	const { id } = await n8n.api.importWorkflow(sub);
	await n8n.api.activate(id);
	const call = { source: 'database', workflowId: byId(id), mode: 'once', options: {} };
	const execution = succeeded(await runWith(anna, node('Sub', 'executeWorkflow', 1.2, call)));
	expect(jsonOf(execution, 'Sub')).toMatchObject([{ quarantine: { status: 'allowed' } }]);
	const hook = await QuarantineHook.create(n8n);
	expect(await hook.one(anna)).toBe('allowed');
});

test.each([
	['an Add node after it only shows a preview', {}, ['wouldAdd', 'wouldAdd'], 0],
	['with the option, it invites once', { recordInTestRuns: true }, ['added', undefined], 1],
])('after a test run, %s', async (_, options, statuses, invitations) => {
	const anna = someone();
	const { surveys, sendouts } = sampleIds;
	const add = own('Invite', 'netigate', {
		...{ resource: 'respondent', operation: 'add', contact: '={{ $json.email }}' },
		...{ surveyId: byId(surveys.postEvent), sendoutId: byId(sendouts.postEventEmail) },
		existing: 'add',
	});
	// The node in between removes the quarantine's result.
	const email = set('Email Only', '={{ { email: $json.email } }}');
	const person = set('Person', JSON.stringify({ email: anna }));
	const nodes = [manualTrigger('Button'), person, quarantine({ options }), email, add];
	const { id } = await n8n.api.importWorkflow(workflow(randomUUID(), nodes), {
		credentials: { netigateApi },
	});
	const runs = [await n8n.api.run(id, 'Button'), await n8n.api.run(id, 'Button')].map(succeeded);
	expect(runs.map((one) => jsonOf(one, 'Invite')[0]?.status)).toEqual(statuses);
	const sent = sandbox.state.invitations.filter(({ contact }) => contact === anna);
	expect(sent).toHaveLength(invitations);
});

test('held reservations are released if the execution ends without confirming them', async () => {
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

test('Allowed outputs no empty item in place of quarantined people with "Always Output Data"', async () => {
	const hook = await QuarantineHook.create(n8n, {}, { alwaysOutputData: true });
	const anna = someone();
	await hook.ask(anna);
	const results = await hook.ask(anna);
	expect(results.map(({ quarantine: result }) => result?.reason)).toEqual(['invitedRecently']);
});

test('a run removes old data from full data tables, and says so', async () => {
	const options = { holdMinutes: 60, storeContact: true };
	const hold = await QuarantineHook.create(n8n, { options });
	const release = await QuarantineHook.create(n8n, { operation: 'release' });
	let hints = '';
	// n8n measures its tables every five seconds at most.
	for (let round = 0; round < 20 && !hints.includes('were full'); round++) {
		const people = Array.from({ length: 700 }, someone);
		const results = await hold.ask(...people);
		expect(results.filter(({ quarantine: result }) => result?.status === 'allowed')).toHaveLength(
			700,
		);
		hints = hintsOf(await latest(n8n, hold.workflowId));
		await release.ask(...people);
	}
	expect(hints).toContain('The data tables of this n8n instance were full');
	expect(hints).toContain('700 allowed');
});
