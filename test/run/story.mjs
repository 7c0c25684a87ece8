/**
 * The story that the sandbox's pages show: people who attended an event are asked, one is very unsatisfied, the
 * others are reminded. Then a customer has two tickets, and the quarantine stops the second invitation.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { hideNotifications } from './editor.mjs';
import { itemsOf } from './n8n-api.mjs';
import { untilClockRead } from './moved-clock.mjs';
import { root } from './paths.mjs';
import { until } from './until.mjs';

/**
 * @typedef {import('./n8n-api.mjs').N8nApi} N8nApi
 * @typedef {import('../sandbox/index').Sandbox} Sandbox
 * @typedef {import('playwright-core').Page} Page
 *
 * @typedef {object} Stage
 * @property {N8nApi} api
 * @property {Sandbox} sandbox
 * @property {{ event: string, ticket: string, alert: string }} workflows their IDs
 * @property {string} eventExecution the ID of the execution that invited the attendees
 * @property {Page} editor n8n's
 * @property {Page} tab shows the sandbox
 * @property {(name: string, caption: string, page: Page) => Promise<void>} step called when something new is shown
 */

// The sandbox is TypeScript, which can only be loaded after `startLocalNetigate` has been called.
const load = createRequire(import.meta.url);

const anna = { email: 'anna.andersson@example.com', firstName: 'Anna' };

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** Polls every five seconds. n8n rejects cron expressions with seconds, but accepts any number of poll times. */
const pollTimes = {
	item: Array.from({ length: 12 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 5} * * * * *`,
	})),
};

/** @param {Sandbox} sandbox */
export const pageUrl = ({ url }, path = '/') => new URL(path, url).href;

/**
 * Gives the event's sendout a reminder after a week, and activates the two other workflows of the story.
 * @param {N8nApi} api
 * @param {import('./n8n-api.mjs').Credential} netigateApi
 * @param {Sandbox} sandbox
 */
export async function prepareStory(api, netigateApi, sandbox) {
	/** @type {typeof import('../sandbox/index')} */
	const { sampleIds } = load('../sandbox/index.ts');
	/** @type {typeof import('../sandbox/clock')} */
	const { toApiDate } = load('../sandbox/clock.ts');
	const { surveys, sendouts } = sampleIds;
	const { state, clock } = sandbox;
	state.addReminder(state.sendout(surveys.postEvent, sendouts.postEventEmail), {
		name: 'Reminder after a week',
		type: 'EMAIL',
		logic: 'NOT_COMPLETED',
		sendDate: toApiDate(clock.now() + weekMs),
		sender: 'survey@example.com',
		subject: 'A reminder: your opinion, please',
		message: `Hello [your placeholder for the background data First name],

your opinion is still missing: [your placeholder for the survey link]`,
	});
	const [{ QuestionItems }] = state.questions.get(surveys.postEvent) ?? [];
	const questionItemId = String(QuestionItems[0].QuestionItemId);
	const byId = (/** @type {number} */ id) => ({ __rl: true, mode: 'id', value: String(id) });
	/** @type {(file: string, parameters: Record<string, Record<string, unknown>>) => Promise<string>} */
	const activated = async (file, parameters) => {
		const credentials = { netigateApi };
		const { id } = await api.importWorkflow(join(root, 'workflows', file), {
			credentials,
			parameters,
		});
		await api.activate(id);
		return id;
	};
	const alert = await activated('unhappy-customer-alert.json', {
		'Unhappy Answer': {
			pollTimes,
			surveyIds: [surveys.postEvent],
			conditions: { condition: [{ questionItemId, operation: 'atMost', value: '2' }] },
		},
		'Tell Sales': { url: pageUrl(sandbox, '/alerts') },
	});
	const ticket = await activated('ticket-closed-survey.json', {
		Invite: { surveyId: byId(surveys.support), sendoutId: byId(sendouts.supportEmail) },
	});
	return { alert, ticket };
}

/**
 * Plays the story, from the invitations to the attendees to the last follow-up.
 * @param {Stage} stage
 */
export async function playStory(stage) {
	const { sandbox, editor, tab, workflows, step } = stage;
	await editor.goto(`/workflow/${workflows.event}/executions/${stage.eventExecution}`);
	await canvasShown(editor);
	await step('event', 'An event is over. n8n invites everyone who attended.', editor);
	await tab.goto(pageUrl(sandbox, '/outbox'));
	await step('outbox', 'The sandbox shows the emails that Netigate would send.', tab);
	await answer(stage);
	await until('the alert', 120_000, () => sandbox.alerts.length > 0);
	await tab.goto(pageUrl(sandbox, '/alerts'));
	await step('alert', 'Seconds later, the team learns who is unhappy and why.', tab);
	await tab.goto(pageUrl(sandbox, '/outbox'));
	await later(tab, 'One week later');
	await step('reminders', 'One week later, only people who haven’t answered get a reminder.', tab);
	await tickets(stage);
	await tab.goto(pageUrl(sandbox));
	await step('overview', 'The overview counts who was invited, reminded and answered.', tab);
}

/** @param {Stage} stage */
async function answer({ tab, step }) {
	const email = tab.getByRole('article').filter({ hasText: anna.email });
	await email.getByRole('link', { name: 'Open the survey' }).click();
	await tab.getByRole('radio', { name: 'Very unsatisfied' }).check();
	await tab.getByRole('checkbox', { name: 'Workshop' }).check();
	await tab.getByRole('radio', { name: 'No', exact: true }).check();
	await tab
		.getByLabel('What should we do better?')
		.fill('The workshop was full. Please call me back.');
	await tab.evaluate(() => window.scrollTo(0, 0));
	await step('survey', 'Anna opens her personal link and is very unsatisfied.', tab);
	await tab.getByRole('button', { name: 'Send answers' }).click();
	await tab.getByRole('heading', { name: 'Thank you' }).waitFor();
}

/** @param {Stage} stage */
async function tickets(stage) {
	const { sandbox, editor, tab, workflows, step } = stage;
	await closeTicket(stage);
	await tab.goto(pageUrl(sandbox, '/outbox'));
	await step('ticket', 'Anna’s support ticket is closed. She is asked about it.', tab);
	await later(tab, 'One day later');
	const second = await closeTicket(stage);
	await editor.goto(`/workflow/${workflows.ticket}/executions/${second.id}`);
	await canvasShown(editor);
	await step('quarantined', 'Another ticket a day later: Anna isn’t asked again.', editor);
	await tab.goto(pageUrl(sandbox, '/outbox'));
	await step('nothing-new', 'The outbox contains nothing new.', tab);
	await later(tab, 'Three months later');
	await closeTicket(stage);
	await tab.goto(pageUrl(sandbox, '/outbox'));
	await step('follow-up', 'Three months later, the next ticket leads to an invitation.', tab);
}

/**
 * Reports a closed ticket of Anna's to n8n.
 * @param {Pick<Stage, 'api' | 'workflows'>} stage
 * @returns the execution
 */
async function closeTicket({ api, workflows }) {
	const workflowId = workflows.ticket;
	const before = (await api.executions({ workflowId })).length;
	const { status } = await api.webhook('ticket-closed', anna);
	if (status !== 200) throw new Error(`The webhook responded with ${status}`);
	await until('the execution', 120_000, async () => {
		return (await api.executions({ workflowId })).length > before;
	});
	const [{ id }] = await api.executions({ workflowId }, 1);
	const execution = await api.waitForExecution(id);
	if (execution.status !== 'success')
		throw new Error(`Execution ${id} ended as ${execution.status}`);
	return execution;
}

/** @type {(tab: Page, name: string) => Promise<void>} */
async function later(tab, name) {
	await tab.getByRole('button', { name }).click();
	await tab.waitForLoadState();
	await untilClockRead();
}

/** @param {Page} editor */
async function canvasShown(editor) {
	await editor.locator('[data-test-id="canvas-node"]').first().waitFor();
	await hideNotifications(editor);
	await editor.mouse.move(0, 0);
	await editor.waitForTimeout(1_500);
}

/**
 * Whether the quarantine stopped the ticket of an execution.
 * @param {import('./n8n-api.mjs').Execution} execution
 */
export const isQuarantined = (execution) => itemsOf(execution, 'Not This Time').length === 1;
