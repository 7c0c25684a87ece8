/** Runs npm, and explains in one sentence why an installation failed. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd } from './command.mjs';
import { run } from './processes.mjs';

/**
 * Runs npm in a folder.
 * @param {string[]} args
 * @param {import('./processes.mjs').RunOptions} options
 */
export async function npm(args, options) {
	// `npm run` sets npm's path.
	const script = process.env.npm_execpath;
	return script?.endsWith('.js')
		? await run(process.execPath, [script, ...args], options)
		: await run('npm', args, options);
}

/**
 * Installs exactly the packages in a lock file into a new folder, without install scripts. Fails within seconds if the
 * registry can't be reached. The folder is removed if the command ends before `rename` or is killed.
 * @param {string} folder to create
 * @param {object} wanted
 * @param {Record<string, string>} wanted.files package.json, package-lock.json and .npmrc
 * @param {string} wanted.what the name of the installation in messages
 * @param {string} wanted.probe a package in the lock file, used to check whether the registry responds
 * @param {string[]} [args] more options
 */
export async function npmInstall(folder, { files, what, probe }, args = []) {
	atTheEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
	try {
		await mkdir(folder, { recursive: true });
		for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
	} catch (error) {
		throw installFailed(what, String(error));
	}

	/** @param {string[]} command */
	const attempt = async (...command) => {
		// Otherwise an outer `npm --silent` would also hide the reason for a failure.
		const { code, output } = await npm([...command, '--loglevel=error'], {
			cwd: folder,
			orphanFolders: [folder],
		});
		if (code !== 0) throw installFailed(what, output);
		return output;
	};
	const retries = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=20000'];
	const lock = JSON.parse(files['package-lock.json'] ?? '');
	const { version } = lock.packages[`node_modules/${probe}`];
	const spec = `${probe}@${version}`;
	const tarball = await attempt('view', spec, 'dist.tarball', '--prefer-online', ...retries);
	const addresses = withAddresses(lock, probe, tarball.trim());
	if (addresses) await writeFile(join(folder, 'package-lock.json'), JSON.stringify(addresses));
	await attempt('ci', '--ignore-scripts', '--no-audit', '--no-fund', ...args);
}

/**
 * Adds the address of each package to a lock file. Without the addresses, npm asks the registry for all versions of
 * each package first, which more than doubles the requests.
 * @param {{ packages: Record<string, { name?: string, version?: string, resolved?: string, inBundle?: boolean }> }} lock
 * @param {string} probe a package
 * @param {string} tarball its address
 * @returns {object | undefined} undefined if the registry's addresses don't have the usual form
 */
export function withAddresses(lock, probe, tarball) {
	/** @type {(name: string, version?: string) => string} */
	const path = (name, version) => `${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
	const ending = path(probe, lock.packages[`node_modules/${probe}`]?.version);
	if (!tarball.endsWith(`/${ending}`)) return undefined;
	const registry = tarball.slice(0, -ending.length);
	const packages = Object.entries(lock.packages).map(([place, entry]) => {
		const name = entry.name ?? place.split('node_modules/').at(-1) ?? '';
		if (place === '' || entry.resolved || entry.inBundle) return [place, entry];
		return [place, { ...entry, resolved: `${registry}${path(name, entry.version)}` }];
	});
	return { ...lock, packages: Object.fromEntries(packages) };
}

/** @type {Array<[RegExp, string]>} npm's error codes and their meanings */
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
