/** A PostgreSQL and a Redis that belong to this command: on loopback, on free ports, and gone when it ends. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd } from './command.mjs';
import { freePort } from './ports.mjs';
import { run, start, which } from './processes.mjs';
import { until } from './until.mjs';

/** @returns {Promise<string>} the address of a new, empty PostgreSQL */
export async function startPostgres() {
	const programs = postgresPrograms();
	if (!programs) throw new Refusal('There is no PostgreSQL server on this machine.');
	const port = await freePort();
	const folder = await ownFolder('postgres');
	const password = randomBytes(12).toString('hex');
	const data = join(folder, 'data');
	const passwordFile = join(folder, 'password');
	await writeFile(passwordFile, password, { mode: 0o600 });
	await giveToPostgres(folder);
	const [initdb, ...initdbArgs] = asPostgres([
		join(programs, 'initdb'),
		...['-D', data, '-U', 'tests', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C'],
		`--pwfile=${passwordFile}`,
	]);
	const made = await run(initdb, initdbArgs, { cwd: folder });
	if (made.code !== 0) throw new Refusal('PostgreSQL could not be set up.', made.output);
	const [postgres, ...postgresArgs] = asPostgres([
		join(programs, 'postgres'),
		...['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1'],
		// None of the data has to survive a power cut.
		...['-c', 'fsync=off', '-c', 'max_connections=200'],
	]);
	await startServer('PostgreSQL', postgres, postgresArgs, port, folder);
	return `postgres://tests:${password}@127.0.0.1:${port}/postgres`;
}

/** @returns {Promise<string>} the address of a new, empty Redis */
export async function startRedis() {
	const program = which('redis-server', 'valkey-server');
	if (!program) throw new Refusal('There is no redis-server on the PATH.');
	const port = await freePort();
	const folder = await ownFolder('redis');
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
	await startServer('Redis', program, args, port, folder);
	return `redis://127.0.0.1:${port}/0`;
}

/** @param {string} name */
async function ownFolder(name) {
	const folder = await mkdtemp(join(tmpdir(), `n8n-nodes-netigate-${name}-`));
	atTheEnd(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @param {number} port
 * @param {string} folder all its files; removed even when this process is killed
 */
async function startServer(name, program, args, port, folder) {
	let output = '';
	const server = start(program, args, {
		cwd: folder,
		graceMs: 5_000,
		orphanFolders: [folder],
		onOutput: (text) => {
			output = (output + text).slice(-4_000);
		},
	});
	atTheEnd(async () => {
		await server.stop();
	});
	await until(`${name} to listen`, 60_000, async () => {
		if (!server.isRunning()) throw new Refusal(`${name} did not start.`, output);
		return await listens(port);
	});
}

/** @param {number} port */
async function listens(port) {
	return await new Promise((resolve) => {
		const socket = connect({ host: '127.0.0.1', port });
		socket.on('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.on('error', () => resolve(false));
	});
}

export function hasPostgres() {
	return postgresPrograms() !== undefined;
}

/** Debian keeps PostgreSQL's programs out of the PATH. */
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

/** PostgreSQL refuses to run as root; its Debian package brings a user for it. */
function isRoot() {
	return process.getuid?.() === 0;
}

/**
 * @param {string[]} command
 * @returns {[string, ...string[]]}
 */
function asPostgres(command) {
	const [program = '', ...args] = command;
	return isRoot() ? ['runuser', '-u', 'postgres', '--', program, ...args] : [program, ...args];
}

/** @param {string} folder */
async function giveToPostgres(folder) {
	if (!isRoot()) return;
	await chmod(folder, 0o700);
	const { code, output } = await run('chown', ['-R', 'postgres', folder]);
	if (code !== 0) throw new Refusal('There is no user "postgres" to run PostgreSQL as.', output);
}
