import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startN8n, type N8nServer } from '../../run/n8n-server.mjs';
import { OtherSystem } from '../otherSystem';
import {
	connections,
	postedItems,
	quarantine,
	QuarantineHook,
	webhook,
	workflow,
} from './workflows';

/*
 * n8n killed at random moments of a run of 5,000: people who were allowed by then aren't allowed again.
 * NETIGATE_KILLS sets how often.
 */

const KILLS = Number(process.env.NETIGATE_KILLS ?? 3);
const PEOPLE = 5000;

/** Before it has decided, while it does, and after it has. */
const LATEST_MS = 3000;

let n8n: N8nServer;
let mailer: OtherSystem;

beforeAll(async () => {
	[n8n, mailer] = await Promise.all([startN8n(), new OtherSystem().start()]);
});

afterAll(async () => {
	await n8n?.stop();
	await mailer?.close();
});

/** Sends the posted people through a quarantine, and reports the allowed ones to the mailer at once. */
async function sender(): Promise<string> {
	const path = `kills-${randomUUID()}`;
	const { id } = await n8n.api.importWorkflow(
		workflow(
			path,
			[
				webhook(path, { responseMode: 'onReceived' }),
				postedItems(),
				quarantine({}),
				{
					name: 'Send',
					type: 'n8n-nodes-base.httpRequest',
					typeVersion: 4.2,
					executeOnce: true,
					parameters: {
						method: 'POST',
						url: mailer.url,
						sendBody: true,
						specifyBody: 'json',
						jsonBody: '={{ JSON.stringify({ sent: $input.all().map(({ json }) => json.email) }) }}',
						options: {},
					},
				},
			],
			connections(['Webhook', 0, 'Items'], ['Items', 0, 'Quarantine'], ['Quarantine', 0, 'Send']),
		) as never,
	);
	await n8n.api.activate(id);
	return path;
}

test(
	`killed ${KILLS} times: no one is allowed twice`,
	async () => {
		const path = await sender();
		const hook = await QuarantineHook.create(n8n);
		// The first run makes the table.
		expect(await hook.one(`${randomUUID()}@example.com`)).toBe('allowed');
		const endings = { beforeSending: 0, afterSending: 0 };
		for (let kill = 0; kill < KILLS; kill++) {
			const run = randomUUID();
			const people = Array.from({ length: PEOPLE }, (_, at) => `${run}-${at}@example.com`);
			const before = mailer.received.length;
			const asked = n8n.api.webhook(path, { items: people.map((email) => ({ email })) });
			const after = Math.round(((kill + Math.random()) / KILLS) * LATEST_MS);
			await sleep(after);
			await n8n.kill9();
			await asked.catch(() => undefined);
			await n8n.start();
			await n8n.api.logIn(n8n.owner);
			await n8n.api.waitForWebhook('POST', hook.path);
			const sent = mailer.received.slice(before).flatMap(({ body }) => body.sent as string[]);
			const told = await hook.ask(...people);
			const allowed = told.flatMap(({ email, quarantine: result }) =>
				result?.status === 'allowed' ? [email!] : [],
			);
			const once = new Set([...sent, ...allowed]);
			expect({ after, twice: sent.length + allowed.length - once.size }).toEqual({
				after,
				twice: 0,
			});
			expect(told).toHaveLength(PEOPLE);
			endings[sent.length > 0 ? 'afterSending' : 'beforeSending']++;
		}
		console.log(`Killed after ${JSON.stringify(endings)}`);
	},
	KILLS * 100_000,
);
