import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { countBy } from '../../nodes/shared/basics/lists';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { followClock, untilClockRead } from '../run/moved-clock.mjs';
import { until } from '../run/until.mjs';
import { OtherSystem } from './otherSystem';
import { quarantine, QuarantineHook, someone } from './quarantine/workflows';
import { byId, jsonOf, latest, succeeded, use, useCredential, useN8n } from './server';
import { own, post, postedItems, webhook, workflow } from './workflows';

const COUNT = 5000;

const survey = sampleIds.surveys.postEvent;
const sendout = sampleIds.sendouts.postEventEmail;

/** Adds each of the posted people with "If Already in This Sendout: Never Invite Again". */
async function importInviting(path: string, reserving: object = {}): Promise<string> {
	const add = own('Invite', 'netigate', {
		...{ resource: 'respondent', operation: 'add', contact: '={{ $json.email }}' },
		...{
			surveyId: byId(survey),
			sendoutId: byId(sendout),
			existing: 'skip',
			...reserving,
		},
		options: { batchSize: 25 },
	});
	const start = webhook(path, { responseMode: 'onReceived' });
	const { id } = await n8n.api.importWorkflow(workflow(path, [start, postedItems(), add]), {
		credentials: { netigateApi },
	});
	await n8n.api.activate(id);
	return id;
}

const peopleCalled = (name: string, count: number) =>
	Array.from({ length: count }, (_, index) => ({ email: `${name}${index}@example.com` }));

const people = peopleCalled('person', COUNT);

// Two hundred batches, four at a time, take several seconds, so that n8n can be killed during the run.
const sandbox = useSandbox({ latencyMs: 100 }, { once: true });
const n8n = useN8n({ env: followClock(sandbox) });
const netigateApi = useCredential(n8n, sandbox);

const respondents = () =>
	[...sandbox.state.respondents.values()].filter(({ sendoutId }) => sendoutId === sendout);

const invitations = () =>
	sandbox.state.invitations.filter(
		({ sendoutId, kind }) => sendoutId === sendout && kind === 'invitation',
	);

/** The number of people per outcome in the latest run. */
async function outcomes(workflowId: string): Promise<Record<string, number>> {
	const execution = succeeded(await latest(n8n, workflowId));
	const reported = jsonOf(execution, 'Invite').map(({ reason, status }) =>
		String(status === 'skipped' ? reason : status),
	);
	return Object.fromEntries(countBy(reported));
}

test('if n8n is killed during 5,000 invitations, a second run invites the others once each', async () => {
	const workflowId = await importInviting('invite-many');
	await n8n.api.webhook('invite-many', { items: people });
	await until('a quarter to be added', 120_000, () => respondents().length >= COUNT / 4);
	await n8n.kill9();
	expect(respondents().length).toBeLessThan(COUNT);

	await n8n.start();
	await n8n.api.waitForWebhook('POST', 'invite-many');
	const before = respondents().length;
	expect(before).toBeGreaterThanOrEqual(COUNT / 4);
	expect(before).toBeLessThan(COUNT);

	await n8n.api.webhook('invite-many', { items: people });
	await until('the second run to end', 120_000, async () => {
		const [second, ...others] = await n8n.api.executions({ workflowId });
		return others.length === 1 && second.status === 'success';
	});
	expect(await outcomes(workflowId)).toEqual({ added: COUNT - before, existing: before });

	expect(respondents()).toHaveLength(COUNT);
	expect(new Set(respondents().map(({ Email }) => Email)).size).toBe(COUNT);
	expect(invitations()).toHaveLength(COUNT);
	expect(new Set(invitations().map(({ respondentId }) => respondentId)).size).toBe(COUNT);
});

describe('while Add uses a quarantine', () => {
	const COUNT_HERE = 200;

	/** Starts a run and kills n8n at the given moment. @returns a function that runs it again */
	async function killedRun(name: string, reserving: object, when: () => boolean) {
		const path = `kill-${name}`;
		const workflowId = await importInviting(path, reserving);
		const items = peopleCalled(name, COUNT_HERE);
		await n8n.api.webhook(path, { items });
		await until('the moment to kill', 120_000, when);
		await n8n.kill9();
		sandbox.faults.clear();
		await n8n.start();
		await n8n.api.waitForWebhook('POST', path);
		return async (given: object[] = items) => {
			const before = (await n8n.api.executions({ workflowId })).length;
			await n8n.api.webhook(path, { items: given });
			await until('the run to end', 120_000, async () => {
				const all = await n8n.api.executions({ workflowId });
				return all.length > before && all[0].status === 'success';
			});
			return await outcomes(workflowId);
		};
	}

	const invitedOf = (name: string) =>
		invitations()
			.map(({ contact }) => contact)
			.filter((contact) => contact.startsWith(name));

	/** Whether a batch was sent, to which the sandbox never responds. */
	const sending = () => sandbox.calls.some(({ operationId }) => operationId === 'addRespondents');

	test('everyone counts as asked if n8n is killed between reserving and sending', async () => {
		sandbox.faults.add({ kind: 'hang', operationId: 'addRespondents' });
		const again = await killedRun('reserved', { quarantineDays: 30 }, sending);
		expect(await again()).toEqual({ invitedRecently: COUNT_HERE });
		expect(invitedOf('reserved')).toEqual([]);
	});

	test('with a hold, everyone is invited once after it expires', async () => {
		sandbox.faults.add({ kind: 'hang', operationId: 'addRespondents' });
		const again = await killedRun(
			'held',
			{ quarantineDays: 30, quarantine: { holdMinutes: 60 } },
			sending,
		);
		expect(await again()).toEqual({ invitedRecently: COUNT_HERE });
		sandbox.clock.advance(60 * 60 * 1000);
		await untilClockRead();
		expect(await again()).toEqual({ added: COUNT_HERE });
		expect(await again()).toEqual({ existing: COUNT_HERE });
		expect(invitedOf('held')).toHaveLength(COUNT_HERE);
		expect(new Set(invitedOf('held')).size).toBe(COUNT_HERE);
	});

	test('no one is invited twice if n8n is killed while sending', async () => {
		const some = () => respondents().length >= COUNT_HERE / 4;
		const again = await killedRun('middle', { quarantineDays: 30 }, some);
		await again();
		// People added before the kill wait until the sendout is activated, which happens with the next added person.
		expect(await again(peopleCalled('middle-new', 1))).toEqual({ added: 1 });
		const invited = invitedOf('middle');
		expect(invited.length).toBeGreaterThanOrEqual(COUNT_HERE / 4);
		expect(new Set(invited).size).toBe(invited.length);
	});
});

describe('during a run of 5,000 people through the quarantine node', () => {
	/** NETIGATE_KILLS sets the number of kills. */
	const KILLS = Number(process.env.NETIGATE_KILLS ?? 3);

	/** Moments before, during and after the run's decisions. */
	const LATEST_MS = 3000;

	const mailer = use(new OtherSystem());

	/** Sends the posted people through a quarantine, and reports allowed people to the mailer. */
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
		`no one is allowed twice if n8n is killed ${KILLS} times`,
		async () => {
			const path = await sender();
			const hook = await QuarantineHook.create(n8n);
			// The first run creates the table.
			expect(await hook.one(someone())).toBe('allowed');
			for (let kill = 0; kill < KILLS; kill++) {
				const run = randomUUID();
				const people = Array.from({ length: COUNT }, (_, at) => `${run}-${at}@example.com`);
				const before = mailer.received.length;
				const asked = n8n.api.webhook(path, { items: people.map((email) => ({ email })) });
				const after = Math.round(((kill + Math.random()) / KILLS) * LATEST_MS);
				await sleep(after);
				// The last kill always comes after sending.
				if (kill === KILLS - 1)
					await until(
						'the mailer to receive people',
						60_000,
						() => mailer.received.length > before,
					);
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
				expect(results).toHaveLength(COUNT);
			}
		},
		KILLS * 100_000,
	);
});
