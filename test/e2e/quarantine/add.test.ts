import { randomUUID } from 'node:crypto';
import { sampleIds } from '../../sandbox';
import { useSandbox } from '../../sandbox/useSandbox';
import { until } from '../../run/until.mjs';
import { byId, example, jsonOf, succeeded, useCredential, useN8n } from '../server';
import { own, postedItems, webhook, workflow, type Fields } from '../workflows';
import { postPeople } from './workflows';

/* One action that reserves, invites, confirms and releases, on n8n's own data table. */

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox({}, { once: true });
// Administrators can forbid workflows to call others. This doesn't affect the quarantine's inner workflows.
const n8n = useN8n({ env: { N8N_WORKFLOW_CALLER_POLICY_DEFAULT_OPTION: 'none' } });
const netigateApi = useCredential(n8n, sandbox);

async function hook(
	quarantine: Fields,
	{ parameters = {}, ...more }: { parameters?: Fields; onError?: string } = {},
	settings: Fields = {},
) {
	const path = `add-${randomUUID()}`;
	const add = own(
		...(['Invite', 'netigate'] as const),
		{
			...{ resource: 'respondent', operation: 'add', contact: '={{ $json.email }}' },
			...{ surveyId: byId(surveys.postEvent), sendoutId: byId(sendouts.postEventEmail) },
			...{ ...quarantine, options: {}, requestOptions: { settleSeconds: 0.1 } },
			...parameters,
		},
		more,
	);
	const all = workflow('Add', [webhook(path), postedItems(), add]);
	Object.assign(all.settings!, settings);
	const { id } = await n8n.api.importWorkflow(all, { credentials: { netigateApi } });
	await n8n.api.activate(id);
	return {
		id,
		path,
		ask: async (...emails: string[]) =>
			await postPeople<Record<string, unknown>>(n8n, { path, workflowId: id }, emails),
	};
}

const ONCE = { quarantineDays: 30 };
const HELD = { ...ONCE, quarantine: { holdMinutes: 60 } };

const invited = () => sandbox.state.invitations.map(({ contact }) => contact);

test('20 concurrent executions invite each person once', async () => {
	const { ask } = await hook(ONCE);
	await ask(`first-${randomUUID()}@example.com`);
	sandbox.reset();
	const people = ['anna', 'bo', 'cem'].map((name) => `${name}-${randomUUID()}@example.com`);
	await Promise.all(Array.from({ length: 20 }, async () => await ask(...people)));
	expect(invited().sort()).toEqual([...people].sort());
});

test('the next run asks only people refused by Netigate', async () => {
	const { ask } = await hook(HELD, { onError: 'continueRegularOutput' });
	const [anna, bo] = ['anna', 'bo'].map((name) => `${name}-${randomUUID()}@example.com`);
	sandbox.changeSettings({ refusedContacts: [bo] });
	await ask(anna, bo);
	expect(invited()).toEqual([anna]);
	sandbox.changeSettings({ refusedContacts: [] });
	const results = await ask(anna, bo);
	expect(results.map(({ status, reason }) => [status, reason])).toEqual([
		['skipped', 'existing'],
		['added', 'invited'],
	]);
	expect(invited()).toEqual([anna, bo]);
});

test('an execution that times out keeps invited people in the ledger and releases the others', async () => {
	const people = Array.from({ length: 60 }, (_, index) => `p${index}-${randomUUID()}@example.com`);
	const added = () =>
		[...sandbox.state.respondents.values()]
			.map(({ Email }) => Email)
			.filter((email) => people.includes(email));
	sandbox.faults.add({ kind: 'latency', operationId: 'addRespondent', ms: 500 });
	const one = { options: { batchSize: 1 }, requestOptions: { settleSeconds: 0.1, maxInFlight: 1 } };
	const hurried = await hook(HELD, { parameters: one }, { executionTimeout: 8 });
	await n8n.api.webhook(hurried.path, { items: people.map((email) => ({ email })) });
	await until('the execution to be ended', 60_000, async () => {
		const [last] = await n8n.api.executions({ workflowId: hurried.id }, 1);
		return last?.status === 'canceled';
	});
	const first = added();
	expect(first.length).toBeGreaterThan(0);
	expect(first.length).toBeLessThan(people.length);
	sandbox.faults.clear();

	const { ask } = await hook(HELD);
	// If the execution ended before this request reached the sandbox, the person may have been invited and stays reserved.
	const unknown = people[first.length];
	const known = people.filter((email) => email !== unknown);
	await until('the others to be released', 60_000, async () => {
		await ask(...people);
		return known.every((email) => added().includes(email));
	});
	const everyone = added().includes(unknown) ? people : known;
	expect(added().sort()).toEqual([...everyone].sort());
});

test("a manual run of workflows/post-event-with-quarantine.json only shows in the organizer's email who would be invited", async () => {
	const { id } = await n8n.api.importWorkflow(example('post-event-with-quarantine.json'), {
		credentials: { netigateApi },
		parameters: {
			Invite: { surveyId: byId(surveys.postEvent), sendoutId: byId(sendouts.postEventEmail) },
		},
	});
	const [mail] = jsonOf(succeeded(await n8n.api.run(id, 'Try It')), 'Result');
	expect(mail).toMatchObject({
		subject: 'Preview: 2 invited, 1 not invited',
		text: expect.stringMatching(/- nora\.example\.com: [^]*Did not attend[^]*- otto@example\.com/),
	});
	expect(invited()).toEqual([]);
});
