import {
	activatePostEventSurvey,
	attendees,
	fireEvent,
	problemsAfter,
} from '../run/post-event.mjs';
import { useSandbox } from '../sandbox/useSandbox';
import { describeWith } from './needs';
import { latest, succeeded, useCredential, useN8n } from './server';

describeWith(['postgres', 'redis'])('in queue mode, with two workers', () => {
	const sandbox = useSandbox({}, { once: true });
	const n8n = useN8n({ queue: { workers: 2 } });
	const credential = useCredential(n8n, sandbox);

	test('a worker invites everyone once, and the organizer is told as in regular mode', async () => {
		const { id } = await activatePostEventSurvey(n8n.api, credential);
		const summary = await fireEvent(
			n8n.api,
			attendees.map(({ attendee }) => attendee),
		);
		expect(problemsAfter(sandbox, summary, attendees)).toEqual([]);
		const { id: executionId } = succeeded(await latest(n8n, id));
		const logs = await n8n.logs();
		expect(logs).toContain(`Worker started execution ${executionId}`);
		expect(logs).not.toContain(sandbox.apiKey);
	});
});
