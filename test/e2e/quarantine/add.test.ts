import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleIds, startSandbox, type Sandbox } from '../../sandbox';
import { itemsOf, type Credential, type Workflow } from '../../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../../run/n8n-server.mjs';
import { root } from '../../run/paths.mjs';
import { createSandboxCredential } from '../../run/post-event.mjs';
import { connections, postedItems, webhook, workflow } from './workflows';

/* One action that reserves, invites, confirms and releases, on n8n's own data table. */

const { surveys, sendouts } = sampleIds;

let n8n: N8nServer;
let sandbox: Sandbox;
let credential: Credential;

beforeAll(async () => {
	[sandbox, n8n] = await Promise.all([startSandbox(), startN8n()]);
	credential = await createSandboxCredential(n8n.api, sandbox);
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
});

beforeEach(() => sandbox.reset());

const locator = (value: unknown) => ({ __rl: true, mode: 'id', value: String(value) });

async function hook(quarantine: Record<string, unknown>, more = {}) {
	const path = `add-${randomUUID()}`;
	const add = {
		name: 'Invite',
		type: 'n8n-nodes-netigate.netigate',
		typeVersion: 1,
		parameters: {
			resource: 'respondent',
			operation: 'add',
			surveyId: locator(surveys.postEvent),
			sendoutId: locator(sendouts.postEventEmail),
			contact: '={{ $json.email }}',
			quarantine,
			options: {},
			requestOptions: { settleSeconds: 0.1 },
		},
		...more,
	};
	const links = connections(['Webhook', 0, 'Items'], ['Items', 0, 'Invite']);
	const all = workflow('Add', [webhook(path), postedItems(), add], links);
	const { id } = await n8n.api.importWorkflow(all as unknown as Workflow, {
		credentials: { netigateApi: credential },
	});
	await n8n.api.activate(id);
	return {
		id,
		ask: async (...emails: string[]) => {
			const items = emails.map((email) => ({ email }));
			const { status, body } = await n8n.api.webhook(path, { items });
			expect(status).toBe(200);
			return body as Array<Record<string, unknown>>;
		},
	};
}

const ONCE = { rules: { rule: [{ scope: 'survey', after: 'invited', max: 1, days: 30 }] } };

const invited = () => sandbox.state.invitations.map(({ contact }) => contact);

test('20 executions at once invite each person once', async () => {
	const { ask } = await hook(ONCE);
	await ask(`first-${randomUUID()}@example.com`);
	sandbox.reset();
	const people = ['anna', 'bo', 'cem'].map((name) => `${name}-${randomUUID()}@example.com`);
	await Promise.all(Array.from({ length: 20 }, async () => await ask(...people)));
	expect(invited().sort()).toEqual([...people].sort());
});

test('whom Netigate refuses may be asked by the next run, and nobody else again', async () => {
	const { ask } = await hook({ ...ONCE, holdMinutes: 60 }, { onError: 'continueRegularOutput' });
	const [anna, bo] = ['anna', 'bo'].map((name) => `${name}-${randomUUID()}@example.com`);
	sandbox.changeSettings({ refusedContacts: [bo] });
	await ask(anna, bo);
	expect(invited()).toEqual([anna]);
	sandbox.changeSettings({ refusedContacts: [] });
	const told = await ask(anna, bo);
	expect(told.map(({ status, reason }) => [status, reason])).toEqual([
		['skipped', 'invitedRecently'],
		['added', undefined],
	]);
	expect(invited()).toEqual([anna, bo]);
});

test('workflows/post-event-with-quarantine.json: who filled in the form is invited once, and the organiser is told', async () => {
	const text = await readFile(join(root, 'workflows/post-event-with-quarantine.json'), 'utf8');
	const { id } = await n8n.api.importWorkflow(JSON.parse(text) as Workflow, {
		credentials: { netigateApi: credential },
		parameters: {
			Settings: {
				assignments: {
					assignments: [
						{ id: 's1', name: 'survey', type: 'number', value: surveys.postEvent },
						{ id: 's2', name: 'sendout', type: 'number', value: sendouts.postEventEmail },
						{ id: 's3', name: 'days', type: 'number', value: 30 },
						{ id: 's4', name: 'organiser', type: 'string', value: 'organiser@example.com' },
					],
				},
			},
		},
	});
	const { data } = await n8n.api.run(id, 'Try It');
	const [{ json }] = itemsOf({ data } as never, 'Words of the Mail');
	expect(json).toMatchObject({
		to: 'organiser@example.com',
		subject: '2 invited, 1 not',
		text: expect.stringContaining('- nobody.example.com: '),
	});
	expect(invited().sort()).toEqual(['anna@example.com', 'ben@example.com']);
});
