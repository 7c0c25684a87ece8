/**
 * Services that some end-to-end tests need besides Node: PostgreSQL, Redis and a browser. Can start PostgreSQL and
 * Redis for one command, on loopback and free ports. They end with the command.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd } from './command.mjs';
import { freePort } from './ports.mjs';
import { isProgram, run, start, which } from './processes.mjs';
import { until } from './until.mjs';

/** @typedef {'postgres' | 'redis' | 'chromium'} Service */

/** @returns {URL} the tests' PostgreSQL, with its login */
export function postgresAddress() {
	return new URL(
		process.env.NETIGATE_TEST_POSTGRES || 'postgres://postgres@127.0.0.1:5432/postgres',
	);
}

/** @returns {URL} the tests' Redis */
export function redisAddress() {
	return new URL(process.env.NETIGATE_TEST_REDIS || 'redis://127.0.0.1:6379/0');
}

/** @returns {string | undefined} the browser's path */
export function chromiumPath() {
	const own = process.env.CHROMIUM_PATH;
	if (own) return isProgram(own) ? own : undefined;
	if (isProgram('/usr/bin/chromium')) return '/usr/bin/chromium';
	return which('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
}

/**
 * Finds missing services, each with the reason and what to set.
 * @param {string} serverFolder the installed n8n, whose drivers are used
 * @returns {Promise<Map<Service, string>>}
 */
export async function missingServices(serverFolder) {
	/** @type {Map<Service, string>} */
	const missing = new Map();
	const postgres = await postgresProblem(serverFolder);
	if (postgres) {
		const { host } = postgresAddress();
		missing.set(
			'postgres',
			`no PostgreSQL at ${host} (${postgres}); NETIGATE_TEST_POSTGRES names another`,
		);
	}
	const redis = await redisProblem(serverFolder);
	if (redis) {
		const { host } = redisAddress();
		missing.set('redis', `no Redis at ${host} (${redis}); NETIGATE_TEST_REDIS names another`);
	}
	if (!chromiumPath()) missing.set('chromium', 'no Chromium on the PATH; CHROMIUM_PATH names one');
	return missing;
}

/**
 * Connects with n8n's PostgreSQL driver, so that the package doesn't need one.
 * @param {string} serverFolder
 * @returns {Promise<{ query: (sql: string) => Promise<unknown>, end: () => Promise<void> }>} connected
 */
export async function connectPostgres(serverFolder) {
	const { Client } = createRequire(join(serverFolder, 'package.json'))('pg');
	const client = new Client({
		connectionString: postgresAddress().href,
		connectionTimeoutMillis: 5_000,
	});
	await client.connect();
	return client;
}

/** @param {string} serverFolder */
async function postgresProblem(serverFolder) {
	try {
		await (await connectPostgres(serverFolder)).end();
		return undefined;
	} catch (error) {
		return describe(error);
	}
}

/**
 * @param {string} serverFolder where n8n is installed, whose client is used
 * @returns {{
 *   keys(pattern: string): Promise<string[]>,
 *   lrange(key: string, from: number, to: number): Promise<string[]>,
 *   ping(): Promise<string>,
 *   on(event: 'error', listener: (error: unknown) => void): void,
 *   disconnect(): void,
 * }} it connects with the first command
 */
export function connectRedis(serverFolder) {
	const { Redis } = createRequire(join(serverFolder, 'package.json'))('ioredis');
	return new Redis(redisAddress().href, { lazyConnect: true, retryStrategy: () => null });
}

/** @param {string} serverFolder */
async function redisProblem(serverFolder) {
	const redis = connectRedis(serverFolder);
	// The event contains the reason for a failed connection. The rejected call doesn't.
	let problem = 'no response';
	redis.on('error', (error) => (problem = describe(error)));
	try {
		await redis.ping();
		return undefined;
	} catch {
		return problem;
	} finally {
		redis.disconnect();
	}
}

/** @param {unknown} error */
function describe(error) {
	if (!(error instanceof Error)) return String(error);
	return error.message || /** @type {NodeJS.ErrnoException} */ (error).code || error.name;
}

/** @returns {Promise<string>} the address of a new, empty PostgreSQL */
export async function startPostgres() {
	const programs = postgresPrograms();
	if (!programs) throw new Refusal('There is no PostgreSQL server on this machine.');
	const folder = await ownFolder('postgres');
	const password = randomBytes(12).toString('hex');
	const passwordFile = join(folder, 'password');
	await writeFile(passwordFile, password, { mode: 0o600 });
	// PostgreSQL refuses to run as root. Its Debian package creates a user for it.
	const isRoot = process.getuid?.() === 0;
	if (isRoot) {
		await chmod(folder, 0o700);
		const { code, output } = await run('chown', ['-R', 'postgres', folder]);
		if (code !== 0) throw new Refusal('There is no user "postgres" to run PostgreSQL as.', output);
	}
	/** @type {(name: string, ...args: string[]) => [string, string[]]} */
	const command = (name, ...args) => {
		const program = join(programs, name);
		return isRoot ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, args];
	};
	const data = join(folder, 'data');
	const as = ['-U', 'tests', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
	const initdb = command('initdb', '-D', data, '-E', 'UTF8', '--locale=C', ...as);
	const made = await run(...initdb, { cwd: folder });
	if (made.code !== 0) throw new Refusal('PostgreSQL could not be set up.', made.output);
	const port = await freePort();
	// The data doesn't need to survive a power failure.
	const settings = ['-c', 'fsync=off', '-c', 'max_connections=200'];
	const address = ['-p', String(port), '-k', folder, '-h', '127.0.0.1'];
	const postgres = command('postgres', '-D', data, ...address, ...settings);
	await startServer('PostgreSQL', postgres, port, folder);
	return `postgres://tests:${password}@127.0.0.1:${port}/postgres`;
}

/** @returns {Promise<string>} the address of a new, empty Redis */
export async function startRedis() {
	const program = which('redis-server', 'valkey-server');
	if (!program) throw new Refusal('There is no redis-server on the PATH.');
	const port = await freePort();
	const folder = await ownFolder('redis');
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
	await startServer('Redis', [program, args], port, folder);
	return `redis://127.0.0.1:${port}/0`;
}

/** @returns {boolean} whether Redis is installed */
export function hasRedis() {
	return which('redis-server', 'valkey-server') !== undefined;
}

/** @param {string} name */
async function ownFolder(name) {
	const folder = await mkdtemp(join(tmpdir(), `n8n-nodes-netigate-${name}-`));
	atTheEnd(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

/**
 * @param {string} name
 * @param {[program: string, args: string[]]} command
 * @param {number} port
 * @param {string} folder for all its files, removed even if this process is killed
 */
async function startServer(name, command, port, folder) {
	let output = '';
	const server = start(...command, {
		cwd: folder,
		graceMs: 5_000,
		orphanFolders: [folder],
		onOutput: (text) => {
			output = (output + text).slice(-4_000);
		},
	});
	atTheEnd(async () => void (await server.stop()));
	await until(`${name} to listen`, 60_000, async () => {
		if (!server.isRunning()) throw new Refusal(`${name} did not start.`, output);
		return await new Promise((resolve) => {
			const socket = connect({ host: '127.0.0.1', port });
			socket.on('error', () => resolve(false));
			socket.on('connect', () => {
				socket.destroy();
				resolve(true);
			});
		});
	});
}

export function hasPostgres() {
	return postgresPrograms() !== undefined;
}

/** On Debian, PostgreSQL's programs aren't on the PATH. */
function postgresPrograms() {
	const debian = '/usr/lib/postgresql';
	const versions = existsSync(debian) ? readdirSync(debian).map(Number).filter(Boolean) : [];
	const folders = [
		...versions.sort((a, b) => b - a).map((version) => join(debian, String(version), 'bin')),
		...(process.env.PATH ?? '').split(':'),
	];
	return folders.find(
		(folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
	);
}
