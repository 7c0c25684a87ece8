/** Runs npm, and says in one sentence why an installation failed. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal } from './command.mjs';
import { run } from './processes.mjs';

/**
 * Runs npm in a folder.
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, echo?: boolean }} options
 */
export async function npm(args, options) {
	// Under `npm run`, npm says where it is.
	const script = process.env.npm_execpath;
	return script?.endsWith('.js')
		? await run(process.execPath, [script, ...args], options)
		: await run('npm', args, options);
}

/**
 * Installs exactly what the lock file says, with install scripts off. Fails within seconds if the registry cannot
 * be reached.
 * @param {string} cwd
 * @param {string} what is being installed, for the message
 * @param {string} spec a package that must be in the registry, e.g. `n8n@2.41.1`
 * @param {string[]} [args] more options
 */
export async function npmInstall(cwd, what, spec, args = []) {
	/** @param {string[]} command */
	const attempt = async (...command) => {
		// Otherwise an outer `npm --silent` would hide the reason for a failure too.
		const { code, output } = await npm([...command, '--loglevel=error'], { cwd });
		if (code !== 0) throw installFailed(what, output);
	};
	const retries = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=20000'];
	await attempt('view', spec, 'version', '--prefer-online', ...retries);
	// Without npm's list, an installation that is interrupted from now on is recognized as such.
	await rm(join(cwd, 'node_modules', '.package-lock.json'), { force: true });
	await attempt('ci', '--ignore-scripts', '--no-audit', '--no-fund', ...args);
}

/** @type {Array<[RegExp, string]>} npm's code, and what it means */
const reasons = [
	[
		/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|EPROTO)\b/,
		'the npm registry cannot be reached. Check the network connection and the proxy settings',
	],
	[
		/\b(E401|E403|E404|ETARGET)\b/,
		'the npm registry refused, or does not have a package. Check "npm config get registry" and the login',
	],
	[
		/\b(EUSAGE)\b/,
		'package.json and package-lock.json do not match. Run "npm install --ignore-scripts" and look at what changed',
	],
	[/\b(EINTEGRITY)\b/, 'a download was damaged. Run "npm cache verify"'],
	[
		/\b(EACCES|EPERM|EROFS)\b/,
		'this user may not write there. Change the owner of the folder (or, for the cache folder, set NETIGATE_TEST_CACHE to another)',
	],
	[
		/\b(ENOSPC)\b/,
		'the disk is full. Make room, or set NETIGATE_TEST_CACHE to a folder on another disk',
	],
];

/** @type {(what: string, output: string) => Refusal} */
function installFailed(what, output) {
	for (const [pattern, sentence] of reasons) {
		const code = pattern.exec(output)?.[1];
		if (code)
			return new Refusal(
				`Could not install ${what}: ${sentence}, then run the same command again. (${code})`,
			);
	}
	return new Refusal(
		`Could not install ${what}: npm failed with the lines above. Running the same command again starts over.`,
		lastLines(output, 15),
	);
}

/** @type {(text: string, count: number) => string} */
export const lastLines = (text, count) => text.trim().split('\n').slice(-count).join('\n');
