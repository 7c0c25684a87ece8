import {
	activatePostEventSurvey,
	attendees,
	createSandboxCredential,
	fireEvent,
	problemsAfter,
	sentFrom,
} from '../run/post-event.mjs';
import { useSandbox } from '../sandbox/useSandbox';
import { latest, nodesRun, useCredential, useN8n } from './server';

const sandbox = useSandbox({}, { once: true, reset: false });
const n8n = useN8n();
const credential = useCredential(n8n, sandbox);
let workflowId: string;

const people = attendees.map(({ attendee }) => attendee);
const invitable = attendees
	.filter(({ status }) => status === 'invited')
	.map(({ attendee }) => attendee.email.toLowerCase());

// Each test continues with the data of the previous one, like the quarantine.
beforeEach(() => sandbox.clearCalls());

beforeAll(async () => {
	workflowId = (await activatePostEventSurvey(n8n.api, credential)).id;
});

const fire = async () => await fireEvent(n8n.api, workflowId, people);

describe('workflows/post-event-survey.json, when the event is over', () => {
	test('invites everyone once, by name, in one batch, and the execution shows each result', async () => {
		const { attendees: outcomes, execution } = await fire();
		expect(problemsAfter(sandbox, outcomes, attendees)).toEqual([]);
		expect(execution.status).toBe('success');
		const writes = sandbox.calls.filter(({ method }) => method !== 'GET');
		expect(writes.map(({ operationId }) => operationId)).toEqual([
			'addRespondents',
			'activateSendout',
		]);
	});

	test('invites no one again if the same event is reported twice', async () => {
		const { attendees: again } = await fire();
		expect(again.map(({ status }) => status).sort()).toEqual(
			people.map((_, at) => (at < 2 ? 'refused' : 'skipped')),
		);
		expect(
			sentFrom(sandbox)
				.invitations.map(({ contact }) => contact)
				.sort(),
		).toEqual([...invitable].sort());
	});

	test('invites no one with a wrong key, each item says why, and the key appears nowhere', async () => {
		const wrongKey = '22222222-2222-4222-8222-222222222222';
		const wrong = await createSandboxCredential(n8n.api, { url: sandbox.url, apiKey: wrongKey });
		await n8n.api.deactivate(workflowId);
		const other = await activatePostEventSurvey(n8n.api, wrong);
		try {
			const { attendees: outcomes, execution } = await fireEvent(n8n.api, other.id, people);
			const keyRefused = { status: 'refused', explanation: expect.stringMatching(/key/i) };
			expect(outcomes).toMatchObject(people.map(() => keyRefused));
			expect(sandbox.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
			expect(JSON.stringify(execution)).not.toContain(wrongKey);
			expect(await n8n.logs()).not.toContain(wrongKey);
		} finally {
			await n8n.api.deactivate(other.id);
			await n8n.api.activate(workflowId);
		}
	});

	// If a workflow fails before it responds, older versions return an empty response with status 200.
	const FAILED = process.env.NETIGATE_TEST_N8N ? [200, 500] : [500];

	test.each([
		['no header', '', people, [403]],
		['a wrong header', 'wrong', people, [403]],
		['501 people', undefined, Array.from({ length: 501 }, () => people[0]), FAILED],
		['no list', undefined, 'anna@example.com', FAILED],
		['an empty list', undefined, [], FAILED],
	])(
		'invites no one if called with %s, and the response contains no details',
		async (_, key, given, code) => {
			const before = (await n8n.api.executions({ workflowId })).length;
			const { status, body } = await n8n.api.webhook('event-over', { attendees: given }, key);
			expect(code).toContain(status);
			expect(JSON.stringify(body)).not.toMatch(/501|example/);
			expect(sandbox.calls).toEqual([]);
			if (status === 403) {
				expect(await n8n.api.executions({ workflowId })).toHaveLength(before);
				return;
			}
			const execution = await latest(n8n, workflowId);
			expect(execution.status).toBe('error');
			expect(nodesRun(execution)).not.toContain('Invite Attendees');
			expect(JSON.stringify(execution.data.resultData.error)).toMatch(/No one was invited/);
		},
	);

	test('the execution and the logs contain no API key', async () => {
		const execution = JSON.stringify((await fire()).execution);
		expect(execution).toContain('Invite Attendees');
		expect(execution).not.toContain(sandbox.apiKey);
		const logs = await n8n.logs();
		expect(logs).toContain('n8n.workflow.success');
		expect(logs).not.toContain(sandbox.apiKey);
	});
});
