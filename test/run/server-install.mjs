/**
 * The n8n server of the end-to-end tests and of `npm start`: installed once per lock file, into the
 * cache folder, since it is some 2.8 GB and no dependency of this package.
 *
 * It grows in a folder beside its final place and is moved there when it is complete; so a folder
 * of that name is always complete, whatever was interrupted before.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd, runCommand } from './command.mjs';
import { withLock } from './lock.mjs';
import { freeMegabytes, npmCi, requireRegistry } from './npm.mjs';
import { cacheFolder, root } from './paths.mjs';
import { run, which } from './processes.mjs';
import { withProgress } from './progress.mjs';

const source = join(root, 'test', 'server');
const files = ['package.json', 'package-lock.json', '.npmrc'];
const neededMegabytes = 4_500;

/**
 * @typedef {object} InstalledServer
 * @property {string} node the Node that runs it
 * @property {string} n8n its command file
 * @property {string} folder where it is installed
 */

/**
 * Installs the n8n server if it is not there yet.
 * @returns {Promise<InstalledServer>}
 * @throws {Refusal} saying what to do
 */
export async function installServer() {
	const folder = join(cacheFolder(), await folderName());
	if (!existsSync(folder)) {
		await makeCacheFolder();
		await withLock(
			`${folder}.lock`,
			async () => {
				if (!existsSync(folder)) await installInto(folder);
			},
			{ onWait: (holder) => console.log(`Waiting for ${holder}, which is installing n8n.`) },
		);
	}
	return installedServer(folder);
}

/** The name changes with all that makes an installed server another one. */
async function folderName() {
	const hash = createHash('sha256');
	for (const file of files) hash.update(await readFile(join(source, file)));
	return `n8n-${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`;
}

async function makeCacheFolder() {
	const folder = cacheFolder();
	try {
		await mkdir(folder, { recursive: true });
	} catch (error) {
		throw new Refusal(
			`The cache folder ${folder} cannot be made (${/** @type {Error} */ (error).message}). Set NETIGATE_TEST_CACHE to a folder that this user may write to.`,
		);
	}
	const free = await freeMegabytes(folder);
	if (free < neededMegabytes) {
		throw new Refusal(
			`The n8n server needs ${neededMegabytes} MB, and the disk that holds ${folder} has ${free} MB free. Make room, or set NETIGATE_TEST_CACHE to a folder on another disk.`,
		);
	}
}

/** @param {string} folder its final place */
async function installInto(folder) {
	await removeLeftovers(folder);
	// Complete but for the database driver: a build that failed is tried again without the download.
	const unpacked = `${folder}.unpacked`;
	if (!existsSync(unpacked)) await unpackInto(unpacked, folder);
	const server = installedServer(unpacked);
	await buildSqlite(server);
	const { code, output } = await run(server.node, [server.n8n, '--version']);
	if (code !== 0) {
		await rm(unpacked, { recursive: true, force: true });
		throw new Refusal(
			'The n8n server was installed but does not start; its output stands above. Running the same command again installs it afresh.',
			output,
		);
	}
	await rename(unpacked, folder);
}

/**
 * @param {string} unpacked where it goes when it is complete
 * @param {string} folder its final place
 */
async function unpackInto(unpacked, folder) {
	const growing = `${folder}.growing-${randomUUID()}`;
	atTheEnd(() => rm(growing, { recursive: true, force: true }));
	await mkdir(growing, { recursive: true });
	for (const file of files) await copyFile(join(source, file), join(growing, file));
	console.log(
		`The n8n server is installed once, into ${dirname(folder)}: about 500 MB to download, 2.8 GB on disk, about 5 minutes.`,
	);
	await withProgress('Downloading and unpacking n8n', async () => {
		await requireRegistry(growing, 'the n8n server', 'n8n@2.41.1');
		await npmCi(growing, 'the n8n server', ['--omit=dev']);
	});
	await rename(growing, unpacked);
}

/**
 * What interrupted runs left. Only the holder of the lock installs, so it is nobody's.
 * @param {string} folder
 */
async function removeLeftovers(folder) {
	const prefix = `${basename(folder)}.growing-`;
	for (const name of await readdir(dirname(folder))) {
		if (name.startsWith(prefix)) {
			// Whoever wrote there may just be ending.
			await rm(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 10 });
		}
	}
}

/**
 * @param {string} folder
 * @returns {InstalledServer}
 */
function installedServer(folder) {
	const own = join(
		folder,
		'node_modules',
		`node-${process.platform}-${process.arch}`,
		'bin',
		'node',
	);
	const n8n = join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
	if (existsSync(own)) return { folder, n8n, node: own };
	if (Number(process.versions.node.split('.')[0]) >= 24) {
		return { folder, n8n, node: process.execPath };
	}
	throw new Refusal(
		`n8n 2.41 needs Node 24, and npm has none ready for ${process.platform} on ${process.arch}. Install Node 24 from https://nodejs.org, then run the same command again.`,
	);
}

/**
 * The one native module that n8n cannot start without. Its ready-made binary comes from a host that
 * not every network reaches, and may be made for a newer C library; then it is built here.
 * @param {InstalledServer} server
 */
async function buildSqlite(server) {
	const folder = join(server.folder, 'node_modules', 'sqlite3');
	const loads = async () =>
		(await run(server.node, ['-e', 'require(".")'], { cwd: folder })).code === 0;
	await withProgress('Fetching the database driver', async () => {
		await run(
			server.node,
			[join(server.folder, 'node_modules', 'prebuild-install', 'bin.js'), '-r', 'napi'],
			{ cwd: folder, timeoutMs: 20_000 },
		);
	});
	if (await loads()) return;
	requireToolchain();
	const { code, output } = await withProgress(
		'No ready-made one for this machine; building it (a minute or two)',
		async () =>
			await run(
				server.node,
				[nodeGyp(server), 'rebuild', `--nodedir=${await nodeHeaders(server)}`].filter(
					(argument) => argument !== '--nodedir=',
				),
				{ cwd: folder },
			),
	);
	if (code !== 0 || !(await loads())) {
		const full = /No space left/i.test(output);
		throw new Refusal(
			full
				? `The disk that holds ${server.folder} is full. Make room, then run the same command again.`
				: "The database driver sqlite3 could not be built; the compiler's last lines stand above. It needs python3, make and a C++ compiler (Debian: apt-get install python3 make g++).",
			output.trim().split('\n').slice(-25).join('\n'),
		);
	}
}

function requireToolchain() {
	const missing = [
		which('python3', 'python') ? [] : ['python3'],
		which('make', 'gmake') ? [] : ['make'],
		which('g++', 'c++', 'clang++') ? [] : ['g++'],
	].flat();
	if (missing.length === 0) return;
	throw new Refusal(
		`Building the database driver needs ${missing.join(', ')}, which this machine does not have. Install it (Debian: apt-get install python3 make g++; macOS: xcode-select --install), then run the same command again.`,
	);
}

/**
 * npm brings a newer node-gyp than n8n's dependencies do; it knows newer Pythons.
 * @param {InstalledServer} server
 */
function nodeGyp(server) {
	const npmFolders = [
		process.env.npm_execpath && dirname(dirname(process.env.npm_execpath)),
		join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm'),
	];
	const candidates = npmFolders
		.filter((folder) => folder !== undefined && folder !== '')
		.map((folder) =>
			join(/** @type {string} */ (folder), 'node_modules', 'node-gyp', 'bin', 'node-gyp.js'),
		);
	return (
		candidates.find((file) => existsSync(file)) ??
		join(server.folder, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js')
	);
}

/**
 * The folder whose include/node holds the headers. The driver speaks Node-API, so any Node's
 * headers from 20 on do. None found: '' (node-gyp downloads them).
 * @param {InstalledServer} server
 */
async function nodeHeaders(server) {
	const candidates = [
		dirname(dirname(server.node)),
		process.env.npm_config_nodedir,
		dirname(dirname(process.execPath)),
	];
	return (
		candidates.find(
			(folder) => folder && existsSync(join(folder, 'include', 'node', 'node_api.h')),
		) ?? ''
	);
}

if (process.argv[1] === join(root, 'test', 'run', 'server-install.mjs')) {
	runCommand(async () => {
		console.log((await installServer()).folder);
	});
}
