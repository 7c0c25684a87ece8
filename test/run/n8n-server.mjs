/**
 * A real n8n server in its own process, with the packed package installed.
 *
 * It has its own user folder in the system's temporary folder, listens only on loopback and free ports, makes no calls
 * to other servers, and ends with the process that started it.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd } from './command.mjs';
import { N8nApi } from './n8n-api.mjs';
import { lastLines } from './npm.mjs';
import { packPackage, putIntoUserFolder } from './packed.mjs';
import { freePort } from './ports.mjs';
import { start } from './processes.mjs';
import { installServer } from './server-install.mjs';
import { connectPostgres, postgresAddress, redisAddress } from './services.mjs';
import { until } from './until.mjs';

/** Turns off calls to other servers and questions to the user. */
const quiet = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_SECURE_COOKIE: 'false',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: '127.0.0.1',
	N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
	GENERIC_TIMEZONE: 'Europe/Berlin',
};

/**
 * @typedef {object} N8nOptions
 * @property {number} [port] the editor's (default: a free one)
 * @property {Record<string, string>} [env] more environment variables
 * @property {string} [tarball] the packed package (default: built and packed now)
 * @property {boolean} [onPostgres] whether n8n keeps its own data in the PostgreSQL of services.mjs instead of SQLite
 * @property {{ workers: number }} [queue] queue mode, on the PostgreSQL and Redis of services.mjs
 * @property {boolean} [keepsProcessAlive] whether this process stays alive until it stops the server (default: true)
 *
 * @typedef {object} Part one of the server's processes
 * @property {string} name
 * @property {string} command of n8n
 * @property {NodeJS.ProcessEnv} env
 * @property {string[]} health the addresses that respond when it is ready
 * @property {string} log
 */

export class N8nServer {
	/** @type {import('./processes.mjs').Running[]} */
	#running = [];

	owner = { email: 'owner@example.com', password: `Aa1-${randomBytes(9).toString('hex')}` };

	/**
	 * @param {string} folder of all this server's files, which is removed at the end
	 * @param {import('./server-install.mjs').InstalledServer} installed
	 * @param {Part[]} parts
	 * @param {string} url
	 * @param {{ dropDatabase: () => Promise<void>, keepsProcessAlive: boolean }} options
	 */
	constructor(folder, installed, parts, url, { dropDatabase, keepsProcessAlive }) {
		this.folder = folder;
		this.installed = installed;
		this.parts = parts;
		this.url = url;
		this.dropDatabase = dropDatabase;
		this.keepsProcessAlive = keepsProcessAlive;
		this.api = new N8nApi(url);
	}

	/** Starts all processes and waits until they respond. */
	async start() {
		if (this.#running.length > 0) throw new Error('This server runs already');
		const [main, ...workers] = this.parts;
		// The main process creates the database for the workers.
		await this.#startPart(/** @type {Part} */ (main));
		await Promise.all(workers.map(async (worker) => await this.#startPart(worker)));
	}

	/** @param {Part} part */
	async #startPart({ name, command, env, health, log }) {
		const { node, n8n } = this.installed;
		const options = {
			...{ env, cwd: this.folder, logFile: log, orphanFolders: [this.folder] },
			keepsAlive: this.keepsProcessAlive,
		};
		const process = start(node, [n8n, command], options);
		this.#running.push(process);
		try {
			await until(`n8n's ${name} to respond`, 120_000, async () => {
				if (!process.isRunning()) throw new Error(`n8n's ${name} ended`);
				const responses = await Promise.all(health.map((url) => fetch(url))).catch(() => []);
				return responses.length > 0 && responses.every(({ ok }) => ok);
			});
		} catch (error) {
			await this.#stopAll();
			throw new Refusal(
				`n8n did not start: ${/** @type {Error} */ (error).message}. See the end of its log above.`,
				lastLines(await readFile(log, 'utf8').catch(() => ''), 40),
			);
		}
	}

	/** Ends all processes with SIGTERM and keeps the data. */
	async #stopAll() {
		await Promise.all(this.#running.map((process) => process.stop()));
		this.#running = [];
	}

	/** Ends the server and removes its data. */
	async stop() {
		await this.#stopAll();
		await this.dropDatabase();
		await rm(this.folder, { recursive: true, force: true });
	}

	/**
	 * Restarts the server with the same data and address.
	 * @param {() => void} [meanwhile] called while n8n is down
	 */
	async restart(meanwhile = () => {}) {
		await this.#stopAll();
		meanwhile();
		await this.start();
	}

	/** Kills all processes at once, like a power failure. `start()` starts them again. */
	async kill9() {
		await Promise.all(this.#running.map((process) => process.kill9()));
		this.#running = [];
	}

	/** Everything in n8n's logs so far. */
	async logs() {
		const files = await readdir(this.folder, { recursive: true });
		const logs = files.filter((file) => file.endsWith('.log'));
		const texts = logs.map(async (file) => await readFile(join(this.folder, file), 'utf8'));
		return (await Promise.all(texts)).join('\n');
	}
}

/**
 * Starts an n8n server, creates its owner and logs in. Installs the server first if necessary.
 * @param {N8nOptions} [options]
 * @returns {Promise<N8nServer>}
 */
export async function startN8n({
	port,
	env = {},
	queue,
	onPostgres = false,
	tarball,
	keepsProcessAlive = true,
} = {}) {
	const installed = await installServer();
	const packed = tarball ?? (await packPackage());
	const parent = process.env.NETIGATE_TEST_SERVERS || tmpdir();
	const folder = await mkdtemp(join(parent, 'n8n-nodes-netigate-n8n-'));
	const database = queue || onPostgres ? await makeDatabase(installed.folder) : undefined;
	const mainPort = port ?? (await freePort());
	const url = `http://127.0.0.1:${mainPort}`;

	// Excludes the user's n8n settings and this run's Node options.
	const inherited = ['PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ'].flatMap((name) =>
		process.env[name] ? [[name, process.env[name]]] : [],
	);
	const common = {
		...Object.fromEntries(inherited),
		...quiet,
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
		N8N_PORT: String(mainPort),
		N8N_EDITOR_BASE_URL: url,
		WEBHOOK_URL: url,
		...(database ? postgresEnvironment(database.name) : {}),
		...(database && queue ? queueEnvironment(database.name) : {}),
		...env,
	};
	/** @type {(name: string, command: string, health: string[], own: Record<string, string>) => Part} */
	const part = (name, command, health, own) => ({
		name,
		command,
		health,
		log: join(folder, `${name}.log`),
		env: { ...common, ...own, N8N_USER_FOLDER: join(folder, name), HOME: join(folder, name) },
	});
	const parts = [
		// Older versions are "ready" before their API responds.
		part('main', 'start', [`${url}/healthz/readiness`, `${url}/rest/settings`], {
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		}),
	];
	for (let i = 1; i <= (queue?.workers ?? 0); i++) {
		const healthPort = await freePort();
		parts.push(
			part(`worker-${i}`, 'worker', [`http://127.0.0.1:${healthPort}/healthz/readiness`], {
				N8N_RUNNERS_BROKER_PORT: String(await freePort()),
				QUEUE_HEALTH_CHECK_ACTIVE: 'true',
				QUEUE_HEALTH_CHECK_PORT: String(healthPort),
			}),
		);
	}
	const dropDatabase = async () => await database?.drop();
	const options = { dropDatabase, keepsProcessAlive };
	const server = new N8nServer(folder, installed, parts, url, options);
	atTheEnd(() => server.stop());
	for (const { name } of parts) {
		await mkdir(join(folder, name), { recursive: true });
		await putIntoUserFolder(packed, join(folder, name));
	}
	try {
		await server.start();
		await server.api.setUpOwner(server.owner);
		await server.api.logIn(server.owner);
	} catch (error) {
		// Otherwise, the server would keep a test run alive.
		await server.stop();
		throw error;
	}
	return server;
}

/**
 * Creates a database in the PostgreSQL of services.mjs.
 * @param {string} serverFolder
 */
export async function makeDatabase(serverFolder) {
	const name = `netigate_test_${randomBytes(6).toString('hex')}`;
	/** @param {string} sql */
	const ask = async (sql) => {
		const client = await connectPostgres(serverFolder);
		try {
			await client.query(sql);
		} finally {
			await client.end();
		}
	};
	await ask(`CREATE DATABASE ${name}`);
	return { name, drop: async () => await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/**
 * @param {string} database its name
 * @returns {Record<string, string>}
 */
function postgresEnvironment(database) {
	const postgres = postgresAddress();
	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: postgres.hostname,
		DB_POSTGRESDB_PORT: postgres.port || '5432',
		DB_POSTGRESDB_DATABASE: database,
		DB_POSTGRESDB_USER: decodeURIComponent(postgres.username),
		DB_POSTGRESDB_PASSWORD: decodeURIComponent(postgres.password),
	};
}

/**
 * @param {string} prefix of this server's Redis keys
 * @returns {Record<string, string>}
 */
function queueEnvironment(prefix) {
	const redis = redisAddress();
	return {
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		QUEUE_BULL_REDIS_HOST: redis.hostname,
		QUEUE_BULL_REDIS_PORT: redis.port || '6379',
		QUEUE_BULL_REDIS_DB: redis.pathname.slice(1) || '0',
		QUEUE_BULL_REDIS_USERNAME: decodeURIComponent(redis.username),
		QUEUE_BULL_REDIS_PASSWORD: decodeURIComponent(redis.password),
		QUEUE_BULL_PREFIX: prefix,
		N8N_REDIS_KEY_PREFIX: prefix,
	};
}
