import { sampleIds } from '../../sandbox';
import { useSandbox } from '../../sandbox/useSandbox';
import { byId, example as fileOf, jsonOf, succeeded, useCredential, useN8n } from '../server';
import { QuarantineHook } from './workflows';

const sandbox = useSandbox({}, { once: true, reset: false });
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);

const example = async (name: string) =>
	await n8n.api.importWorkflow(fileOf(`${name}.json`), {
		credentials: { netigateApi },
		settings: {
			surveyId: sampleIds.surveys.support,
			sendoutId: sampleIds.sendouts.supportEmail,
		},
	});

const invitationsTo = (contact: string) =>
	sandbox.state.invitations.filter((invitation) => invitation.contact === contact);

describe('a ticket is closed', () => {
	beforeAll(async () => {
		const { id } = await example('ticket-closed-survey');
		await n8n.api.activate(id);
	});

	const closed = async (email: string) => {
		const { status, body } = await n8n.api.webhook('ticket-closed', { email, firstName: 'Anna' });
		expect(status).toBe(200);
		return body as { asked: boolean | null; reason?: string; eligibleAt?: string };
	};

	test('the same customer twice within 30 days gets one invitation', async () => {
		expect(await closed('anna.ticket@example.com')).toEqual({ asked: true });
		const second = await closed('Anna.Ticket@Example.com ');
		expect(second).toMatchObject({ asked: false, reason: 'invitedRecently' });
		const days = (Date.parse(second.eligibleAt!) - Date.now()) / 86_400_000;
		expect(days).toBeGreaterThan(29.9);
		expect(days).toBeLessThanOrEqual(30);
		expect(invitationsTo('anna.ticket@example.com')).toHaveLength(1);
	});

	test('when the invitation fails, the next ticket invites', async () => {
		sandbox.faults.add({
			kind: '400',
			path: `/surveys/${sampleIds.surveys.support}/sendouts/*`,
			method: 'POST',
		});
		expect(await closed('cem.ticket@example.com')).toMatchObject({ asked: false });
		expect(invitationsTo('cem.ticket@example.com')).toHaveLength(0);
		sandbox.faults.clear();
		expect(await closed('cem.ticket@example.com')).toEqual({ asked: true });
		expect(invitationsTo('cem.ticket@example.com')).toHaveLength(1);
	});

	test('an invitation that may have been sent counts: the next ticket asks no one twice', async () => {
		sandbox.faults.add({ kind: '400', operationId: 'activateSendout' });
		expect(await closed('dag.ticket@example.com')).toMatchObject({
			asked: null,
			reason: expect.stringContaining("Don't add the contact again"),
		});
		sandbox.faults.clear();
		expect(await closed('dag.ticket@example.com')).toMatchObject({
			asked: false,
			reason: 'invitedRecently',
		});
		// The next customer's invitation activates the sendout again, and so sends the first one too.
		expect(await closed('eva.ticket@example.com')).toEqual({ asked: true });
		expect(invitationsTo('dag.ticket@example.com')).toHaveLength(1);
	});

	test('an undecided item gets an error response with the reason', async () => {
		const { status, body } = await n8n.api.webhook('ticket-closed', { firstName: 'Anna' });
		expect([status, body]).toEqual([
			500,
			{ asked: null, reason: expect.stringContaining('The contact is empty') as string },
		]);
	});

	test('a customer on the block list is not asked', async () => {
		expect(await closed('blocked@example.com')).toMatchObject({
			asked: false,
			reason: 'blocked',
		});
		expect(invitationsTo('blocked@example.com')).toHaveLength(0);
	});
});

describe('the history of a sendout and of results is imported', () => {
	test('who was invited and who answered is remembered, once, however often it is run', async () => {
		const { id } = await example('quarantine-seed-history');
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
