import { sampleIds } from '../../sandbox';
import { useSandbox } from '../../sandbox/useSandbox';
import {
	byId,
	chosen,
	example as fileOf,
	jsonOf,
	latest,
	nodesRun,
	succeeded,
	useCredential,
	useN8n,
} from '../server';
import { until } from '../../run/until.mjs';
import { QuarantineHook } from './workflows';

const sandbox = useSandbox({}, { once: true, reset: false });
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);

const { surveys, sendouts } = sampleIds;

const example = async (name: string, node: string) =>
	await n8n.api.importWorkflow(fileOf(`${name}.json`), {
		credentials: { netigateApi },
		parameters: { [node]: chosen(surveys.support, sendouts.supportEmail) },
	});

const invitationsTo = (contact: string) =>
	sandbox.state.invitations.filter((invitation) => invitation.contact === contact);

describe('closed tickets', () => {
	let workflowId: string;

	beforeAll(async () => {
		({ id: workflowId } = await example('ticket-closed-survey', 'Invite'));
		await n8n.api.activate(workflowId);
	});

	/** @returns the output of the execution's nodes, because the response contains no details */
	const closed = async (email?: string) => {
		const before = await n8n.api.executions({ workflowId });
		const response = await n8n.api.webhook('ticket-closed', { email, firstName: 'Anna' });
		expect(response).toEqual({ status: 200, body: { message: 'Workflow was started' } });
		await until('the execution to end', 60_000, async () => {
			const all = await n8n.api.executions({ workflowId });
			return all.filter(({ stoppedAt }) => stoppedAt).length > before.length;
		});
		const execution = await latest(n8n, workflowId);
		return { execution, ran: nodesRun(execution), of: (node: string) => jsonOf(execution, node) };
	};

	test('a customer with two tickets within 30 days gets one invitation', async () => {
		expect((await closed('anna.ticket@example.com')).ran).toContain('Was Asked');
		const second = await closed('Anna.Ticket@Example.com ');
		const [{ quarantine }] = second.of('Not This Time');
		expect(quarantine).toMatchObject({ reason: 'invitedRecently' });
		const days = (Date.parse(quarantine.eligibleAt as string) - Date.now()) / 86_400_000;
		expect(days).toBeGreaterThan(29.9);
		expect(days).toBeLessThanOrEqual(30);
		expect(invitationsTo('anna.ticket@example.com')).toHaveLength(1);
	});

	test('the next ticket invites if the invitation failed', async () => {
		sandbox.faults.add({
			kind: '400',
			path: `/surveys/${sampleIds.surveys.support}/sendouts/*`,
			method: 'POST',
		});
		expect((await closed('cem.ticket@example.com')).ran).toContain('Was Not Asked');
		expect(invitationsTo('cem.ticket@example.com')).toHaveLength(0);
		sandbox.faults.clear();
		expect((await closed('cem.ticket@example.com')).ran).toContain('Was Asked');
		expect(invitationsTo('cem.ticket@example.com')).toHaveLength(1);
	});

	test('the next ticket does not invite if the invitation may have been sent', async () => {
		sandbox.faults.add({ kind: '400', operationId: 'activateSendout' });
		const { ran, of } = await closed('dag.ticket@example.com');
		expect(ran).toEqual(expect.arrayContaining(['Was Possibly Asked', 'Look in Netigate']));
		expect(of('Look in Netigate')).toMatchObject([
			{ error: expect.stringContaining("Don't add the contact again") },
		]);
		sandbox.faults.clear();
		expect((await closed('dag.ticket@example.com')).ran).toContain('Not This Time');
		// The next customer's invitation activates the sendout again, which also sends the first one.
		expect((await closed('eva.ticket@example.com')).ran).toContain('Was Asked');
		expect(invitationsTo('dag.ticket@example.com')).toHaveLength(1);
	});

	test('an execution without an address fails with the reason', async () => {
		const { execution, ran } = await closed();
		expect(execution.status).toBe('error');
		expect(JSON.stringify(execution.data.resultData.error)).toContain('The contact is empty');
		expect(ran).not.toContain('Invite');
	});

	test('a customer on the block list is not asked', async () => {
		const { of } = await closed('blocked@example.com');
		expect(of('Not This Time')).toMatchObject([{ quarantine: { reason: 'blocked' } }]);
		expect(invitationsTo('blocked@example.com')).toHaveLength(0);
	});

	test('nothing runs if no survey is chosen', async () => {
		const { id } = await n8n.api.importWorkflow(fileOf('ticket-closed-survey.json'), {
			credentials: { netigateApi },
		});
		const failure = await n8n.api.run(id, 'Try It').then(
			({ data }) => JSON.stringify(data.resultData),
			(error: unknown) => String(error),
		);
		expect(failure).toMatch(/issues/);
		expect(failure).not.toContain('May Be Asked?":[');
	});
});

describe('importing the history of a sendout and of results', () => {
	test('records invited people and respondents once, even if it runs several times', async () => {
		const { id } = await example('quarantine-seed-history', 'Sendout');
		const first = succeeded(await n8n.api.run(id, 'Run Once'));
		const reasons = (execution: typeof first, node: string) =>
			jsonOf(execution, node).map(({ quarantine }) => quarantine.reason as string);
		const invited = reasons(first, 'Remember Invitations');
		const responded = reasons(first, 'Remember Responses');
		expect(invited.length).toBeGreaterThan(0);
		expect(responded.length).toBeGreaterThan(0);
		expect(new Set([...invited, ...responded])).toEqual(new Set(['recorded']));

		const again = await n8n.api.run(id, 'Run Once');
		expect(new Set(reasons(again, 'Remember Invitations'))).toEqual(new Set(['alreadyRecorded']));
		expect(new Set(reasons(again, 'Remember Responses'))).toEqual(new Set(['alreadyRecorded']));

		const [{ contact }] = jsonOf(first, 'Remember Responses');
		const hook = await QuarantineHook.create(n8n, {
			operation: 'check',
			surveyId: byId(sampleIds.surveys.support),
			rules: { rule: [{ scope: 'survey', after: 'responded', max: 1, days: 3650 }] },
		});
		expect(await hook.one(contact as string)).toBe('respondedRecently');
	});
});
