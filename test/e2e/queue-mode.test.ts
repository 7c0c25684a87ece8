import { startSandbox, type Sandbox } from '../sandbox';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import {
	activatePostEventSurvey,
	attendees,
	createSandboxCredential,
	fireEvent,
	problemsAfter,
} from '../run/post-event.mjs';
import { describeWith } from './needs';

describeWith(['postgres', 'redis'])('in queue mode, with two workers', () => {
	let n8n: N8nServer;
	let sandbox: Sandbox;

	beforeAll(async () => {
		[sandbox, n8n] = await Promise.all([startSandbox(), startN8n({ queue: { workers: 2 } })]);
	});

	afterAll(async () => {
		await n8n?.stop();
		await sandbox?.close();
	});

	test('a worker invites everyone once, and the organizer is told as in regular mode', async () => {
		const credential = await createSandboxCredential(n8n.api, sandbox);
		const { id } = await activatePostEventSurvey(n8n.api, credential);
		const summary = await fireEvent(
			n8n.api,
			attendees.map(({ attendee }) => attendee),
		);
		expect(problemsAfter(sandbox, summary, attendees)).toEqual([]);
		const [{ id: executionId }] = await n8n.api.executions({ workflowId: id }, 1);
		// The webhook is answered before the execution has ended.
		expect((await n8n.api.waitForExecution(executionId)).status).toBe('success');
		const logs = await n8n.logs();
		expect(logs).toContain(`Worker started execution ${executionId}`);
		expect(logs).not.toContain(sandbox.apiKey);
	});
});
