/**
 * A real n8n server, in a process of its own, with the packed package installed.
 *
 * It has a user folder of its own under the system's temporary folder, listens only on loopback and on free
 * ports, calls nobody, and ends with the process that started it.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd } from './command.mjs';
import { N8nApi } from './n8n-api.mjs';
import { packPackage, putIntoUserFolder, removePacked } from './packed.mjs';
import { freePort } from './ports.mjs';
import { start } from './processes.mjs';
import { installServer } from './server-install.mjs';
import { connectPostgres, postgresAddress, redisAddress } from './services.mjs';
import { until } from './until.mjs';

/** Nothing that calls out, nothing that asks the user questions. */
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
 * @property {boolean} [onPostgres] whether n8n keeps its own data in the PostgreSQL of services.mjs, and not
 * in SQLite
 * @property {{ workers: number }} [queue] queue mode, with so many workers, on the PostgreSQL and
 * Redis of services.mjs
 */

/**
 * @typedef {object} Part one of the server's processes
 * @property {string} name
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string[]} health the addresses that answer when it is ready
 * @property {string} log
 */

export class N8nServer {
	/** @type {import('./processes.mjs').Running[]} */
	#running = [];

	/**
	 * @param {object} made
	 * @param {string} made.folder holds all of this server's files; removed in the end
	 * @param {import('./server-install.mjs').InstalledServer} made.installed
	 * @param {Part[]} made.parts
	 * @param {string} made.url
	 * @param {() => Promise<void>} made.dropDatabase
	 */
	constructor({ folder, installed, parts, url, dropDatabase }) {
		this.folder = folder;
		this.url = url;
		this.api = new N8nApi(url);
		this.owner = { email: 'owner@example.com', password: `Aa1-${randomBytes(9).toString('hex')}` };
		this.installed = installed;
		this.parts = parts;
		this.dropDatabase = dropDatabase;
	}

	/** Starts all processes and waits until they answer. */
	async start() {
		if (this.#running.length > 0) throw new Error('This server runs already');
		const [main, ...workers] = this.parts;
		// The main process sets up the database that the workers then find.
		await this.#startPart(/** @type {Part} */ (main));
		await Promise.all(workers.map(async (worker) => await this.#startPart(worker)));
	}

	/** @param {Part} part */
	async #startPart(part) {
		const process = start(this.installed.node, [this.installed.n8n, ...part.args], {
			env: part.env,
			cwd: this.folder,
			logFile: part.log,
			orphanFolders: [this.folder],
		});
		this.#running.push(process);
		await this.#untilReady(part, process);
	}

	/**
	 * @param {Part} part
	 * @param {import('./processes.mjs').Running} process
	 */
	async #untilReady(part, process) {
		try {
			await until(`n8n's ${part.name} to answer`, 120_000, async () => {
				if (!process.isRunning()) throw new Error(`n8n's ${part.name} ended`);
				try {
					const answers = await Promise.all(part.health.map((url) => fetch(url)));
					return answers.every(({ ok }) => ok);
				} catch {
					return false;
				}
			});
		} catch (error) {
			await this.#stopAll();
			throw new Refusal(
				`n8n did not start: ${/** @type {Error} */ (error).message}. The end of its log stands above.`,
				await tail(part.log),
			);
		}
	}

	/** Ends all processes politely; keeps the data. */
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

	/** Ends and starts again, with the same data and address. */
	async restart() {
		await this.#stopAll();
		await this.start();
	}

	/** Kills all processes at once, as a power cut would; `start()` brings them back. */
	async kill9() {
		await Promise.all(this.#running.map((process) => process.kill9()));
		this.#running = [];
	}

	/** @returns {Promise<string>} all that n8n has written to its logs so far */
	async logs() {
		const files = await readdir(this.folder, { recursive: true });
		const logs = files.filter((file) => file.endsWith('.log'));
		return (await Promise.all(logs.map((file) => readFile(join(this.folder, file), 'utf8')))).join(
			'\n',
		);
	}
}

/**
 * Starts an n8n server, installing it first if need be, makes its owner and logs in.
 * @param {N8nOptions} [options]
 * @returns {Promise<N8nServer>}
 */
export async function startN8n({ port, env = {}, queue, onPostgres = false, tarball } = {}) {
	const installed = await installServer();
	const packed = tarball ?? (await packPackage());
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-n8n-'));
	const database = queue || onPostgres ? await makeDatabase(installed.folder) : undefined;
	const workers = queue?.workers ?? 0;
	const ports = await Promise.all(Array.from({ length: 1 + 2 * workers }, freePort));
	const mainPort = port ?? (await freePort());
	const url = `http://127.0.0.1:${mainPort}`;

	const common = {
		...inheritedEnvironment(),
		...quiet,
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
		N8N_PORT: String(mainPort),
		N8N_EDITOR_BASE_URL: url,
		WEBHOOK_URL: url,
		...(database ? postgresEnvironment(database.name) : {}),
		...(database && queue ? queueEnvironment(database.name) : {}),
		...env,
	};
	/**
	 * @param {string} name
	 * @param {string[]} args
	 * @param {string[]} health
	 * @param {Record<string, string>} own
	 * @returns {Part}
	 */
	const part = (name, args, health, own) => ({
		name,
		args,
		health,
		env: { ...common, ...own, N8N_USER_FOLDER: join(folder, name), HOME: join(folder, name) },
		log: join(folder, `${name}.log`),
	});
	const parts = [
		// Older versions are "ready" some time before they know their own interface.
		part('main', ['start'], [`${url}/healthz/readiness`, `${url}/rest/settings`], {
			N8N_RUNNERS_BROKER_PORT: String(ports[0]),
		}),
	];
	for (let i = 0; i < workers; i++) {
		const [broker, health] = ports.slice(1 + 2 * i, 3 + 2 * i);
		parts.push(
			part(`worker-${i + 1}`, ['worker'], [`http://127.0.0.1:${health}/healthz/readiness`], {
				N8N_RUNNERS_BROKER_PORT: String(broker),
				QUEUE_HEALTH_CHECK_ACTIVE: 'true',
				QUEUE_HEALTH_CHECK_PORT: String(health),
			}),
		);
	}
	const server = new N8nServer({
		folder,
		installed,
		parts,
		url,
		dropDatabase: async () => await database?.drop(),
	});
	atTheEnd(() => server.stop());
	for (const { name } of parts) {
		await mkdir(join(folder, name), { recursive: true });
		await putIntoUserFolder(packed, join(folder, name));
	}
	if (!tarball) await removePacked(packed);
	try {
		await server.start();
		await server.api.setUpOwner(server.owner);
		await server.api.logIn(server.owner);
	} catch (error) {
		// Nobody else knows it yet; left running, it would keep a test run from ending.
		await server.stop();
		throw error;
	}
	return server;
}

/** Only what a server needs: neither the user's own n8n settings nor this run's Node options. */
function inheritedEnvironment() {
	const wanted = ['PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ'];
	return Object.fromEntries(
		wanted.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
	);
}

/**
 * Makes a PostgreSQL database for one server.
 * @param {string} serverFolder
 */
async function makeDatabase(serverFolder) {
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
 * @param {string} prefix keeps this server's Redis keys apart
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

/** @param {string} file */
async function tail(file) {
	try {
		return (await readFile(file, 'utf8')).trim().split('\n').slice(-40).join('\n');
	} catch {
		return '';
	}
}
