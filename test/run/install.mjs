/**
 * The first part of every command: updates node_modules if they don't match package-lock.json. With `--server`, it also
 * installs the n8n server at the same time. This file and its imports use no libraries.
 *
 * Running `npm install` also works. The new node_modules are built in another folder, so the old ones stay if the
 * installation is interrupted.
 */
import { lstat, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { readSource } from './cache.mjs';
import { Refusal, runCommand, withProgress } from './command.mjs';
import { npmInstall } from './npm.mjs';
import { root } from './paths.mjs';
import { installServer } from './server-install.mjs';

const oldestNode = 20;

/**
 * Installs the development dependencies if any is missing or has a different version.
 * @throws {Refusal} saying what to do
 */
async function installDependencies() {
	if (await isInstalled(root)) return;
	const modules = join(root, 'node_modules');
	const folder = await lstat(modules).catch(() => undefined);
	if (folder?.isSymbolicLink()) {
		throw new Refusal(
			"node_modules is a link to a folder that doesn't match package-lock.json. Install there, or remove the link.",
		);
	}
	const growing = join(root, `node_modules.growing-${process.pid}`);
	await withProgress(
		'Installing the development dependencies (160 MB to download)',
		async () =>
			await npmInstall(growing, {
				files: await readSource(root),
				what: 'the development dependencies',
				probe: 'n8n-workflow',
			}),
	);
	await rm(modules, { recursive: true, force: true });
	await rename(join(growing, 'node_modules'), modules);
}

function requireNode() {
	if (Number(process.versions.node.split('.')[0]) < oldestNode) {
		throw new Refusal(
			`Node ${process.versions.node} is too old: install Node ${oldestNode} or later from https://nodejs.org, then run the same command again.`,
		);
	}
	if (process.platform === 'win32') {
		throw new Refusal(
			'These commands run on Linux and macOS. On Windows, use them inside WSL (https://learn.microsoft.com/windows/wsl/install).',
		);
	}
}

/**
 * Whether everything in a folder's lock file is installed in the right version.
 * @param {string} folder
 */
async function isInstalled(folder) {
	const wanted = await readLock(join(folder, 'package-lock.json'));
	const present = await readLock(join(folder, 'node_modules', '.package-lock.json'));
	if (!wanted || !present) return false;
	const checks = Object.entries(wanted).map(async ([path, { version, optional, link }]) => {
		if (path === '' || link || !path.startsWith('node_modules/')) return true;
		const installed = present[path];
		if (!installed) return Boolean(optional);
		if (installed.version !== version) return false;
		try {
			const file = join(folder, path, 'package.json');
			return JSON.parse(await readFile(file, 'utf8')).version === version;
		} catch {
			return false;
		}
	});
	return (await Promise.all(checks)).every(Boolean);
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, { version?: string, optional?: boolean, link?: boolean }> | undefined>}
 */
async function readLock(file) {
	try {
		return JSON.parse(await readFile(file, 'utf8')).packages;
	} catch {
		return undefined;
	}
}

if (process.argv[1] === join(root, 'test', 'run', 'install.mjs')) {
	runCommand(async () => {
		requireNode();
		const withServer = process.argv.includes('--server');
		await Promise.all([installDependencies(), ...(withServer ? [installServer()] : [])]);
	});
}
