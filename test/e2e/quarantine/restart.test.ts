import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startN8n, type N8nServer } from '../../run/n8n-server.mjs';
import { until } from '../../run/until.mjs';
import { OtherSystem } from '../otherSystem';
import {
	connections,
	postedItems,
	quarantine,
	QuarantineHook,
	webhook,
	workflow,
} from './workflows';

let n8n: N8nServer;
/** Receives everyone who has left the quarantine. */
const behind = new OtherSystem();

beforeAll(async () => {
	await behind.start();
	n8n = await startN8n();
});

afterAll(async () => {
	await n8n?.stop();
	await behind.close();
});

const someone = () => `${randomUUID()}@example.com`;

/** A workflow that reserves and waits before it would send. */
async function slowSender(options: Record<string, unknown>) {
	const path = `slow-${randomUUID()}`;
	const { id } = await n8n.api.importWorkflow(
		workflow(
			path,
			[
				webhook(path, { responseMode: 'onReceived' }),
				postedItems(),
				quarantine({ options }),
				{
					name: 'Tell',
					type: 'n8n-nodes-base.httpRequest',
					typeVersion: 4.2,
					parameters: {
						method: 'POST',
						url: behind.url,
						sendBody: true,
						specifyBody: 'json',
						jsonBody: '={{ JSON.stringify({ email: $json.email }) }}',
						options: {},
					},
				},
				{
					name: 'Before Sending',
					type: 'n8n-nodes-base.wait',
					typeVersion: 1.1,
					parameters: { resume: 'timeInterval', amount: 40, unit: 'seconds' },
				},
				{ name: 'Send', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
			],
			connections(
				['Webhook', 0, 'Items'],
				['Items', 0, 'Quarantine'],
				['Quarantine', 0, 'Tell'],
				['Tell', 0, 'Before Sending'],
				['Before Sending', 0, 'Send'],
			),
		) as never,
	);
	await n8n.api.activate(id);
	return { path, id };
}

async function back(hook: QuarantineHook) {
	await n8n.start();
	await n8n.api.logIn(n8n.owner);
	await n8n.api.waitForWebhook('POST', hook.path);
}

test('quarantined before a restart, quarantined after it', async () => {
	const hook = await QuarantineHook.create(n8n);
	const anna = someone();
	expect(await hook.one(anna)).toBe('allowed');
	expect(await hook.one(anna)).toBe('invitedRecently');
	await n8n.restart();
	await n8n.api.logIn(n8n.owner);
	await n8n.api.waitForWebhook('POST', hook.path);
	expect(await hook.one(anna)).toBe('invitedRecently');
	expect(await hook.one(someone())).toBe('allowed');
});

describe('killed between reserving and sending', () => {
	test('without a hold, no one is asked twice', async () => {
		const hook = await QuarantineHook.create(n8n);
		const slow = await slowSender({});
		const anna = someone();
		await n8n.api.webhook(slow.path, { items: [{ email: anna }] });
		await reserved(anna);
		await n8n.kill9();
		await back(hook);
		expect(await hook.one(anna)).toBe('invitedRecently');
	});

	test('with a hold, no one is asked twice while it lasts, and everyone may be asked after it', async () => {
		const hook = await QuarantineHook.create(n8n);
		const slow = await slowSender({ holdMinutes: 1 });
		const anna = someone();
		const asked = Date.now();
		await n8n.api.webhook(slow.path, { items: [{ email: anna }] });
		await reserved(anna);
		const heldSince = Date.now();
		await n8n.kill9();
		await back(hook);
		// On a slow machine the hold may be over by now; then there is nothing to see of it any more.
		const early = await hook.one(anna);
		if (Date.now() < asked + 60_000) expect(early).toBe('invitedRecently');
		await sleep(Math.max(0, heldSince + 61_000 - Date.now()));
		if (early !== 'allowed') expect(await hook.one(anna)).toBe('allowed');
		expect(await hook.one(anna)).toBe('invitedRecently');
	});
});

/** Waits until someone has left the quarantine of the slow workflow. */
async function reserved(email: string): Promise<void> {
	await until('the reservation to be made', 120_000, async () =>
		Promise.resolve(behind.told('email').includes(email)),
	);
}
