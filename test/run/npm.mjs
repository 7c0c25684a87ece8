/** Runs npm, and says in one sentence why it failed. */
import { statfs } from 'node:fs/promises';
import process from 'node:process';
import { Refusal } from './command.mjs';
import { run } from './processes.mjs';

/**
 * Runs npm in a folder.
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, echo?: boolean }} options
 */
export async function npm(args, options) {
	// Under `npm run`, npm says where it is.
	const script = process.env.npm_execpath;
	return script?.endsWith('.js')
		? await run(process.execPath, [script, ...args], options)
		: await run('npm', args, options);
}

/**
 * Installs exactly what the lock file says, with install scripts off.
 * @param {string} cwd
 * @param {string} what is being installed, for the message
 * @param {string[]} [args] more options
 */
export async function npmCi(cwd, what, args = []) {
	const { code, output } = await npm(
		['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...args],
		{ cwd },
	);
	if (code !== 0) throw await installFailed(cwd, what, output);
}

/**
 * Refuses within seconds when the registry cannot be reached.
 * @param {string} cwd
 * @param {string} what is to be installed, for the message
 * @param {string} spec a package that must be there, e.g. `n8n@2.41.1`
 */
export async function requireRegistry(cwd, what, spec) {
	const { code, output } = await npm(
		[
			'view',
			spec,
			'version',
			// Otherwise an outer `npm --silent` would silence the reason for a failure too.
			'--loglevel=error',
			'--prefer-online',
			'--fetch-retries=1',
			'--fetch-retry-mintimeout=1000',
			'--fetch-retry-maxtimeout=2000',
			'--fetch-timeout=20000',
		],
		{ cwd },
	);
	if (code !== 0) throw await installFailed(cwd, what, output);
}

/**
 * @param {string} cwd
 * @param {string} what
 * @param {string} output npm's
 */
async function installFailed(cwd, what, output) {
	const [sign, reason] = /\bENOSPC\b/.test(output)
		? ['ENOSPC', await diskFull(cwd)]
		: knownReason(output);
	if (reason) return new Refusal(`Could not install ${what}: ${reason} (${sign})`);
	return new Refusal(
		`Could not install ${what}: npm failed; its last lines stand above. Running the same command again starts afresh.`,
		output.trim().split('\n').slice(-15).join('\n'),
	);
}

/**
 * @param {string} output npm's
 * @returns {[string?, string?]} npm's code, and the sentence
 */
function knownReason(output) {
	for (const [pattern, sentence] of reasons) {
		const found = pattern.exec(output);
		if (found) return [found[1], sentence];
	}
	return [];
}

/** @type {Array<[RegExp, string]>} */
const reasons = [
	[
		/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|EPROTO)\b/,
		'the npm registry cannot be reached. Check the network connection (and the proxy settings, if there is one), then run the same command again.',
	],
	[
		/\b(E401|E403)\b/,
		'the npm registry refused the log-in. Check "npm config get registry" and its log-in, then run the same command again.',
	],
	[
		/\b(E404|ETARGET)\b/,
		'the npm registry does not have a package that is needed. Check "npm config get registry", then run the same command again.',
	],
	[
		/\b(EUSAGE)\b/,
		'package.json and package-lock.json do not fit each other. Run "npm install --ignore-scripts" and look at what changed.',
	],
	[
		/\b(EINTEGRITY)\b/,
		'a download was damaged on its way. Run "npm cache verify", then the same command again.',
	],
	[
		/\b(EACCES|EPERM|EROFS)\b/,
		'this user may not write there. Change the owner of the folder (or, for the cache folder, set NETIGATE_TEST_CACHE to another), then run the same command again.',
	],
];

/** @param {string} folder */
async function diskFull(folder) {
	return `the disk that holds ${folder} is full (${await freeMegabytes(folder)} MB free). Make room, then run the same command again.`;
}

/**
 * @param {string} folder
 * @returns {Promise<number>} free disk space for this user, in MB
 */
export async function freeMegabytes(folder) {
	const { bavail, bsize } = await statfs(folder);
	return Math.floor((bavail * bsize) / 1e6);
}
