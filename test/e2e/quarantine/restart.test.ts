import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../run/until.mjs';
import { OtherSystem } from '../otherSystem';
import { use, useN8n } from '../server';
import { node, noOp, post, postedItems, webhook, workflow } from '../workflows';
import { quarantine, QuarantineHook } from './workflows';

/** Receives everyone who has left the quarantine. */
const behind = use(new OtherSystem());
const n8n = useN8n();

const someone = () => `${randomUUID()}@example.com`;

/** A workflow that reserves people, and waits before it would send to them. */
async function slowSender(options: Record<string, unknown>) {
	const path = `slow-${randomUUID()}`;
	const wait = { resume: 'timeInterval', amount: 40, unit: 'seconds' };
	const { id } = await n8n.api.importWorkflow(
		workflow(path, [
			webhook(path, { responseMode: 'onReceived' }),
			postedItems(),
			quarantine({ options }),
			post('Tell', behind.url, '={{ JSON.stringify({ email: $json.email }) }}'),
			node('Before Sending', 'wait', 1.1, wait),
			noOp('Send'),
		]),
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
		// On a slow machine the hold may be over by now.
		const early = await hook.one(anna);
		if (Date.now() < asked + 60_000) expect(early).toBe('invitedRecently');
		await sleep(Math.max(0, heldSince + 61_000 - Date.now()));
		if (early !== 'allowed') expect(await hook.one(anna)).toBe('allowed');
		expect(await hook.one(anna)).toBe('invitedRecently');
	});
});

/** Waits until someone has left the quarantine of the slow workflow. */
async function reserved(email: string): Promise<void> {
	await until('the reservation', 120_000, () => behind.got('email').includes(email));
}
