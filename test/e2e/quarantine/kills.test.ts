import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../run/until.mjs';
import { OtherSystem } from '../otherSystem';
import { use, useN8n } from '../server';
import { post, postedItems, webhook, workflow } from '../workflows';
import { quarantine, QuarantineHook, someone } from './workflows';

/*
 * n8n is killed at random moments of a run of 5,000: people who were allowed by then aren't allowed again.
 * NETIGATE_KILLS sets the number of kills.
 */

const KILLS = Number(process.env.NETIGATE_KILLS ?? 3);
const PEOPLE = 5000;

/** Before a run has decided, while it does, and after it has. */
const LATEST_MS = 3000;

const mailer = use(new OtherSystem());
const n8n = useN8n();

/** Sends the posted people through a quarantine, and tells the mailer who was allowed. */
async function sender(): Promise<string> {
	const path = `kills-${randomUUID()}`;
	const sent = '={{ JSON.stringify({ sent: $input.all().map(({ json }) => json.email) }) }}';
	const { id } = await n8n.api.importWorkflow(
		workflow(path, [
			webhook(path, { responseMode: 'onReceived' }),
			postedItems(),
			quarantine(),
			post('Send', mailer.url, sent, { executeOnce: true }),
		]),
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
		expect(await hook.one(someone())).toBe('allowed');
		const endings = { beforeSending: 0, afterSending: 0 };
		for (let kill = 0; kill < KILLS; kill++) {
			const run = randomUUID();
			const people = Array.from({ length: PEOPLE }, (_, at) => `${run}-${at}@example.com`);
			const before = mailer.received.length;
			const asked = n8n.api.webhook(path, { items: people.map((email) => ({ email })) });
			const after = Math.round(((kill + Math.random()) / KILLS) * LATEST_MS);
			await sleep(after);
			// The last kill always comes after sending.
			if (kill === KILLS - 1)
				await until('the mailer to be told', 60_000, () => mailer.received.length > before);
			await n8n.kill9();
			await asked.catch(() => undefined);
			await n8n.start();
			await n8n.api.logIn(n8n.owner);
			await n8n.api.waitForWebhook('POST', hook.path);
			const sent = mailer.received.slice(before).flatMap(({ body }) => body.sent as string[]);
			const results = await hook.ask(...people);
			const allowed = results.flatMap(({ email, quarantine: result }) =>
				result?.status === 'allowed' ? [email!] : [],
			);
			const once = new Set([...sent, ...allowed]);
			expect({ after, twice: sent.length + allowed.length - once.size }).toEqual({
				after,
				twice: 0,
			});
			expect(results).toHaveLength(PEOPLE);
			endings[sent.length > 0 ? 'afterSending' : 'beforeSending']++;
		}
		expect(endings.afterSending).toBeGreaterThan(0);
		console.log(`Killed: ${JSON.stringify(endings)}`);
	},
	KILLS * 100_000,
);
