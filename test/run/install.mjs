/**
 * The first part of every command: brings the clone's own node_modules in line with package-lock.json if they
 * are not. Neither it nor what it imports uses a library.
 *
 * `npm install` by hand is just as good: only what is installed counts. npm writes its own list of that
 * (node_modules/.package-lock.json) last, so after an interrupted install it is missing or doesn't match, and the
 * next run starts over.
 */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, runCommand, withProgress } from './command.mjs';
import { npmInstall } from './npm.mjs';
import { root } from './paths.mjs';

const oldestNode = 20;

/**
 * Installs the package's development dependencies if any is missing or another version.
 * @throws {Refusal} saying what to do
 */
async function installDependencies() {
	requireNode();
	if (await isInstalled(root)) return;
	const folder = await lstat(join(root, 'node_modules')).catch(() => undefined);
	if (folder?.isSymbolicLink()) {
		throw new Refusal(
			'node_modules is a link, and what it points to does not match package-lock.json. npm would empty that folder, so install there, or remove the link.',
		);
	}
	await withProgress(
		'Installing the development dependencies (about 170 MB to download, two or three minutes)',
		async () => await npmInstall(root, 'the development dependencies', 'n8n-workflow'),
	);
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
 * Whether everything in a folder's lock file is installed, in these versions.
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

if (process.argv[1] === join(root, 'test', 'run', 'install.mjs')) runCommand(installDependencies);
