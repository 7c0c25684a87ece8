import {
	activatePostEventSurvey,
	attendees,
	createSandboxCredential,
	fireEvent,
	problemsAfter,
	sentFrom,
} from '../run/post-event.mjs';
import { useSandbox } from '../sandbox/useSandbox';
import { latest, useCredential, useN8n } from './server';

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n();
const credential = useCredential(n8n, sandbox);
let workflowId: string;

const people = attendees.map(({ attendee }) => attendee);
const invitable = attendees
	.filter(({ status }) => status === 'invited')
	.map(({ attendee }) => attendee.email.toLowerCase());

beforeAll(async () => {
	workflowId = (await activatePostEventSurvey(n8n.api, credential)).id;
});

const lastExecution = async () => await latest(n8n, workflowId);

describe('workflows/post-event-survey.json, when the event is over', () => {
	test('everyone is invited once, with their name, and the organizer sees the result for each', async () => {
		const summary = await fireEvent(n8n.api, people);
		expect(problemsAfter(sandbox, summary, attendees)).toEqual([]);
		expect(summary).toMatchObject({ invited: 4, skipped: 2, refused: 2 });
		expect((await lastExecution()).status).toBe('success');
	});

	test('all of it takes one batch and one activation', async () => {
		await fireEvent(n8n.api, people);
		const writes = sandbox.calls.filter(({ method }) => method !== 'GET');
		expect(writes.map(({ operationId }) => operationId)).toEqual([
			'addRespondents',
			'activateSendout',
		]);
	});

	test('the same event reported twice invites no one a second time', async () => {
		await fireEvent(n8n.api, people);
		const second = await fireEvent(n8n.api, people);
		expect(second).toMatchObject({ invited: 0, skipped: 6, refused: 2 });
		expect(
			sentFrom(sandbox)
				.invitations.map(({ contact }) => contact)
				.sort(),
		).toEqual([...invitable].sort());
	});

	test('with a wrong key no one is invited, each item says why, and the key appears nowhere', async () => {
		const wrongKey = '22222222-2222-4222-8222-222222222222';
		const wrong = await createSandboxCredential(n8n.api, { url: sandbox.url, apiKey: wrongKey });
		await n8n.api.deactivate(workflowId);
		const other = await activatePostEventSurvey(n8n.api, wrong);
		try {
			const summary = await fireEvent(n8n.api, people);
			const keyRefused = { status: 'refused', reason: expect.stringMatching(/key/i) };
			expect(summary.attendees).toMatchObject(people.map(() => keyRefused));
			expect(sentFrom(sandbox).respondents).toEqual([]);
			const execution = await latest(n8n, other.id);
			expect(JSON.stringify(execution)).not.toContain(wrongKey);
			expect(await n8n.logs()).not.toContain(wrongKey);
		} finally {
			await n8n.api.deactivate(other.id);
			await n8n.api.activate(workflowId);
		}
	});

	test('neither the execution nor any log holds the API key', async () => {
		await fireEvent(n8n.api, people);
		const execution = JSON.stringify(await lastExecution());
		expect(execution).toContain('Invite Attendees');
		expect(execution).not.toContain(sandbox.apiKey);
		const logs = await n8n.logs();
		expect(logs).toContain('n8n.workflow.success');
		expect(logs).not.toContain(sandbox.apiKey);
	});
});
