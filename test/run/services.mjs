/** What some end-to-end tests need besides Node: PostgreSQL, Redis, a browser. */
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { which } from './processes.mjs';

/** @typedef {'postgres' | 'redis' | 'chromium'} Service */

/** @returns {URL} where the tests' PostgreSQL is, and as whom to log in */
export function postgresAddress() {
	return new URL(
		process.env.NETIGATE_TEST_POSTGRES || 'postgres://postgres@127.0.0.1:5432/postgres',
	);
}

/** @returns {URL} where the tests' Redis is */
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

/** @param {string} file */
function isProgram(file) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/**
 * Which of the services are missing, each with the reason and what to set.
 * @param {string} serverFolder the installed n8n, whose drivers are used
 * @returns {Promise<Map<Service, string>>}
 */
export async function missingServices(serverFolder) {
	/** @type {Map<Service, string>} */
	const missing = new Map();
	const postgres = await postgresProblem(serverFolder);
	if (postgres) {
		missing.set(
			'postgres',
			`no PostgreSQL at ${postgresAddress().host} (${postgres}); NETIGATE_TEST_POSTGRES names another`,
		);
	}
	const redis = await redisProblem(serverFolder);
	if (redis) {
		missing.set(
			'redis',
			`no Redis at ${redisAddress().host} (${redis}); NETIGATE_TEST_REDIS names another`,
		);
	}
	if (!chromiumPath()) {
		missing.set('chromium', 'no Chromium on the PATH; CHROMIUM_PATH names one');
	}
	return missing;
}

/**
 * Connects with n8n's own PostgreSQL driver, so that the package needs none.
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
		const client = await connectPostgres(serverFolder);
		await client.end();
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
 *   on(event: 'error', told: (error: unknown) => void): void,
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
	// The event says why a connection failed; the rejected call only that it did.
	let problem = 'no answer';
	redis.on('error', (/** @type {unknown} */ error) => (problem = describe(error)));
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
