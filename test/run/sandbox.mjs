/**
 * `npm run sandbox`: starts the local Netigate sandbox, which runs until Ctrl-C. `--port` sets its port, and
 * `--latency-ms` delays every call.
 */
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Refusal, atTheEnd, runCommand } from './command.mjs';
import { startLocalNetigate } from './local-netigate.mjs';

/** @typedef {import('../sandbox/index').Sandbox} Sandbox */

const usual = 4010;

runCommand(
	async () => {
		const sandbox = await start(readOptions());
		atTheEnd(() => sandbox.close());
		welcome(sandbox);
		for (;;) await wait(60_000);
	},
	{ upUntilEnded: () => true },
);

function readOptions() {
	try {
		const { values } = parseArgs({
			options: { port: { type: 'string' }, 'latency-ms': { type: 'string' } },
		});
		return {
			port: wholeNumber('--port', values.port, 65_535),
			latencyMs: wholeNumber('--latency-ms', values['latency-ms'], 600_000),
		};
	} catch (error) {
		throw new Refusal(/** @type {Error} */ (error).message);
	}
}

/** @type {(name: string, given: string | undefined, most: number) => number | undefined} */
function wholeNumber(name, given, most) {
	if (given === undefined) return undefined;
	const value = Number(given);
	if (given.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= most) return value;
	throw new Error(`${name} is a whole number from 0 to ${most}, not "${given}".`);
}

/**
 * @param {{ port?: number, latencyMs?: number }} options
 * @returns {Promise<Sandbox>}
 */
async function start({ port = usual, latencyMs }) {
	try {
		return await startLocalNetigate({ port, latencyMs });
	} catch (error) {
		const { code } = /** @type {NodeJS.ErrnoException} */ (error);
		if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
		const why = code === 'EACCES' ? 'may not be used' : 'is taken';
		console.log(`Port ${port} ${why}, so the sandbox takes a free one.`);
		return await startLocalNetigate({ port: 0, latencyMs });
	}
}

/** @param {Sandbox} sandbox */
function welcome(sandbox) {
	/** @type {typeof import('../sandbox/index')} */
	const { sampleIds } = createRequire(import.meta.url)('../sandbox/index.ts');
	const { surveys, sendouts, labels, documents } = sampleIds;
	const admin = new URL('/admin', sandbox.url).href;
	console.log(`Netigate sandbox ready at ${sandbox.url}`);
	console.log(`
  Pages      ${new URL('/', sandbox.url).href}   (overview, outbox, calls, settings, clock)
  In n8n     a Netigate credential with Server "Custom", Base URL ${sandbox.url}
  API key    ${sandbox.apiKey}   (header X-API-KEY)
  Surveys    ${surveys.postEvent} post-event, ${surveys.support} support (with answers), ${surveys.member} members,
             ${surveys.placement} placement, ${surveys.inactive} not active, ${surveys.ended} ended
  Sendouts   of survey ${surveys.postEvent}: ${sendouts.postEventEmail} email, ${sendouts.postEventSms} SMS, ${sendouts.postEventLogin} login
  Labels     of sendout ${sendouts.postEventEmail}: ${labels.firstName} First name, ${labels.lastName} Last name, ${labels.company} Company,
             ${labels.language} Language, ${labels.region} Region
  Lists      ${documents.employees} employees, ${documents.members} members

  Behind the scenes, without a key (${admin} lists all):
    GET  ${admin}/state        everything it knows; ?part=invitations: who was asked
    GET  ${admin}/calls        the calls it had
    POST ${admin}/settings     {"answerAfterMs": 5000} lets invited people answer
    POST ${admin}/faults       {"kind": "429", "everyNth": 10}
    POST ${admin}/clock        {"advanceMs": 604800000}
    POST ${admin}/reset        back to the beginning

Ctrl-C ends it.`);
}
