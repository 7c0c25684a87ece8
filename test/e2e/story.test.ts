import { activatePostEventSurvey, attendees, fireEvent } from '../run/post-event.mjs';
import { followClock } from '../run/moved-clock.mjs';
import { isQuarantined, playStory, prepareStory } from '../run/story.mjs';
import { outboxOf } from '../sandbox/outbox';
import { useSandbox } from '../sandbox/useSandbox';
import { useEditor } from './editorPage';
import { describeWith } from './needs';
import { latest, nodesRun, useCredential, useN8n } from './server';

const sandbox = useSandbox({}, { once: true, reset: false });

const anna = 'anna.andersson@example.com';
const others = ['jurgen.gross@example.com', 'maria.muster@example.com', 'zoe.lefevre@example.com'];

describeWith(['chromium'])('the story of npm start -- --demo', () => {
	const n8n = useN8n({ env: followClock(sandbox) });
	const netigateApi = useCredential(n8n, sandbox);
	const editor = useEditor(n8n, { height: 800 });

	/** The messages to the attendees so far, e.g. `reminder to anna@example.com`. */
	const sent = () =>
		outboxOf(sandbox.state)
			.filter(({ to }) => [anna, ...others].includes(to))
			.map(({ kind, to }) => `${kind} to ${to}`)
			.reverse();

	test('shows invitations, an alert, reminders and the quarantine in the browser', async () => {
		const more = await prepareStory(n8n.api, netigateApi, sandbox);
		const { id: event } = await activatePostEventSurvey(n8n.api, netigateApi);
		const people = attendees.map(({ attendee }) => attendee);
		const { execution } = await fireEvent(n8n.api, event, people);
		const messages = new Map<string, string[]>();
		const quarantined: boolean[] = [];
		const tab = await editor.page.context().newPage();
		await playStory({
			...{ api: n8n.api, sandbox, editor: editor.page, tab },
			workflows: { event, ...more },
			eventExecution: execution.id,
			step: async (name, _, page) => {
				messages.set(name, sent());
				await editor.picture(`story-${name}`, page);
				if (name === 'quarantined') quarantined.push(isQuarantined(await latest(n8n, more.ticket)));
			},
		});

		const invited = [anna, ...others].map((to) => `invitation to ${to}`);
		expect([...messages.get('outbox')!].sort()).toEqual([...invited].sort());
		expect(sandbox.alerts).toHaveLength(1);
		expect(sandbox.alerts[0].text).toContain(
			`${anna} answered “How satisfied were you with the event?” with: Very unsatisfied`,
		);
		const reminded = messages.get('reminders')!.slice(4);
		expect([...reminded].sort()).toEqual(others.map((to) => `reminder to ${to}`));
		expect(messages.get('ticket')!.slice(7)).toEqual([`invitation to ${anna}`]);
		expect(quarantined).toEqual([true]);
		expect(messages.get('nothing-new')).toEqual(messages.get('ticket'));
		expect(messages.get('follow-up')!.slice(7)).toEqual(Array(2).fill(`invitation to ${anna}`));
		expect(nodesRun(await latest(n8n, more.ticket))).toContain('Was Asked');
		expect(sandbox.violations).toEqual([]);
	});
});
