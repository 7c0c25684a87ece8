/**
 * `npm start`: shows the main use case in a real n8n against the local Netigate sandbox.
 *
 * Installs what is missing, starts both, imports the credential and the example workflow, fires the event and
 * shows what happened. With `--once` it ends there, with 1 if anything is not as it should be; otherwise all
 * stays up until Ctrl-C. `--port` is the editor's port.
 */
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal, atTheEnd, runCommand, withProgress } from './command.mjs';
import { startLocalNetigate } from './local-netigate.mjs';
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

const usualPort = 5678;
let shown = false;

runCommand(main, { upUntilEnded: () => shown });

async function main() {
	const { once, port } = readOptions();
	if (!once) await requireFreePort(port, 'npm start -- --port 5680');
	await installServer();

	const tarball = await withProgress('Building the package', packPackage);
	const sandbox = await startLocalNetigate();
	atTheEnd(() => sandbox.close());
	const n8n = await withProgress(
		'Starting n8n with the package installed',
		async () => await startN8n({ tarball, port: once ? await freePort() : port }),
	);
	const { problems, workflowId } = await showTheEvent(n8n.api, sandbox);
	shown = true;
	for (const problem of problems) console.error(`NOT AS IT SHOULD BE: ${problem}`);
	if (once) {
		const ok = problems.length === 0;
		await report('npm start -- --once', one(ok));
		return ok ? 0 : 1;
	}

	console.log(`
Editor    ${n8n.url}/workflow/${workflowId}
Login     ${n8n.owner.email}
Password  ${n8n.owner.password}
Sandbox   ${sandbox.url}, API key ${sandbox.apiKey}
Webhook   ${n8n.url}/webhook/event-over, header ${webhookKey.name}: ${webhookKey.value}

Ctrl-C ends it, and removes all of it.`);
	for (;;) await wait(60_000);
}

/**
 * @param {import('./n8n-api.mjs').N8nApi} api
 * @param {import('../sandbox/index').Sandbox} sandbox
 */
async function showTheEvent(api, sandbox) {
	const credential = await createSandboxCredential(api, sandbox);
	const workflow = await activatePostEventSurvey(api, credential);
	console.log(
		`\nThe event is over. ${attendees.length} attendees are reported to n8n's webhook:\n`,
	);
	const people = attendees.map(({ attendee }) => attendee);
	const { attendees: outcomes } = await fireEvent(api, workflow.id, people);
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
	return { problems: problemsAfter(sandbox, outcomes, attendees), workflowId: workflow.id };
}

function readOptions() {
	try {
		const { values } = parseArgs({
			options: { once: { type: 'boolean', default: false }, port: { type: 'string' } },
		});
		const port = Number(values.port ?? usualPort);
		if (!Number.isInteger(port) || port < 1 || port > 65_535) {
			throw new Error(`--port is a number from 1 to 65535, not "${values.port}".`);
		}
		return { once: values.once, port };
	} catch (error) {
		throw new Refusal(
			`${/** @type {Error} */ (error).message} Usage: npm start -- [--once] [--port ${usualPort}]`,
		);
	}
}
