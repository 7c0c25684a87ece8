/** Starts other programs so that they always end with the command that started them. */
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { atTheEnd } from './command.mjs';

const guard = fileURLToPath(new URL('./guard.mjs', import.meta.url));

/**
 * @typedef {object} Running
 * @property {Promise<number>} exited the exit code, once it has ended
 * @property {() => boolean} isRunning
 * @property {() => Promise<number>} stop ends it and its child processes, first with SIGTERM
 * @property {() => Promise<void>} kill9 kills it and its child processes immediately
 *
 * @typedef {object} StartOptions
 * @property {NodeJS.ProcessEnv} [env] the whole environment (default: this process's)
 * @property {string} [cwd]
 * @property {string} [logFile] the file to append its output to
 * @property {number} [graceMs] the time until it is killed after SIGTERM
 * @property {string[]} [orphanFolders] folders to remove if this process is killed
 * @property {(text: string) => void} [onOutput] receives its output if there is no `logFile`
 * @property {boolean} [keepsAlive] whether this process stays alive while the program runs (default: true)
 *
 * @typedef {object} OwnRunOptions
 * @property {boolean} [echo] shows the output as it arrives
 * @property {number} [limitMs] stops it after this time
 *
 * @typedef {Omit<StartOptions, 'logFile' | 'onOutput'> & OwnRunOptions} RunOptions
 */

/**
 * Starts a program in its own process group, which ends with this process.
 * @param {string} command
 * @param {string[]} args
 * @param {StartOptions} [options]
 * @returns {Running}
 */
export function start(command, args, options = {}) {
	const { env = process.env, cwd, logFile, graceMs = 15_000, orphanFolders = [] } = options;
	const { keepsAlive = true, onOutput = () => {} } = options;
	const log = logFile === undefined ? undefined : openSync(logFile, 'a');
	const child = spawn(
		process.execPath,
		[guard, JSON.stringify({ command, args, graceMs, orphanFolders })],
		{ env, cwd, detached: true, stdio: ['pipe', log ?? 'pipe', log ?? 'pipe'] },
	);
	if (log !== undefined) closeSync(log);
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', onOutput);
	}
	// The program may end just before it receives "stop", which isn't an error.
	child.stdin?.on('error', () => {});
	if (!keepsAlive) {
		child.unref();
		/** @type {import('node:net').Socket} */ (child.stdin).unref();
	}

	let running = true;
	/** @type {Promise<number>} */
	const exited = new Promise((resolve) => {
		const end = (/** @type {number} */ code) => {
			running = false;
			resolve(code);
		};
		child.on('error', () => end(127));
		child.on('close', (code) => end(code ?? 137));
	});
	return {
		exited,
		isRunning: () => running,
		async stop() {
			if (running) child.stdin?.end('stop\n');
			return await exited;
		},
		async kill9() {
			if (running && child.pid) {
				try {
					process.kill(-child.pid, 'SIGKILL');
				} catch {
					child.kill('SIGKILL');
				}
			}
			await exited;
		},
	};
}

/**
 * Runs a program to its end. It is stopped if the command ends first.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function run(command, args, { echo = false, limitMs, ...options } = {}) {
	let output = '';
	const onOutput = (/** @type {string} */ text) => {
		output += text;
		if (echo) process.stdout.write(text);
	};
	const running = start(command, args, { graceMs: 3_000, ...options, onOutput });
	const ended = atTheEnd(async () => void (await running.stop()));
	const timer = limitMs === undefined ? undefined : setTimeout(() => running.stop(), limitMs);
	const code = await running.exited;
	clearTimeout(timer);
	ended();
	return { code, output };
}

/**
 * Finds a program on the PATH.
 * @param {...string} names the first one found is used
 * @returns {string | undefined} its path
 */
export function which(...names) {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/** @param {string} file */
export function isProgram(file) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
