/**
 * `npm start`: shows the main use case in a real n8n with the local Netigate sandbox.
 *
 * Installs missing parts, starts both, imports the credential and the example workflow, triggers the event and shows
 * the results. With `--once`, it then exits, with 1 if the results are wrong. Otherwise both keep running until Ctrl-C.
 * `--demo` then plays a story in a browser. `--port` sets the editor's port.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal, atTheEnd, runCommand, withProgress } from './command.mjs';
import { openEditor } from './editor.mjs';
import { startLocalNetigate } from './local-netigate.mjs';
import { followClock } from './moved-clock.mjs';
import { webhookKey } from './n8n-api.mjs';
import { startN8n } from './n8n-server.mjs';
import { packPackage } from './packed.mjs';
import { freePort, requireFreePort } from './ports.mjs';
import {
	activatePostEventSurvey,
	attendees,
	createSandboxCredential,
	fireEvent,
	problemsAfter,
	sentFrom,
} from './post-event.mjs';
import { one, report, table } from './results.mjs';
import { installServer } from './server-install.mjs';
import { chromiumPath } from './services.mjs';
import { pageUrl, playStory, prepareStory } from './story.mjs';

const usualPort = 5678;
let shown = false;

runCommand(main, { upUntilEnded: () => shown });

async function main() {
	const { once, demo, port } = readOptions();
	const browser = demo ? chromiumPath() : undefined;
	if (demo && !browser) {
		throw new Refusal('The demo needs Chromium. Install it, or name it with CHROMIUM_PATH.');
	}
	if (!once) await requireFreePort(port, 'npm start -- --port 5680');
	await installServer();

	const tarball = await withProgress('Building the package', packPackage);
	const sandbox = await startLocalNetigate();
	atTheEnd(() => sandbox.close());
	const n8n = await withProgress(
		'Starting n8n with the package installed',
		async () =>
			await startN8n({
				tarball,
				port: once ? await freePort() : port,
				env: followClock(sandbox),
			}),
	);
	const credential = await createSandboxCredential(n8n.api, sandbox);
	const others = await prepareStory(n8n.api, credential, sandbox);
	const { problems, workflowId, eventExecution } = await showTheEvent(n8n.api, sandbox, credential);
	for (const problem of problems) console.error(`NOT AS IT SHOULD BE: ${problem}`);
	const workflows = { event: workflowId, ...others };
	if (browser) await demonstrate({ n8n, sandbox, workflows, eventExecution }, browser);
	shown = true;
	if (once) {
		const ok = problems.length === 0;
		await report('npm start -- --once', one(ok));
		return ok ? 0 : 1;
	}

	console.log(`
Editor    ${n8n.url}/workflow/${workflowId}
Login     ${n8n.owner.email}
Password  ${n8n.owner.password}
Sandbox   ${pageUrl(sandbox)}
          API at ${sandbox.url}, key ${sandbox.apiKey}
Webhook   ${n8n.url}/webhook/event-over, header ${webhookKey.name}: ${webhookKey.value}

What to do now
1. See the emails: ${pageUrl(sandbox, '/outbox')}
2. Open the survey in one of them, and answer "Very unsatisfied".
3. Seconds later, see the alert: ${pageUrl(sandbox, '/alerts')}
4. In the outbox, press "One week later". The others get a reminder.
5. Close a ticket twice. The quarantine stops the second invitation:
   curl -H '${webhookKey.name}: ${webhookKey.value}' -d email=anna@example.com ${n8n.url}/webhook/ticket-closed
6. Press "Three months later" and close another ticket. n8n's time moves too.

Ctrl-C ends it, and removes all of it.`);
	for (;;) await wait(60_000);
}

/**
 * @param {import('./n8n-api.mjs').N8nApi} api
 * @param {import('../sandbox/index').Sandbox} sandbox
 * @param {import('./n8n-api.mjs').Credential} credential
 */
async function showTheEvent(api, sandbox, credential) {
	const workflow = await activatePostEventSurvey(api, credential);
	console.log(
		`\nThe event is over. ${attendees.length} attendees are reported to n8n's webhook:\n`,
	);
	const people = attendees.map(({ attendee }) => attendee);
	const { attendees: outcomes, execution } = await fireEvent(api, workflow.id, people);
	const rows = outcomes.map(({ contact, status, explanation, respondentId }) => [
		contact,
		status,
		respondentId,
		explanation,
	]);
	console.log(table(['Contact', 'Status', 'Respondent', 'Explanation'], rows));
	const { activated, activations, invitations } = sentFrom(sandbox);
	const times = activations === 1 ? 'once' : `${activations} times`;
	console.log(
		`\nThe sendout is ${activated ? 'active' : 'NOT active'} (activated ${times}); Netigate sent ${invitations.length} invitations.`,
	);
	return {
		problems: problemsAfter(sandbox, outcomes, attendees),
		workflowId: workflow.id,
		eventExecution: execution.id,
	};
}

/**
 * Plays the story in a browser, with a window if there is a screen.
 * @param {{ n8n: import('./n8n-server.mjs').N8nServer } & Pick<import('./story.mjs').Stage, 'sandbox' | 'workflows' | 'eventExecution'>} scene
 * @param {string} browser the path of Chromium
 */
async function demonstrate({ n8n, ...scene }, browser) {
	const visible =
		process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
	const editor = await openEditor(n8n, browser, { width: 1280, height: 800, visible });
	const tab = await editor.context().newPage();
	console.log();
	await playStory({
		...scene,
		...{ api: n8n.api, editor, tab },
		step: async (_, caption, page) => {
			console.log(caption);
			if (!visible) return;
			await page.bringToFront();
			await wait(4_000);
		},
	});
}

function readOptions() {
	try {
		const { values } = parseArgs({
			options: {
				once: { type: 'boolean', default: false },
				demo: { type: 'boolean', default: false },
				port: { type: 'string' },
			},
		});
		const port = Number(values.port ?? usualPort);
		if (!Number.isInteger(port) || port < 1 || port > 65_535) {
			throw new Error(`--port is a number from 1 to 65535, not "${values.port}".`);
		}
		return { once: values.once, demo: values.demo, port };
	} catch (error) {
		throw new Refusal(
			`${/** @type {Error} */ (error).message} Usage: npm start -- [--once] [--demo] [--port ${usualPort}]`,
		);
	}
}
